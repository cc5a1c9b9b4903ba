//! SIGKILL at any point and the same request again: the right CommR, every time.
//!
//! 8 MiB sectors, since a 2 KiB one is sealed in a few milliseconds. Each kill waits for a state of
//! the files that the library, run again over it, is known to turn into a wrong CommR without an
//! error, or that could.

mod support;

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Child, PATIENCE, Sector, Start, hex32, sha256, start, vectors};

fn length(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|metadata| metadata.len())
}

/// Starts the request in a child of its own and kills it as soon as `reached` holds. False when
/// the answer came first.
fn kill_when(mut child: Child, method: &str, params: Value, reached: impl Fn() -> bool) -> bool {
    let id = child.send(method, params);
    let until = Instant::now() + PATIENCE;
    while !reached() {
        assert!(Instant::now() < until, "{method} never reached the state");
        thread::sleep(Duration::from_millis(1));
    }
    child.kill();
    // Frames sent before the kill are still in the pipe.
    let mut answered = false;
    while let Some(frame) = child.next_frame_within(PATIENCE) {
        answered |= frame["type"] == "response" && frame["id"] == id.as_str();
    }
    !answered
}

/// The 8 MiB sector of the vectors.
fn published() -> (Sector, Value) {
    let expected = vectors("proofs-commr-2kib.json")["eight_mib"].clone();
    (
        Sector::new(6, 1000, 1, expected["ticket_hex"].as_str().unwrap()),
        expected,
    )
}

#[test]
fn pc2_killed_anywhere_gives_the_right_comm_r_when_run_again() {
    let (base, expected) = published();
    start().ok("seal.pc1", base.pc1_params());
    let working = |s: &Sector| s.path("sealed.pc2");
    let tree_c = |s: &Sector| s.cache("sc-02-data-tree-c.dat");
    let tree_r_last = |s: &Sector| s.cache("sc-02-data-tree-r-last.dat");
    let encoded = |s: &Sector| {
        // The data are zeros, so any other byte in the working replica is an encoded node.
        let mut first = [0u8; 4096];
        let file = File::open(working(s));
        file.is_ok_and(|mut file| file.read_exact(&mut first).is_ok() && first != [0; 4096])
    };
    type Reached<'a> = Box<dyn Fn(&Sector) -> bool + 'a>;
    let points: Vec<(&str, Reached<'_>)> = vec![
        (
            "the working replica is being filled",
            Box::new(|s| working(s).exists()),
        ),
        ("tree-c has begun", Box::new(|s| tree_c(s).exists())),
        (
            "tree-c is partly written",
            Box::new(|s| length(&tree_c(s)).is_some_and(|n| n > 0)),
        ),
        ("encoding has begun", Box::new(encoded)),
        (
            "tree-r-last has begun",
            Box::new(|s| tree_r_last(s).exists()),
        ),
        ("p_aux is written", Box::new(|s| s.cache("p_aux").exists())),
        ("t_aux is written", Box::new(|s| s.cache("t_aux").exists())),
    ];
    let mut killed = 0;
    for (name, reached) in &points {
        let sector = base.copy();
        if kill_when(start(), "seal.pc2", sector.pc2_params(), || {
            reached(&sector)
        }) {
            killed += 1;
        }
        let sealed = start().ok("seal.pc2", sector.pc2_params());
        assert_eq!(sealed["comm_r"], expected["comm_r"], "{name}");
        assert_eq!(
            sha256(sector.path("sealed")),
            expected["replica_sha256"],
            "{name}"
        );
        assert!(!working(&sector).exists());
    }
    assert!(
        killed >= 5,
        "only {killed} of the kills came before the answer"
    );

    // And once more over a finished sector, whose answer was lost.
    let sector = base.copy();
    let mut child = start();
    for round in ["first", "again"] {
        let sealed = child.ok("seal.pc2", sector.pc2_params());
        assert_eq!(sealed["comm_r"], expected["comm_r"], "{round}");
        assert_eq!(
            sha256(sector.path("sealed")),
            expected["replica_sha256"],
            "{round}"
        );
    }
}

#[test]
fn pc1_killed_anywhere_goes_on_to_the_right_labels() {
    let (base, expected) = published();
    let parents = tempfile::tempdir().unwrap();
    let with_parents = |directory: &Path| {
        Start::new()
            .argument("--parent-cache")
            .argument(directory.to_str().unwrap())
            .start()
    };
    let parent_file = |extension: &str| {
        fs::read_dir(parents.path())
            .unwrap()
            .any(|entry| entry.unwrap().path().to_string_lossy().ends_with(extension))
    };
    let layer = |n: u32| base.cache(&format!("sc-02-data-layer-{n}.dat"));
    let data_tree = base.cache("sc-02-data-tree-d.dat");
    let mut killed = 0;
    let mut kill = |reached: &dyn Fn() -> bool| {
        let child = with_parents(parents.path());
        killed += u32::from(kill_when(child, "seal.pc1", base.pc1_params(), reached));
    };
    // Killed while the machine's first parent cache is half made.
    kill(&|| parent_file(".unfinished"));
    assert!(
        !parent_file(".cache"),
        "a parent cache with its final name is whole"
    );
    kill(&|| parent_file(".whole"));
    kill(&|| data_tree.exists());
    kill(&|| layer(1).exists());
    kill(&|| layer(2).exists());
    assert!(
        killed >= 4,
        "only {killed} of the kills came before the answer"
    );

    let mut child = with_parents(parents.path());
    let first = child.ok("seal.pc1", base.pc1_params());
    assert_eq!(first["replica_id"], expected["replica_id"]);
    let found = |text: &str| {
        child
            .seen()
            .iter()
            .any(|f| f["text"].as_str().is_some_and(|t| t.contains(text)))
    };
    assert!(
        found("found valid labels for layer 1"),
        "the first layer was made again"
    );
    assert_eq!(
        child.ok("seal.pc2", base.pc2_params())["comm_r"],
        expected["comm_r"]
    );
}

/// What a terminal sends to its whole group leaves a working child alone; the end of its parent,
/// which is the end of its input, does not.
#[test]
fn terminal_signals_are_left_to_the_parent() {
    let (sector, _) = published();
    let mut child = start();
    let id = child.send("seal.pc1", sector.pc1_params());
    child.wait_for_frame("progress", "pc1.layer");
    for signal in [libc::SIGINT, libc::SIGHUP, libc::SIGQUIT] {
        // SAFETY: a signal to a process of our own that has not been waited for.
        assert_eq!(unsafe { libc::kill(child.pid() as i32, signal) }, 0);
    }
    assert!(child.wait_for(&id).is_ok());
    child.close_input();
    assert!(child.wait(PATIENCE).success());
}

#[test]
fn layers_of_another_ticket_are_not_taken_over() {
    let vectors = vectors("proofs-commr-2kib.json");
    let case = |index: usize| &vectors["cases"][index];
    let (old, new) = (case(0), case(4));
    assert_eq!(old["sector"], new["sector"]);
    assert_ne!(old["ticket_hex"], new["ticket_hex"]);
    let mut child = start();
    let mut sector = Sector::new(5, 1000, 1, old["ticket_hex"].as_str().unwrap());
    assert_eq!(sector.seal(&mut child)["comm_r"], old["comm_r_hex"]);
    // The ticket expired before the precommit landed: PC1 again, in the same directory.
    sector.ticket = new["ticket_hex"].as_str().unwrap().to_owned();
    let error = child.error("seal.pc2", sector.pc2_params());
    assert_eq!(error["kind"], "missing_files", "{error}");
    assert_eq!(sector.seal(&mut child)["comm_r"], new["comm_r_hex"]);
}

#[test]
fn committed_capacity_over_an_old_replica_is_sealed_from_zeros() {
    let vectors = vectors("proofs-commr-2kib.json");
    let case = &vectors["cases"][0];
    let sector = Sector::new(5, 1000, 1, case["ticket_hex"].as_str().unwrap());
    fs::write(sector.path("sealed"), vec![0xee; 2048]).unwrap();
    assert_eq!(sector.seal(&mut start())["comm_r"], case["comm_r_hex"]);
}

#[test]
fn parent_cache_that_somebody_left_half_made_is_made_again() {
    let vectors = vectors("proofs-commr-2kib.json");
    let row = &vectors["parent_caches"][1];
    let parents = tempfile::tempdir().unwrap();
    let file = parents.path().join(row["file"].as_str().unwrap());
    // What the library leaves when it is killed here: the right name and length, zeros in it.
    fs::write(&file, vec![0; row["bytes"].as_u64().unwrap() as usize]).unwrap();
    let mut child = Start::new()
        .argument("--parent-cache")
        .argument(parents.path().to_str().unwrap())
        .start();
    let case = &vectors["cases"][4];
    let sector = Sector::new(5, 1000, 1, &hex32(1));
    assert_eq!(sector.seal(&mut child)["comm_r"], case["comm_r_hex"]);
    assert_eq!(sha256(&file), row["sha256"]);
}

#[test]
fn two_jobs_in_one_directory_do_not_meet() {
    let (sector, _) = published();
    let mut first = start();
    let id = first.send("seal.pc1", sector.pc1_params());
    first.wait_for_frame("progress", "pc1.layer");
    let error = start().error("seal.pc1", sector.pc1_params());
    assert_eq!(error["kind"], "busy");
    assert_eq!(error["retryable"], true);
    assert!(first.wait_for(&id).is_ok());
}
