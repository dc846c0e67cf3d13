//! Deliver: where a relay is and how to speak to it, parsed from its URL.
//!
//! The URL holds a password, so nothing here ever shows the URL it was given: `Display`, `Debug`
//! and every error name no more than `host:port`.

use std::{fmt, net::IpAddr, str::FromStr};

use percent_encoding::percent_decode_str;
use url::Url;

use super::login::Login;

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

/// A relay: `smtp://host`, `smtp+starttls://user:password@host:587`, `smtps://[2001:db8::1]`.
#[derive(Clone)]
pub struct RelayUrl {
    security: Security,
    host: String,
    port: u16,
    login: Option<Login>,
}

/// What is wrong with a relay's URL. No variant repeats the URL, since it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RelayUrlError {
    /// Not a URL at all, or its port is no number.
    #[error("not a URL like smtps://user:password@host:465 (percent-encode reserved characters)")]
    Syntax,
    /// Another protocol.
    #[error("the scheme must be smtp, smtp+starttls or smtps")]
    Scheme,
    /// No host, or none that could be looked up.
    #[error("the host is missing or not a name or address")]
    Host,
    /// Port 0.
    #[error("the port must not be 0")]
    Port,
    /// Something after the port.
    #[error("a relay URL ends after the port: it has no path, query or fragment")]
    Trailing,
    /// A password without a user.
    #[error("a password needs a user")]
    Login,
    /// Credentials that decode to something that AUTH cannot carry.
    #[error("user and password must be percent-encoded UTF-8 without control characters")]
    Encoding,
    /// They would be readable on the way.
    #[error(
        "credentials over plain smtp:// are sent to loopback only: \
         use smtp+starttls:// or smtps://"
    )]
    PlainCredentials,
}

impl RelayUrl {
    /// `host:port`, with an IPv6 address in brackets: the relay's name in logs and metrics.
    pub fn name(&self) -> String {
        self.to_string()
    }

    /// How connections to it are protected.
    pub fn security(&self) -> Security {
        self.security
    }

    /// The host, without brackets.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn login(&self) -> Option<&Login> {
        self.login.as_ref()
    }
}

impl FromStr for RelayUrl {
    type Err = RelayUrlError;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(raw.trim()).map_err(|_| RelayUrlError::Syntax)?;
        let (security, default_port) = match url.scheme() {
            "smtp" => (Security::Plain, 25),
            "smtp+starttls" => (Security::StartTls, 587),
            "smtps" => (Security::Tls, 465),
            _ => return Err(RelayUrlError::Scheme),
        };
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(RelayUrlError::Trailing);
        }
        let host = url.host_str().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        if host.is_empty() || host.contains('%') {
            return Err(RelayUrlError::Host);
        }
        let port = url.port().unwrap_or(default_port);
        if port == 0 {
            return Err(RelayUrlError::Port);
        }
        let login = login(&url)?;
        if login.is_some() && security == Security::Plain && !is_loopback(&host) {
            return Err(RelayUrlError::PlainCredentials);
        }
        Ok(Self { security, host, port, login })
    }
}

fn login(url: &Url) -> Result<Option<Login>, RelayUrlError> {
    let decode = |raw: &str| match percent_decode_str(raw).decode_utf8() {
        Ok(decoded) if !decoded.contains(char::is_control) => Ok(decoded.into_owned()),
        _ => Err(RelayUrlError::Encoding),
    };
    match (url.username(), url.password().unwrap_or_default()) {
        ("", "") => Ok(None),
        ("", _) => Err(RelayUrlError::Login),
        (user, password) => {
            let password = Some(decode(password)?).filter(|password| !password.is_empty());
            let password = password.map(Into::into);
            Ok(Some(Login { user: decode(user)?, password, token_file: None }))
        }
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

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
            assert_eq!((relay.name().as_str(), relay.security()), (name, security), "{raw}");
            assert!(relay.login().is_none());
        }
        assert_eq!(relay("smtp://[::1]").host(), "::1");
    }

    #[test]
    fn credentials_are_percent_decoded_and_never_shown() {
        let relay = relay("smtps://me%40example.com:p%3A%2Fs%2B+%25@mail.example");
        let login = relay.login().unwrap();
        assert_eq!(login.user, "me@example.com");
        assert_eq!(login.password.as_ref().unwrap().expose_secret(), "p:/s++%");
        assert_eq!(format!("{relay} {relay:?}"), "mail.example:465 RelayUrl(mail.example:465)");
        for alone in ["smtps://me%40example.com@mail.example", "smtps://me%40example.com:@h"] {
            let relay = self::relay(alone);
            let login = relay.login().unwrap();
            assert!(login.user == "me@example.com" && login.password.is_none(), "{alone}");
        }
    }

    #[test]
    fn credentials_in_the_clear_go_to_loopback_only() {
        for raw in ["smtp://u:p@localhost", "smtp://u:p@127.0.0.1:25", "smtp://u:p@[::1]"] {
            assert!(relay(raw).login().is_some(), "{raw}");
        }
        for raw in ["smtp://u:p@mail.example", "smtp://u:p@10.0.0.1", "smtp://u:p@[2001:db8::1]"] {
            assert_eq!(raw.parse::<RelayUrl>().unwrap_err(), RelayUrlError::PlainCredentials);
        }
        assert!(relay("smtp+starttls://u:p@mail.example").login().is_some());
        // A token is a secret, too.
        assert_eq!(
            "smtp://u@mail.example".parse::<RelayUrl>().unwrap_err(),
            RelayUrlError::PlainCredentials
        );
    }

    #[test]
    fn errors_name_the_part_and_never_the_secret() {
        for (raw, error) in [
            ("mail.example", RelayUrlError::Syntax),
            ("smtp://u:s3cret/x@mail.example", RelayUrlError::Syntax),
            ("mail.example:25", RelayUrlError::Scheme),
            ("https://u:s3cret@mail.example", RelayUrlError::Scheme),
            ("smtp://", RelayUrlError::Host),
            ("smtp://mail.example:0", RelayUrlError::Port),
            ("smtp://mail.example/inbox", RelayUrlError::Trailing),
            ("smtps://mail.example?tls=required", RelayUrlError::Trailing),
            ("smtps://mail.example#x", RelayUrlError::Trailing),
            ("smtps://:s3cret@mail.example", RelayUrlError::Login),
            ("smtps://u:s3cret%00@mail.example", RelayUrlError::Encoding),
            ("smtps://u:s3cret%ff@mail.example", RelayUrlError::Encoding),
        ] {
            let found = raw.parse::<RelayUrl>().unwrap_err();
            assert_eq!(found, error, "{raw}");
            assert!(!found.to_string().contains("s3cret"));
        }
    }
}
