//! Vanilla proofs of spacetime: made, and checked one by one.
//!
//! The library makes a vanilla proof over a damaged `p_aux` without complaint; the SNARK over the
//! whole partition then fails and names nobody. So every proof is held here against the challenge,
//! the tree and the chain's CommR before it may count, and again before it goes into a SNARK, where
//! it may come from another machine.

use std::path::Path;

use filecoin_hashers::{Domain, HashFunction, Hasher};
use filecoin_proofs::with_shape;
use filecoin_proofs_api::post;
use filecoin_proofs_api::{
    FallbackPoStSectorProof, MerkleTreeTrait, PrivateReplicaInfo, RegisteredPoStProof, SectorId,
};
use storage_proofs_core::merkle::MerkleProofTrait;

use crate::failure::{Failure, Kind, Outcome};
use crate::proof_types::SEAL_PROOFS;
use crate::sector_cache::Layout;

/// A challenged sector.
#[derive(Clone, Debug)]
pub struct Challenge {
    pub sector: u64,
    pub comm_r: [u8; 32],
    pub leaves: Vec<u64>,
}

/// Makes and checks the vanilla proof of one sector.
pub fn make(
    proof: RegisteredPoStProof,
    challenge: &Challenge,
    sealed_path: &Path,
    cache_dir: &Path,
) -> Outcome<Vec<u8>> {
    need_files(proof, sealed_path, cache_dir)?;
    let replica = PrivateReplicaInfo::new(
        proof,
        challenge.comm_r,
        cache_dir.to_path_buf(),
        sealed_path.to_path_buf(),
    );
    let bytes = post::generate_single_vanilla_proof(
        proof,
        SectorId::from(challenge.sector),
        &replica,
        &challenge.leaves,
    )
    .map_err(|error| as_sector_fault(Failure::from(error)))?;
    check(proof, &bytes, challenge)?;
    Ok(bytes)
}

/// A proof that does not hold over files that could be read is a fault of the sector.
fn as_sector_fault(mut failure: Failure) -> Failure {
    if matches!(failure.kind, Kind::ProofSelfCheck | Kind::Library) {
        failure.kind = Kind::FaultySectors;
    }
    failure
}

/// A mapped file that is shorter than the library expects is a SIGBUS, so lengths are looked at
/// first.
fn need_files(proof: RegisteredPoStProof, sealed_path: &Path, cache_dir: &Path) -> Outcome<()> {
    let sector_bytes = u64::from(proof.sector_size());
    let same_size = SEAL_PROOFS
        .into_iter()
        .find(|seal| u64::from(seal.sector_size()) == sector_bytes)
        .expect("every PoSt proof type has a seal proof type of its size");
    Layout::of(same_size, cache_dir).need_post_files(sealed_path)
}

/// Checks a serialised vanilla proof against its challenge and the chain's CommR.
pub fn check(proof: RegisteredPoStProof, bytes: &[u8], challenge: &Challenge) -> Outcome<()> {
    with_shape!(
        u64::from(proof.sector_size()),
        check_shaped,
        bytes,
        challenge
    )
    .map_err(|message| Failure::faulty(vec![challenge.sector], message))
}

fn check_shaped<Tree: 'static + MerkleTreeTrait>(
    bytes: &[u8],
    challenge: &Challenge,
) -> Result<(), String> {
    let sector = challenge.sector;
    let proof: FallbackPoStSectorProof<Tree> = bincode::deserialize(bytes)
        .map_err(|error| format!("sector {sector}: not a vanilla proof: {error}"))?;
    if u64::from(proof.sector_id) != sector {
        return Err(format!(
            "sector {sector}: the proof is of {}",
            proof.sector_id
        ));
    }
    let comm_r = <Tree::Hasher as Hasher>::Domain::try_from_bytes(&challenge.comm_r)
        .map_err(|error| format!("sector {sector}: CommR: {error}"))?;
    if proof.comm_r != comm_r {
        return Err(format!("sector {sector}: the proof is for another CommR"));
    }
    let [part] = proof.vanilla_proof.sectors.as_slice() else {
        return Err(format!("sector {sector}: the proof is not of one sector"));
    };
    if part.inclusion_proofs.len() != challenge.leaves.len() {
        return Err(format!(
            "sector {sector}: {} paths for {} challenges",
            part.inclusion_proofs.len(),
            challenge.leaves.len()
        ));
    }
    if <Tree::Hasher as Hasher>::Function::hash2(&part.comm_c, &part.comm_r_last) != comm_r {
        return Err(format!(
            "sector {sector}: comm_c and comm_r_last of p_aux do not hash to CommR"
        ));
    }
    for (path, leaf) in part.inclusion_proofs.iter().zip(&challenge.leaves) {
        if path.root() != part.comm_r_last {
            return Err(format!(
                "sector {sector}: leaf {leaf} is under another root"
            ));
        }
        if !path.validate(*leaf as usize) {
            return Err(format!(
                "sector {sector}: the path of leaf {leaf} does not hold"
            ));
        }
    }
    Ok(())
}
