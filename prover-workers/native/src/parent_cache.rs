//! SDR parent caches, made whole before the library opens them.
//!
//! The library fills a new parent cache in place under its final name and takes any file of the
//! right length for finished (storage-proofs-porep `stacked/vanilla/cache.rs`), so that a kill
//! during the first PC1 of a machine would leave a graph of zeros, and every sector sealed with it
//! would have a wrong CommR. Here the file is made under another name, checked against the
//! published digest where there is one, and renamed; a file that somebody else left is hashed once.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use filecoin_hashers::{Hasher, poseidon::PoseidonHasher};
use filecoin_proofs::constants::{DRG_DEGREE, EXP_DEGREE};
use filecoin_proofs_api::RegisteredSealProof;
use log::info;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use storage_proofs_core::crypto::{FEISTEL_DST, derive_porep_domain_seed};
use storage_proofs_core::drgraph::Graph;
use storage_proofs_core::parameter_cache::{ParameterSetMetadata, VERSION};
use storage_proofs_porep::stacked::StackedBucketGraph;

use crate::failure::{Failure, Kind, Outcome};
use crate::files::{self, Lock};
use crate::proof_types;

/// Parents of a node: six of the bucket graph, eight of the expander.
const DEGREE: usize = DRG_DEGREE + EXP_DEGREE;
/// Bytes of a node's entry: little-endian u32 each.
const ENTRY_BYTES: usize = DEGREE * 4;
/// Nodes computed in parallel before they are written: 14 MiB.
const CHUNK_NODES: usize = 1 << 18;

/// Sha256 of the caches that upstream lists (storage-proofs-porep 19.1.0 `parent_cache.json`): file
/// name hash, digest. Synthetic and non-interactive types are not listed there.
const PUBLISHED: [(&str, &str); 10] = [
    (
        "21981246c370f9d76c7a77ab273d94bde0ceb4e938292334960bce05585dc117",
        "93deeac5e3052b6927467d4b2641bb782f05491de18d510147c93eeedd8672da",
    ),
    (
        "2aa9c77c3e58259481351cc4be2079cc71e1c9af39700866545c043bfa30fb42",
        "3adcc092423aa76d6a7184016893406da44dd974b219a89cd3ece25e4e3018f5",
    ),
    (
        "3f0eef38bb48af1f48ad65e14eb85b4ebfc167cec18cd81764f6d998836c9899",
        "3da49221e2ed55371b86d0bf3d6526fcf128af61bed904f966428db1b531750d",
    ),
    (
        "4905486b7af19558ac3649bc6261411858b6add534438878c4ee3b29d8b9de0b",
        "2698b74eb2606b55b98d8b095e18b6320b47f46e00075956d48640ccd1641b03",
    ),
    (
        "494d91dc80f2df5272c4b9e129bc7ade9405225993af9fe34e6542a39a47554b",
        "840057702eea7652cf97e04306c30fe57174714d90de156a25eddd6075c25b97",
    ),
    (
        "5eed212119fd91aa6220a27f31a8966444a9381842bceb3a1ea61525bd47a5b5",
        "03cd13565ded97c240a5f52e54295ad127bd0461b57904cb3a4d79b097bbecab",
    ),
    (
        "7ba215a1d2345774ab90b8cb1158d296e409d6068819d7b8c7baf0b25d63dc34",
        "b5877d1963793efebc261fd8fde4dd6bc59e6b5c7abf52617a4ee023b8dc173a",
    ),
    (
        "8a99e8d6b6be7ab87a56b632e6739ff201c23ea14e99737c74690f0e265574d6",
        "2778a732ad46a7dc18e0564dfdf59fd321dcde74ab476fd6d3c4e6735d7cd89c",
    ),
    (
        "dcdabb0fbe4364bf0ac28b6a18c66de246409fa1a9020a00f33fb3e3053da6dc",
        "a76604f2f59f2744c7151653bbb1d8596b6b57d295e6fa6c1f0c41d725b502ce",
    ),
    (
        "e1fa5d5b811ddbd118be3412c4a8c329156b8b8acc72632bca459455b5a05a13",
        "3c4f9841fcc75aed8c695800e58d08480629f25af3a2aefd81904181d75cc0b6",
    ),
];

/// Makes sure that the whole parent cache of this proof type is where the library looks for it.
pub fn ensure(proof: RegisteredSealProof) -> Outcome<PathBuf> {
    let directory = library_directory()?;
    fs::create_dir_all(&directory).map_err(|e| Failure::io("create", &directory, &e))?;
    let graph = graph_of(proof)?;
    let hash = name_hash(proof, &graph);
    let path = directory.join(format!("v{VERSION}-sdr-parent-{hash}.cache"));
    let marker = files::beside(&path, ".whole");
    if is_marked_whole(&path, &marker, &graph) {
        return Ok(path);
    }
    let _lock = Lock::take(&files::beside(&path, ".lock"))?;
    if is_marked_whole(&path, &marker, &graph) || is_published_content(&path, &hash, &graph)? {
        mark_whole(&path, &marker)?;
        return Ok(path);
    }
    files::remove_if_there(&marker)?;
    generate(&path, &hash, &graph)?;
    mark_whole(&path, &marker)?;
    Ok(path)
}

/// The directory that the library's settings name.
fn library_directory() -> Outcome<PathBuf> {
    std::env::var_os("FIL_PROOFS_PARENT_CACHE")
        .map(PathBuf::from)
        .ok_or_else(|| {
            Failure::new(
                Kind::Library,
                "FIL_PROOFS_PARENT_CACHE is not set; it is set at start",
            )
        })
}

fn graph_of(proof: RegisteredSealProof) -> Outcome<StackedBucketGraph<PoseidonHasher>> {
    let config = proof.as_v1_config();
    let nodes = (proof_types::sector_bytes(proof) / 32) as usize;
    Ok(StackedBucketGraph::<PoseidonHasher>::new_stacked(
        nodes,
        DRG_DEGREE,
        EXP_DEGREE,
        config.porep_id,
        config.api_version,
    )?)
}

/// The hash in a cache's file name: hasher, graph, Feistel keys and node count, as the library's
/// `cache_path` puts them together.
fn name_hash(proof: RegisteredSealProof, graph: &StackedBucketGraph<PoseidonHasher>) -> String {
    let keys = derive_porep_domain_seed(FEISTEL_DST, proof.as_v1_config().porep_id);
    let mut hasher = Sha256::new();
    hasher.update(PoseidonHasher::name());
    hasher.update(graph.identifier());
    hasher.update(keys);
    hasher.update((graph.size() as u32).to_le_bytes());
    hex::encode(hasher.finalize())
}

fn whole_length(graph: &StackedBucketGraph<PoseidonHasher>) -> u64 {
    graph.size() as u64 * ENTRY_BYTES as u64
}

fn is_marked_whole(path: &Path, marker: &Path, graph: &StackedBucketGraph<PoseidonHasher>) -> bool {
    let length = fs::metadata(path).map(|m| m.len()).ok();
    length == Some(whole_length(graph)) && marker.exists()
}

fn mark_whole(path: &Path, marker: &Path) -> Outcome<()> {
    let length = files::length_of(path)?;
    files::publish_bytes(marker, format!("{length}\n").as_bytes()).map(|_| ())
}

/// Whether a file without our marker has the published content.
fn is_published_content(
    path: &Path,
    hash: &str,
    graph: &StackedBucketGraph<PoseidonHasher>,
) -> Outcome<bool> {
    let length = fs::metadata(path).map(|m| m.len()).ok();
    let Some(digest) = published_digest(hash) else {
        return Ok(false);
    };
    if length != Some(whole_length(graph)) {
        return Ok(false);
    }
    info!("checking the parent cache {}", path.display());
    Ok(hex::encode(files::sha256_of(path)?) == digest)
}

fn published_digest(hash: &str) -> Option<&'static str> {
    PUBLISHED
        .iter()
        .find(|(name, _)| *name == hash)
        .map(|(_, digest)| *digest)
}

fn generate(path: &Path, hash: &str, graph: &StackedBucketGraph<PoseidonHasher>) -> Outcome<()> {
    info!("generating the parent cache {}", path.display());
    let temporary = files::beside(path, ".unfinished");
    let file = File::create(&temporary).map_err(|e| Failure::io("create", &temporary, &e))?;
    let mut writer = BufWriter::with_capacity(1 << 20, file);
    let mut digest = Sha256::new();
    let mut chunk = Vec::new();
    for first in (0..graph.size()).step_by(CHUNK_NODES) {
        let nodes = CHUNK_NODES.min(graph.size() - first);
        chunk.resize(nodes * ENTRY_BYTES, 0u8);
        chunk
            .par_chunks_mut(ENTRY_BYTES)
            .enumerate()
            .try_for_each(|(i, entry)| write_parents(graph, first + i, entry))?;
        digest.update(&chunk);
        writer
            .write_all(&chunk)
            .map_err(|e| Failure::io("write", &temporary, &e))?;
    }
    let file = writer
        .into_inner()
        .map_err(|e| Failure::io("write", &temporary, &e.into_error()))?;
    file.sync_all()
        .map_err(|e| Failure::io("sync", &temporary, &e))?;
    let digest = hex::encode(digest.finalize());
    if published_digest(hash).is_some_and(|published| published != digest) {
        return Err(Failure::new(
            Kind::ProofSelfCheck,
            format!("the parent cache made for {hash} has sha256 {digest}, not the published one"),
        ));
    }
    files::rename(&temporary, path)
}

fn write_parents(
    graph: &StackedBucketGraph<PoseidonHasher>,
    node: usize,
    entry: &mut [u8],
) -> Outcome<()> {
    let mut parents = [0u32; DEGREE];
    graph
        .base_graph()
        .parents(node, &mut parents[..DRG_DEGREE])?;
    graph.generate_expanded_parents(node, &mut parents[DRG_DEGREE..]);
    for (bytes, parent) in entry.chunks_exact_mut(4).zip(parents) {
        bytes.copy_from_slice(&parent.to_le_bytes());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_those_of_the_library() {
        // storage-proofs-porep parent_cache.json (types 0 and 5), and the names that the library
        // gives types 10 and 15.
        let expected = [
            (
                0,
                "3f0eef38bb48af1f48ad65e14eb85b4ebfc167cec18cd81764f6d998836c9899",
            ),
            (
                5,
                "494d91dc80f2df5272c4b9e129bc7ade9405225993af9fe34e6542a39a47554b",
            ),
            (
                10,
                "1aa0c04f9b6b2ba6ece696274b0f0b53438c9acd1ae1b3943d837bacb65ad66b",
            ),
            (
                15,
                "896a357165f80a0aedd30a419e412a4ef3e8d95718896655dd42fd415eab41a2",
            ),
        ];
        for (number, hash) in expected {
            let proof = proof_types::SEAL_PROOFS[number];
            assert_eq!(name_hash(proof, &graph_of(proof).unwrap()), hash);
        }
    }
}
