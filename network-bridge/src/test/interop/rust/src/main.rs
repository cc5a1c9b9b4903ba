//! A rust-libp2p peer for the interop tests of Granary's own host: it serves what they ask, or asks
//! for it and judges the answers. The go and js peers next to it have the same command line and
//! protocols.
//!
//! ```text
//! peer [--late-muxer] listen                      prints its address, serves until stdin ends
//! peer [--late-muxer] dial MULTIADDR COMMAND…     exit code 0 when all commands held
//! ```
//!
//! COMMAND is ping, identify, echo:BYTES, sink:BYTES, source:BYTES, streams:COUNT, reset,
//! half-close, unknown or wrong-peer. rust-libp2p always agrees the muxer by multistream-select, so
//! that `--late-muxer` changes nothing.

mod dial;
mod node;
mod pattern;
mod serve;
mod streams;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use libp2p::Multiaddr;
use tokio::io::AsyncReadExt as _;

pub type Problem = Box<dyn Error + Send + Sync>;

/// How long a peer lives at most, whoever forgets it.
const LIFE_LIMIT: Duration = Duration::from_secs(10 * 60);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments
        .first()
        .is_some_and(|first| first == "--late-muxer")
    {
        arguments.remove(0);
    }
    let outcome = match tokio::time::timeout(LIFE_LIMIT, run(&arguments)).await {
        Ok(outcome) => outcome,
        Err(_) => Err("this peer has lived for too long".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<(), Problem> {
    match arguments {
        [listen] if listen == "listen" => listen_on_loopback().await,
        [dial, address, commands @ ..] if dial == "dial" && !commands.is_empty() => {
            dial::all(address.parse::<Multiaddr>()?, commands).await
        }
        _ => Err("usage: peer [--late-muxer] listen | dial MULTIADDR COMMAND…".into()),
    }
}

async fn listen_on_loopback() -> Result<(), Problem> {
    let node = node::Node::start()?;
    println!("{}", node.listen("/ip4/127.0.0.1/tcp/0".parse()?).await?);
    let mut ignored = Vec::new();
    tokio::io::stdin().read_to_end(&mut ignored).await?;
    Ok(())
}
