//! Deliver: from a relay's name to a connection that is ready for mail.

use std::{net::SocketAddr, sync::Arc};

use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    net::{TcpStream, lookup_host},
    sync::watch,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{
    capabilities::Capabilities,
    connection::{Connection, Deadlines, replies},
    fault::{CauseKind, Fault, Stage},
    helo::HeloName,
    login::Login,
    race::{interleaved, race},
    relay::{RelayUrl, Security},
    stage_time::Stopwatch,
    wire::{Transport, Wire},
};

/// Everything that a new connection to one relay takes.
#[derive(Clone)]
pub(super) struct Dialer {
    pub(super) relay: RelayUrl,
    /// `host:port`, for logs and metrics.
    pub(super) name: Arc<str>,
    pub(super) helo: HeloName,
    pub(super) login: Option<Login>,
    pub(super) deadlines: Deadlines,
    /// The name that the relay's certificate must bear, where there is TLS.
    pub(super) tls: Option<(watch::Receiver<Arc<ClientConfig>>, ServerName<'static>)>,
}

impl Dialer {
    /// Connects, greets, encrypts and logs in.
    pub(super) async fn dial(&self) -> Result<Box<Connection>, Fault> {
        // Boxed, both: every mail's own future would be as large as what few of them wait for.
        let result = Box::pin(self.open()).await;
        if let Err(fault) = &result {
            replies(&self.name, fault.cause.stage, fault.class()).increment(1);
        }
        result
    }

    async fn open(&self) -> Result<Box<Connection>, Fault> {
        let mut watch = Stopwatch::start();
        let (mut wire, offered) = self.introduced(&mut watch).await?;
        if let Some(login) = &self.login {
            watch.told(Stage::Auth, login.perform(&mut wire, &offered).await)?;
            replies(&self.name, Stage::Auth, "2xx").increment(1);
        }
        Ok(Box::new(Connection::new(wire, offered, self)))
    }

    /// All but the login.
    pub(super) async fn introduced(
        &self,
        watch: &mut Stopwatch,
    ) -> Result<(Wire, Capabilities), Fault> {
        let socket = watch.told(Stage::Connect, self.connect().await)?;
        let transport = match self.relay.security {
            Security::Tls => watch.told(Stage::Tls, self.handshake(socket).await)?,
            Security::Plain | Security::StartTls => Transport::Plain(socket),
        };
        let mut wire = Wire::new(transport, 1, self.deadlines);
        watch.told(Stage::Greeting, self.hear_greeting(&mut wire).await)?;
        let mut offered = watch.told(Stage::Ehlo, self.introduce(&mut wire).await)?;
        if self.relay.security == Security::StartTls {
            wire = watch.told(Stage::Tls, self.starttls(wire, &offered).await)?;
            offered = watch.told(Stage::Ehlo, self.introduce(&mut wire).await)?;
        }
        Ok((wire, offered))
    }

    /// One deadline for the name's lookup and all its addresses.
    pub(super) async fn connect(&self) -> Result<TcpStream, Fault> {
        let stage = Stage::Connect;
        let reaching = async {
            let addresses = lookup_host((&*self.relay.host, self.relay.port)).await?;
            race(interleaved(addresses), |to: SocketAddr| TcpStream::connect(to)).await
        };
        let socket = timeout(self.deadlines.connect, reaching)
            .await
            .map_err(|_| Fault::new(stage, CauseKind::Timeout, "no answer from the host"))?
            .map_err(|error| Fault::from_io(stage, &error))?;
        socket.set_nodelay(true).map_err(|error| Fault::from_io(stage, &error))?;
        Ok(socket)
    }

    async fn handshake(&self, socket: TcpStream) -> Result<Transport, Fault> {
        let stage = Stage::Tls;
        let Some((config, name)) = &self.tls else {
            return Err(Fault::new(stage, CauseKind::Unsupported, "no roots to trust"));
        };
        let config = Arc::clone(&config.borrow());
        let shaking = TlsConnector::from(config).connect(name.clone(), socket);
        timeout(self.deadlines.usual, shaking)
            .await
            .map_err(|_| {
                Fault::new(
                    stage,
                    CauseKind::Timeout,
                    "no end to the handshake: is this port for TLS?",
                )
            })?
            .map(|stream| Transport::Tls(Box::new(stream)))
            .map_err(|error| Fault::from_io(stage, &error))
    }

    async fn hear_greeting(&self, wire: &mut Wire) -> Result<(), Fault> {
        let greeting = wire.hear(Stage::Greeting).await.map_err(|mut fault| {
            let clear = self.relay.security != Security::Tls;
            if clear && (wire.heard_tls() || fault.cause.kind == CauseKind::Timeout) {
                fault.detail = format!("no greeting in the clear: {SMTPS_INSTEAD}");
            }
            fault
        })?;
        greeting.require(Stage::Greeting, 220..221)?;
        Ok(())
    }

    /// EHLO, or HELO to a relay that does not know it (RFC 5321, section 3.2).
    async fn introduce(&self, wire: &mut Wire) -> Result<Capabilities, Fault> {
        let stage = Stage::Ehlo;
        let local = wire.socket().local_addr().map_err(|error| Fault::from_io(stage, &error))?;
        let name = self.helo.from(local.ip());
        let mut reply = wire.ask(stage, &format!("EHLO {name}")).await?;
        if (500..600).contains(&reply.code) {
            reply = wire.ask(stage, &format!("HELO {name}")).await?;
            reply.lines.truncate(1);
        }
        let reply = reply.require(stage, 200..300)?;
        replies(&self.name, stage, "2xx").increment(1);
        Ok(Capabilities::read(&reply))
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
