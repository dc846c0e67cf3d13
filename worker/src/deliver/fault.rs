//! Deliver: what went wrong, at which stage, without the words of the relay.
//!
//! A reply's text often quotes the address, so only its code and enhanced status (RFC 3463) leave
//! this file. lettre loses the stage and reports a closed connection as an unreadable reply; both
//! are put right here.

use std::{error::Error as _, fmt, io, sync::atomic::Ordering};

use lettre::transport::smtp;

use super::{stream::Signals, tls};

/// How far a delivery had come. Every stage has a deadline of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Looking up the relay and reaching its port.
    Connect,
    /// Waiting for its 220.
    Greeting,
    /// EHLO, before and after TLS.
    Ehlo,
    /// STARTTLS and the handshake.
    Tls,
    /// Logging in.
    Auth,
    /// The sender.
    Mail,
    /// The recipient.
    Rcpt,
    /// Asking to send the body.
    Data,
    /// The body, up to the answer to the final dot.
    Body,
}

impl Stage {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Greeting => "greeting",
            Self::Ehlo => "ehlo",
            Self::Tls => "tls",
            Self::Auth => "auth",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
            Self::Body => "body",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What kind of failure a [`Cause`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CauseKind {
    /// The relay refused by a 4xx or 5xx reply.
    Reply,
    /// The stage's deadline passed.
    Timeout,
    /// The connection could not be made or broke.
    Network,
    /// The TLS handshake failed.
    Tls,
    /// The relay answered something that is not SMTP, or not an answer to what was asked.
    Protocol,
    /// The relay offers no STARTTLS, or none of our ways to log in.
    Unsupported,
    /// The address needs SMTPUTF8 (RFC 6531), which the relay does not offer.
    Smtputf8,
}

impl CauseKind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Timeout => "timeout",
            Self::Network => "network",
            Self::Tls => "tls",
            Self::Protocol => "protocol",
            Self::Unsupported => "unsupported",
            Self::Smtputf8 => "smtputf8",
        }
    }
}

/// Why a mail was not delivered: safe to log and to keep in a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Where it happened.
    pub stage: Stage,
    /// The reply's code (RFC 5321, section 4.2), if there was a reply.
    pub code: Option<u16>,
    /// The reply's enhanced status, such as `5.1.1` (RFC 3463), if it had one.
    pub enhanced: Option<String>,
    /// What kind of failure it was.
    pub kind: CauseKind,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.stage.as_str())?;
        if self.kind != CauseKind::Reply {
            write!(f, " {}", self.kind.as_str())?;
        }
        if let Some(code) = self.code {
            write!(f, " {code}")?;
        }
        if let Some(enhanced) = &self.enhanced {
            write!(f, " {enhanced}")?;
        }
        Ok(())
    }
}

/// A cause, and what an operator needs besides to act on it.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) cause: Cause,
    /// In our own words, never the relay's.
    pub(super) detail: String,
}

impl Fault {
    pub(super) fn new(stage: Stage, kind: CauseKind, detail: impl Into<String>) -> Self {
        let cause = Cause { stage, code: None, enhanced: None, kind };
        Self { cause, detail: detail.into() }
    }

    /// A positive reply, but not the one that this stage asks for: the dialogue is out of step.
    pub(super) fn out_of_step(stage: Stage, code: u16) -> Self {
        let cause = Cause { stage, code: Some(code), enhanced: None, kind: CauseKind::Protocol };
        Self { cause, detail: "the reply does not answer the command".to_owned() }
    }

    pub(super) fn from_io(stage: Stage, error: &io::Error) -> Self {
        match tls::describe(error) {
            Some(detail) => Self::new(stage, CauseKind::Tls, detail),
            None => Self::new(stage, CauseKind::Network, error.kind().to_string()),
        }
    }

    pub(super) fn from_smtp(stage: Stage, error: &smtp::Error, signals: &Signals) -> Self {
        if let Some(code) = error.status() {
            let code = u16::from(code);
            let text = error.source().map(ToString::to_string);
            let enhanced = text.as_deref().and_then(|text| enhanced_status(code, text));
            let cause = Cause { stage, code: Some(code), enhanced, kind: CauseKind::Reply };
            return Self { cause, detail: "refused".to_owned() };
        }
        if signals.flooded.load(Ordering::Relaxed) {
            return Self::new(stage, CauseKind::Protocol, "a reply without an end");
        }
        if signals.ended.load(Ordering::Relaxed) {
            return Self::new(stage, CauseKind::Network, "the relay closed the connection");
        }
        let mut source = error.source();
        while let Some(error) = source {
            if let Some(error) = error.downcast_ref::<io::Error>() {
                return Self::from_io(stage, error);
            }
            source = error.source();
        }
        Self::new(stage, CauseKind::Protocol, "unreadable reply")
    }

    /// Whether the connection may go on: the relay refused, and awaits the next command.
    pub(super) fn leaves_in_step(&self) -> bool {
        self.cause.kind == CauseKind::Reply && self.cause.code != Some(421)
    }

    /// What a connection that idled too long does at the first command.
    pub(super) fn is_stale(&self) -> bool {
        self.cause.stage == Stage::Mail
            && (self.cause.kind == CauseKind::Network || self.cause.code == Some(421))
    }

    /// The `class` label of `signpost_smtp_replies_total`.
    pub(super) fn class(&self) -> &'static str {
        match (self.cause.kind, self.cause.code) {
            (CauseKind::Reply, Some(400..=499)) => "4xx",
            (CauseKind::Reply, _) => "5xx",
            (kind, _) => kind.as_str(),
        }
    }
}

/// The enhanced status that a reply's text starts with. Its class must be the code's first digit
/// (RFC 2034, section 4).
fn enhanced_status(code: u16, text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let mut parts = word.split('.');
    let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let sound = parts.next().is_none()
        && class == (code / 100).to_string()
        && number(subject)
        && number(detail);
    sound.then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enhanced_status_is_taken_only_when_it_agrees_with_the_code() {
        for (code, text, expected) in [
            (550, "5.1.1 <jane@example.com> unknown", Some("5.1.1")),
            (450, "4.2.0 greylisted", Some("4.2.0")),
            (550, "5.7.509", Some("5.7.509")),
            (550, "4.1.1 no", None),
            (550, "5.1", None),
            (550, "5.1.1.1 no", None),
            (550, "5.1.x no", None),
            (550, "5.1.1234 no", None),
            (550, "jane@example.com unknown", None),
            (550, "", None),
        ] {
            assert_eq!(enhanced_status(code, text).as_deref(), expected, "{code} {text}");
        }
    }

    #[test]
    fn causes_read_well() {
        let mut cause = Cause {
            stage: Stage::Rcpt,
            code: Some(550),
            enhanced: Some("5.1.1".to_owned()),
            kind: CauseKind::Reply,
        };
        assert_eq!(cause.to_string(), "rcpt 550 5.1.1");
        cause.enhanced = None;
        assert_eq!(cause.to_string(), "rcpt 550");
        let fault = Fault::new(Stage::Body, CauseKind::Timeout, "");
        assert_eq!(fault.cause.to_string(), "body timeout");
        assert_eq!(Fault::out_of_step(Stage::Data, 250).cause.to_string(), "data protocol 250");
    }
}
