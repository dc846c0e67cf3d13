//! Queues that are deleted or expire, channels that end, headers of others: nothing is mailed
//! twice for it, and nothing is skipped.

use std::time::Duration;

use signpost_shared::{
    clock::Clock,
    queue::{
        Route, Rung,
        rabbit::{DEAD, SEND, queue_of},
    },
};
use signpost_smtp_server::{
    Answer::{After, Say},
    Rule,
};

use crate::{
    rig::{World, soon, until},
    settling::job,
};

const MINUTE: Duration = Duration::from_secs(60);

fn lost(line: &serde_json::Value, queue: &str) -> Option<()> {
    let message = line["message"].as_str()?;
    (message.contains("a queue was gone") && line["queue"] == queue).then_some(())
}

fn made(line: &serde_json::Value) -> Option<()> {
    (line["message"] == "made the queues").then_some(())
}

/// The lines that tell of a queue's loss, over all processes.
fn lines_about(queue: &str, logs: &[Vec<String>]) -> usize {
    let lines = logs.iter().flatten().filter_map(|line| serde_json::from_str(line).ok());
    lines.filter(|line| lost(line, queue).is_some()).count()
}

#[tokio::test]
async fn a_refusal_is_parked_once_though_the_parking_lot_was_deleted() {
    let world = World::new().await;
    let worker = world.worker(&[]).await;
    world.script.rule(Rule::at("RCPT", Say("550 5.1.1 no such mailbox")));
    world.broker.delete(DEAD).await;
    let until_then = Clock::system().now().plus(MINUTE * 10);
    world.broker.publish(&job("jane@a.example", until_then).encode()).await;
    worker.process.logged("the loss", |line| lost(line, DEAD)).await;
    worker.process.logged("its end", made).await;
    let dead = world.broker.next_dead().await;
    assert_eq!((dead.reason.as_deref(), dead.attempt), (Some("rcpt 550 5.1.1"), 1));
    assert_eq!(world.script.hits(), [1], "the relay was asked once");
    assert_eq!(lines_about(DEAD, &[worker.process.log()]), 1);
    let counted = format!("signpost_queues_lost_total{{queue=\"{DEAD}\"}}");
    assert_eq!(worker.metric(&counted).await, Some(1.0));
    until("all is settled", async || world.broker.total_depth().await == 0).await;
}

#[tokio::test]
async fn whoever_looks_whether_all_is_there_loses_no_connection_by_it() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    world.broker.delete(&queue_of(Route::Wait(Rung::S5))).await;
    api.process.logged("its end", made).await;
    assert!(api.send("jane@a.example").await.is_success());
    let log = api.process.log();
    assert!(!log.iter().any(|line| line.contains("not connected to the broker")), "{log:#?}");
}

#[tokio::test]
async fn no_rung_is_skipped_though_its_queue_was_deleted() {
    let world = World::new().await;
    let worker = world.worker(&[]).await;
    world.script.rule(Rule::at("RCPT", Say("450 4.2.0 try later")).times(1));
    let queue = queue_of(Route::Wait(Rung::S5));
    world.broker.delete(&queue).await;
    let until_then = Clock::system().now().plus(MINUTE * 10);
    world.broker.publish(&job("jane@a.example", until_then).encode()).await;
    worker.process.logged("the loss", |line| lost(line, &queue)).await;
    worker.process.logged("its end", made).await;
    let waiting = world.broker.next(&queue).await;
    assert_eq!(waiting.attempt, 1);
    assert_eq!((world.script.hits(), world.mails.received()), (vec![1], 0));
}

#[tokio::test]
async fn a_queue_that_is_gone_is_made_anew_though_nothing_goes_there() {
    let world = World::new().await;
    let (api, worker) = (world.api(&[]).await, world.worker(&[]).await);
    let queue = queue_of(Route::Wait(Rung::M10));
    world.broker.delete(&queue).await;
    let logs = || [api.process.log(), worker.process.log()];
    until("somebody tells of it", async || lines_about(&queue, &logs()) > 0).await;
    let made = |log: &Vec<String>| log.iter().any(|line| line.contains("made the queues"));
    until("it is there", async || logs().iter().any(made)).await;
    // Both look; the one that makes it says so.
    assert_eq!(lines_about(&queue, &logs()), 1);
    assert_eq!(world.broker.depth(&queue).await, 0);
    until("all is well", async || api.is_healthy().await && worker.is_healthy().await).await;
}

#[tokio::test]
async fn a_queue_that_goes_together_with_the_exchange_is_lost_too() {
    let world = World::new().await;
    let worker = world.worker(&[]).await;
    world.broker.delete(DEAD).await;
    world.broker.delete_exchange().await;
    worker.process.logged("the loss", |line| lost(line, DEAD)).await;
    worker.process.logged("its end", made).await;
    assert_eq!(lines_about(DEAD, &[worker.process.log()]), 1);
    until("all is well", async || worker.is_healthy().await).await;
}

#[tokio::test]
async fn what_a_relay_has_is_not_mailed_again_when_its_channel_ended_meanwhile() {
    let world = World::new().await;
    let (proxy, url) = world.broker.behind_a_proxy().await;
    let worker = world.worker(&[("SIGNPOST_AMQP_URL", &url)]).await;
    world.script.rule(Rule::at("BODY", After(Duration::from_secs(2))).times(1));
    let until_then = Clock::system().now().plus(MINUTE * 10);
    world.broker.publish(&job("jane@a.example", until_then).encode()).await;
    world.script.wait_for_hits(1).await;
    proxy.cut();
    until("the job is back", async || world.broker.depth(SEND).await == 1).await;
    proxy.mend();
    soon("the mail", world.mails.wait_for_received(1)).await;
    let again = "signpost_jobs_total{outcome=\"duplicate\"}";
    until("it is known", async || worker.metric(again).await == Some(1.0)).await;
    until("all is settled", async || world.broker.total_depth().await == 0).await;
    assert_eq!(world.mails.received(), 1);
}

/// After so many attempts the next one is the last, and no arithmetic wraps.
#[tokio::test]
async fn a_job_of_more_attempts_than_there_are_is_parked() {
    let world = World::new().await;
    let _worker = world.worker(&[]).await;
    world.script.rule(Rule::at("RCPT", Say("450 4.2.0 try later")));
    let until_then = Clock::system().now().plus(MINUTE * 10);
    world.broker.publish_after(u32::MAX, &job("jane@a.example", until_then).encode()).await;
    let dead = world.broker.next_dead().await;
    assert_eq!(dead.attempt, u32::MAX);
    assert!(dead.reason.unwrap().starts_with("attempts used up"));
}
