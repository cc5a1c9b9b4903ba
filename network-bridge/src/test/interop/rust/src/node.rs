//! The host and the task that drives it.

use std::collections::VecDeque;
use std::time::Duration;

use futures::StreamExt as _;
use futures::channel::oneshot;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{NetworkBehaviour, Stream, StreamProtocol, Swarm, SwarmEvent};
use libp2p::{Multiaddr, PeerId, SwarmBuilder, identify, noise, ping, tcp, yamux};
use tokio::sync::mpsc;

use crate::streams::{Behaviour as Streams, Wanted};
use crate::{Problem, serve};

const AGENT: &str = "granary-interop-rust";
const PROTOCOL_VERSION: &str = "ipfs/0.1.0";
const PING_EVERY: Duration = Duration::from_millis(500);
const QUESTIONS_MAX: usize = 256;

#[derive(NetworkBehaviour)]
struct Host {
    identify: identify::Behaviour,
    ping: ping::Behaviour,
    streams: Streams,
}

enum Question {
    Listen(Multiaddr, oneshot::Sender<Multiaddr>),
    Dial(PeerId, Multiaddr, oneshot::Sender<Result<(), String>>),
    Open(PeerId, Wanted),
    Identify(oneshot::Sender<identify::Info>),
    Ping(oneshot::Sender<Result<(), String>>),
}

/// What asks the host.
#[derive(Clone)]
pub struct Node {
    questions: mpsc::Sender<Question>,
}

impl Node {
    pub fn start() -> Result<Self, Problem> {
        let swarm = SwarmBuilder::with_new_identity()
            .with_tokio()
            .with_tcp(
                tcp::Config::default().nodelay(true),
                noise::Config::new,
                yamux::Config::default,
            )?
            .with_behaviour(|key| Host {
                identify: identify::Behaviour::new(
                    identify::Config::new(PROTOCOL_VERSION.into(), key.public())
                        .with_agent_version(AGENT.into()),
                ),
                ping: ping::Behaviour::new(ping::Config::new().with_interval(PING_EVERY)),
                streams: Streams::new(serve::protocols(), serve::start),
            })?
            .build();
        let (questions, asked) = mpsc::channel(QUESTIONS_MAX);
        tokio::spawn(Driver::new(swarm).run(asked));
        Ok(Self { questions })
    }

    async fn ask<T>(
        &self,
        question: impl FnOnce(oneshot::Sender<T>) -> Question,
    ) -> Result<T, Problem> {
        let (then, answer) = oneshot::channel();
        self.questions
            .send(question(then))
            .await
            .map_err(|_| "the host has ended")?;
        Ok(answer.await?)
    }

    /// Gives the address with the peer's id.
    pub async fn listen(&self, address: Multiaddr) -> Result<Multiaddr, Problem> {
        self.ask(|then| Question::Listen(address, then)).await
    }

    pub async fn dial(&self, peer: PeerId, address: Multiaddr) -> Result<(), Problem> {
        Ok(self
            .ask(|then| Question::Dial(peer, address, then))
            .await??)
    }

    /// On a connection that is there.
    pub async fn open(&self, peer: PeerId, protocol: StreamProtocol) -> Result<Stream, Problem> {
        Ok(self
            .ask(|then| Question::Open(peer, Wanted { protocol, then }))
            .await??)
    }

    /// What the peer has said of itself on the last connection.
    pub async fn identify(&self) -> Result<identify::Info, Problem> {
        self.ask(Question::Identify).await
    }

    /// Waits for the next ping that the host sends by itself.
    pub async fn ping(&self) -> Result<(), Problem> {
        Ok(self.ask(Question::Ping).await??)
    }
}

struct Driver {
    swarm: Swarm<Host>,
    listening: VecDeque<oneshot::Sender<Multiaddr>>,
    dialing: VecDeque<oneshot::Sender<Result<(), String>>>,
    pinging: VecDeque<oneshot::Sender<Result<(), String>>>,
    identifying: VecDeque<oneshot::Sender<identify::Info>>,
    identified: Option<identify::Info>,
}

impl Driver {
    fn new(swarm: Swarm<Host>) -> Self {
        Self {
            swarm,
            listening: VecDeque::new(),
            dialing: VecDeque::new(),
            pinging: VecDeque::new(),
            identifying: VecDeque::new(),
            identified: None,
        }
    }

    async fn run(mut self, mut asked: mpsc::Receiver<Question>) {
        loop {
            tokio::select! {
                question = asked.recv() => match question {
                    Some(question) => self.asked(question),
                    None => return,
                },
                event = self.swarm.select_next_some() => self.happened(event),
            }
        }
    }

    fn asked(&mut self, question: Question) {
        match question {
            // Without an answer, whoever waits is told that it failed.
            Question::Listen(address, then) => match self.swarm.listen_on(address) {
                Ok(_) => self.listening.push_back(then),
                Err(problem) => eprintln!("{problem}"),
            },
            Question::Dial(peer, _, then) if self.swarm.is_connected(&peer) => {
                let _ = then.send(Ok(()));
            }
            Question::Dial(peer, address, then) => {
                let options = DialOpts::peer_id(peer).addresses(vec![address]).build();
                match self.swarm.dial(options) {
                    Ok(()) => self.dialing.push_back(then),
                    Err(problem) => drop(then.send(Err(problem.to_string()))),
                }
            }
            Question::Open(peer, wanted) => self.swarm.behaviour_mut().streams.open(peer, wanted),
            Question::Identify(then) => match &self.identified {
                Some(info) => drop(then.send(info.clone())),
                None => self.identifying.push_back(then),
            },
            Question::Ping(then) => self.pinging.push_back(then),
        }
    }

    fn happened(&mut self, event: SwarmEvent<HostEvent>) {
        match event {
            SwarmEvent::NewListenAddr { address, .. } => {
                if let Some(then) = self.listening.pop_front() {
                    let _ = then.send(
                        address
                            .with_p2p(*self.swarm.local_peer_id())
                            .expect("where we listen names no peer"),
                    );
                }
            }
            SwarmEvent::ConnectionEstablished { endpoint, .. } if endpoint.is_dialer() => {
                if let Some(then) = self.dialing.pop_front() {
                    let _ = then.send(Ok(()));
                }
            }
            SwarmEvent::OutgoingConnectionError { error, .. } => {
                if let Some(then) = self.dialing.pop_front() {
                    let _ = then.send(Err(format!("{error:?}")));
                }
            }
            SwarmEvent::Behaviour(HostEvent::Identify(identify::Event::Received {
                info, ..
            })) => {
                self.identifying
                    .drain(..)
                    .for_each(|then| drop(then.send(info.clone())));
                self.identified = Some(info);
            }
            SwarmEvent::Behaviour(HostEvent::Ping(ping::Event { result, .. })) => {
                if let Some(then) = self.pinging.pop_front() {
                    let _ = then.send(result.map(|_| ()).map_err(|problem| problem.to_string()));
                }
            }
            _ => {}
        }
    }
}
