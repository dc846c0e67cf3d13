//! The running server: it accepts connections, bounds how many there are, and ends them all.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::journal::{Connections, Journal};
use super::mailbox::Mailbox;
use super::reply;
use super::script::Script;
use super::session::{Options, Session, Shared};
use super::wire::Wire;

/// Past it new connections are told `421`.
const MAX_CONNECTIONS: u64 = 2_000;

/// A running server. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct SmtpServer {
    local_addr: SocketAddr,
    shared: Arc<Shared>,
    disconnect: Arc<Notify>,
    tasks: TaskTracker,
    stop: DropGuard,
}

impl SmtpServer {
    /// Serves on a bound listener until stopped or dropped.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(
        listener: TcpListener,
        options: Options,
        script: Script,
        mails: Mailbox,
    ) -> SmtpServer {
        #[expect(clippy::expect_used, reason = "a bound socket has an address")]
        let local_addr = listener.local_addr().expect("the listener is bound");
        let shared = Arc::new(Shared { options, script, mails, journal: Journal::default() });
        let acceptor = Acceptor {
            shared: Arc::clone(&shared),
            disconnect: Arc::default(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        };
        let server = SmtpServer {
            local_addr,
            shared,
            disconnect: Arc::clone(&acceptor.disconnect),
            tasks: acceptor.tasks.clone(),
            stop: acceptor.stop.clone().drop_guard(),
        };
        server.tasks.spawn(acceptor.run(listener));
        server
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Stops listening, ends all connections at once and waits until they are gone.
    pub async fn stop(self) {
        self.stop.disarm().cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Ends all open connections without a word, and goes on listening: a relay that restarts.
    pub fn disconnect_all(&self) {
        self.disconnect.notify_waiters();
    }

    /// The connections so far.
    pub fn connections(&self) -> Connections {
        *self.shared.journal.connections().borrow()
    }

    /// Waits until the connections satisfy `condition`.
    pub async fn wait_for_connections(
        &self,
        mut condition: impl FnMut(Connections) -> bool,
    ) -> Connections {
        let mut connections = self.shared.journal.connections();
        match connections.wait_for(|now| condition(*now)).await {
            Ok(connections) => *connections,
            // Cannot happen: `self` holds the sender.
            Err(_) => self.connections(),
        }
    }

    /// The last 20,000 commands with the connection each came over: MAIL and RCPT whole, of all
    /// else the verb in upper case, and `.` where a mail ended.
    pub fn commands(&self) -> Vec<(u64, String)> {
        self.shared.journal.commands()
    }
}

struct Acceptor {
    shared: Arc<Shared>,
    disconnect: Arc<Notify>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Acceptor {
    async fn run(self, listener: TcpListener) {
        while let Some(accepted) = self.stop.run_until_cancelled(listener.accept()).await {
            match accepted {
                Ok((stream, _)) => self.admit(stream),
                Err(error) => {
                    // Most likely no file descriptors are left; some may come back.
                    tracing::warn!(%error, "cannot accept an SMTP connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    fn admit(&self, stream: TcpStream) {
        if self.shared.journal.connections().borrow().open >= MAX_CONNECTIONS {
            // A fresh socket has room for one line; if not, closing says it too.
            let _ = stream.try_write(&reply::octets(reply::CROWDED));
            return;
        }
        // Replies are one write each; without this they wait for the client's delayed ACK.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY on an SMTP connection");
        }
        let number = self.shared.journal.opened();
        let shared = Arc::clone(&self.shared);
        let session = Session::new(Wire::new(stream), Arc::clone(&shared), number);
        let disconnected = Arc::clone(&self.disconnect).notified_owned();
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = session.run() => {}
                () = disconnected => {}
                () = stop.cancelled() => {}
            }
            shared.journal.closed();
        });
    }
}
