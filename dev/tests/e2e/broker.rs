//! A broker that refuses us, that is full, or that falls silent: ready all the same, unhealthy,
//! and told of once.

use std::time::{Duration, Instant};

use signpost_shared::queue::{
    Route, Rung,
    rabbit::{Broker, DEAD, SEND, UNROUTED, declare, queue_of},
};
use signpost_smtp_server::{Answer::Say, Rule};
use tokio::net::TcpListener;

use crate::rig::{Api, Process, World, threads, until};

/// The lines of this level that tell of an outage.
fn told(process: &Process, level: &str) -> Vec<String> {
    let mut log = process.log();
    log.retain(|line| line.contains("\"dependency\"") && line.contains(level));
    log
}

fn attempts(process: &Process) -> usize {
    let failed = |line: &&String| line.contains("not con") && line.contains("DEBUG");
    process.log().iter().filter(failed).count()
}

/// Sends to one address after the other until one is refused: how many were accepted, and
/// what the refusal says.
async fn fill(api: &Api) -> (u32, Option<String>) {
    for number in 0.. {
        let answer = api.send(&format!("u{number}@a.example")).await;
        if answer.status == 503 {
            return (number, answer.retry_after);
        }
        assert!(answer.is_success(), "{}", answer.body);
    }
    unreachable!()
}

#[tokio::test]
async fn a_user_who_may_not_declare_uses_what_is_there() {
    let world = World::new().await;
    let url = world.broker.user("", "^mail\\\\.v1$", "^mail\\\\.v1\\\\.(send|unrouted)$").await;
    let more = [("SIGNPOST_AMQP_URL", url.as_str())];
    let (api, worker) = (world.api(&more).await, world.worker(&more).await);
    until("both are healthy", async || api.is_healthy().await && worker.is_healthy().await).await;
    assert!(api.send("jane@a.example").await.is_success());
    world.mails.wait_for_received(1).await;
}

#[tokio::test]
async fn few_channels_are_enough_or_told_to_be_too_few() {
    let world = World::new().await;
    for queue in [SEND, DEAD, UNROUTED] {
        world.broker.delete(queue).await;
    }
    let url = |channels: u16| format!("{}?channel_max={channels}", world.broker.url());
    let few = world.starting_api(&[("SIGNPOST_AMQP_URL", &url(8))]).await;
    until("it is told", async || !told(&few.process, "WARN").is_empty()).await;
    assert!(told(&few.process, "WARN")[0].contains("8 channels a connection (channel_max)"));
    let enough = world.api(&[("SIGNPOST_AMQP_URL", &url(16))]).await;
    until("the other one is healthy", async || enough.is_healthy().await).await;
    assert!(enough.send("jane@a.example").await.is_success());

    // A number of a channel that the broker has closed is passed over, each time it comes round.
    let broker = Broker::new(&url(16), None).unwrap();
    let connection = broker.connect("test").await.unwrap();
    world.broker.delete(DEAD).await;
    for _ in 0..40 {
        declare(&broker, &connection).await.unwrap();
    }
    assert!(connection.status().connected());
}

#[tokio::test]
async fn a_queue_that_may_not_be_made_anew_stops_as_little_as_can_be() {
    let world = World::new().await;
    let url = world.broker.user("", "^mail\\\\.v1$", "^mail\\\\.v1\\\\.(send|unrouted)$").await;
    let more = [("SIGNPOST_AMQP_URL", url.as_str())];
    let (api, worker) = (world.api(&more).await, world.worker(&more).await);
    let missing = queue_of(Route::Wait(Rung::S5));
    world.broker.delete(&missing).await;
    world.script.rule(Rule::at("RCPT", Say("450 4.2.0 try later")).times(1));
    assert!(api.send("jane@a.example").await.is_success());
    // The next rung takes it, and its place is free for others.
    let next = queue_of(Route::Wait(Rung::S30));
    until("it waits", async || world.broker.depth(&next).await == 1).await;
    assert!(!worker.is_healthy().await);
    let tried = worker.process.log().iter().filter(|line| line.contains("not con")).count();
    assert!(tried < 10, "{:#?}", worker.process.log());

    world.broker.delete(SEND).await;
    let told = |line: &serde_json::Value| line.to_string().contains("mail.v1.send is missing");
    api.process.logged("what is missing", |line| told(line).then_some(())).await;
    assert_eq!(api.send("john@a.example").await.status, 503);
}

#[tokio::test]
async fn a_refusal_is_told_once_with_permission_name_and_user() {
    for (permissions, missing, words) in [
        (["", ".*", ".*"], Some(DEAD), ["mail.v1.dead is missing", "configure"]),
        (["", "", ".*"], None, ["write to mail.v1", "exchange 'mail.v1'"]),
        (["", ".*", ""], None, ["read mail.v1.send", "queue 'mail.v1.send'"]),
        ([".*", ".*", ".*"], Some(SEND), ["other arguments", "queue 'mail.v1.send'"]),
    ] {
        let world = World::new().await;
        match missing {
            Some(SEND) => {
                world.broker.replace(SEND).await;
                world.broker.delete(&queue_of(Route::Wait(Rung::S30))).await;
            }
            Some(queue) => world.broker.delete(queue).await,
            None => {}
        }
        let [configure, write, read] = permissions;
        let url = world.broker.user(configure, write, read).await;
        let worker = world.worker(&[("SIGNPOST_AMQP_URL", &url)]).await;
        let process = &worker.process;
        until("it is told", async || !told(process, "WARN").is_empty()).await;
        assert!(worker.is_ready().await && !worker.is_healthy().await);
        let before = attempts(process);
        until("it tries again", async || attempts(process) > before).await;
        assert!(attempts(process) < 10, "{:?}", process.log());
        let lines = told(process, "WARN").join("\n");
        let user = url.split(['/', ':']).nth(3).unwrap();
        for word in words.into_iter().chain([user]) {
            assert!(lines.contains(word), "{word} in {lines}");
        }
        assert!(!lines.contains("s3cret"));
        assert_eq!(told(process, "WARN").len(), 1, "{lines}");
        // A loss is told when its queue is there again, not with each try.
        assert!(!process.log().iter().any(|line| line.contains("a queue was gone")));
    }
}

#[tokio::test]
async fn a_full_queue_is_told_of_once_and_so_is_its_end_though_nobody_sends() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    world.broker.bound(Some(1)).await;
    let (accepted, _) = fill(&api).await;
    until("the API is unhealthy", async || !api.is_healthy().await).await;
    assert!(api.is_ready().await);
    assert_eq!(api.metric("signpost_broker_up").await, Some(0.0));
    world.broker.bound(None).await;
    until("the API is healthy", async || api.is_healthy().await).await;
    let [begin, end] = ["WARN", "INFO"].map(|level| told(&api.process, level));
    assert!(begin.len() == 1 && begin[0].contains("mail.v1.send refuses messages"), "{begin:?}");
    assert_eq!(end.len(), 1, "{end:?}");
    let worker = world.worker(&[]).await;
    world.mails.wait_for_received(accepted.into()).await;
    until("all is settled", async || world.broker.total_depth().await == 0).await;
    let jobs = worker.metric("signpost_jobs_total").await;
    assert_eq!(jobs, Some(accepted.into()), "a probe is no job");
}

#[tokio::test]
async fn beyond_the_limit_of_waiting_jobs_503_says_when_and_takes_nothing() {
    let world = World::new().await;
    let api = world.api(&[("SIGNPOST_QUEUE_LIMIT", "300")]).await;
    let (jobs, retry_after) = fill(&api).await;
    assert!(
        jobs >= 300
            && api.metric("signpost_queue_depth{queue=\"mail.v1.send\"").await >= Some(300.0)
    );
    let seconds: u32 = retry_after.unwrap().parse().unwrap();
    assert!((1..=300).contains(&seconds), "{seconds}");
    assert!(api.is_healthy().await);
    let _worker = world.worker(&[]).await;
    let refused = format!("u{jobs}@a.example");
    until("there is room", async || api.send(&refused).await.is_success()).await;
}

#[tokio::test]
async fn a_broker_that_stalls_is_unhealthy_and_well_again_by_itself() {
    let world = World::new().await;
    let (proxy, url) = world.broker.behind_a_proxy().await;
    let api = world.api(&[("SIGNPOST_AMQP_URL", &url)]).await;
    until("the API is healthy", async || api.is_healthy().await).await;
    proxy.freeze();
    until("the API is unhealthy", async || !api.is_healthy().await).await;
    assert!(api.is_ready().await);
    proxy.mend();
    until("the API is healthy", async || api.is_healthy().await).await;
    assert_eq!(told(&api.process, "WARN").len(), 1, "{:?}", api.process.log());
}

#[tokio::test]
async fn a_broker_that_loses_power_after_a_refusal_is_left_for_the_next_node() {
    let world = World::new().await;
    let (proxy, url) = world.broker.behind_a_proxy().await;
    let urls = format!("{url},{}", world.broker.url());
    let api = world.api(&[("SIGNPOST_AMQP_URL", &urls)]).await;
    world.broker.refuse_jobs().await;
    assert_eq!(api.send("jane@a.example").await.status, 503);
    proxy.freeze();
    world.broker.take_jobs().await;
    let began = Instant::now();
    until("jobs are taken", async || api.send("jane@a.example").await.is_success()).await;
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
}

#[tokio::test]
async fn slow_a_stopped_broker_costs_no_threads() {
    let world = World::new().await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("amqp://{}", silent.local_addr().unwrap());
    let settings = world.api_settings(&[("SIGNPOST_AMQP_URL", &url)]);
    let mut process = Process::start("signpost-api", &settings);
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(silent.accept().await.unwrap());
    }
    until("one handshake's is left", async || threads(&process, "lapin-io-loop") <= 1).await;
    process.terminate();
    assert!(process.ended().await.success());
    assert!(!process.log().join("\n").contains("panicked"));
}

#[tokio::test]
async fn the_next_node_is_tried_at_once() {
    let world = World::new().await;
    let url = format!("amqp://127.0.0.1:1,{}", world.broker.url());
    let connection = Broker::new(&url, None).unwrap().connect("test").await.unwrap();
    connection.close("seen").await;
    let error = Broker::new("amqp://127.0.0.1:1,amqp://127.0.0.1:2", None).unwrap();
    let error = error.connect("test").await.unwrap_err().to_string();
    assert!(error.contains("127.0.0.1:1: ") && error.contains("127.0.0.1:2: "), "{error}");
}
