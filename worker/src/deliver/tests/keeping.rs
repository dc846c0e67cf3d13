//! Keeping connections between mails, and letting go of them.

use std::{sync::atomic::Ordering, time::Duration};

use signpost_smtp_server::{
    Answer::{After, Close, Normal, Say, SayAndClose, SayThenSay, Stall},
    SmtpServer, Step,
};

use crate::deliver::{
    BreakerState, Failure, Stage,
    pool::Lifetime,
    stage_time::Stopwatch,
    tests::support::{MAIL, dialer, eager, envelope, patient, settings, soon, with_lifetime},
};

#[tokio::test]
async fn a_refused_recipient_costs_a_rset_and_no_new_connection() {
    for (verb, refusal) in
        [("MAIL", "451 4.3.0 no"), ("RCPT", "550 5.1.1 no"), ("DATA", "451 4.3.0 no")]
    {
        let refusing = move |step: &Step<'_>| match (step.verb, step.nth) {
            (said, 0) if said == verb => Say(refusal),
            _ => Normal,
        };
        let relay = SmtpServer::playing(refusing).await;
        let deliverer = eager(settings(&[&relay.url()]));
        // At once over this connection, or for good.
        let first = soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await;
        assert_eq!(first.is_err(), verb == "RCPT");
        soon(deliverer.send(&envelope("john@example.com"), MAIL)).await.unwrap();
        let log = relay.log();
        assert_eq!(relay.count("0 RSET"), 1, "{log:#?}");
        for absent in ["1 ", "0 NOOP", "0 QUIT"] {
            assert_eq!(relay.count(absent), 0, "{log:#?}");
        }
        assert_eq!(relay.count("0 EHLO"), 1);
    }
}

#[tokio::test]
async fn the_socket_does_not_wait_to_fill_a_packet() {
    let relay = SmtpServer::polite().await;
    let dialer = dialer(&relay.url(), crate::deliver::Deadlines::default());
    let (socket, _) = soon(dialer.connect(&[relay.addr])).await.unwrap();
    assert!(socket.nodelay().unwrap());
}

#[tokio::test]
async fn an_address_that_greets_nobody_leaves_it_to_the_next_one() {
    let well = SmtpServer::polite().await;
    for (sick, turns) in
        [(Say("421 4.3.2 closing"), 0), (Close, 0), (Say("554 5.3.2 no"), 0), (Stall, 1)]
    {
        let sick = SmtpServer::playing(move |step| match step.verb {
            "GREETING" => sick.clone(),
            _ => Normal,
        })
        .await;
        let greeting = Duration::from_millis(600);
        let deadlines = crate::deliver::Deadlines { greeting, ..Default::default() };
        let dialer = dialer(&well.url(), deadlines);
        let mut watch = Stopwatch::start();
        let both = vec![sick.addr, well.addr];
        assert!(soon(dialer.welcomed(both, &mut watch)).await.is_ok());
        // The next one begins elsewhere.
        assert_eq!(dialer.turn.load(Ordering::Relaxed), turns);
        let alone = soon(dialer.welcomed(vec![sick.addr], &mut watch)).await;
        assert_eq!(alone.err().unwrap().cause.stage, Stage::Greeting);
    }
}

#[tokio::test]
async fn a_slow_address_is_heard_out_where_no_other_is_better() {
    let whole = Duration::from_millis(1200);
    let slow = SmtpServer::playing(move |step| match step.verb {
        "GREETING" => After(whole / 3),
        _ => Normal,
    })
    .await;
    let away = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let sick = SmtpServer::playing(|step| match step.verb {
        "GREETING" => Close,
        _ => Normal,
    })
    .await;
    let deadlines = crate::deliver::Deadlines { greeting: whole, ..Default::default() };
    let dialer = dialer(&slow.url(), deadlines);
    for other in [away, sick.addr, slow.addr] {
        let both = vec![slow.addr, other];
        assert!(soon(dialer.welcomed(both, &mut Stopwatch::start())).await.is_ok(), "{other}");
    }
}

#[tokio::test]
async fn a_dropped_delivery_takes_its_connection_along() {
    for verb in ["MAIL", "RCPT", "DATA", "BODY"] {
        let relay = SmtpServer::playing(move |step| match (step.verb, step.connection) {
            (said, 0) if said == verb => Stall,
            _ => Normal,
        })
        .await;
        let deliverer = eager(settings(&[&relay.url()]));
        let last = if verb == "BODY" { "0 .".to_owned() } else { format!("0 {verb}") };
        let to = envelope("jane@example.com");
        tokio::select! {
            result = deliverer.send(&to, MAIL) => panic!("{result:?}"),
            () = relay.seen(&last) => {}
        }
        relay.seen("0 closed").await;
        soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
        assert_eq!(relay.count("1 ."), 1);
        assert_eq!(deliverer.relays()[0].state, BreakerState::Closed);
    }
}

#[tokio::test]
async fn a_connection_closed_while_idle_is_replaced_and_blames_nobody() {
    let relay = SmtpServer::playing(|step| match (step.connection, step.verb, step.nth) {
        // Gone without a word,
        (0, "BODY", 0) => SayAndClose("250 2.0.0 ok"),
        // or with one.
        (1, "MAIL", 1) => SayAndClose("421 4.4.2 idle for too long"),
        _ => Normal,
    })
    .await;
    let deliverer = patient(settings(&[&relay.url()]));
    for _ in 0..3 {
        soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
        if relay.count("1 ") == 0 {
            relay.seen("0 closed").await;
        }
    }
    assert_eq!((relay.count("0 ."), relay.count("1 ."), relay.count("2 .")), (1, 1, 1));
    assert_eq!(deliverer.relays()[0].state, BreakerState::Closed);
}

#[tokio::test]
async fn what_comes_while_a_connection_idles_is_seen_before_the_next_mail() {
    for farewell in ["421 4.4.2 idle", "451 4.4.2 idle", "250 what?"] {
        let relay = SmtpServer::playing(move |step| match (step.connection, step.verb) {
            (0, "BODY") => SayThenSay("250 2.0.0 ok", farewell),
            _ => Normal,
        })
        .await;
        let deliverer = patient(settings(&[&relay.url()]));
        soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
        relay.seen("0 said more").await;
        soon(deliverer.send(&envelope("john@example.com"), MAIL)).await.unwrap();
        assert_eq!((relay.count("0 MAIL"), relay.count("1 .")), (1, 1), "{:#?}", relay.log());
    }
}

#[tokio::test]
async fn a_4xx_on_a_reused_connection_says_nothing_about_the_mail() {
    for verb in ["MAIL", "RCPT", "DATA", "BODY"] {
        let relay = SmtpServer::playing(move |step| match (step.connection, step.verb, step.nth) {
            (0, said, 1) if said == verb => Say("451 4.3.0 not here"),
            _ => Normal,
        })
        .await;
        let deliverer = patient(settings(&[&relay.url()]));
        for _ in 0..2 {
            soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
        }
        // The first one made room.
        relay.seen("0 QUIT").await;
        assert_eq!(relay.count("1 ."), 1, "{verb}");
    }
}

#[tokio::test]
async fn an_end_after_the_body_is_not_tried_again_at_once() {
    let relay = SmtpServer::playing(|step| match (step.connection, step.verb, step.nth) {
        (0, "BODY", 1) => Close,
        _ => Normal,
    })
    .await;
    let deliverer = patient(settings(&[&relay.url()]));
    soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
    let failure = soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await;
    let Err(Failure::Unknown(cause)) = failure else { panic!("{failure:?}") };
    assert_eq!(cause.to_string(), "body network");
    assert_eq!(relay.count("1 "), 0);
}

#[tokio::test]
async fn a_421_on_a_fresh_connection_is_the_relays_fault() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "MAIL" => SayAndClose("421 4.3.2 shutting down"),
        _ => Normal,
    })
    .await;
    let deliverer = patient(settings(&[&relay.url()]));
    for _ in 0..5 {
        assert_eq!(deliverer.relays()[0].state, BreakerState::Closed);
        let failure = soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await;
        assert_eq!(failure, Err(Failure::Unavailable));
    }
    assert_eq!(deliverer.relays()[0].state, BreakerState::Open);
    assert_eq!((relay.count("4 MAIL"), relay.count("5 ")), (1, 0));
}

#[tokio::test]
async fn what_is_in_use_when_a_breaker_opens_is_not_kept() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "DATA" if step.connection == 0 => After(Duration::from_millis(200)),
        "RCPT" if step.connection > 0 => Say("550 5.7.1 not you"),
        _ => Normal,
    })
    .await;
    let deliverer = patient(settings(&[&relay.url()]));
    let to = envelope("jane@example.com");
    let (outcome, ()) = soon(Box::pin(async {
        tokio::join!(deliverer.send(&to, MAIL), async {
            relay.seen("0 DATA").await;
            for domain in ["a", "b", "c", "d", "e"] {
                let to = envelope(&format!("jane@{domain}.example"));
                deliverer.send(&to, MAIL).await.unwrap_err();
            }
            assert_eq!(deliverer.relays()[0].state, BreakerState::Open);
        })
    }))
    .await;
    outcome.unwrap();
    relay.seen("0 QUIT").await;
}

#[tokio::test]
async fn a_connection_carries_so_many_mails_and_no_more() {
    let relay = SmtpServer::polite().await;
    let lifetime = Lifetime { mails: 2, ..Lifetime::default() };
    let deliverer = with_lifetime(settings(&[&relay.url()]), lifetime);
    for _ in 0..3 {
        soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
    }
    relay.seen("0 QUIT").await;
    assert_eq!((relay.count("0 ."), relay.count("1 .")), (2, 1));
}

#[tokio::test]
async fn an_old_connection_is_not_kept() {
    let relay = SmtpServer::polite().await;
    let lifetime = Lifetime { age: Duration::ZERO, ..Lifetime::default() };
    let deliverer = with_lifetime(settings(&[&relay.url()]), lifetime);
    soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
    relay.seen("0 QUIT").await;
}

#[tokio::test]
async fn an_unused_connection_is_closed_politely() {
    let relay = SmtpServer::polite().await;
    let lifetime = Lifetime { idle: Duration::from_millis(20), ..Lifetime::default() };
    let deliverer = with_lifetime(settings(&[&relay.url()]), lifetime);
    soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
    relay.seen("0 QUIT").await;
    relay.seen("0 closed").await;
    // And the next one, after the watch over idle connections has ended once.
    soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
    relay.seen("1 QUIT").await;
}

#[tokio::test]
async fn close_says_quit_and_takes_no_more() {
    let relay = SmtpServer::polite().await;
    let deliverer = eager(settings(&[&relay.url()]));
    soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
    soon(deliverer.close()).await;
    assert_eq!(relay.count("0 QUIT"), 1);
    let failure = soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap_err();
    assert_eq!(failure, Failure::Unavailable);
}

#[tokio::test]
async fn no_more_connections_than_allowed() {
    let relay = SmtpServer::polite().await;
    let mut settings = settings(&[&relay.url()]);
    settings.connections = 2;
    let deliverer = eager(settings);
    let to = envelope("jane@example.com");
    let deliveries = (0..20).map(|_| deliverer.send(&to, MAIL));
    let results = soon(futures_util::future::join_all(deliveries)).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert!(relay.count("2 ") == 0, "{:#?}", relay.log());
}
