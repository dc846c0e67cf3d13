//! The octets under the dialogue: lines in, replies out, plain or encrypted.

use std::{io, mem, sync::Arc, time::Duration};

use tokio::{
    io::{
        AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _,
        BufReader,
    },
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

/// RFC 4954 §4 asks for so long a line in AUTH, and nothing asks for a longer one.
const MAX_LINE: u64 = 12_288;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

pub(super) struct Wire {
    stream: BufReader<Box<dyn Stream>>,
    pub(super) is_tls: bool,
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream: BufReader::new(Box::new(stream)), is_tls: false }
    }

    /// The next line with its ending. It has none when the client closed the connection, or when
    /// the line is too long.
    pub(super) async fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        (&mut self.stream).take(MAX_LINE).read_until(b'\n', &mut line).await?;
        Ok(line)
    }

    /// Sends octets in one write.
    pub(super) async fn send(&mut self, octets: &[u8]) -> io::Result<()> {
        self.stream.write_all(octets).await?;
        self.stream.flush().await
    }

    /// Whether nothing comes for so long.
    pub(super) async fn is_silent_for(&mut self, time: Duration) -> bool {
        timeout(time, self.stream.fill_buf()).await.is_err()
    }

    /// Reads until the client goes, and forgets what it says.
    pub(super) async fn wait_for_end(&mut self) {
        // However it ends, it is over.
        let _ = tokio::io::copy(&mut self.stream, &mut tokio::io::sink()).await;
    }

    /// Tells the client that nothing more will come, so that it gets the last reply.
    pub(super) async fn finish(&mut self) {
        // A client that is gone already needs no goodbye.
        let _ = self.stream.shutdown().await;
    }

    /// Encrypts the connection. What the client sent before is forgotten: taken for encrypted, it
    /// would let a stranger put commands into the session (RFC 3207 §5).
    pub(super) async fn start_tls(&mut self, config: Arc<ServerConfig>) -> io::Result<()> {
        let nothing = BufReader::new(Box::new(tokio::io::empty()) as Box<dyn Stream>);
        let plain = mem::replace(&mut self.stream, nothing).into_inner();
        let encrypted = TlsAcceptor::from(config).accept(plain).await?;
        self.stream = BufReader::new(Box::new(encrypted));
        self.is_tls = true;
        Ok(())
    }
}
