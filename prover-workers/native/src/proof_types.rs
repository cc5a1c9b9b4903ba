//! The chain's numbers for proof types, and the identities that go into seals (proofs.md-style
//! tables: builtin-actors `RegisteredSealProof`, `RegisteredPoStProof`, `RegisteredUpdateProof`).

use filecoin_proofs_api::{
    PoStType, ProverId, RegisteredPoStProof, RegisteredSealProof, RegisteredUpdateProof,
};

use crate::failure::{Failure, Outcome};
use crate::input::Fields;

/// Seal proof types 0–19 in the chain's order.
pub const SEAL_PROOFS: [RegisteredSealProof; 20] = {
    use RegisteredSealProof::*;
    [
        StackedDrg2KiBV1,
        StackedDrg8MiBV1,
        StackedDrg512MiBV1,
        StackedDrg32GiBV1,
        StackedDrg64GiBV1,
        StackedDrg2KiBV1_1,
        StackedDrg8MiBV1_1,
        StackedDrg512MiBV1_1,
        StackedDrg32GiBV1_1,
        StackedDrg64GiBV1_1,
        StackedDrg2KiBV1_1_Feat_SyntheticPoRep,
        StackedDrg8MiBV1_1_Feat_SyntheticPoRep,
        StackedDrg512MiBV1_1_Feat_SyntheticPoRep,
        StackedDrg32GiBV1_1_Feat_SyntheticPoRep,
        StackedDrg64GiBV1_1_Feat_SyntheticPoRep,
        StackedDrg2KiBV1_2_Feat_NonInteractivePoRep,
        StackedDrg8MiBV1_2_Feat_NonInteractivePoRep,
        StackedDrg512MiBV1_2_Feat_NonInteractivePoRep,
        StackedDrg32GiBV1_2_Feat_NonInteractivePoRep,
        StackedDrg64GiBV1_2_Feat_NonInteractivePoRep,
    ]
};

/// PoSt proof types 0–14. The library's `V1_2` window types are the chain's `V1_1` (numbers 10–14).
pub const POST_PROOFS: [RegisteredPoStProof; 15] = {
    use RegisteredPoStProof::*;
    [
        StackedDrgWinning2KiBV1,
        StackedDrgWinning8MiBV1,
        StackedDrgWinning512MiBV1,
        StackedDrgWinning32GiBV1,
        StackedDrgWinning64GiBV1,
        StackedDrgWindow2KiBV1,
        StackedDrgWindow8MiBV1,
        StackedDrgWindow512MiBV1,
        StackedDrgWindow32GiBV1,
        StackedDrgWindow64GiBV1,
        StackedDrgWindow2KiBV1_2,
        StackedDrgWindow8MiBV1_2,
        StackedDrgWindow512MiBV1_2,
        StackedDrgWindow32GiBV1_2,
        StackedDrgWindow64GiBV1_2,
    ]
};

/// Update proof types 0–4.
pub const UPDATE_PROOFS: [RegisteredUpdateProof; 5] = {
    use RegisteredUpdateProof::*;
    [
        StackedDrg2KiBV1,
        StackedDrg8MiBV1,
        StackedDrg512MiBV1,
        StackedDrg32GiBV1,
        StackedDrg64GiBV1,
    ]
};

/// Takes `registered_seal_proof`.
pub fn seal_proof(fields: &mut Fields) -> Outcome<RegisteredSealProof> {
    let number = fields.number("registered_seal_proof", 0, SEAL_PROOFS.len() as u64 - 1)?;
    Ok(SEAL_PROOFS[number as usize])
}

/// Takes `registered_post_proof`.
pub fn post_proof(fields: &mut Fields) -> Outcome<RegisteredPoStProof> {
    let number = fields.number("registered_post_proof", 0, POST_PROOFS.len() as u64 - 1)?;
    Ok(POST_PROOFS[number as usize])
}

/// Takes a `registered_post_proof` that must be a window type.
pub fn window_proof(fields: &mut Fields) -> Outcome<RegisteredPoStProof> {
    let proof = post_proof(fields)?;
    if proof.typ() != PoStType::Window {
        return Err(Failure::input(
            fields.name_of("registered_post_proof"),
            "must be a window proof type",
        ));
    }
    Ok(proof)
}

/// Takes a `registered_post_proof` that must be a winning type.
pub fn winning_proof(fields: &mut Fields) -> Outcome<RegisteredPoStProof> {
    let proof = post_proof(fields)?;
    if proof.typ() != PoStType::Winning {
        return Err(Failure::input(
            fields.name_of("registered_post_proof"),
            "must be a winning proof type",
        ));
    }
    Ok(proof)
}

/// Takes `registered_update_proof`.
pub fn update_proof(fields: &mut Fields) -> Outcome<RegisteredUpdateProof> {
    let number = fields.number("registered_update_proof", 0, UPDATE_PROOFS.len() as u64 - 1)?;
    Ok(UPDATE_PROOFS[number as usize])
}

/// The padded size of a sector of this proof type.
pub fn sector_bytes(proof: RegisteredSealProof) -> u64 {
    u64::from(proof.sector_size())
}

/// The prover id: the unsigned LEB128 of the miner's actor id, left-aligned in 32 zero bytes.
pub fn prover_id(actor_id: u64) -> ProverId {
    let mut id = [0u8; 32];
    let mut rest = actor_id;
    let mut at = 0;
    loop {
        let seven = (rest & 0x7f) as u8;
        rest >>= 7;
        if rest == 0 {
            id[at] = seven;
            return id;
        }
        id[at] = seven | 0x80;
        at += 1;
    }
}

/// Takes randomness for a PoSt, which must be below the field's modulus; callers clear the top two
/// bits of byte 31 first, as lotus does.
pub fn post_randomness(fields: &mut Fields) -> Outcome<[u8; 32]> {
    let randomness = fields.bytes32("randomness")?;
    if filecoin_proofs_api::fr32::bytes_into_fr(&randomness).is_err() {
        return Err(Failure::input(
            fields.name_of("randomness"),
            "is not below the field's modulus: clear the top two bits of byte 31",
        ));
    }
    Ok(randomness)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prover_id_is_the_leb128_of_the_actor_id() {
        assert_eq!(&prover_id(1000)[..3], &[0xe8, 0x07, 0]);
        assert_eq!(&prover_id(0)[..2], &[0, 0]);
        assert_eq!(prover_id(u64::MAX)[9], 1);
    }

    #[test]
    fn proof_numbers_are_those_of_the_library() {
        for (number, proof) in SEAL_PROOFS.iter().enumerate() {
            assert_eq!(filecoin_proofs_api_number(*proof), number as u64);
        }
    }

    /// The number that the library puts into the porep id.
    fn filecoin_proofs_api_number(proof: RegisteredSealProof) -> u64 {
        let id = proof.as_v1_config().porep_id;
        u64::from_le_bytes(id[..8].try_into().unwrap())
    }
}
