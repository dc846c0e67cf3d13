//! Deliver: the bytes between lettre and the relay.
//!
//! lettre reads a line whole before it measures it, cannot tell a closed connection from an
//! unreadable reply, and gives greeting and EHLO in one call. So this wrapper bounds what a relay
//! may send before it is answered, notes the end of the stream, and signals the first write, at
//! which the greeting is over and the EHLO begins.
//!
//! It also hands out one reply at a time: lettre would keep what came with it, and take it for
//! the answer to whatever it says next. A 250 from before the mail could then pass for a
//! delivery; so nothing more is said to a relay that talks out of turn (RFC 5321 §2.1: it answers
//! commands, each once).

use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::Notify,
};

/// More than lettre takes for one reply is noise. In bytes.
const MAX_REPLY: usize = 64 * 1024;

/// What the dialogue wants to know about its stream, which lettre has swallowed.
#[derive(Debug, Default)]
pub(super) struct Signals {
    /// Wakes once at the first write, even if nobody waits yet.
    pub(super) first_write: Notify,
    pub(super) written: AtomicBool,
    /// The relay closed its side.
    pub(super) ended: AtomicBool,
    /// The relay sent more than one reply can be.
    pub(super) flooded: AtomicBool,
}

/// A transport as lettre takes it.
#[derive(Debug)]
pub(super) struct Stream<W> {
    wire: W,
    peer: SocketAddr,
    signals: Arc<Signals>,
    /// Read since the last write: at most one reply.
    unanswered: usize,
    /// Read before anything from the wire.
    preamble: &'static [u8],
    /// The reply that is being read.
    reply: Reply,
    /// The relay said more than that.
    out_of_turn: bool,
}

/// How far a reply has come: its last line has a space after the code, or nothing
/// (RFC 5321 §4.2.1).
#[derive(Debug, Default)]
struct Reply {
    /// Where in its line the next byte stands.
    column: usize,
    /// Whether the line says that more will come.
    continued: bool,
    /// Its last line has ended.
    complete: bool,
}

impl Reply {
    /// How many of these bytes belong to the reply.
    fn take(&mut self, bytes: &[u8]) -> usize {
        for (taken, byte) in bytes.iter().enumerate() {
            if self.complete {
                return taken;
            }
            match (byte, self.column) {
                (b'\n', _) => {
                    self.complete = !self.continued;
                    (self.column, self.continued) = (0, false);
                    continue;
                }
                (b'-', 3) => self.continued = true,
                _ => {}
            }
            self.column += 1;
        }
        bytes.len()
    }
}

impl<W> Stream<W> {
    pub(super) fn new(wire: W, peer: SocketAddr, signals: &Arc<Signals>) -> Self {
        Self {
            wire,
            peer,
            signals: Arc::clone(signals),
            unanswered: 0,
            preamble: b"",
            reply: Reply::default(),
            out_of_turn: false,
        }
    }

    /// After STARTTLS the dialogue starts again at EHLO (RFC 3207, section 4.2), but lettre always
    /// reads a greeting first: it gets one from here.
    pub(super) fn greeted(mut self) -> Self {
        self.preamble = b"220 TLS\r\n";
        self
    }
}

impl<W: AsyncRead + Unpin> AsyncRead for Stream<W> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.preamble.is_empty() {
            let (now, later) = this.preamble.split_at(this.preamble.len().min(buf.remaining()));
            buf.put_slice(now);
            this.preamble = later;
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.wire).poll_read(cx, buf))?;
        // lettre fails on a reply that is not UTF-8; only its digits matter to us.
        let fresh = buf.filled_mut().get_mut(before..).unwrap_or_default();
        for byte in fresh.iter_mut().filter(|byte| !byte.is_ascii()) {
            *byte = b'?';
        }
        this.unanswered += fresh.len();
        let (taken, all) = (this.reply.take(fresh), fresh.len());
        if taken < all {
            buf.set_filled(before + taken);
            this.out_of_turn = true;
        }
        if all == 0 {
            this.signals.ended.store(true, Ordering::Relaxed);
        }
        if this.unanswered > MAX_REPLY {
            this.signals.flooded.store(true, Ordering::Relaxed);
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Stream<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.out_of_turn {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        self.unanswered = 0;
        self.reply = Reply::default();
        if !self.signals.written.swap(true, Ordering::Relaxed) {
            self.signals.first_write.notify_one();
        }
        Pin::new(&mut self.wire).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}

impl<W> AsyncTokioStream for Stream<W>
where
    W: AsyncRead + AsyncWrite + Send + Sync + Unpin + fmt::Debug,
{
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    fn pair() -> (Stream<tokio::io::DuplexStream>, tokio::io::DuplexStream, Arc<Signals>) {
        let (ours, theirs) = tokio::io::duplex(MAX_REPLY * 4);
        let signals = Arc::default();
        (Stream::new(ours, ([127, 0, 0, 1], 25).into(), &signals), theirs, signals)
    }

    #[tokio::test]
    async fn a_relay_may_send_64_kib_before_it_is_answered_and_no_more() {
        let (mut stream, mut relay, signals) = pair();
        let mut reply = vec![0; MAX_REPLY];
        for _ in 0..2 {
            relay.write_all(&vec![b'2'; MAX_REPLY]).await.unwrap();
            stream.read_exact(&mut reply).await.unwrap();
            stream.write_all(b"NOOP\r\n").await.unwrap();
        }
        relay.write_all(&vec![b'2'; MAX_REPLY + 1]).await.unwrap();
        stream.read_exact(&mut reply).await.unwrap();
        let error = stream.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(signals.flooded.load(Ordering::Relaxed));
    }

    #[tokio::test]
    async fn one_reply_comes_for_one_command() {
        for (said, rest) in [
            ("250-a\r\n250-b\r\n250 c\r\n", ""),
            ("250\r\n", ""),
            ("250 - not a hyphen after the code\r\n", ""),
            ("250 ok\r\n", "354 go on\r\n"),
            ("250-a\r\n250 ok\r\n", "2"),
        ] {
            let (mut stream, mut relay, _) = pair();
            relay.write_all(format!("{said}{rest}").as_bytes()).await.unwrap();
            let mut read = vec![0; 100];
            let length = stream.read(&mut read).await.unwrap();
            assert_eq!(&read[..length], said.as_bytes());
            assert_eq!(stream.write_all(b"DATA\r\n").await.is_ok(), rest.is_empty(), "{rest}");
        }
        let (mut stream, mut relay, _) = pair();
        let mut reply = [0; 8];
        for _ in 0..2 {
            stream.write_all(b"NOOP\r\n").await.unwrap();
            relay.write_all(b"250 ok\r\n").await.unwrap();
            stream.read_exact(&mut reply).await.unwrap();
        }
    }

    #[tokio::test]
    async fn text_that_is_not_ascii_is_masked_and_the_end_is_noted() {
        let (mut stream, mut relay, signals) = pair();
        relay.write_all(b"250 d\xe9livr\xe9\r\n").await.unwrap();
        drop(relay);
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        assert_eq!(reply, "250 d?livr?\r\n");
        assert!(signals.ended.load(Ordering::Relaxed));
    }

    #[tokio::test]
    async fn the_first_write_is_signalled() {
        let (mut stream, _relay, signals) = pair();
        stream.write_all(b"EHLO a\r\n").await.unwrap();
        signals.first_write.notified().await;
    }
}
