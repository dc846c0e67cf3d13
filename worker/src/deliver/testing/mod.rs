//! Deliver, in tests: a relay on a loopback port that answers as a test tells it, and notes what
//! it is told, a line each, after the number of the connection: `0 MAIL FROM:<…>`, `0 closed`.

mod fixtures;
mod ledger;
pub(super) mod named;
mod strict;

use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

pub(super) use self::fixtures::{
    Identity, MAIL, dialer, eager, envelope, patient, scaled, settings, soon, with_lifetime,
};
pub(super) use self::ledger::Ledger;
pub(super) use self::strict::{at_most_connections, at_most_mails_a_second, at_most_sessions};

/// Long enough for a busy machine; reached only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the relay does next.
pub(super) enum Answer {
    Say(&'static str),
    SayAndClose(&'static str),
    /// Says something after a while.
    SayAfter(Duration, &'static str),
    /// Says something, and then something more that nobody asked for.
    SayThenSay(&'static str, &'static str),
    /// Says something; when nothing comes after it for so long, says the other and closes.
    SayThenExpect {
        reply: &'static str,
        within: Duration,
        or: &'static str,
    },
    Close,
    /// Says nothing more, until the other side closes.
    Stall,
    /// Says something without an end.
    Flood,
    /// Sends these bytes, which need be no reply, and goes on.
    Send(Vec<u8>),
    /// The same, a packet for each byte.
    Bytewise(&'static str),
    /// Sends a byte at a time, with this pause after each, and no end of line.
    Drip(Duration),
}

/// What the relay is asked: the verb of a command, or `GREETING`, `BODY` or `CONTINUE` (a line
/// within AUTH).
pub(super) struct Step<'a> {
    pub(super) connection: usize,
    /// How often this verb has come on this connection, from 0.
    pub(super) nth: usize,
    pub(super) verb: &'a str,
    pub(super) line: &'a str,
    /// How many of the connections that are open now were so before this one.
    pub(super) before: usize,
    /// A line ended in LF without CR.
    pub(super) bare_lf: bool,
}

impl Step<'_> {
    /// As a relay that takes everything would.
    pub(super) fn polite(&self) -> Answer {
        Answer::Say(match self.verb {
            "GREETING" => "220 relay.example ESMTP",
            "EHLO" => "250-relay.example\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
            "AUTH" => "235 2.7.0 welcome",
            "DATA" => "354 go on",
            "STARTTLS" => "220 go on",
            "QUIT" => return Answer::SayAndClose("221 bye"),
            _ => "250 2.0.0 ok",
        })
    }
}

/// As a relay that takes everything would, as a script.
pub(super) fn polite(step: &Step<'_>) -> Answer {
    step.polite()
}

type Script = Arc<dyn Fn(&Step<'_>) -> Answer + Send + Sync>;

pub(super) struct FakeRelay {
    pub(super) addr: SocketAddr,
    log: watch::Sender<Vec<String>>,
    _serving: JoinSet<()>,
}

impl FakeRelay {
    pub(super) async fn start(
        script: impl Fn(&Step<'_>) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::serve(Arc::new(script), None).await
    }

    pub(super) async fn polite() -> Self {
        Self::start(polite).await
    }

    /// With TLS from the first byte, or after STARTTLS.
    pub(super) async fn encrypted(
        identity: &Identity,
        implicit: bool,
        script: impl Fn(&Step<'_>) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let tls = (TlsAcceptor::from(identity.config()), implicit);
        Self::serve(Arc::new(script), Some(tls)).await
    }

    async fn serve(script: Script, tls: Option<(TlsAcceptor, bool)>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let addr = listener.local_addr().unwrap();
        let log = watch::Sender::new(Vec::new());
        let mut serving = JoinSet::new();
        let noting = log.clone();
        let open: Arc<Mutex<BTreeSet<usize>>> = Arc::default();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            for connection in 0.. {
                let (socket, _) = listener.accept().await.unwrap();
                socket.set_nodelay(true).unwrap();
                let session = Session {
                    connection,
                    script: Arc::clone(&script),
                    log: noting.clone(),
                    open: Arc::clone(&open),
                };
                let tls = tls.clone();
                connections.spawn(async move {
                    session.note("connected");
                    session.open.lock().unwrap().insert(connection);
                    session.run(socket, tls).await;
                    session.open.lock().unwrap().remove(&connection);
                    session.note("closed");
                });
            }
        });
        Self { addr, log, _serving: serving }
    }

    pub(super) fn log(&self) -> Vec<String> {
        self.log.borrow().clone()
    }

    /// How many lines start so.
    pub(super) fn count(&self, start: &str) -> usize {
        self.log.borrow().iter().filter(|line| line.starts_with(start)).count()
    }

    /// Waits for a line that starts so.
    pub(super) async fn seen(&self, start: &str) {
        let mut log = self.log.subscribe();
        let found = log.wait_for(|log| log.iter().any(|line| line.starts_with(start)));
        assert!(timeout(PATIENCE, found).await.is_ok(), "no {start:?} in {:#?}", self.log());
    }

    /// Waits until no connection is open.
    pub(super) async fn left_alone(&self) {
        let mut log = self.log.subscribe();
        let ends = |log: &Vec<String>, end| log.iter().filter(|line| line.ends_with(end)).count();
        let found = log.wait_for(|log| ends(log, " connected") == ends(log, " closed"));
        assert!(timeout(PATIENCE, found).await.is_ok(), "still open: {:#?}", self.log());
    }

    pub(super) fn url(&self) -> String {
        format!("smtp://{}", self.addr)
    }
}

struct Session {
    connection: usize,
    script: Script,
    log: watch::Sender<Vec<String>>,
    open: Arc<Mutex<BTreeSet<usize>>>,
}

impl Session {
    fn note(&self, line: &str) {
        self.log.send_modify(|log| log.push(format!("{} {line}", self.connection)));
    }

    async fn run(&self, socket: TcpStream, tls: Option<(TlsAcceptor, bool)>) {
        match tls {
            Some((acceptor, true)) => match acceptor.accept(socket).await {
                Ok(wire) => drop(self.talk(wire, true).await),
                Err(_) => self.note("no handshake"),
            },
            Some((acceptor, false)) => {
                let Some(socket) = self.talk(socket, true).await else {
                    return;
                };
                match acceptor.accept(socket).await {
                    Ok(wire) => drop(self.talk(wire, false).await),
                    Err(_) => self.note("no handshake"),
                }
            }
            None => drop(self.talk(socket, true).await),
        }
    }

    /// Talks until one side closes, or returns the stream after STARTTLS.
    async fn talk<W: AsyncRead + AsyncWrite + Unpin>(&self, wire: W, greet: bool) -> Option<W> {
        let mut wire = BufReader::new(wire);
        let mut asked: Vec<String> = Vec::new();
        let mut line = String::new();
        let mut verb = "GREETING".to_owned();
        let mut bare_lf = false;
        if !greet {
            wire.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
            self.note(line.trim_end());
            verb = "EHLO".to_owned();
        }
        loop {
            let nth = asked.iter().filter(|asked| **asked == verb).count();
            asked.push(verb.clone());
            let connection = self.connection;
            let before = self.open.lock().unwrap().range(..connection).count();
            let line_said = line.trim_end();
            let step = Step { connection, nth, verb: &verb, line: line_said, before, bare_lf };
            let mut idle = None;
            let reply = match (self.script)(&step) {
                Answer::Say(reply) => reply,
                Answer::SayAfter(pause, reply) => {
                    tokio::time::sleep(pause).await;
                    reply
                }
                Answer::Send(bytes) => {
                    wire.write_all(&bytes).await.ok()?;
                    ""
                }
                Answer::Bytewise(reply) => {
                    for byte in reply.bytes() {
                        wire.write_all(&[byte]).await.ok()?;
                        tokio::task::yield_now().await;
                    }
                    ""
                }
                Answer::Drip(pause) => {
                    while wire.write_all(b"2").await.is_ok() {
                        tokio::time::sleep(pause).await;
                    }
                    return None;
                }
                Answer::SayAndClose(reply) => {
                    let _ = wire.write_all(format!("{reply}\r\n").as_bytes()).await;
                    let _ = wire.shutdown().await;
                    return None;
                }
                Answer::SayThenSay(reply, more) => {
                    // Apart, so that the reply is taken before the rest comes.
                    wire.write_all(format!("{reply}\r\n").as_bytes()).await.ok()?;
                    wire.flush().await.ok()?;
                    tokio::task::yield_now().await;
                    wire.write_all(format!("{more}\r\n").as_bytes()).await.ok()?;
                    wire.flush().await.ok()?;
                    self.note("said more");
                    ""
                }
                Answer::SayThenExpect { reply, within, or } => {
                    idle = Some((within, or));
                    reply
                }
                Answer::Close => return None,
                Answer::Stall => {
                    let _ = tokio::io::copy(&mut wire, &mut tokio::io::sink()).await;
                    return None;
                }
                Answer::Flood => {
                    while wire.write_all(&[b'2'; 1024]).await.is_ok() {}
                    return None;
                }
            };
            if !reply.is_empty() {
                wire.write_all(format!("{reply}\r\n").as_bytes()).await.ok()?;
            }
            wire.flush().await.ok()?;
            if verb == "STARTTLS" && reply.starts_with("220") {
                return Some(wire.into_inner());
            }
            let body = reply.starts_with("354");
            if let Some((within, farewell)) = idle
                && timeout(within, wire.fill_buf()).await.is_err()
            {
                let _ = wire.write_all(format!("{farewell}\r\n").as_bytes()).await;
                let _ = wire.shutdown().await;
                return None;
            }
            bare_lf = self.hear(&mut wire, &mut line, body).await?;
            let word = line.split_whitespace().next().unwrap_or_default();
            let known = [
                "EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT",
            ];
            verb = match known.contains(&word) {
                _ if body => "BODY".to_owned(),
                true => word.to_owned(),
                false => "CONTINUE".to_owned(),
            };
        }
    }

    /// Hears a command, or the lines of a mail up to its final dot, and whether one of them ended
    /// in LF alone.
    async fn hear<W: AsyncBufReadExt + Unpin>(
        &self,
        wire: &mut W,
        line: &mut String,
        body: bool,
    ) -> Option<bool> {
        let mut bare_lf = false;
        loop {
            line.clear();
            wire.read_line(line).await.ok().filter(|read| *read > 0)?;
            self.note(line.trim_end());
            bare_lf |= !line.ends_with("\r\n");
            if !body || line == ".\r\n" {
                return Some(bare_lf);
            }
        }
    }
}
