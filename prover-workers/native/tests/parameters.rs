//! The generator: the same bytes everywhere, whole or not at all, one run at a time.

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use support::Start;

const PROGRAM: &str = env!("CARGO_BIN_EXE_granary-prover-params");
const WINDOW: [&str; 4] = ["--sector-size", "2KiB", "--circuit", "window_post"];

/// Runs the generator; its exit status and its events.
fn run(cache: &Path, arguments: &[&str], threads: &str) -> (Option<i32>, Vec<Value>) {
    let output = Command::new(PROGRAM)
        .args(arguments)
        .arg("--cache")
        .arg(cache)
        .env("RAYON_NUM_THREADS", threads)
        .output()
        .unwrap();
    let events = String::from_utf8(output.stdout).unwrap();
    let events = events
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    (output.status.code(), events)
}

fn files_of(events: &[Value]) -> Vec<&Value> {
    events
        .iter()
        .filter(|event| event["event"] == "file")
        .collect()
}

fn parameter_files(cache: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(cache)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("v28-")
        })
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn sets_are_byte_identical_with_any_number_of_threads() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (status, events) = run(one.path(), &WINDOW, "1");
    assert_eq!(status, Some(0));
    assert_eq!(files_of(&events).len(), 3);
    assert!(
        files_of(&events)
            .iter()
            .all(|file| file["status"] == "made")
    );
    assert_eq!(run(two.path(), &WINDOW, "3").0, Some(0));
    let files = parameter_files(one.path());
    assert_eq!(files.len(), 3);
    assert!(
        files == parameter_files(two.path()),
        "two runs gave different bytes"
    );
    // And they are what the committed manifest says.
    let (status, events) = run(
        one.path(),
        &[&WINDOW[..], &["--check", "--full"]].concat(),
        "2",
    );
    assert_eq!(status, Some(0));
    assert!(
        files_of(&events)
            .iter()
            .all(|file| file["status"] == "local")
    );
    // A second run finds its work done.
    let (status, events) = run(one.path(), &WINDOW, "2");
    assert_eq!(status, Some(0));
    assert!(
        files_of(&events)
            .iter()
            .all(|file| file["status"] == "local")
    );
    assert_eq!(events.last().unwrap()["complete"], true);
}

#[test]
fn progress_never_goes_back() {
    let cache = tempfile::tempdir().unwrap();
    let arguments = [
        "--sector-size",
        "2KiB",
        "--circuit",
        "winning_post",
        "--circuit",
        "window_post",
    ];
    let (status, events) = run(cache.path(), &arguments, "2");
    assert_eq!(status, Some(0));
    assert_eq!(events[0]["event"], "start");
    assert_eq!(events[0]["files"], 6);
    let percents: Vec<u64> = events
        .iter()
        .filter(|event| event["event"] == "progress")
        .map(|event| event["percent"].as_u64().unwrap())
        .collect();
    assert!(percents.len() >= 2);
    assert!(percents.is_sorted(), "{percents:?}");
    assert!(*percents.last().unwrap() <= 100);
}

#[test]
fn wrong_and_missing_files_are_found_and_made_again() {
    let cache = tempfile::tempdir().unwrap();
    let check = [&WINDOW[..], &["--check"]].concat();
    let (status, events) = run(cache.path(), &check, "2");
    assert_eq!(status, Some(1));
    assert!(
        files_of(&events)
            .iter()
            .all(|file| file["status"] == "missing")
    );
    assert_eq!(run(cache.path(), &WINDOW, "2").0, Some(0));
    let before = parameter_files(cache.path());
    // A cut file, as a killed copy leaves it.
    let params = before
        .iter()
        .find(|(name, _)| name.ends_with(".params"))
        .unwrap();
    let path = cache.path().join(&params.0);
    fs::write(&path, &params.1[..params.1.len() / 2]).unwrap();
    let (status, events) = run(cache.path(), &check, "2");
    assert_eq!(status, Some(1));
    assert!(
        files_of(&events)
            .iter()
            .any(|file| file["status"] == "wrong")
    );
    let mut child = Start::new()
        .argument("--parameter-cache")
        .argument(cache.path().to_str().unwrap())
        .start();
    let params = json!({
        "sector_padded_bytes": "2048", "circuits": ["window_post"], "digest": true,
    });
    let answer = child.ok("params.check", params.clone());
    assert_eq!(answer["complete"], false);
    assert_eq!(run(cache.path(), &WINDOW, "2").0, Some(0));
    assert!(before == parameter_files(cache.path()));
    let answer = child.ok("params.check", params);
    assert_eq!(answer["complete"], true);
    assert!(
        answer["files"]
            .as_array()
            .unwrap()
            .iter()
            .all(|file| file["status"] == "local")
    );
}

#[test]
fn killed_run_leaves_nothing_that_looks_finished() {
    let cache = tempfile::tempdir().unwrap();
    let arguments = ["--sector-size", "2KiB", "--circuit", "winning_post"];
    let mut process = Command::new(PROGRAM)
        .args(arguments)
        .arg("--cache")
        .arg(cache.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(process.stdout.take().unwrap());
    for line in output.lines() {
        let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if event["stage"] == "points" {
            break;
        }
    }
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(parameter_files(cache.path()).is_empty());
    assert_eq!(run(cache.path(), &arguments, "2").0, Some(0));
    assert_eq!(parameter_files(cache.path()).len(), 3);
    assert!(!cache.path().join(".making").exists());
}

#[test]
fn two_runs_at_once_make_the_set_once() {
    let cache = tempfile::tempdir().unwrap();
    let results: Vec<(Option<i32>, Vec<Value>)> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| run(cache.path(), &WINDOW, "1")))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(results.iter().all(|(status, _)| *status == Some(0)));
    let made = results
        .iter()
        .filter(|(_, events)| files_of(events).iter().all(|file| file["status"] == "made"))
        .count();
    assert_eq!(made, 1, "both made it, or none");
    assert_eq!(parameter_files(cache.path()).len(), 3);
}

#[test]
fn manifest_lists_every_set_that_is_made() {
    let manifest: Value =
        serde_json::from_str(include_str!("../parameters-manifest.json")).unwrap();
    let files = manifest["files"].as_array().unwrap();
    let lengths = |size: &str, circuit: &str| -> u64 {
        files
            .iter()
            .find(|f| {
                f["sector_size"] == size
                    && f["circuit"] == circuit
                    && f["file"].as_str().unwrap().ends_with(".params")
            })
            .unwrap_or_else(|| panic!("{size} {circuit} is not listed"))["length_bytes"]
            .as_u64()
            .unwrap()
    };
    // Lengths of the library's own generator for the same circuits.
    assert_eq!(lengths("2KiB", "porep"), 1_114_707_768);
    assert_eq!(lengths("2KiB", "window_post"), 11_501_496);
    assert_eq!(lengths("2KiB", "winning_post"), 47_299_128);
    assert_eq!(lengths("2KiB", "empty_sector_update"), 655_789_464);
    assert_eq!(lengths("8MiB", "porep"), 1_429_027_896);
    assert_eq!(lengths("8MiB", "window_post"), 30_859_704);
    assert_eq!(lengths("8MiB", "winning_post"), 113_383_224);
    assert_eq!(files.len(), 21);
}

#[test]
fn wrong_command_lines_are_refused() {
    let cache = tempfile::tempdir().unwrap();
    for arguments in [
        &["--sector-size", "32GiB"][..],
        &[],
        &["--circuit", "porep"],
        &["--x"],
    ] {
        assert_eq!(
            run(cache.path(), arguments, "1").0,
            Some(64),
            "{arguments:?}"
        );
    }
}
