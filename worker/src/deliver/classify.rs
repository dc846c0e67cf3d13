//! Deliver: what a failure is about. The one place that decides: docs/ARCHITECTURE.md has the same
//! table in words.
//!
//! Two rows carry the others: whatever a stranger's address can provoke must not take a relay out
//! of use, and whatever is the relay's must use up no attempt and park no mail.

use strum::{IntoStaticStr, VariantArray};

use super::fault::{Cause, CauseKind, Stage};

/// What a failure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub(super) enum About {
    /// This one connection, which was used before: the relay has had enough of it.
    Connection,
    /// How many connections we have.
    Connections,
    /// How fast we send.
    Pace,
    /// Our pace, or this mail: another refusal tells which.
    PaceOrMail,
    /// This mail, for now.
    Mail,
    /// This mailbox, for good.
    Mailbox,
    /// The sender, the account or the relay's policy.
    Policy,
    /// What this relay can carry at all: SMTPUTF8, a size.
    Offer,
    /// Nobody knows: the relay may have taken the mail.
    Unknown,
    /// Our login.
    Credentials,
    /// The relay itself.
    Relay,
}

impl About {
    /// In metrics and logs.
    pub(super) fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What is known beside the failure itself.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub(super) struct Known {
    /// Other connections of ours to this relay are in use.
    pub(super) others_work: bool,
    /// The connection had carried a mail, or idled, before.
    pub(super) reused: bool,
    /// How often this relay has refused this mail for now, within this attempt.
    pub(super) refusals: u32,
    /// Another mail was refused for now, and none has been taken since.
    pub(super) others_refused: bool,
    /// We send slower than we could, since this relay has refused our pace.
    pub(super) slowed: bool,
    /// This relay has lately taken a mail for another domain.
    pub(super) takes_other_domains: bool,
}

/// See the tables in the tests for every stage and reply class.
pub(super) fn classify(cause: &Cause, known: Known) -> About {
    use Stage::{Auth, Body, Data, Mail, Rcpt};
    match (cause.stage, cause.kind) {
        (_, CauseKind::Smtputf8 | CauseKind::TooLarge) => About::Offer,
        (Auth, CauseKind::Token) => About::Credentials,
        (stage, CauseKind::Reply) => match cause.code {
            Some(500..) => refused_for_good(stage, cause, known),
            _ => refused_for_now(stage, cause, known),
        },
        // No answer at all.
        (Stage::Connect | Stage::Greeting, CauseKind::Network) if known.others_work => {
            About::Connections
        }
        (Body, _) => About::Unknown,
        (Mail | Rcpt | Data, CauseKind::Network | CauseKind::Protocol) if known.reused => {
            About::Connection
        }
        // A recipient that is slow to check, or a relay that is.
        (Rcpt | Data, _) if !known.others_refused => About::Mail,
        _ => About::Relay,
    }
}

fn refused_for_now(stage: Stage, cause: &Cause, known: Known) -> About {
    let too_many = match stage {
        Stage::Connect | Stage::Greeting | Stage::Ehlo | Stage::Tls => cause.code == Some(421),
        _ => false,
    } || cause.code == Some(432)
        || cause.enhanced.as_deref() == Some("4.3.2");
    match stage {
        // Said of one recipient again and again, it is no word about our connections.
        Stage::Rcpt if too_many && known.others_work && known.refusals < 2 => About::Connections,
        Stage::Rcpt => refused_recipient_for_now(cause, known),
        _ if too_many && known.others_work => About::Connections,
        _ if stage.is_in_a_mail() && known.reused => About::Connection,
        _ if too_many => About::Relay,
        _ if stage.is_in_a_mail() => pace_or_mail(known),
        Stage::Auth if known.others_refused => About::Pace,
        _ => About::Relay,
    }
}

fn refused_recipient_for_now(cause: &Cause, known: Known) -> About {
    let greylisting = matches!(cause.code, Some(450 | 451))
        || cause.enhanced.as_deref().is_some_and(|status| status.starts_with("4.2."));
    if known.reused {
        About::Connection
    } else if greylisting {
        About::Mail
    } else {
        pace_or_mail(known)
    }
}

fn pace_or_mail(known: Known) -> About {
    if known.others_refused || known.slowed && known.refusals < 3 {
        About::Pace
    } else if known.refusals > 0 {
        About::Mail
    } else {
        About::PaceOrMail
    }
}

fn refused_for_good(stage: Stage, cause: &Cause, known: Known) -> About {
    let status = cause.enhanced.as_deref();
    let names_the_mailbox = || {
        status.is_some_and(|status| {
            // 554 5.2.x after the body is how Exchange Online tells of the sender's own mailbox
            // and daily limit.
            let senders = stage == Stage::Body && cause.code == Some(554);
            matches!(status, "5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10")
                || status.starts_with("5.2.") && !senders
        })
    };
    let says_no_more = || {
        matches!(cause.code, Some(550 | 551 | 553))
            && matches!(status, None | Some("5.0.0" | "5.1.0" | "5.4.1" | "5.5.0"))
    };
    match stage {
        Stage::Rcpt | Stage::Body if names_the_mailbox() => About::Mailbox,
        // A relay that refuses to relay at all may say the same.
        Stage::Rcpt if says_no_more() && known.takes_other_domains => About::Mailbox,
        Stage::Auth => About::Credentials,
        stage if stage.is_in_a_mail() => About::Policy,
        _ => About::Relay,
    }
}

#[cfg(test)]
mod tests;
