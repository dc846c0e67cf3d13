//! Deliver: a socket that comes back from lettre.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// A socket lent to lettre for the dialogue before STARTTLS and taken back for the handshake.
///
/// What the relay sent after its 220 stays behind in lettre's buffer and is lost with it, so
/// nothing from before the handshake can pass for an answer after it.
#[derive(Debug)]
pub(super) struct Lent(Arc<Mutex<TcpStream>>);

/// The right to the socket once lettre has dropped it.
#[derive(Debug)]
pub(super) struct Owed(Arc<Mutex<TcpStream>>);

impl Lent {
    pub(super) fn new(socket: TcpStream) -> (Self, Owed) {
        let shared = Arc::new(Mutex::new(socket));
        (Self(Arc::clone(&shared)), Owed(shared))
    }
}

impl Owed {
    /// The socket, or nothing while it is still lent.
    pub(super) fn reclaim(self) -> Option<TcpStream> {
        let shared = Arc::into_inner(self.0)?;
        Some(shared.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

impl AsyncRead for Lent {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut socket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *socket).poll_read(cx, buf)
    }
}

impl AsyncWrite for Lent {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut socket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *socket).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut socket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *socket).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut socket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *socket).poll_shutdown(cx)
    }
}
