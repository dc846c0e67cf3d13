//! The octets under the dialogue: lines in, replies out, plain or encrypted, with a bound on each
//! line and a deadline on each read.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a client may be silent (RFC 5321 §4.5.3.2.7).
const IDLE: Duration = Duration::from_mins(5);
const HANDSHAKE: Duration = Duration::from_secs(30);
/// How much of an overlong line is skipped before the client is given up.
const MAX_SKIPPED: usize = 16 * 1024 * 1024;
const CHUNK: usize = 16 * 1024;

/// One line, as far as it could be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// With its line ending.
    Whole(Bytes),
    /// Longer than asked for, and skipped.
    TooLong,
    /// The client closed the connection.
    End,
}

pub(super) struct Wire {
    stream: Stream,
    buffer: BytesMut,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// Between plain and encrypted, or after a handshake that failed.
    Broken,
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream: Stream::Plain(stream), buffer: BytesMut::new() }
    }

    pub(super) fn is_tls(&self) -> bool {
        matches!(self.stream, Stream::Tls(_))
    }

    /// Reads up to and with the next line feed.
    ///
    /// # Errors
    /// `TimedOut` when the client is silent for five minutes, and what the socket reports.
    pub(super) async fn line(&mut self, limit: usize) -> io::Result<Line> {
        let mut searched = 0;
        let mut skipped = 0;
        loop {
            let end = self.buffer[searched..].iter().position(|b| *b == b'\n');
            if let Some(end) = end {
                let line = self.buffer.split_to(searched + end + 1);
                let fits = skipped == 0 && line.len() <= limit;
                return Ok(if fits { Line::Whole(line.freeze()) } else { Line::TooLong });
            }
            if skipped > 0 || self.buffer.len() > limit {
                skipped += self.buffer.len();
                self.buffer.clear();
                if skipped > MAX_SKIPPED {
                    return Err(io::ErrorKind::InvalidData.into());
                }
            }
            searched = self.buffer.len();
            self.buffer.reserve(CHUNK);
            let read = timeout(IDLE, self.read()).await;
            if read.map_err(|_| io::ErrorKind::TimedOut)?? == 0 {
                return Ok(Line::End);
            }
        }
    }

    /// Sends octets in one write, or one by one with a pause after each.
    pub(super) async fn send(&mut self, octets: &[u8], drip: Option<Duration>) -> io::Result<()> {
        let Some(pause) = drip else {
            return self.write(octets).await;
        };
        for octet in octets {
            self.write(std::slice::from_ref(octet)).await?;
            tokio::time::sleep(pause).await;
        }
        Ok(())
    }

    /// Reads until the client goes, and forgets what it says.
    pub(super) async fn wait_for_end(&mut self) {
        loop {
            self.buffer.clear();
            self.buffer.reserve(CHUNK);
            if !matches!(self.read().await, Ok(1..)) {
                return;
            }
        }
    }

    /// Tells the client that nothing more will come, so that it gets the last reply.
    pub(super) async fn finish(&mut self) {
        // A client that is gone already needs no goodbye.
        let _ = match &mut self.stream {
            Stream::Plain(stream) => stream.shutdown().await,
            Stream::Tls(stream) => stream.shutdown().await,
            Stream::Broken => Ok(()),
        };
    }

    /// Encrypts the connection. What the client sent before is forgotten: taken for encrypted, it
    /// would let a stranger put commands into the session (RFC 3207 §5).
    pub(super) async fn start_tls(&mut self, config: Arc<rustls::ServerConfig>) -> io::Result<()> {
        self.buffer.clear();
        let Stream::Plain(stream) = std::mem::replace(&mut self.stream, Stream::Broken) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let accepting = TlsAcceptor::from(config).accept(stream);
        let accepted = timeout(HANDSHAKE, accepting).await;
        let stream = accepted.map_err(|_| io::ErrorKind::TimedOut)??;
        self.stream = Stream::Tls(Box::new(stream));
        Ok(())
    }

    async fn read(&mut self) -> io::Result<usize> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.read_buf(&mut self.buffer).await,
            Stream::Tls(stream) => stream.read_buf(&mut self.buffer).await,
            Stream::Broken => Ok(0),
        }
    }

    async fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.write_all(octets).await,
            Stream::Tls(stream) => {
                stream.write_all(octets).await?;
                stream.flush().await
            }
            Stream::Broken => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}
