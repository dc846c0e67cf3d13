//! Relays that answer with anything at all: no panic, no endless wait, and nothing but a 2xx
//! after 354 is a delivery.

use std::time::Duration;

use proptest::prelude::*;
use signpost_smtp_server::{
    Answer::{Drip, Normal, Say, Send},
    SmtpServer,
};

use crate::deliver::{
    Deadlines, Failure, Settings,
    tests::support::{MAIL, envelope, patient, settings, soon},
};

/// All that a test of many relays can wait for.
const BRIEF: Duration = Duration::from_millis(150);

const STAGES: [&str; 6] = ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "BODY"];

fn brief() -> Deadlines {
    Deadlines { lookup: BRIEF, connect: BRIEF, greeting: BRIEF, usual: BRIEF, body: BRIEF }
}

/// A relay that is well-behaved but for what it sends at one stage.
fn deliver_when(stage: &'static str, says: Vec<u8>, pipelining: bool) -> Result<u16, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let relay = SmtpServer::playing(move |step| match step.verb {
            verb if verb == stage => Send(says.clone()),
            "EHLO" if pipelining => Say("250-relay.example\r\n250 PIPELINING"),
            _ => Normal,
        })
        .await;
        let deliverer = patient(Settings { deadlines: brief(), ..settings(&[&relay.url()]) });
        let outcome = soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await;
        outcome.map(|receipt| receipt.reply.code)
    })
}

fn reply() -> impl Strategy<Value = Vec<u8>> {
    let anything = prop::collection::vec(any::<u8>(), 0..200);
    let nearly = "[0-9]{0,4}[- ]?[^\r\n]{0,40}(\r\n|\n|\r|)([0-9]{3}[- ][a-z]{0,20}\r\n){0,3}";
    prop_oneof![anything, nearly.prop_map(String::into_bytes)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn slow_whatever_a_relay_says_only_a_2xx_after_the_body_is_a_delivery(
        stage in prop::sample::select(&STAGES[..]),
        says in reply(),
        pipelining in any::<bool>(),
    ) {
        // A relay that refuses EHLO may take HELO.
        let polite_too = says.starts_with(b"2")
            || says.starts_with(b"3")
            || stage == "EHLO" && says.starts_with(b"5");
        match deliver_when(stage, says, pipelining) {
            Ok(code) => {
                prop_assert!((200..300).contains(&code));
                prop_assert!(polite_too);
            }
            Err(Failure::Permanent(cause)) => {
                // Only a 5xx to this mail itself may end it. What is pipelined is answered in
                // one go, so the answer to MAIL may bring the next one along.
                let to_the_mail = ["RCPT", "BODY", "DATA"].contains(&stage);
                prop_assert!(to_the_mail || pipelining && stage == "MAIL", "{} {}", stage, cause);
            }
            Err(_) => {}
        }
    }
}

#[tokio::test]
async fn a_byte_now_and_then_does_not_move_the_deadline() {
    for stage in STAGES {
        let relay = SmtpServer::playing(move |step| match step.verb {
            verb if verb == stage => Drip(Duration::from_millis(20)),
            _ => Normal,
        })
        .await;
        let deliverer = patient(Settings { deadlines: brief(), ..settings(&[&relay.url()]) });
        let outcome = soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await;
        assert!(outcome.is_err(), "{stage}");
        relay.seen("0 closed").await;
    }
}

#[test]
fn a_250_that_comes_before_its_time_is_no_delivery() {
    // The reply to the body, sent along with an earlier one: what comes after is off by one.
    for (stage, early) in [
        ("GREETING", "220 hello\r\n250 ehlo\r\n"),
        ("EHLO", "250 relay.example\r\n250 2.1.0 ok\r\n"),
        ("RCPT", "250 2.1.5 ok\r\n354 go on\r\n250 2.0.0 queued\r\n"),
        ("DATA", "354 go on\r\n250 2.0.0 queued\r\n"),
    ] {
        for pipelining in [false, true] {
            let outcome = deliver_when(stage, early.as_bytes().to_vec(), pipelining);
            assert!(outcome.is_err(), "{stage} {outcome:?}");
        }
    }
}
