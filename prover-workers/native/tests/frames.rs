//! The pipe: what is refused, what never gets into a frame, and how the process ends.

mod support;

use std::fs;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use support::{Child, Sector, Start, hex32, start};

const SOON: Duration = Duration::from_secs(20);

/// Everything that comes until the child closes its output.
fn rest_of(child: &mut Child) -> Vec<Value> {
    std::iter::from_fn(|| child.next_frame_within(SOON)).collect()
}

/// Resident memory of a process in KiB.
fn resident_kib(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn hello_says_what_the_child_is() {
    let mut child = Start::new().argument("--class").argument("io").start();
    let hello = child.next_frame();
    assert_eq!(hello["type"], "hello");
    assert_eq!(hello["protocol"], 1);
    assert_eq!(hello["class"], "io");
    assert_eq!(hello["pid"], child.pid());
    assert_eq!(hello["crates"]["filecoin-proofs-api"], "19.1.0");
    assert!(hello["rustc"].as_str().unwrap().starts_with("rustc "));
    assert!(hello["parameter_cache"]["directory"].is_string());
    let again = child.ok("hello", json!({}));
    assert_eq!(again["pid"], hello["pid"]);
    assert_eq!(child.ok("ping", json!({}))["pid"], hello["pid"]);
    let error = child.error("seal.c2", json!({}));
    assert_eq!(error["kind"], "unsupported");
}

#[test]
fn giant_length_is_refused_without_room_for_it() {
    for length in [u32::MAX, (16 << 20) + 1, 0] {
        let mut child = start();
        child.ok("ping", json!({}));
        let before = resident_kib(child.pid());
        child.write_raw(&length.to_be_bytes());
        let frames = rest_of(&mut child);
        assert_eq!(frames.len(), 1, "{frames:?}");
        assert_eq!(frames[0]["id"], Value::Null);
        assert_eq!(frames[0]["error"]["kind"], "protocol");
        assert_eq!(child.wait(SOON).code(), Some(65));
        assert!(before < 100_000, "{before} KiB at rest");
    }
}

#[test]
fn announced_frame_that_does_not_come_takes_no_room() {
    let mut child = start();
    child.ok("ping", json!({}));
    let before = resident_kib(child.pid());
    child.write_raw(&(16u32 << 20).to_be_bytes());
    child.write_raw(b"{");
    thread::sleep(Duration::from_millis(300));
    let grown = resident_kib(child.pid()).saturating_sub(before);
    assert!(grown < 4096, "grew by {grown} KiB");
    child.close_input();
    assert_eq!(child.wait(SOON).code(), Some(0));
}

#[test]
fn broken_requests_are_answered_and_the_next_one_is_served() {
    let mut child = start();
    for (body, id) in [
        (&b"not json"[..], Value::Null),
        (b"[1,2]", Value::Null),
        (b"\xff\xfe", Value::Null),
        (br#"{"method":"ping"}"#, Value::Null),
        (br#"{"id":7,"method":"ping"}"#, Value::Null),
        (br#"{"id":"a"}"#, json!("a")),
        (br#"{"id":"b","method":3}"#, json!("b")),
    ] {
        child.write_frame(body);
        let frame = child.next_frame();
        assert_eq!(frame["error"]["kind"], "protocol", "{frame}");
        assert_eq!(frame["id"], id);
        assert_eq!(frame["error"]["retryable"], false);
    }
    let error = child.error("seal.everything", json!({}));
    assert_eq!(error["kind"], "unsupported");
    child.ok("ping", json!({}));
}

#[test]
fn wrong_parameters_are_named() {
    let mut child = start();
    let sector = Sector::new(5, 1000, 1, &hex32(7));
    let good = sector.pc1_params();
    let mut refuse = |change: &dyn Fn(&mut Value), field: &str| {
        let mut params = good.clone();
        change(&mut params);
        let error = child.error("seal.pc1", params);
        assert_eq!(error["kind"], "input", "{error}");
        assert_eq!(error["field"], field);
    };
    refuse(
        &|p| drop(p.as_object_mut().unwrap().remove("ticket")),
        "params.ticket",
    );
    refuse(&|p| p["ticket"] = json!("00"), "params.ticket");
    refuse(
        &|p| p["registered_seal_proof"] = json!(20),
        "params.registered_seal_proof",
    );
    refuse(
        &|p| p["miner_actor_id"] = json!(1000),
        "params.miner_actor_id",
    );
    refuse(
        &|p| p["sector_number"] = json!("-1"),
        "params.sector_number",
    );
    refuse(&|p| p["cache_dir"] = json!("cache"), "params.cache_dir");
    refuse(&|p| p["cashe_dir"] = json!("/x"), "params.cashe_dir");
    refuse(&|p| p["pieces"] = json!({}), "params.pieces");
    let piece = json!({"commitment": hex32(1), "unpadded_bytes": "128"});
    refuse(
        &|p| p["pieces"] = json!([piece]),
        "params.pieces[0].unpadded_bytes",
    );
    let piece = json!({"commitment": hex32(1), "unpadded_bytes": "4064"});
    refuse(&|p| p["pieces"] = json!([piece]), "params.pieces");
    let error = child.error("seal.pc1", json!("text"));
    assert_eq!(error["field"], "params");
    assert!(
        !sector.path("cache").exists(),
        "a refused request touched the disk"
    );
}

#[test]
fn stray_prints_go_to_standard_error() {
    let mut child = start();
    let target = |fd: u32| fs::read_link(format!("/proc/{}/fd/{fd}", child.pid())).unwrap();
    assert_eq!(target(1), target(2), "descriptor 1 is not standard error");
    // The harness panics on anything that is no frame.
    child.ok("selftest.fault", json!({"fault": "print"}));
    child.ok("ping", json!({}));
    child.close_input();
    child.wait(SOON);
    let text = child.standard_error();
    assert!(
        text.contains("a stray line from Rust on standard output"),
        "{text}"
    );
    assert!(
        text.contains("a stray line from C on standard output"),
        "{text}"
    );
}

#[test]
fn busy_child_still_answers_and_says_what_it_does() {
    let mut child = start();
    let hanging = child.send("selftest.fault", json!({"fault": "hang", "millis": 1500}));
    let waiting = child.send(
        "sector.commd",
        json!({"registered_seal_proof": 5, "pieces": []}),
    );
    let stats = loop {
        // The worker takes the request from the queue in its own time.
        let stats = child.ok("stats", json!({}));
        if stats["running"].is_object() {
            break stats;
        }
    };
    assert_eq!(stats["running"]["method"], "selftest.fault");
    assert_eq!(stats["running"]["id"], hanging.as_str());
    assert_eq!(stats["queued"], 1);
    child.wait_for(&hanging).unwrap();
    child.wait_for(&waiting).unwrap();
    assert_eq!(child.ok("stats", json!({}))["running"], Value::Null);
}

#[test]
fn requests_beyond_the_queue_are_refused_as_busy() {
    let mut child = start();
    child.send("selftest.fault", json!({"fault": "hang"}));
    while !child.ok("stats", json!({}))["running"].is_object() {}
    let commd = json!({"registered_seal_proof": 5, "pieces": []});
    let ids: Vec<String> = (0..80)
        .map(|_| child.send("sector.commd", commd.clone()))
        .collect();
    // Refusals come at once and in order, so all are there before the answer to a later ping.
    let ping = child.send("ping", json!({}));
    child.wait_for(&ping).unwrap();
    let refused: Vec<&Value> = child
        .seen()
        .iter()
        .filter(|frame| frame["error"]["kind"] == "busy")
        .collect();
    assert!(
        refused
            .iter()
            .all(|frame| frame["error"]["retryable"] == true)
    );
    let refused: Vec<&str> = refused
        .iter()
        .map(|frame| frame["id"].as_str().unwrap())
        .collect();
    assert_eq!(refused, ids[64..], "64 wait, the others are refused");
}

#[test]
fn closed_input_ends_the_child_in_the_middle_of_a_job() {
    let mut child = start();
    child.send("selftest.fault", json!({"fault": "hang"}));
    child.close_input();
    assert_eq!(child.wait(SOON).code(), Some(0));

    let sector = Sector::new(6, 1000, 1, &hex32(7));
    let mut child = start();
    child.send("seal.pc1", sector.pc1_params());
    child.wait_for_frame("progress", "pc1.layer");
    child.close_input();
    assert_eq!(child.wait(SOON).code(), Some(0));
    assert!(!sector.path("pc1.json").exists(), "the job went on");
}

#[test]
fn panic_is_answered_and_ends_the_child() {
    let mut child = start();
    let error = child.error("selftest.fault", json!({"fault": "panic"}));
    assert_eq!(error["kind"], "panic");
    assert_eq!(error["retryable"], true);
    assert!(error["message"].as_str().unwrap().contains("asked for"));
    assert_eq!(child.wait(SOON).code(), Some(70));
    assert!(child.standard_error().contains("asked for"));
}

#[test]
fn crashes_give_no_answer() {
    let mut child = start();
    child.send("selftest.fault", json!({"fault": "abort"}));
    assert!(
        rest_of(&mut child)
            .iter()
            .all(|frame| frame["type"] != "response")
    );
    assert_eq!(child.wait(SOON).code(), None, "ended by a signal");
    let mut child = start();
    child.send("selftest.fault", json!({"fault": "exit"}));
    assert!(
        rest_of(&mut child)
            .iter()
            .all(|frame| frame["type"] != "response")
    );
    assert_eq!(child.wait(SOON).code(), Some(3));
}

#[test]
fn log_lines_are_frames_with_the_request_they_belong_to() {
    let mut child = start();
    let sector = Sector::new(5, 1000, 1, &hex32(7));
    let id = child.send("seal.pc1", sector.pc1_params());
    child.wait_for(&id).unwrap();
    let line = child
        .seen()
        .iter()
        .find(|f| f["type"] == "log" && f["text"].as_str().unwrap().contains("generate labels"))
        .expect("the library's log line");
    assert_eq!(line["id"], id.as_str());
    assert_eq!(line["level"], "info");
    assert!(
        line["target"]
            .as_str()
            .unwrap()
            .contains("storage_proofs_porep")
    );
    assert!(line["millis"].as_u64().unwrap() > 1_700_000_000_000);
    let mut quiet = Start::new().argument("--log").argument("error").start();
    quiet.ok("seal.pc1", Sector::new(5, 1000, 2, &hex32(7)).pc1_params());
    assert!(quiet.seen().iter().all(|frame| frame["type"] != "log"));
}

#[test]
fn settings_file_in_the_working_directory_stops_the_start() {
    let mut child = Start::new().file("rust-fil-proofs.config.toml", "").start();
    assert!(rest_of(&mut child).is_empty());
    assert_eq!(child.wait(SOON).code(), Some(78));
    assert!(
        child
            .standard_error()
            .contains("rust-fil-proofs.config.toml")
    );
}

#[test]
fn wrong_command_line_stops_the_start() {
    for arguments in [
        &["--class", "wizard"][..],
        &["--clas"],
        &["--parameter-cache"],
    ] {
        let mut starting = Start::new();
        for argument in arguments {
            starting = starting.argument(*argument);
        }
        let mut child = starting.start();
        assert_eq!(child.wait(SOON).code(), Some(64), "{arguments:?}");
        assert!(child.standard_error().contains("usage:"));
    }
    let mut child = Start::new()
        .argument("--parameter-cache")
        .argument("relative")
        .start();
    assert_eq!(child.wait(SOON).code(), Some(78));
}
