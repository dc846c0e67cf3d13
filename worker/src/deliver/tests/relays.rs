//! Whole relays: out of use, back in use, and one for another.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use signpost_shared::reload::Files;
use signpost_smtp_server::{
    Answer::{self, After, Close, Normal, Say, SayAndClose, Stall},
    SmtpServer, Step,
};
use tokio::{
    net::TcpListener,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use super::strict::{closed, queue, with_connections};
use crate::deliver::{
    BreakerState, Deliverer, Failure,
    tests::support::{MAIL, eager, envelope, patient, settings, soon},
};

async fn deliver(deliverer: &Deliverer, to: &str) -> Result<(), Failure> {
    soon(deliverer.send(&envelope(to), MAIL)).await.map(|_| ())
}

fn state(deliverer: &Deliverer) -> BreakerState {
    deliverer.relays()[0].state
}

fn refuse(verb: &'static str, reply: &'static str) -> impl Fn(&Step<'_>) -> Answer {
    move |step| {
        if step.verb == verb { Say(reply) } else { Normal }
    }
}

/// Nobody listens there.
async fn dead_url() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("smtp://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn a_wrong_password_costs_no_mail_and_heals_by_itself() {
    let right = Arc::new(AtomicBool::new(false));
    let known = Arc::clone(&right);
    let relay = SmtpServer::playing(move |step| match step.verb {
        "AUTH" if !known.load(Ordering::SeqCst) => Say("535 5.7.8 no"),
        _ => Normal,
    })
    .await;
    let deliverer = eager(settings(&[&format!("smtp://user:password@{}", relay.addr)]));
    let mut relays_in_use = deliverer.relays_in_use();
    assert_eq!(*relays_in_use.borrow(), 1);

    assert_eq!(deliver(&deliverer, "jane@example.com").await, Err(Failure::Unavailable));
    assert_eq!(*relays_in_use.borrow_and_update(), 0);
    assert_eq!(state(&deliverer), BreakerState::Open);
    assert_eq!(deliver(&deliverer, "jane@example.com").await, Err(Failure::Unavailable));

    relay.seen("3 AUTH").await;
    right.store(true, Ordering::SeqCst);
    soon(relays_in_use.wait_for(|relays| *relays == 1)).await.unwrap();
    assert_eq!(state(&deliverer), BreakerState::HalfOpen);
    assert!(!relay.log().iter().any(|line| line.contains(" MAIL ")), "a probe sends no mail");

    deliver(&deliverer, "jane@example.com").await.unwrap();
    for _ in 0..2 {
        deliver(&deliverer, "jane@example.com").await.unwrap();
    }
    assert_eq!(state(&deliverer), BreakerState::Closed);
}

/// The first refusal is heard while another connection works; what is told is why none is made
/// when that has ended.
#[tokio::test]
async fn a_password_that_is_changed_meanwhile_is_told_as_the_relay_told_it() {
    let relay = SmtpServer::playing(|step| match (step.verb, step.connection) {
        ("AUTH", 1..) => Say("535 5.7.8 no"),
        ("BODY", 0) => SayAndClose("250 2.0.0 taken"),
        ("DATA", 0) => After(Duration::from_millis(300)),
        _ => Normal,
    })
    .await;
    let deliverer = patient(settings(&[&format!("smtp://user:password@{}", relay.addr)]));
    let to = envelope("jane@example.com");
    let (first, second) = soon(async {
        tokio::join!(deliverer.send(&to, MAIL), async {
            relay.seen("0 DATA").await;
            deliver(&deliverer, "john@example.com").await
        })
    })
    .await;
    assert!(first.is_ok(), "{first:?}");
    assert_eq!(second, Err(Failure::Unavailable));
    let why = deliverer.relays()[0].why.clone();
    assert!(why.as_ref().is_some_and(|why| why.contains("auth 535 5.7.8")), "{why:?}");
    assert_eq!(relay.count("1 AUTH") + relay.count("2 AUTH"), 1, "{:#?}", relay.log());
}

#[tokio::test]
async fn a_wrong_token_is_tried_again_when_its_file_changes() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "EHLO" => Say("250-r\r\n250 AUTH XOAUTH2"),
        // user=user^Aauth=Bearer fresh^A^A
        "AUTH" if step.line.ends_with("dXNlcj11c2VyAWF1dGg9QmVhcmVyIGZyZXNoAQE=") => Say("235 hi"),
        "AUTH" => Say("535 5.7.8 token expired"),
        _ => Normal,
    })
    .await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "stale").unwrap();
    let mut settings = settings(&[&format!("smtp://user@{}", relay.addr)]);
    settings.token_file = Some(file.path().to_owned());
    let deliverer = patient(settings);
    assert_eq!(deliver(&deliverer, "jane@example.com").await, Err(Failure::Unavailable));
    std::fs::write(file.path(), "fresh\n").unwrap();
    let mut relays_in_use = deliverer.relays_in_use();
    soon(relays_in_use.wait_for(|relays| *relays == 1)).await.unwrap();
    deliver(&deliverer, "jane@example.com").await.unwrap();
    assert_eq!(relay.count("2 "), 0, "{:#?}", relay.log());
}

#[tokio::test]
async fn a_password_is_no_better_for_another_relays_token() {
    let relay = SmtpServer::playing(refuse("AUTH", "535 5.7.8 no")).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let other = dead_url().await.replace("smtp://", "smtp://user@");
    let mut settings = settings(&[&format!("smtp://user:password@{}", relay.addr), &other]);
    settings.token_file = Some(file.path().to_owned());
    let deliverer = patient(settings);
    assert_eq!(deliver(&deliverer, "jane@example.com").await, Err(Failure::Unavailable));
    let again = relay.seen("2 AUTH");
    assert!(timeout(Duration::from_millis(300), again).await.is_err(), "{:#?}", relay.log());
}

#[tokio::test]
async fn many_mails_are_not_many_wrong_logins() {
    let relay = SmtpServer::playing(refuse("AUTH", "535 5.7.8 no")).await;
    let mut settings = settings(&[&format!("smtp://user:password@{}", relay.addr)]);
    settings.connections = 20;
    let deliverer = patient(settings);
    let to = envelope("jane@example.com");
    let mails = (0..20).map(|_| deliverer.send(&to, MAIL));
    for outcome in soon(join_all(mails)).await {
        assert_eq!(outcome, Err(Failure::Unavailable));
    }
    let logins = relay.log().iter().filter(|line| line.contains(" AUTH ")).count();
    assert_eq!(logins, 1, "{:#?}", relay.log());
}

#[tokio::test(start_paused = true)]
async fn a_relay_that_is_slower_than_patience_leaves_the_mail_to_the_next() {
    let silent = SmtpServer::playing(|step| match step.verb {
        "MAIL" => Stall,
        _ => Normal,
    })
    .await;
    let second = SmtpServer::polite().await;
    let deliverer = patient(settings(&[&silent.url(), &second.url()]));
    let receipt = deliverer.send(&envelope("jane@example.com"), MAIL).await.unwrap();
    assert_eq!(*receipt.relay, second.addr.to_string());
}

#[tokio::test]
async fn a_relay_that_is_silent_at_the_login_keeps_no_mail_from_the_next() {
    let silent = SmtpServer::playing(|step| match step.verb {
        "AUTH" => Stall,
        _ => Normal,
    })
    .await;
    let second = SmtpServer::polite().await;
    let first = format!("smtp://user:password@{}", silent.addr);
    let mut settings = settings(&[&first, &second.url()]);
    (settings.connections, settings.deadlines.usual) = (20, Duration::from_millis(200));
    let deliverer = patient(settings);
    let to = envelope("jane@example.com");
    let mails = (0..20).map(|_| deliverer.send(&to, MAIL));
    for outcome in soon(join_all(mails)).await {
        outcome.unwrap();
    }
    let logins = silent.log().iter().filter(|line| line.contains(" AUTH ")).count();
    assert!(logins <= 2, "{:#?}", silent.log());
}

#[tokio::test]
async fn half_open_lets_one_mail_through_at_a_time() {
    let down = Arc::new(AtomicBool::new(true));
    let failing = Arc::clone(&down);
    let relay = SmtpServer::playing(move |step| match step.verb {
        "AUTH" if failing.swap(false, Ordering::SeqCst) => Say("535 5.7.8 no"),
        "RCPT" if step.line.contains("slow") => Stall,
        _ => Normal,
    })
    .await;
    let deliverer = eager(settings(&[&format!("smtp://user:password@{}", relay.addr)]));
    let mut relays_in_use = deliverer.relays_in_use();
    assert_eq!(deliver(&deliverer, "jane@example.com").await, Err(Failure::Unavailable));
    soon(relays_in_use.wait_for(|relays| *relays == 1)).await.unwrap();
    let (slow, to) = (envelope("slow@example.com"), envelope("jane@example.com"));
    let mut next = Box::pin(deliverer.send(&to, MAIL));
    tokio::select! {
        biased;
        result = deliverer.send(&slow, MAIL) => panic!("{result:?}"),
        result = &mut next => panic!("{result:?}"),
        () = relay.seen("1 RCPT") => {}
    }
    assert_eq!(state(&deliverer), BreakerState::HalfOpen);
    assert_eq!(relay.count("2 "), 0, "it waits");
    // A dropped delivery frees the place.
    soon(next).await.unwrap();
}

#[tokio::test]
async fn half_open_one_more_refusal_opens_again() {
    let relay = SmtpServer::playing(refuse("MAIL", "550 5.1.8 not from you")).await;
    let deliverer = eager(settings(&[&relay.url()]));
    let mut relays_in_use = deliverer.relays_in_use();
    for domain in ["a", "b", "c", "d"] {
        let failure = deliver(&deliverer, &format!("jane@{domain}.example")).await;
        assert!(matches!(failure, Err(Failure::Temporary(_))), "{failure:?}");
    }
    for _ in 0..2 {
        assert_eq!(deliver(&deliverer, "jane@e.example").await, Err(Failure::Unavailable));
        // The probe brings it back; no mail has been used up meanwhile.
        soon(relays_in_use.wait_for(|relays| *relays == 1)).await.unwrap();
    }
}

#[tokio::test]
async fn a_few_readers_who_fail_keep_the_trial_from_nobody() {
    for answer in [Stall, Close, Say("554 5.7.1 we do not like them")] {
        let relay = SmtpServer::playing(move |step| match step.verb {
            "RCPT" if step.line.contains("odd") => answer.clone(),
            _ => Normal,
        })
        .await;
        let mut settings = settings(&[&relay.url()]);
        settings.deadlines.usual = Duration::from_millis(100);
        let deliverer = eager(settings);
        let mut relays_in_use = deliverer.relays_in_use();
        for number in 0..6 {
            let to = format!("odd@{number}.example");
            assert!(deliver(&deliverer, &to).await.is_err());
        }
        soon(relays_in_use.wait_for(|relays| *relays == 1)).await.unwrap();
        let asked = || relay.log().iter().filter(|line| line.contains(" RCPT ")).count();
        let before = asked();
        for number in 0..5 {
            let to = format!("odd@{number}.example");
            assert_eq!(deliver(&deliverer, &to).await, Err(Failure::Unavailable));
        }
        assert_eq!(asked(), before, "others first");
        for _ in 0..3 {
            let taken = deliver(&deliverer, "jane@example.com").await;
            assert_eq!(taken, Ok(()), "{:#?}", relay.log());
        }
        assert_eq!(state(&deliverer), BreakerState::Closed);
    }
}

#[tokio::test]
async fn five_domains_refused_by_policy_in_a_row_are_the_relays_fault() {
    for (verb, reply) in [
        ("MAIL", "550 5.1.8 not from you"),
        ("RCPT", "554 5.7.1 relay access denied"),
        ("DATA", "550 5.4.5 quota"),
        ("BODY", "554 5.7.1 not verified"),
    ] {
        let fine = Arc::new(AtomicBool::new(false));
        let taking = Arc::clone(&fine);
        let relay = SmtpServer::playing(move |step| {
            let refusing = step.verb == verb && !taking.load(Ordering::SeqCst);
            if refusing { Say(reply) } else { Normal }
        })
        .await;
        let deliverer = patient(settings(&[&relay.url()]));
        let refused = async |to: &str| {
            let failure = deliver(&deliverer, to).await;
            assert!(matches!(failure, Err(Failure::Temporary(_))), "{failure:?}");
        };
        for user in ["a", "b", "c", "d", "e", "f"] {
            refused(&format!("{user}@one.example")).await;
        }
        for domain in ["two", "three", "four"] {
            refused(&format!("a@{domain}.example")).await;
        }
        fine.store(true, Ordering::SeqCst);
        deliver(&deliverer, "a@five.example").await.unwrap();
        fine.store(false, Ordering::SeqCst);
        for domain in ["one", "two", "three", "ONE", "four"] {
            refused(&format!("a@{domain}.example")).await;
        }
        assert_eq!(deliver(&deliverer, "a@five.example").await, Err(Failure::Unavailable));
        assert_eq!(state(&deliverer), BreakerState::Open);
    }
}

#[tokio::test]
async fn a_dead_relay_hands_over_to_the_next() {
    let second = SmtpServer::polite().await;
    let deliverer = patient(settings(&[&dead_url().await, &second.url()]));
    for _ in 0..5 {
        let to = envelope("jane@example.com");
        let receipt = soon(deliverer.send(&to, MAIL)).await.unwrap();
        assert_eq!(*receipt.relay, second.addr.to_string());
    }
    let states: Vec<_> = deliverer.relays().iter().map(|relay| relay.state).collect();
    assert_eq!(states, [BreakerState::Open, BreakerState::Closed]);
    assert_eq!(*deliverer.relays_in_use().borrow(), 1);
}

#[tokio::test]
async fn only_a_mail_that_may_have_been_taken_is_not_handed_over() {
    for (answer, to_next) in [
        ("421 4.3.2 shutting down", true),
        ("451 4.3.0 later", true),
        ("554 5.7.1 spam", true),
        ("", false),
    ] {
        let first = SmtpServer::playing(move |step| match (step.verb, answer) {
            ("BODY", "") => Close,
            ("BODY", answer) => Say(answer),
            _ => Normal,
        })
        .await;
        let second = SmtpServer::polite().await;
        let deliverer = patient(settings(&[&first.url(), &second.url()]));
        let outcome = deliver(&deliverer, "jane@example.com").await;
        assert_eq!((first.count("0 ."), second.count("0 .")), (1, usize::from(to_next)));
        if !to_next {
            let Err(Failure::Unknown(cause)) = outcome else { panic!("{outcome:?}") };
            assert_eq!(cause.to_string(), "body network");
            // The retry goes to the other.
            let (to, held) = (envelope("jane@example.com"), CancellationToken::new());
            soon(deliverer.deliver(&to, MAIL, 1, &held)).await.unwrap();
            assert_eq!((first.count("1 "), second.count("0 .")), (0, 1));
        }
    }
}

#[tokio::test]
async fn what_is_no_longer_ours_is_not_begun_and_what_is_begun_ends_by_itself() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "GREETING" if step.connection == 0 => Stall,
        _ => Normal,
    })
    .await;
    let deliverer = patient(settings(&[&relay.url()]));
    let (to, lost) = (envelope("jane@example.com"), CancellationToken::new());
    let (outcome, ()) = soon(async {
        tokio::join!(deliverer.deliver(&to, MAIL, 0, &lost), async {
            relay.seen("0 connected").await;
            lost.cancel();
        })
    })
    .await;
    assert_eq!(outcome, Err(Failure::Lost));
    assert_eq!(soon(deliverer.deliver(&to, MAIL, 0, &lost)).await, Err(Failure::Lost));
    assert_eq!(relay.count("1 "), 0);

    let lost = CancellationToken::new();
    let cancelling = lost.clone();
    let relay = SmtpServer::playing(move |step| {
        if step.verb == "MAIL" {
            cancelling.cancel();
        }
        Normal
    })
    .await;
    let deliverer = patient(settings(&[&relay.url()]));
    soon(deliverer.deliver(&to, MAIL, 0, &lost)).await.unwrap();
}

#[tokio::test]
async fn a_mail_that_needs_smtputf8_looks_for_a_relay_that_offers_it() {
    let without = SmtpServer::polite().await;
    let with = SmtpServer::playing(refuse("EHLO", "250-relay.example\r\n250 SMTPUTF8")).await;
    let deliverer = patient(settings(&[&without.url(), &with.url()]));
    deliver(&deliverer, "jörg@example.com").await.unwrap();
    assert_eq!((without.count("0 MAIL"), with.count("0 .")), (0, 1));
    assert_eq!(state(&deliverer), BreakerState::Closed);

    // A name may stand for machines of which not all offer it yet.
    let some = SmtpServer::playing(|step| match (step.verb, step.connection % 2) {
        ("EHLO", 1) => Say("250-relay.example\r\n250 SMTPUTF8"),
        _ => Normal,
    })
    .await;
    let deliverer = patient(settings(&[&some.url()]));
    for _ in 0..3 {
        deliver(&deliverer, "jörg@example.com").await.unwrap();
    }

    // One that is out of use may offer it: the mail is not given up.
    let deliverer = patient(settings(&[&without.url(), &dead_url().await]));
    assert_eq!(deliver(&deliverer, "jörg@example.com").await, Err(Failure::Unavailable));
}

#[tokio::test]
async fn a_mail_that_is_too_large_looks_for_a_relay_that_takes_it() {
    let narrow = SmtpServer::playing(refuse("EHLO", "250-relay.example\r\n250 SIZE 20")).await;
    let wide = SmtpServer::playing(refuse("EHLO", "250-relay.example\r\n250 SIZE 0")).await;
    let deliverer = patient(settings(&[&narrow.url(), &wide.url()]));
    deliver(&deliverer, "jane@example.com").await.unwrap();
    assert_eq!((narrow.count("0 MAIL"), wide.count("0 .")), (0, 1));
    assert_eq!(state(&deliverer), BreakerState::Closed);

    let deliverer = patient(settings(&[&narrow.url()]));
    let to = envelope("jane@example.com");
    for attempt in 0..2 {
        let held = CancellationToken::new();
        let failure = soon(deliverer.deliver(&to, MAIL, attempt, &held)).await;
        let ((Err(Failure::Temporary(cause)), 0) | (Err(Failure::Permanent(cause)), 1)) =
            (failure, attempt)
        else {
            panic!("{attempt}")
        };
        assert_eq!(cause.to_string(), "mail too-large");
    }
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused() {
    let new = |settings| Deliverer::new(settings, &mut Files::default());
    for name in ["", "a b", "a\r\nMAIL", "möbel.example"] {
        let mut wrong = settings(&["smtp://127.0.0.1"]);
        wrong.helo_name = Some(name.to_owned());
        let error = new(wrong).unwrap_err().to_string();
        assert!(error.starts_with("SIGNPOST_HELO_NAME: the HELO name must be"), "{name:?} {error}");
    }
}

#[tokio::test]
async fn slow_a_relay_that_never_greets_keeps_no_mail_from_another() {
    let silent = SmtpServer::playing(|step| match step.verb {
        "GREETING" => Stall,
        _ => Normal,
    })
    .await;
    let good = SmtpServer::playing(|_| Normal).await;
    let deliverer = with_connections(4, &[&silent.url(), &good.url()]);
    let begun = Instant::now();
    assert_eq!(queue(&deliverer, 20).await, (0, 0), "no attempt, and nothing postponed");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let taken = good.log().iter().filter(|line| line.contains(" DATA")).count();
    assert_eq!(taken, 20);
    assert!(silent.connections() <= 4, "a connection that is waited for keeps its place");
}

#[tokio::test]
async fn slow_a_relay_that_greets_no_more_keeps_no_mail_from_another() {
    let is_silent = Arc::new(AtomicBool::new(false));
    let silent = Arc::clone(&is_silent);
    let first = SmtpServer::playing(move |step| match step.verb {
        "GREETING" if silent.load(Ordering::SeqCst) => Stall,
        "MAIL" if silent.load(Ordering::SeqCst) => Close,
        _ => Normal,
    })
    .await;
    let good = SmtpServer::playing(|_| Normal).await;
    let deliverer = with_connections(4, &[&first.url(), &good.url()]);
    assert_eq!(queue(&deliverer, 8).await, (0, 0));
    assert_eq!(good.connections(), 0);
    is_silent.store(true, Ordering::SeqCst);
    let begun = Instant::now();
    assert_eq!(queue(&deliverer, 8).await, (0, 0), "no attempt, and nothing postponed");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

/// As behind a firewall that has forgotten its connections.
#[tokio::test]
async fn slow_connections_that_die_without_a_word_keep_no_mail_for_long() {
    let dead = Arc::new(AtomicUsize::new(0));
    let silent = Arc::clone(&dead);
    let relay = SmtpServer::playing(move |step| match step.verb {
        "MAIL" if step.connection < silent.load(Ordering::SeqCst) => Stall,
        _ => Normal,
    })
    .await;
    let deliverer = with_connections(4, &[&relay.url()]);
    assert_eq!(queue(&deliverer, 8).await, (0, 0));
    dead.store(relay.connections(), Ordering::SeqCst);
    let begun = Instant::now();
    for _ in 0..2 {
        // One by one, as mails come to a quiet service.
        assert_eq!(queue(&deliverer, 1).await, (0, 0), "no attempt, and nothing postponed");
    }
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert!(closed(&deliverer));
}

#[tokio::test]
async fn slow_connections_that_answer_no_reset_are_not_waited_for_one_by_one() {
    let refuses = Arc::new(AtomicBool::new(true));
    let refusing = Arc::clone(&refuses);
    let relay = SmtpServer::playing(move |step| match step.verb {
        "RCPT" if refusing.load(Ordering::SeqCst) => Say("550 5.1.1 no such mailbox"),
        "RSET" => Stall,
        _ => Normal,
    })
    .await;
    let deliverer = with_connections(4, &[&relay.url()]);
    let refused = (0..4).map(|number| format!("jane@{number}.example"));
    let outcomes = join_all(refused.map(async |to| deliver(&deliverer, &to).await)).await;
    assert!(outcomes.iter().all(Result::is_err));
    refuses.store(false, Ordering::SeqCst);
    let begun = Instant::now();
    deliver(&deliverer, "jane@a.example").await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}
