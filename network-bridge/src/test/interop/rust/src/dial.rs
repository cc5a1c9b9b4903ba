//! What the peer asks of another, and how it judges the answers.

use std::time::{Duration, Instant};

use futures::future::try_join_all;
use futures::{AsyncReadExt as _, AsyncWriteExt as _};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{Stream, StreamProtocol};
use libp2p::{Multiaddr, PeerId};
use serde_json::{Value, json};

use crate::node::Node;
use crate::{Problem, pattern, serve};

const COMMAND_LIMIT: Duration = Duration::from_secs(40);
const PINGS: usize = 3;
const LATE_BYTES: u64 = 300_000;
const NOBODY: StreamProtocol = StreamProtocol::new("/granary/interop/nobody/1.0.0");

pub async fn all(mut address: Multiaddr, commands: &[String]) -> Result<(), Problem> {
    let Some(Protocol::P2p(peer)) = address.pop() else {
        return Err("the address names no peer".into());
    };
    let calls = Calls {
        node: Node::start()?,
        peer,
        address,
    };
    for command in commands {
        let start = Instant::now();
        let mut told = match tokio::time::timeout(COMMAND_LIMIT, calls.one(command)).await {
            Ok(outcome) => outcome.map_err(|problem| format!("{command}: {problem}"))?,
            Err(_) => return Err(format!("{command}: took too long").into()),
        };
        told["command"] = json!(command);
        told["millis"] = json!(start.elapsed().as_millis() as u64);
        println!("{told}");
    }
    Ok(())
}

struct Calls {
    node: Node,
    peer: PeerId,
    address: Multiaddr,
}

#[derive(Clone, Copy, PartialEq)]
struct Tally {
    late: u64,
    resets: u64,
}

impl Calls {
    async fn one(&self, command: &str) -> Result<Value, Problem> {
        let (name, number) = command.split_once(':').unwrap_or((command, "0"));
        let count: u64 = number.parse()?;
        if name == "wrong-peer" {
            return self.wrong_peer().await;
        }
        self.node.dial(self.peer, self.address.clone()).await?;
        match name {
            "ping" => self.ping().await?,
            "identify" => return self.identify().await,
            "echo" => self.echo(count).await?,
            "sink" => self.sink(count).await?,
            "source" => {
                let mut stream = self.source(count).await?;
                stream.close().await?;
            }
            "streams" => {
                try_join_all((0..count).map(|i| self.echo(10_000 + i))).await?;
            }
            "reset" => self.reset().await?,
            "half-close" => self.half_close().await?,
            "unknown" => return self.unknown().await,
            _ => return Err("no such command".into()),
        }
        Ok(json!({}))
    }

    async fn open(&self, protocol: StreamProtocol) -> Result<Stream, Problem> {
        self.node.open(self.peer, protocol).await
    }

    async fn ping(&self) -> Result<(), Problem> {
        for _ in 0..PINGS {
            self.node.ping().await?;
        }
        Ok(())
    }

    async fn identify(&self) -> Result<Value, Problem> {
        let info = self.node.identify().await?;
        let texts = |all: &[Multiaddr]| all.iter().map(Multiaddr::to_string).collect::<Vec<_>>();
        Ok(json!({
            "agent": info.agent_version,
            "protocolVersion": info.protocol_version,
            "protocols": info.protocols.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
            "listen": texts(&info.listen_addrs),
            "observed": info.observed_addr.to_string(),
            "key": info.public_key.to_peer_id().to_string(),
        }))
    }

    async fn echo(&self, count: u64) -> Result<(), Problem> {
        let (mut from, mut to) = self.open(serve::ECHO).await?.split();
        let send = async {
            pattern::write(&mut to, count).await?;
            to.close().await
        };
        let ((), (length, hash)) = futures::try_join!(send, pattern::read(&mut from))?;
        require(
            length == count && hash == pattern::hash(count),
            format!("the echo of {count} bytes differs ({length} came back)"),
        )
    }

    async fn sink(&self, count: u64) -> Result<(), Problem> {
        let mut stream = self.open(serve::SINK).await?;
        pattern::write(&mut stream, count).await?;
        stream.close().await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        require(
            answer == serve::sink_answer(count, &pattern::hash(count)),
            format!("sent {count} bytes, the sink answers {answer:02x?}"),
        )
    }

    /// Asks for bytes and takes them to the source's end; our own direction stays open.
    async fn source(&self, count: u64) -> Result<Stream, Problem> {
        let mut stream = self.open(serve::SOURCE).await?;
        stream.write_all(&count.to_be_bytes()).await?;
        let (length, hash) = pattern::read(&mut stream).await?;
        require(
            length == count && hash == pattern::hash(count),
            format!("asked for {count} bytes, got {length} or others"),
        )?;
        Ok(stream)
    }

    /// A reset of theirs and one of ours, while another stream lives on.
    async fn reset(&self) -> Result<(), Problem> {
        let mut alive = self.open(serve::ECHO).await?;
        echo_byte(&mut alive).await?;
        let mut theirs = self.open(serve::RESET).await?;
        theirs.write_all(&[1]).await?;
        let got = theirs.read(&mut [0]).await?;
        require(
            got == 0 && serve::was_reset(&mut theirs).await,
            "expected a reset, got an end or bytes".into(),
        )?;
        let mut ours = self.open(serve::ECHO).await?;
        echo_byte(&mut ours).await?;
        let before = self.tally().await?;
        drop(ours);
        self.until(Tally {
            resets: before.resets + 1,
            ..before
        })
        .await?;
        echo_byte(&mut alive).await
    }

    /// They close their side first; what we send afterwards still arrives.
    async fn half_close(&self) -> Result<(), Problem> {
        let before = self.tally().await?;
        let mut stream = self.source(100_000).await?;
        pattern::write(&mut stream, LATE_BYTES).await?;
        stream.close().await?;
        self.until(Tally {
            late: before.late + LATE_BYTES,
            ..before
        })
        .await
    }

    async fn tally(&self) -> Result<Tally, Problem> {
        let mut stream = self.open(serve::TALLY).await?;
        stream.close().await?;
        let (mut late, mut resets) = ([0; 8], [0; 8]);
        stream.read_exact(&mut late).await?;
        stream.read_exact(&mut resets).await?;
        Ok(Tally {
            late: u64::from_be_bytes(late),
            resets: u64::from_be_bytes(resets),
        })
    }

    /// Asks for the tally until it is this one; the command's own limit ends it.
    async fn until(&self, wanted: Tally) -> Result<(), Problem> {
        while self.tally().await? != wanted {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    async fn unknown(&self) -> Result<Value, Problem> {
        match self.open(NOBODY).await {
            Ok(_) => Err("a protocol that nobody serves was agreed".into()),
            Err(refusal) => {
                self.echo(1000).await?;
                Ok(json!({ "refusal": refusal.to_string() }))
            }
        }
    }

    async fn wrong_peer(&self) -> Result<Value, Problem> {
        match self.node.dial(PeerId::random(), self.address.clone()).await {
            Ok(()) => Err("connected to a peer that is somebody else".into()),
            Err(refusal) if refusal.to_string().contains("WrongPeerId") => {
                Ok(json!({ "refusal": refusal.to_string() }))
            }
            Err(other) => Err(other),
        }
    }
}

fn require(holds: bool, otherwise: String) -> Result<(), Problem> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

async fn echo_byte(stream: &mut Stream) -> Result<(), Problem> {
    stream.write_all(&[42]).await?;
    let mut answer = [0];
    stream.read_exact(&mut answer).await?;
    require(answer == [42], format!("the echo of 42 is {}", answer[0]))
}
