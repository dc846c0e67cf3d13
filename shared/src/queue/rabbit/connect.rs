//! Reaching the broker: one address or several nodes of a cluster, plain or TLS.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use clap::Args;
use lapin::{
    Connection, ConnectionBuilder, ConnectionProperties,
    tcp::OwnedTLSConfig,
    uri::{AMQPScheme, AMQPUri},
};
use thiserror::Error;

use crate::config::{ConfigError, read, url_or_file};

/// TCP, TLS, AMQP handshake and topology together.
const CONNECT: Duration = Duration::from_secs(5);
/// Seconds between heartbeats, unless the URL says otherwise; two missed ones end a connection.
const HEARTBEAT: u16 = 10;

/// Why the broker's address can't be used.
#[derive(Debug, Error)]
pub enum BrokerError {
    /// Not one of the forms that are known. Says nothing of the URL: it holds a password.
    #[error(
        "expected amqp://user:password@host:port/vhost or amqps://…, several with commas between; {0}"
    )]
    Url(String),
    /// The file with the certificate authorities can't be read.
    #[error(transparent)]
    CaFile(#[from] ConfigError),
}

/// Which broker, as both binaries are told.
#[derive(Clone, Debug, Args)]
pub struct BrokerOptions {
    /// RabbitMQ: amqp://user:password@host:port/vhost, or amqps:// for TLS; several nodes of one cluster with commas between
    #[arg(
        long,
        env = "SIGNPOST_AMQP_URL",
        hide_env_values = true,
        default_value = "amqp://127.0.0.1:5672/%2f",
        value_name = "URL"
    )]
    pub amqp_url: String,
    /// A file that holds the RabbitMQ URL instead
    #[arg(long, env = "SIGNPOST_AMQP_URL_FILE", value_name = "FILE", conflicts_with = "amqp_url")]
    pub amqp_url_file: Option<PathBuf>,
    /// Certificate authorities (PEM), added to the system's for every TLS connection
    #[arg(long, env = "SIGNPOST_CA_FILE", value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
}

impl BrokerOptions {
    /// The broker that is meant.
    ///
    /// # Errors
    /// Names the variable and what is wrong with it.
    pub fn broker(&self) -> Result<Broker, ConfigError> {
        let file = self.amqp_url_file.as_deref();
        let url = url_or_file(&self.amqp_url, file, "SIGNPOST_AMQP_URL_FILE")?;
        Broker::new(&url, self.ca_file.as_deref())
            .map_err(|error| ConfigError::Invalid("SIGNPOST_AMQP_URL", error.to_string()))
    }
}

/// Where the broker is. Clones share whose turn it is.
#[derive(Clone)]
pub struct Broker {
    nodes: Arc<[AMQPUri]>,
    tls: OwnedTLSConfig,
    turn: Arc<AtomicUsize>,
}

impl std::fmt::Debug for Broker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.nodes.iter().map(name)).finish()
    }
}

impl Broker {
    /// From a URL, or several of one cluster with commas between. `ca_file` is PEM,
    /// added to the system's certificate authorities.
    ///
    /// # Errors
    /// When the URL or the file can't be used.
    pub fn new(urls: &str, ca_file: Option<&Path>) -> Result<Self, BrokerError> {
        let nodes: Vec<_> =
            urls.split(',').map(|url| node(url.trim())).collect::<Result<_, _>>()?;
        let cert_chain = ca_file.map(|path| read("SIGNPOST_CA_FILE", path)).transpose()?;
        let tls = OwnedTLSConfig { identity: None, cert_chain };
        Ok(Self { nodes: nodes.into(), tls, turn: Arc::default() })
    }

    /// Connects to the next node in turn. `purpose` is what operators see in the
    /// broker's list of connections.
    ///
    /// # Errors
    /// When the node can't be reached within 5 seconds or refuses us.
    pub async fn connect(&self, purpose: &str) -> Result<Connection, ConnectError> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.nodes.len();
        let node = &self.nodes[turn];
        let attempt = async {
            let runtime = lapin::runtime::default_runtime()?;
            ConnectionBuilder::new_with_runtime(runtime)
                .with_uri(node.clone())
                .with_properties(
                    ConnectionProperties::default().with_connection_name(purpose.into()),
                )
                .with_tls_config(self.tls.clone())
                .connect()
                .await
        };
        match tokio::time::timeout(CONNECT, attempt).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(ConnectError { node: name(node), cause: error.to_string() }),
            Err(_) => Err(ConnectError { node: name(node), cause: "no answer in 5 s".to_owned() }),
        }
    }

    /// Connects to the first node that can be reached, for tools that do not try again.
    ///
    /// # Errors
    /// When none can: what the last one said.
    pub async fn connect_to_any(&self, purpose: &str) -> Result<Connection, ConnectError> {
        let mut outcome = self.connect(purpose).await;
        for _ in 1..self.nodes.len() {
            if outcome.is_ok() {
                break;
            }
            outcome = self.connect(purpose).await;
        }
        outcome
    }
}

/// A node that can't be reached, and why.
#[derive(Debug, Error)]
#[error("broker {node}: {cause}")]
pub struct ConnectError {
    node: String,
    cause: String,
}

fn node(url: &str) -> Result<AMQPUri, BrokerError> {
    let mut uri = AMQPUri::from_str(url).map_err(BrokerError::Url)?;
    uri.query.heartbeat.get_or_insert(HEARTBEAT);
    Ok(uri)
}

fn name(uri: &AMQPUri) -> String {
    let scheme = match uri.scheme {
        AMQPScheme::AMQP => "amqp",
        AMQPScheme::AMQPS => "amqps",
    };
    format!("{scheme}://{}:{}", uri.authority.host, uri.authority.port)
}

/// Exponential backoff with full jitter, 50 ms to 2 s: readiness follows an
/// outage within a second or two, and a fleet does not come back in step.
#[derive(Debug, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    const FIRST: Duration = Duration::from_millis(50);
    const LONGEST: Duration = Duration::from_secs(2);

    /// Waits longer after each failure.
    pub async fn wait(&mut self) {
        let ceiling = Self::FIRST.saturating_mul(1 << self.failures.min(10)).min(Self::LONGEST);
        self.failures += 1;
        tokio::time::sleep(ceiling.mul_f64(rand::random_range(0.5..1.0))).await;
    }

    /// Starts again from the shortest wait.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_never_prints_its_password() {
        let broker = Broker::new("amqp://u:s3cret@a:1/%2f, amqps://u:s3cret@b/v", None).unwrap();
        assert_eq!(format!("{broker:?}"), r#"["amqp://a:1", "amqps://b:5671"]"#);
        let error = Broker::new("http://u:s3cret@a", None).unwrap_err().to_string();
        assert!(error.starts_with("expected amqp://") && !error.contains("s3cret"), "{error}");
    }
}
