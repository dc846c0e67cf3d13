//! Relays that could take everything, if they were asked nicely: all is delivered, nothing is
//! parked, and no relay is taken out of use.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use signpost_smtp_server::{
    Answer::{self, After, Normal, Say, SayAndClose, Stall},
    SmtpServer, Step,
    named::at_most_mails_a_second,
};
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::deliver::{
    BreakerState, Deliverer, Failure,
    tests::support::{MAIL, eager, envelope, patient, settings, soon},
};

/// How often a queue of mails was refused.
#[derive(Debug, Default)]
struct Refusals {
    attempts: AtomicUsize,
    postponed: AtomicUsize,
}

/// Delivers one mail as a queue would, but without its waits.
async fn at_last(deliverer: &Deliverer, to: &str, refusals: &Refusals) {
    let (to, held) = (envelope(to), CancellationToken::new());
    let mut attempt = 0;
    loop {
        match deliverer.deliver(&to, MAIL, attempt, &held).await {
            Ok(_) => return,
            Err(Failure::Temporary(_)) => {
                attempt += 1;
                refusals.attempts.fetch_add(1, Ordering::SeqCst);
            }
            Err(Failure::Unavailable) => {
                refusals.postponed.fetch_add(1, Ordering::SeqCst);
                // As a worker does: it takes no job while no relay takes mails.
                let mut relays_in_use = deliverer.relays_in_use();
                relays_in_use.wait_for(|relays| *relays > 0).await.unwrap();
            }
            Err(Failure::Refused) => {
                refusals.postponed.fetch_add(1, Ordering::SeqCst);
                // Of the wait queue's thirty seconds.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Delivers so many mails to as many domains, and says how many attempts and postponements that
/// took.
pub(super) async fn queue(deliverer: &Deliverer, mails: usize) -> (usize, usize) {
    let refusals = Refusals::default();
    let addresses: Vec<_> = (0..mails).map(|mail| format!("jane@{mail}.example")).collect();
    soon(join_all(addresses.iter().map(|to| at_last(deliverer, to, &refusals)))).await;
    let Refusals { attempts, postponed } = refusals;
    (attempts.into_inner(), postponed.into_inner())
}

pub(super) fn closed(deliverer: &Deliverer) -> bool {
    deliverer.relays().iter().all(|relay| relay.state == BreakerState::Closed)
}

pub(super) fn with_connections(connections: u32, urls: &[&str]) -> Deliverer {
    patient(crate::deliver::Settings { connections, ..settings(urls) })
}

/// Postfix: so many connections a client, the others are refused at greeting. A mail takes a while.
fn at_most_connections(most: usize, takes: Duration) -> impl Fn(&Step<'_>) -> Answer {
    move |step| match step.verb {
        "GREETING" if step.before >= most => Say("421 4.7.0 too many connections"),
        "BODY" => After(takes),
        _ => Normal,
    }
}

/// Office 365: so many sessions send, the others are refused at DATA. A mail takes a while.
fn at_most_sessions(most: usize, takes: Duration) -> impl Fn(&Step<'_>) -> Answer {
    move |step| match step.verb {
        "DATA" if step.before >= most => Say("432 4.3.2 concurrent connections limit exceeded"),
        "BODY" => After(takes),
        _ => Normal,
    }
}

#[tokio::test]
async fn three_workers_share_a_relay_that_allows_fifty_connections() {
    let relay = SmtpServer::playing(at_most_connections(50, Duration::from_millis(200))).await;
    let workers: Vec<_> = (0..3).map(|_| with_connections(20, &[&relay.url()])).collect();
    let begun = Instant::now();
    let outcomes = join_all(workers.iter().map(|worker| queue(worker, 67))).await;
    assert_eq!(outcomes, [(0, 0); 3], "no attempt, and nothing postponed");
    assert!(workers.iter().all(closed));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_worker_finds_out_that_a_relay_allows_three_connections() {
    let relay = SmtpServer::playing(at_most_connections(3, Duration::from_millis(50))).await;
    let deliverer = with_connections(20, &[&relay.url()]);
    assert_eq!(queue(&deliverer, 50).await, (0, 0));
    assert!(closed(&deliverer));
    assert!(relay.count("20 ") > 0 || relay.count("19 ") > 0, "they were asked for");
}

#[tokio::test]
async fn who_is_accepted_and_not_greeted_takes_a_connection_that_comes_back() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "GREETING" if step.before >= 3 => Stall,
        "BODY" => After(Duration::from_millis(500)),
        _ => Normal,
    })
    .await;
    let deliverer = with_connections(20, &[&relay.url()]);
    let begun = Instant::now();
    assert_eq!(queue(&deliverer, 30).await, (0, 0));
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert!(closed(&deliverer));
    let greeted = (0..40).filter(|number| relay.count(&format!("{number} EHLO")) > 0).count();
    assert!(greeted < 10, "{greeted}");
}

#[tokio::test]
async fn too_many_connections_may_be_said_at_any_stage() {
    for (verb, reply) in [
        ("AUTH", "454 4.7.0 too many concurrent connections"),
        ("AUTH", "550 5.7.0 too many concurrent connections"),
        ("MAIL", "421 too many sessions"),
        ("MAIL", "550 5.7.0 too many connections"),
        ("DATA", "554 connection limit reached"),
    ] {
        let relay = SmtpServer::playing(move |step| match step.verb {
            said if said == verb && step.before >= 3 => Say(reply),
            "BODY" => After(Duration::from_millis(20)),
            _ => Normal,
        })
        .await;
        let url = format!("smtp://user:password@{}", relay.addr);
        let deliverer = with_connections(20, &[&url]);
        assert_eq!(queue(&deliverer, 40).await, (0, 0), "{verb} {reply}");
        assert!(closed(&deliverer), "{verb} {reply}");
    }
}

#[tokio::test]
async fn a_worker_leaves_scarce_places_to_another_when_it_is_done() {
    let relay = SmtpServer::playing(at_most_connections(3, Duration::from_millis(20))).await;
    // The first goes on, with nothing to do.
    let workers = [eager(settings(&[&relay.url()])), eager(settings(&[&relay.url()]))];
    for worker in &workers {
        worker.share(watch::Sender::new(2).subscribe());
    }
    for worker in &workers {
        let begun = Instant::now();
        assert_eq!(queue(worker, 20).await.0, 0);
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn sessions_beyond_three_are_refused_at_data() {
    let relay = SmtpServer::playing(at_most_sessions(3, Duration::from_millis(50))).await;
    let deliverer = with_connections(20, &[&relay.url()]);
    assert_eq!(queue(&deliverer, 50).await, (0, 0));
    assert!(closed(&deliverer));

    // A second relay gets what the first one has no place for.
    let second = SmtpServer::polite().await;
    let deliverer = with_connections(20, &[&relay.url(), &second.url()]);
    assert_eq!(queue(&deliverer, 50).await, (0, 0));
    assert!(second.log().iter().filter(|line| line.ends_with(" .")).count() > 10);
}

#[tokio::test]
async fn mails_beyond_a_pace_are_refused_after_the_dot() {
    let relay = SmtpServer::playing(at_most_mails_a_second(10)).await;
    let deliverer = with_connections(20, &[&relay.url()]);
    let (attempts, _) = queue(&deliverer, 40).await;
    assert!(attempts <= 4, "{attempts}");
    assert!(closed(&deliverer));

    // A second relay gets them at once.
    let second = SmtpServer::polite().await;
    let deliverer = with_connections(20, &[&relay.url(), &second.url()]);
    let begun = Instant::now();
    assert_eq!(queue(&deliverer, 40).await, (0, 0));
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn slow_two_mails_a_second() {
    let relay = SmtpServer::playing(at_most_mails_a_second(2)).await;
    let deliverer = with_connections(20, &[&relay.url()]);
    for _ in 0..2 {
        let (attempts, _) = queue(&deliverer, 15).await;
        assert!(attempts <= 3, "{attempts}");
    }
    assert!(closed(&deliverer));
}

/// As Exim's `ratelimit` does, by a code of greylisting; or as Aliyun and Zoho do, for good.
#[tokio::test]
async fn slow_a_rate_that_is_told_by_another_code_burns_few_attempts() {
    for (verb, words) in [
        ("RCPT", "451 Sender rate limit exceeded"),
        ("RCPT", "450 4.7.1 Volume threshold reached"),
        ("MAIL", "554 Reject by behaviour spam: too frequently sending"),
        ("BODY", "550 5.7.1 Sending rate limit exceeded"),
    ] {
        let paced = at_most_mails_a_second(10);
        let relay = SmtpServer::playing(move |step| match step.verb {
            asked if asked == verb && !matches!(paced(&Step { verb: "BODY", ..*step }), Normal) => {
                Say(words)
            }
            _ => Normal,
        })
        .await;
        let deliverer = with_connections(20, &[&relay.url()]);
        let (attempts, _) = queue(&deliverer, 40).await;
        let most = if words.starts_with('5') { 3 } else { 40 };
        assert!(attempts <= most, "{words}: {attempts}");
        assert!(closed(&deliverer));
    }
}

/// As cPanel's Exim says it, and for good, though the hour will be over.
#[tokio::test]
async fn a_mail_that_is_always_refused_for_a_rate_is_not_tried_again_and_again() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "RCPT" => Say("550 Domain a.example has exceeded the max emails per hour"),
        _ => Normal,
    })
    .await;
    let deliverer = patient(settings(&[&relay.url()]));
    let outcome = soon(deliverer.send(&envelope("jane@a.example"), MAIL)).await;
    assert!(matches!(outcome, Err(Failure::Temporary(_))), "{outcome:?}");
    let asked = relay.log().iter().filter(|line| line.contains(" RCPT ")).count();
    assert!(asked <= 3, "{:#?}", relay.log());
}

/// Each first contact is refused for a while, after the mail.
#[tokio::test]
async fn slow_greylisting_after_the_mail_keeps_nobody_waiting() {
    const WHILE: Duration = Duration::from_secs(6);
    let met = Mutex::new(HashMap::new());
    let relay = SmtpServer::playing(move |step| match step.verb {
        "BODY" => {
            let mut met = met.lock().unwrap();
            let first: &mut Instant =
                met.entry(step.addresses[0].clone()).or_insert_with(Instant::now);
            if first.elapsed() < WHILE { Say("451 4.7.1 Try again later") } else { Normal }
        }
        _ => Normal,
    })
    .await;
    let deliverer = with_connections(20, &[&relay.url()]);
    let begun = Instant::now();
    let (attempts, postponed) = queue(&deliverer, 100).await;
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    // About one a mail at the most: how many, the order of their replies decides.
    assert!(attempts <= 120 && postponed > 0, "{attempts} {postponed}");
    assert!(closed(&deliverer));
}

#[tokio::test]
async fn what_is_refused_before_its_reader_is_named_burns_no_attempt() {
    let refusals = AtomicUsize::new(0);
    let relay = SmtpServer::playing(move |step| match step.verb {
        "MAIL" if refusals.fetch_add(1, Ordering::SeqCst) < 5 => Say("451 4.3.5 not now"),
        _ => Normal,
    })
    .await;
    let deliverer = with_connections(1, &[&relay.url()]);
    assert_eq!(queue(&deliverer, 1).await, (0, 0));
    assert!(closed(&deliverer));
}

#[tokio::test]
async fn strangers_addresses_slow_nobody() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "BODY" if step.addresses[0].starts_with("bad") => Say("451 4.4.1 no answer"),
        _ => Normal,
    })
    .await;
    let deliverer = patient(settings(&[&relay.url()]));
    let begun = Instant::now();
    for round in 0..10 {
        for name in ["good", "bad-1", "bad-2"] {
            let to = envelope(&format!("{name}@{round}.example"));
            let outcome = soon(deliverer.send(&to, MAIL)).await;
            assert_eq!(outcome.is_ok(), name == "good", "{outcome:?}");
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn what_the_first_refuses_by_policy_the_second_takes_at_once() {
    let first = SmtpServer::playing(|step| match step.verb {
        "BODY" => Say("550 5.7.1 not from here"),
        _ => Normal,
    })
    .await;
    let second = SmtpServer::polite().await;
    let deliverer = with_connections(4, &[&first.url(), &second.url()]);
    assert_eq!(queue(&deliverer, 20).await, (0, 0));
    let taken = second.log().iter().filter(|line| line.ends_with(" .")).count();
    assert_eq!(taken, 20);
}

#[tokio::test]
async fn a_quota_that_is_told_by_554_parks_nothing() {
    // It lasts for two tries of each.
    let refused = AtomicUsize::new(0);
    let relay = SmtpServer::playing(move |step| match step.verb {
        "BODY" if refused.fetch_add(1, Ordering::SeqCst) < 24 => Say("554 5.7.1 quota exceeded"),
        _ => Normal,
    })
    .await;
    queue(&eager(settings(&[&relay.url()])), 12).await;
}

#[tokio::test]
async fn one_recipient_that_always_gets_421_stops_nobody() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "RCPT" if step.line.contains("odd") => SayAndClose("421 4.7.0 try again later"),
        _ => Normal,
    })
    .await;
    let deliverer = patient(settings(&[&relay.url()]));
    for _ in 0..10 {
        let failure = soon(deliverer.send(&envelope("odd@example.com"), MAIL)).await;
        assert!(matches!(failure, Err(Failure::Temporary(_))), "{failure:?}");
        soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
    }
    assert!(closed(&deliverer));
    let asked = relay.log().iter().filter(|line| line.contains("RCPT TO:<odd")).count();
    assert_eq!(asked, 20, "twice each time");
}

#[tokio::test]
async fn a_bare_550_is_about_the_mailbox_where_others_are_taken() {
    let denying = |step: &Step<'_>| match step.verb {
        "RCPT" if step.line.contains("nobody") => Say("550 no"),
        _ => Normal,
    };
    let (first, second) = (SmtpServer::playing(denying).await, SmtpServer::polite().await);
    let deliverer = patient(settings(&[&first.url()]));
    let nobody = envelope("nobody@example.com");
    let failure = soon(deliverer.send(&nobody, MAIL)).await;
    assert!(matches!(failure, Err(Failure::Temporary(_))), "a relay may deny all: {failure:?}");
    soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
    let failure = soon(deliverer.send(&nobody, MAIL)).await;
    assert!(matches!(failure, Err(Failure::Temporary(_))), "the same domain: {failure:?}");
    soon(deliverer.send(&envelope("jane@other.example"), MAIL)).await.unwrap();
    let failure = soon(deliverer.send(&nobody, MAIL)).await;
    assert!(matches!(failure, Err(Failure::Permanent(_))), "{failure:?}");

    let deliverer = patient(settings(&[&first.url(), &second.url()]));
    soon(deliverer.send(&nobody, MAIL)).await.unwrap();
    assert_eq!(second.count("0 ."), 1);
    // What the first takes of others is no reason not to ask the second.
    soon(deliverer.send(&envelope("jane@other.example"), MAIL)).await.unwrap();
    soon(deliverer.send(&nobody, MAIL)).await.unwrap();
    assert_eq!(second.count("0 ."), 2);

    // When all refuse, it is what the one said that takes others.
    let third = SmtpServer::playing(denying).await;
    let deliverer = patient(settings(&[&first.url(), &third.url()]));
    soon(deliverer.send(&envelope("jane@other.example"), MAIL)).await.unwrap();
    let failure = soon(deliverer.send(&nobody, MAIL)).await;
    assert!(matches!(failure, Err(Failure::Permanent(_))), "{failure:?}");
    assert_eq!(third.count("0 RCPT"), 1);
}

#[tokio::test]
async fn a_slow_relay_keeps_no_quick_one_idle() {
    let slow = SmtpServer::playing(|step| match step.verb {
        "BODY" => Stall,
        _ => Normal,
    })
    .await;
    let quick = SmtpServer::polite().await;
    let deliverer = with_connections(2, &[&slow.url(), &quick.url()]);
    let to = envelope("jane@example.com");
    let mut mails: Vec<_> = (0..20).map(|_| Box::pin(deliverer.send(&to, MAIL))).collect();
    for _ in 0..18 {
        let (outcome, _, rest) = soon(futures_util::future::select_all(mails)).await;
        assert_eq!(*outcome.unwrap().relay, quick.addr.to_string());
        mails = rest;
    }
}

#[tokio::test]
async fn a_workers_share_of_what_a_relay_allows() {
    let relay = SmtpServer::playing(at_most_connections(50, Duration::from_millis(20))).await;
    let deliverer = with_connections(20, &[&format!("{}?connections=6", relay.url())]);
    let (workers, known) = watch::channel(3);
    deliverer.share(known);
    tokio::task::yield_now().await;
    assert_eq!(queue(&deliverer, 10).await, (0, 0));
    assert_eq!((relay.count("1 MAIL") > 0, relay.count("2 ")), (true, 0));
    workers.send(1).unwrap();
    tokio::task::yield_now().await;
    assert_eq!(queue(&deliverer, 30).await, (0, 0));
    assert_eq!((relay.count("5 MAIL") > 0, relay.count("6 ")), (true, 0));

    let paced = SmtpServer::polite().await;
    let deliverer = with_connections(20, &[&format!("{}?rate=20/s", paced.url())]);
    let begun = Instant::now();
    assert_eq!(queue(&deliverer, 21).await, (0, 0));
    assert!(begun.elapsed() >= Duration::from_millis(900), "{:?}", begun.elapsed());
}
