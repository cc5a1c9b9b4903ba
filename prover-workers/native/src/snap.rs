//! Snap deals: new data encoded into a committed-capacity sector (FIP-0019).
//!
//! The library encodes into a file and a directory that must exist already; both are made afresh
//! here and get their names when the encoding is whole, so that a killed run leaves nothing that
//! looks finished.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use filecoin_proofs_api::{PartitionProofBytes, RegisteredUpdateProof, update};
use serde_json::{Value, json};

use crate::failure::{Failure, Kind, Outcome};
use crate::files;
use crate::input::Fields;
use crate::parameters::circuits::Circuit;
use crate::{parameters, pieces, proof_types};

/// Vanilla proofs of 16 partitions at 32 GiB stay well below this.
const RECORD_BYTES_MAX: u64 = 1 << 30;

struct Commitments {
    comm_r_old: [u8; 32],
    comm_r_new: [u8; 32],
    comm_d_new: [u8; 32],
}

impl Commitments {
    fn take(params: &mut Fields) -> Outcome<Self> {
        Ok(Commitments {
            comm_r_old: params.bytes32("comm_r_old")?,
            comm_r_new: params.bytes32("comm_r_new")?,
            comm_d_new: params.bytes32("comm_d_new")?,
        })
    }
}

fn sector_bytes(proof: RegisteredUpdateProof) -> u64 {
    u64::from(proof.sector_size())
}

/// `snap.encode`.
pub fn encode(mut params: Fields) -> Outcome<Value> {
    let proof = proof_types::update_proof(&mut params)?;
    let update_path = params.path("update_path")?;
    let update_cache_dir = params.path("update_cache_dir")?;
    let key_path = params.path("sector_key_path")?;
    let key_cache_dir = params.path("sector_key_cache_dir")?;
    let staged_path = params.path("staged_path")?;
    let pieces = pieces::take_filled(&mut params, "pieces", sector_bytes(proof))?;
    params.finish()?;

    let bytes = sector_bytes(proof);
    files::need_length(&key_path, bytes)?;
    files::need_length(&staged_path, bytes)?;
    files::length_of(&key_cache_dir.join("p_aux"))?;
    files::length_of(&key_cache_dir.join("t_aux"))?;
    let working = files::beside(&update_path, ".encoding");
    let working_cache = files::beside(&update_cache_dir, ".encoding");
    remove_directory(&working_cache)?;
    fs::create_dir(&working_cache).map_err(|e| Failure::io("create", &working_cache, &e))?;
    create_zeros(&working, bytes)?;
    let encoded = update::empty_sector_update_encode_into(
        proof,
        &working,
        &working_cache,
        &key_path,
        &key_cache_dir,
        &staged_path,
        &pieces,
    )?;
    for name in files::names_in(&working_cache)? {
        files::sync_file(&working_cache.join(name))?;
    }
    files::sync_file(&working)?;
    remove_directory(&update_cache_dir)?;
    files::rename(&working_cache, &update_cache_dir)?;
    files::rename(&working, &update_path)?;
    Ok(json!({
        "comm_r_new": hex::encode(encoded.comm_r_new),
        "comm_r_last_new": hex::encode(encoded.comm_r_last_new),
        "comm_d_new": hex::encode(encoded.comm_d_new),
    }))
}

fn create_zeros(path: &Path, bytes: u64) -> Outcome<()> {
    File::create(path)
        .and_then(|file| file.set_len(bytes))
        .map_err(|e| Failure::io("create", path, &e))
}

fn remove_directory(path: &Path) -> Outcome<()> {
    match fs::remove_dir_all(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::io("remove", path, &error)),
    }
}

/// `snap.decode`: the data back out of an updated replica.
pub fn decode(mut params: Fields) -> Outcome<Value> {
    let proof = proof_types::update_proof(&mut params)?;
    let output_path = params.path("output_path")?;
    let update_path = params.path("update_path")?;
    let key_path = params.path("sector_key_path")?;
    let key_cache_dir = params.path("sector_key_cache_dir")?;
    let comm_d_new = params.bytes32("comm_d_new")?;
    params.finish()?;
    let bytes = sector_bytes(proof);
    files::need_length(&key_path, bytes)?;
    files::need_length(&update_path, bytes)?;
    let working = files::beside(&output_path, ".decoding");
    create_zeros(&working, bytes)?;
    update::empty_sector_update_decode_from(
        proof,
        &working,
        &update_path,
        &key_path,
        &key_cache_dir,
        comm_d_new,
    )?;
    files::sync_file(&working)?;
    let sha256 = files::sha256_of(&working)?;
    files::rename(&working, &output_path)?;
    Ok(json!({"output": {
        "path": output_path.to_string_lossy(),
        "length_bytes": bytes.to_string(),
        "sha256": hex::encode(sha256),
    }}))
}

/// `snap.vanilla`: the partitions' vanilla proofs, verified.
pub fn vanilla(mut params: Fields) -> Outcome<Value> {
    let proof = proof_types::update_proof(&mut params)?;
    let comm = Commitments::take(&mut params)?;
    let key_path = params.path("sector_key_path")?;
    let key_cache_dir = params.path("sector_key_cache_dir")?;
    let update_path = params.path("update_path")?;
    let update_cache_dir = params.path("update_cache_dir")?;
    let record_path = params.path("record_path")?;
    params.finish()?;
    files::need_length(&key_path, sector_bytes(proof))?;
    files::need_length(&update_path, sector_bytes(proof))?;
    let proofs = update::generate_partition_proofs(
        proof,
        comm.comm_r_old,
        comm.comm_r_new,
        comm.comm_d_new,
        &key_path,
        &key_cache_dir,
        &update_path,
        &update_cache_dir,
    )?;
    let good = update::verify_partition_proofs(
        proof,
        &proofs,
        comm.comm_r_old,
        comm.comm_r_new,
        comm.comm_d_new,
    )?;
    if !good {
        return Err(Failure::new(
            Kind::ProofSelfCheck,
            "the partition proofs do not verify",
        ));
    }
    let bytes: Vec<&[u8]> = proofs.iter().map(|part| part.0.as_slice()).collect();
    let encoded = bincode::serialize(&bytes)
        .map_err(|error| Failure::new(Kind::Library, error.to_string()))?;
    let record = files::publish_bytes(&record_path, &encoded)?;
    Ok(json!({"record": record, "partitions": proofs.len()}))
}

/// `snap.prove`: the SNARKs of an update.
pub fn prove(mut params: Fields) -> Outcome<Value> {
    let proof = proof_types::update_proof(&mut params)?;
    let comm = Commitments::take(&mut params)?;
    let record_path = params.path("record_path")?;
    let sha256 = params.bytes32_or_none("record_sha256")?;
    params.finish()?;
    let proofs = read_record(&record_path, sha256)?;
    parameters::need(sector_bytes(proof), Circuit::EmptySectorUpdate)?;
    let made = update::generate_empty_sector_update_proof_with_vanilla(
        proof,
        proofs,
        comm.comm_r_old,
        comm.comm_r_new,
        comm.comm_d_new,
    )?;
    Ok(json!({"proof": hex::encode(made.0)}))
}

fn read_record(path: &Path, sha256: Option<[u8; 32]>) -> Outcome<Vec<PartitionProofBytes>> {
    let bytes = files::read_blob(path, sha256, RECORD_BYTES_MAX)?;
    let parts: Vec<Vec<u8>> = bincode::deserialize(&bytes)
        .map_err(|error| Failure::missing_file(path, format!("is not a record: {error}")))?;
    Ok(parts.into_iter().map(PartitionProofBytes).collect())
}
