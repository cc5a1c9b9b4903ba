//! What the library logs becomes `log` frames, and what it says about its own progress becomes
//! `progress` frames. Since requests run one at a time, every line belongs to the request that runs.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use log::{Level, LevelFilter, Log, Metadata, Record};
use serde_json::{Value, json};

use crate::frames;

static CURRENT: Mutex<Option<String>> = Mutex::new(None);
static GPU_FALLBACK: AtomicBool = AtomicBool::new(false);
static LAYERS: AtomicU64 = AtomicU64::new(0);

/// Lines with which the library says that it goes on without the GPU (bellperson `gpu/locks.rs`,
/// ec-gpu-gen, storage-proofs-porep `vanilla/proof.rs`). A failed load of the FFT program says
/// nothing at all, so the parent must watch the times too.
const FALLBACK_LINES: [&str; 5] = [
    "Falling back to CPU",
    "falling back to CPU",
    "Cannot instantiate GPU",
    "Cannot initialize kernel",
    "no GPU found",
];

struct Sink;

impl Log for Sink {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= log::max_level()
    }

    fn log(&self, record: &Record<'_>) {
        let text = record.args().to_string();
        if cfg!(feature = "cuda") && FALLBACK_LINES.iter().any(|line| text.contains(line)) {
            GPU_FALLBACK.store(true, Ordering::Relaxed);
        }
        if let Some((stage, done, total)) = read_progress(&text, LAYERS.load(Ordering::Relaxed)) {
            progress(stage, done, total);
        }
        frames::send(&json!({
            "type": "log",
            "id": current_id(),
            "level": level_word(record.level()),
            "target": record.target(),
            "text": text,
            "millis": unix_millis(),
        }));
    }

    fn flush(&self) {}
}

/// Installs the sink. Progress is read from lines of level `info`, so a stricter level hides it.
pub fn install(level: LevelFilter) -> Result<(), String> {
    log::set_logger(&Sink).map_err(|e| e.to_string())?;
    log::set_max_level(level);
    Ok(())
}

/// Says that the request `id` begins: its lines carry the id, its fallback flag starts clear.
pub fn begin(id: &str) {
    *CURRENT.lock().unwrap_or_else(|p| p.into_inner()) = Some(id.to_owned());
    GPU_FALLBACK.store(false, Ordering::Relaxed);
}

/// Says that the running request ended; whether the library went back to the CPU during it.
pub fn end() -> bool {
    *CURRENT.lock().unwrap_or_else(|p| p.into_inner()) = None;
    GPU_FALLBACK.load(Ordering::Relaxed)
}

/// How many layers the labelling that now begins makes in all.
pub fn expect_layers(layers: u64) {
    LAYERS.store(layers, Ordering::Relaxed);
}

/// Sends a `progress` frame of the running request.
pub fn progress(stage: &str, done: u64, total: u64) {
    frames::send(&json!({
        "type": "progress", "id": current_id(), "stage": stage, "done": done, "total": total,
    }));
}

/// Sends a `progress` frame about one sector of the running request.
pub fn sector_progress(stage: &str, done: u64, total: u64, sector: u64) {
    frames::send(&json!({
        "type": "progress", "id": current_id(), "stage": stage, "done": done, "total": total,
        "sector_number": sector.to_string(),
    }));
}

fn current_id() -> Value {
    match &*CURRENT.lock().unwrap_or_else(|p| p.into_inner()) {
        Some(id) => json!(id),
        None => Value::Null,
    }
}

fn level_word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warn => "warn",
        Level::Info => "info",
        Level::Debug => "debug",
        Level::Trace => "trace",
    }
}

fn unix_millis() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_millis() as u64)
}

/// The progress that a line of the library tells, if it tells any (storage-proofs-porep
/// `create_label/single.rs` and `vanilla/proof.rs`, storage-proofs-core `parameter_cache.rs`,
/// bellperson `groth16/prover/native.rs`). A line says that a part begins, so one less is done.
fn read_progress(text: &str, layers: u64) -> Option<(&'static str, u64, u64)> {
    if let Some(layer) = text.strip_prefix("generating layer: ") {
        return layer
            .parse::<u64>()
            .ok()
            .map(|n| ("pc1.layer", n.saturating_sub(1), layers));
    }
    if text.contains("base tree_r_last") {
        return fraction(text).map(|(n, of)| ("pc2.tree_r_last", n.saturating_sub(1), of));
    }
    if text.contains("base tree_c ") {
        return fraction(text).map(|(n, of)| ("pc2.tree_c", n.saturating_sub(1), of));
    }
    if text.starts_with("checking cache_path") && text.ends_with("for parameters") {
        return Some(("snark.parameters", 0, 1));
    }
    if text.starts_with("read parameters from cache") {
        return Some(("snark.parameters", 1, 1));
    }
    if text.starts_with("Bellperson ") {
        return Some(("snark.synthesis", 0, 1));
    }
    if text.starts_with("synthesis time") {
        return Some(("snark.synthesis", 1, 1));
    }
    if text.starts_with("starting proof timer") {
        return Some(("snark.prove", 0, 1));
    }
    if text.starts_with("prover time") {
        return Some(("snark.prove", 1, 1));
    }
    None
}

/// The last `n/m` in a line.
fn fraction(text: &str) -> Option<(u64, u64)> {
    text.split_whitespace().rev().find_map(|word| {
        let (n, of) = word.split_once('/')?;
        Some((n.parse().ok()?, of.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn library_lines_become_progress() {
        assert_eq!(
            read_progress("generating layer: 3", 11),
            Some(("pc1.layer", 2, 11))
        );
        assert_eq!(
            read_progress("building base tree_c 2/8", 0),
            Some(("pc2.tree_c", 1, 8))
        );
        assert_eq!(
            read_progress("building base tree_r_last with CPU 1/1", 0),
            Some(("pc2.tree_r_last", 0, 1))
        );
        assert_eq!(
            read_progress("persisting base tree_c 8/8 of length 153391689", 0),
            Some(("pc2.tree_c", 7, 8))
        );
        assert_eq!(read_progress("replicate_phase1", 0), None);
    }
}
