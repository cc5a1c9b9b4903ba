//! Files that appear whole or not at all, and what can be known about them cheaply.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::failure::{Failure, Kind, Outcome};

/// `path` with `suffix` put after its whole name.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().map_or_else(OsString::new, OsString::from);
    name.push(suffix);
    path.with_file_name(name)
}

/// A file in the making: written under a temporary name beside its final one, published by
/// [`Unfinished::publish`], which syncs it, renames it and syncs the directory. Its writer counts
/// and hashes what passes.
pub struct Unfinished {
    path: PathBuf,
    temporary: PathBuf,
    file: BufWriter<File>,
    hash: Sha256,
    length: u64,
}

impl Unfinished {
    /// Begins `path` anew; what a killed earlier run left under the temporary name is overwritten.
    pub fn create(path: &Path) -> Outcome<Self> {
        let temporary = beside(path, ".unfinished");
        let file = File::create(&temporary).map_err(|e| Failure::io("create", &temporary, &e))?;
        Ok(Unfinished {
            path: path.to_path_buf(),
            temporary,
            file: BufWriter::with_capacity(1 << 20, file),
            hash: Sha256::new(),
            length: 0,
        })
    }

    /// Makes the file durable under its final name; the answer is the protocol's blob object.
    pub fn publish(self) -> Outcome<Value> {
        let file = self
            .file
            .into_inner()
            .map_err(|e| Failure::io("write", &self.temporary, &e.into_error()))?;
        file.sync_all()
            .map_err(|e| Failure::io("sync", &self.temporary, &e))?;
        rename(&self.temporary, &self.path)?;
        Ok(json!({
            "path": self.path.to_string_lossy(),
            "length_bytes": self.length.to_string(),
            "sha256": hex::encode(self.hash.finalize()),
        }))
    }
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes `bytes` to `path`, whole or not at all.
pub fn publish_bytes(path: &Path, bytes: &[u8]) -> Outcome<Value> {
    let mut file = Unfinished::create(path)?;
    file.write_all(bytes)
        .map_err(|e| Failure::io("write", path, &e))?;
    file.publish()
}

/// Renames and makes the new name durable.
pub fn rename(from: &Path, to: &Path) -> Outcome<()> {
    fs::rename(from, to).map_err(|e| Failure::io("rename", from, &e))?;
    sync_directory_of(to)
}

/// Makes the entry of `path` in its directory durable.
pub fn sync_directory_of(path: &Path) -> Outcome<()> {
    let directory = path.parent().unwrap_or(Path::new("/"));
    File::open(directory)
        .and_then(|d| d.sync_all())
        .map_err(|e| Failure::io("sync", directory, &e))
}

/// Makes the content of `path` durable.
pub fn sync_file(path: &Path) -> Outcome<()> {
    File::open(path)
        .and_then(|f| f.sync_all())
        .map_err(|e| Failure::io("sync", path, &e))
}

/// Removes a file if it is there; whether it was.
pub fn remove_if_there(path: &Path) -> Outcome<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Failure::io("remove", path, &error)),
    }
}

/// Creates a directory if it is not there; its parent must exist, so that a storage path which is
/// not mounted is an error and not a new empty tree.
pub fn ensure_directory(path: &Path) -> Outcome<()> {
    match fs::create_dir(path) {
        Ok(()) => sync_directory_of(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(Failure::io("create directory", path, &error)),
    }
}

/// The length of a file that an earlier stage left.
pub fn length_of(path: &Path) -> Outcome<u64> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(metadata.len()),
        Ok(_) => Err(Failure::missing_file(path, "is not a file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Failure::missing_file(path, "is not there"))
        }
        Err(error) => Err(Failure::io("look at", path, &error)),
    }
}

/// Refuses a file of an earlier stage that does not have exactly `length` bytes.
pub fn need_length(path: &Path, length: u64) -> Outcome<()> {
    let actual = length_of(path)?;
    if actual != length {
        return Err(Failure::missing_file(
            path,
            format!("has {actual} bytes, not {length}"),
        ));
    }
    Ok(())
}

/// The names in a directory, sorted.
pub fn names_in(directory: &Path) -> Outcome<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).map_err(|e| Failure::io("list", directory, &e))? {
        let entry = entry.map_err(|e| Failure::io("list", directory, &e))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Reads a blob of at most `limit` bytes and checks its sha256 when one is given.
pub fn read_blob(path: &Path, sha256: Option<[u8; 32]>, limit: u64) -> Outcome<Vec<u8>> {
    let length = length_of(path)?;
    if length > limit {
        return Err(Failure::missing_file(
            path,
            format!("has {length} bytes, more than {limit}"),
        ));
    }
    let mut bytes = Vec::with_capacity(length as usize);
    let file = File::open(path).map_err(|e| Failure::io("open", path, &e))?;
    file.take(limit)
        .read_to_end(&mut bytes)
        .map_err(|e| Failure::io("read", path, &e))?;
    if let Some(expected) = sha256
        && Sha256::digest(&bytes).as_slice() != expected
    {
        return Err(Failure::missing_file(
            path,
            "does not have the sha256 given",
        ));
    }
    Ok(bytes)
}

/// The sha256 of a file, read once.
pub fn sha256_of(path: &Path) -> Outcome<[u8; 32]> {
    let file = File::open(path).map_err(|e| Failure::io("open", path, &e))?;
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut hash = Sha256::new();
    io::copy(&mut reader, &mut hash).map_err(|e| Failure::io("read", path, &e))?;
    Ok(hash.finalize().into())
}

/// An exclusive advisory lock on a file, held until dropped; the kernel drops it with the process.
pub struct Lock(#[allow(dead_code)] File);

impl Lock {
    /// Takes the lock or says at once that another process has it.
    pub fn try_take(path: &Path) -> Outcome<Self> {
        let file = Self::open(path)?;
        // SAFETY: a descriptor owned by `file` and no pointers.
        if unsafe { libc::flock(file.as_raw_fd(), libc::LOCK_EX | libc::LOCK_NB) } == 0 {
            return Ok(Lock(file));
        }
        let error = io::Error::last_os_error();
        if error.raw_os_error() == Some(libc::EWOULDBLOCK) {
            let mut failure = Failure::new(
                Kind::Busy,
                format!(
                    "another process works in {}",
                    path.parent().unwrap_or(path).display()
                ),
            );
            failure.path = Some(path.to_path_buf());
            return Err(failure);
        }
        Err(Failure::io("lock", path, &error))
    }

    /// Takes the lock, waiting for whoever has it.
    pub fn take(path: &Path) -> Outcome<Self> {
        let file = Self::open(path)?;
        loop {
            // SAFETY: as above.
            if unsafe { libc::flock(file.as_raw_fd(), libc::LOCK_EX) } == 0 {
                return Ok(Lock(file));
            }
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(Failure::io("lock", path, &error));
            }
        }
    }

    fn open(path: &Path) -> Outcome<File> {
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(|e| Failure::io("open", path, &e))
    }
}
