//! Redis or the broker can't do its part: 503, no mail, and nobody is locked out.

use std::time::{Duration, Instant};

use signpost_dev::rig::{Answer, Proxy, World, until};

const UNAVAILABLE: &str = r#"{"msg":"service temporarily unavailable, please try again later","code":"503","success":false,"retryAfter":2}"#;

fn assert_unavailable(answer: &Answer) {
    assert_eq!((answer.status, answer.body.as_str()), (503, UNAVAILABLE));
    assert_eq!(answer.retry_after.as_deref(), Some("2"));
    assert_eq!(answer.cache_control.as_deref(), Some("no-store"));
}

#[tokio::test]
async fn a_refused_publish_is_503_and_takes_nothing() {
    let world = World::new().await;
    let api = world.api(&[("SIGNPOST_DAILY_CAP", "1")]).await;
    world.broker.refuse_jobs().await;
    assert_unavailable(&api.send("jane@a.example").await);
    world.broker.take_jobs().await;
    assert!(api.send("jane@a.example").await.is_success(), "neither cooldown nor count");
    assert_eq!(api.metric("signpost_publishes_total{outcome=\"refused\"").await, Some(1.0));
    // The channel itself may be what refuses, as after the loss of a queue's leader.
    let renewed =
        |line: &serde_json::Value| line.to_string().contains("new channels").then_some(());
    api.process.logged("that it has new channels", renewed).await;
    assert!(api.send("john@a.example").await.is_success());
}

#[tokio::test]
async fn without_the_broker_503_at_once_and_accepted_as_soon_as_it_is_back() {
    let world = World::new().await;
    let proxy = Proxy::to(world.broker.address()).await;
    let amqp = world.broker.url_through(proxy.address());
    let api = world.api(&[("SIGNPOST_AMQP_URL", &amqp)]).await;
    proxy.cut();
    until("the API is unready", async || !api.is_ready().await).await;
    let asked = Instant::now();
    assert_unavailable(&api.send("jane@a.example").await);
    assert!(asked.elapsed() < Duration::from_secs(2));
    proxy.mend();
    until("the API is ready", async || api.is_ready().await).await;
    assert!(api.send("jane@a.example").await.is_success());
}

#[tokio::test]
async fn a_broker_that_stops_answering_is_503_within_the_deadline() {
    let world = World::new().await;
    let proxy = Proxy::to(world.broker.address()).await;
    let amqp = world.broker.url_through(proxy.address());
    let api = world.api(&[("SIGNPOST_AMQP_URL", &amqp)]).await;
    proxy.freeze();
    let asked = Instant::now();
    assert_unavailable(&api.send("jane@a.example").await);
    assert!(asked.elapsed() < Duration::from_secs(8));
    proxy.cut();
    proxy.mend();
    // The outcome was unknown: the cooldown is given back, the count is kept.
    until("the address is accepted", async || api.send("jane@a.example").await.is_success()).await;
}

#[tokio::test]
async fn without_redis_503_and_accepted_as_soon_as_it_is_back() {
    let world = World::new().await;
    let redis: url::Url = std::env::var_os("REDIS_URL").unwrap().to_str().unwrap().parse().unwrap();
    let address = redis.socket_addrs(|| Some(6379)).unwrap()[0];
    let proxy = Proxy::to(address).await;
    let mut through = redis.clone();
    through.set_host(Some("127.0.0.1")).unwrap();
    through.set_port(Some(proxy.address().port())).unwrap();
    let api = world.api(&[("SIGNPOST_REDIS_URL", through.as_str())]).await;
    for broken in [Proxy::cut, Proxy::freeze] {
        broken(&proxy);
        let asked = Instant::now();
        assert_unavailable(&api.send("jane@a.example").await);
        assert!(asked.elapsed() < Duration::from_secs(3));
        assert!(!api.is_ready().await);
        proxy.cut();
        proxy.mend();
        until("the API is ready", async || api.is_ready().await).await;
    }
    until("the address is accepted", async || api.send("jane@a.example").await.is_success()).await;
}

#[tokio::test]
async fn both_may_start_before_the_broker_is_there() {
    let world = World::new().await;
    let proxy = Proxy::to(world.broker.address()).await;
    proxy.cut();
    let amqp = world.broker.url_through(proxy.address());
    let more = [("SIGNPOST_AMQP_URL", amqp.as_str())];
    let mending = async {
        // The API's connection and the worker's two.
        proxy.has_refused(3).await;
        proxy.mend();
    };
    let (api, _worker, ()) = tokio::join!(world.api(&more), world.worker(&more), mending);
    assert!(api.send("jane@a.example").await.is_success());
    world.mails.wait_for_received(1).await;
}
