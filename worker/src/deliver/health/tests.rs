//! What one relay's health lets through, and what it learns, in simulated time.

use std::sync::atomic::Ordering;

use futures_util::future::join_all;

use super::*;
use crate::deliver::{
    fault::{CauseKind, Stage},
    reply::Reply,
    route::Attempt,
    tests::support::envelope,
};

fn health(connections: u32, rate: Option<f64>) -> Arc<RelayHealth> {
    RelayHealth::new(
        "relay".into(),
        watch::Sender::new(1),
        connections,
        rate,
        Duration::from_secs(5),
    )
}

fn refusal(stage: Stage, code: u16) -> Fault {
    Fault::refused(stage, &Reply { code, lines: Vec::new() })
}

fn attempt(envelope: &Envelope, is_first: bool) -> Attempt<'_> {
    Attempt { envelope, mail: b"", is_first, is_denied: false }
}

async fn take(health: &Arc<RelayHealth>, to: &str) {
    let to = envelope(to);
    health.admit(&to).await.unwrap().taken(&to, true);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_mails_that_come_at_once_are_spread_by_the_pace() {
    let health = health(20, Some(100.0));
    let begun = Instant::now();
    join_all((0..1000).map(|_| take(&health, "jane@example.com"))).await;
    let took = begun.elapsed();
    assert!((9_900..10_100).contains(&took.as_millis()), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_mail_waits_for_a_place_and_leaves_when_the_relay_does() {
    let (health, to) = (health(1, None), envelope("jane@example.com"));
    let first = health.admit(&to).await.unwrap();
    assert_eq!(health.try_admit(&to).err(), Some(Busy::Full(None)));
    let begun = Instant::now();
    let (second, ()) = tokio::join!(health.admit(&to), async {
        tokio::task::yield_now().await;
        drop(first);
    });
    assert_eq!(begun.elapsed(), Duration::ZERO, "at once");
    let (third, heard) = tokio::join!(health.admit(&to), async {
        tokio::task::yield_now().await;
        second.unwrap().failed(&refusal(Stage::Auth, 535), attempt(&to, true), false, 0)
    });
    assert!(third.is_none() && heard.opened && !heard.in_use);
    assert_eq!(health.try_admit(&to).err(), Some(Busy::Out));
}

#[tokio::test(start_paused = true)]
async fn a_refused_connection_gives_way_to_those_that_work() {
    let health = health(20, None);
    let to = envelope("jane@example.com");
    let mut places: Vec<_> = (0..20).map(|_| health.try_admit(&to).unwrap()).collect();
    for place in places.drain(3..) {
        let heard = place.failed(&refusal(Stage::Greeting, 421), attempt(&to, true), false, 0);
        assert_eq!(heard.about, About::Connections);
    }
    assert!(matches!(health.try_admit(&to), Err(Busy::Full(Some(_)))));
    tokio::time::advance(Duration::from_secs(10)).await;
    assert!(health.try_admit(&to).is_ok(), "one more");
    drop(places);
    // When none works, it is the relay.
    for count in 1..=5 {
        let place = health.try_admit(&to).unwrap();
        let heard = place.failed(&refusal(Stage::Greeting, 421), attempt(&to, true), false, 0);
        assert_eq!((heard.about, heard.opened), (About::Relay, count == 5));
    }
}

#[tokio::test(start_paused = true)]
async fn who_gets_no_connection_beside_other_workers_waits_for_a_while() {
    let (health, to) = (health(20, None), envelope("jane@example.com"));
    let refused = || {
        health
            .try_admit(&to)
            .map(|place| place.failed(&refusal(Stage::Greeting, 432), attempt(&to, true), false, 0))
    };
    assert_eq!(refused().unwrap().about, About::Relay, "there is nobody else");
    health.allow(20, None, false);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(30) {
        assert_eq!(refused().unwrap().about, About::Connections);
        assert!(matches!(refused(), Err(Busy::Full(Some(_)))), "not at once again");
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    assert_eq!(refused().unwrap().about, About::Relay);
    tokio::time::advance(Duration::from_secs(11)).await;
    assert_eq!(refused().unwrap().about, About::Connections, "after a pause it begins anew");
    tokio::time::advance(Duration::from_secs(1)).await;
    take(&health, "jane@example.com").await;
    assert_eq!(refused().unwrap().about, About::Connections);
    assert!(refused().is_ok(), "we have one that takes mails");
}

/// Told by nothing but a code, while another relay takes what this one refuses.
#[tokio::test(start_paused = true)]
async fn a_rate_that_lets_every_second_mail_through_is_found() {
    for refusals in [0, 1] {
        let health = health(20, None);
        for number in 0..24 {
            let to = format!("jane@{number}.example");
            if number < 3 || number % 2 == 0 {
                take(&health, &to).await;
            } else {
                let (place, to) = (health.admit(&envelope(&to)).await.unwrap(), envelope(&to));
                let fault = refusal(Stage::Body, 451);
                place.failed(&fault, attempt(&to, true), false, refusals);
            }
        }
        assert!(health.state.lock().pace.is_slowed(), "{refusals}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_domain_that_was_taken_speaks_for_others_for_ten_minutes() {
    let health = health(20, None);
    let bare = |to: &str| {
        let to = envelope(to);
        let place = health.try_admit(&to).unwrap();
        place.failed(&refusal(Stage::Rcpt, 550), attempt(&to, true), false, 1).about
    };
    take(&health, "jane@one.example").await;
    assert_eq!(bare("john@one.example"), About::Policy);
    take(&health, "jane@one.example").await;
    assert_eq!(bare("john@two.example"), About::Mailbox);
    assert_eq!(bare("jim@two.example"), About::Mailbox);
    // It has taken others', and refuses one domain after the other now: that is not for good.
    // Strangers' addresses could make it so, while it takes mails.
    for number in 0..20 {
        assert_eq!(bare(&format!("john@{number}.example")), About::Policy);
    }
    assert_eq!(bare("joan@two.example"), About::Policy);
    assert_eq!(health.breaker(), BreakerState::Closed);
    for _ in 0..3 {
        take(&health, "jane@two.example").await;
    }
    assert_eq!(bare("john@TWO.example"), About::Mailbox);
    tokio::time::advance(Duration::from_secs(601)).await;
    assert_eq!(bare("john@two.example"), About::Policy);
}

#[tokio::test(start_paused = true)]
async fn pace_is_for_several_mails_in_a_row() {
    let health = health(20, None);
    let later = |to: &str, refusals| {
        let to = envelope(to);
        let place = health.try_admit(&to).unwrap();
        place.failed(&refusal(Stage::Body, 454), attempt(&to, true), false, refusals).about
    };
    for _ in 0..5 {
        assert_eq!(later("odd@example.com", 0), About::PaceOrMail);
        assert_eq!(later("odd@example.com", 1), About::Mail);
        take(&health, "jane@example.com").await;
    }
    assert_eq!(later("jane@example.com", 0), About::PaceOrMail);
    assert_eq!(later("john@example.com", 0), About::PaceOrMail);
    assert_eq!(later("joan@example.com", 0), About::Pace);
    let to = envelope("jim@example.com");
    assert!(matches!(health.try_admit(&to), Err(Busy::Early(_))));
    assert_eq!(health.breaker(), BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_pace_is_found_out_over_kept_connections() {
    let (health, over) = (health(4, None), refusal(Stage::Body, 454));
    let readers = ["jane", "jim", "joan"].map(|name| envelope(&format!("{name}@example.com")));
    let places = readers.each_ref().map(|to| (health.try_admit(to).unwrap(), to));
    for (place, to) in &places {
        assert_eq!(place.failed(&over, attempt(to, true), true, 0).about, About::Connection);
    }
    for (place, to) in &places {
        assert_eq!(
            place.failed(&over, attempt(to, true), false, 1).about,
            About::Pace,
            "each other's word"
        );
    }
    assert!(health.state.lock().pace.is_slowed());
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_however_slowly_it_comes_is_not_about_our_pace() {
    let (health, mut asked) = (health(20, None), 0);
    let mut refused = || {
        asked += 1;
        let to = envelope(&format!("u{asked}@example.com"));
        let place = health.try_admit(&to).ok()?;
        Some(place.failed(&refusal(Stage::Body, 451), attempt(&to, true), false, 0).about)
    };
    let mut told = Vec::new();
    for _ in 0..100 {
        told.extend(refused());
        tokio::time::advance(Duration::from_millis(100)).await;
    }
    assert!(told.contains(&About::Pace) && told.ends_with(&[About::AllMails; 20]), "{told:?}");
    assert!(told.iter().filter(|about| **about == About::Pace).count() < 8, "{told:?}");
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(refused(), Some(About::Pace), "it may have become so");
    assert!(!health.status().is_well, "until a mail is taken");
    tokio::time::advance(Duration::from_secs(2)).await;
    take(&health, "jane@example.com").await;
    assert!(health.status().is_well);
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!(refused(), Some(About::PaceOrMail));
}

#[tokio::test(start_paused = true)]
async fn a_relay_that_takes_others_is_not_out_of_use_for_many_readers_it_does_not_like() {
    let health = health(20, None);
    let refused = |number: usize| {
        let to = envelope(&format!("john@{number}.example"));
        let place = health.try_admit(&to)?;
        let mut fault = refusal(Stage::Rcpt, 554);
        fault.cause.enhanced = Some("5.7.1".to_owned());
        Ok::<_, Busy>(place.failed(&fault, attempt(&to, true), false, 1))
    };
    for round in 0..30 {
        take(&health, "jane@example.com").await;
        for number in 0..10 {
            let heard = refused(round * 10 + number).unwrap();
            assert!(heard.about == About::Policy && !heard.opened);
        }
        tokio::time::advance(Duration::from_secs(4)).await;
    }
    tokio::time::advance(Duration::from_secs(1)).await;
    let opened: Vec<_> = (0..5).map(|number| refused(1000 + number).unwrap().opened).collect();
    assert_eq!(opened, [false, false, false, false, true], "all, it seems");
}

#[tokio::test(start_paused = true)]
async fn a_relay_that_begins_to_deny_all_is_out_of_use_but_not_for_whom_another_denies() {
    let health = health(20, None);
    let denied = |number: usize, is_denied| {
        let to = envelope(&format!("john@{number}.example"));
        let attempt = Attempt { is_denied, ..attempt(&to, true) };
        let place = health.try_admit(&to).unwrap();
        place.failed(&refusal(Stage::Rcpt, 550), attempt, false, 1).opened
    };
    take(&health, "jane@example.com").await;
    tokio::time::advance(Duration::from_secs(6)).await;
    for number in 0..30 {
        assert!(!denied(number, true), "nobody knows these");
    }
    let opened: Vec<_> = (0..6).map(|number| denied(number, false)).collect();
    assert_eq!(opened, [false, false, false, false, false, true], "the first is nobody, too");
}

#[tokio::test(start_paused = true)]
async fn many_logins_refused_for_now_are_about_our_pace() {
    let health = health(20, None);
    let refused = |to: &str| {
        let to = envelope(to);
        let place = health.try_admit(&to).unwrap();
        place.failed(&refusal(Stage::Auth, 454), attempt(&to, true), false, 0).about
    };
    take(&health, "jane@example.com").await;
    assert_eq!(refused("jim@example.com"), About::Relay);
    assert_eq!(refused("joan@example.com"), About::Pace);
}

#[tokio::test(start_paused = true)]
async fn what_fails_before_a_mail_is_the_relays_unless_another_one_works() {
    let (health, to) = (health(20, None), envelope("jane@example.com"));
    let rests = || Fault::new(Stage::Auth, CauseKind::Unsupported, "it rests");
    let failed = |place: Admission| place.failed(&rests(), attempt(&to, true), false, 0).about;
    let (at_work, dialing) = (health.try_admit(&to).unwrap(), health.try_admit(&to).unwrap());
    assert_eq!(failed(dialing), About::Relay, "both are dialing");
    health.connected.store(1, Ordering::Relaxed);
    assert_eq!(failed(health.try_admit(&to).unwrap()), About::Connections);
    drop(at_work);
    // A connection that is being closed would have it asked again and again.
    assert_eq!(failed(health.try_admit(&to).unwrap()), About::Relay);
}

#[tokio::test(start_paused = true)]
async fn who_puts_off_all_whom_it_has_seen_is_at_fault_itself() {
    let health = health(20, None);
    let put_off = |number: usize, is_first| {
        let to = envelope(&format!("john@{number}.example"));
        let place = health.try_admit(&to).unwrap();
        place.failed(&refusal(Stage::Rcpt, 450), attempt(&to, is_first), false, 0).about
    };
    for number in 0..20 {
        assert_eq!(put_off(number, true), About::Mail, "a first contact");
    }
    for number in 0..20 {
        assert_eq!(put_off(number, false), About::AllMails);
    }
    take(&health, "jane@example.com").await;
    assert_eq!(put_off(1, false), About::Mail, "one whose server is away");
}

#[tokio::test(start_paused = true)]
async fn who_takes_strangers_and_puts_off_many_is_not_greylisting() {
    let health = health(20, None);
    let put_off = |number: usize| {
        let to = envelope(&format!("john@{number}.example"));
        let place = health.try_admit(&to).unwrap();
        place.failed(&refusal(Stage::Rcpt, 450), attempt(&to, true), false, 0).about
    };
    let all_mail = |told: &[About]| told.iter().all(|about| *about == About::Mail);
    assert!(all_mail(&(0..20).map(put_off).collect::<Vec<_>>()), "all are first contacts");
    for number in 0..30 {
        take(&health, "jane@example.com").await;
        assert_eq!(
            put_off(number % 5),
            About::Mail,
            "one who asks often, and a server that is away"
        );
    }
    for name in ["jane", "jim", "joan"] {
        take(&health, &format!("{name}@example.com")).await;
    }
    let told: Vec<_> = (0..10).map(put_off).collect();
    assert!(all_mail(&told[..7]), "{told:?}");
    assert_eq!(told[7..], [About::PaceOrMail, About::PaceOrMail, About::Pace]);
    take(&health, "jane@example.com").await;
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!(put_off(11), About::PaceOrMail, "it is known now");
}

fn of_rate() -> Fault {
    let lines = vec!["4.7.0 Maximum sending rate exceeded".to_owned()];
    let fault = Fault::refused(Stage::Body, &Reply { code: 454, lines });
    assert!(fault.topics.rate);
    fault
}

#[tokio::test(start_paused = true)]
async fn one_mail_waits_for_a_relay_that_refuses_all() {
    let health = health(20, None);
    for number in 0..20 {
        let to = envelope(&format!("jane@{number}.example"));
        let Some(place) = health.admit(&to).await else { break };
        place.failed(&of_rate(), attempt(&to, true), false, 0);
    }
    assert!(health.is_refusing() && !health.status().is_well && health.status().why.is_some());
    let (first, second) = (envelope("jane@a.example"), envelope("jane@b.example"));
    let begun = Instant::now();
    let waiting = Box::pin(health.admit(&first));
    let other = async {
        tokio::task::yield_now().await;
        health.admit(&second).await.is_none()
    };
    let (admission, is_turned_away) = tokio::join!(waiting, other);
    assert!(is_turned_away, "another one waits already");
    assert!(begun.elapsed() <= Duration::from_secs(5), "{:?}", begun.elapsed());
    admission.unwrap().taken(&first, false);
    let begun = Instant::now();
    assert!(health.admit(&second).await.is_some() && health.status().is_well);
    assert!(begun.elapsed() <= Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn one_mail_of_three_refused_again_and_again_is_our_pace() {
    for (refused, is_slowed) in [(3, true), (10, false)] {
        let health = health(20, None);
        for number in 0..60 {
            let to = envelope(&format!("jane@{number}.example"));
            let place = health.admit(&to).await.unwrap();
            if number % refused == 0 {
                let heard = place.failed(&of_rate(), attempt(&to, true), false, 0);
                assert_eq!(heard.about, About::PaceOrMail);
            } else {
                place.taken(&to, true);
            }
            tokio::time::advance(Duration::from_millis(100)).await;
            if health.state.lock().pace.is_slowed() {
                break;
            }
        }
        assert_eq!(health.state.lock().pace.is_slowed(), is_slowed, "one of {refused}");
    }
}
