//! Groth16 parameters of small sectors: what they are called, whether they are there, and making
//! them from a fixed seed.
//!
//! [`circuits`] names the four circuits of a sector size and synthesises them blank, [`assembly`]
//! evaluates their constraints at the secret point, [`fixed_base`] turns scalars into points,
//! [`generate`] writes the files, [`report`] tells how far that is, [`status`] says what is in a cache and whether it is what it
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
pub mod report;
pub mod status;

use storage_proofs_core::parameter_cache::parameter_cache_dir;

use self::circuits::{Circuit, Set};
use crate::failure::{Failure, Kind, Outcome};
use crate::files;

/// Refuses to start a proof whose parameter file is absent, or of another length than it must have:
/// the library maps the file and indexes it without looking.
pub fn need(sector_bytes: u64, circuit: Circuit) -> Outcome<()> {
    let set = Set::new(sector_bytes, circuit).ok_or_else(|| {
        Failure::new(
            Kind::Unsupported,
            format!("no parameters for sectors of {sector_bytes} bytes"),
        )
    })?;
    let [name, _, _] = set.file_names()?;
    let path = parameter_cache_dir().join(&name);
    let refuse = |kind, message: &str| {
        let mut failure = Failure::new(kind, format!("{set}: {}: {message}", path.display()));
        failure.path = Some(path.clone());
        failure
    };
    let Ok(length) = files::length_of(&path) else {
        return Err(refuse(Kind::MissingParams, "no such parameter file"));
    };
    match status::manifest().entry(&name) {
        Some(entry) if entry.length_bytes != length => {
            let message = format!("has {length} bytes, not {}", entry.length_bytes);
            Err(refuse(Kind::BadParams, &message))
        }
        _ => Ok(()),
    }
}
