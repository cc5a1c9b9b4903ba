//! The request loop: one thread reads, one thread works.
//!
//! The reader answers `hello`, `ping` and `stats` itself, so that a parent can tell a busy child
//! from a dead one, and ends the process the moment standard input closes, whatever the worker is
//! doing: a child must not outlive its parent, and the parent-death signal of Linux is tied to a
//! thread, not to a process, so it cannot be used by a JVM.

use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use serde_json::{Map, Value, json};

use crate::environment::Caches;
use crate::failure::{Failure, Kind, Outcome};
use crate::frames::{self, ReadError};
use crate::input::Fields;
use crate::log_frames;
use crate::methods::{self, Class, Method};
use crate::stats;

/// How many requests may wait behind the running one.
pub const WAITING_MAX: usize = 64;
/// The longest request id in bytes.
pub const ID_BYTES_MAX: usize = 128;
/// Exit status after an unreadable frame.
const EXIT_UNREADABLE: i32 = 65;
/// Exit status after a panic was answered: locks of the library may be poisoned.
const EXIT_PANICKED: i32 = 70;
/// The circuits recurse on the calling thread; the default of 2 MiB is not theirs to live with.
const WORKER_STACK_BYTES: usize = 64 << 20;

struct Job {
    id: String,
    method: &'static Method,
    params: Value,
}

#[derive(Default)]
struct Activity {
    running: Mutex<Option<(String, &'static str, Instant)>>,
    done: AtomicU64,
    queued: AtomicUsize,
}

struct Server {
    class: Class,
    caches: Caches,
    activity: Arc<Activity>,
    jobs: SyncSender<Job>,
}

/// Sends the first frame.
pub fn greet(class: Class, caches: &Caches) {
    let mut hello = stats::hello(class, caches);
    hello["type"] = json!("hello");
    frames::send(&hello);
}

/// Serves standard input until it closes; never returns.
pub fn serve(class: Class, caches: Caches) -> ! {
    let activity = Arc::new(Activity::default());
    let (jobs, waiting) = sync_channel(WAITING_MAX);
    let workers_view = Arc::clone(&activity);
    let worker = thread::Builder::new()
        .name("worker".to_owned())
        .stack_size(WORKER_STACK_BYTES)
        .spawn(move || work(&waiting, &workers_view));
    if let Err(error) = worker {
        eprintln!("granary-prover: cannot start the worker thread: {error}");
        frames::end_process(EXIT_PANICKED);
    }
    let server = Server {
        class,
        caches,
        activity,
        jobs,
    };
    let mut input = io::stdin().lock();
    loop {
        match frames::read_frame(&mut input) {
            Ok(body) => server.accept(&body),
            Err(ReadError::End) => frames::end_process(0),
            Err(ReadError::Length(length)) => {
                let message = format!(
                    "a frame of {length} bytes; the limit is {}",
                    frames::MAX_FRAME_BYTES
                );
                respond(None, Err(Failure::new(Kind::Protocol, message)), 0, false);
                frames::end_process(EXIT_UNREADABLE);
            }
            Err(ReadError::Io(error)) => {
                eprintln!("granary-prover: standard input broke: {error}");
                frames::end_process(EXIT_UNREADABLE);
            }
        }
    }
}

impl Server {
    fn accept(&self, body: &[u8]) {
        let (id, outcome) = parse_envelope(body);
        let (method, params) = match outcome {
            Ok(request) => request,
            Err(failure) => return respond(id.as_deref(), Err(failure), 0, false),
        };
        let id = id.expect("a request that parsed has an id");
        if let Some(answer) = self.answer_at_once(&method, &params) {
            return respond(Some(&id), answer, 0, false);
        }
        let method = match methods::find(&method, self.class) {
            Ok(method) => method,
            Err(failure) => return respond(Some(&id), Err(failure), 0, false),
        };
        self.activity.queued.fetch_add(1, Ordering::Relaxed);
        match self.jobs.try_send(Job { id, method, params }) {
            Ok(()) => {}
            Err(TrySendError::Full(job)) => {
                self.activity.queued.fetch_sub(1, Ordering::Relaxed);
                let message = format!("{WAITING_MAX} requests wait already");
                respond(
                    Some(&job.id),
                    Err(Failure::new(Kind::Busy, message)),
                    0,
                    false,
                );
            }
            Err(TrySendError::Disconnected(_)) => {
                eprintln!("granary-prover: the worker thread is gone");
                frames::end_process(EXIT_PANICKED);
            }
        }
    }

    fn answer_at_once(&self, method: &str, params: &Value) -> Option<Outcome<Value>> {
        let answer = match method {
            "hello" => stats::hello(self.class, &self.caches),
            "ping" => json!({"pid": std::process::id(), "uptime_millis": stats::uptime_millis()}),
            "stats" => self.stats(),
            _ => return None,
        };
        let fields = Fields::new(params.clone(), "params").and_then(Fields::finish);
        Some(fields.map(|()| answer))
    }

    fn stats(&self) -> Value {
        let (rss, peak) = stats::memory_bytes();
        let running = self
            .activity
            .running
            .lock()
            .unwrap_or_else(|p| p.into_inner());
        json!({
            "pid": std::process::id(),
            "uptime_millis": stats::uptime_millis(),
            "rss_bytes": rss.to_string(),
            "peak_rss_bytes": peak.to_string(),
            "requests_done": self.activity.done.load(Ordering::Relaxed),
            "queued": self.activity.queued.load(Ordering::Relaxed),
            "running": running.as_ref().map(|(id, method, since)| json!({
                "id": id, "method": method, "millis": since.elapsed().as_millis() as u64,
            })),
        })
    }
}

/// Reads an envelope; the id comes back even when the rest is wrong, so that the parent can match
/// the refusal.
fn parse_envelope(body: &[u8]) -> (Option<String>, Outcome<(String, Value)>) {
    let refuse = |message: String| Failure::new(Kind::Protocol, message);
    let mut envelope: Map<String, Value> = match serde_json::from_slice(body) {
        Ok(envelope) => envelope,
        Err(error) => return (None, Err(refuse(format!("not a JSON object: {error}")))),
    };
    let id = match envelope.remove("id") {
        Some(Value::String(id)) if (1..=ID_BYTES_MAX).contains(&id.len()) => id,
        _ => {
            let message = format!("\"id\" must be a string of 1 to {ID_BYTES_MAX} bytes");
            return (None, Err(refuse(message)));
        }
    };
    let method = match envelope.remove("method") {
        Some(Value::String(method)) => method,
        _ => {
            return (
                Some(id),
                Err(refuse("\"method\" must be a string".to_owned())),
            );
        }
    };
    let params = match envelope.remove("params") {
        None | Some(Value::Null) => Value::Object(Map::new()),
        Some(params) => params,
    };
    (Some(id), Ok((method, params)))
}

fn work(waiting: &Receiver<Job>, activity: &Activity) {
    while let Ok(job) = waiting.recv() {
        let started = Instant::now();
        activity.queued.fetch_sub(1, Ordering::Relaxed);
        *activity.running.lock().unwrap_or_else(|p| p.into_inner()) =
            Some((job.id.clone(), job.method.name, started));
        log_frames::begin(&job.id);
        let outcome = guarded(|| Fields::new(job.params, "params").and_then(job.method.run));
        let fallback = log_frames::end();
        let panicked = matches!(&outcome, Err(failure) if failure.kind == Kind::Panic);
        *activity.running.lock().unwrap_or_else(|p| p.into_inner()) = None;
        activity.done.fetch_add(1, Ordering::Relaxed);
        respond(
            Some(&job.id),
            outcome,
            started.elapsed().as_millis() as u64,
            fallback,
        );
        if panicked {
            frames::end_process(EXIT_PANICKED);
        }
    }
}

/// Runs something of the library and turns a panic into an error.
pub fn guarded<T>(run: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|payload| {
        let message = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a panic without a message".to_owned());
        Err(Failure::new(Kind::Panic, message))
    })
}

fn respond(id: Option<&str>, outcome: Outcome<Value>, millis: u64, gpu_fallback: bool) {
    let mut frame = json!({
        "type": "response", "id": id, "gpu_fallback": gpu_fallback, "millis": millis,
    });
    match outcome {
        Ok(value) => frame["ok"] = value,
        Err(failure) => frame["error"] = failure.to_json(gpu_fallback),
    }
    frames::send(&frame);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panic_becomes_an_error_with_its_message() {
        let failure = guarded::<()>(|| panic!("poisoned {}", "lock")).unwrap_err();
        assert_eq!(failure.kind, Kind::Panic);
        assert_eq!(failure.message, "poisoned lock");
    }

    #[test]
    fn envelope_without_method_keeps_its_id() {
        let (id, outcome) = parse_envelope(br#"{"id":"7"}"#);
        assert_eq!(id.as_deref(), Some("7"));
        assert_eq!(outcome.unwrap_err().kind, Kind::Protocol);
    }

    #[test]
    fn id_beyond_the_limit_is_refused() {
        let body = format!(
            r#"{{"id":"{}","method":"ping"}}"#,
            "x".repeat(ID_BYTES_MAX + 1)
        );
        assert!(parse_envelope(body.as_bytes()).0.is_none());
    }
}
