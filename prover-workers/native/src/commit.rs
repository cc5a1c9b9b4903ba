//! C1 and C2: from a replica and a seed to the proof of replication.

use std::path::{Path, PathBuf};

use filecoin_proofs_api::seal::{self, SealCommitPhase1Output, SealPreCommitPhase2Output};
use filecoin_proofs_api::{PieceInfo, SectorId};
use serde_json::{Value, json};

use crate::failure::{Failure, Kind, Outcome};
use crate::files;
use crate::input::Fields;
use crate::parameters::circuits::Circuit;
use crate::seal::Identity;
use crate::sector_cache::Layout;
use crate::{parameters, pieces, proof_types};

/// C1 records measured about 50 MB for 32 GiB sectors; NI ones are 13 times that.
const C1_RECORD_BYTES_MAX: u64 = 2 << 30;
/// How many random seeds `seal.c1check` takes at most.
const CHECKS_MAX: u64 = 10;

/// What C1 works on, apart from the seed.
struct Replica {
    identity: Identity,
    cache_dir: PathBuf,
    sealed_path: PathBuf,
    pieces: Vec<PieceInfo>,
    comm_r: [u8; 32],
    comm_d: [u8; 32],
}

impl Replica {
    fn take(params: &mut Fields) -> Outcome<Self> {
        let identity = Identity::take(params)?;
        let sector_bytes = proof_types::sector_bytes(identity.proof);
        Ok(Replica {
            identity,
            cache_dir: params.path("cache_dir")?,
            sealed_path: params.path("sealed_path")?,
            pieces: pieces::take_filled(params, "pieces", sector_bytes)?,
            comm_r: params.bytes32("comm_r")?,
            comm_d: params.bytes32("comm_d")?,
        })
    }

    fn commit_1(&self, seed: [u8; 32]) -> Outcome<SealCommitPhase1Output> {
        Layout::of(self.identity.proof, &self.cache_dir).need_commit_files(&self.sealed_path)?;
        Ok(seal::seal_commit_phase1(
            &self.cache_dir,
            &self.sealed_path,
            self.identity.prover,
            self.identity.sector,
            self.identity.ticket,
            seed,
            SealPreCommitPhase2Output {
                registered_proof: self.identity.proof,
                comm_r: self.comm_r,
                comm_d: self.comm_d,
            },
            &self.pieces,
        )?)
    }
}

/// `seal.c1`: vanilla proofs for the chain's seed, verified by the library.
pub fn commit_1(mut params: Fields) -> Outcome<Value> {
    let replica = Replica::take(&mut params)?;
    let seed = params.bytes32("seed")?;
    let seed_name = params.name_of("seed");
    let record_path = params.path("record_path")?;
    params.finish()?;
    if seed == [0; 32] {
        return Err(Failure::input(seed_name, "must not be all zeros"));
    }
    let record = replica.commit_1(seed)?;
    let mut file = files::Unfinished::create(&record_path)?;
    serde_json::to_writer(&mut file, &record).map_err(|error| {
        Failure::new(
            Kind::Io,
            format!("cannot write {}: {error}", record_path.display()),
        )
    })?;
    Ok(json!({"record": file.publish()?}))
}

/// `seal.c1check`: C1 with random seeds, to find bad memory or disks before the precommit.
pub fn commit_1_check(mut params: Fields) -> Outcome<Value> {
    let replica = Replica::take(&mut params)?;
    let count = params.number_or("count", 1, CHECKS_MAX, 3)?;
    params.finish()?;
    for _ in 0..count {
        replica.commit_1(random_seed()?)?;
    }
    Ok(json!({"checked": count}))
}

fn random_seed() -> Outcome<[u8; 32]> {
    let mut seed = [0u8; 32];
    // SAFETY: the buffer is ours and 32 bytes long; requests up to 256 bytes are never cut short.
    let got = unsafe { libc::getrandom(seed.as_mut_ptr().cast(), seed.len(), 0) };
    if got != seed.len() as isize {
        return Err(Failure::new(
            Kind::Io,
            "the operating system gave no random bytes",
        ));
    }
    seed[0] |= 1; // never the all-zero seed that the library refuses
    Ok(seed)
}

/// `seal.c2`: the SNARK over a C1 record; the library verifies it before it returns.
pub fn commit_2(mut params: Fields) -> Outcome<Value> {
    let proof = proof_types::seal_proof(&mut params)?;
    let prover = proof_types::prover_id(params.quantity("miner_actor_id")?);
    let sector = SectorId::from(params.quantity("sector_number")?);
    let record_path = params.path("record_path")?;
    let sha256 = params.bytes32_or_none("record_sha256")?;
    params.finish()?;
    let record = read_record(&record_path, sha256)?;
    if record.registered_proof != proof {
        return Err(Failure::missing_file(
            &record_path,
            "is the record of another proof type",
        ));
    }
    parameters::need(proof_types::sector_bytes(proof), Circuit::PoRep)?;
    let output = seal::seal_commit_phase2(record, prover, sector)?;
    Ok(json!({"proof": hex::encode(output.proof)}))
}

fn read_record(path: &Path, sha256: Option<[u8; 32]>) -> Outcome<SealCommitPhase1Output> {
    let bytes = files::read_blob(path, sha256, C1_RECORD_BYTES_MAX)?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Failure::missing_file(path, format!("is not a C1 record: {error}")))
}
