//! Deliver: what a failure is about. The one place that decides: docs/ARCHITECTURE.md has the same
//! table in words.
//!
//! Two rows carry the others: whatever a stranger's address can provoke must not take a relay out
//! of use, and whatever is the relay's must use up no attempt and park no mail.

use strum::{IntoStaticStr, VariantArray};

use super::{
    fault::{Cause, CauseKind, Stage},
    reply::Topics,
};

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
    /// All mails for now, or all of this domain, however slowly we send.
    AllMails,
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
    /// Other workers may have all that there are.
    pub(super) fellows_work: bool,
    /// It has just taken a mail of ours.
    pub(super) takes_mails: bool,
    /// One of them is ready for mails, which this one has not come to: the relay works, and so
    /// does our login.
    pub(super) others_are_ready: bool,
    /// The connection had carried a mail, or idled, before.
    pub(super) reused: bool,
    /// How often this relay has refused this mail, or could not carry it, within this attempt.
    pub(super) refusals: u32,
    /// So many other mails were refused for now, and none has been taken since.
    pub(super) others_refused: usize,
    /// So were all others that are on their way, and no mail was taken just now; and it has not
    /// heard whom this one is for.
    pub(super) refuses_any: bool,
    /// So many of them tell that it is about our pace.
    pub(super) enough: usize,
    /// We send slower than we could, since this relay has refused our pace. A fresh connection
    /// would only be one more refusal that it counts.
    pub(super) slowed: bool,
    /// We sent as slowly as we do, and it made no difference.
    pub(super) slowed_in_vain: bool,
    /// What the relay's words are about.
    pub(super) topics: Topics,
    /// They were about how much we send, and of another domain, when it last spoke so.
    pub(super) speaks_to_others: bool,
    /// It puts off one mail after the other, and not since they are first contacts.
    pub(super) puts_off_all: bool,
    /// The same, at least with those that it has seen before, and it takes none.
    pub(super) puts_off_again: bool,
    /// Those that it refused for now were all for this mail's domain, and it takes others'.
    pub(super) refuses_one_domain: bool,
    /// This relay has lately taken a mail for another domain.
    pub(super) takes_other_domains: bool,
    /// It has refused another domain without a word why, and taken no mail since.
    pub(super) denies_others: bool,
    /// Another relay has refused this mail's recipient so.
    pub(super) is_denied: bool,
}

impl Known {
    /// While we have one that takes mails, what is said of one mail again and again is the mail's:
    /// a relay may pass on what the reader's server says.
    fn fellows_have_all(self, stage: Stage) -> bool {
        let is_mails = stage.is_in_a_mail() && self.takes_mails && self.refusals >= 2;
        self.fellows_work && !is_mails
    }
}

/// See the tables in the tests for every stage and reply class.
pub(super) fn classify(cause: &Cause, known: Known) -> About {
    use Stage::{Auth, Body, Data, Mail, Rcpt};
    match (cause.stage, cause.kind) {
        // A name may stand for several machines, of which this one offers less.
        (_, CauseKind::Smtputf8 | CauseKind::TooLarge) if known.refusals == 0 => About::Connection,
        (_, CauseKind::Smtputf8 | CauseKind::TooLarge) => About::Offer,
        // Another one has one command at a time.
        (_, CauseKind::Pipelining) => About::Connection,
        (stage, CauseKind::Reply)
            if known.topics.this_connection && known.reused && stage.is_in_a_mail() =>
        {
            About::Connection
        }
        (stage, CauseKind::Reply) if known.topics.connections => too_many(stage, known),
        (stage, CauseKind::Reply) => match cause.code {
            Some(500..) => {
                let about = refused_for_good(stage, cause, known);
                let is_bare = is_bare(cause) && !known.topics.rate;
                // The same: one of several machines may be sick.
                let asks_again = known.refusals == 0 && !(is_bare && known.is_denied);
                let is_doubtful = about == About::Policy || is_bare;
                if asks_again && is_doubtful { About::Connection } else { about }
            }
            _ => refused_for_now(stage, cause, known),
        },
        // No answer at all, or one that is of no use.
        _ if known.others_are_ready => About::Connections,
        (Auth, CauseKind::Token) => About::Credentials,
        (stage, CauseKind::Network) if stage.is_before_login() && known.others_work => {
            About::Connections
        }
        (Body, _) => About::Unknown,
        (Mail | Rcpt | Data, CauseKind::Network | CauseKind::Protocol)
        | (Mail, CauseKind::Timeout)
            if known.reused =>
        {
            About::Connection
        }
        // A recipient that is slow to check, or a relay that is.
        (Rcpt | Data, _) if known.others_refused == 0 => About::Mail,
        _ => About::Relay,
    }
}

/// Said in words, at whatever stage.
fn too_many(stage: Stage, known: Known) -> About {
    // Said of one recipient again and again, it is no word about our connections.
    let is_ours = (known.others_work || known.fellows_have_all(stage))
        && (stage != Stage::Rcpt || known.refusals < 2);
    match stage {
        _ if is_ours => About::Connections,
        _ if stage.is_in_a_mail() && known.reused => About::Connection,
        _ if stage.is_in_a_mail() => pace_or_mail(known),
        _ => About::Relay,
    }
}

fn refused_for_now(stage: Stage, cause: &Cause, known: Known) -> About {
    let is_status = cause.code == Some(432) || cause.enhanced.as_deref() == Some("4.3.2");
    let too_many = is_status
        || match stage {
            Stage::Auth => cause.code == Some(421),
            _ => stage.is_before_login(),
        };
    let is_ours = too_many && known.others_work || is_status && known.fellows_have_all(stage);
    match stage {
        // Said of one recipient again and again, it is no word about our connections.
        Stage::Rcpt if is_ours && known.refusals < 2 => About::Connections,
        Stage::Rcpt => refused_recipient_for_now(cause, known),
        _ if is_ours => About::Connections,
        _ if stage.is_in_a_mail() && known.reused && !known.slowed => About::Connection,
        _ if too_many && stage != Stage::Auth => About::Relay,
        _ if stage.is_in_a_mail() => pace_or_mail(known),
        _ if known.others_are_ready => About::Connections,
        Stage::Auth if known.others_refused + 1 >= known.enough && !known.slowed_in_vain => {
            About::Pace
        }
        _ => About::Relay,
    }
}

fn refused_recipient_for_now(cause: &Cause, known: Known) -> About {
    let of_mailbox = cause.enhanced.as_deref().is_some_and(|status| status.starts_with("4.2."));
    // Exim's `ratelimit` and Postfix's anvil may use the codes of greylisting.
    let is_rate = known.topics.rate || known.puts_off_all;
    // The mail system's trouble (RFC 3463, section 3.4), or the sender.
    let is_relays = cause
        .enhanced
        .as_deref()
        .is_some_and(|status| status.starts_with("4.3.") || matches!(status, "4.1.7" | "4.1.8"));
    let greylisting = of_mailbox || puts_off(cause) && !is_rate && !is_relays;
    if known.reused && !known.slowed {
        About::Connection
    } else if !greylisting {
        pace_or_mail(known)
    } else if known.puts_off_again && !of_mailbox {
        About::AllMails
    } else {
        About::Mail
    }
}

/// As greylisting does.
pub(super) fn puts_off(cause: &Cause) -> bool {
    cause.stage == Stage::Rcpt && matches!(cause.code, Some(450 | 451))
}

/// Three in a row, as a rule, are about our pace: of two, strangers' addresses make too many.
fn pace_or_mail(known: Known) -> About {
    let in_a_row = known.others_refused >= known.enough;
    match known.refusals {
        _ if in_a_row && (known.slowed_in_vain || known.refuses_one_domain) => About::AllMails,
        _ if in_a_row => About::Pace,
        // Said again at the pace that was found.
        0..=2 if known.slowed && known.topics.rate && known.speaks_to_others => About::Pace,
        0 => About::PaceOrMail,
        1 if known.refuses_any || known.topics.rate => About::PaceOrMail,
        _ if known.refuses_any && known.slowed_in_vain => About::AllMails,
        _ if known.refuses_any => About::Pace,
        1 | 2 if known.slowed || known.others_refused > 0 => About::PaceOrMail,
        _ => About::Mail,
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
    match stage {
        Stage::Rcpt if names_the_mailbox() => About::Mailbox,
        Stage::Body if names_the_mailbox() && !known.topics.rate => About::Mailbox,
        // Too much for now, it says, if only in words; 5.4.5 is a day's quota.
        _ if known.topics.rate && stage.is_in_a_mail() && status != Some("5.4.5") => {
            if known.reused && !known.slowed { About::Connection } else { pace_or_mail(known) }
        }
        // A relay that refuses to relay at all may say the same, and one that has just begun to.
        _ if is_bare(cause) && known.takes_other_domains && known.denies_others => About::Policy,
        _ if is_bare(cause) && known.takes_other_domains => About::Mailbox,
        Stage::Auth if known.others_are_ready => About::Connections,
        // How often we log in, it says.
        Stage::Auth if !known.topics.rate => About::Credentials,
        stage if stage.is_in_a_mail() => About::Policy,
        _ if known.others_work => About::Connections,
        _ => About::Relay,
    }
}

/// Whether a refusal at RCPT says nothing but no.
pub(super) fn is_bare(cause: &Cause) -> bool {
    cause.stage == Stage::Rcpt
        && matches!(cause.code, Some(550..=553))
        && matches!(cause.enhanced.as_deref(), None | Some("5.0.0" | "5.1.0" | "5.4.1" | "5.5.0"))
}

#[cfg(test)]
mod tests;
