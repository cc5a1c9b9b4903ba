//! How far a long piece of work is, told from one thread and read from another.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Shared between the work and whoever reports it.
#[derive(Default)]
pub struct Progress {
    stage: Mutex<&'static str>,
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// A stage of `total` steps begins.
    pub fn begin(&self, stage: &'static str, total: u64) {
        *self.stage.lock().unwrap_or_else(|p| p.into_inner()) = stage;
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// So many steps of the stage are done.
    pub fn set(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    /// The stage, and the share of it that is done.
    pub fn read(&self) -> (&'static str, f64) {
        let stage = *self.stage.lock().unwrap_or_else(|p| p.into_inner());
        let total = self.total.load(Ordering::Relaxed).max(1);
        let done = self.done.load(Ordering::Relaxed).min(total);
        (stage, done as f64 / total as f64)
    }
}
