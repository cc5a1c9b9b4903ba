//! What the process takes from outside: terminal signals, and where the caches are, decided once
//! before the library reads its settings.
//!
//! The library keeps its settings in statics that are read on first use from `FIL_PROOFS_*`
//! variables and from `rust-fil-proofs.config.toml` in the working directory (storage-proofs-core,
//! `settings.rs`), so both are dealt with before any of its functions runs.

use std::env;
use std::path::{Path, PathBuf};

/// The file that the library would read settings from if it lay in the working directory.
const SETTINGS_FILE: &str = "rust-fil-proofs.config.toml";

/// Ctrl-C, Ctrl-\\ and a closing terminal reach every process of the terminal's group. The parent
/// decides when a child ends, by closing its standard input: a child that went first would look to
/// it like one that its job had killed.
pub fn leave_terminal_signals_to_the_parent() {
    for signal in [libc::SIGINT, libc::SIGQUIT, libc::SIGHUP] {
        // SAFETY: SIG_IGN installs no handler, so nothing can run at a bad moment.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
}

/// The two cache directories of a process.
#[derive(Clone, Debug)]
pub struct Caches {
    /// Parameters, verifying keys and their metadata.
    pub parameters: PathBuf,
    /// SDR parent caches.
    pub parents: PathBuf,
}

/// Finds the caches: option, our variable, the library's variable, the user's cache directory.
pub fn find_caches(
    parameters: Option<PathBuf>,
    parents: Option<PathBuf>,
) -> Result<Caches, String> {
    let parameters = parameters
        .or_else(|| directory_variable("GRANARY_PARAMETER_CACHE"))
        .or_else(|| directory_variable("FIL_PROOFS_PARAMETER_CACHE"))
        .or_else(|| directory_variable("XDG_CACHE_HOME").map(|d| d.join("granary/parameters")))
        .or_else(|| directory_variable("HOME").map(|d| d.join(".cache/granary/parameters")))
        .ok_or(
            "no parameter cache: give --parameter-cache, or set GRANARY_PARAMETER_CACHE or HOME",
        )?;
    let parents = parents
        .or_else(|| directory_variable("GRANARY_PARENT_CACHE"))
        .or_else(|| directory_variable("FIL_PROOFS_PARENT_CACHE"))
        .unwrap_or_else(|| {
            parameters
                .parent()
                .unwrap_or(Path::new("/"))
                .join("parents")
        });
    for directory in [&parameters, &parents] {
        if !directory.is_absolute() {
            return Err(format!(
                "cache directory {} is not absolute",
                directory.display()
            ));
        }
    }
    Ok(Caches {
        parameters,
        parents,
    })
}

fn directory_variable(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// Refuses a working directory whose settings file would change the library's behaviour.
pub fn refuse_settings_file() -> Result<(), String> {
    if Path::new(SETTINGS_FILE).exists() {
        return Err(format!(
            "{SETTINGS_FILE} lies in the working directory; start the child in an empty one"
        ));
    }
    Ok(())
}

/// Tells the library where the caches are.
///
/// # Safety
/// No other thread may run yet, since the environment is changed.
pub unsafe fn set_library_variables(caches: &Caches) {
    unsafe {
        env::set_var("FIL_PROOFS_PARAMETER_CACHE", &caches.parameters);
        env::set_var("FIL_PROOFS_PARENT_CACHE", &caches.parents);
    }
}
