//! What AMQP does not tell a client: what only the management API knows, and what a node
//! tells of itself, which lapin keeps to itself.

use std::{io, str::FromStr, time::Duration};

use axum::body::Body;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::Args;
use hyper::{
    Request, StatusCode,
    header::{AUTHORIZATION, HOST},
};
use lapin::{
    runtime::default_runtime,
    tcp::{AMQPUriTcpExt as _, OwnedTLSConfig},
    uri::{AMQPScheme, AMQPUri},
};
use serde::de::DeserializeOwned;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    time::timeout,
};
use tokio_util::compat::FuturesAsyncReadCompatExt as _;
use url::Url;

use super::connect::{Broker, host_and_port, node};
use crate::http_client;

/// Connecting and answering together.
const DEADLINE: Duration = Duration::from_secs(5);
/// More than thousands of queues take.
const LARGEST: usize = 16 * 1024 * 1024;
/// Where the management API listens by default, plain and with TLS.
const PORT: u16 = 15672;
const TLS_PORT: u16 = 15671;

/// Who can tell of policies, as `check` is told.
#[derive(Clone, Debug, Args)]
pub struct ManagementOptions {
    /// RabbitMQ's management API, which tells of policies: `http://host:15672` or `https://…`, with AMQP's user unless it names another; default: port 15672 of the broker, if AMQP is plain
    #[arg(
        long,
        env = "SIGNPOST_MANAGEMENT_URL",
        hide_env_values = true,
        value_name = "URL",
        help_heading = "Check"
    )]
    pub management_url: Option<ManagementUrl>,
}

/// Where the management API is; with AMQP's user, unless it names another.
#[derive(Clone)]
pub struct ManagementUrl {
    uri: AMQPUri,
    has_user: bool,
}

impl std::fmt::Debug for ManagementUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ManagementUrl")
    }
}

impl FromStr for ManagementUrl {
    type Err = &'static str;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected http://host:15672 or https://host:15671";
        // The same grammar, and a parser that decodes passwords.
        let rest = url.trim_end_matches('/').strip_prefix("http").ok_or(EXPECTED)?;
        let url = Url::parse(&format!("amqp{rest}")).map_err(|_| EXPECTED)?;
        let mut uri = node(url.as_str()).map_err(|_| EXPECTED)?;
        if !url.path().is_empty() {
            return Err(EXPECTED);
        }
        if url.port().is_none() {
            uri.authority.port = if uri.scheme == AMQPScheme::AMQP { PORT } else { TLS_PORT };
        }
        Ok(Self { uri, has_user: !url.username().is_empty() })
    }
}

/// The queues of the broker's virtual host, these columns of them; or why they can't be seen.
pub(super) async fn queues_of<T: DeserializeOwned>(
    broker: &Broker,
    url: Option<&ManagementUrl>,
    columns: &str,
) -> Result<Vec<T>, String> {
    let (amqp, tls) = broker.first();
    let mut uri = match url {
        Some(url) => url.uri.clone(),
        // A password that goes over AMQP in the clear is no more secret over HTTP.
        None if amqp.scheme == AMQPScheme::AMQP => {
            let mut guess = amqp.clone();
            guess.authority.port = PORT;
            guess
        }
        None => return Err("the management API's address is not known".to_owned()),
    };
    if url.is_none_or(|url| !url.has_user) {
        uri.authority.userinfo = amqp.authority.userinfo.clone();
    }
    let at = format!("management API at {}", host_and_port(&uri));
    match timeout(DEADLINE, ask(&uri, &tls, &amqp.vhost, columns)).await {
        Ok(answer) => answer.map_err(|error| format!("{at}: {error}")),
        Err(_) => Err(format!("{at}: no answer in 5 s")),
    }
}

async fn ask<T: DeserializeOwned>(
    uri: &AMQPUri,
    tls: &OwnedTLSConfig,
    vhost: &str,
    columns: &str,
) -> io::Result<Vec<T>> {
    let stream = dial(uri, tls).await?;
    let vhost = vhost.bytes().fold(String::new(), |path, byte| path + &format!("%{byte:02X}"));
    let userinfo = &uri.authority.userinfo;
    let proof = STANDARD.encode(format!("{}:{}", userinfo.username, userinfo.password));
    let request = Request::get(format!("/api/queues/{vhost}?columns={columns}"))
        .header(HOST, host_and_port(uri))
        .header(AUTHORIZATION, format!("Basic {proof}"))
        .body(Body::empty())
        .map_err(io::Error::other)?;
    let (head, body) = http_client::ask(stream, request, LARGEST).await?.into_parts();
    match head.status {
        StatusCode::OK => {
            serde_json::from_slice(&body).map_err(|_| io::Error::other("what answers is none"))
        }
        // RabbitMQ says 401 for both.
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            let user = &userinfo.username;
            Err(io::Error::other(format!("user {user} may not look, or has another password")))
        }
        other => Err(io::Error::other(format!("it says {other}"))),
    }
}

/// What a node tells of itself before it asks who we are (AMQP 0-9-1, `connection.start`).
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) version: Option<String>,
    /// By default named after the cluster's first node.
    pub(super) cluster: Option<String>,
}

/// Asks the first node.
pub(super) async fn told(broker: &Broker) -> Told {
    let (uri, tls) = broker.first();
    let asked = async {
        let mut stream = dial(uri, &tls).await?;
        stream.write_all(b"AMQP\x00\x00\x09\x01").await?;
        let mut head = [0; 7];
        stream.read_exact(&mut head).await?;
        let size = u32::from_be_bytes([head[3], head[4], head[5], head[6]]);
        let mut frame = Vec::new();
        stream.take(size.into()).read_to_end(&mut frame).await?;
        io::Result::Ok(frame)
    };
    let Ok(Ok(frame)) = timeout(DEADLINE, asked).await else { return Told::default() };
    Told {
        version: property(&frame, b"\x07versionS"),
        cluster: property(&frame, b"\x0ccluster_nameS"),
    }
}

/// In a table, what follows a short name and the mark of a long text.
fn property(frame: &[u8], name: &[u8]) -> Option<String> {
    let at = frame.windows(name.len()).position(|window| window == name)?;
    let (length, text) = frame.get(at + name.len()..)?.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    String::from_utf8(text.get(..length)?.to_vec()).ok()
}

/// As lapin does, but for what is said.
async fn dial(
    uri: &AMQPUri,
    tls: &OwnedTLSConfig,
) -> io::Result<impl AsyncRead + AsyncWrite + Unpin + Send + 'static> {
    let plain = AMQPUri { scheme: AMQPScheme::AMQP, ..uri.clone() };
    let runtime = default_runtime().map_err(io::Error::other)?;
    let mut stream = plain.connect_async(&runtime).await?;
    if uri.scheme == AMQPScheme::AMQPS {
        stream = stream.into_tls(&uri.authority.host, tls.as_ref()).await?;
    }
    Ok(stream.compat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_management_url_has_its_port_and_hides_its_password() {
        for (url, expected) in [
            ("http://a", "amqp a 15672 false"),
            ("https://a/", "amqps a 15671 false"),
            ("http://u:s3cret@a:80", "amqp a 80 true"),
            ("http://[2001:db8::1]", "amqp 2001:db8::1 15672 false"),
            ("http://[::1]:80", "amqp ::1 80 false"),
        ] {
            let ManagementUrl { uri, has_user } = url.parse().unwrap();
            let scheme = if uri.scheme == AMQPScheme::AMQP { "amqp" } else { "amqps" };

            let found =
                format!("{scheme} {} {} {has_user}", uri.authority.host, uri.authority.port);
            assert_eq!(found, expected);
        }
        for url in
            ["a:15672", "amqp://u:s3cret@a", "http://u:s3cret@a:x", "http://u:s3cret@a/rabbitmq"]
        {
            assert!(!url.parse::<ManagementUrl>().unwrap_err().contains("s3cret"), "{url}");
        }
    }
}
