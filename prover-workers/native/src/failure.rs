//! What can go wrong with a request, and how it is told to the parent (PROTOCOL.md, section 3).

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use filecoin_proofs_api::StorageProofsError;
use serde_json::{Map, Value, json};

/// The kinds of error that a parent can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not a frame, not JSON, or an envelope without id or method.
    Protocol,
    /// A parameter is missing, malformed or breaks a rule.
    Input,
    /// Unknown method, or a method that this child's class does not serve.
    Unsupported,
    /// The queue is full or another process works in the same directory.
    Busy,
    /// A file that an earlier stage made is absent or has the wrong length.
    MissingFiles,
    /// Stored sectors are damaged.
    FaultySectors,
    /// No parameter or verifying key file.
    MissingParams,
    /// A parameter or verifying key file that cannot be used.
    BadParams,
    /// The operating system refused.
    Io,
    /// Something the library made does not verify.
    ProofSelfCheck,
    /// The library panicked; the process ends after the answer.
    Panic,
    /// Any other error of the library.
    Library,
}

impl Kind {
    /// The word used in frames.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Protocol => "protocol",
            Kind::Input => "input",
            Kind::Unsupported => "unsupported",
            Kind::Busy => "busy",
            Kind::MissingFiles => "missing_files",
            Kind::FaultySectors => "faulty_sectors",
            Kind::MissingParams => "missing_params",
            Kind::BadParams => "bad_params",
            Kind::Io => "io",
            Kind::ProofSelfCheck => "proof_self_check",
            Kind::Panic => "panic",
            Kind::Library => "library",
        }
    }

    /// Whether the same request may succeed later or in another process.
    pub fn retryable(self) -> bool {
        matches!(
            self,
            Kind::Busy | Kind::Io | Kind::ProofSelfCheck | Kind::Panic | Kind::Library
        )
    }
}

/// An error on its way to the parent.
#[derive(Clone, Debug)]
pub struct Failure {
    pub kind: Kind,
    pub message: String,
    pub field: Option<String>,
    pub path: Option<PathBuf>,
    pub errno: Option<i32>,
    pub sector_numbers: Vec<u64>,
}

/// The result of every request function.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// An error of `kind` that says `message`.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Failure {
            kind,
            message: message.into(),
            field: None,
            path: None,
            errno: None,
            sector_numbers: Vec::new(),
        }
    }

    /// A parameter that breaks a rule.
    pub fn input(field: impl Into<String>, message: impl Into<String>) -> Self {
        let field = field.into();
        let mut failure = Failure::new(Kind::Input, format!("{field}: {}", message.into()));
        failure.field = Some(field);
        failure
    }

    /// A file of an earlier stage that is not there as it should be.
    pub fn missing_file(path: &Path, message: impl fmt::Display) -> Self {
        let mut failure =
            Failure::new(Kind::MissingFiles, format!("{}: {message}", path.display()));
        failure.path = Some(path.to_path_buf());
        failure
    }

    /// The operating system's refusal while doing `what` with `path`.
    pub fn io(what: &str, path: &Path, error: &io::Error) -> Self {
        let mut failure = Failure::new(
            Kind::Io,
            format!("cannot {what} {}: {error}", path.display()),
        );
        failure.path = Some(path.to_path_buf());
        failure.errno = error.raw_os_error();
        failure
    }

    /// Sectors whose stored files are damaged.
    pub fn faulty(sectors: Vec<u64>, message: impl Into<String>) -> Self {
        let mut failure = Failure::new(Kind::FaultySectors, message);
        failure.sector_numbers = sectors;
        failure.sector_numbers.sort_unstable();
        failure
    }

    /// The same error, naming the sector it is about.
    pub fn about_sector(mut self, sector: u64) -> Self {
        if !self.sector_numbers.contains(&sector) {
            self.sector_numbers.push(sector);
        }
        self
    }

    /// The error object of the protocol.
    pub fn to_json(&self, gpu_fallback: bool) -> Value {
        let mut object = Map::new();
        object.insert("kind".into(), json!(self.kind.word()));
        object.insert("message".into(), json!(self.message));
        object.insert("retryable".into(), json!(self.kind.retryable()));
        object.insert("gpu_fallback".into(), json!(gpu_fallback));
        if let Some(field) = &self.field {
            object.insert("field".into(), json!(field));
        }
        if let Some(path) = &self.path {
            object.insert("path".into(), json!(path.to_string_lossy()));
        }
        if let Some(errno) = self.errno {
            object.insert("errno".into(), json!(errno));
        }
        if !self.sector_numbers.is_empty() {
            let numbers: Vec<String> = self.sector_numbers.iter().map(u64::to_string).collect();
            object.insert("sector_numbers".into(), json!(numbers));
        }
        Value::Object(object)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.word(), self.message)
    }
}

impl std::error::Error for Failure {}

/// With these the library says that what it has just made does not verify (filecoin-proofs
/// `api/seal.rs` and `api/post_util.rs`, storage-proofs-core `compound_proof.rs`).
const SELF_CHECK_LINES: [&str; 5] = [
    "Invalid vanilla proof generated",
    "post seal aggregation verifies",
    "sanity check failed",
    "vanilla proofs failed to verify",
    "Generated vanilla proof for sector",
];

/// The library's errors carry their meaning in their concrete type where they have one
/// (`FaultySectors`, `InvalidParameters`, `io::Error`) and in their text where they have none.
impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        let text = format!("{error:#}");
        for cause in error.chain() {
            if let Some(failure) = cause.downcast_ref::<Failure>() {
                return failure.clone();
            }
            match cause.downcast_ref::<StorageProofsError>() {
                Some(StorageProofsError::FaultySectors(sectors)) => {
                    return Failure::faulty(sectors.iter().map(|s| u64::from(*s)).collect(), text);
                }
                Some(StorageProofsError::InvalidParameters(path)) => {
                    let mut failure = Failure::new(Kind::BadParams, text);
                    failure.path = Some(PathBuf::from(path));
                    return failure;
                }
                _ => {}
            }
        }
        if SELF_CHECK_LINES.iter().any(|line| text.contains(line)) {
            return Failure::new(Kind::ProofSelfCheck, text);
        }
        if text.contains("No cached parameters found") {
            return Failure::new(Kind::MissingParams, text);
        }
        for cause in error.chain() {
            if let Some(io_error) = cause.downcast_ref::<io::Error>() {
                let mut failure = Failure::new(Kind::Io, text);
                failure.errno = io_error.raw_os_error();
                return failure;
            }
        }
        Failure::new(Kind::Library, text)
    }
}
