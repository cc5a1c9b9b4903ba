//! The four circuits of a sector size.

use std::fmt;
use std::sync::OnceLock;

use bellperson::{Circuit as _, ConstraintSystem, SynthesisError};
use blstrs::Scalar;
use filecoin_proofs::constants::DefaultPieceHasher;
use filecoin_proofs::parameters::{
    public_params, window_post_public_params, winning_post_public_params,
};
use filecoin_proofs::{PoRepConfig, PoStConfig, with_shape};
use filecoin_proofs_api::MerkleTreeTrait;
use storage_proofs_core::compound_proof::CompoundProof;
use storage_proofs_core::parameter_cache::{
    CacheableParameters, metadata_id, parameter_id, verifying_key_id,
};
use storage_proofs_porep::stacked::{StackedCompound, StackedDrg};
use storage_proofs_post::fallback::{FallbackPoSt, FallbackPoStCompound};
use storage_proofs_update::constants::TreeRHasher;
use storage_proofs_update::{EmptySectorUpdateCircuit, EmptySectorUpdateCompound, PublicParams};

use super::assembly::Assembly;
use crate::proof_types::{POST_PROOFS, SEAL_PROOFS};

/// The sector sizes of the chain, in the order of its proof type numbers.
pub const SECTOR_SIZES: [(u64, &str); 5] = [
    (2 << 10, "2KiB"),
    (8 << 20, "8MiB"),
    (512 << 20, "512MiB"),
    (32 << 30, "32GiB"),
    (64 << 30, "64GiB"),
];

/// A circuit of some sector size. All proof type versions of a size share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Circuit {
    PoRep,
    WindowPost,
    WinningPost,
    EmptySectorUpdate,
}

impl Circuit {
    /// All four, the small ones first.
    pub const ALL: [Circuit; 4] = [
        Circuit::WindowPost,
        Circuit::WinningPost,
        Circuit::EmptySectorUpdate,
        Circuit::PoRep,
    ];

    /// Its name in requests and reports.
    pub fn word(self) -> &'static str {
        match self {
            Circuit::PoRep => "porep",
            Circuit::WindowPost => "window_post",
            Circuit::WinningPost => "winning_post",
            Circuit::EmptySectorUpdate => "empty_sector_update",
        }
    }

    /// The circuit with this name.
    pub fn from_word(word: &str) -> Option<Circuit> {
        Circuit::ALL
            .into_iter()
            .find(|circuit| circuit.word() == word)
    }
}

/// A circuit at a sector size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Set {
    size_index: usize,
    pub circuit: Circuit,
}

impl Set {
    /// The set for a padded sector size in bytes, if the chain has that size.
    pub fn new(sector_bytes: u64, circuit: Circuit) -> Option<Set> {
        let size_index = SECTOR_SIZES
            .iter()
            .position(|(bytes, _)| *bytes == sector_bytes)?;
        Some(Set {
            size_index,
            circuit,
        })
    }

    /// The padded sector size in bytes.
    pub fn sector_bytes(self) -> u64 {
        SECTOR_SIZES[self.size_index].0
    }

    /// The sector size as people say it.
    pub fn size_word(self) -> &'static str {
        SECTOR_SIZES[self.size_index].1
    }

    /// The library's identifier: prefix, tree shape and a hash of the circuit's description.
    /// Computed once for all sets, since the library logs a line each time.
    pub fn identifier(self) -> anyhow::Result<String> {
        static IDENTIFIERS: OnceLock<Result<Vec<(Set, String)>, String>> = OnceLock::new();
        let all = IDENTIFIERS.get_or_init(|| {
            let sizes = 0..SECTOR_SIZES.len();
            let sets = sizes.flat_map(|size_index| {
                Circuit::ALL.into_iter().map(move |circuit| Set {
                    size_index,
                    circuit,
                })
            });
            sets.map(|set| Ok((set, set.compute_identifier().map_err(|e| format!("{e:#}"))?)))
                .collect()
        });
        let all = all
            .as_ref()
            .map_err(|message| anyhow::anyhow!("{message}"))?;
        let found = all.iter().find(|(set, _)| *set == self);
        Ok(found
            .map(|(_, id)| id.clone())
            .expect("every set has an identifier"))
    }

    fn compute_identifier(self) -> anyhow::Result<String> {
        let size = self.size_index;
        match self.circuit {
            Circuit::PoRep => SEAL_PROOFS[5 + size].circuit_identifier(),
            Circuit::WindowPost => POST_PROOFS[10 + size].circuit_identifier(),
            Circuit::WinningPost => POST_PROOFS[size].circuit_identifier(),
            // Not `RegisteredUpdateProof::circuit_identifier`, which gives that of PoRep.
            Circuit::EmptySectorUpdate => Ok(with_shape!(self.sector_bytes(), update_id, self)),
        }
    }

    /// The names of its files: `.params`, `.vk`, `.meta`.
    pub fn file_names(self) -> anyhow::Result<[String; 3]> {
        let id = self.identifier()?;
        Ok([parameter_id(&id), verifying_key_id(&id), metadata_id(&id)])
    }

    /// Synthesises the circuit without a witness.
    pub fn synthesise(self, into: &mut Assembly) -> anyhow::Result<()> {
        let size = self.size_index;
        let bytes = self.sector_bytes();
        // The constant one is input 0 of every circuit (bellperson `groth16/generator.rs`).
        into.alloc_input(|| "", || Ok::<Scalar, SynthesisError>(Scalar::from(1)))?;
        match self.circuit {
            Circuit::PoRep => {
                with_shape!(bytes, porep, &SEAL_PROOFS[5 + size].as_v1_config(), into)
            }
            Circuit::WindowPost => {
                with_shape!(
                    bytes,
                    window_post,
                    &POST_PROOFS[10 + size].as_v1_config(),
                    into
                )
            }
            Circuit::WinningPost => {
                with_shape!(bytes, winning_post, &POST_PROOFS[size].as_v1_config(), into)
            }
            Circuit::EmptySectorUpdate => with_shape!(bytes, empty_sector_update, bytes, into),
        }?;
        into.constrain_inputs();
        Ok(())
    }
}

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.size_word(), self.circuit.word())
    }
}

fn porep<Tree: 'static + MerkleTreeTrait>(
    config: &PoRepConfig,
    into: &mut Assembly,
) -> anyhow::Result<()> {
    let params = public_params::<Tree>(config)?;
    let circuit = <StackedCompound<Tree, DefaultPieceHasher> as CompoundProof<
        '_,
        StackedDrg<'_, Tree, DefaultPieceHasher>,
        _,
    >>::blank_circuit(&params);
    Ok(circuit.synthesize(into)?)
}

fn window_post<Tree: 'static + MerkleTreeTrait>(
    config: &PoStConfig,
    into: &mut Assembly,
) -> anyhow::Result<()> {
    let params = window_post_public_params::<Tree>(config)?;
    let circuit =
        <FallbackPoStCompound<Tree> as CompoundProof<'_, FallbackPoSt<'_, Tree>, _>>::blank_circuit(
            &params,
        );
    Ok(circuit.synthesize(into)?)
}

fn winning_post<Tree: 'static + MerkleTreeTrait>(
    config: &PoStConfig,
    into: &mut Assembly,
) -> anyhow::Result<()> {
    let params = winning_post_public_params::<Tree>(config)?;
    let circuit =
        <FallbackPoStCompound<Tree> as CompoundProof<'_, FallbackPoSt<'_, Tree>, _>>::blank_circuit(
            &params,
        );
    Ok(circuit.synthesize(into)?)
}

fn update_id<Tree: 'static + MerkleTreeTrait<Hasher = TreeRHasher>>(set: Set) -> String {
    let params = PublicParams::from_sector_size(set.sector_bytes());
    EmptySectorUpdateCompound::<Tree>::cache_identifier(&params)
}

fn empty_sector_update<Tree: 'static + MerkleTreeTrait<Hasher = TreeRHasher>>(
    sector_bytes: u64,
    into: &mut Assembly,
) -> anyhow::Result<()> {
    let circuit =
        EmptySectorUpdateCircuit::<Tree>::blank(PublicParams::from_sector_size(sector_bytes));
    Ok(circuit.synthesize(into)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_the_published_ones() {
        let text = include_str!("../../tests/vectors/proofs-param-files.json");
        let vectors: serde_json::Value = serde_json::from_str(text).unwrap();
        let rows = vectors["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 20);
        for row in rows {
            let circuit = Circuit::from_word(row["circuit"].as_str().unwrap()).unwrap();
            let set = Set::new(row["sector_size"].as_u64().unwrap(), circuit).unwrap();
            let [params, key, meta] = set.file_names().unwrap();
            let base = row["file_base"].as_str().unwrap();
            assert_eq!(params, format!("{base}.params"));
            assert_eq!(key, format!("{base}.vk"));
            assert_eq!(meta, format!("{base}.meta"));
        }
    }
}
