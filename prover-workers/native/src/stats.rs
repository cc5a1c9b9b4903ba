//! What the process can say about itself.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Instant;

use serde_json::{Value, json};

use crate::PROTOCOL;
use crate::environment::Caches;
use crate::methods::Class;
use crate::parameters::status;

/// Versions of the crates that decide what a proof is, kept equal to `Cargo.lock` by a test.
pub const CRATES: [(&str, &str); 6] = [
    ("filecoin-proofs-api", "19.1.0"),
    ("filecoin-proofs", "19.1.0"),
    ("bellperson", "0.27.0"),
    ("neptune", "11.0.0"),
    ("blstrs", "0.7.1"),
    ("blst", "0.3.17"),
];

static STARTED: OnceLock<Instant> = OnceLock::new();

/// Remembers when the process began.
pub fn start_clock() {
    STARTED.get_or_init(Instant::now);
}

/// Milliseconds since [`start_clock`].
pub fn uptime_millis() -> u64 {
    STARTED.get_or_init(Instant::now).elapsed().as_millis() as u64
}

/// The `hello` object without its `type`.
pub fn hello(class: Class, caches: &Caches) -> Value {
    let crates: serde_json::Map<String, Value> = CRATES
        .iter()
        .map(|(name, version)| ((*name).to_owned(), json!(version)))
        .collect();
    let mut features = Vec::new();
    if cfg!(feature = "portable") {
        features.push("portable");
    }
    if cfg!(feature = "cuda") {
        features.push("cuda");
    }
    if cfg!(feature = "multicore-sdr") {
        features.push("multicore-sdr");
    }
    json!({
        "protocol": PROTOCOL,
        "pid": std::process::id(),
        "class": class.word(),
        "version": env!("CARGO_PKG_VERSION"),
        "crates": crates,
        "features": features,
        "rustc": env!("GRANARY_RUSTC"),
        "profile": env!("GRANARY_PROFILE"),
        "devices": devices(),
        "threads": rayon::current_num_threads(),
        "parameter_cache": {
            "directory": caches.parameters.to_string_lossy(),
            "sets": status::sets_present(&caches.parameters),
        },
        "parent_cache": {"directory": caches.parents.to_string_lossy()},
    })
}

fn devices() -> Vec<String> {
    if !cfg!(feature = "cuda") {
        return Vec::new();
    }
    std::env::var("CUDA_VISIBLE_DEVICES")
        .map(|names| {
            names
                .split(',')
                .filter(|n| !n.is_empty())
                .map(str::to_owned)
                .collect()
        })
        .unwrap_or_default()
}

/// Resident and peak resident memory in bytes, from the kernel's `VmRSS` and `VmHWM`; zero where it
/// does not say.
pub fn memory_bytes() -> (u64, u64) {
    let status = fs::read_to_string(Path::new("/proc/self/status")).unwrap_or_default();
    let value = |name: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .and_then(|rest| rest.split_whitespace().next())
            .and_then(|kib| kib.parse::<u64>().ok())
            .map_or(0, |kib| kib * 1024)
    };
    (value("VmRSS:"), value("VmHWM:"))
}

#[cfg(test)]
mod tests {
    use super::CRATES;

    #[test]
    fn hello_names_the_versions_of_the_lock_file() {
        let lock = include_str!("../Cargo.lock");
        for (name, version) in CRATES {
            let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
            assert!(
                lock.contains(&entry),
                "Cargo.lock has another version of {name}"
            );
        }
    }
}
