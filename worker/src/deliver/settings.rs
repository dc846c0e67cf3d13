//! Deliver: what it is told, and why that cannot work.

use std::path::PathBuf;

use signpost_shared::config::ConfigError;

use super::{connection::Deadlines, relay::RelayUrl};

/// What a [`Deliverer`](super::Deliverer) is built from.
#[derive(Clone, Debug)]
pub struct Settings {
    /// In order of preference.
    pub relays: Vec<RelayUrl>,
    /// At most so many connections to each relay.
    pub connections: usize,
    /// Our name in EHLO: a host name or an IP address. None: the host's full name, or the address
    /// of our end of the connection.
    pub helo_name: Option<String>,
    /// An access token for relays whose URL has a user and no password; read for every login.
    pub token_file: Option<PathBuf>,
    /// PEM, added to the system's roots.
    pub ca_file: Option<PathBuf>,
    /// How long each stage may take.
    pub deadlines: Deadlines,
}

/// Why the settings cannot work.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The list is empty.
    #[error("at least one relay is needed")]
    NoRelays,
    /// The number is 0.
    #[error("at least one connection to a relay is needed")]
    NoConnections,
    /// Not what EHLO can carry.
    #[error("the HELO name must be a host name or an IP address")]
    HeloName,
    /// The relay's host is not a name that a certificate can bear.
    #[error("relay {0}: TLS needs a host name or an IP address")]
    Host(String),
    /// A relay's URL has a user alone.
    #[error("relay {0}: a user needs a password, or SIGNPOST_SMTP_TOKEN_FILE")]
    NoProof(String),
    /// A token without anybody whom it could show.
    #[error("it needs a user in a relay's URL: smtps://user@host")]
    NoUser,
    /// The file of roots cannot be used.
    #[error(transparent)]
    CaFile(#[from] ConfigError),
    /// Nobody to trust.
    #[error("TLS to a relay needs trusted roots: install the system's, or give a CA file")]
    NoRoots,
    /// rustls does not take the configuration.
    #[error("TLS configuration: {0}")]
    Tls(#[from] rustls::Error),
}
