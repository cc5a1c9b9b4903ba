//! Faults on demand: a fire drill for whoever supervises the child.

use std::ffi::CString;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::failure::{Failure, Outcome};
use crate::frames;
use crate::input::Fields;

/// `selftest.fault`: fails in the way asked for.
pub fn fault(mut params: Fields) -> Outcome<Value> {
    let fault = params.text("fault")?;
    let millis = params.number_or("millis", 0, 86_400_000, 3_600_000)?;
    let name = params.name_of("fault");
    params.finish()?;
    match fault.as_str() {
        "panic" => panic!("a panic was asked for"),
        "abort" => std::process::abort(),
        "exit" => frames::end_process(3),
        "hang" => thread::sleep(Duration::from_millis(millis)),
        "print" => print_everywhere(),
        _ => {
            return Err(Failure::input(
                name,
                "must be panic, abort, exit, hang or print",
            ));
        }
    }
    Ok(json!({}))
}

/// Writes to descriptors 1 and 2 as a careless dependency would.
fn print_everywhere() {
    println!("a stray line from Rust on standard output");
    eprintln!("a stray line from Rust on standard error");
    let line = CString::new("a stray line from C on standard output").expect("no zero byte");
    // SAFETY: a zero-terminated string that lives through the calls; `fflush(NULL)` flushes all.
    unsafe {
        libc::puts(line.as_ptr());
        libc::fflush(std::ptr::null_mut());
    }
}
