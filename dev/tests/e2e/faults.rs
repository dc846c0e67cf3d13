//! Redis or the broker can't do its part: 503, no mail, and nobody is locked out.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use signpost_smtp_server::{Answer::Say, Rule};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

use crate::rig::{Answer, Proxy, World, until};

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
    let (proxy, amqp) = world.broker.behind_a_proxy().await;
    let api = world.api(&[("SIGNPOST_AMQP_URL", &amqp)]).await;
    proxy.cut();
    until("the API is unhealthy", async || !api.is_healthy().await).await;
    let asked = Instant::now();
    assert_unavailable(&api.send("jane@a.example").await);
    assert!(asked.elapsed() < Duration::from_secs(2));
    proxy.mend();
    until("the API is healthy", async || api.is_healthy().await).await;
    assert!(api.send("jane@a.example").await.is_success());
}

/// The limits of a client network, of the service and of an address, as small as they may be.
const TIGHT: [(&str, &str); 4] = [
    ("SIGNPOST_NETWORK_RATE", "1/h"),
    ("SIGNPOST_NETWORK_BURST", "2"),
    ("SIGNPOST_SEND_CEILING", "600"),
    ("SIGNPOST_DAILY_CAP", "1"),
];

#[tokio::test]
async fn a_503_takes_nothing_from_address_network_or_service() {
    let world = World::new().await;
    let (proxy, amqp) = world.broker.behind_a_proxy().await;
    let mut settings = vec![("SIGNPOST_AMQP_URL", amqp.as_str())];
    settings.extend(TIGHT);
    let api = world.api(&settings).await;
    proxy.cut();
    for n in 0..100 {
        assert_unavailable(&api.send(&format!("jane{n}@a.example")).await);
    }
    proxy.mend();
    let accepted = async || api.send("jane0@a.example").await.is_success();
    until("what was refused is accepted", accepted).await;
    assert!(api.send("jane1@a.example").await.is_success(), "the network's second");
    assert_eq!(api.send("jane2@a.example").await.code(), "send.limit");
}

#[tokio::test]
async fn retries_through_a_stalled_broker_cost_nothing_and_do_not_wait_for_it_each() {
    let world = World::new().await;
    let (proxy, amqp) = world.broker.behind_a_proxy().await;
    let mut settings = vec![("SIGNPOST_AMQP_URL", amqp.as_str())];
    settings.extend(TIGHT);
    let api = world.api(&settings).await;
    proxy.freeze();
    let asked = Instant::now();
    for _ in 0..10 {
        assert_unavailable(&api.send("jane@a.example").await);
    }
    assert!(asked.elapsed() < Duration::from_secs(8), "only the first waits for a confirm");
    proxy.cut();
    proxy.has_refused(1).await;
    proxy.mend();
    until("the address is accepted", async || api.send("jane@a.example").await.is_success()).await;
    assert!(api.send("john@a.example").await.is_success(), "the network's second");
}

/// A way to a broker on which confirms can be held up and nothing else, as by a queue that has lost
/// its majority; or which breaks when one comes.
struct ConfirmsHeld {
    address: SocketAddr,
    then: watch::Sender<Then>,
    held: watch::Sender<usize>,
    _forwarding: JoinSet<()>,
}

/// What a confirm meets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Pass,
    Hold,
    Cut,
}

impl ConfirmsHeld {
    async fn before(broker: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (then, held) = (watch::Sender::new(Then::Pass), watch::Sender::new(0));
        let (told, counted) = (then.clone(), held.clone());
        let mut forwarding = JoinSet::new();
        forwarding.spawn(async move {
            let mut all = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let broker = TcpStream::connect(broker).await.unwrap();
                all.spawn(forward(client, broker, told.subscribe(), counted.clone()));
            }
        });
        Self { address, then, held, _forwarding: forwarding }
    }
}

async fn forward(
    client: TcpStream,
    broker: TcpStream,
    mut then: watch::Receiver<Then>,
    held: watch::Sender<usize>,
) -> std::io::Result<()> {
    const BASIC_ACK: &[u8] = &[0, 60, 0, 80];
    let ((mut asks, mut hears), (answers, mut asked)) = (client.into_split(), broker.into_split());
    let (mut answers, mut kept) = (BufReader::new(answers), Vec::new());
    let back = async {
        loop {
            tokio::select! {
                more = answers.fill_buf() => if more?.is_empty() {
                    return Ok(());
                },
                () = async { drop(then.wait_for(|then| *then == Then::Pass).await) }, if !kept.is_empty() => {
                    hears.write_all(&std::mem::take(&mut kept)).await?;
                    continue;
                }
            }
            // Type, channel, size; what it holds; an end mark.
            let mut frame = vec![0; 7];
            answers.read_exact(&mut frame).await?;
            let size = u32::from_be_bytes([frame[3], frame[4], frame[5], frame[6]]);
            frame.resize(7 + size as usize + 1, 0);
            answers.read_exact(&mut frame[7..]).await?;
            let now = *then.borrow();
            if now == Then::Pass || !frame[7..].starts_with(BASIC_ACK) {
                hears.write_all(&frame).await?;
                continue;
            }
            held.send_modify(|held| *held += 1);
            if now == Then::Cut {
                return Ok(());
            }
            kept.append(&mut frame);
        }
    };
    tokio::select! {
        ended = tokio::io::copy(&mut asks, &mut asked) => ended.map(drop),
        ended = back => ended,
    }
}

#[tokio::test]
async fn slow_who_asks_again_while_confirms_are_held_up_queues_one_mail() {
    let world = World::new().await;
    let confirms = ConfirmsHeld::before(world.broker.address()).await;
    let amqp = world.broker.url_through(confirms.address);
    let api = world.api(&[("SIGNPOST_AMQP_URL", amqp.as_str())]).await;
    confirms.then.send_replace(Then::Hold);
    assert_unavailable(&api.send("jane@a.example").await);
    // Other channels are tried, with what is no mail.
    until("they are", async || *confirms.held.borrow() == 2).await;
    let asked = Instant::now();
    for _ in 0..20 {
        assert_unavailable(&api.send("jane@a.example").await);
    }
    assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
    assert_eq!(*confirms.held.borrow(), 2);
    confirms.then.send_replace(Then::Pass);
    until("others are accepted", async || api.send("john@a.example").await.is_success()).await;
    // Both, and the probe.
    assert_eq!(world.broker.depth("mail.v1.send").await, 3);
}

#[tokio::test]
async fn who_asks_again_while_connections_break_before_their_confirms_gets_one_mail() {
    let world = World::new().await;
    let confirms = ConfirmsHeld::before(world.broker.address()).await;
    let amqp = world.broker.url_through(confirms.address);
    let api = world.api(&[("SIGNPOST_AMQP_URL", amqp.as_str())]).await;
    confirms.then.send_replace(Then::Cut);
    until("it has happened three times", async || {
        assert_unavailable(&api.send("jane@a.example").await);
        *confirms.held.borrow() >= 3
    })
    .await;
    confirms.then.send_replace(Then::Pass);
    until("others are accepted", async || api.send("john@a.example").await.is_success()).await;
    let _worker = world.worker(&[]).await;
    until("the queue is empty", async || world.broker.total_depth().await == 0).await;
    until("both are delivered", async || world.mails.received() >= 2).await;
    assert_eq!(world.mails.received(), 2);
}

#[tokio::test]
async fn a_mail_whose_confirm_comes_late_counts_for_its_address() {
    let world = World::new().await;
    let (proxy, amqp) = world.broker.behind_a_proxy().await;
    let settings = [("SIGNPOST_AMQP_URL", amqp.as_str()), ("SIGNPOST_DAILY_CAP", "1")];
    let api = world.api(&settings).await;
    proxy.freeze();
    assert_unavailable(&api.send("jane@a.example").await);
    proxy.mend();
    until("the count is kept", async || {
        api.metric("signpost_give_backs_total{outcome=\"done\"").await == Some(1.0)
    })
    .await;
    // Once a confirm has come in time again.
    until("it is the limit", async || api.send("jane@a.example").await.code() == "send.limit")
        .await;
}

#[tokio::test]
async fn slow_a_retry_whose_confirm_is_late_is_published_once() {
    let world = World::new().await;
    world.script.rule(Rule::at("RCPT", Say("450 4.2.0 later")).times(1));
    let confirms = ConfirmsHeld::before(world.broker.address()).await;
    let amqp = world.broker.url_through(confirms.address);
    let worker = world.worker(&[("SIGNPOST_AMQP_URL", amqp.as_str())]).await;
    confirms.then.send_replace(Then::Hold);
    let api = world.api(&[]).await;
    assert!(api.send("jane@a.example").await.is_success());
    // Ten seconds after it was late.
    let renewed =
        |line: &serde_json::Value| line.to_string().contains("new channels").then_some(());
    worker.process.logged("that it has new channels", renewed).await;
    let unknown = worker.metric("signpost_publishes_total{outcome=\"unknown\"").await;
    assert_eq!(unknown, Some(1.0));
    confirms.then.send_replace(Then::Pass);
    until("it is delivered", async || world.mails.received() == 1).await;
}

#[tokio::test]
async fn a_retry_whose_connection_breaks_is_published_again_once_confirms_come() {
    let world = World::new().await;
    world.script.rule(Rule::at("RCPT", Say("450 4.2.0 later")).times(1));
    let confirms = ConfirmsHeld::before(world.broker.address()).await;
    let amqp = world.broker.url_through(confirms.address);
    let worker = world.worker(&[("SIGNPOST_AMQP_URL", amqp.as_str())]).await;
    confirms.then.send_replace(Then::Cut);
    let api = world.api(&[]).await;
    assert!(api.send("jane@a.example").await.is_success());
    until("it has happened three times", async || *confirms.held.borrow() >= 3).await;
    confirms.then.send_replace(Then::Pass);
    until("it is delivered", async || world.mails.received() == 1).await;
    let unknown = worker.metric("signpost_publishes_total{outcome=\"unknown\"").await;
    assert_eq!(unknown, Some(1.0));
}

#[tokio::test]
async fn without_redis_a_flood_costs_few_connections_and_owes_nothing() {
    let world = World::new().await;
    let (proxy, through) = redis_through_a_proxy().await;
    let api = world.api(&[("SIGNPOST_REDIS_URL", &through)]).await;
    proxy.cut();
    let asked = Instant::now();
    for n in 0..20 {
        let flood = (0..50).map(|m| async move { format!("jane{n}-{m}@a.example") });
        let flood = flood.map(async |address| assert_unavailable(&api.send(&address.await).await));
        futures_util::future::join_all(flood).await;
    }
    let most = 10 + asked.elapsed().as_secs() * 2;
    assert!(proxy.refused() <= most, "{} connections in {:?}", proxy.refused(), asked.elapsed());
    proxy.mend();
    until("it is accepted", async || api.send("jane0-0@a.example").await.is_success()).await;
    assert_eq!(api.metric("signpost_give_backs_total{outcome=\"dropped\"").await, Some(0.0));
}

async fn redis_through_a_proxy() -> (Proxy, String) {
    let redis: url::Url = std::env::var_os("REDIS_URL").unwrap().to_str().unwrap().parse().unwrap();
    let proxy = Proxy::to(redis.socket_addrs(|| Some(6379)).unwrap()[0]).await;
    let mut through = redis;
    through.set_host(Some("127.0.0.1")).unwrap();
    through.set_port(Some(proxy.address().port())).unwrap();
    (proxy, through.into())
}

#[tokio::test]
async fn without_redis_503_and_accepted_as_soon_as_it_is_back() {
    let world = World::new().await;
    let (proxy, through) = redis_through_a_proxy().await;
    let api = world.api(&[("SIGNPOST_REDIS_URL", &through)]).await;
    for broken in [Proxy::cut, Proxy::freeze] {
        broken(&proxy);
        let asked = Instant::now();
        assert_unavailable(&api.send("jane@a.example").await);
        assert!(asked.elapsed() < Duration::from_secs(3));
        until("the API is unhealthy", async || !api.is_healthy().await).await;
        proxy.cut();
        proxy.mend();
        until("the API is healthy", async || api.is_healthy().await).await;
    }
    until("the address is accepted", async || api.send("jane@a.example").await.is_success()).await;
}

#[tokio::test]
async fn both_may_start_before_the_broker_is_there() {
    let world = World::new().await;
    let (proxy, amqp) = world.broker.behind_a_proxy().await;
    proxy.cut();
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
