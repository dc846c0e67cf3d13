//! A connection to one node, each step of which has a deadline.
//!
//! lapin waits for ever for a peer that is silent: in the handshake, and when it closes a
//! connection, since it sends no heartbeats then. So does its thread. Therefore the socket is
//! made here, within the deadline, and kept by a second handle, by which we can hang up: that
//! ends the thread. (lapin 4.12: `IoLoop::start`, `Connection::connector`.)

use std::{
    io,
    net::{Shutdown, SocketAddr, TcpStream},
    ops::Deref,
    os::fd::{AsFd, BorrowedFd},
    time::Duration,
};

use lapin::{
    ConnectionProperties, ErrorKind,
    protocol::{AMQPErrorKind, AMQPSoftError},
    runtime::default_runtime,
    tcp::{AMQPUriTcpExt as _, AsyncTcpStream, OwnedTLSConfig},
    uri::{AMQPScheme, AMQPUri},
};
use parking_lot::Mutex;
use rustix::net::sockopt;
use thiserror::Error;
use tokio::time::timeout;

use crate::{
    backoff::Backoff,
    reach::{addresses, interleaved, race},
};

/// The first lookup of a node's name.
const LOOKUP: Duration = Duration::from_secs(10);
/// TCP, TLS and AMQP handshake together.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// What a broker that is well answers in.
pub(super) const ANSWER: Duration = Duration::from_secs(5);
/// A broker that is well closes a connection at once.
const CLOSE: Duration = Duration::from_secs(1);
/// Fewer on a connection are too few to make the queues over it.
const CHANNELS: u16 = 16;
/// How long a peer that is gone may leave us without a word; heartbeats find out as soon.
const SILENT: Duration = Duration::from_secs(20);

/// Why the broker can't be used. Holds no password.
#[derive(Clone, Debug, Error)]
#[error("{cause}")]
pub struct ConnectError {
    pub(super) cause: String,
    pub(super) refusal: Option<Refusal>,
}

/// The broker answers and refuses us for a reason that lasts until somebody acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The login.
    Login,
    /// The user lacks a permission.
    Permission,
    /// Something of that name has other arguments.
    Arguments,
    /// Something else that it names, such as a limit of queues.
    Other,
}

impl ConnectError {
    /// Nothing that lasts.
    pub fn new(cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), refusal: None }
    }

    /// The broker answers and refuses.
    pub fn is_refusal(&self) -> bool {
        self.refusal.is_some()
    }

    /// It did so after the login.
    pub fn let_us_in(&self) -> bool {
        self.refusal.is_some_and(|refusal| refusal != Refusal::Login)
    }

    /// Says first what a refusal of this kind means here.
    #[must_use]
    pub fn explained(self, kind: Refusal, meaning: &str) -> Self {
        if self.refusal != Some(kind) {
            return self;
        }
        Self { cause: format!("{meaning}: {}", self.cause), ..self }
    }
}

impl From<lapin::Error> for ConnectError {
    fn from(error: lapin::Error) -> Self {
        // The broker's own sentence, without the protocol's name for it before.
        let said = match error.kind() {
            ErrorKind::ProtocolError(said) => said,
            ErrorKind::ParsingError(_) => {
                return Self::new("what answers there does not speak AMQP 0-9-1");
            }
            _ => return Self::new(error.to_string()),
        };
        let refusal = match said.kind() {
            AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED) => Some(Refusal::Permission),
            AMQPErrorKind::Soft(AMQPSoftError::PRECONDITIONFAILED) => {
                let compared = said.get_message().as_str().contains("inequivalent arg");
                Some(if compared { Refusal::Arguments } else { Refusal::Other })
            }
            _ => None,
        };
        Self { cause: said.get_message().to_string(), refusal }
    }
}

/// The waits between attempts to connect.
#[derive(Debug, Default)]
pub struct Retries(u32);

impl Retries {
    /// Waits longer after each failure, and longest when the broker refuses us: somebody must
    /// act first. A connection that `lasted` for a while was none.
    pub async fn wait(&mut self, failure: &ConnectError, lasted: Duration) {
        if lasted > HANDSHAKE {
            self.0 = 0;
        }
        let backoff = if failure.is_refusal() { Backoff::PATIENT } else { Backoff::EAGER };
        tokio::time::sleep(backoff.delay(self.0)).await;
        self.0 += 1;
    }
}

/// Whether the broker said this.
pub(super) fn is(error: &lapin::Error, what: AMQPSoftError) -> bool {
    matches!(error.kind(), ErrorKind::ProtocolError(error) if *error.kind() == AMQPErrorKind::Soft(what))
}

/// What the broker answers.
///
/// # Errors
/// What it says instead, or that it says nothing for 5 seconds.
pub async fn answer<T>(asked: impl Future<Output = lapin::Result<T>>) -> Result<T, ConnectError> {
    answer_within(ANSWER, asked).await
}

/// The same of a broker that may be busy.
///
/// # Errors
/// What it says instead, or that it says nothing for so long.
pub async fn answer_within<T>(
    limit: Duration,
    asked: impl Future<Output = lapin::Result<T>>,
) -> Result<T, ConnectError> {
    let silent =
        |_| ConnectError::new(format!("the broker did not answer in {} s", limit.as_secs()));
    Ok(timeout(limit, asked).await.map_err(silent)??)
}

/// A connection. Dropped, it hangs up.
#[derive(Debug)]
pub struct Connection {
    inner: lapin::Connection,
    line: Line,
}

impl Connection {
    /// Connects to a node. `purpose` is what operators see in the broker's list.
    pub(super) async fn open(
        node: &AMQPUri,
        tls: &OwnedTLSConfig,
        purpose: &str,
    ) -> Result<Self, ConnectError> {
        // Before the deadline, which a silent name server would use up.
        let (host, port) = (&node.authority.host, node.authority.port);
        let found = addresses(host, port, LOOKUP).await;
        let found = found.map_err(|error| ConnectError::new(error.to_string()))?;
        timeout(HANDSHAKE, Self::shake_hands(node, interleaved(found, 0), tls, purpose))
            .await
            .unwrap_or_else(|_| Err(ConnectError::new("no answer in 5 s")))
    }

    async fn shake_hands(
        node: &AMQPUri,
        addresses: Vec<SocketAddr>,
        tls: &OwnedTLSConfig,
        purpose: &str,
    ) -> Result<Self, ConnectError> {
        let failed = |error: io::Error| ConnectError::new(error.to_string());
        let runtime = default_runtime()?;
        let connect = |address: SocketAddr| {
            let mut plain = AMQPUri { scheme: AMQPScheme::AMQP, ..node.clone() };
            plain.authority.host = address.ip().to_string();
            let runtime = &runtime;
            async move { plain.connect_async(runtime).await }
        };
        let mut stream = Box::pin(race(addresses, connect)).await.map_err(failed)?;
        let AsyncTcpStream::Plain(socket) = &stream else {
            return Err(ConnectError::new("encrypted where nothing was to be"));
        };
        let line = Line::of(socket.get_ref().as_fd()).map_err(failed)?;
        if node.scheme == AMQPScheme::AMQPS {
            stream = stream.into_tls(&node.authority.host, tls.as_ref()).await.map_err(failed)?;
        }
        let stream = Mutex::new(Some(stream));
        let take = async move |_, _| {
            let stream = stream.lock().take();
            stream.ok_or_else(|| {
                ErrorKind::InvalidConnectionState(lapin::ConnectionState::Closed).into()
            })
        };
        let properties = ConnectionProperties::default().with_connection_name(purpose.into());
        let inner = lapin::Connection::connector(node.clone(), runtime, take, properties).await?;
        let most = inner.configuration().channel_max();
        let connection = Self { inner, line };
        if most < CHANNELS {
            let cause = format!(
                "{most} channels a connection (channel_max) are fewer than the {CHANNELS} it takes"
            );
            connection.close("too few channels").await;
            return Err(ConnectError { cause, refusal: Some(Refusal::Other) });
        }
        Ok(connection)
    }

    /// Closes it as AMQP wants it; hangs up on a broker that does not answer within a second.
    pub async fn close(&self, reason: &'static str) {
        let _ = timeout(CLOSE, self.inner.close(200, reason.into())).await;
        self.line.hang_up();
    }
}

impl Deref for Connection {
    type Target = lapin::Connection;

    fn deref(&self) -> &lapin::Connection {
        &self.inner
    }
}

/// A second handle on a connection's socket.
#[derive(Debug)]
struct Line(TcpStream);

impl Line {
    fn of(socket: BorrowedFd<'_>) -> io::Result<Self> {
        sockopt::set_socket_keepalive(socket, true)?;
        sockopt::set_tcp_keepidle(socket, SILENT / 2)?;
        sockopt::set_tcp_keepintvl(socket, SILENT / 4)?;
        sockopt::set_tcp_keepcnt(socket, 2)?;
        #[cfg(target_os = "linux")]
        sockopt::set_tcp_user_timeout(
            socket,
            u32::try_from(SILENT.as_millis()).unwrap_or(u32::MAX),
        )?;
        Ok(Self(socket.try_clone_to_owned()?.into()))
    }

    fn hang_up(&self) {
        // An error says that the line is down already.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.hang_up();
    }
}

#[cfg(test)]
mod tests {
    use lapin::protocol::AMQPError;

    use super::*;

    #[test]
    fn only_what_was_compared_has_other_arguments() {
        for (said, refusal) in [
            ("inequivalent arg 'durable' for queue 'mail.v1.dead'", Refusal::Arguments),
            ("cannot declare queue 'a': queue limit in vhost '/' (3) is reached", Refusal::Other),
        ] {
            let kind = AMQPErrorKind::Soft(AMQPSoftError::PRECONDITIONFAILED);
            let error = AMQPError::new(kind, format!("PRECONDITION_FAILED - {said}").into());
            let error = ConnectError::from(lapin::Error::from(ErrorKind::ProtocolError(error)));
            assert_eq!((error.refusal, error.let_us_in()), (Some(refusal), true), "{said}");
        }
    }
}
