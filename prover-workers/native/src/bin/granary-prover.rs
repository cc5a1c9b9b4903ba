//! The prover child. See `PROTOCOL.md`.

use std::path::PathBuf;

use granary_prover::methods::Class;
use granary_prover::{environment, frames, log_frames, server, stats};
use log::LevelFilter;

const USAGE: &str = "usage: granary-prover [--class CLASS] [--parameter-cache DIR] \
[--parent-cache DIR] [--log LEVEL] | --version";
const EXIT_USAGE: i32 = 64;
const EXIT_ENVIRONMENT: i32 = 78;

struct Options {
    class: Class,
    parameter_cache: Option<PathBuf>,
    parent_cache: Option<PathBuf>,
    log: LevelFilter,
}

fn main() {
    environment::leave_terminal_signals_to_the_parent();
    stats::start_clock();
    let options = match parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => fail(EXIT_USAGE, &format!("{message}\n{USAGE}")),
    };
    let caches = environment::refuse_settings_file()
        .and_then(|()| environment::find_caches(options.parameter_cache, options.parent_cache))
        .unwrap_or_else(|message| fail(EXIT_ENVIRONMENT, &message));
    // SAFETY: no other thread has been started.
    unsafe { environment::set_library_variables(&caches) };
    if let Err(error) = frames::take_standard_output() {
        fail(
            EXIT_ENVIRONMENT,
            &format!("cannot move standard output: {error}"),
        );
    }
    // Hello is the first frame, so the library's log lines begin after it.
    server::greet(options.class, &caches);
    if let Err(message) = log_frames::install(options.log) {
        fail(EXIT_ENVIRONMENT, &message);
    }
    server::serve(options.class, caches)
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        class: Class::Any,
        parameter_cache: None,
        parent_cache: None,
        log: LevelFilter::Info,
    };
    while let Some(argument) = arguments.next() {
        if argument == "--version" {
            println!("granary-prover {}", env!("CARGO_PKG_VERSION"));
            std::process::exit(0);
        }
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--class" => {
                let word = value()?;
                options.class = Class::from_word(&word).ok_or(format!("no class {word:?}"))?;
            }
            "--parameter-cache" => options.parameter_cache = Some(PathBuf::from(value()?)),
            "--parent-cache" => options.parent_cache = Some(PathBuf::from(value()?)),
            "--log" => {
                let word = value()?;
                options.log = word.parse().map_err(|_| format!("no log level {word:?}"))?;
            }
            _ => return Err(format!("unknown argument {argument:?}")),
        }
    }
    Ok(options)
}

fn fail(status: i32, message: &str) -> ! {
    eprintln!("granary-prover: {message}");
    std::process::exit(status)
}
