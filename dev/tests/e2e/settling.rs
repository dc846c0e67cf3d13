//! Every outcome ends where the settle table says, and nothing is lost or sent twice.

use mail_parser::MessageParser;
use signpost_shared::{
    address::EmailAddress,
    clock::{Clock, Timestamp},
    code::{Challenge, Digits},
    job::Job,
    locale::Locale,
    queue::rabbit::{DEAD, SEND},
};
use signpost_smtp_server::{
    Answer::{After, Say, Stall},
    Rule,
};
use std::time::Duration;
use uuid::Uuid;

use crate::{
    dead::die_with,
    rig::{World, soon, until},
};

pub(crate) fn identity(raw: &[u8]) -> (String, String) {
    let mail = MessageParser::default().parse(raw).unwrap();
    let text = mail.body_text(0).unwrap();
    let code = text.lines().find(|line| line.len() == 6 && line.parse::<u32>().is_ok()).unwrap();
    (mail.message_id().unwrap().to_owned(), code.to_owned())
}

#[tokio::test]
async fn slow_a_451_is_delivered_by_the_ladder_as_the_same_mail() {
    let world = World::new().await;
    let (api, worker) = (world.api(&[]).await, world.worker(&[]).await);
    // Taken, but the relay says no: what it took is what a retry must equal. The first refusal
    // might be about pace, the second about the connection.
    world.script.rule(Rule::at("BODY", Say("451 4.3.0 try later").keeping()).times(3));
    assert!(api.send("jane@a.example").await.is_success());
    world.mails.wait_for_received(3).await;
    let retries = "signpost_retries_total{rung=\"5s\"}";
    until("it is retried", async || worker.metric(retries).await == Some(1.0)).await;
    let first_rung = world.mails.wait_for_received(4);
    tokio::time::timeout(Duration::from_secs(30), first_rung).await.expect("5 s");
    let mails = world.mails.list();
    assert_eq!(mails.len(), 4);
    let (first, last) = (identity(&mails[0].raw), identity(&mails[3].raw));
    assert_eq!(first, last);
    until("all is settled", async || world.broker.total_depth().await == 0).await;
}

#[tokio::test]
async fn a_550_is_parked_with_its_reason_and_not_tried_again() {
    let world = World::new().await;
    let (api, worker) = (world.api(&[]).await, world.worker(&[]).await);
    world.script.rule(Rule::at("RCPT", Say("550 5.1.1 no such mailbox")));
    assert!(api.send("jane@a.example").await.is_success());
    let dead = world.broker.next_dead().await;
    assert_eq!((dead.reason.as_deref(), dead.attempt), (Some("rcpt 550 5.1.1"), 1));
    assert_eq!(world.script.hits(), [1]);
    let counted = "signpost_jobs_dead_total{reason=\"rcpt 550\"}";
    until("it is counted", async || worker.metric(counted).await == Some(1.0)).await;
    until("all is settled", async || world.broker.total_depth().await == 0).await;
}

/// Brokers count returns, each generation in its own way and up to a default of its own. Our
/// limit is declared, and an attempt is what a worker made, which our own header counts.
#[tokio::test]
async fn what_came_back_twenty_times_has_burnt_no_attempt() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    world.script.rule(Rule::at("RCPT", Say("550 5.1.1 no such mailbox")));
    assert!(api.send("jane@a.example").await.is_success());
    for _ in 0..20 {
        die_with(&world, SEND, 1).await;
    }
    let _worker = world.worker(&[]).await;
    let dead = world.broker.next_dead().await;
    assert_eq!((dead.reason.as_deref(), dead.attempt), (Some("rcpt 550 5.1.1"), 1));
}

#[tokio::test]
async fn an_unreadable_job_is_parked_and_the_worker_goes_on() {
    let world = World::new().await;
    let (api, _worker) = (world.api(&[]).await, world.worker(&[]).await);
    for rubbish in [&b"\xff\xfe"[..], b"{}", b"", br#"{"v":1,"id":"x"}"#, &vec![b'x'; 20_000]] {
        world.broker.publish(rubbish).await;
        let dead = world.broker.next_dead().await;
        assert!(dead.reason.unwrap().starts_with("unreadable job"));
        assert_eq!(dead.body, rubbish);
    }
    assert!(api.send("jane@a.example").await.is_success());
    world.mails.wait_for_received(1).await;
}

#[tokio::test]
async fn a_job_that_no_queue_was_bound_for_is_delivered_all_the_same() {
    let world = World::new().await;
    let (api, _worker) = (world.api(&[]).await, world.worker(&[]).await);
    world.broker.unbind_jobs().await;
    assert!(api.send("jane@a.example").await.is_success());
    world.mails.wait_for_received(1).await;
}

#[tokio::test]
async fn slow_a_job_whose_key_is_not_known_yet_waits_for_it() {
    let mut world = World::new().await;
    let old = world.worker(&[]).await;
    let known = world.code_keys.clone();
    world.code_keys = format!("k2:{},{known}", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let api = world.api(&[]).await;
    assert!(api.send("jane@a.example").await.is_success());
    let postponed = "signpost_jobs_postponed_total{reason=\"unknown-key\"}";
    until("the job waits", async || old.metric(postponed).await.is_some()).await;
    assert_eq!(world.mails.received(), 0);
    old.process.terminate();
    let _new = world.worker(&[]).await;
    soon("the mail", world.mails.wait_for_received(1)).await;
    until("all is settled", async || world.broker.total_depth().await == 0).await;
}

#[tokio::test]
async fn slow_a_job_of_a_newer_version_waits() {
    let world = World::new().await;
    let worker = world.worker(&[]).await;
    world.broker.publish(br#"{"v":2}"#).await;
    let postponed = "signpost_jobs_postponed_total{reason=\"newer-version\"}";
    until("the job waits", async || worker.metric(postponed).await >= Some(2.0)).await;
    assert_eq!(world.broker.depth(DEAD).await, 0);
}

#[tokio::test]
async fn sigterm_in_a_delivery_lets_it_finish_loses_nothing_and_sends_nothing_twice() {
    let world = World::new().await;
    let (api, mut worker) = (world.api(&[]).await, world.worker(&[]).await);
    world.script.rule(Rule::at("BODY", After(Duration::from_secs(1))));
    for n in 0..30 {
        assert!(api.send(&format!("jane{n}@a.example")).await.is_success());
    }
    world.script.wait_for_hits(1).await;
    worker.process.terminate();
    assert!(worker.process.ended().await.success());
    let (queued, received) = (world.broker.depth(SEND).await, world.mails.received());
    let log = || worker.process.log().join("\n");
    assert_eq!(u64::from(queued) + received, 30, "{queued} + {received}\n{}", log());
    let _other = world.worker(&[]).await;
    soon("all mails", world.mails.wait_for_received(30)).await;
    until("all is settled", async || world.broker.total_depth().await == 0).await;
    assert_eq!(world.mails.received(), 30, "nothing was sent twice");
}

#[tokio::test]
async fn a_worker_that_is_killed_loses_nothing_and_what_is_sent_twice_is_the_same_mail() {
    let world = World::new().await;
    let (api, mut worker) = (world.api(&[]).await, world.worker(&[]).await);
    world.script.rule(Rule::at("BODY", Stall.keeping()).times(1));
    assert!(api.send("jane@a.example").await.is_success());
    world.mails.wait_for_received(1).await;
    worker.process.kill().await;
    let _other = world.worker(&[]).await;
    soon("the mail again", world.mails.wait_for_received(2)).await;
    let mails = world.mails.list();
    assert_eq!(identity(&mails[0].raw), identity(&mails[1].raw));
}

#[tokio::test]
async fn a_second_signal_abandons_what_is_in_hand_and_the_broker_keeps_it() {
    let world = World::new().await;
    let (api, mut worker) = (world.api(&[]).await, world.worker(&[]).await);
    world.script.rule(Rule::at("BODY", Stall).times(1));
    assert!(api.send("jane@a.example").await.is_success());
    world.script.wait_for_hits(1).await;
    worker.process.terminate();
    let stopping = |line: &serde_json::Value| line["signal"].as_str().map(|_| ());
    worker.process.logged("the first signal", stopping).await;
    worker.process.terminate();
    worker.process.ended().await;
    until("the job is back", async || world.broker.depth(SEND).await == 1).await;
}

/// As two runs of an old `keygen` made them: the reader would get a code that is wrong.
#[tokio::test]
async fn another_key_under_the_same_name_is_an_unknown_key() {
    let world = World::new().await;
    let other = [("SIGNPOST_CODE_KEYS", "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")];
    let (api, mut worker) = (world.api(&[]).await, world.worker(&other).await);
    assert!(api.send("jane@a.example").await.is_success());
    let waits = "signpost_jobs_postponed_total{reason=\"unknown-key\"";
    until("the job waits", async || worker.metric(waits).await >= Some(1.0)).await;
    worker.process.terminate();
    worker.process.ended().await;
    assert_eq!(world.mails.received(), 0);
    let _worker = world.worker(&[]).await;
    soon("the mail", world.mails.wait_for_received(1)).await;
}

/// A job as an API in this world would have written it, whose code ends then.
pub(crate) fn job(address: &str, expires_at: Timestamp) -> Job {
    Job {
        id: Uuid::now_v7(),
        to: EmailAddress::parse(address).unwrap(),
        locale: Locale::EN_US,
        challenge: Challenge {
            id: Uuid::new_v4(),
            kid: "k1".to_owned().try_into().unwrap(),
            digits: Digits::default(),
            expires_at,
        },
        accepted_at: Clock::system().now(),
        key_check: None,
        tag: None,
        wants_status: false,
    }
}

#[tokio::test]
async fn a_job_whose_code_has_expired_is_counted_and_not_mailed() {
    let world = World::new().await;
    let worker = world.worker(&[]).await;
    let now = Clock::system().now().as_millis();
    let at = |seconds: i64| Timestamp::from_millis(now.checked_add_signed(seconds * 1000).unwrap());
    world.broker.publish(&job("gone@a.example", at(-61)).encode()).await;
    // Clocks differ: a minute is forgiven.
    world.broker.publish(&job("late@a.example", at(-30)).encode()).await;
    let expired = "signpost_jobs_expired_total{when=\"queued\"}";
    until("it is counted", async || worker.metric(expired).await == Some(1.0)).await;
    soon("the late mail", world.mails.wait_for_received(1)).await;
    assert_eq!(world.mails.list()[0].to, ["late@a.example"]);
    until("all is settled", async || world.broker.total_depth().await == 0).await;
    assert_eq!(world.mails.received(), 1);
}

#[tokio::test]
async fn a_job_whose_code_would_expire_before_its_next_attempt_is_counted_and_not_kept() {
    let world = World::new().await;
    let worker = world.worker(&[]).await;
    world.script.rule(Rule::at("RCPT", Say("450 4.2.0 try later")));
    // The first rung is 5 s.
    let soon = Clock::system().now().plus(Duration::from_secs(4));
    world.broker.publish(&job("jane@a.example", soon).encode()).await;
    let expired = "signpost_jobs_expired_total{when=\"retrying\"}";
    until("it is counted", async || worker.metric(expired).await == Some(1.0)).await;
    until("all is settled", async || world.broker.total_depth().await == 0).await;
    assert_eq!(worker.metric("signpost_retries_total").await, Some(0.0));
    assert_eq!(world.script.hits(), [1]);
}
