//! Reaching the broker: one address or several nodes of a cluster, plain or TLS.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use clap::Args;
use lapin::{
    tcp::OwnedTLSConfig,
    uri::{AMQPScheme, AMQPUri},
};
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;
use tokio::sync::watch;

use super::connection::{ConnectError, Connection, Refusal};
use crate::{
    config::{ConfigError, secret_file, url_or_file},
    reload::Files,
    tls::authorities,
};

/// Seconds between heartbeats, unless the URL says otherwise; two missed ones end a connection.
const HEARTBEAT: u16 = 10;

/// Why the broker's address can't be used.
#[derive(Debug, Error)]
pub enum BrokerError {
    /// Not one of the forms that are known. Says nothing of the URL, nor what its parser
    /// says, which may repeat it: it holds a password.
    #[error(
        "expected amqp://user:password@host:port/vhost or amqps://…, several with commas between"
    )]
    Url,
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
    pub amqp_url: SecretString,
    /// A file that holds the RabbitMQ URL instead
    #[arg(long, env = "SIGNPOST_AMQP_URL_FILE", value_parser = secret_file, value_name = "FILE", conflicts_with = "amqp_url")]
    pub amqp_url_file: Option<PathBuf>,
    /// Certificate authorities (PEM), added to the system's for every TLS connection; SIGHUP reads them again, for new ones
    #[arg(long, env = "SIGNPOST_CA_FILE", value_name = "FILE")]
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
        Broker::new(url.expose_secret(), self.ca_file.as_deref(), files).map_err(
            |error| match error {
                BrokerError::CaFile(error) => error,
                error @ BrokerError::Url => {
                    ConfigError::Invalid("SIGNPOST_AMQP_URL", error.to_string())
                }
            },
        )
    }
}

/// Where the broker is. Clones share whose turn it is.
#[derive(Clone)]
pub struct Broker {
    nodes: Arc<[AMQPUri]>,
    tls: watch::Receiver<OwnedTLSConfig>,
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
    pub fn new(urls: &str, ca_file: Option<&Path>, files: &mut Files) -> Result<Self, BrokerError> {
        let nodes: Vec<_> =
            urls.split(',').map(|url| node(url.trim())).collect::<Result<_, _>>()?;
        let ca_file = ca_file.map(Path::to_owned);
        let tls = files.read(move || {
            let cert_chain = ca_file.as_deref().map(authorities).transpose()?;
            Ok::<_, ConfigError>(OwnedTLSConfig { identity: None, cert_chain })
        })?;
        Ok(Self { nodes: nodes.into(), tls, turn: Arc::default() })
    }

    /// Connects to the first node that can be reached, beginning with the next in turn.
    /// `purpose` is what operators see in the broker's list of connections.
    ///
    /// # Errors
    /// When none can be reached within 5 seconds each, or all refuse us: what each one said.
    pub async fn connect(&self, purpose: &str) -> Result<Connection, ConnectError> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.nodes.len();
        let (later, first) = self.nodes.split_at(turn);
        let tls = self.tls.borrow().clone();
        let (mut causes, mut refusal) = (Vec::new(), None);
        for node in first.iter().chain(later) {
            match Box::pin(Connection::open(node, &tls, purpose)).await {
                Ok(connection) => return Ok(connection),
                Err(error) => {
                    causes.push(format!("broker {}: {error}", name(node)));
                    refusal = error.refusal.map(|_| Refusal::Login);
                }
            }
        }
        Err(ConnectError { cause: causes.join("; "), refusal })
    }
}

fn node(url: &str) -> Result<AMQPUri, BrokerError> {
    let mut uri = AMQPUri::from_str(url).map_err(|_| BrokerError::Url)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_never_prints_its_password() {
        let broker = Broker::new(
            "amqp://u:s3cret@a:1/%2f, amqps://u:s3cret@b/v",
            None,
            &mut Files::default(),
        )
        .unwrap();
        assert_eq!(format!("{broker:?}"), r#"["amqp://a:1", "amqps://b:5671"]"#);
        for url in ["http://u:s3cret@a", "u:s3cret@a:5672", "amqp://u:s3cret@a:s3cret/"] {
            let error = Broker::new(url, None, &mut Files::default()).unwrap_err().to_string();
            assert!(error.starts_with("expected amqp://") && !error.contains("s3cret"), "{error}");
        }
    }
}
