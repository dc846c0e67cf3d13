//! The relays of docs/RELAYS.md: whatever can be delivered is, within a stated time, once. How
//! often mails were tried, and relays taken out of use, is what its table says.
//!
//! `cargo nextest run -p signpost-worker named --no-capture` prints that table.

mod bench;

use std::time::Duration;

use signpost_smtp_server::{
    Answer::Normal,
    SmtpServer,
    named::{gmail, legacy, nonmail, office365, postfix, sendgrid, ses, sleepy},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use self::bench::{Bench, MAIL, MAILS, SECOND, Toll, deliverer, wave};
use crate::deliver::{
    BreakerState, Deadlines, Failure, Settings,
    tests::support::{envelope, patient, soon},
};

#[test]
fn slow_ses_a_rate_that_is_found_out() {
    // The pace's own seconds are what they are, so the wait queues' are only a little shorter.
    let bench = Bench { second: 100 * SECOND, ..Bench::new("ses") };
    let [alone, beside] = bench.alone_and_not(|| ses(250, usize::MAX, Duration::ZERO), deliverer);
    assert!(alone.attempts <= 6, "{alone:?}");
    assert_eq!((alone.openings, beside.openings, beside.attempts), (0, 0, 0));
}

#[test]
fn slow_ses_a_rate_that_it_is_told() {
    let bench = Bench::new("ses, `?rate=200/s`");
    let measured = bench.measure(bench.name, async |toll: &Toll| {
        let relay = toll.relay(ses(250, 20, Duration::ZERO)).await;
        let told = deliverer(bench.settings(&[&format!("{}?rate=200/s", relay.url())]));
        wave(&told, 0..MAILS, toll).await;
    });
    assert_eq!((measured.attempts, measured.openings), (0, 0));
}

#[test]
fn ses_a_connection_that_has_carried_enough() {
    // Ours are closed after 100 mails, so 200 are never reached.
    let bench = Bench::new("ses, 20 messages a connection");
    for measured in bench.alone_and_not(|| ses(usize::MAX, 20, Duration::ZERO), deliverer) {
        assert_eq!((measured.attempts, measured.openings), (0, 0));
    }
}

#[test]
fn ses_a_sender_that_is_not_verified_yet() {
    let bench = Bench::new("ses, sender unverified for 300 s");
    let script = || ses(usize::MAX, 200, 300 * SECOND);
    let [alone, beside] = bench.alone_and_not(script, deliverer);
    assert!(alone.attempts <= 10 && alone.openings >= 1, "{alone:?}");
    assert_eq!((beside.attempts, beside.postponed), (0, 0));
}

#[test]
fn gmail_refuses_by_quota_and_by_policy_and_at_times() {
    let bench = Bench::new("gmail");
    let [alone, beside] = bench.alone_and_not(|| gmail(150 * SECOND), deliverer);
    assert!(alone.attempts <= 40 && alone.openings >= 1, "{alone:?}");
    assert_eq!((beside.attempts, beside.postponed), (0, 0));
}

#[test]
fn slow_office365_has_three_sessions_and_takes_tokens_alone() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "token").unwrap();
    let with = |settings| deliverer(Settings { token_file: Some(file.path().into()), ..settings });
    let takes = Duration::from_millis(5);
    let bench = Bench { user: "user@", ..Bench::new("office365") };
    let [alone, beside] = bench.alone_and_not(|| office365(takes, Duration::ZERO), with);
    assert!(alone.attempts <= 10, "{alone:?}");
    assert_eq!((alone.openings, beside.openings, beside.attempts), (0, 0, 0));

    let bench = Bench { name: "office365, daily limit reached for 300 s", ..bench };
    let [alone, beside] = bench.alone_and_not(|| office365(takes, 300 * SECOND), with);
    assert!(alone.attempts <= 20 && alone.openings >= 1, "{alone:?}");
    assert_eq!((beside.attempts, beside.postponed), (0, 0));
}

#[test]
fn sendgrid_is_silent_at_times() {
    // Long enough for a busy machine: what was taken must not be taken for unanswered.
    let body = Duration::from_secs(1);
    let with = |settings| {
        deliverer(Settings { deadlines: Deadlines { body, ..Deadlines::default() }, ..settings })
    };
    let bench = Bench { user: "user:password@", ..Bench::new("sendgrid") };
    for measured in bench.alone_and_not(|| sendgrid(Duration::from_millis(20), 50), with) {
        // What was not answered is not tried elsewhere at once.
        assert!((1..=MAILS / 40).contains(&measured.unknown), "{measured:?}");
        assert_eq!((measured.attempts, measured.openings), (0, 0));
    }
}

#[test]
fn slow_postfix_greylists_and_has_fifty_places() {
    // Long enough for the last of so many to be refused more than once.
    let second = 5 * SECOND;
    let bench = Bench { second, connections: 60, ..Bench::new("postfix") };
    let script = || postfix(Duration::from_millis(20), 300 * second);
    let [alone, beside] = bench.alone_and_not(script, deliverer);
    // After 5, 30, 120 and 300 s the last attempt but one is let in.
    assert!(alone.attempts <= 4 * MAILS, "{alone:?}");
    assert_eq!((alone.openings, beside.openings, beside.attempts), (0, 0, 0));
}

#[test]
fn postfix_a_bad_name_parks_nothing() {
    let bench = Bench::new("postfix, `SIGNPOST_HELO_NAME=vm`, and a good one");
    let with = |settings| patient(Settings { helo_name: Some("vm".to_owned()), ..settings });
    let measured = bench.measure(bench.name, async |toll: &Toll| {
        let script = || postfix(Duration::ZERO, Duration::ZERO);
        let minds = toll.relay(script()).await;
        let good = toll.relay(|_| Normal).await;
        let both = with(bench.settings(&[&minds.url(), &good.url()]));
        wave(&both, 0..MAILS, toll).await;
        let alone = with(bench.settings(&[&minds.url()]));
        for mail in 0..5 {
            let to = envelope(&format!("jane@{mail}.example"));
            let outcome = soon(alone.send(&to, MAIL)).await;
            let waits = matches!(outcome, Err(Failure::Temporary(_) | Failure::Unavailable));
            assert!(waits, "{outcome:?}");
        }
        assert_eq!(alone.relays()[0].state, BreakerState::Open);
    });
    assert_eq!((measured.attempts, measured.postponed), (0, 0));
}

#[tokio::test]
async fn postfix_minds_a_bare_lf() {
    let relay = SmtpServer::playing(postfix(Duration::ZERO, Duration::ZERO)).await;
    let mut wire = TcpStream::connect(relay.addr).await.unwrap();
    wire.write_all(b"EHLO worker.example\n").await.unwrap();
    let mut said = String::new();
    soon(wire.read_to_string(&mut said)).await.unwrap();
    assert!(said.contains("\r\n521 5.5.2 "), "{said}");
}

#[test]
fn legacy_knows_helo_alone() {
    for measured in Bench::new("legacy").alone_and_not(|| legacy, deliverer) {
        assert_eq!((measured.attempts, measured.openings), (0, 0));
    }
}

#[test]
fn sleepy_ends_what_idles() {
    let bench = Bench::new("sleepy");
    for second in [false, true] {
        let name = if second { "sleepy, and a good one" } else { bench.name };
        let measured = bench.measure(name, async |toll: &Toll| {
            let script = || sleepy(Duration::from_millis(20));
            let relay = toll.relay(script()).await;
            let good = toll.relay(|_| Normal).await;
            let urls = [relay.url(), good.url()];
            let urls: Vec<_> = urls.iter().take(1 + usize::from(second)).map(|u| &**u).collect();
            let deliverer = deliverer(bench.settings(&urls));
            for first in (0..MAILS).step_by(50) {
                wave(&deliverer, first..first + 50, toll).await;
                relay.left_alone().await;
            }
        });
        assert_eq!((measured.attempts, measured.openings), (0, 0));
    }
}

#[test]
fn nonmail_counts_rset() {
    let [alone, beside] = Bench::new("nonmail").alone_and_not(nonmail, deliverer);
    // Every third is refused once, a few of them on a connection that was fresh.
    assert!(alone.attempts <= 100, "{alone:?}");
    assert_eq!((alone.openings, beside.openings, beside.attempts), (0, 0, 0));
}
