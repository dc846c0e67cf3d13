//! Servers of a test's own that go away and come back: health follows, nobody restarts us.

use std::time::{Duration, Instant};

use lapin::{
    Channel, Connection, ConnectionProperties,
    options::{BasicGetOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};
use signpost_shared::queue::rabbit::{DEAD, SEND};
use signpost_smtp_server::{Answer::After, Rule};
use tempfile::TempDir;

use crate::rig::{Api, Server, Worker, World, amqp_url, until};

/// A second or two, on a machine that does other things too.
const SOON: Duration = Duration::from_secs(4);

/// A broker that can be broken; the folder lives as long.
struct Broker {
    server: Server,
    folder: TempDir,
}

impl Broker {
    async fn start(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::rabbit(folder.path(), settings).await.unwrap();
        server.ready().await.unwrap();
        Self { server, folder }
    }

    fn url(&self) -> String {
        amqp_url(self.server.address())
    }

    async fn killed_and_back(&mut self) {
        self.server.process.kill().await;
        self.server.process.restart();
        self.server.ready().await.unwrap();
    }

    async fn channel(&self) -> (Connection, Channel) {
        let connection =
            Connection::connect(&self.url(), ConnectionProperties::default()).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        (connection, channel)
    }

    async fn answers_for(&self, queue: &str) -> bool {
        let (_connection, channel) = self.channel().await;
        let message = channel.basic_get(queue.into(), BasicGetOptions::default());
        tokio::time::timeout(SOON, message).await.is_ok()
    }
}

async fn follows(what: &str, condition: impl AsyncFn() -> bool) {
    let began = Instant::now();
    until(what, condition).await;
    assert!(began.elapsed() < SOON, "{what} after {:?}", began.elapsed());
}

async fn both_are(healthy: bool, api: &Api, worker: &Worker) {
    let what = if healthy { "both are healthy" } else { "both are unhealthy" };
    follows(what, async || {
        api.is_healthy().await == healthy && worker.is_healthy().await == healthy
    })
    .await;
}

#[tokio::test]
async fn slow_health_follows_the_broker_both_ways() {
    let world = World::new().await;
    let mut broker = Broker::start("").await;
    let url = broker.url();
    let more = [("SIGNPOST_AMQP_URL", url.as_str())];
    let (api, worker) = (world.api(&more).await, world.worker(&more).await);
    broker.server.process.kill().await;
    both_are(false, &api, &worker).await;
    broker.server.process.restart();
    broker.server.ready().await.unwrap();
    both_are(true, &api, &worker).await;
    assert!(api.send("jane@a.example").await.is_success());
    world.mails.wait_for_received(1).await;
}

#[tokio::test]
async fn health_follows_redis_both_ways() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let mut redis = Server::redis(folder.path(), &[]).unwrap();
    redis.ready().await.unwrap();
    let url = format!("redis://{}", redis.address());
    let api = world.api(&[("SIGNPOST_REDIS_URL", &url)]).await;
    for (away, back) in [("KILL", None), ("STOP", Some("CONT"))] {
        redis.process.signal(away);
        follows("the API is unhealthy", async || !api.is_healthy().await).await;
        if let Some(signal) = back {
            redis.process.signal(signal);
        } else {
            redis.process.kill().await;
            redis.process.restart();
            redis.ready().await.unwrap();
        }
        follows("the API is healthy", async || api.is_healthy().await).await;
    }
    assert!(api.send("jane@a.example").await.is_success());
}

#[tokio::test]
async fn slow_a_broker_in_alarm_is_503_and_never_a_hang() {
    let world = World::new().await;
    let alarm = "disk_free_limit.absolute = 900GB";
    let mut broker = Broker::start(alarm).await;
    let api = world.api(&[("SIGNPOST_AMQP_URL", &broker.url())]).await;
    // The broker tells a connection only when it publishes: the first one runs into it.
    let began = Instant::now();
    let first = api.send("jane@a.example").await;
    assert_eq!((first.status, first.retry_after.as_deref()), (503, Some("2")));
    assert!(began.elapsed() < Duration::from_secs(8));
    until("the API is unhealthy", async || !api.is_healthy().await).await;
    let told = |line: &serde_json::Value| {
        line["cause"].as_str().filter(|_| line["dependency"] == "broker").map(str::to_owned)
    };
    let cause = api.process.logged("the outage", told).await;
    assert!(cause.contains("blocks publishers"), "{cause}");
    let began = Instant::now();
    assert_eq!(api.send("john@a.example").await.status, 503);
    assert!(began.elapsed() < Duration::from_secs(2), "it is known to be blocked");

    let path = broker.folder.path().join("rabbitmq.conf");
    let calm =
        std::fs::read_to_string(&path).unwrap().replace(alarm, "disk_free_limit.absolute = 1MB");
    std::fs::write(&path, calm).unwrap();
    broker.killed_and_back().await;
    until("the API is healthy", async || api.is_healthy().await).await;
    for address in ["jane@a.example", "john@a.example"] {
        assert!(api.send(address).await.is_success(), "nobody was locked out");
    }
}

#[tokio::test]
async fn a_consumer_that_the_broker_cancels_declares_its_queue_anew_and_goes_on() {
    let world = World::new().await;
    let (api, worker) = (world.api(&[]).await, world.worker(&[]).await);
    world.broker.delete(SEND).await;
    let lost = |line: &serde_json::Value| line.to_string().contains("cancelled").then_some(());
    worker.process.logged("that it was cancelled", lost).await;
    let consuming = |line: &&String| line.contains("\"consuming from the broker\"");
    let again = async || worker.process.log().iter().filter(consuming).count() > 1;
    until("the worker consumes again", again).await;
    assert_eq!(world.broker.depth(SEND).await, 0, "the queue is there again");
    assert!(api.send("jane@a.example").await.is_success());
    world.mails.wait_for_received(1).await;
}

/// A broker takes back what is held for longer than it allows: RabbitMQ up to 4.2 closes the
/// channel for it, 4.3 cancels the consumer.
#[tokio::test]
async fn slow_a_mail_that_takes_longer_than_the_broker_allows_is_sent_once() {
    let world = World::new().await;
    let mut broker = Broker::start("consumer_timeout = 4000").await;
    // How often it looks: a minute, unless this file says otherwise.
    let often = "[{rabbit, [{channel_tick_interval, 1000}]}].\n";
    std::fs::write(broker.folder.path().join("advanced.config"), often).unwrap();
    broker.killed_and_back().await;
    let url = broker.url();
    let more = [("SIGNPOST_AMQP_URL", url.as_str())];
    let (api, mut worker) = (world.api(&more).await, world.worker(&more).await);
    world.script.rule(Rule::at("BODY", After(Duration::from_secs(6))).times(1));
    assert!(api.send("jane@a.example").await.is_success());
    let again = "signpost_jobs_total{outcome=\"duplicate\"}";
    until("it is known", async || worker.metric(again).await >= Some(1.0)).await;
    worker.process.terminate();
    worker.process.ended().await;
    let (_connection, channel) = broker.channel().await;
    let passive = QueueDeclareOptions { passive: true, ..Default::default() };
    let left = channel.queue_declare(SEND.into(), passive, FieldTable::default()).await.unwrap();
    assert_eq!((left.message_count(), world.mails.received()), (0, 1));
}

/// A node writes down late which log is which queue's.
#[tokio::test]
async fn slow_a_broker_that_is_killed_when_its_queues_were_just_made_still_has_them() {
    let world = World::new().await;
    let mut broker = Broker::start("").await;
    let url = broker.url();
    let more = [("SIGNPOST_AMQP_URL", url.as_str())];
    let api = world.api(&more).await;
    assert!(api.send("jane@a.example").await.is_success());
    broker.killed_and_back().await;
    assert!(broker.answers_for(DEAD).await, "the one that was made last");
    let _worker = world.worker(&more).await;
    world.mails.wait_for_received(1).await;
}

#[tokio::test]
async fn slow_a_queue_that_a_killed_broker_half_forgot_is_made_anew() {
    let world = World::new().await;
    let mut broker = Broker::start("").await;
    let (_connection, channel) = broker.channel().await;
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    arguments.insert("x-message-ttl".into(), AMQPValue::LongUInt(7 * 24 * 60 * 60 * 1000));
    arguments.insert("x-delivery-limit".into(), AMQPValue::LongInt(i32::MAX));
    let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    channel.queue_declare(DEAD.into(), durable, arguments).await.unwrap();
    broker.killed_and_back().await;

    let url = broker.url();
    let more = [("SIGNPOST_AMQP_URL", url.as_str())];
    // Both at once: one of them makes the queues, and the other waits for it.
    let (api, _worker) = tokio::join!(world.api(&more), world.worker(&more));
    assert!(broker.answers_for(DEAD).await);
    assert!(api.send("jane@a.example").await.is_success());
    world.mails.wait_for_received(1).await;
}
