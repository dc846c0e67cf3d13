//! Deliver: what a failure means depends on the stage it came at. The one place that decides.
//!
//! The row that the others lean on: whatever a stranger's address can provoke must not, by itself,
//! take a relay out of use, and whatever is the relay's fault must not use up a mail's attempts.

use super::fault::{Cause, CauseKind, Stage};

/// Whose fault it was, and so what happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// This mail's, for good.
    Permanent,
    /// This mail's, for now.
    Temporary,
    /// This mail's on this relay, which cannot carry it: the next one may offer what it takes.
    Unfit,
    /// This mail's for now, unless so many others share it that it is the relay's.
    Suspect(Suspicion),
    /// The relay's: its breaker opens.
    Relay,
}

/// Which others a failure must be shared with, in a row, before it counts as the relay's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suspicion {
    /// Five different mails: nobody's address has been looked at yet.
    Mails,
    /// Five different recipient domains: one domain's own policy must not stop the others.
    Domains,
}

/// See the table in the tests for every stage and reply class.
pub(super) fn classify(cause: &Cause) -> Verdict {
    use Stage::{Auth, Body, Connect, Data, Ehlo, Greeting, Mail, Rcpt, Tls};
    let policy = || cause.enhanced.as_deref().is_some_and(|status| status.starts_with("5.7."));
    match (cause.stage, cause.kind, cause.code) {
        (_, CauseKind::Smtputf8 | CauseKind::TooLarge, _) => Verdict::Unfit,
        (Connect | Greeting | Ehlo | Tls | Auth, _, _)
        | (_, CauseKind::Reply, Some(421 | 530 | 535)) => Verdict::Relay,
        (Mail, _, _) => Verdict::Suspect(Suspicion::Mails),
        (Rcpt, CauseKind::Reply, Some(500..)) if policy() => Verdict::Suspect(Suspicion::Domains),
        (Rcpt | Data | Body, CauseKind::Reply, Some(500..)) => Verdict::Permanent,
        (Rcpt | Data | Body, CauseKind::Reply, _) | (Body, _, _) => Verdict::Temporary,
        // No answer before the body: a recipient that is slow to check, or a relay that is.
        (Rcpt | Data, _, _) => Verdict::Suspect(Suspicion::Domains),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERMANENT: Verdict = Verdict::Permanent;
    const TEMPORARY: Verdict = Verdict::Temporary;
    const MAILS: Verdict = Verdict::Suspect(Suspicion::Mails);
    const DOMAINS: Verdict = Verdict::Suspect(Suspicion::Domains);
    const RELAY: Verdict = Verdict::Relay;

    const BEFORE_MAIL: [Stage; 5] =
        [Stage::Connect, Stage::Greeting, Stage::Ehlo, Stage::Tls, Stage::Auth];

    fn reply(stage: Stage, code: u16, enhanced: &str) -> Verdict {
        let enhanced = (!enhanced.is_empty()).then(|| enhanced.to_owned());
        classify(&Cause { stage, code: Some(code), enhanced, kind: CauseKind::Reply })
    }

    #[test]
    fn every_stage_and_reply_class() {
        #[rustfmt::skip]
        let table = [
            // reply           MAIL   RCPT       DATA       BODY
            ((421, ""),       [RELAY, RELAY,     RELAY,     RELAY]),
            ((421, "4.7.0"),  [RELAY, RELAY,     RELAY,     RELAY]),
            ((530, "5.7.0"),  [RELAY, RELAY,     RELAY,     RELAY]),
            ((535, "5.7.8"),  [RELAY, RELAY,     RELAY,     RELAY]),
            ((450, "4.2.0"),  [MAILS, TEMPORARY, TEMPORARY, TEMPORARY]),
            ((451, ""),       [MAILS, TEMPORARY, TEMPORARY, TEMPORARY]),
            ((452, "4.3.1"),  [MAILS, TEMPORARY, TEMPORARY, TEMPORARY]),
            ((454, "4.7.1"),  [MAILS, TEMPORARY, TEMPORARY, TEMPORARY]),
            ((500, ""),       [MAILS, PERMANENT, PERMANENT, PERMANENT]),
            ((550, ""),       [MAILS, PERMANENT, PERMANENT, PERMANENT]),
            ((550, "5.1.1"),  [MAILS, PERMANENT, PERMANENT, PERMANENT]),
            ((552, "5.2.2"),  [MAILS, PERMANENT, PERMANENT, PERMANENT]),
            ((553, "5.1.8"),  [MAILS, PERMANENT, PERMANENT, PERMANENT]),
            ((550, "5.7.1"),  [MAILS, DOMAINS,   PERMANENT, PERMANENT]),
            ((554, "5.7.1"),  [MAILS, DOMAINS,   PERMANENT, PERMANENT]),
            ((554, "5.7.26"), [MAILS, DOMAINS,   PERMANENT, PERMANENT]),
        ];
        for ((code, enhanced), verdicts) in table {
            let stages = [Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Body];
            for (stage, verdict) in stages.into_iter().zip(verdicts) {
                assert_eq!(reply(stage, code, enhanced), verdict, "{stage} {code} {enhanced}");
            }
            for stage in BEFORE_MAIL {
                assert_eq!(reply(stage, code, enhanced), RELAY, "{stage} {code} {enhanced}");
            }
        }
    }

    #[test]
    fn every_stage_without_a_refusal() {
        for kind in [
            CauseKind::Timeout,
            CauseKind::Network,
            CauseKind::Tls,
            CauseKind::Protocol,
            CauseKind::Unsupported,
            CauseKind::Token,
        ] {
            let verdict = |stage| classify(&Cause { stage, code: None, enhanced: None, kind });
            for stage in BEFORE_MAIL {
                assert_eq!(verdict(stage), RELAY, "{stage} {kind:?}");
            }
            assert_eq!(verdict(Stage::Mail), MAILS, "{kind:?}");
            assert_eq!(verdict(Stage::Rcpt), DOMAINS, "{kind:?}");
            assert_eq!(verdict(Stage::Data), DOMAINS, "{kind:?}");
            assert_eq!(verdict(Stage::Body), TEMPORARY, "{kind:?}");
        }
    }

    #[test]
    fn a_positive_reply_to_another_question_is_no_answer() {
        let verdict = |stage, code| {
            let kind = CauseKind::Protocol;
            classify(&Cause { stage, code: Some(code), enhanced: None, kind })
        };
        assert_eq!(verdict(Stage::Data, 250), DOMAINS);
        assert_eq!(verdict(Stage::Body, 354), TEMPORARY);
    }

    #[test]
    fn what_a_relay_cannot_carry_is_never_its_fault() {
        for kind in [CauseKind::Smtputf8, CauseKind::TooLarge] {
            let cause = Cause { stage: Stage::Mail, code: None, enhanced: None, kind };
            assert_eq!(classify(&cause), Verdict::Unfit);
        }
    }
}
