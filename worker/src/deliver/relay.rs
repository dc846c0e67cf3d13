//! Deliver: where a relay is and how to speak to it, parsed from its URL.
//!
//! The URL holds a password, so nothing here ever shows the URL it was given: `Display`, `Debug`
//! and every error name no more than `host:port`.

use std::{fmt, net::IpAddr, str::FromStr};

use percent_encoding::percent_decode_str;
use url::Url;

use super::{login::Login, route::Recovery};

/// How a connection to the relay is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// `smtp://`: in the clear, port 25.
    Plain,
    /// `smtp+starttls://`: STARTTLS (RFC 3207), required, port 587.
    StartTls,
    /// `smtps://`: TLS from the first byte (RFC 8314, section 3.3), port 465.
    Tls,
}

/// What a relay allows the fleet, as its operator says: `?connections=10&rate=14/s`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Allowance {
    connections: Option<u32>,
    /// Mails a second.
    rate: Option<f64>,
}

impl Allowance {
    /// One worker's connections, when so many share them and none may have more than `most`.
    pub(super) fn connections(self, most: u32, workers: u32) -> u32 {
        self.connections.map_or(most, |all| (all / workers.max(1)).clamp(1, most.max(1)))
    }

    /// One worker's mails a second, when so many share them.
    pub(super) fn rate(self, workers: u32) -> Option<f64> {
        self.rate.map(|all| all / f64::from(workers.max(1)))
    }

    fn parse(url: &Url) -> Option<Self> {
        let mut allowance = Self::default();
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                "connections" if allowance.connections.is_none() => {
                    let connections = value.parse().ok().filter(|number| *number > 0)?;
                    allowance.connections = Some(connections);
                }
                "rate" if allowance.rate.is_none() => {
                    let mails: f64 = value.strip_suffix("/s")?.parse().ok()?;
                    allowance.rate = Some(mails).filter(|mails| mails.is_finite() && *mails > 0.0);
                    allowance.rate?;
                }
                _ => return None,
            }
        }
        Some(allowance)
    }
}

/// A relay: `smtp://host`, `smtp+starttls://user:password@host:587`, `smtps://[2001:db8::1]`.
#[derive(Clone)]
pub struct RelayUrl {
    pub(super) security: Security,
    /// Without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) login: Option<Login>,
    pub(super) allowance: Allowance,
}

impl FromStr for RelayUrl {
    /// What is wrong. It never repeats the URL, since that may hold a password.
    type Err = &'static str;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(raw.trim()).map_err(|_| {
            "not a URL like smtps://user:password@host:465 (percent-encode reserved characters)"
        })?;
        let (security, default_port) = match url.scheme() {
            "smtp" => (Security::Plain, 25),
            "smtp+starttls" => (Security::StartTls, 587),
            "smtps" => (Security::Tls, 465),
            _ => return Err("the scheme must be smtp, smtp+starttls or smtps"),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err("a relay URL has no path and no fragment");
        }
        let host = url.host_str().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        if host.is_empty() || host.contains('%') {
            return Err("the host is missing or not a name or address");
        }
        let port = url.port().unwrap_or(default_port);
        if port == 0 {
            return Err("the port must not be 0");
        }
        let login = login(&url)?;
        if login.is_some() && security == Security::Plain && !is_loopback(&host) {
            // They would be readable on the way.
            return Err("credentials over plain smtp:// are sent to loopback only: \
                        use smtp+starttls:// or smtps://");
        }
        let allowance = Allowance::parse(&url)
            .ok_or("the parameters are connections=10 and rate=14/s, once each")?;
        Ok(Self { security, host, port, login, allowance })
    }
}

fn login(url: &Url) -> Result<Option<Login>, &'static str> {
    let decode = |raw: &str| match percent_decode_str(raw).decode_utf8() {
        Ok(decoded) if !decoded.contains(char::is_control) => Ok(decoded.into_owned()),
        _ => Err("user and password must be percent-encoded UTF-8 without control characters"),
    };
    match (url.username(), url.password().unwrap_or_default()) {
        ("", "") => Ok(None),
        ("", _) => Err("a password needs a user"),
        (user, password) => {
            let password = Some(decode(password)?).filter(|password| !password.is_empty());
            let password = password.map(Into::into);
            let user = decode(user)?;
            let waits = Recovery::default().login;
            let (proof, turn) = Default::default();
            Ok(Some(Login { user, password, token_file: None, waits, proof, turn }))
        }
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// `host:port`, with an IPv6 address in brackets: the relay's name in logs and metrics.
impl fmt::Display for RelayUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Debug for RelayUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RelayUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn relay(raw: &str) -> RelayUrl {
        raw.parse().unwrap()
    }

    #[test]
    fn schemes_have_their_ports() {
        for (raw, name, security) in [
            ("smtp://mail.example", "mail.example:25", Security::Plain),
            ("smtp://127.0.0.1:1025", "127.0.0.1:1025", Security::Plain),
            ("smtp+starttls://Mail.example/", "mail.example:587", Security::StartTls),
            ("smtps://mail.example", "mail.example:465", Security::Tls),
            ("smtps://[2001:DB8::1]:2465", "[2001:db8::1]:2465", Security::Tls),
        ] {
            let relay = relay(raw);
            assert_eq!((relay.to_string().as_str(), relay.security), (name, security), "{raw}");
            assert!(relay.login.is_none());
        }
        assert_eq!(relay("smtp://[::1]").host, "::1");
    }

    #[test]
    fn what_a_relay_allows_is_shared() {
        let allowance = relay("smtp://mail.example?connections=50&rate=14/s").allowance;
        let shares = |workers| (allowance.connections(20, workers), allowance.rate(workers));
        assert_eq!(shares(0), (20, Some(14.0)));
        assert_eq!(shares(4), (12, Some(3.5)));
        assert_eq!(shares(100), (1, Some(0.14)));
        let unsaid = relay("smtp://mail.example").allowance;
        assert_eq!((unsaid.connections(20, 4), unsaid.rate(4)), (20, None));
    }

    #[test]
    fn credentials_are_percent_decoded_and_never_shown() {
        let relay = relay("smtps://me%40example.com:p%3A%2Fs%2B+%25@mail.example");
        let login = relay.login.as_ref().unwrap();
        assert_eq!(login.user, "me@example.com");
        assert_eq!(login.password.as_ref().unwrap().expose_secret(), "p:/s++%");
        assert_eq!(format!("{relay} {relay:?}"), "mail.example:465 RelayUrl(mail.example:465)");
        for alone in ["smtps://me%40example.com@mail.example", "smtps://me%40example.com:@h"] {
            let relay = self::relay(alone);
            let login = relay.login.as_ref().unwrap();
            assert!(login.user == "me@example.com" && login.password.is_none(), "{alone}");
        }
    }

    const IN_THE_CLEAR: &str = "credentials over plain smtp:// are sent to loopback only: \
                                use smtp+starttls:// or smtps://";

    #[test]
    fn credentials_in_the_clear_go_to_loopback_only() {
        for raw in ["smtp://u:p@localhost", "smtp://u:p@127.0.0.1:25", "smtp://u:p@[::1]"] {
            assert!(relay(raw).login.is_some(), "{raw}");
        }
        for raw in ["smtp://u:p@mail.example", "smtp://u:p@10.0.0.1", "smtp://u:p@[2001:db8::1]"] {
            assert_eq!(raw.parse::<RelayUrl>().unwrap_err(), IN_THE_CLEAR);
        }
        assert!(relay("smtp+starttls://u:p@mail.example").login.is_some());
        // A token is a secret, too.
        assert_eq!("smtp://u@mail.example".parse::<RelayUrl>().unwrap_err(), IN_THE_CLEAR);
    }

    #[test]
    fn errors_name_the_part_and_never_the_secret() {
        for (raw, error) in [
            ("mail.example", "not a URL like"),
            ("smtp://u:s3cret/x@mail.example", "not a URL like"),
            ("mail.example:25", "the scheme must be"),
            ("https://u:s3cret@mail.example", "the scheme must be"),
            ("smtp://", "the host is missing"),
            ("smtp://mail.example:0", "the port must not be 0"),
            ("smtp://mail.example/inbox", "no path and no fragment"),
            ("smtps://mail.example?tls=required", "the parameters are"),
            ("smtp://mail.example?connections=0", "the parameters are"),
            ("smtp://mail.example?connections=5&connections=6", "the parameters are"),
            ("smtp://mail.example?connections=many", "the parameters are"),
            ("smtp://mail.example?rate=14", "the parameters are"),
            ("smtp://mail.example?rate=0/s", "the parameters are"),
            ("smtp://mail.example?rate=inf/s", "the parameters are"),
            ("smtps://mail.example#x", "no path and no fragment"),
            ("smtps://:s3cret@mail.example", "a password needs a user"),
            ("smtps://u:s3cret%00@mail.example", "percent-encoded UTF-8"),
            ("smtps://u:s3cret%ff@mail.example", "percent-encoded UTF-8"),
        ] {
            let found = raw.parse::<RelayUrl>().unwrap_err();
            assert!(found.contains(error) && !found.contains("s3cret"), "{raw}: {found}");
        }
    }
}
