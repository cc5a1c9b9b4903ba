//! A sector's cache directory in the lotus layout: which files it holds at which stage, how long
//! each is, and which may go.
//!
//! Names and lengths are those of merkletree's `StoreConfig::data_path` and storage-proofs-core's
//! `CacheKey`: `sc-02-data-tree-d.dat` (2 · nodes − 1 nodes), `sc-02-data-layer-N.dat` (nodes),
//! `sc-02-data-tree-c[-i].dat` (octree over nodes / base trees), `sc-02-data-tree-r-last[-i].dat`
//! (its upper rows), `p_aux` (comm_c, comm_r_last) and `t_aux`.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use filecoin_hashers::poseidon::{PoseidonDomain, PoseidonFunction};
use filecoin_hashers::{Domain, HashFunction};
use filecoin_proofs::constants::LAYERS;
use filecoin_proofs::with_shape;
use filecoin_proofs_api::{MerkleTreeTrait, RegisteredSealProof};
use merkletree::merkle::{get_merkle_tree_cache_size, get_merkle_tree_len};
use serde_json::{Value, json};
use storage_proofs_core::merkle::get_base_tree_count;
use storage_proofs_core::util::default_rows_to_discard;

use crate::failure::{Failure, Kind, Outcome};
use crate::files::{self, Lock};
use crate::input::Fields;
use crate::proof_types;

const NODE_BYTES: u64 = 32;
/// Arity of the replica trees' base.
const OCTREE: usize = 8;
/// Names the replica id that the layers beside it belong to.
const LAYERS_MARKER: &str = "granary-layers-of";
const LOCK: &str = "granary.lock";
const P_AUX_BYTES: u64 = 64;

/// The files of one sector's cache directory.
pub struct Layout {
    directory: PathBuf,
    pub sector_bytes: u64,
    pub layers: usize,
    pub base_trees: usize,
}

fn base_trees<Tree: MerkleTreeTrait>() -> usize {
    get_base_tree_count::<Tree>()
}

impl Layout {
    /// The layout of a sector of this proof type.
    pub fn of(proof: RegisteredSealProof, directory: &Path) -> Self {
        let sector_bytes = proof_types::sector_bytes(proof);
        let layers = *LAYERS
            .read()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .get(&sector_bytes)
            .expect("every proof type's sector size has a layer count");
        Layout {
            directory: directory.to_path_buf(),
            sector_bytes,
            layers,
            base_trees: with_shape!(sector_bytes, base_trees,),
        }
    }

    fn store(&self, id: &str) -> PathBuf {
        self.directory.join(format!("sc-02-data-{id}.dat"))
    }

    /// `p_aux`.
    pub fn p_aux(&self) -> PathBuf {
        self.directory.join("p_aux")
    }

    fn t_aux(&self) -> PathBuf {
        self.directory.join("t_aux")
    }

    /// The data tree; its first [`Layout::sector_bytes`] bytes are the unsealed sector.
    pub fn data_tree(&self) -> PathBuf {
        self.store("tree-d")
    }

    fn layer_files(&self) -> Vec<PathBuf> {
        (1..=self.layers)
            .map(|layer| self.store(&format!("layer-{layer}")))
            .collect()
    }

    fn base_tree_files(&self, tree: &str) -> Vec<PathBuf> {
        match self.base_trees {
            1 => vec![self.store(tree)],
            count => (0..count)
                .map(|i| self.store(&format!("{tree}-{i}")))
                .collect(),
        }
    }

    fn data_tree_bytes(&self) -> u64 {
        2 * self.sector_bytes - NODE_BYTES
    }

    fn base_leaves(&self) -> usize {
        (self.sector_bytes / NODE_BYTES) as usize / self.base_trees
    }

    fn tree_c_bytes(&self) -> Outcome<u64> {
        Ok(get_merkle_tree_len(self.base_leaves(), OCTREE)? as u64 * NODE_BYTES)
    }

    fn tree_r_last_bytes(&self) -> Outcome<u64> {
        let leaves = self.base_leaves();
        let rows = default_rows_to_discard(leaves, OCTREE);
        Ok(get_merkle_tree_cache_size(leaves, OCTREE, rows)? as u64 * NODE_BYTES)
    }

    /// Takes the directory for one job at a time, across processes.
    pub fn lock(&self) -> Outcome<Lock> {
        Lock::try_take(&self.directory.join(LOCK))
    }

    /// Removes layers of any other replica, and notes whose layers are made now. The library
    /// takes any layer file of the right length for finished, whatever ticket it was made with.
    pub fn keep_layers_of(&self, replica_id: &[u8; 32]) -> Outcome<()> {
        let marker = self.directory.join(LAYERS_MARKER);
        let id = hex::encode(replica_id);
        if fs::read_to_string(&marker).is_ok_and(|text| text.trim() == id) {
            return Ok(());
        }
        files::remove_if_there(&marker)?;
        self.remove_stores("layer-")?;
        files::publish_bytes(&marker, id.as_bytes()).map(|_| ())
    }

    /// Refuses to go on without every layer of this replica.
    pub fn need_layers_of(&self, replica_id: &[u8; 32]) -> Outcome<()> {
        let marker = self.directory.join(LAYERS_MARKER);
        match fs::read_to_string(&marker) {
            Ok(text) if text.trim() == hex::encode(replica_id) => {}
            Ok(_) => {
                return Err(Failure::missing_file(
                    &marker,
                    "names the layers of another replica",
                ));
            }
            Err(_) => {
                return Err(Failure::missing_file(
                    &marker,
                    "is not there: no layers were made",
                ));
            }
        }
        self.layer_files()
            .iter()
            .try_for_each(|f| files::need_length(f, self.sector_bytes))
    }

    /// Refuses a data tree whose length or root is not as it should be.
    pub fn need_data_tree(&self, comm_d: &[u8; 32]) -> Outcome<()> {
        let path = self.data_tree();
        files::need_length(&path, self.data_tree_bytes())?;
        let mut root = [0u8; 32];
        File::open(&path)
            .and_then(|mut file| {
                file.seek(SeekFrom::End(-(NODE_BYTES as i64)))?;
                file.read_exact(&mut root)
            })
            .map_err(|e| Failure::io("read", &path, &e))?;
        if root != *comm_d {
            return Err(Failure::missing_file(&path, "has another root than CommD"));
        }
        Ok(())
    }

    /// Removes the data tree.
    pub fn remove_data_tree(&self) -> Outcome<()> {
        files::remove_if_there(&self.data_tree()).map(|_| ())
    }

    /// Removes everything that PC2 makes: a file of an interrupted run looks like a finished one.
    pub fn remove_replica_trees(&self) -> Outcome<()> {
        files::remove_if_there(&self.p_aux())?;
        files::remove_if_there(&self.t_aux())?;
        self.remove_stores("tree-c")?;
        self.remove_stores("tree-r-last").map(|_| ())
    }

    /// Removes the stores whose id begins so; how many and how many bytes they were.
    fn remove_stores(&self, id: &str) -> Outcome<(u64, u64)> {
        let prefix = format!("sc-02-data-{id}");
        let (mut count, mut bytes) = (0, 0);
        for name in files::names_in(&self.directory)? {
            if name.starts_with(&prefix) {
                let path = self.directory.join(&name);
                let length = files::length_of(&path)?;
                files::remove_if_there(&path)?;
                count += 1;
                bytes += length;
            }
        }
        Ok((count, bytes))
    }

    /// Makes what PC1 left durable.
    pub fn sync_layers_and_data_tree(&self) -> Outcome<()> {
        self.layer_files()
            .iter()
            .try_for_each(|file| files::sync_file(file))?;
        files::sync_file(&self.data_tree())?;
        files::sync_directory_of(&self.data_tree())
    }

    /// Makes what PC2 left durable.
    pub fn sync_replica_trees(&self) -> Outcome<()> {
        let mut made = self.base_tree_files("tree-c");
        made.extend(self.base_tree_files("tree-r-last"));
        made.extend([self.p_aux(), self.t_aux()]);
        made.iter().try_for_each(|file| files::sync_file(file))?;
        files::sync_directory_of(&self.p_aux())
    }

    /// Refuses files that PoSt reads when they are absent or of the wrong length.
    pub fn need_post_files(&self, sealed_path: &Path) -> Outcome<()> {
        files::need_length(sealed_path, self.sector_bytes)?;
        files::need_length(&self.p_aux(), P_AUX_BYTES)?;
        let bytes = self.tree_r_last_bytes()?;
        self.base_tree_files("tree-r-last")
            .iter()
            .try_for_each(|f| files::need_length(f, bytes))
    }

    /// Refuses files that C1 reads when they are absent or of the wrong length.
    pub fn need_commit_files(&self, sealed_path: &Path) -> Outcome<()> {
        self.need_post_files(sealed_path)?;
        files::length_of(&self.t_aux())?;
        files::need_length(&self.data_tree(), self.data_tree_bytes())?;
        let bytes = self.tree_c_bytes()?;
        self.base_tree_files("tree-c")
            .iter()
            .try_for_each(|f| files::need_length(f, bytes))?;
        self.layer_files()
            .iter()
            .try_for_each(|f| files::need_length(f, self.sector_bytes))
    }
}

/// comm_c and comm_r_last from `p_aux`.
pub fn read_p_aux(path: &Path) -> Outcome<([u8; 32], [u8; 32])> {
    let bytes = files::read_blob(path, None, P_AUX_BYTES)?;
    if bytes.len() as u64 != P_AUX_BYTES {
        return Err(Failure::missing_file(
            path,
            format!("has {} bytes, not 64", bytes.len()),
        ));
    }
    let half = |range: std::ops::Range<usize>| {
        let mut part = [0u8; 32];
        part.copy_from_slice(&bytes[range]);
        part
    };
    Ok((half(0..32), half(32..64)))
}

/// CommR = Poseidon(comm_c, comm_r_last).
pub fn comm_r_of(comm_c: &[u8; 32], comm_r_last: &[u8; 32]) -> Outcome<[u8; 32]> {
    let left = PoseidonDomain::try_from_bytes(comm_c)?;
    let right = PoseidonDomain::try_from_bytes(comm_r_last)?;
    let mut bytes = [0u8; 32];
    PoseidonFunction::hash2(&left, &right).write_bytes(&mut bytes)?;
    Ok(bytes)
}

/// `cache.clear`: removes what a committed sector no longer needs.
pub fn clear(mut params: Fields) -> Outcome<Value> {
    let cache_dir = params.path("cache_dir")?;
    params.finish()?;
    if !cache_dir.is_dir() {
        return Err(Failure::missing_file(&cache_dir, "is not there"));
    }
    // The stores have the same names whatever the sector's size.
    let layout = Layout {
        directory: cache_dir.clone(),
        sector_bytes: 0,
        layers: 0,
        base_trees: 1,
    };
    let lock = layout.lock()?;
    let (mut count, mut bytes) = (0, 0);
    for id in ["tree-d", "tree-c", "layer-"] {
        let (removed, length) = layout.remove_stores(id)?;
        count += removed;
        bytes += length;
    }
    files::remove_if_there(&cache_dir.join(LAYERS_MARKER))?;
    files::remove_if_there(&cache_dir.join(LOCK))?;
    drop(lock);
    files::sync_directory_of(&cache_dir.join(LOCK))?;
    Ok(json!({"removed_files": count, "length_bytes": bytes.to_string()}))
}

/// `cache.check`: whether the files that a stage reads are there with the right lengths.
pub fn check_request(mut params: Fields) -> Outcome<Value> {
    let proof = proof_types::seal_proof(&mut params)?;
    let cache_dir = params.path("cache_dir")?;
    let sealed_path = params.path("sealed_path")?;
    let stage = params.text("stage")?;
    let stage_name = params.name_of("stage");
    params.finish()?;
    let layout = Layout::of(proof, &cache_dir);
    let outcome = match stage.as_str() {
        "pc2" => layout
            .layer_files()
            .iter()
            .try_for_each(|file| files::need_length(file, layout.sector_bytes))
            .and_then(|()| files::need_length(&layout.data_tree(), layout.data_tree_bytes())),
        "c1" => layout.need_commit_files(&sealed_path),
        "post" => layout.need_post_files(&sealed_path),
        _ => return Err(Failure::input(stage_name, "must be pc2, c1 or post")),
    };
    match outcome {
        Ok(()) => Ok(json!({"valid": true, "problem": null, "path": null})),
        Err(failure) if failure.kind == Kind::MissingFiles => Ok(json!({
            "valid": false,
            "problem": failure.message,
            "path": failure.path.map(|path| path.to_string_lossy().into_owned()),
        })),
        Err(failure) => Err(failure),
    }
}
