//! Several machines behind one name, of which one is sick: the others carry the mails.

use std::time::Duration;

use futures_util::future::join_all;
use signpost_smtp_server::{
    Answer::{self, After, Normal, Say, Stall},
    SmtpServer, Step,
};
use tokio::time::Instant;

use super::strict::{closed, queue, with_connections};
use crate::deliver::{
    Deliverer, Failure,
    tests::support::{MAIL, envelope, patient, settings, soon},
};

/// Every fourth connection comes to the sick one, the first to a sound one.
fn is_sick(step: &Step<'_>) -> bool {
    step.connection % 4 == 3
}

/// A deliverer of 20 connections to a relay that takes logins, but for this script.
async fn with_login(
    script: impl Fn(&Step<'_>) -> Answer + Send + Sync + 'static,
) -> (SmtpServer, Deliverer) {
    let relay = SmtpServer::playing(move |step| match (script(step), step.verb) {
        (Normal, "EHLO") => Say("250-r\r\n250 AUTH PLAIN"),
        (Normal, "AUTH") => Say("235 hi"),
        (answer, _) => answer,
    })
    .await;
    let mut settings = settings(&[&format!("smtp://user:password@{}", relay.addr)]);
    settings.connections = 20;
    (relay, patient(settings))
}

#[tokio::test]
async fn one_that_refuses_the_login_costs_no_connection_that_has_logged_in() {
    let (relay, deliverer) = with_login(|step| match step.verb {
        "AUTH" if is_sick(step) => Say("535 5.7.8 no"),
        _ => Normal,
    })
    .await;
    assert_eq!(queue(&deliverer, 100).await.0, 0, "{:#?}", relay.log());
    assert!(closed(&deliverer));
    let logins = |connection| relay.count(&format!("{connection} AUTH"));
    let wrong: usize = (3..40).step_by(4).map(logins).sum();
    assert!((1..=5).contains(&wrong), "{wrong}: {:#?}", relay.log());
}

#[tokio::test]
async fn too_many_logins_for_now_are_too_many_connections() {
    let (relay, deliverer) = with_login(|step| match step.verb {
        "AUTH" if step.connection >= 5 => Say("535 Error: login frequency limited"),
        _ => Normal,
    })
    .await;
    assert_eq!(queue(&deliverer, 100).await.0, 0, "{:#?}", relay.log());
    assert!(closed(&deliverer));
}

#[tokio::test]
async fn one_that_is_of_no_use_before_a_mail_is_done_without() {
    for (verb, reply) in [("EHLO", "554 5.3.2 no"), ("EHLO", "250 r"), ("AUTH", "454 4.7.0 no")] {
        let (_relay, deliverer) = with_login(move |step| match step.verb {
            said if said == verb && is_sick(step) => Say(reply),
            _ => Normal,
        })
        .await;
        assert_eq!(queue(&deliverer, 100).await.0, 0, "{verb} {reply}");
        assert!(closed(&deliverer), "{verb} {reply}");
    }
}

#[tokio::test]
async fn one_that_refuses_for_good_parks_no_mail_and_is_not_used_again() {
    for (verb, reply) in [
        ("RCPT", "550 relay not permitted"),
        ("RCPT", "554 5.7.1 Relay access denied"),
        ("BODY", "554 5.3.0 no"),
        ("MAIL", "550 5.7.0 no"),
    ] {
        let relay = SmtpServer::playing(move |step| match step.verb {
            said if said == verb && step.connection == 0 => Say(reply),
            _ => Normal,
        })
        .await;
        let deliverer = with_connections(20, &[&relay.url()]);
        // One after the other: all could go over the sick one.
        for mail in 0..10 {
            let to = envelope(&format!("jane@{mail}.example"));
            soon(deliverer.send(&to, MAIL)).await.unwrap();
        }
        let asked = relay.log().iter().filter(|line| line.starts_with("0 MAIL")).count();
        assert_eq!(asked, 1, "{verb} {reply}");
        assert!(closed(&deliverer), "{verb} {reply}");
    }
}

#[tokio::test]
async fn one_that_is_out_of_disk_does_not_slow_the_others() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "MAIL" if is_sick(step) => Say("452 4.3.1 Insufficient system storage"),
        // The sick one is the quickest.
        "BODY" => After(Duration::from_millis(100)),
        _ => Normal,
    })
    .await;
    let deliverer = with_connections(20, &[&relay.url()]);
    let begun = Instant::now();
    queue(&deliverer, 100).await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_slow_login_is_no_lack_of_connections() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "EHLO" => Say("250-r\r\n250 AUTH PLAIN"),
        "AUTH" => After(Duration::from_secs(3)),
        "BODY" => After(Duration::from_millis(20)),
        _ => Normal,
    })
    .await;
    let deliverer = patient(settings(&[&format!("smtp://user:password@{}", relay.addr)]));
    let to = envelope("jane@example.com");
    // The first login has proved the password: the others need not wait for each other.
    soon(deliverer.send(&to, MAIL)).await.unwrap();
    for sent in soon(join_all((0..20).map(|_| deliverer.send(&to, MAIL)))).await {
        sent.unwrap();
    }
    assert_eq!(relay.count("3 AUTH"), 1, "{:#?}", relay.log());
    assert_eq!(relay.count("3 MAIL"), 1, "{:#?}", relay.log());
}

/// Of commands that came together, it drops those behind the one that it refuses.
#[tokio::test]
async fn a_relay_that_drops_what_stands_behind_a_refusal_keeps_no_mail_waiting() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "EHLO" => Say("250-r\r\n250 PIPELINING"),
        "RCPT" if step.line.contains("nobody") => Say("550 5.1.1 no"),
        "DATA" if step.addresses.is_empty() => Stall,
        _ => Normal,
    })
    .await;
    let deliverer = with_connections(4, &[&relay.url()]);
    soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
    let begun = Instant::now();
    for _ in 0..3 {
        let outcome = soon(deliverer.send(&envelope("nobody@example.com"), MAIL)).await;
        assert!(matches!(outcome, Err(Failure::Permanent(_))), "{outcome:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    soon(deliverer.send(&envelope("john@example.com"), MAIL)).await.unwrap();
}

#[tokio::test]
async fn a_limit_for_one_domain_keeps_no_other_waiting() {
    for (verb, reply) in
        [("BODY", "451 4.7.1 rate limited"), ("RCPT", "450 4.7.1 too many mails for this domain")]
    {
        let relay = SmtpServer::playing(move |step| match step.verb {
            said if said == verb && step.addresses.iter().any(|a| a.contains("@big.example")) => {
                Say(reply)
            }
            "RCPT" if verb == "RCPT" && step.line.contains("@big.example") => Say(reply),
            _ => Normal,
        })
        .await;
        let deliverer = with_connections(4, &[&relay.url()]);
        for round in 0..10 {
            let to = envelope(&format!("jane@small{}.example", round % 3));
            let begun = Instant::now();
            soon(deliverer.send(&to, MAIL)).await.unwrap();
            assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
            let big: Vec<_> =
                (0..4).map(|n| envelope(&format!("r{round}n{n}@big.example"))).collect();
            let sent = soon(join_all(big.iter().map(|to| deliverer.send(to, MAIL)))).await;
            assert!(sent.contains(&Err(Failure::Refused)), "{sent:?}");
        }
        assert!(closed(&deliverer));
    }
}
