//! Reaching the broker: one address or several nodes of a cluster, plain or TLS.

use std::{
    path::PathBuf,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use clap::Args;
use lapin::{tcp::OwnedTLSConfig, uri::AMQPUri};
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;
use tokio::sync::watch;
use url::{Host, Url};

use super::connection::{ConnectError, Connection, Refusal};
use crate::{
    config::{ConfigError, file_name, url_or_file},
    reload::Files,
    tls::authorities,
};

/// Seconds between heartbeats, unless the URL says otherwise; two missed ones end a connection.
const HEARTBEAT: u16 = 10;
/// Bytes of the largest frame, unless the URL says otherwise. lapin keeps room for 32 of them each
/// way; left to RabbitMQ, whose largest is 128 KiB, a worker keeps 14 MiB more.
const FRAME: u32 = 64 * 1024;

/// The broker's address has none of the forms that are known. Says nothing of the URL, nor what
/// its parser says, which may repeat it: it holds a password.
#[derive(Debug, Error)]
#[error("expected amqp://user:password@host:port/vhost or amqps://…, several with commas between")]
pub struct BrokerError;

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
    pub amqp_url: SecretString,
    /// A file that holds the RabbitMQ URL instead
    #[arg(long, env = "SIGNPOST_AMQP_URL_FILE", value_parser = file_name, value_name = "FILE", conflicts_with = "amqp_url")]
    pub amqp_url_file: Option<PathBuf>,
    /// Certificate authorities (PEM), added to the system's for every TLS connection; SIGHUP reads them again, for new ones
    #[arg(long, env = "SIGNPOST_CA_FILE", value_parser = file_name, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
}

impl BrokerOptions {
    /// The broker that is meant.
    ///
    /// # Errors
    /// Names the variable and what is wrong with it.
    pub fn broker(&self, files: &mut Files) -> Result<Broker, ConfigError> {
        let file = self.amqp_url_file.as_deref();
        let url = url_or_file(&self.amqp_url, file, "SIGNPOST_AMQP_URL_FILE")?;
        let tls = self.ca_file.clone().map(|path| {
            files.read(move || {
                let cert_chain = Some(authorities(&path)?);
                Ok::<_, ConfigError>(OwnedTLSConfig { identity: None, cert_chain })
            })
        });
        Broker::new(url.expose_secret(), tls.transpose()?)
            .map_err(|error| ConfigError::Invalid("SIGNPOST_AMQP_URL", error.to_string()))
    }
}

/// Where the broker is. Clones share what follows its place.
#[derive(Clone)]
pub struct Broker {
    nodes: Arc<[AMQPUri]>,
    tls: Option<watch::Receiver<OwnedTLSConfig>>,
    /// Whose turn it is.
    turn: Arc<AtomicUsize>,
    /// The queues were all there, once.
    pub(super) stood: Arc<AtomicBool>,
}

impl std::fmt::Debug for Broker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.nodes.iter().map(name)).finish()
    }
}

impl Broker {
    /// From a URL, or several of one cluster with commas between. `tls` is for connections to
    /// come; without it they trust the system's certificate authorities.
    ///
    /// # Errors
    /// When the URL can't be used.
    pub fn new(
        urls: &str,
        tls: Option<watch::Receiver<OwnedTLSConfig>>,
    ) -> Result<Self, BrokerError> {
        let nodes: Vec<_> =
            urls.split(',').map(|url| node(url.trim())).collect::<Result<_, _>>()?;
        Ok(Self { nodes: nodes.into(), tls, turn: Arc::default(), stood: Arc::default() })
    }

    /// Connects to the first node that can be reached, beginning with the next in turn.
    /// `purpose` is what operators see in the broker's list of connections.
    ///
    /// # Errors
    /// When none can be reached within 5 seconds each, and 10 for its name, or all refuse us: what
    /// each one said.
    pub async fn connect(&self, purpose: &str) -> Result<Connection, ConnectError> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.nodes.len();
        let (later, first) = self.nodes.split_at(turn);
        let (_, tls) = self.first();
        let (mut causes, mut refusal) = (Vec::new(), None);
        for node in first.iter().chain(later) {
            match Box::pin(Connection::open(node, &tls, purpose)).await {
                Ok(connection) => return Ok(connection),
                Err(error) => {
                    causes.push(format!("broker {}: {error}", name(node)));
                    refusal = refusal.or(error.refusal.map(|_| Refusal::Login));
                }
            }
        }
        Err(ConnectError { cause: causes.join("; "), refusal })
    }
}

impl Broker {
    /// Each node by itself, and what it is called.
    pub(super) fn each(&self) -> Vec<(String, Self)> {
        let alone = |node: &AMQPUri| {
            let nodes = Arc::new([node.clone()]);
            (name(node), Self { nodes, turn: Arc::default(), ..self.clone() })
        };
        self.nodes.iter().map(alone).collect()
    }

    /// The first node, and whom TLS trusts.
    pub(super) fn first(&self) -> (&AMQPUri, OwnedTLSConfig) {
        let tls = self.tls.as_ref().map(|tls| tls.borrow().clone()).unwrap_or_default();
        (&self.nodes[0], tls)
    }
}

/// What the parser reads after the virtual host.
const PARAMETERS: [&str; 5] =
    ["auth_mechanism", "channel_max", "connection_timeout", "frame_max", "heartbeat"];

pub(super) fn node(url: &str) -> Result<AMQPUri, BrokerError> {
    let mut uri = AMQPUri::from_str(url).map_err(|_| BrokerError)?;
    let url = Url::parse(url).map_err(|_| BrokerError)?;
    // The parser reads `amqp:/user:password@host` and `amqp://user:1/2@host` as well, with the
    // password in the virtual host, whose name is told to whoever asks.
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    // A misspelt parameter would be off without a word.
    let are_known = url.query_pairs().all(|(name, _)| PARAMETERS.contains(&&*name));
    if !has_host || url.path().contains('@') || url.fragment().is_some() || !are_known {
        return Err(BrokerError);
    }
    uri.query.heartbeat.get_or_insert(HEARTBEAT);
    uri.query.frame_max.get_or_insert(FRAME);
    // The parser takes an IPv6 address for no host, and puts localhost in its place.
    if let Some(Host::Ipv6(address)) = url.host() {
        uri.authority.host = address.to_string();
    }
    Ok(uri)
}

fn name(uri: &AMQPUri) -> String {
    format!("{}://{}", uri.scheme, host_and_port(uri))
}

/// An IPv6 address in brackets.
pub(super) fn host_and_port(uri: &AMQPUri) -> String {
    let host = &uri.authority.host;
    let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    format!("{host}:{}", uri.authority.port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_small_unless_the_url_says_otherwise() {
        let frame = |url| node(url).unwrap().query.frame_max;
        assert_eq!(frame("amqp://a/%2f"), Some(FRAME));
        assert_eq!(frame("amqp://a/%2f?frame_max=8192"), Some(8192));
    }

    #[test]
    fn an_address_never_prints_its_password() {
        let broker = Broker::new("amqp://u:s3cret@a:1/%2f, amqps://u:s3cret@b/v", None).unwrap();
        assert_eq!(format!("{broker:?}"), r#"["amqp://a:1", "amqps://b:5671"]"#);
        let broker = Broker::new("amqp://u:s3cret@[2001:db8::1]:1/%2f,amqps://[::1]", None);
        let named = r#"["amqp://[2001:db8::1]:1", "amqps://[::1]:5671"]"#;
        assert_eq!(format!("{:?}", broker.unwrap()), named);
        for url in [
            "http://u:s3cret@a",
            "u:s3cret@a:5672",
            "amqp://u:s3cret@a:s3cret/",
            "amqp:/u:s3cret@a",
            "amqp:///u:s3cret@a",
            "amqp://u:12/s3cret@a:5672",
            "amqp://u:s3cret@a/%2f?heartbeet=5",
            "amqp://u:s3cret@a?heartbeet=5",
            "amqp://u:s3cret@a/%2f#x",
        ] {
            let error = Broker::new(url, None).unwrap_err().to_string();
            assert!(error.starts_with("expected amqp://") && !error.contains("s3cret"), "{error}");
        }
    }
}
