//! Reading data back from a replica. Whatever the range, every layer is computed anew.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use filecoin_proofs_api::{UnpaddedByteIndex, UnpaddedBytesAmount, seal};
use serde_json::{Value, json};

use crate::failure::{Failure, Outcome};
use crate::files;
use crate::input::Fields;
use crate::seal::Identity;
use crate::sector_cache::Layout;
use crate::{log_frames, parent_cache, proof_types};

/// Bit padding turns 127 bytes into 128, so only multiples of 127 begin on a byte.
const GROUP_BYTES: u64 = 127;

/// A directory that goes when its owner does. The library writes a layer into the "cache
/// directory" of an unseal, which must not be the sector's own.
struct Scratch(PathBuf);

impl Scratch {
    fn create(path: PathBuf) -> Outcome<Self> {
        match fs::remove_dir_all(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Failure::io("remove", &path, &error)),
        }
        fs::create_dir(&path).map_err(|e| Failure::io("create directory", &path, &e))?;
        Ok(Scratch(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            log::warn!("cannot remove {}: {error}", self.0.display());
        }
    }
}

/// `unseal.range`: any range of a sector's unpadded bytes.
pub fn range(mut params: Fields) -> Outcome<Value> {
    let identity = Identity::take(&mut params)?;
    params.path_or_none("cache_dir")?; // Taken for symmetry: nothing in it is read.
    let sealed_path = params.path("sealed_path")?;
    let comm_d = params.bytes32("comm_d")?;
    let output_path = params.path("output_path")?;
    let offset = params.quantity("offset_unpadded_bytes")?;
    let length = params.quantity("length_unpadded_bytes")?;
    let length_name = params.name_of("length_unpadded_bytes");
    params.finish()?;

    let sector_bytes = proof_types::sector_bytes(identity.proof);
    let data_bytes = sector_bytes / 128 * GROUP_BYTES;
    let end = offset
        .checked_add(length)
        .filter(|end| *end <= data_bytes && length > 0);
    let end = end.ok_or_else(|| {
        Failure::input(
            length_name,
            format!("the range must be inside the {data_bytes} bytes"),
        )
    })?;
    // The library indexes the replica without looking at its length.
    files::need_length(&sealed_path, sector_bytes)?;
    parent_cache::ensure(identity.proof)?;
    log_frames::expect_layers(Layout::of(identity.proof, &output_path).layers as u64);

    let scratch = Scratch::create(files::beside(&output_path, ".unsealing"))?;
    let whole = scratch.0.join("groups");
    let first_group = offset / GROUP_BYTES * GROUP_BYTES;
    let groups_end = end.div_ceil(GROUP_BYTES) * GROUP_BYTES;
    seal::get_unsealed_range::<&Path>(
        identity.proof,
        &scratch.0,
        &sealed_path,
        &whole,
        identity.prover,
        identity.sector,
        comm_d,
        identity.ticket,
        UnpaddedByteIndex(first_group),
        UnpaddedBytesAmount(groups_end - first_group),
    )?;
    files::need_length(&whole, groups_end - first_group)?;
    let output = cut(&whole, offset - first_group, length, &output_path)?;
    Ok(json!({"output": output}))
}

fn cut(from: &Path, skip: u64, length: u64, to: &Path) -> Outcome<Value> {
    let mut source = File::open(from).map_err(|e| Failure::io("open", from, &e))?;
    source
        .seek(SeekFrom::Start(skip))
        .map_err(|e| Failure::io("seek in", from, &e))?;
    let mut target = files::Unfinished::create(to)?;
    io::copy(&mut source.take(length), &mut target).map_err(|e| Failure::io("copy", to, &e))?;
    target.publish()
}
