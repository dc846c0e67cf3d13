//! A broker that refuses us, that is full, or that falls silent.

use std::time::{Duration, Instant};

use signpost_dev::rig::{Process, Proxy, World, until};
use signpost_shared::queue::rabbit::Broker;
use tokio::net::TcpListener;

#[tokio::test]
async fn a_user_who_may_not_declare_uses_what_is_there() {
    let world = World::new().await;
    let url = world.broker.user("", "^mail\\\\.v1$", "^mail\\\\.v1\\\\.(send|unrouted)$").await;
    let more = [("SIGNPOST_AMQP_URL", url.as_str())];
    let (api, _worker) = (world.api(&more).await, world.worker(&more).await);
    assert!(api.send("jane@a.example").await.is_success());
    world.mails.wait_for_received(1).await;
}

#[tokio::test]
async fn a_broker_that_loses_power_after_a_refusal_is_left_for_the_next_node() {
    let world = World::new().await;
    let proxy = Proxy::to(world.broker.address()).await;
    let urls = format!("{},{}", world.broker.url_through(proxy.address()), world.broker.url());
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
    let mut held = vec![silent.accept().await.unwrap()];
    let before = process.threads();
    for _ in 0..3 {
        held.push(silent.accept().await.unwrap());
    }
    assert!(process.threads() <= before + 1, "{before}, then {}", process.threads());
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
