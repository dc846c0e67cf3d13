//! Deliver: from a relay's name to a connection that is ready for mail.

use std::{
    io::ErrorKind,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use rustls::{ClientConfig, pki_types::ServerName};
use signpost_shared::reach::{addresses, interleaved, race};
use tokio::{net::TcpStream, sync::watch, time::timeout};
use tokio_rustls::TlsConnector;
use tokio_util::either::Either;

use super::{
    capabilities::Capabilities,
    connection::{Connection, Deadlines, replies},
    fault::{CauseKind, Fault, Stage},
    helo::HeloName,
    relay::{RelayUrl, Security},
    reply::Reply,
    stage_time::Stopwatch,
    wire::{Transport, Wire},
};

/// A connection, once it is made.
pub(super) type Dialed = Result<Box<Connection>, Fault>;

/// Everything that a new connection to one relay takes.
#[derive(Clone)]
pub(super) struct Dialer {
    pub(super) relay: RelayUrl,
    /// `host:port`, for logs and metrics.
    pub(super) name: Arc<str>,
    pub(super) helo: HeloName,
    pub(super) deadlines: Deadlines,
    /// The name that the relay's certificate must bear, where there is TLS.
    pub(super) tls: Option<(watch::Receiver<Arc<ClientConfig>>, ServerName<'static>)>,
    /// Connections that are ready for mails, or have been.
    pub(super) connected: Arc<AtomicU32>,
    /// Whether commands that go together are each answered, once a connection has shown it.
    pub(super) pipelining_works: Arc<Mutex<Option<bool>>>,
    /// Which of the relay's addresses comes first: another one for each probe, and after one was
    /// silent, since the first may take connections and no mail.
    pub(super) turn: Arc<AtomicUsize>,
}

impl Dialer {
    /// Connects, greets, encrypts and logs in.
    pub(super) async fn dial(&self) -> Dialed {
        let greeted = self.greeted().await?;
        self.logged_in(greeted).await
    }

    /// The first half, unless a login may not be tried.
    pub(super) async fn greeted(&self) -> Result<(Wire, Capabilities), Fault> {
        if let Some(login) = &self.relay.login {
            login.may_be_tried().await?;
        }
        self.told(self.introduced(&mut Stopwatch::start())).await
    }

    /// The second half.
    pub(super) async fn logged_in(&self, (mut wire, offered): (Wire, Capabilities)) -> Dialed {
        // What was not said to the relay is not told of it.
        let _alone = match &self.relay.login {
            Some(login) => login.turn(wire.deadline(Stage::Auth)).await?,
            None => None,
        };
        self.told(async {
            if let Some(login) = &self.relay.login {
                let mut watch = Stopwatch::start();
                watch.told(Stage::Auth, login.perform(&mut wire, &offered).await)?;
                replies(&self.name, Stage::Auth, "2xx").increment(1);
            }
            Ok(Box::new(Connection::new(wire, offered, self)))
        })
        .await
    }

    /// Counts what goes wrong. After a silence, the next connection begins at another address.
    async fn told<T>(&self, half: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        let turn = self.turn.load(Ordering::Relaxed);
        // Boxed: every mail's own future would be as large as what few of them wait for.
        let result = Box::pin(half).await;
        if let Err(fault) = &result {
            if fault.cause.kind == CauseKind::Timeout {
                self.turn_from(turn);
            }
            replies(&self.name, fault.cause.stage, fault.class()).increment(1);
        }
        result
    }

    /// All but the login.
    pub(super) async fn introduced(
        &self,
        watch: &mut Stopwatch,
    ) -> Result<(Wire, Capabilities), Fault> {
        let told = |fault| watch.told(Stage::Connect, Err(fault));
        let addresses = self.addresses().await.or_else(told)?;
        let mut wire = self.welcomed(addresses.clone(), watch).await?;
        let mut introduced = self.introduce(&mut wire).await;
        if matches!(introduced, Ok(Err(_))) {
            wire = self.welcomed(addresses, watch).await?;
            introduced = self.helo(&mut wire).await.map(Ok);
        }
        let mut offered = watch.told(Stage::Ehlo, introduced.flatten())?;
        if self.relay.security == Security::StartTls {
            wire = watch.told(Stage::Tls, self.starttls(wire, &offered).await)?;
            offered = watch.told(Stage::Ehlo, self.introduce(&mut wire).await.flatten())?;
        }
        Ok((wire, offered))
    }

    /// A connection that was greeted, to any of these addresses: when one hangs up, refuses us or
    /// says nothing for a while, the others are tried (RFC 5321, section 5.1). The first that said
    /// nothing may only be slow: when no other is left, it is heard out.
    pub(super) async fn welcomed(
        &self,
        mut addresses: Vec<SocketAddr>,
        watch: &mut Stopwatch,
    ) -> Result<Wire, Fault> {
        let (turn, whole) = (self.turn.load(Ordering::Relaxed), self.deadlines.greeting);
        let (mut silent, mut unwelcome) = (None, None);
        while !addresses.is_empty() {
            let connected = watch.told(Stage::Connect, self.connect(&addresses).await);
            let (socket, address) = match connected {
                Ok(connected) => connected,
                Err(fault) => {
                    unwelcome.get_or_insert(fault);
                    break;
                }
            };
            addresses.retain(|other| *other != address);
            let is_last = addresses.is_empty() && silent.is_none();
            let mut wire = match self.wire_over(socket, watch).await {
                Ok(wire) => wire,
                Err(fault)
                    if matches!(fault.cause.kind, CauseKind::Network | CauseKind::Timeout) =>
                {
                    self.turn_from(turn);
                    unwelcome = Some(fault);
                    continue;
                }
                Err(fault) => return Err(fault),
            };
            let patience = if is_last { whole } else { whole / 6 };
            let Err(fault) = self.hear_greeting(&mut wire, patience, watch).await else {
                return Ok(wire);
            };
            match fault.cause.kind {
                CauseKind::Timeout if !is_last => {
                    self.turn_from(turn);
                    silent.get_or_insert(wire);
                }
                CauseKind::Reply | CauseKind::Network => {}
                _ => return Err(fault),
            }
            unwelcome = Some(fault);
        }
        let Some(mut wire) = silent else {
            let nowhere = || Fault::new(Stage::Connect, CauseKind::Network, "no address");
            return Err(unwelcome.unwrap_or_else(nowhere));
        };
        self.hear_greeting(&mut wire, whole / 6 * 5, watch).await?;
        Ok(wire)
    }

    /// Has the next connection begin at another address, unless it does so already.
    fn turn_from(&self, turn: usize) {
        let next = turn.wrapping_add(1);
        let _ = self.turn.compare_exchange(turn, next, Ordering::Relaxed, Ordering::Relaxed);
    }

    async fn wire_over(&self, socket: TcpStream, watch: &mut Stopwatch) -> Result<Wire, Fault> {
        let transport = match self.relay.security {
            Security::Tls => watch.told(Stage::Tls, self.handshake(socket).await)?,
            Security::Plain | Security::StartTls => Either::Left(socket),
        };
        Ok(Wire::new(transport, 1, self.deadlines))
    }

    pub(super) async fn addresses(&self) -> Result<Vec<SocketAddr>, Fault> {
        let found = addresses(&self.relay.host, self.relay.port, self.deadlines.lookup).await;
        let found = found.map_err(|error| {
            let (kind, detail) = match error.kind() {
                ErrorKind::TimedOut => (CauseKind::Timeout, "no answer from the name service"),
                _ => (CauseKind::Network, "the name service knows no such host, or fails"),
            };
            Fault::new(Stage::Connect, kind, detail)
        })?;
        Ok(interleaved(found, self.turn.load(Ordering::Relaxed)))
    }

    /// One deadline for all of them.
    pub(super) async fn connect(
        &self,
        addresses: &[SocketAddr],
    ) -> Result<(TcpStream, SocketAddr), Fault> {
        let reach = async |to: SocketAddr| Ok((TcpStream::connect(to).await?, to));
        let reaching = async {
            let (socket, address) = race(addresses.iter().copied(), reach).await?;
            socket.set_nodelay(true)?;
            Ok((socket, address))
        };
        let stage = Stage::Connect;
        timeout(self.deadlines.connect, reaching)
            .await
            .map_err(|_| Fault::new(stage, CauseKind::Timeout, "no answer from the host"))?
            .map_err(|error| Fault::from_io(stage, &error))
    }

    async fn handshake(&self, socket: TcpStream) -> Result<Transport, Fault> {
        let stage = Stage::Tls;
        let Some((config, name)) = &self.tls else {
            return Err(Fault::new(stage, CauseKind::Unsupported, "no roots to trust"));
        };
        let config = Arc::clone(&config.borrow());
        let shaking = TlsConnector::from(config).connect(name.clone(), socket);
        timeout(self.deadlines.of(stage), shaking)
            .await
            .map_err(|_| {
                Fault::new(
                    stage,
                    CauseKind::Timeout,
                    "no end to the handshake: is this port for TLS?",
                )
            })?
            .map(|stream| Either::Right(Box::new(stream)))
            .map_err(|error| Fault::from_io(stage, &error))
    }

    async fn hear_greeting(
        &self,
        wire: &mut Wire,
        patience: Duration,
        watch: &mut Stopwatch,
    ) -> Result<(), Fault> {
        let heard = wire.hear_within(Stage::Greeting, patience).await.map_err(|mut fault| {
            let clear = self.relay.security != Security::Tls;
            if clear && (wire.heard_tls() || fault.cause.kind == CauseKind::Timeout) {
                fault.detail = format!("no greeting in the clear: {SMTPS_INSTEAD}");
            }
            fault
        });
        let greeted = heard.and_then(|greeting| greeting.require(Stage::Greeting, 220..221));
        watch.told(Stage::Greeting, greeted).map(drop)
    }

    /// EHLO, or HELO to a relay that does not know it (RFC 5321, section 3.2). The refusal of one
    /// that has hung up on EHLO.
    async fn introduce(&self, wire: &mut Wire) -> Result<Result<Capabilities, Fault>, Fault> {
        let reply = self.say_name(wire, "EHLO").await?;
        if (500..600).contains(&reply.code) {
            return match self.helo(wire).await {
                Err(fault) if fault.cause.kind == CauseKind::Network => {
                    Ok(Err(Fault::refused(Stage::Ehlo, &reply)))
                }
                result => result.map(Ok),
            };
        }
        let reply = reply.require(Stage::Ehlo, 200..300)?;
        replies(&self.name, Stage::Ehlo, "2xx").increment(1);
        Ok(Ok(Capabilities::read(&reply)))
    }

    /// HELO, to which nothing is offered.
    async fn helo(&self, wire: &mut Wire) -> Result<Capabilities, Fault> {
        self.say_name(wire, "HELO").await?.require(Stage::Ehlo, 200..300)?;
        replies(&self.name, Stage::Ehlo, "2xx").increment(1);
        Ok(Capabilities::default())
    }

    async fn say_name(&self, wire: &mut Wire, verb: &str) -> Result<Reply, Fault> {
        let stage = Stage::Ehlo;
        let local = wire.socket().local_addr().map_err(|error| Fault::from_io(stage, &error))?;
        wire.ask(stage, &format!("{verb} {}", self.helo.from(local.ip()))).await
    }

    async fn starttls(&self, mut wire: Wire, offered: &Capabilities) -> Result<Wire, Fault> {
        let stage = Stage::Tls;
        if !offered.starttls {
            return Err(Fault::new(stage, CauseKind::Unsupported, "STARTTLS is not offered"));
        }
        wire.ask(stage, "STARTTLS").await?.require(stage, 220..221)?;
        let transport = self.handshake(wire.into_socket()?).await?;
        Ok(Wire::new(transport, 0, self.deadlines))
    }
}

/// A port for TLS waits for us to speak first.
const SMTPS_INSTEAD: &str = "if this port is for TLS, the relay's URL begins with smtps://";
