//! Pieces: their commitments, the unsealed file they are written into, and CommD over them.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use filecoin_proofs::pieces::{get_piece_alignment, sum_piece_bytes_with_alignment, zero_padding};
use filecoin_proofs_api::seal;
use filecoin_proofs_api::{PaddedBytesAmount, PieceInfo, RegisteredSealProof, UnpaddedBytesAmount};
use serde_json::{Value, json};

use crate::failure::{Failure, Outcome};
use crate::files;
use crate::input::Fields;
use crate::proof_types;

/// The smallest piece: 127 bytes, which become four 32-byte nodes (filecoin-proofs
/// `MINIMUM_PIECE_SIZE`).
const PIECE_BYTES_MIN: u64 = 127;
/// The largest padded sector there is.
const SECTOR_BYTES_MAX: u64 = 64 << 30;

/// Takes a sector's list of pieces and fills its gaps and its tail with zero pieces. The library
/// aligns pieces itself but leaves the tail open: with one piece of half a sector it would give that
/// piece's commitment as CommD.
pub fn take_filled(params: &mut Fields, field: &str, sector_bytes: u64) -> Outcome<Vec<PieceInfo>> {
    let mut filled = Vec::new();
    let mut offset = 0u64;
    for piece in take(params, field)? {
        let size = padded(piece.size);
        let start = offset.next_multiple_of(size);
        if start + size > sector_bytes {
            return Err(Failure::input(
                params.name_of(field),
                "do not fit into the sector",
            ));
        }
        add_zeros(&mut filled, &mut offset, start)?;
        filled.push(piece);
        offset += size;
    }
    add_zeros(&mut filled, &mut offset, sector_bytes)?;
    Ok(filled)
}

/// Adds zero pieces up to `end`, each as large as the offset's lowest set bit allows.
fn add_zeros(filled: &mut Vec<PieceInfo>, offset: &mut u64, end: u64) -> Outcome<()> {
    while *offset < end {
        let size = if *offset == 0 {
            end
        } else {
            1 << offset.trailing_zeros()
        };
        filled.push(zero_padding(PaddedBytesAmount(size).into())?);
        *offset += size;
    }
    Ok(())
}

fn take(params: &mut Fields, field: &str) -> Outcome<Vec<PieceInfo>> {
    let mut pieces = Vec::new();
    for mut piece in params.objects(field)? {
        let commitment = piece.bytes32("commitment")?;
        let size = piece_size(&mut piece, "unpadded_bytes")?;
        let name = piece.name_of("commitment");
        piece.finish()?;
        let info = PieceInfo::new(commitment, size)
            .map_err(|error| Failure::input(name, error.to_string()))?;
        pieces.push(info);
    }
    Ok(pieces)
}

fn piece_size(fields: &mut Fields, field: &str) -> Outcome<UnpaddedBytesAmount> {
    let bytes = fields.quantity(field)?;
    check_piece_size(bytes, &fields.name_of(field))
}

/// A piece is 127 · 2^k bytes, so that its padded form is a whole subtree.
fn check_piece_size(bytes: u64, name: &str) -> Outcome<UnpaddedBytesAmount> {
    let whole =
        bytes.is_multiple_of(PIECE_BYTES_MIN) && (bytes / PIECE_BYTES_MIN).is_power_of_two();
    if !whole || bytes / 127 * 128 > SECTOR_BYTES_MAX {
        return Err(Failure::input(
            name,
            "must be 127 times a power of two, at most 64 GiB padded",
        ));
    }
    Ok(UnpaddedBytesAmount(bytes))
}

fn padded(size: UnpaddedBytesAmount) -> u64 {
    u64::from(PaddedBytesAmount::from(size))
}

/// Opens a source that must give exactly `size` bytes: a file of that length, a shorter one
/// followed by zeros when `zero_fill`, or only zeros without a path. The library itself takes a
/// short source for an error and would read on in a long one.
fn source(
    path: Option<&Path>,
    size: UnpaddedBytesAmount,
    zero_fill: bool,
) -> Outcome<Box<dyn Read>> {
    let zeros = |bytes: u64| io::repeat(0).take(bytes);
    let Some(path) = path else {
        return Ok(Box::new(zeros(size.0)));
    };
    let length = files::length_of(path)?;
    if length > size.0 || (length < size.0 && !zero_fill) {
        return Err(Failure::missing_file(
            path,
            format!("has {length} bytes, the piece has {}", size.0),
        ));
    }
    let file = File::open(path).map_err(|e| Failure::io("open", path, &e))?;
    Ok(Box::new(file.take(length).chain(zeros(size.0 - length))))
}

/// `piece.commit`: CommP of a file or of zeros.
pub fn commit(mut params: Fields) -> Outcome<Value> {
    let path = params.path_or_none("path")?;
    let size = piece_size(&mut params, "unpadded_bytes")?;
    let zero_fill = params.flag("zero_fill")?;
    params.finish()?;
    let Some(path) = path else {
        return Ok(commitment(&zero_padding(size)?));
    };
    let source = source(Some(&path), size, zero_fill)?;
    // CommP does not depend on the proof type; the facade only checks that it knows it.
    let any_proof = RegisteredSealProof::StackedDrg32GiBV1_1;
    Ok(commitment(&seal::generate_piece_commitment(
        any_proof, source, size,
    )?))
}

fn commitment(piece: &PieceInfo) -> Value {
    json!({
        "commitment": hex::encode(piece.commitment),
        "unpadded_bytes": piece.size.0.to_string(),
        "padded_bytes": padded(piece.size).to_string(),
    })
}

/// `sector.commd`: CommD of a sector with these pieces.
pub fn comm_d(mut params: Fields) -> Outcome<Value> {
    let proof = proof_types::seal_proof(&mut params)?;
    let pieces = take_filled(&mut params, "pieces", proof_types::sector_bytes(proof))?;
    let name = params.name_of("pieces");
    params.finish()?;
    let comm_d = comm_d_of(proof, &pieces, &name)?;
    Ok(json!({"comm_d": hex::encode(comm_d)}))
}

/// CommD over pieces; pieces that do not fit are the caller's mistake, called `name`.
pub fn comm_d_of(
    proof: RegisteredSealProof,
    pieces: &[PieceInfo],
    name: &str,
) -> Outcome<[u8; 32]> {
    seal::compute_comm_d(proof, pieces)
        .map_err(|error| Failure::input(name, format!("do not make a sector: {error:#}")))
}

/// `piece.add`: writes a piece, bit-padded, behind those already in the unsealed file.
pub fn add(mut params: Fields) -> Outcome<Value> {
    let proof = proof_types::seal_proof(&mut params)?;
    let source_path = params.path_or_none("source_path")?;
    let target_path = params.path("target_path")?;
    let size = piece_size(&mut params, "unpadded_bytes")?;
    let existing_name = params.name_of("existing_unpadded_bytes");
    let size_name = params.name_of("unpadded_bytes");
    let mut existing = Vec::new();
    for (i, bytes) in params
        .quantities("existing_unpadded_bytes")?
        .into_iter()
        .enumerate()
    {
        existing.push(check_piece_size(bytes, &format!("{existing_name}[{i}]"))?);
    }
    let zero_fill = params.flag("zero_fill")?;
    params.finish()?;

    let written = sum_piece_bytes_with_alignment(&existing);
    let alignment = get_piece_alignment(written, size);
    let offset = padded(written + alignment.left_bytes);
    if padded(written + alignment.sum(size)) > proof_types::sector_bytes(proof) {
        return Err(Failure::input(
            size_name,
            "does not fit behind the existing pieces",
        ));
    }
    let source = source(source_path.as_deref(), size, zero_fill)?;
    let target = open_target(&target_path, padded(written))?;
    let (piece, _) = seal::add_piece(proof, source, &target, size, &existing)?;
    target
        .sync_all()
        .map_err(|e| Failure::io("sync", &target_path, &e))?;
    let length = target
        .metadata()
        .map_err(|e| Failure::io("look at", &target_path, &e))?
        .len();
    files::sync_directory_of(&target_path)?;
    Ok(json!({
        "piece": {
            "commitment": hex::encode(piece.commitment),
            "unpadded_bytes": size.0.to_string(),
        },
        "offset_padded_bytes": offset.to_string(),
        "target_length_bytes": length.to_string(),
    }))
}

/// Opens the unsealed file with its end at `length`, cutting off what a killed run wrote beyond.
fn open_target(path: &Path, length: u64) -> Outcome<File> {
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(length == 0)
        .truncate(false)
        .open(path)
        .map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => Failure::missing_file(path, "is not there"),
            _ => Failure::io("open", path, &e),
        })?;
    let actual = file
        .metadata()
        .map_err(|e| Failure::io("look at", path, &e))?
        .len();
    if actual < length {
        return Err(Failure::missing_file(
            path,
            format!("has {actual} bytes, not {length}"),
        ));
    }
    file.set_len(length)
        .map_err(|e| Failure::io("truncate", path, &e))?;
    file.seek(SeekFrom::Start(length))
        .map_err(|e| Failure::io("seek in", path, &e))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_subtrees_are_piece_sizes() {
        for good in [127, 254, 508, 127 << 14] {
            assert!(check_piece_size(good, "n").is_ok(), "{good}");
        }
        for bad in [0, 1, 126, 128, 381, 127 << 30] {
            assert!(check_piece_size(bad, "n").is_err(), "{bad}");
        }
    }
}
