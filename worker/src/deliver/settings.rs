//! Deliver: what it is told, and why that cannot work.

use std::{net::IpAddr, path::PathBuf};

use lettre::transport::smtp::extension::ClientId;
use signpost_shared::config::ConfigError;

use super::{connection::Deadlines, relay::RelayUrl};

/// What a [`Deliverer`](super::Deliverer) is built from.
#[derive(Clone, Debug)]
pub struct Settings {
    /// In order of preference.
    pub relays: Vec<RelayUrl>,
    /// At most so many connections to each relay.
    pub connections: usize,
    /// Our name in EHLO: a host name or an IP address.
    pub helo_name: String,
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

/// The name as EHLO takes it (RFC 5321, section 4.1.1.1): an address goes in brackets.
pub(super) fn client_id(name: &str) -> Result<ClientId, SettingsError> {
    let bare = name.trim_start_matches('[').trim_end_matches(']').trim_start_matches("IPv6:");
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Ok(match ip {
            IpAddr::V4(ip) => ClientId::Ipv4(ip),
            IpAddr::V6(ip) => ClientId::Ipv6(ip),
        });
    }
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if name.is_empty() || name.len() > 255 || !name.bytes().all(sound) {
        return Err(SettingsError::HeloName);
    }
    Ok(ClientId::Domain(name.to_owned()))
}
