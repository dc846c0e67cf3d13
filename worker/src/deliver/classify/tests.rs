//! Every row of the table, stage by stage.

use super::*;

const MAIL_STAGES: [Stage; 4] = [Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Body];
const BEFORE_MAIL: [Stage; 5] =
    [Stage::Connect, Stage::Greeting, Stage::Ehlo, Stage::Tls, Stage::Auth];

const NOTHING: Topics = Topics { rate: false, connections: false, this_connection: false };
const OF_RATE: Topics = Topics { rate: true, ..NOTHING };
const OF_CONNECTIONS: Topics = Topics { connections: true, ..NOTHING };
const OF_THIS_CONNECTION: Topics = Topics { this_connection: true, rate: true, ..NOTHING };

/// Nothing but the failure.
const ALONE: Known = Known {
    others_work: false,
    fellows_work: false,
    takes_mails: false,
    others_are_ready: false,
    reused: false,
    refusals: 0,
    others_refused: 0,
    refuses_any: false,
    enough: 2,
    slowed: false,
    slowed_in_vain: false,
    topics: NOTHING,
    speaks_to_others: false,
    puts_off_all: false,
    puts_off_again: false,
    refuses_one_domain: false,
    takes_other_domains: false,
    denies_others: false,
    is_denied: false,
};

fn reply(stage: Stage, code: u16, enhanced: &str, known: Known) -> About {
    let enhanced = (!enhanced.is_empty()).then(|| enhanced.to_owned());
    classify(&Cause { stage, code: Some(code), enhanced, kind: CauseKind::Reply }, known)
}

fn silence(stage: Stage, kind: CauseKind, known: Known) -> About {
    classify(&Cause { stage, code: None, enhanced: None, kind }, known)
}

/// Short, so that a table is a table.
const CS: About = About::Connections;
const PA: About = About::Pace;
const EI: About = About::PaceOrMail;
const AL: About = About::AllMails;
const MA: About = About::Mail;
const MX: About = About::Mailbox;
const PO: About = About::Policy;
const RE: About = About::Relay;

#[test]
fn what_one_connection_has_carried_is_that_connections() {
    for slowed in [false, true] {
        let first = Known { topics: OF_THIS_CONNECTION, slowed, ..ALONE };
        let reused = Known { reused: true, ..first };
        for (code, enhanced) in [(421, "4.7.0"), (451, "4.7.1"), (554, ""), (452, "")] {
            for stage in MAIL_STAGES {
                assert_eq!(reply(stage, code, enhanced, reused), About::Connection, "{code}");
                assert_ne!(reply(stage, 421, enhanced, first), About::Connection, "{code}");
            }
        }
    }
}

#[test]
fn other_workers_may_have_all_connections() {
    let fellows_work = Known { fellows_work: true, ..ALONE };
    let said = Known { topics: OF_CONNECTIONS, ..fellows_work };
    for stage in [Stage::Greeting, Stage::Mail, Stage::Data, Stage::Body] {
        for (code, enhanced, known) in
            [(421, "", said), (432, "", fellows_work), (451, "4.3.2", fellows_work)]
        {
            assert_eq!(reply(stage, code, enhanced, known), CS, "{code} at {stage}");
        }
        assert_ne!(reply(stage, 421, "", fellows_work), CS, "it does not say so");
        // Nobody else's, while we have one: it may be the reader's server that says so.
        let again = Known { takes_mails: true, refusals: 2, ..said };
        assert_eq!(reply(stage, 451, "4.3.2", again) == CS, stage == Stage::Greeting);
    }
}

#[test]
fn too_many_connections_in_words() {
    let alone = Known { topics: OF_CONNECTIONS, ..ALONE };
    let others_work = Known { others_work: true, ..alone };
    let again = Known { refusals: 2, ..others_work };
    for (code, enhanced) in [(421, ""), (454, "4.7.0"), (550, "5.7.0"), (554, ""), (535, "")] {
        for stage in BEFORE_MAIL.into_iter().chain(MAIL_STAGES) {
            assert_eq!(reply(stage, code, enhanced, others_work), CS, "{code} at {stage}");
        }
        // Nobody's login, mailbox or policy.
        assert_eq!(BEFORE_MAIL.map(|stage| reply(stage, code, enhanced, alone)), [RE; 5]);
        assert_eq!(MAIL_STAGES.map(|stage| reply(stage, code, enhanced, alone)), [EI; 4]);
        let told = MAIL_STAGES.map(|stage| reply(stage, code, enhanced, again));
        assert_eq!(told, [CS, MA, CS, CS]);
    }
}

#[test]
fn a_reply_to_a_mail() {
    let others_work = Known { others_work: true, ..ALONE };
    let again = Known { refusals: 1, ..ALONE };
    let several = Known { others_refused: 2, ..ALONE };
    let takes_others = Known { takes_other_domains: true, ..ALONE };
    let two = Known { others_refused: 1, ..ALONE };
    let in_vain = Known { slowed_in_vain: true, ..several };
    let of_rate = Known { topics: OF_RATE, ..several };
    let puts_off = Known { puts_off_all: true, ..several };
    let seen = Known { puts_off_again: true, ..ALONE };
    let one_domain = Known { refuses_one_domain: true, ..of_rate };
    let one_of_rate = Known { topics: OF_RATE, ..takes_others };
    let slowed = Known { slowed: true, refusals: 2, ..ALONE };
    let too_often = Known { refusals: 3, ..slowed };
    let denies_more = Known { denies_others: true, ..takes_others };
    #[rustfmt::skip]
    let table = [
        // reply           known         MAIL RCPT DATA BODY
        // Our number of connections.
        ((421, "4.3.2"),  others_work,  [CS, CS, CS, CS]),
        ((432, ""),       others_work,  [CS, CS, CS, CS]),
        ((432, "4.3.2"),  others_work,  [CS, CS, CS, CS]),
        ((432, "4.3.2"),  ALONE,        [RE, EI, RE, RE]),
        // Our pace, or this mail.
        ((421, ""),       ALONE,        [EI, EI, EI, EI]),
        ((421, "4.7.28"), others_work,  [EI, EI, EI, EI]),
        ((421, ""),       again,        [MA, MA, MA, MA]),
        ((421, ""),       several,      [PA, PA, PA, PA]),
        ((454, "4.7.0"),  ALONE,        [EI, EI, EI, EI]),
        ((454, "4.7.0"),  several,      [PA, PA, PA, PA]),
        ((454, "4.7.0"),  slowed,       [EI, EI, EI, EI]),
        ((454, "4.7.0"),  two,          [EI, EI, EI, EI]),
        ((454, "4.7.0"),  in_vain,      [AL, AL, AL, AL]),
        ((454, "4.7.0"),  too_often,    [MA, MA, MA, MA]),
        ((452, "4.3.1"),  several,      [PA, PA, PA, PA]),
        ((452, "4.3.1"),  again,        [MA, MA, MA, MA]),
        // Greylisting says nothing about pace, however many it meets.
        ((450, ""),       ALONE,        [EI, MA, EI, EI]),
        ((450, "4.7.1"),  several,      [PA, MA, PA, PA]),
        ((451, "4.7.500"),several,      [PA, MA, PA, PA]),
        ((452, "4.2.2"),  several,      [PA, MA, PA, PA]),
        // Unless it says so.
        ((450, "4.7.1"),  of_rate,      [PA, PA, PA, PA]),
        ((451, ""),       of_rate,      [PA, PA, PA, PA]),
        ((450, "4.2.1"),  of_rate,      [PA, MA, PA, PA]),
        ((450, "4.7.1"),  puts_off,     [PA, PA, PA, PA]),
        ((450, "4.7.1"),  seen,         [EI, AL, EI, EI]),
        ((450, "4.2.1"),  seen,         [EI, MA, EI, EI]),
        // The mail system, or the sender.
        ((451, "4.3.0"),  ALONE,        [EI, EI, EI, EI]),
        ((451, "4.3.0"),  several,      [PA, PA, PA, PA]),
        ((450, "4.1.7"),  several,      [PA, PA, PA, PA]),
        ((450, "4.1.8"),  several,      [PA, PA, PA, PA]),
        ((450, "4.1.1"),  several,      [PA, MA, PA, PA]),
        // One domain's.
        ((451, "4.7.1"),  one_domain,   [AL, AL, AL, AL]),
        ((452, "4.2.2"),  puts_off,     [PA, MA, PA, PA]),
        // This mailbox.
        ((550, "5.1.1"),  ALONE,        [PO, MX, PO, MX]),
        ((550, "5.1.2"),  ALONE,        [PO, MX, PO, MX]),
        ((553, "5.1.3"),  ALONE,        [PO, MX, PO, MX]),
        ((551, "5.1.6"),  ALONE,        [PO, MX, PO, MX]),
        ((556, "5.1.10"), ALONE,        [PO, MX, PO, MX]),
        ((552, "5.2.2"),  ALONE,        [PO, MX, PO, MX]),
        ((554, "5.2.1"),  ALONE,        [PO, MX, PO, PO]),
        ((554, "5.2.0"),  ALONE,        [PO, MX, PO, PO]),
        // This mailbox, if the relay takes mails for others.
        ((550, ""),       takes_others, [PO, MX, PO, PO]),
        ((551, ""),       takes_others, [PO, MX, PO, PO]),
        ((552, ""),       takes_others, [PO, MX, PO, PO]),
        ((550, ""),       denies_more,  [PO, PO, PO, PO]),
        ((553, "5.0.0"),  takes_others, [PO, MX, PO, PO]),
        ((550, "5.1.0"),  takes_others, [PO, MX, PO, PO]),
        ((550, "5.4.1"),  takes_others, [PO, MX, PO, PO]),
        ((550, "5.5.0"),  takes_others, [PO, MX, PO, PO]),
        ((550, ""),       ALONE,        [PO, PO, PO, PO]),
        ((550, "5.4.1"),  ALONE,        [PO, PO, PO, PO]),
        // Too much for now, it says in words alone.
        ((550, ""),       one_of_rate,  [EI, EI, EI, EI]),
        ((550, "5.5.0"),  of_rate,      [PA, PA, PA, PA]),
        ((554, ""),       of_rate,      [PA, PA, PA, PA]),
        ((550, "5.7.1"),  of_rate,      [PA, PA, PA, PA]),
        ((550, "5.4.5"),  of_rate,      [PO, PO, PO, PO]),
        ((550, "5.2.2"),  of_rate,      [PA, MX, PA, PA]),
        // Sender, account, policy.
        ((500, ""),       takes_others, [PO, PO, PO, PO]),
        ((504, "5.5.2"),  takes_others, [PO, PO, PO, PO]),
        ((530, "5.7.0"),  takes_others, [PO, PO, PO, PO]),
        ((553, "5.1.8"),  takes_others, [PO, PO, PO, PO]),
        ((553, "5.6.7"),  takes_others, [PO, PO, PO, PO]),
        ((550, "5.7.1"),  takes_others, [PO, PO, PO, PO]),
        ((550, "5.7.26"), takes_others, [PO, PO, PO, PO]),
        ((550, "5.4.5"),  takes_others, [PO, PO, PO, PO]),
        ((554, "5.3.4"),  takes_others, [PO, PO, PO, PO]),
        ((554, ""),       takes_others, [PO, PO, PO, PO]),
    ];
    for ((code, enhanced), known, row) in table {
        for (stage, about) in MAIL_STAGES.into_iter().zip(row) {
            let mut found = reply(stage, code, enhanced, known);
            // A refusal for good that another machine behind that name may not share.
            if found == About::Connection {
                let explicit =
                    about == MX && !matches!(enhanced, "" | "5.0.0" | "5.1.0" | "5.4.1" | "5.5.0");
                assert!(code >= 500 && !explicit, "{stage} {code} {enhanced}");
                found = reply(stage, code, enhanced, Known { refusals: 1, ..known });
            }
            assert_eq!(found, about, "{stage} {code} {enhanced} {known:?}");
        }
    }
}

#[test]
fn a_refusal_before_its_reader_is_named() {
    let any = Known { refuses_any: true, ..ALONE };
    let again = Known { refusals: 2, ..any };
    for (known, about) in [
        (any, EI),
        (Known { refusals: 1, ..any }, EI),
        (again, PA),
        (Known { slowed_in_vain: true, ..again }, AL),
        (Known { refuses_any: false, ..again }, MA),
    ] {
        assert_eq!(reply(Stage::Mail, 452, "4.3.1", known), about, "{known:?}");
    }
}

#[test]
fn a_rate_that_is_told_again() {
    let slowed = Known { slowed: true, topics: OF_RATE, ..ALONE };
    let to_others = Known { speaks_to_others: true, ..slowed };
    for (known, about) in [
        (to_others, PA),
        (Known { refusals: 2, ..to_others }, PA),
        // It may be a limit of this domain, or this mail's own.
        (slowed, EI),
        (Known { refusals: 3, ..to_others }, MA),
        (Known { slowed: false, ..to_others }, EI),
        (Known { slowed: false, refusals: 1, ..slowed }, EI),
        (Known { slowed: false, refusals: 2, ..slowed }, MA),
    ] {
        assert_eq!(MAIL_STAGES.map(|stage| reply(stage, 452, "", known)), [about; 4], "{known:?}");
    }
}

#[test]
fn a_reply_before_any_mail() {
    let others_work = Known { others_work: true, ..ALONE };
    let others_ready = Known { others_are_ready: true, ..others_work };
    let several = Known { others_refused: 2, ..ALONE };
    for (code, enhanced, known, [greeting, auth]) in [
        (421, "", others_work, [CS, CS]),
        (421, "4.7.0", others_work, [CS, CS]),
        (421, "", ALONE, [RE, RE]),
        (432, "4.3.2", others_work, [CS, CS]),
        (432, "4.3.2", ALONE, [RE, RE]),
        (454, "4.7.0", others_work, [CS, RE]),
        (454, "4.7.0", several, [RE, PA]),
        (421, "", several, [RE, PA]),
        (450, "4.7.1", others_work, [CS, RE]),
        (454, "4.7.0", others_ready, [CS, CS]),
        (535, "5.7.8", others_work, [CS, About::Credentials]),
        (504, "", ALONE, [RE, About::Credentials]),
        (554, "5.7.1", others_work, [CS, RE]),
        (554, "5.7.1", ALONE, [RE, RE]),
    ] {
        if code >= 500 {
            assert_eq!(reply(Stage::Auth, code, enhanced, others_ready), CS, "the login works");
            let of_rate = Known { topics: OF_RATE, ..known };
            let about = if known.others_work { CS } else { RE };
            assert_eq!(reply(Stage::Auth, code, enhanced, of_rate), about, "so it does");
        }
        let auth = if code >= 500 { About::Credentials } else { auth };
        for (stage, about) in [(Stage::Greeting, greeting), (Stage::Auth, auth)] {
            let found = reply(stage, code, enhanced, known);
            assert_eq!(found, about, "{stage} {code} {enhanced} {known:?}");
        }
    }
}

#[test]
fn no_reply() {
    let others_work = Known { others_work: true, ..ALONE };
    let reused = Known { reused: true, ..ALONE };
    let several = Known { others_refused: 2, ..ALONE };
    let kinds = [
        CauseKind::Timeout,
        CauseKind::Network,
        CauseKind::Tls,
        CauseKind::Protocol,
        CauseKind::Unsupported,
    ];
    for kind in kinds {
        for stage in BEFORE_MAIL {
            assert_eq!(silence(stage, kind, ALONE), RE, "{stage} {kind:?}");
        }
        assert_eq!(silence(Stage::Mail, kind, ALONE), RE);
        assert_eq!(silence(Stage::Rcpt, kind, ALONE), MA);
        assert_eq!(silence(Stage::Data, kind, ALONE), MA);
        assert_eq!(silence(Stage::Rcpt, kind, several), RE);
        for known in [ALONE, others_work, reused, several] {
            assert_eq!(silence(Stage::Body, kind, known), About::Unknown, "{kind:?} {known:?}");
        }
    }
    for stage in [Stage::Connect, Stage::Greeting, Stage::Ehlo, Stage::Tls] {
        assert_eq!(silence(stage, CauseKind::Network, others_work), CS, "{stage}");
    }
    assert_eq!(silence(Stage::Auth, CauseKind::Network, others_work), RE);
    assert_eq!(silence(Stage::Tls, CauseKind::Tls, others_work), RE, "its certificate");
    assert_eq!(silence(Stage::Connect, CauseKind::Timeout, others_work), RE);
    assert_eq!(silence(Stage::Auth, CauseKind::Token, ALONE), About::Credentials);
    let others_ready = Known { others_work: true, others_are_ready: true, ..ALONE };
    for kind in kinds.into_iter().chain([CauseKind::Token]) {
        for stage in BEFORE_MAIL {
            assert_eq!(silence(stage, kind, others_ready), CS, "{stage} {kind:?}: the relay works");
        }
    }
    for kind in [CauseKind::Smtputf8, CauseKind::TooLarge] {
        assert_eq!(silence(Stage::Mail, kind, ALONE), About::Connection);
        let again = Known { refusals: 1, ..ALONE };
        assert_eq!(silence(Stage::Mail, kind, again), About::Offer);
    }
}

#[test]
fn a_connection_that_was_used_before_is_to_blame_first() {
    let reused = Known { reused: true, others_refused: 2, ..ALONE };
    for stage in MAIL_STAGES {
        assert_eq!(reply(stage, 421, "", reused), About::Connection, "{stage}");
        assert_eq!(reply(stage, 451, "4.3.0", reused), About::Connection, "{stage}");
        assert_eq!(reply(stage, 530, "5.7.0", reused), About::Connection, "{stage}");
        assert_eq!(reply(stage, 503, "", reused), About::Connection, "{stage}");
        for first in [reused, Known { reused: false, ..reused }] {
            assert_eq!(reply(stage, 554, "", first), About::Connection, "{stage}");
            let nobody = Known { is_denied: true, ..first };
            let asks_again = reply(stage, 550, "", nobody) == About::Connection;
            assert_eq!(asks_again, stage != Stage::Rcpt, "{stage}");
            let again = Known { refusals: 1, ..first };
            assert_eq!(reply(stage, 554, "", again), About::Policy, "{stage}");
        }
        // What a relay that refuses our pace counts, too.
        let slowed = Known { slowed: true, ..reused };
        assert_eq!(reply(stage, 454, "4.7.0", slowed), PA, "{stage}");
        let too_many = Known { others_work: true, ..reused };
        assert_eq!(reply(stage, 432, "4.3.2", too_many), CS, "{stage}");
    }
    for stage in [Stage::Mail, Stage::Rcpt, Stage::Data] {
        assert_eq!(silence(stage, CauseKind::Network, reused), About::Connection);
        assert_eq!(silence(stage, CauseKind::Protocol, reused), About::Connection);
        let is_connections = silence(stage, CauseKind::Timeout, reused) == About::Connection;
        assert_eq!(is_connections, stage == Stage::Mail, "a recipient may be slow to check");
    }
}

#[test]
fn one_recipient_cannot_say_much_about_our_connections() {
    let again = Known { others_work: true, refusals: 2, ..ALONE };
    assert_eq!(reply(Stage::Rcpt, 421, "4.3.2", again), MA);
}

#[test]
fn a_positive_reply_to_another_question_is_no_answer() {
    let about = |stage, code| {
        let kind = CauseKind::Protocol;
        classify(&Cause { stage, code: Some(code), enhanced: None, kind }, ALONE)
    };
    assert_eq!(about(Stage::Data, 250), MA);
    assert_eq!(about(Stage::Body, 354), About::Unknown);
}
