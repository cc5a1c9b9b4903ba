//! PC1 and PC2: from an unsealed file to a replica with its commitments.
//!
//! Both may be killed at any moment and are then simply run again. The library alone does not stand
//! that: it takes the layers of another ticket for its own, encodes a half-encoded replica a second
//! time and takes a half-written tree-c for a whole one, each without an error and with a wrong
//! CommR. So PC1 keeps layers only under the replica id that they were made for, and PC2 starts
//! from nothing but the layers and the data tree, in a file that gets its name when it is finished.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use filecoin_hashers::Domain;
use filecoin_hashers::poseidon::PoseidonHasher;
use filecoin_hashers::sha256::Sha256Domain;
use filecoin_proofs_api::seal::{self, SealPreCommitPhase1Output};
use filecoin_proofs_api::{PieceInfo, ProverId, RegisteredSealProof, SectorId};
use serde_json::{Value, json};
use storage_proofs_porep::stacked::generate_replica_id;

use crate::failure::{Failure, Kind, Outcome};
use crate::files;
use crate::input::Fields;
use crate::sector_cache::{self, Layout};
use crate::{log_frames, parent_cache, pieces, proof_types};

/// The record of PC1 is below 1 KiB for 2 layers and below 4 KiB for 11.
const PC1_RECORD_BYTES_MAX: u64 = 1 << 20;

/// What names a replica besides its data.
#[derive(Clone, Copy)]
pub struct Identity {
    pub proof: RegisteredSealProof,
    pub prover: ProverId,
    pub sector: SectorId,
    pub ticket: [u8; 32],
}

impl Identity {
    /// Takes the sector fields.
    pub fn take(params: &mut Fields) -> Outcome<Self> {
        Ok(Identity {
            proof: proof_types::seal_proof(params)?,
            prover: proof_types::prover_id(params.quantity("miner_actor_id")?),
            sector: SectorId::from(params.quantity("sector_number")?),
            ticket: params.bytes32("ticket")?,
        })
    }

    /// The replica id: sha256 over prover, sector, ticket, CommD and porep id, top two bits clear.
    pub fn replica_id(&self, comm_d: [u8; 32]) -> Outcome<[u8; 32]> {
        let comm_d = Sha256Domain::try_from_bytes(&comm_d)?;
        let id = generate_replica_id::<PoseidonHasher, _>(
            &self.prover,
            self.sector.into(),
            &self.ticket,
            comm_d,
            &self.proof.as_v1_config().porep_id,
        );
        let mut bytes = [0u8; 32];
        id.write_bytes(&mut bytes)?;
        Ok(bytes)
    }
}

/// `replica.id`.
pub fn replica_id_request(mut params: Fields) -> Outcome<Value> {
    let identity = Identity::take(&mut params)?;
    let comm_d = params.bytes32("comm_d")?;
    params.finish()?;
    Ok(json!({"replica_id": hex::encode(identity.replica_id(comm_d)?)}))
}

/// `seal.pc1`: the data tree and the layers.
pub fn pre_commit_1(mut params: Fields) -> Outcome<Value> {
    let identity = Identity::take(&mut params)?;
    let cache_dir = params.path("cache_dir")?;
    let unsealed_path = params.path_or_none("unsealed_path")?;
    let sealed_path = params.path("sealed_path")?;
    let pieces = pieces::take_filled(
        &mut params,
        "pieces",
        proof_types::sector_bytes(identity.proof),
    )?;
    let pieces_name = params.name_of("pieces");
    let record_path = params.path("record_path")?;
    params.finish()?;

    let comm_d = pieces::comm_d_of(identity.proof, &pieces, &pieces_name)?;
    let replica_id = identity.replica_id(comm_d)?;
    let layout = Layout::of(identity.proof, &cache_dir);
    if let Some(unsealed) = &unsealed_path {
        check_unsealed(unsealed, layout.sector_bytes)?;
    }
    files::ensure_directory(&cache_dir)?;
    let _lock = layout.lock()?;
    layout.keep_layers_of(&replica_id)?;
    layout.remove_data_tree()?;
    layout.remove_replica_trees()?;
    files::remove_if_there(&record_path)?;
    files::remove_if_there(&working_replica(&sealed_path))?;
    // Emptied, since the library only lengthens the file when the data is the zero device.
    File::create(&sealed_path).map_err(|e| Failure::io("create", &sealed_path, &e))?;
    parent_cache::ensure(identity.proof)?;

    log_frames::expect_layers(layout.layers as u64);
    let record = run_pre_commit_1(
        &identity,
        &cache_dir,
        unsealed_path.as_deref(),
        &sealed_path,
        &pieces,
    )?;
    log_frames::progress("pc1.layer", layout.layers as u64, layout.layers as u64);
    if record.comm_d != comm_d {
        return Err(Failure::new(
            Kind::ProofSelfCheck,
            "the data tree's root is not the CommD of the pieces",
        ));
    }
    layout.sync_layers_and_data_tree()?;
    let bytes = serde_json::to_vec(&record)
        .map_err(|error| Failure::new(Kind::Library, error.to_string()))?;
    let blob = files::publish_bytes(&record_path, &bytes)?;
    Ok(json!({
        "comm_d": hex::encode(comm_d),
        "replica_id": hex::encode(replica_id),
        "layers": layout.layers,
        "record": blob,
    }))
}

fn run_pre_commit_1(
    identity: &Identity,
    cache_dir: &Path,
    unsealed_path: Option<&Path>,
    sealed_path: &Path,
    pieces: &[PieceInfo],
) -> Outcome<SealPreCommitPhase1Output> {
    Ok(seal::seal_pre_commit_phase1(
        identity.proof,
        cache_dir,
        unsealed_path.unwrap_or(Path::new("/dev/zero")),
        sealed_path,
        identity.prover,
        identity.sector,
        identity.ticket,
        pieces,
    )?)
}

/// The library cuts a longer unsealed file silently and fills a shorter one with zeros.
fn check_unsealed(path: &Path, sector_bytes: u64) -> Outcome<()> {
    let length = files::length_of(path)?;
    if length > sector_bytes {
        return Err(Failure::missing_file(
            path,
            format!("has {length} bytes, more than the sector's {sector_bytes}"),
        ));
    }
    Ok(())
}

/// The replica while PC2 works on it.
fn working_replica(sealed_path: &Path) -> PathBuf {
    files::beside(sealed_path, ".pc2")
}

/// `seal.pc2`: the replica, its trees and CommR.
pub fn pre_commit_2(mut params: Fields) -> Outcome<Value> {
    let identity = Identity::take(&mut params)?;
    let cache_dir = params.path("cache_dir")?;
    let sealed_path = params.path("sealed_path")?;
    let record_path = params.path("record_path")?;
    params.finish()?;

    let layout = Layout::of(identity.proof, &cache_dir);
    let record = read_pre_commit_1_record(&record_path, identity.proof)?;
    if !cache_dir.is_dir() {
        return Err(Failure::missing_file(&cache_dir, "is not there"));
    }
    let _lock = layout.lock()?;
    layout.need_layers_of(&identity.replica_id(record.comm_d)?)?;
    layout.need_data_tree(&record.comm_d)?;
    layout.remove_replica_trees()?;
    let working = working_replica(&sealed_path);
    refill_from_data_tree(&layout, &sealed_path, &working)?;

    let commitments = seal::seal_pre_commit_phase2(record, &cache_dir, &working)?;
    let (comm_c, comm_r_last) = sector_cache::read_p_aux(&layout.p_aux())?;
    if sector_cache::comm_r_of(&comm_c, &comm_r_last)? != commitments.comm_r {
        return Err(Failure::new(
            Kind::ProofSelfCheck,
            "p_aux on disk does not hash to CommR",
        ));
    }
    layout.sync_replica_trees()?;
    files::sync_file(&working)?;
    files::rename(&working, &sealed_path)?;
    log_frames::progress(
        "pc2.tree_r_last",
        layout.base_trees as u64,
        layout.base_trees as u64,
    );
    Ok(json!({
        "comm_r": hex::encode(commitments.comm_r),
        "comm_d": hex::encode(commitments.comm_d),
        "comm_c": hex::encode(comm_c),
        "comm_r_last": hex::encode(comm_r_last),
    }))
}

fn read_pre_commit_1_record(
    path: &Path,
    proof: RegisteredSealProof,
) -> Outcome<SealPreCommitPhase1Output> {
    let bytes = files::read_blob(path, None, PC1_RECORD_BYTES_MAX)?;
    let record: SealPreCommitPhase1Output = serde_json::from_slice(&bytes)
        .map_err(|error| Failure::missing_file(path, format!("is not a PC1 record: {error}")))?;
    if record.registered_proof != proof {
        return Err(Failure::missing_file(
            path,
            "is the record of another proof type",
        ));
    }
    Ok(record)
}

/// Makes the working replica: the unsealed sector, taken from the leaf row of the data tree, which
/// is its first half. Whatever had the sealed name is used for its room on the disk only.
fn refill_from_data_tree(layout: &Layout, sealed_path: &Path, working: &Path) -> Outcome<()> {
    if !working.exists() && sealed_path.exists() {
        files::rename(sealed_path, working)?;
    } else {
        files::remove_if_there(sealed_path)?;
    }
    let tree = layout.data_tree();
    let mut source = File::open(&tree).map_err(|e| Failure::io("open", &tree, &e))?;
    source
        .seek(SeekFrom::Start(0))
        .map_err(|e| Failure::io("seek in", &tree, &e))?;
    let mut target = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(working)
        .map_err(|e| Failure::io("open", working, &e))?;
    let copied = io::copy(&mut source.take(layout.sector_bytes), &mut target)
        .map_err(|e| Failure::io("fill", working, &e))?;
    if copied != layout.sector_bytes {
        return Err(Failure::missing_file(
            &tree,
            format!("gave only {copied} bytes of leaves"),
        ));
    }
    target
        .set_len(layout.sector_bytes)
        .and_then(|()| target.flush())
        .map_err(|e| Failure::io("truncate", working, &e))
}
