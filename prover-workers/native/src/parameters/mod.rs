//! Groth16 parameters of small sectors: what they are called, whether they are there, and making
//! them from a fixed seed.
//!
//! [`circuits`] names the four circuits of a sector size and synthesises them blank, [`assembly`]
//! evaluates their constraints at the secret point, [`fixed_base`] turns scalars into points,
//! [`generate`] writes the files, [`status`] says what is in a cache and whether it is what it
//! should be.
//!
//! **For tests and local chains only.** The seed is public, so everyone can forge proofs that the
//! keys made here accept.

pub mod assembly;
pub mod circuits;
pub mod fixed_base;
pub mod generate;
pub mod lagrange;
pub mod progress;
pub mod status;

use std::path::Path;

use crate::failure::{Failure, Kind, Outcome};
use crate::files;

/// Refuses to start a proof whose parameter file is absent, or of another length than it must have:
/// the library maps the file and indexes it without looking.
pub fn need(params_path: &Path) -> Outcome<()> {
    let refuse = |kind, message: &str| {
        let mut failure = Failure::new(kind, format!("{}: {message}", params_path.display()));
        failure.path = Some(params_path.to_path_buf());
        failure
    };
    let Ok(length) = files::length_of(params_path) else {
        return Err(refuse(Kind::MissingParams, "no such parameter file"));
    };
    let name = params_path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let listed = name.and_then(|name| status::manifest().entry(&name).map(|e| e.length_bytes));
    match listed {
        Some(expected) if expected != length => Err(refuse(
            Kind::BadParams,
            &format!("has {length} bytes, not {expected}"),
        )),
        _ => Ok(()),
    }
}
