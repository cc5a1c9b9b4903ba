//! Frames: a 32-bit big-endian length and that many bytes of JSON (PROTOCOL.md, section 2).
//!
//! Only this module writes to what was standard output. [`take_standard_output`] moves the frames to
//! a private descriptor and points descriptor 1 at standard error, so that a `println!` of a
//! dependency, or a `printf` of C code, can never get between two frames.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::FromRawFd;
use std::sync::{Mutex, OnceLock};

use serde_json::Value;

/// The largest frame in either direction; a window PoSt request for a full 32 GiB partition (2,349
/// replicas with two paths each) is about 1.5 MB.
pub const MAX_FRAME_BYTES: usize = 16 * 1024 * 1024;

/// Why no frame could be read.
#[derive(Debug)]
pub enum ReadError {
    /// The stream ended between or inside frames.
    End,
    /// A length that no frame has. Nothing was allocated for it and the stream cannot be followed.
    Length(u64),
    /// The stream broke.
    Io(io::Error),
}

/// Reads one frame. The body grows as bytes arrive, so that a length which lies costs nothing.
pub fn read_frame(input: &mut impl Read) -> Result<Vec<u8>, ReadError> {
    let mut header = [0u8; 4];
    read_fully(input, &mut header)?;
    let length = u32::from_be_bytes(header) as usize;
    if length == 0 || length > MAX_FRAME_BYTES {
        return Err(ReadError::Length(length as u64));
    }
    let mut body = Vec::with_capacity(length.min(64 * 1024));
    let read = input
        .take(length as u64)
        .read_to_end(&mut body)
        .map_err(ReadError::Io)?;
    if read < length {
        return Err(ReadError::End);
    }
    Ok(body)
}

fn read_fully(input: &mut impl Read, buffer: &mut [u8]) -> Result<(), ReadError> {
    match input.read_exact(buffer) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(ReadError::End),
        Err(error) => Err(ReadError::Io(error)),
    }
}

/// The bytes of a frame around `value`.
pub fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = vec![0u8; 4];
    serde_json::to_writer(&mut bytes, value).expect("a JSON value serialises into memory");
    let length = u32::try_from(bytes.len() - 4).expect("frames are far below 4 GiB");
    bytes[..4].copy_from_slice(&length.to_be_bytes());
    bytes
}

static OUTPUT: OnceLock<Mutex<File>> = OnceLock::new();

/// Moves the frames to a descriptor of their own and points descriptor 1 at descriptor 2. To be
/// called once, before any other thread runs.
pub fn take_standard_output() -> io::Result<()> {
    // SAFETY: plain descriptor calls on descriptors that the process was started with; the new
    // descriptor is owned by the `File` alone.
    let private = unsafe { libc::fcntl(1, libc::F_DUPFD_CLOEXEC, 3) };
    if private < 0 {
        return Err(io::Error::last_os_error());
    }
    let file = unsafe { File::from_raw_fd(private) };
    if unsafe { libc::dup2(2, 1) } < 0 {
        return Err(io::Error::last_os_error());
    }
    OUTPUT
        .set(Mutex::new(file))
        .map_err(|_| io::Error::other("standard output was taken before"))
}

/// Writes one frame whole. When the parent no longer reads, there is nobody left to work for: the
/// process ends with 74.
pub fn send(value: &Value) {
    let Some(output) = OUTPUT.get() else {
        return; // Unit tests of functions that report progress run without a parent.
    };
    let bytes = encode(value);
    let mut output = output
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    if output.write_all(&bytes).is_err() {
        end_process(74);
    }
}

/// Ends the process at once, without destructors: other threads may be in the middle of anything.
pub fn end_process(status: i32) -> ! {
    // SAFETY: `_exit` takes no pointers and does not return.
    unsafe { libc::_exit(status) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn frame_comes_back_as_it_was_written() {
        let bytes = encode(&json!({"id": "a"}));
        assert_eq!(&bytes[..4], &[0, 0, 0, 10]);
        assert_eq!(read_frame(&mut &bytes[..]).unwrap(), br#"{"id":"a"}"#);
    }

    #[test]
    fn length_above_the_limit_is_refused_before_reading_on() {
        let mut input: &[u8] = &[0xff, 0xff, 0xff, 0xff, b'{'];
        assert!(matches!(
            read_frame(&mut input),
            Err(ReadError::Length(0xffff_ffff))
        ));
        assert_eq!(input, b"{");
    }

    #[test]
    fn stream_that_ends_inside_a_frame_is_an_end() {
        let mut input: &[u8] = &[0, 0, 0, 10, b'{'];
        assert!(matches!(read_frame(&mut input), Err(ReadError::End)));
    }
}
