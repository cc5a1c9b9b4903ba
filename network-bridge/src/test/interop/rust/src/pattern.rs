//! What sources send. It repeats after a prime number of bytes: no frame is as long, so that a frame
//! lost, doubled or moved shows.

use std::io;
use std::sync::LazyLock;

use futures::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use sha2::{Digest as _, Sha256};

const PERIOD: usize = 65521;
const READ_BYTES: usize = 1 << 16;

static BYTES: LazyLock<Vec<u8>> =
    LazyLock::new(|| (0..PERIOD).map(|i| (i * 7 + (i >> 8) * 13) as u8).collect());

fn parts(count: u64) -> impl Iterator<Item = &'static [u8]> {
    let whole = count / PERIOD as u64;
    let rest = (count % PERIOD as u64) as usize;
    (0..whole)
        .map(|_| &BYTES[..])
        .chain((rest > 0).then(|| &BYTES[..rest]))
}

pub async fn write(to: &mut (impl AsyncWrite + Unpin), count: u64) -> io::Result<()> {
    for part in parts(count) {
        to.write_all(part).await?;
    }
    to.flush().await
}

pub fn hash(count: u64) -> [u8; 32] {
    let mut hash = Sha256::new();
    parts(count).for_each(|part| hash.update(part));
    hash.finalize().into()
}

/// Takes all up to the end: how many bytes, and their SHA-256.
pub async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<(u64, [u8; 32])> {
    let mut hash = Sha256::new();
    let mut count = 0;
    let mut buffer = vec![0; READ_BYTES];
    loop {
        match from.read(&mut buffer).await? {
            0 => return Ok((count, hash.finalize().into())),
            length => {
                hash.update(&buffer[..length]);
                count += length as u64;
            }
        }
    }
}
