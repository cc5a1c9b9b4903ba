//! Verification. A parent asks another process than the one that proved, so that a proof is looked
//! at by bytes that were never in the prover's memory.

use std::collections::BTreeMap;

use filecoin_proofs_api::{
    PoStType, PublicReplicaInfo, RegisteredPoStProof, SectorId, post, seal, update,
};
use serde_json::{Value, json};

use crate::failure::{Failure, Kind, Outcome};
use crate::input::Fields;
use crate::post::{SNARK_BYTES, need_ascending};
use crate::proof_types;
use crate::seal::Identity;

/// The largest proof: an aggregated non-interactive PoRep is at most 40,948 bytes (FIP-0092), a
/// window proof of a deadline's 29 partitions 5,568.
const PROOF_BYTES_MAX: usize = 1 << 16;

/// The library answers broken points and wrong lengths with an error where a wrong statement gives
/// `false`; both mean that the proof is worth nothing. Only what is wrong with our own machine
/// stays an error.
fn judge(result: anyhow::Result<bool>) -> Outcome<Value> {
    match result {
        Ok(true) => Ok(json!({"valid": true, "reason": null})),
        Ok(false) => Ok(invalid("the proof does not verify")),
        Err(error) => {
            let text = format!("{error:#}");
            let failure = Failure::from(error);
            let about_bytes = text.contains("not on curve") || text.contains("not in subgroup");
            match failure.kind {
                Kind::MissingParams | Kind::BadParams => Err(failure),
                Kind::Io if !about_bytes => Err(failure),
                _ => Ok(invalid(&text)),
            }
        }
    }
}

fn invalid(reason: &str) -> Value {
    json!({"valid": false, "reason": reason})
}

fn need_bytes(proof: &[u8], expected: usize) -> Result<(), Value> {
    if proof.len() == expected {
        return Ok(());
    }
    Err(invalid(&format!(
        "the proof has {} bytes, not {expected}",
        proof.len()
    )))
}

/// `verify.seal`.
pub fn seal(mut params: Fields) -> Outcome<Value> {
    let identity = Identity::take(&mut params)?;
    let seed = params.bytes32("seed")?;
    let comm_r = params.bytes32("comm_r")?;
    let comm_d = params.bytes32("comm_d")?;
    let proof = params.bytes("proof", PROOF_BYTES_MAX)?;
    params.finish()?;
    let partitions = usize::from(identity.proof.partitions());
    if let Err(answer) = need_bytes(&proof, partitions * SNARK_BYTES) {
        return Ok(answer);
    }
    judge(seal::verify_seal(
        identity.proof,
        comm_r,
        comm_d,
        identity.prover,
        identity.sector,
        identity.ticket,
        seed,
        &proof,
    ))
}

/// What a PoSt is verified against.
struct Statement {
    proof_type: RegisteredPoStProof,
    randomness: [u8; 32],
    actor_id: u64,
    sectors: BTreeMap<SectorId, PublicReplicaInfo>,
    proof: Vec<u8>,
}

impl Statement {
    fn take(mut params: Fields, proof_type: RegisteredPoStProof) -> Outcome<Self> {
        let randomness = proof_types::post_randomness(&mut params)?;
        let actor_id = params.quantity("miner_actor_id")?;
        let name = params.name_of("sectors");
        let mut numbers = Vec::new();
        let mut sectors = BTreeMap::new();
        for mut fields in params.objects("sectors")? {
            let number = fields.quantity("sector_number")?;
            let comm_r = fields.bytes32("comm_r")?;
            fields.finish()?;
            numbers.push(number);
            sectors.insert(
                SectorId::from(number),
                PublicReplicaInfo::new(proof_type, comm_r),
            );
        }
        let proof = params.bytes("proof", PROOF_BYTES_MAX)?;
        params.finish()?;
        need_ascending(&numbers, &name)?;
        if numbers.is_empty() {
            return Err(Failure::input(name, "must name a sector"));
        }
        if proof_type.typ() == PoStType::Winning && numbers.len() != 1 {
            return Err(Failure::input(
                name,
                "must name one sector for a winning proof",
            ));
        }
        Ok(Statement {
            proof_type,
            randomness,
            actor_id,
            sectors,
            proof,
        })
    }
}

/// `verify.window`.
pub fn window(mut params: Fields) -> Outcome<Value> {
    let proof_type = proof_types::window_proof(&mut params)?;
    let it = Statement::take(params, proof_type)?;
    let partitions = it
        .sectors
        .len()
        .div_ceil(proof_type.as_v1_config().sector_count);
    if let Err(answer) = need_bytes(&it.proof, partitions * SNARK_BYTES) {
        return Ok(answer);
    }
    judge(post::verify_window_post(
        &it.randomness,
        &[(it.proof_type, it.proof.as_slice())],
        &it.sectors,
        proof_types::prover_id(it.actor_id),
    ))
}

/// `verify.winning`.
pub fn winning(mut params: Fields) -> Outcome<Value> {
    let proof_type = proof_types::winning_proof(&mut params)?;
    let it = Statement::take(params, proof_type)?;
    if let Err(answer) = need_bytes(&it.proof, SNARK_BYTES) {
        return Ok(answer);
    }
    judge(post::verify_winning_post(
        &it.randomness,
        &it.proof,
        &it.sectors,
        proof_types::prover_id(it.actor_id),
    ))
}

/// `verify.update`.
pub fn update(mut params: Fields) -> Outcome<Value> {
    let proof_type = proof_types::update_proof(&mut params)?;
    let comm_r_old = params.bytes32("comm_r_old")?;
    let comm_r_new = params.bytes32("comm_r_new")?;
    let comm_d_new = params.bytes32("comm_d_new")?;
    let proof = params.bytes("proof", PROOF_BYTES_MAX)?;
    params.finish()?;
    if proof.is_empty() || proof.len() % SNARK_BYTES != 0 {
        return Ok(invalid("the proof is not whole SNARKs of 192 bytes"));
    }
    judge(update::verify_empty_sector_update_proof(
        proof_type, &proof, comm_r_old, comm_r_new, comm_d_new,
    ))
}
