//! The running server: it accepts connections, and tests look at what came over them.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::rustls::ServerConfig;

use crate::{Answer, Mailbox, Script, Step, journal::Journal, session::Session};

/// Long enough for a busy machine; reached only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a server is made of. The default takes every mail, in plain text, from everyone.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What it does instead of taking every mail.
    pub script: Script,
    /// Where the mails go; several servers may share it.
    pub mails: Mailbox,
    /// Offers STARTTLS, and AUTH only behind it.
    pub tls: Option<Arc<ServerConfig>>,
    /// With `tls`: encrypts from the first octet on (RFC 8314 §3.3) instead of offering STARTTLS.
    pub implicit_tls: bool,
    /// Offers SMTPUTF8 (RFC 6531).
    pub smtputf8: bool,
}

/// A running server. Dropped, it ends with all its connections.
#[derive(Debug)]
pub struct SmtpServer {
    /// Where it listens.
    pub addr: SocketAddr,
    /// What it does.
    pub script: Script,
    /// What it has taken.
    pub mails: Mailbox,
    shared: Arc<Shared>,
    _serving: JoinSet<()>,
}

/// What all connections of a server share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) options: Options,
    pub(super) journal: Journal,
}

impl SmtpServer {
    /// Serves on a bound listener until dropped.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(listener: TcpListener, options: Options) -> Self {
        #[expect(clippy::expect_used, reason = "a bound socket has an address")]
        let addr = listener.local_addr().expect("the listener is bound");
        let (script, mails) = (options.script.clone(), options.mails.clone());
        let shared = Arc::new(Shared { options, journal: Journal::default() });
        let mut serving = JoinSet::new();
        serving.spawn(accept(listener, Arc::clone(&shared)));
        Self { addr, script, mails, shared, _serving: serving }
    }

    /// Serves on a port of its own of the loopback interface.
    ///
    /// # Panics
    /// When there is no port left.
    pub async fn on_loopback(options: Options) -> Self {
        #[expect(clippy::expect_used, reason = "fails the test that needs it")]
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        Self::start(listener, options)
    }

    /// The same, with a script.
    pub async fn playing(behaviour: impl Fn(&Step<'_>) -> Answer + Send + Sync + 'static) -> Self {
        let script = Script::playing(behaviour);
        Self::on_loopback(Options { script, ..Options::default() }).await
    }

    /// The same, without one.
    pub async fn polite() -> Self {
        Self::on_loopback(Options::default()).await
    }

    /// Its address as workers are told it.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.addr)
    }

    /// How many connections there ever were.
    pub fn connections(&self) -> usize {
        self.shared.journal.0.borrow().connections
    }

    /// The last 20,000 lines that clients said, each after the number of its connection, from 0;
    /// and `connected`, `closed`, and `said more`, when an answer had a second part.
    pub fn log(&self) -> Vec<String> {
        self.shared.journal.0.borrow().lines.iter().cloned().collect()
    }

    /// How many lines of the log start so.
    pub fn count(&self, start: &str) -> usize {
        let entries = self.shared.journal.0.borrow();
        entries.lines.iter().filter(|line| line.starts_with(start)).count()
    }

    /// Waits for a line of the log that starts so.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn seen(&self, start: &str) {
        let mut entries = self.shared.journal.0.subscribe();
        let found =
            entries.wait_for(|entries| entries.lines.iter().any(|line| line.starts_with(start)));
        let found = timeout(PATIENCE, found).await.is_ok();
        assert!(found, "no {start:?} in {:#?}", self.log());
    }

    /// Waits until no connection is open.
    ///
    /// # Panics
    /// When one stays open.
    pub async fn left_alone(&self) {
        let mut entries = self.shared.journal.0.subscribe();
        let left = entries.wait_for(|entries| entries.open.is_empty());
        let left = timeout(PATIENCE, left).await.is_ok();
        assert!(left, "still open: {:#?}", self.log());
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut sessions = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                sessions.spawn(serve(stream, Arc::clone(&shared)));
            }
            Err(error) => {
                // Most likely no file descriptors are left; some may come back.
                tracing::warn!(%error, "cannot accept an SMTP connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        // Those that have ended are forgotten.
        while sessions.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    // Replies are one write each; without this they wait for the client's delayed ACK.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY on an SMTP connection");
    }
    let number = shared.journal.opened();
    Session::new(stream, Arc::clone(&shared), number).run().await;
    shared.journal.closed(number);
}
