//! The server over real sockets, asked by a client that says exactly what a test tells it.

mod dialogue;
mod script;
mod secure;

use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::rustls;

use crate::{Options, SmtpServer};

struct Client<S> {
    stream: BufReader<S>,
}

impl Client<TcpStream> {
    /// A connection whose greeting was not read yet.
    async fn connect(relay: &SmtpServer) -> Self {
        Self::new(TcpStream::connect(relay.addr).await.unwrap())
    }

    /// A connection past EHLO.
    async fn greeted(relay: &SmtpServer) -> Self {
        let mut client = Self::connect(relay).await;
        client.expect("220").await;
        client.say("EHLO client.example", "250").await;
        client
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    fn new(stream: S) -> Self {
        Self { stream: BufReader::new(stream) }
    }

    async fn send(&mut self, octets: &str) {
        self.stream.write_all(octets.as_bytes()).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// A whole reply, lines parted by `\n`; empty when the server closed the connection.
    async fn reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let mut line = String::new();
            if matches!(self.stream.read_line(&mut line).await, Ok(0) | Err(_)) {
                return reply;
            }
            let line = line.strip_suffix("\r\n").expect("a line ends in CRLF");
            reply.push_str(line);
            if line.as_bytes().get(3) != Some(&b'-') {
                return reply;
            }
            reply.push('\n');
        }
    }

    async fn expect(&mut self, start: &str) -> String {
        let reply = self.reply().await;
        assert!(reply.starts_with(start), "wanted {start:?}, got {reply:?}");
        reply
    }

    async fn expect_end(&mut self) {
        assert_eq!(self.reply().await, "");
    }

    async fn say(&mut self, line: &str, start: &str) -> String {
        self.send(&format!("{line}\r\n")).await;
        let reply = self.reply().await;
        assert!(reply.starts_with(start), "{line}: wanted {start:?}, got {reply:?}");
        reply
    }

    /// Everything up to the 354.
    async fn begin(&mut self, to: &str) {
        self.say("MAIL FROM:<from@example.com>", "250").await;
        self.say(&format!("RCPT TO:<{to}>"), "250").await;
        self.say("DATA", "354").await;
    }

    async fn deliver(&mut self, to: &str) {
        self.begin(to).await;
        self.say("Subject: hello\r\n\r\nhello\r\n.", "250").await;
    }
}

/// A self-signed certificate for `localhost`: the server's side, and a client that trusts it.
fn tls() -> (Arc<rustls::ServerConfig>, tokio_rustls::TlsConnector) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let server = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    let client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    (Arc::new(server), Arc::new(client).into())
}
