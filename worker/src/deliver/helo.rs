//! Deliver: our name in EHLO (RFC 5321, section 4.1.1.1).
//!
//! Many relays refuse a name without a dot, so a host that has no full name gives the address
//! that the relay sees (RFC 5321, section 4.1.4).

use std::net::IpAddr;

use rustls::pki_types::DnsName;
use signpost_shared::config::{ConfigError, invalid};

/// Who we say we are: a host name, or an address in brackets. None: the address of our end of the
/// connection.
#[derive(Clone, Debug)]
pub(super) struct HeloName(pub(super) Option<String>);

impl HeloName {
    /// The name that an operator chose, or the host's.
    pub(super) fn new(chosen: Option<&str>) -> Result<Self, ConfigError> {
        let Some(name) = chosen else {
            return Ok(Self::of_host(&hostname::get().unwrap_or_default().to_string_lossy()));
        };
        let problem = "the HELO name must be a host name or an IP address";
        let name = parsed(name).ok_or_else(|| invalid("SIGNPOST_HELO_NAME", &problem))?;
        Ok(Self(Some(name)))
    }

    fn of_host(name: &str) -> Self {
        // It allows these two besides.
        let is_full = name.contains('.') && !name.contains('_') && !name.ends_with('.');
        let is_name = is_full && DnsName::try_from(name).is_ok();
        Self(is_name.then(|| name.to_owned()))
    }

    /// What to say on a connection from this address.
    pub(super) fn from(&self, local: IpAddr) -> String {
        self.0.clone().unwrap_or_else(|| literal(local))
    }
}

fn parsed(name: &str) -> Option<String> {
    let bare = name.trim_start_matches('[').trim_end_matches(']').trim_start_matches("IPv6:");
    if let Ok(address) = bare.parse() {
        return Some(literal(address));
    }
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let fits = !name.is_empty() && name.len() <= 255 && name.bytes().all(sound);
    fits.then(|| name.to_owned())
}

/// RFC 5321, section 4.1.3.
fn literal(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("[{address}]"),
        IpAddr::V6(address) => format!("[IPv6:{address}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_without_a_full_name_gives_its_address() {
        let local = [192, 0, 2, 1].into();
        for name in ["mail.example.com", "a-1.b"] {
            assert_eq!(HeloName::of_host(name).from(local), name);
        }
        let long = format!("{}.example", "a".repeat(64));
        for name in
            ["", "vm", "a b", "a b.example", ".example", "vm.", "-a.example", "10.0.0.1", &long]
        {
            assert_eq!(HeloName::of_host(name).from(local), "[192.0.2.1]", "{name:?}");
        }
        let address = |text: &str| HeloName(None).from(text.parse().unwrap());
        assert_eq!(address("2001:db8::1"), "[IPv6:2001:db8::1]");
        assert_eq!(address("::ffff:192.0.2.1"), "[192.0.2.1]");
    }

    #[test]
    fn a_chosen_name_is_said_as_it_is() {
        let said = |name| HeloName::new(Some(name)).unwrap().from([127, 0, 0, 1].into());
        for (name, expected) in [
            ("localhost", "localhost"),
            ("worker_1.example", "worker_1.example"),
            ("192.0.2.1", "[192.0.2.1]"),
            ("[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"),
        ] {
            assert_eq!(said(name), expected);
        }
    }
}
