//! A real child, driven over its pipes as the Java parent drives it.
#![allow(dead_code)] // Every test binary uses its own part.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child as Process, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// No single request of the tests takes longer on a loaded two-core machine.
pub const PATIENCE: Duration = Duration::from_secs(900);

/// A started child and everything it sends.
pub struct Child {
    process: Process,
    input: Option<ChildStdin>,
    frames: Receiver<Value>,
    seen: Vec<Value>,
    next_id: u64,
    _directory: TempDir,
}

/// How a child is started.
pub struct Start {
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    files: Vec<(String, String)>,
}

impl Start {
    pub fn new() -> Self {
        Start {
            arguments: Vec::new(),
            environment: Vec::new(),
            files: Vec::new(),
        }
    }

    pub fn argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    pub fn environment(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// A file in the child's working directory.
    pub fn file(mut self, name: &str, content: &str) -> Self {
        self.files.push((name.to_owned(), content.to_owned()));
        self
    }

    /// Starts it and reads its frames on a thread of their own.
    pub fn start(self) -> Child {
        let directory = tempfile::tempdir().unwrap();
        for (name, content) in &self.files {
            fs::write(directory.path().join(name), content).unwrap();
        }
        let mut process = Command::new(env!("CARGO_BIN_EXE_granary-prover"))
            .args(&self.arguments)
            .envs(self.environment)
            .current_dir(directory.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = process.stdout.take().unwrap();
        let (sender, frames) = channel();
        thread::spawn(move || {
            while let Some(frame) = read_frame(&mut output) {
                if sender.send(frame).is_err() {
                    break;
                }
            }
        });
        let input = process.stdin.take();
        Child {
            process,
            input,
            frames,
            seen: Vec::new(),
            next_id: 1,
            _directory: directory,
        }
    }
}

/// A child of class `any` whose caches are the machine's.
pub fn start() -> Child {
    let mut child = Start::new().start();
    assert_eq!(child.next_frame()["type"], "hello");
    child
}

/// Panics on bytes that are no frame: nothing else may come out of the child.
fn read_frame(output: &mut impl Read) -> Option<Value> {
    let mut header = [0u8; 4];
    match output.read(&mut header).unwrap() {
        0 => return None,
        n => output.read_exact(&mut header[n..]).ok()?,
    }
    let length = u32::from_be_bytes(header) as usize;
    assert!(
        length > 0 && length <= 16 << 20,
        "not a frame header: {header:?}"
    );
    let mut body = vec![0u8; length];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}

impl Child {
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    pub fn next_frame(&mut self) -> Value {
        self.next_frame_within(PATIENCE).expect("a frame")
    }

    /// The next frame, or nothing when the child closed its output.
    pub fn next_frame_within(&mut self, patience: Duration) -> Option<Value> {
        match self.frames.recv_timeout(patience) {
            Ok(frame) => Some(frame),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no frame within {patience:?}"),
        }
    }

    pub fn write_raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    pub fn write_frame(&mut self, body: &[u8]) {
        self.write_raw(&(body.len() as u32).to_be_bytes());
        self.write_raw(body);
    }

    /// Sends a request and returns its id.
    pub fn send(&mut self, method: &str, params: Value) -> String {
        let id = format!("r{}", self.next_id);
        self.next_id += 1;
        let envelope = json!({"id": id, "method": method, "params": params});
        self.write_frame(envelope.to_string().as_bytes());
        id
    }

    /// Waits for the response to `id`; frames before it are kept in [`Child::seen`].
    pub fn wait_for(&mut self, id: &str) -> Result<Value, Value> {
        loop {
            let frame = self.next_frame();
            if frame["type"] == "response" && frame["id"] == id {
                return match frame.get("ok") {
                    Some(ok) => Ok(ok.clone()),
                    None => Err(frame["error"].clone()),
                };
            }
            self.seen.push(frame);
        }
    }

    pub fn call(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.send(method, params);
        self.wait_for(&id)
    }

    /// A call that must succeed.
    pub fn ok(&mut self, method: &str, params: Value) -> Value {
        self.call(method, params)
            .unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// A call that must fail.
    pub fn error(&mut self, method: &str, params: Value) -> Value {
        match self.call(method, params) {
            Ok(answer) => panic!("{method} succeeded: {answer}"),
            Err(error) => error,
        }
    }

    /// Frames that came before responses.
    pub fn seen(&self) -> &[Value] {
        &self.seen
    }

    /// Waits until a frame of `kind` came whose text or stage contains `part`.
    pub fn wait_for_frame(&mut self, kind: &str, part: &str) -> Value {
        loop {
            let frame = self.next_frame();
            let text = frame["text"]
                .as_str()
                .or(frame["stage"].as_str())
                .unwrap_or_default();
            let found = frame["type"] == kind && text.contains(part);
            self.seen.push(frame.clone());
            if found {
                return frame;
            }
        }
    }

    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// SIGKILL, as a parent cancels a job.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Waits for the end, which must come within `patience`.
    pub fn wait(&mut self, patience: Duration) -> ExitStatus {
        let until = Instant::now() + patience;
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            assert!(
                Instant::now() < until,
                "the child still runs after {patience:?}"
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn standard_error(&mut self) -> String {
        let mut text = String::new();
        self.process
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        text
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // A test that failed leaves no process; one that ended is gone already.
        if self.process.try_wait().ok().flatten().is_none() {
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }
}

/// A file of `tests/vectors`.
pub fn vectors(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Sha256 of a file, as hex.
pub fn sha256(path: impl AsRef<Path>) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(fs::read(path).unwrap()))
}

/// Which data a sealed sector of the vectors has.
pub fn vector_data(description: &str, bytes: usize) -> Option<Vec<u8>> {
    use sha2::{Digest, Sha256};
    if description.contains("zero bytes") {
        return None;
    }
    if description.starts_with("0xff") {
        return Some(vec![0xff; bytes]);
    }
    assert!(description.starts_with("sha256('filecoin-sp-vector'||u32be counter)"));
    let mut data = Vec::new();
    for counter in 0u32.. {
        if data.len() >= bytes {
            break;
        }
        let mut hash = Sha256::new();
        hash.update("filecoin-sp-vector");
        hash.update(counter.to_be_bytes());
        data.extend_from_slice(&hash.finalize());
    }
    data.truncate(bytes);
    Some(data)
}

/// A sector in the lotus layout, in a directory of its own.
pub struct Sector {
    pub directory: TempDir,
    pub proof: u64,
    pub actor_id: u64,
    pub number: u64,
    pub ticket: String,
    pub pieces: Value,
    pub has_data: bool,
}

impl Sector {
    pub fn new(proof: u64, actor_id: u64, number: u64, ticket: &str) -> Self {
        Sector {
            directory: tempfile::tempdir().unwrap(),
            proof,
            actor_id,
            number,
            ticket: ticket.to_owned(),
            pieces: json!([]),
            has_data: false,
        }
    }

    /// A sector with the same identity, data and files.
    pub fn copy(&self) -> Sector {
        let directory = tempfile::tempdir().unwrap();
        copy_tree(self.directory.path(), directory.path());
        Sector {
            directory,
            proof: self.proof,
            actor_id: self.actor_id,
            number: self.number,
            ticket: self.ticket.clone(),
            pieces: self.pieces.clone(),
            has_data: self.has_data,
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn cache(&self, name: &str) -> PathBuf {
        self.path("cache").join(name)
    }

    pub fn fields(&self, more: Value) -> Value {
        let mut fields = json!({
            "registered_seal_proof": self.proof,
            "miner_actor_id": self.actor_id.to_string(),
            "sector_number": self.number.to_string(),
            "ticket": self.ticket,
        });
        for (name, value) in more.as_object().unwrap() {
            fields[name] = value.clone();
        }
        fields
    }

    /// Puts one piece that fills the sector into the unsealed file.
    pub fn fill(&mut self, child: &mut Child, data: &[u8]) {
        fs::write(self.path("piece"), data).unwrap();
        let added = child.ok(
            "piece.add",
            json!({
                "registered_seal_proof": self.proof,
                "source_path": self.path("piece"),
                "target_path": self.path("unsealed"),
                "unpadded_bytes": data.len().to_string(),
                "existing_unpadded_bytes": [],
            }),
        );
        self.pieces = json!([added["piece"]]);
        self.has_data = true;
    }

    pub fn pc1_params(&self) -> Value {
        let mut params = self.fields(json!({
            "cache_dir": self.path("cache"),
            "sealed_path": self.path("sealed"),
            "pieces": self.pieces,
            "record_path": self.path("pc1.json"),
        }));
        if self.has_data {
            params["unsealed_path"] = json!(self.path("unsealed"));
        }
        params
    }

    pub fn pc2_params(&self) -> Value {
        self.fields(json!({
            "cache_dir": self.path("cache"),
            "sealed_path": self.path("sealed"),
            "record_path": self.path("pc1.json"),
        }))
    }

    pub fn c1_params(&self, comm_r: &str, comm_d: &str) -> Value {
        self.fields(json!({
            "cache_dir": self.path("cache"),
            "sealed_path": self.path("sealed"),
            "pieces": self.pieces,
            "comm_r": comm_r,
            "comm_d": comm_d,
        }))
    }

    /// PC1 and PC2; the answer of PC2.
    pub fn seal(&self, child: &mut Child) -> Value {
        child.ok("seal.pc1", self.pc1_params());
        child.ok("seal.pc2", self.pc2_params())
    }

    /// The sector as a replica of `post.vanilla`.
    pub fn replica(&self, comm_r: &Value) -> Value {
        json!({
            "sector_number": self.number.to_string(),
            "comm_r": comm_r,
            "sealed_path": self.path("sealed"),
            "cache_dir": self.path("cache"),
        })
    }
}

fn copy_tree(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy_tree(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Makes the 2 KiB parameters of these circuits in the machine's cache if they are not there.
pub fn ensure_parameters(circuits: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_granary-prover-params"));
    command.args(["--sector-size", "2KiB"]);
    for circuit in circuits {
        command.args(["--circuit", circuit]);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
}

/// 64 hex digits of one repeated byte.
pub fn hex32(byte: u8) -> String {
    hex::encode([byte; 32])
}
