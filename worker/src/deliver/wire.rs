//! Deliver: the bytes to and from a relay, and whose turn it is.
//!
//! A relay speaks when it is asked (RFC 5321, section 2.1): what it says before would be taken for
//! the answer to the next command, and a 250 sent too early for a delivery. So nothing is said to
//! a relay that has said something unasked, and replies that are owed are counted: a future that
//! is dropped between a command and its reply leaves a wire that is out of step for good.

use std::time::Duration;

use futures_util::FutureExt as _;
use rustix::{
    io::Errno,
    net::{RecvFlags, recv},
};
use rustls::pki_types::CertificateDer;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::client::TlsStream;
use tokio_util::either::Either;

use super::{
    connection::Deadlines,
    fault::{CauseKind, Fault, Stage},
    reply::{Reply, ReplyParser},
};

/// Read at once. In bytes.
const USUAL_REPLY: usize = 1024;

/// A socket, or TLS over one.
pub(super) type Transport = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// One connection's bytes.
pub(super) struct Wire {
    transport: Transport,
    /// Received and not yet taken for a reply.
    received: Vec<u8>,
    /// Replies that the relay has yet to send.
    owed: usize,
    /// Nothing more will be said.
    over: bool,
    deadlines: Deadlines,
}

impl Wire {
    /// A relay owes its greeting, 1 reply; after STARTTLS it owes none (RFC 3207, section 4.2).
    pub(super) fn new(transport: Transport, owed: usize, deadlines: Deadlines) -> Self {
        let received = Vec::with_capacity(USUAL_REPLY);
        Self { transport, received, owed, over: false, deadlines }
    }

    /// How long an answer at this stage may take.
    pub(super) fn deadline(&self, stage: Stage) -> Duration {
        self.deadlines.of(stage)
    }

    /// The socket for the handshake. What the relay said after its 220 must not pass for an
    /// answer under TLS (RFC 3207, section 6).
    pub(super) fn into_socket(self) -> Result<TcpStream, Fault> {
        match self.transport {
            Either::Left(socket) if self.received.is_empty() => Ok(socket),
            _ => Err(unasked(Stage::Tls)),
        }
    }

    pub(super) fn socket(&self) -> &TcpStream {
        match &self.transport {
            Either::Left(socket) => socket,
            Either::Right(stream) => stream.get_ref().0,
        }
    }

    /// The relay's own certificate, under TLS.
    pub(super) fn certificate(&self) -> Option<&CertificateDer<'static>> {
        match &self.transport {
            Either::Left(_) => None,
            Either::Right(stream) => stream.get_ref().1.peer_certificates()?.first(),
        }
    }

    /// Whether the relay sent a record of TLS, an alert or a handshake, in the clear.
    pub(super) fn heard_tls(&self) -> bool {
        matches!(self.received.as_slice(), [0x15 | 0x16, 3, ..])
    }

    /// Whether every command has had its reply, and another one may be said.
    pub(super) fn in_step(&self) -> bool {
        !self.over && self.owed == 0
    }

    /// Whether the replies that are owed can still be read.
    pub(super) fn goes_on(&self) -> bool {
        !self.over
    }

    /// Says nothing more.
    pub(super) fn give_up(&mut self) {
        self.over = true;
    }

    /// Says one line, and hears the reply to it.
    pub(super) async fn ask(&mut self, stage: Stage, line: &str) -> Result<Reply, Fault> {
        self.say(stage, format!("{line}\r\n").as_bytes(), 1).await?;
        self.hear(stage).await
    }

    /// Writes what so many replies will answer, at once.
    pub(super) async fn say(
        &mut self,
        stage: Stage,
        bytes: &[u8],
        replies: usize,
    ) -> Result<(), Fault> {
        // What came with the last reply; the kernel is asked before a mail and before its body.
        if !self.in_step() || !self.received.is_empty() {
            self.over = true;
            return Err(unasked(stage));
        }
        self.owed = replies;
        let writing = async {
            self.transport.write_all(bytes).await?;
            self.transport.flush().await
        };
        match timeout(self.deadlines.of(stage), writing).await {
            Ok(written) => written.map_err(|error| Fault::from_io(stage, &error)),
            Err(_) => Err(Fault::new(stage, CauseKind::Timeout, "not read in time")),
        }
    }

    /// Waits for a reply, until the stage's deadline.
    pub(super) async fn hear(&mut self, stage: Stage) -> Result<Reply, Fault> {
        self.hear_within(stage, self.deadlines.of(stage)).await
    }

    /// The same, until this one.
    pub(super) async fn hear_within(
        &mut self,
        stage: Stage,
        deadline: Duration,
    ) -> Result<Reply, Fault> {
        let reply = timeout(deadline, self.read_reply(stage))
            .await
            .map_err(|_| Fault::new(stage, CauseKind::Timeout, "no answer in time"))??;
        self.owed = self.owed.saturating_sub(1);
        // It is about to close the connection (RFC 5321, section 3.8).
        self.over |= reply.code == 421;
        Ok(reply)
    }

    async fn read_reply(&mut self, stage: Stage) -> Result<Reply, Fault> {
        let mut parser = ReplyParser::default();
        loop {
            let taken = parser.take(&mut self.received);
            let malformed = |problem| Fault::new(stage, CauseKind::Protocol, problem);
            if let Some(reply) = taken.map_err(malformed)? {
                return Ok(reply);
            }
            match self.transport.read_buf(&mut self.received).await {
                Ok(0) => return Err(ended(stage)),
                Ok(_) => {}
                Err(error) => return Err(Fault::from_io(stage, &error)),
            }
        }
    }

    /// Fails when the relay has said something that nobody asked for, or has gone.
    pub(super) async fn expect_silence(&mut self, stage: Stage) -> Result<(), Fault> {
        let result = self.listen(stage).await;
        self.over |= result.is_err();
        result
    }

    async fn listen(&mut self, stage: Stage) -> Result<(), Fault> {
        if !self.in_step() || !self.received.is_empty() {
            return Err(unasked(stage));
        }
        if matches!(self.transport, Either::Right(_)) {
            self.read_records(stage).await?;
        }
        match self.pending() {
            None => Ok(()),
            Some(0) => Err(ended(stage)),
            Some(_) => Err(unasked(stage)),
        }
    }

    /// Takes in what concerns TLS alone, such as session tickets.
    async fn read_records(&mut self, stage: Stage) -> Result<(), Fault> {
        for _ in 0..2 {
            match self.transport.read_buf(&mut self.received).now_or_never() {
                Some(Ok(0)) => return Err(ended(stage)),
                Some(Ok(_)) => return Err(unasked(stage)),
                Some(Err(error)) => return Err(Fault::from_io(stage, &error)),
                None if matches!(self.pending(), Some(1..)) => {
                    // The runtime has not yet noticed that they are there.
                    tokio::task::yield_now().await;
                }
                None => break,
            }
        }
        Ok(())
    }

    /// Bytes that nobody has read yet, 0 at the end. Asks the kernel: the runtime would know only
    /// what it has been told of since it last slept.
    fn pending(&self) -> Option<usize> {
        let peeked = recv(self.socket(), &mut [0_u8; 1][..], RecvFlags::PEEK | RecvFlags::DONTWAIT);
        match peeked {
            Ok((read, _)) => Some(read),
            Err(Errno::AGAIN | Errno::INTR) => None,
            Err(_) => Some(0),
        }
    }
}

fn unasked(stage: Stage) -> Fault {
    Fault::new(stage, CauseKind::Protocol, "the relay spoke before it was asked")
}

fn ended(stage: Stage) -> Fault {
    Fault::new(stage, CauseKind::Network, "the relay closed the connection")
}
