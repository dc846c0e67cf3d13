//! Whole relays: out of use, back in use, and one for another.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use signpost_shared::reload::Files;
use tokio::net::TcpListener;

use crate::deliver::{
    BreakerState, Capacity, Deliverer, Failure, Stage,
    testing::{Answer, Answer::*, FakeRelay, MAIL, Step, eager, envelope, patient, settings, soon},
};

async fn deliver(deliverer: &Deliverer, to: &str) -> Result<(), Failure> {
    soon(deliverer.deliver(&envelope(to), MAIL)).await.map(|_| ())
}

fn state(deliverer: &Deliverer) -> BreakerState {
    deliverer.relays()[0].state
}

fn refuse(verb: &'static str, reply: &'static str) -> impl Fn(&Step<'_>) -> Answer {
    move |step| {
        if step.verb == verb { Say(reply) } else { step.polite() }
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
    let relay = FakeRelay::start(move |step| match step.verb {
        "AUTH" if !known.load(Ordering::SeqCst) => Say("535 5.7.8 no"),
        _ => step.polite(),
    })
    .await;
    let deliverer = eager(settings(&[&format!("smtp://user:password@{}", relay.addr)]));
    let mut capacity = deliverer.capacity();
    assert_eq!(*capacity.borrow(), Capacity::Full);

    assert_eq!(deliver(&deliverer, "jane@example.com").await, Err(Failure::Unavailable));
    assert_eq!(*capacity.borrow_and_update(), Capacity::None);
    assert_eq!(state(&deliverer), BreakerState::Open);
    assert_eq!(deliver(&deliverer, "jane@example.com").await, Err(Failure::Unavailable));

    relay.seen("3 AUTH").await;
    right.store(true, Ordering::SeqCst);
    soon(capacity.wait_for(|capacity| *capacity == Capacity::One)).await.unwrap();
    assert_eq!(state(&deliverer), BreakerState::HalfOpen);
    assert!(!relay.log().iter().any(|line| line.contains(" MAIL ")), "a probe sends no mail");

    deliver(&deliverer, "jane@example.com").await.unwrap();
    assert_eq!(state(&deliverer), BreakerState::Closed);
}

#[tokio::test]
async fn half_open_lets_one_mail_through_at_a_time() {
    let down = Arc::new(AtomicBool::new(true));
    let failing = Arc::clone(&down);
    let relay = FakeRelay::start(move |step| match step.verb {
        "GREETING" if failing.swap(false, Ordering::SeqCst) => SayAndClose("421 4.3.2 later"),
        "RCPT" if step.line.contains("slow") => Stall,
        "MAIL" if step.nth == 1 => Say("550 5.1.8 not from you"),
        _ => step.polite(),
    })
    .await;
    let deliverer = eager(settings(&[&relay.url()]));
    let mut capacity = deliverer.capacity();
    assert_eq!(deliver(&deliverer, "jane@example.com").await, Err(Failure::Unavailable));
    soon(capacity.wait_for(|capacity| *capacity == Capacity::One)).await.unwrap();
    let slow_address = envelope("slow@example.com");
    tokio::select! {
        result = deliverer.deliver(&slow_address, MAIL) => panic!("{result:?}"),
        () = async {
            relay.seen("1 RCPT").await;
            assert_eq!(deliver(&deliverer, "jane@example.com").await, Err(Failure::Unavailable));
        } => {}
    }
    assert_eq!(state(&deliverer), BreakerState::HalfOpen, "a dropped delivery frees the place");
    deliver(&deliverer, "jane@example.com").await.unwrap();
    assert_eq!(state(&deliverer), BreakerState::Closed);
    // Closed, the same refusal is one mail's.
    assert!(matches!(deliver(&deliverer, "jane@example.com").await, Err(Failure::Temporary(_))));
}

#[tokio::test]
async fn half_open_a_refused_sender_or_policy_opens_again() {
    for (verb, reply) in [("MAIL", "550 5.1.8 not from you"), ("RCPT", "554 5.7.1 relay denied")] {
        let relay = FakeRelay::start(move |step| match (step.connection, step.verb) {
            (0, "GREETING") => Close,
            (_, said) if said == verb => Say(reply),
            _ => step.polite(),
        })
        .await;
        let deliverer = eager(settings(&[&relay.url()]));
        let mut capacity = deliverer.capacity();
        assert_eq!(deliver(&deliverer, "jane@example.com").await, Err(Failure::Unavailable));
        soon(capacity.wait_for(|capacity| *capacity == Capacity::One)).await.unwrap();
        assert_eq!(deliver(&deliverer, "jane@example.com").await, Err(Failure::Unavailable));
        // The probe brings it back; no mail has been used up meanwhile.
        relay.seen("2 EHLO").await;
    }
}

#[tokio::test]
async fn five_mails_refused_at_mail_in_a_row_are_the_relays_fault() {
    let relay = FakeRelay::start(refuse("MAIL", "550 5.1.8 not from you")).await;
    let deliverer = patient(settings(&[&relay.url()]));
    for _ in 0..6 {
        let failure = deliver(&deliverer, "same@example.com").await;
        assert!(matches!(failure, Err(Failure::Temporary(_))), "one mail alone is never enough");
    }
    for user in ["a", "b", "c"] {
        let failure = deliver(&deliverer, &format!("{user}@example.com")).await;
        assert!(matches!(failure, Err(Failure::Temporary(_))));
    }
    assert_eq!(deliver(&deliverer, "e@example.com").await, Err(Failure::Unavailable));
    assert_eq!(state(&deliverer), BreakerState::Open);
}

#[tokio::test]
async fn five_domains_refused_by_policy_in_a_row_are_the_relays_fault() {
    let relay = FakeRelay::start(|step| match step.verb {
        "RCPT" if !step.line.contains("fine") => Say("554 5.7.1 relay access denied"),
        _ => step.polite(),
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
    deliver(&deliverer, "a@fine.example").await.unwrap();
    for domain in ["one", "two", "three", "ONE", "four"] {
        refused(&format!("a@{domain}.example")).await;
    }
    assert_eq!(deliver(&deliverer, "a@five.example").await, Err(Failure::Unavailable));
    assert_eq!(state(&deliverer), BreakerState::Open);
}

#[tokio::test]
async fn a_dead_relay_hands_over_to_the_next() {
    let second = FakeRelay::polite().await;
    let deliverer = patient(settings(&[&dead_url().await, &second.url()]));
    for _ in 0..2 {
        let to = envelope("jane@example.com");
        let receipt = soon(deliverer.deliver(&to, MAIL)).await.unwrap();
        assert_eq!(*receipt.relay, second.addr.to_string());
    }
    let states: Vec<_> = deliverer.relays().iter().map(|relay| relay.state).collect();
    assert_eq!(states, [BreakerState::Open, BreakerState::Closed]);
    assert_eq!(*deliverer.capacity().borrow(), Capacity::Full);
}

#[tokio::test]
async fn after_the_body_a_mail_is_not_handed_over() {
    let first = FakeRelay::start(refuse("BODY", "421 4.3.2 shutting down")).await;
    let second = FakeRelay::polite().await;
    let deliverer = patient(settings(&[&first.url(), &second.url()]));
    let failure = deliver(&deliverer, "jane@example.com").await;
    let Err(Failure::Temporary(cause)) = failure else { panic!("{failure:?}") };
    assert_eq!((cause.stage, cause.code), (Stage::Body, Some(421)));
    assert_eq!(second.count("0 "), 0);
    assert_eq!(state(&deliverer), BreakerState::Open);
    deliver(&deliverer, "jane@example.com").await.unwrap();
    assert_eq!(second.count("0 ."), 1);
}

#[tokio::test]
async fn a_mail_that_needs_smtputf8_looks_for_a_relay_that_offers_it() {
    let without = FakeRelay::polite().await;
    let with = FakeRelay::start(refuse("EHLO", "250-relay.example\r\n250 SMTPUTF8")).await;
    let deliverer = patient(settings(&[&without.url(), &with.url()]));
    deliver(&deliverer, "jörg@example.com").await.unwrap();
    assert_eq!((without.count("0 MAIL"), with.count("0 .")), (0, 1));
    assert_eq!(state(&deliverer), BreakerState::Closed);

    // One that is out of use may offer it: the mail is not given up.
    let deliverer = patient(settings(&[&without.url(), &dead_url().await]));
    assert_eq!(deliver(&deliverer, "jörg@example.com").await, Err(Failure::Unavailable));
}

#[tokio::test]
async fn a_mail_that_is_too_large_looks_for_a_relay_that_takes_it() {
    let narrow = FakeRelay::start(refuse("EHLO", "250-relay.example\r\n250 SIZE 20")).await;
    let wide = FakeRelay::start(refuse("EHLO", "250-relay.example\r\n250 SIZE 0")).await;
    let deliverer = patient(settings(&[&narrow.url(), &wide.url()]));
    deliver(&deliverer, "jane@example.com").await.unwrap();
    assert_eq!((narrow.count("0 MAIL"), wide.count("0 .")), (0, 1));
    assert_eq!(state(&deliverer), BreakerState::Closed);

    let deliverer = patient(settings(&[&narrow.url()]));
    let failure = deliver(&deliverer, "jane@example.com").await;
    let Err(Failure::Permanent(cause)) = failure else { panic!("{failure:?}") };
    assert_eq!(cause.to_string(), "mail too-large");
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused() {
    use crate::deliver::SettingsError;
    let new = |settings| Deliverer::new(settings, &mut Files::default());
    assert!(matches!(new(settings(&[])), Err(SettingsError::NoRelays)));
    let mut none = settings(&["smtp://127.0.0.1"]);
    none.connections = 0;
    assert!(matches!(new(none), Err(SettingsError::NoConnections)));
    for name in ["", "a b", "a\r\nMAIL", "möbel.example"] {
        let mut wrong = settings(&["smtp://127.0.0.1"]);
        wrong.helo_name = Some(name.to_owned());
        assert!(matches!(new(wrong), Err(SettingsError::HeloName)), "{name:?}");
    }
}
