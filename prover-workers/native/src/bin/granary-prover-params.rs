//! Makes or checks local proof parameters. See `PROTOCOL.md`, section 6.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use granary_prover::files::{self, Lock};
use granary_prover::parameters::circuits::{Circuit, SECTOR_SIZES, Set};
use granary_prover::parameters::generate::{self, SEED_TEXT, Tables};
use granary_prover::parameters::progress::Progress;
use granary_prover::parameters::report::Form;
use granary_prover::parameters::status::{
    self, FileStatus, Look, Manifest, ManifestEntry, Status, manifest,
};
use granary_prover::{environment, stats};
use serde_json::{Value, json};

const USAGE: &str = "usage: granary-prover-params --sector-size 2KiB|8MiB [--sector-size ...] \
[--circuit NAME ...] [--cache DIR] [--check [--full]] [--json] [--write-manifest FILE]";
const EXIT_INCOMPLETE: i32 = 1;
const EXIT_USAGE: i32 = 64;
const EXIT_FAILED: i32 = 70;
const EXIT_NO_OUTPUT: i32 = 74;
/// Where a run works before its files are whole; a leftover of a killed run is removed by the next.
const WORKSHOP: &str = ".making";
const LOCK: &str = ".granary-parameters.lock";
const REPORT_EVERY: Duration = Duration::from_millis(250);
/// The size of a set that the manifest does not list, for the share of the whole that it counts as.
const UNKNOWN_WEIGHT: u64 = 1_000_000_000;

static FORM: OnceLock<Form> = OnceLock::new();

struct Options {
    sets: Vec<Set>,
    cache: Option<PathBuf>,
    check: bool,
    full: bool,
    json: bool,
    write_manifest: Option<PathBuf>,
}

fn main() {
    stats::start_clock();
    let options = parse(std::env::args().skip(1)).unwrap_or_else(|message| {
        eprintln!("granary-prover-params: {message}\n{USAGE}");
        exit(EXIT_USAGE)
    });
    let form = if options.json {
        Form::JsonLines
    } else {
        Form::fitting_standard_output()
    };
    FORM.get_or_init(|| form);
    match run(&options) {
        Ok(true) => {}
        Ok(false) => exit(EXIT_INCOMPLETE),
        Err(error) => {
            eprintln!("granary-prover-params: {error:#}");
            emit(json!({"event": "error", "message": format!("{error:#}")}));
            exit(EXIT_FAILED);
        }
    }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let (mut sizes, mut circuits) = (Vec::new(), Vec::new());
    let mut options = Options {
        sets: Vec::new(),
        cache: None,
        check: false,
        full: false,
        json: false,
        write_manifest: None,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--sector-size" | "--size" => sizes.push(parse_size(&value()?)?),
            "--circuit" => {
                let word = value()?;
                circuits.push(Circuit::from_word(&word).ok_or(format!("no circuit {word:?}"))?);
            }
            "--cache" => options.cache = Some(PathBuf::from(value()?)),
            "--check" => options.check = true,
            "--full" => options.full = true,
            "--json" => options.json = true,
            "--write-manifest" => options.write_manifest = Some(PathBuf::from(value()?)),
            _ => return Err(format!("unknown argument {argument:?}")),
        }
    }
    if sizes.is_empty() {
        if !options.check {
            return Err("--sector-size is missing".to_owned());
        }
        sizes = vec![SECTOR_SIZES[0].0, SECTOR_SIZES[1].0];
    }
    for size in sizes {
        for circuit in wanted_circuits(size, &circuits) {
            options
                .sets
                .push(Set::new(size, circuit).ok_or("no such sector size")?);
        }
    }
    Ok(options)
}

/// Larger sizes have published parameters, take hours and more memory than a test machine has.
fn parse_size(word: &str) -> Result<u64, String> {
    SECTOR_SIZES[..2]
        .iter()
        .find(|(_, name)| *name == word)
        .map(|(bytes, _)| *bytes)
        .ok_or(format!("--sector-size must be 2KiB or 8MiB, not {word:?}"))
}

/// The update circuit of 8 MiB has ten million constraints; it is made only when asked for.
fn wanted_circuits(size: u64, asked: &[Circuit]) -> Vec<Circuit> {
    let all = Circuit::ALL.into_iter();
    if !asked.is_empty() {
        return all.filter(|circuit| asked.contains(circuit)).collect();
    }
    let small = size == SECTOR_SIZES[0].0;
    all.filter(|circuit| small || *circuit != Circuit::EmptySectorUpdate)
        .collect()
}

fn run(options: &Options) -> anyhow::Result<bool> {
    let caches =
        environment::find_caches(options.cache.clone(), None).map_err(anyhow::Error::msg)?;
    let cache = caches.parameters;
    emit(json!({
        "event": "start", "cache": cache.to_string_lossy(), "files": options.sets.len() * 3,
    }));
    let complete = if options.check {
        let look = if options.full {
            Look::Full
        } else {
            Look::Remembered
        };
        check(&cache, &options.sets, look)?
    } else {
        make_missing(&cache, options)?;
        true
    };
    let (_, peak) = stats::memory_bytes();
    emit(json!({
        "event": "done", "complete": complete, "elapsed_millis": stats::uptime_millis(),
        "peak_rss_bytes": peak.to_string(),
    }));
    Ok(complete)
}

fn check(cache: &Path, sets: &[Set], look: Look) -> anyhow::Result<bool> {
    let mut complete = true;
    for set in sets {
        for file in status::look(cache, *set, look)? {
            complete &= is_right(file.status);
            let word = match file.status {
                Status::Unknown => "wrong",
                other => other.word(),
            };
            emit_file(&file, word);
        }
    }
    Ok(complete)
}

fn is_right(status: Status) -> bool {
    matches!(status, Status::Local | Status::Published)
}

fn make_missing(cache: &Path, options: &Options) -> anyhow::Result<()> {
    fs::create_dir_all(cache)?;
    let lock_path = cache.join(LOCK);
    let _lock = match Lock::try_take(&lock_path) {
        Ok(lock) => lock,
        Err(_) => {
            emit(json!({"event": "waiting", "message": "another run makes parameters here"}));
            Lock::take(&lock_path)?
        }
    };
    let workshop = cache.join(WORKSHOP);
    remove_workshop(&workshop)?;
    let mut missing = Vec::new();
    for set in &options.sets {
        let found = status::look(cache, *set, Look::Remembered)?;
        if found.iter().all(|file| is_right(file.status)) {
            found
                .iter()
                .for_each(|file| emit_file(file, file.status.word()));
        } else {
            missing.push(*set);
        }
    }
    let mut entries = manifest().files.clone();
    if !missing.is_empty() {
        fs::create_dir(&workshop)?;
        let tables = Tables::build();
        let weights: Vec<u64> = missing.iter().map(|set| weight(*set)).collect();
        let total: u64 = weights.iter().sum();
        let mut before = 0;
        for (set, weight) in missing.iter().zip(&weights) {
            let share = Share {
                before,
                weight: *weight,
                total,
            };
            make_one(
                cache,
                &workshop,
                *set,
                &tables,
                share,
                options,
                &mut entries,
            )?;
            before += weight;
        }
    }
    remove_workshop(&workshop)?;
    if let Some(path) = &options.write_manifest {
        let manifest = Manifest {
            description: manifest().description.clone(),
            seed_text: SEED_TEXT.to_owned(),
            files: entries,
        };
        fs::write(path, serde_json::to_string_pretty(&manifest)? + "\n")?;
    }
    Ok(())
}

fn remove_workshop(workshop: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(workshop) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn weight(set: Set) -> u64 {
    let names = set.file_names().unwrap_or_default();
    manifest()
        .entry(&names[0])
        .map_or(UNKNOWN_WEIGHT, |entry| entry.length_bytes)
}

/// A set's part of the whole work.
#[derive(Clone, Copy)]
struct Share {
    before: u64,
    weight: u64,
    total: u64,
}

fn make_one(
    cache: &Path,
    workshop: &Path,
    set: Set,
    tables: &Tables,
    share: Share,
    options: &Options,
    entries: &mut Vec<ManifestEntry>,
) -> anyhow::Result<()> {
    let progress = Arc::new(Progress::default());
    reporting(set, share, &progress, || {
        generate::make(set, tables, workshop, &progress)
    })?;
    let made = status::look(workshop, set, Look::Full)?;
    for file in &made {
        let digest = file.digest.clone().unwrap_or_default();
        if options.write_manifest.is_some() {
            entries.retain(|entry| entry.file != file.file);
            entries.push(ManifestEntry {
                file: file.file.clone(),
                sector_size: set.size_word().to_owned(),
                circuit: set.circuit.word().to_owned(),
                length_bytes: file.length_bytes,
                digest,
            });
        } else if manifest().entry(&file.file).is_some() && file.status != Status::Local {
            anyhow::bail!(
                "{}: made with digest {digest}, not the manifest's",
                file.file
            );
        }
    }
    // The parameters last: they are what a proof needs, and the key beside them must be theirs.
    for file in made.iter().rev() {
        files::rename(&file.path, &cache.join(&file.file))?;
    }
    for file in status::look(cache, set, Look::Remembered)? {
        emit_file(&file, "made");
    }
    Ok(())
}

/// Runs `work` and tells its progress, at most four times a second and only when it changed.
fn reporting<T>(set: Set, share: Share, progress: &Progress, work: impl FnOnce() -> T) -> T {
    /// Ends the reporting even when the work panics.
    struct Finished<'a>(&'a AtomicBool);
    impl Drop for Finished<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let finished = AtomicBool::new(false);
    let started = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| {
            let (mut percent, mut told) = (0, None);
            while !finished.load(Ordering::Relaxed) {
                let (stage, part) = progress.read();
                let whole = share.before as f64 + share.weight as f64 * overall(stage, part);
                percent = percent.max((whole * 100.0 / share.total as f64) as u64);
                if told != Some((percent, stage)) {
                    emit(json!({
                        "event": "progress",
                        "percent": percent,
                        "sector_size": set.size_word(),
                        "circuit": set.circuit.word(),
                        "stage": stage,
                        "stage_percent": (part * 100.0) as u64,
                        "elapsed_millis": started.elapsed().as_millis() as u64,
                    }));
                    told = Some((percent, stage));
                }
                thread::sleep(REPORT_EVERY);
            }
        });
        let _finished = Finished(&finished);
        work()
    })
}

/// The share of a set's time that is over, from measured shares of its stages.
fn overall(stage: &str, part: f64) -> f64 {
    match stage {
        "count" => 0.0,
        "lagrange" => 0.01,
        "synthesis" => 0.02 + 0.03 * part,
        "points" => 0.05 + 0.95 * part,
        _ => 0.0,
    }
}

fn emit_file(file: &FileStatus, word: &str) {
    emit(json!({
        "event": "file",
        "sector_size": file.set.size_word(),
        "circuit": file.set.circuit.word(),
        "file": file.file,
        "length_bytes": file.length_bytes.to_string(),
        "digest": file.digest,
        "status": word,
    }));
}

/// Tells an event in the form that `main` chose.
fn emit(event: Value) {
    let form = FORM.get().copied().unwrap_or(Form::JsonLines);
    if form.tell(&event).is_err() {
        exit(EXIT_NO_OUTPUT);
    }
}
