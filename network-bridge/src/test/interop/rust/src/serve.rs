//! What the peer serves.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::{AsyncReadExt as _, AsyncWriteExt as _};
use libp2p::swarm::{Stream, StreamProtocol};

use crate::pattern;

/// Gives back what comes, ends when the peer does.
pub const ECHO: StreamProtocol = StreamProtocol::new("/granary/interop/echo/1.0.0");
/// Answers the end of the input with its length (8 bytes, big-endian) and its SHA-256.
pub const SINK: StreamProtocol = StreamProtocol::new("/granary/interop/sink/1.0.0");
/// Sends as much of the pattern as 8 bytes (big-endian) ask for, ends, and reads on to the end.
pub const SOURCE: StreamProtocol = StreamProtocol::new("/granary/interop/source/1.0.0");
/// Resets the stream after the first bytes.
pub const RESET: StreamProtocol = StreamProtocol::new("/granary/interop/reset/1.0.0");
/// Two numbers of 8 bytes: what sources have read after their own end, resets that echoes saw.
pub const TALLY: StreamProtocol = StreamProtocol::new("/granary/interop/tally/1.0.0");

const ECHO_BYTES: usize = 1 << 16;

static LATE_BYTES: AtomicU64 = AtomicU64::new(0);
static RESETS_SEEN: AtomicU64 = AtomicU64::new(0);

pub fn protocols() -> Vec<StreamProtocol> {
    vec![ECHO, SINK, SOURCE, RESET, TALLY]
}

/// Serves a stream beside whatever else runs; one that is given up is reset by being dropped.
pub fn start(protocol: &StreamProtocol, stream: Stream) {
    let protocol = protocol.clone();
    tokio::spawn(async move {
        if let Err(problem) = one(&protocol, stream).await {
            eprintln!("{protocol}: {problem}");
        }
    });
}

async fn one(protocol: &StreamProtocol, mut stream: Stream) -> io::Result<()> {
    match protocol.as_ref() {
        name if name == ECHO.as_ref() => echo(&mut stream).await,
        name if name == SINK.as_ref() => {
            let (count, hash) = pattern::read(&mut stream).await?;
            stream.write_all(&sink_answer(count, &hash)).await?;
            stream.close().await
        }
        name if name == SOURCE.as_ref() => source(&mut stream).await,
        name if name == RESET.as_ref() => stream.read_exact(&mut [0]).await,
        _ => {
            let mut answer = LATE_BYTES.load(Ordering::Relaxed).to_be_bytes().to_vec();
            answer.extend(RESETS_SEEN.load(Ordering::Relaxed).to_be_bytes());
            stream.write_all(&answer).await?;
            stream.close().await
        }
    }
}

pub fn sink_answer(count: u64, hash: &[u8; 32]) -> Vec<u8> {
    let mut answer = count.to_be_bytes().to_vec();
    answer.extend(hash);
    answer
}

/// Whether a stream that gave its end was in truth reset: rust-yamux reads both alike, but refuses
/// to write on the latter.
pub async fn was_reset(stream: &mut Stream) -> bool {
    stream.write(&[]).await.is_err()
}

async fn echo(stream: &mut Stream) -> io::Result<()> {
    let mut buffer = vec![0; ECHO_BYTES];
    loop {
        match stream.read(&mut buffer).await? {
            0 => break,
            length => stream.write_all(&buffer[..length]).await?,
        }
    }
    if was_reset(stream).await {
        RESETS_SEEN.fetch_add(1, Ordering::Relaxed);
        return Ok(());
    }
    stream.close().await
}

async fn source(stream: &mut Stream) -> io::Result<()> {
    let mut request = [0; 8];
    stream.read_exact(&mut request).await?;
    pattern::write(stream, u64::from_be_bytes(request)).await?;
    stream.close().await?;
    let (late, _) = pattern::read(stream).await?;
    LATE_BYTES.fetch_add(late, Ordering::Relaxed);
    Ok(())
}
