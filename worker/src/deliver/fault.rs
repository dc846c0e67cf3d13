//! Deliver: what went wrong, at which stage, without the words of the relay.
//!
//! A reply's text often quotes the address, so only its code and enhanced status (RFC 3463) are
//! kept.

use std::{fmt, io};

use strum::{Display, IntoStaticStr, VariantArray};

use super::{
    reply::{Reply, Topics},
    tls,
};

/// How far a delivery had come. Each reply has a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
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
    /// RSET and QUIT, and idling: between mails.
    Upkeep,
}

impl Stage {
    /// In metrics, traces and reasons.
    pub(super) fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether nobody has said yet who we are.
    pub(super) const fn is_before_login(self) -> bool {
        matches!(self, Self::Connect | Self::Greeting | Self::Ehlo | Self::Tls)
    }

    /// Whether it is part of a mail's own dialogue.
    pub(super) const fn is_in_a_mail(self) -> bool {
        matches!(self, Self::Mail | Self::Rcpt | Self::Data | Self::Body)
    }
}

/// What kind of failure a [`Cause`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
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
    /// The relay offers PIPELINING (RFC 2920), and loses commands that come together.
    Pipelining,
    /// The relay offers no STARTTLS, or none of our ways to log in.
    Unsupported,
    /// An address or a header needs SMTPUTF8 (RFC 6531), which the relay does not offer.
    Smtputf8,
    /// The mail is larger than the relay takes (RFC 1870).
    TooLarge,
    /// The file with the access token cannot be used.
    Token,
}

impl CauseKind {
    /// In metrics, logs and reasons.
    pub(super) fn as_str(self) -> &'static str {
        self.into()
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

/// A cause, and what an operator needs besides to act on it. Shown in words of ours: never the
/// relay's.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{cause}: {detail}")]
pub(super) struct Fault {
    pub(super) cause: Cause,
    /// In our own words, never the relay's.
    pub(super) detail: String,
    /// What the relay's words are about.
    pub(super) topics: Topics,
}

impl Fault {
    pub(super) fn new(stage: Stage, kind: CauseKind, detail: impl Into<String>) -> Self {
        let cause = Cause { stage, code: None, enhanced: None, kind };
        let detail = detail.into();
        Self { cause, detail, topics: Topics::default() }
    }

    /// A positive reply, but not the one that this stage asks for: the dialogue is out of step.
    pub(super) fn out_of_step(stage: Stage, code: u16) -> Self {
        let detail = "the reply does not answer the command";
        let mut fault = Self::new(stage, CauseKind::Protocol, detail);
        fault.cause.code = Some(code);
        fault
    }

    pub(super) fn from_io(stage: Stage, error: &io::Error) -> Self {
        match tls::describe(error) {
            Some(detail) => Self::new(stage, CauseKind::Tls, detail),
            None => Self::new(stage, CauseKind::Network, error.kind().to_string()),
        }
    }

    /// The relay refused by this reply.
    pub(super) fn refused(stage: Stage, reply: &Reply) -> Self {
        let enhanced = reply.enhanced();
        // RFC 3207, section 4, and RFC 4954, section 6.
        let detail = if reply.code == 530 { "refused before TLS or a login" } else { "refused" };
        Self {
            cause: Cause { stage, code: Some(reply.code), enhanced, kind: CauseKind::Reply },
            detail: detail.to_owned(),
            topics: reply.topics(),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

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
