//! Deliver: from a socket to a connection that is ready for mail.
//!
//! `TCP_NODELAY` is set at once: lettre writes body and final dot apart, and without it each mail
//! waits for a delayed ACK. For `smtp+starttls://` the dialogue up to STARTTLS is held on a lent
//! socket, so that both kinds of TLS share one handshake and end in the same dialogue.

use std::{
    fmt,
    pin::pin,
    sync::{Arc, atomic::Ordering},
};

use lettre::transport::smtp::{
    authentication::{Credentials, DEFAULT_MECHANISMS},
    client::AsyncSmtpConnection,
    commands::Starttls,
    extension::{ClientId, Extension},
};
use rustls::{ClientConfig, pki_types::ServerName};
use secrecy::ExposeSecret;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{
    connection::{Connection, Deadlines, count, within},
    fault::{CauseKind, Fault, Stage},
    lent::Lent,
    relay::{Login, RelayUrl, Security},
    stream::{Signals, Stream},
};

/// Everything that a new connection to one relay takes.
#[derive(Clone)]
pub(super) struct Dialer {
    pub(super) relay: RelayUrl,
    /// `host:port`, for logs and metrics.
    pub(super) name: Arc<str>,
    pub(super) helo: ClientId,
    pub(super) deadlines: Deadlines,
    /// The name that the relay's certificate must bear, where there is TLS.
    pub(super) tls: Option<(watch::Receiver<Arc<ClientConfig>>, ServerName<'static>)>,
}

impl Dialer {
    /// Connects, greets, encrypts and logs in.
    pub(super) async fn dial(&self) -> Result<Connection, Fault> {
        let result = self.open().await;
        if let Err(fault) = &result {
            count(&self.name, fault.cause.stage, fault.class());
        }
        result
    }

    async fn open(&self) -> Result<Connection, Fault> {
        let socket = self.connect().await?;
        let signals = Arc::<Signals>::default();
        let peer = socket.peer_addr().map_err(|error| Fault::from_io(Stage::Connect, &error))?;
        let smtp = match (&self.tls, self.relay.security()) {
            (None, _) | (_, Security::Plain) => {
                self.greet(Stream::new(socket, peer, &signals), &signals).await?
            }
            (Some(tls), Security::Tls) => {
                let wire = self.handshake(tls, socket).await?;
                self.greet(Stream::new(wire, peer, &signals), &signals).await?
            }
            (Some(tls), Security::StartTls) => {
                let socket = self.starttls(socket, &signals).await?;
                let wire = self.handshake(tls, socket).await?;
                self.greet(Stream::new(wire, peer, &signals).greeted(), &signals).await?
            }
        };
        let mut connection = Connection::new(smtp, signals, self);
        if let Some(login) = self.relay.login() {
            self.authenticate(&mut connection, login).await?;
        }
        Ok(connection)
    }

    pub(super) async fn connect(&self) -> Result<TcpStream, Fault> {
        let stage = Stage::Connect;
        let reaching = TcpStream::connect((self.relay.host(), self.relay.port()));
        let socket = timeout(self.deadlines.connect, reaching)
            .await
            .map_err(|_| Fault::new(stage, CauseKind::Timeout, "no answer from the host"))?
            .map_err(|error| Fault::from_io(stage, &error))?;
        socket.set_nodelay(true).map_err(|error| Fault::from_io(stage, &error))?;
        Ok(socket)
    }

    async fn handshake<W: AsyncRead + AsyncWrite + Unpin>(
        &self,
        (config, name): &(watch::Receiver<Arc<ClientConfig>>, ServerName<'static>),
        wire: W,
    ) -> Result<tokio_rustls::client::TlsStream<W>, Fault> {
        let stage = Stage::Tls;
        let shaking = TlsConnector::from(Arc::clone(&config.borrow())).connect(name.clone(), wire);
        timeout(self.deadlines.tls, shaking)
            .await
            .map_err(|_| Fault::new(stage, CauseKind::Timeout, "no end to the handshake"))?
            .map_err(|error| Fault::from_io(stage, &error))
    }

    /// Greeting and EHLO: one call in lettre, two deadlines here.
    async fn greet<W>(
        &self,
        stream: Stream<W>,
        signals: &Signals,
    ) -> Result<AsyncSmtpConnection, Fault>
    where
        W: AsyncRead + AsyncWrite + Send + Sync + Unpin + fmt::Debug + 'static,
    {
        let connecting = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.helo);
        let mut connecting = pin!(connecting);
        let greeted = async {
            tokio::select! {
                biased;
                result = &mut connecting => Some(result),
                () = signals.first_write.notified() => None,
            }
        };
        let result = match timeout(self.deadlines.greeting, greeted).await {
            Err(_) => {
                return Err(Fault::new(Stage::Greeting, CauseKind::Timeout, "no greeting"));
            }
            Ok(Some(result)) => result,
            Ok(None) => timeout(self.deadlines.ehlo, connecting)
                .await
                .map_err(|_| Fault::new(Stage::Ehlo, CauseKind::Timeout, "no answer to EHLO"))?,
        };
        let written = signals.written.swap(false, Ordering::Relaxed);
        let stage = if written { Stage::Ehlo } else { Stage::Greeting };
        let smtp = result.map_err(|error| Fault::from_smtp(stage, &error, signals))?;
        count(&self.name, Stage::Ehlo, "2xx");
        Ok(smtp)
    }

    async fn starttls(
        &self,
        socket: TcpStream,
        signals: &Arc<Signals>,
    ) -> Result<TcpStream, Fault> {
        let stage = Stage::Tls;
        let peer = socket.peer_addr().map_err(|error| Fault::from_io(stage, &error))?;
        let (lent, owed) = Lent::new(socket);
        let mut smtp = self.greet(Stream::new(lent, peer, signals), signals).await?;
        if !smtp.server_info().supports_feature(Extension::StartTls) {
            return Err(Fault::new(stage, CauseKind::Unsupported, "STARTTLS is not offered"));
        }
        let reply = within(stage, &self.deadlines, signals, smtp.command(Starttls)).await?;
        if !reply.has_code(220) {
            return Err(Fault::out_of_step(stage, reply.code().into()));
        }
        drop(smtp);
        owed.reclaim().ok_or_else(|| Fault::new(stage, CauseKind::Protocol, "socket in use"))
    }

    async fn authenticate(&self, connection: &mut Connection, login: &Login) -> Result<(), Fault> {
        let stage = Stage::Auth;
        if connection.smtp().server_info().get_auth_mechanism(DEFAULT_MECHANISMS).is_none() {
            let detail = "neither AUTH PLAIN nor AUTH LOGIN is offered";
            return Err(Fault::new(stage, CauseKind::Unsupported, detail));
        }
        let password = login.password.expose_secret().to_owned();
        let credentials = Credentials::new(login.user.clone(), password);
        let signals = connection.signals();
        let talking = connection.smtp_mut().auth(DEFAULT_MECHANISMS, &credentials);
        let reply = within(stage, &self.deadlines, &signals, talking).await?;
        if !reply.has_code(235) {
            return Err(Fault::out_of_step(stage, reply.code().into()));
        }
        count(&self.name, stage, "2xx");
        Ok(())
    }
}
