//! What a parameter cache holds, and whether that is what it should hold.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use blake2b_simd::Params;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use storage_proofs_core::parameter_cache::{PARAMETERS, parameter_cache_dir};

use super::circuits::{Circuit, SECTOR_SIZES, Set};
use crate::failure::{Failure, Outcome};
use crate::files;
use crate::input::Fields;

/// Remembers digests beside the files, so that gigabytes are hashed once and not at every start.
const DIGESTS: &str = "digests.json";

/// A file that this build's generator makes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ManifestEntry {
    pub file: String,
    pub sector_size: String,
    pub circuit: String,
    pub length_bytes: u64,
    pub digest: String,
}

/// The committed list of locally made parameter files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub description: String,
    pub seed_text: String,
    pub files: Vec<ManifestEntry>,
}

impl Manifest {
    /// The entry of a file name.
    pub fn entry(&self, file: &str) -> Option<&ManifestEntry> {
        self.files.iter().find(|entry| entry.file == file)
    }
}

/// The manifest that is compiled in.
pub fn manifest() -> &'static Manifest {
    static MANIFEST: OnceLock<Manifest> = OnceLock::new();
    MANIFEST.get_or_init(|| {
        serde_json::from_str(include_str!("../../parameters-manifest.json"))
            .expect("the committed manifest is well formed")
    })
}

/// What is known of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not there.
    Missing,
    /// There; its content was not looked at.
    Present,
    /// As in the manifest.
    Local,
    /// As in the library's table of published files.
    Published,
    /// Neither.
    Unknown,
}

impl Status {
    /// The word in answers.
    pub fn word(self) -> &'static str {
        match self {
            Status::Missing => "missing",
            Status::Present => "present",
            Status::Local => "local",
            Status::Published => "published",
            Status::Unknown => "unknown",
        }
    }
}

/// One file of a set.
#[derive(Clone, Debug)]
pub struct FileStatus {
    pub set: Set,
    pub file: String,
    pub path: PathBuf,
    pub length_bytes: u64,
    pub digest: Option<String>,
    pub status: Status,
}

/// How much to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Only whether files are there.
    Presence,
    /// Digests, remembered ones where length and modification time still agree.
    Remembered,
    /// Digests, all computed.
    Full,
}

/// Looks at the files of a set.
pub fn look(directory: &Path, set: Set, look: Look) -> Outcome<Vec<FileStatus>> {
    let mut digests = Digests::load(directory);
    let mut found = Vec::new();
    for file in set.file_names()? {
        let path = directory.join(&file);
        let metadata = fs::metadata(&path).ok().filter(|m| m.is_file());
        let (digest, status) = match (&metadata, look) {
            (None, _) => (None, Status::Missing),
            (Some(_), Look::Presence) => (None, Status::Present),
            (Some(metadata), _) => {
                let digest = digests.get(&file, &path, metadata, look == Look::Full)?;
                let status = judge(&file, metadata.len(), &digest);
                (Some(digest), status)
            }
        };
        let length_bytes = metadata.map_or(0, |m| m.len());
        found.push(FileStatus {
            set,
            file,
            path,
            length_bytes,
            digest,
            status,
        });
    }
    digests.save();
    Ok(found)
}

/// The `.meta` file is the same for local and published parameters and is in no table.
fn judge(file: &str, length: u64, digest: &str) -> Status {
    let local = manifest().entry(file);
    if local.is_some_and(|entry| entry.length_bytes == length && entry.digest == digest) {
        return Status::Local;
    }
    if PARAMETERS
        .get(file)
        .is_some_and(|published| published.digest == digest)
    {
        return Status::Published;
    }
    Status::Unknown
}

/// First 16 bytes of the blake2b-512 of a file, as the published table has it.
pub fn digest_of(path: &Path) -> Outcome<String> {
    let mut file = File::open(path).map_err(|e| Failure::io("open", path, &e))?;
    let mut state = Params::new().to_state();
    let mut buffer = vec![0u8; 1 << 20];
    loop {
        match file
            .read(&mut buffer)
            .map_err(|e| Failure::io("read", path, &e))?
        {
            0 => break,
            n => state.update(&buffer[..n]),
        };
    }
    Ok(hex::encode(&state.finalize().as_bytes()[..16]))
}

#[derive(Clone, Serialize, Deserialize)]
struct Remembered {
    length_bytes: u64,
    modified_nanos: String,
    digest: String,
}

struct Digests {
    path: PathBuf,
    known: BTreeMap<String, Remembered>,
    changed: bool,
}

impl Digests {
    fn load(directory: &Path) -> Self {
        let path = directory.join(DIGESTS);
        // A file that cannot be read or understood only costs time: digests are computed again.
        let known = fs::read(&path)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Digests {
            path,
            known,
            changed: false,
        }
    }

    fn get(
        &mut self,
        file: &str,
        path: &Path,
        metadata: &fs::Metadata,
        afresh: bool,
    ) -> Outcome<String> {
        let modified = metadata.mtime() as i128 * 1_000_000_000 + metadata.mtime_nsec() as i128;
        let (length_bytes, modified_nanos) = (metadata.len(), modified.to_string());
        if let Some(known) = self.known.get(file) {
            let same = known.length_bytes == length_bytes && known.modified_nanos == modified_nanos;
            if same && !afresh {
                return Ok(known.digest.clone());
            }
        }
        let digest = digest_of(path)?;
        let entry = Remembered {
            length_bytes,
            modified_nanos,
            digest: digest.clone(),
        };
        self.known.insert(file.to_owned(), entry);
        self.changed = true;
        Ok(digest)
    }

    fn save(&self) {
        if !self.changed {
            return;
        }
        let saved = serde_json::to_vec_pretty(&self.known)
            .map_err(|error| error.to_string())
            .and_then(|bytes| {
                files::publish_bytes(&self.path, &bytes).map_err(|failure| failure.to_string())
            });
        if let Err(message) = saved {
            // A cache that we may not write to is still good for reading.
            log::warn!("digests are not remembered: {message}");
        }
    }
}

/// Which sets are wholly there, for `hello`.
pub fn sets_present(directory: &Path) -> Value {
    let mut sets = Vec::new();
    for (sector_bytes, _) in SECTOR_SIZES {
        let circuits: Vec<&str> = Circuit::ALL
            .into_iter()
            .filter(|circuit| is_present(directory, sector_bytes, *circuit))
            .map(Circuit::word)
            .collect();
        if !circuits.is_empty() {
            sets.push(json!({
                "sector_padded_bytes": sector_bytes.to_string(), "circuits": circuits,
            }));
        }
    }
    Value::Array(sets)
}

fn is_present(directory: &Path, sector_bytes: u64, circuit: Circuit) -> bool {
    Set::new(sector_bytes, circuit)
        .and_then(|set| set.file_names().ok())
        .is_some_and(|names| names.iter().all(|name| directory.join(name).is_file()))
}

/// `params.check`.
pub fn check_request(mut params: Fields) -> Outcome<Value> {
    let sector_bytes = params.quantity("sector_padded_bytes")?;
    let size_name = params.name_of("sector_padded_bytes");
    let circuits_name = params.name_of("circuits");
    let words = params.texts_or_none("circuits")?;
    let digest = params.flag("digest")?;
    params.finish()?;
    let circuits = match words {
        None => Circuit::ALL.to_vec(),
        Some(words) => words
            .iter()
            .map(|word| {
                Circuit::from_word(word).ok_or_else(|| {
                    Failure::input(&circuits_name, format!("there is no circuit {word:?}"))
                })
            })
            .collect::<Outcome<Vec<Circuit>>>()?,
    };
    let directory = parameter_cache_dir();
    let depth = if digest {
        Look::Remembered
    } else {
        Look::Presence
    };
    let mut found = Vec::new();
    for circuit in circuits {
        let set = Set::new(sector_bytes, circuit)
            .ok_or_else(|| Failure::input(&size_name, "is not a sector size"))?;
        found.extend(look(&directory, set, depth)?);
    }
    let complete = found
        .iter()
        .all(|file| !matches!(file.status, Status::Missing | Status::Unknown));
    let rows: Vec<Value> = found
        .iter()
        .map(|file| {
            json!({
                "circuit": file.set.circuit.word(),
                "file": file.file,
                "path": file.path.to_string_lossy(),
                "present": file.status != Status::Missing,
                "length_bytes": file.length_bytes.to_string(),
                "digest": file.digest,
                "status": file.status.word(),
            })
        })
        .collect();
    Ok(json!({
        "directory": directory.to_string_lossy(), "complete": complete, "files": rows,
    }))
}
