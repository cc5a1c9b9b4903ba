//! Proof of spacetime: challenges, vanilla proofs, one SNARK per partition.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use filecoin_proofs_api::post;
use filecoin_proofs_api::{
    ApiVersion, PartitionSnarkProof, PoStType, RegisteredPoStProof, SectorId,
};
use rayon::prelude::*;
use serde_json::{Value, json};

use crate::failure::{Failure, Kind, Outcome};
use crate::files;
use crate::input::Fields;
use crate::parameters::circuits::Circuit;
use crate::vanilla::{self, Challenge};
use crate::{log_frames, parameters, proof_types, server};

/// One Groth16 proof.
pub const SNARK_BYTES: usize = 192;
/// A vanilla proof is 24,960 bytes for 32 GiB, 66 challenges of winning PoSt make it six times that.
const VANILLA_BYTES_MAX: u64 = 1 << 20;
/// Sectors a request may name: far above a partition's 2,349.
const SECTORS_MAX: usize = 10_000;

/// Window types 5–9 tie a challenge to the sector's place in the whole proof, so nothing can be
/// made for one sector or partition alone (storage-proofs-post `fallback/utils.rs`).
fn need_current_type(proof: RegisteredPoStProof) -> Outcome<()> {
    if proof.typ() == PoStType::Window && proof.version() != ApiVersion::V1_2_0 {
        return Err(Failure::new(
            Kind::Unsupported,
            "window proof types 5 to 9 cannot be proven by parts; use 10 to 14",
        ));
    }
    Ok(())
}

/// Leaf indices per sector, in the order given.
pub fn leaves_of(
    proof: RegisteredPoStProof,
    randomness: &[u8; 32],
    actor_id: u64,
    sectors: &[u64],
) -> Outcome<Vec<Vec<u64>>> {
    let ids: Vec<SectorId> = sectors
        .iter()
        .map(|sector| SectorId::from(*sector))
        .collect();
    let prover = proof_types::prover_id(actor_id);
    let by_sector = post::generate_fallback_sector_challenges(proof, randomness, &ids, prover)?;
    Ok(ids.iter().map(|id| by_sector[id].clone()).collect())
}

fn need_sectors(sectors: &[u64], name: &str) -> Outcome<()> {
    if sectors.is_empty() || sectors.len() > SECTORS_MAX {
        return Err(Failure::input(
            name,
            format!("must name 1 to {SECTORS_MAX} sectors"),
        ));
    }
    let mut seen = HashSet::new();
    match sectors.iter().find(|sector| !seen.insert(**sector)) {
        Some(twice) => Err(Failure::input(name, format!("names sector {twice} twice"))),
        None => Ok(()),
    }
}

/// Refuses sectors that are not in ascending order: the proof binds their order.
pub fn need_ascending(sectors: &[u64], name: &str) -> Outcome<()> {
    match sectors.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) => Err(Failure::input(
            name,
            format!(
                "must ascend by sector number: {} before {}",
                pair[0], pair[1]
            ),
        )),
        None => Ok(()),
    }
}

/// `post.challenges`.
pub fn challenges(mut params: Fields) -> Outcome<Value> {
    let proof = proof_types::post_proof(&mut params)?;
    let randomness = proof_types::post_randomness(&mut params)?;
    let actor_id = params.quantity("miner_actor_id")?;
    let mut sectors = params.quantities("sector_numbers")?;
    need_sectors(&sectors, &params.name_of("sector_numbers"))?;
    params.finish()?;
    need_current_type(proof)?;
    sectors.sort_unstable();
    let leaves = leaves_of(proof, &randomness, actor_id, &sectors)?;
    let rows: Vec<Value> = sectors
        .iter()
        .zip(leaves)
        .map(|(sector, leaves)| {
            let leaves: Vec<String> = leaves.iter().map(u64::to_string).collect();
            json!({"sector_number": sector.to_string(), "leaf_indices": leaves})
        })
        .collect();
    Ok(json!({"challenges": rows}))
}

struct Replica {
    sector: u64,
    comm_r: [u8; 32],
    sealed_path: PathBuf,
    cache_dir: PathBuf,
}

/// `post.vanilla`: one file per sector, or the sector's own error.
pub fn vanilla(mut params: Fields) -> Outcome<Value> {
    let proof = proof_types::post_proof(&mut params)?;
    let randomness = proof_types::post_randomness(&mut params)?;
    let actor_id = params.quantity("miner_actor_id")?;
    let output_dir = params.path("output_dir")?;
    let parallel = params.number_or("parallel", 1, 64, 4)? as usize;
    let name = params.name_of("replicas");
    let mut replicas = Vec::new();
    for mut fields in params.objects("replicas")? {
        replicas.push(Replica {
            sector: fields.quantity("sector_number")?,
            comm_r: fields.bytes32("comm_r")?,
            sealed_path: fields.path("sealed_path")?,
            cache_dir: fields.path("cache_dir")?,
        });
        fields.finish()?;
    }
    params.finish()?;
    need_current_type(proof)?;
    let sectors: Vec<u64> = replicas.iter().map(|replica| replica.sector).collect();
    need_sectors(&sectors, &name)?;
    if proof.typ() == PoStType::Winning && replicas.len() != 1 {
        return Err(Failure::input(
            name,
            "must name one sector for a winning proof",
        ));
    }
    files::ensure_directory(&output_dir)?;
    let leaves = leaves_of(proof, &randomness, actor_id, &sectors)?;
    let results = each_sector(&replicas, parallel, |index| {
        let replica = &replicas[index];
        let challenge = Challenge {
            sector: replica.sector,
            comm_r: replica.comm_r,
            leaves: leaves[index].clone(),
        };
        let bytes = vanilla::make(proof, &challenge, &replica.sealed_path, &replica.cache_dir)?;
        files::publish_bytes(
            &output_dir.join(format!("{}.vanilla", replica.sector)),
            &bytes,
        )
    });
    let rows: Vec<Value> = replicas
        .iter()
        .zip(results)
        .map(|(replica, result)| match result {
            Ok(blob) => json!({"sector_number": replica.sector.to_string(), "proof": blob}),
            Err(failure) => json!({
                "sector_number": replica.sector.to_string(),
                "error": failure.about_sector(replica.sector).to_json(false),
            }),
        })
        .collect();
    Ok(json!({"sectors": rows}))
}

/// Runs `make` for every replica on `parallel` threads of our own: a sector that hangs on a bad
/// mount must hold neither the library's pool nor its siblings. A panic is that sector's error: the
/// proofs of the others are needed before the deadline.
fn each_sector(
    replicas: &[Replica],
    parallel: usize,
    make: impl Fn(usize) -> Outcome<Value> + Sync,
) -> Vec<Outcome<Value>> {
    let total = replicas.len() as u64;
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Outcome<Value>>>> =
        Mutex::new(replicas.iter().map(|_| None).collect());
    let run = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(replica) = replicas.get(index) else {
                return;
            };
            let so_far = done.load(Ordering::Relaxed) as u64;
            log_frames::sector_progress("vanilla.started", so_far, total, replica.sector);
            let result = server::guarded(|| make(index));
            let stage = if result.is_ok() {
                "vanilla.done"
            } else {
                "vanilla.failed"
            };
            let so_far = done.fetch_add(1, Ordering::Relaxed) as u64 + 1;
            results.lock().unwrap_or_else(|p| p.into_inner())[index] = Some(result);
            log_frames::sector_progress(stage, so_far, total, replica.sector);
        }
    };
    thread::scope(|scope| {
        for _ in 0..parallel.min(replicas.len()) {
            scope.spawn(run);
        }
    });
    results
        .into_inner()
        .unwrap_or_else(|p| p.into_inner())
        .into_iter()
        .map(|result| result.expect("every index was taken by a thread"))
        .collect()
}

struct VanillaFile {
    sector: u64,
    comm_r: [u8; 32],
    path: PathBuf,
    sha256: Option<[u8; 32]>,
}

fn take_vanilla(params: &mut Fields) -> Outcome<Vec<VanillaFile>> {
    let mut vanilla = Vec::new();
    for mut fields in params.objects("vanilla")? {
        vanilla.push(VanillaFile {
            sector: fields.quantity("sector_number")?,
            comm_r: fields.bytes32("comm_r")?,
            path: fields.path("path")?,
            sha256: fields.bytes32_or_none("sha256")?,
        });
        fields.finish()?;
    }
    Ok(vanilla)
}

/// Reads and checks vanilla proofs; the bad ones are named all together.
fn read_checked(
    proof: RegisteredPoStProof,
    vanilla: &[VanillaFile],
    leaves: Vec<Vec<u64>>,
) -> Outcome<Vec<Vec<u8>>> {
    let read: Vec<Outcome<Vec<u8>>> = vanilla
        .par_iter()
        .zip(leaves)
        .map(|(file, leaves)| {
            let bytes = files::read_blob(&file.path, file.sha256, VANILLA_BYTES_MAX)?;
            let challenge = Challenge {
                sector: file.sector,
                comm_r: file.comm_r,
                leaves,
            };
            vanilla::check(proof, &bytes, &challenge)?;
            Ok(bytes)
        })
        .collect();
    let mut faulty = Vec::new();
    let mut message = String::from("vanilla proofs that do not hold:");
    let mut whole = Vec::new();
    for (file, result) in vanilla.iter().zip(read) {
        match result {
            Ok(bytes) => whole.push(bytes),
            Err(failure) => {
                faulty.push(file.sector);
                let _ = write!(message, " {};", failure.message);
            }
        }
    }
    if faulty.is_empty() {
        Ok(whole)
    } else {
        Err(Failure::faulty(faulty, message))
    }
}

/// `post.window.partition`: the SNARK of one partition.
pub fn window_partition(mut params: Fields) -> Outcome<Value> {
    let proof = proof_types::window_proof(&mut params)?;
    let randomness = proof_types::post_randomness(&mut params)?;
    let actor_id = params.quantity("miner_actor_id")?;
    let partition = params.number("partition_index", 0, 1 << 20)? as usize;
    let name = params.name_of("vanilla");
    let vanilla = take_vanilla(&mut params)?;
    params.finish()?;
    need_current_type(proof)?;
    let sectors: Vec<u64> = vanilla.iter().map(|file| file.sector).collect();
    need_sectors(&sectors, &name)?;
    need_ascending(&sectors, &name)?;
    let size = proof.as_v1_config().sector_count;
    if sectors.len() > size {
        return Err(Failure::input(
            name,
            format!("is more than the partition's {size} sectors"),
        ));
    }
    let leaves = leaves_of(proof, &randomness, actor_id, &sectors)?;
    let proofs = read_checked(proof, &vanilla, leaves)?;
    parameters::need(u64::from(proof.sector_size()), Circuit::WindowPost)?;
    let snark = post::generate_single_window_post_with_vanilla(
        proof,
        &randomness,
        proof_types::prover_id(actor_id),
        &proofs,
        partition,
    )?;
    Ok(json!({"proof": hex::encode(snark.0)}))
}

/// `post.merge`: partition proofs one after another.
pub fn merge(mut params: Fields) -> Outcome<Value> {
    let proof = proof_types::window_proof(&mut params)?;
    let proofs = params.byte_strings("proofs", SNARK_BYTES)?;
    let name = params.name_of("proofs");
    params.finish()?;
    if proofs.is_empty() || proofs.iter().any(|bytes| bytes.len() != SNARK_BYTES) {
        return Err(Failure::input(
            name,
            format!("must be proofs of {SNARK_BYTES} bytes"),
        ));
    }
    let parts = proofs.into_iter().map(PartitionSnarkProof).collect();
    let merged = post::merge_window_post_partition_proofs(proof, parts)?;
    Ok(json!({"proof": hex::encode(merged)}))
}

/// `post.winning.choose`: which of the miner's sectors must be proven.
pub fn winning_choose(mut params: Fields) -> Outcome<Value> {
    let proof = proof_types::winning_proof(&mut params)?;
    let randomness = proof_types::post_randomness(&mut params)?;
    let prover = proof_types::prover_id(params.quantity("miner_actor_id")?);
    let count = params.quantity("sector_count")?;
    let name = params.name_of("sector_count");
    params.finish()?;
    if count == 0 {
        return Err(Failure::input(name, "must be at least 1"));
    }
    let chosen = post::generate_winning_post_sector_challenge(proof, &randomness, count, prover)?;
    let chosen: Vec<String> = chosen.iter().map(u64::to_string).collect();
    Ok(json!({"indices": chosen}))
}

/// `post.winning.prove`: the SNARK of a block's election.
pub fn winning_prove(mut params: Fields) -> Outcome<Value> {
    let proof = proof_types::winning_proof(&mut params)?;
    let randomness = proof_types::post_randomness(&mut params)?;
    let actor_id = params.quantity("miner_actor_id")?;
    let name = params.name_of("vanilla");
    let vanilla = take_vanilla(&mut params)?;
    params.finish()?;
    let [file] = vanilla.as_slice() else {
        return Err(Failure::input(name, "must be one vanilla proof"));
    };
    let leaves = leaves_of(proof, &randomness, actor_id, &[file.sector])?;
    let proofs = read_checked(proof, &vanilla, leaves)?;
    parameters::need(u64::from(proof.sector_size()), Circuit::WinningPost)?;
    let made = post::generate_winning_post_with_vanilla(
        proof,
        &randomness,
        proof_types::prover_id(actor_id),
        &proofs,
    )?;
    match made.as_slice() {
        [(_, snark)] => Ok(json!({"proof": hex::encode(snark)})),
        _ => Err(Failure::new(
            Kind::Library,
            format!("{} winning proofs, not one", made.len()),
        )),
    }
}
