//! Every alert in a real Prometheus: silent while all is well, firing in a staged fault. The
//! times of the rules are shortened; how long they are is tried by promtool (`observability`).

use std::{collections::BTreeSet, time::Duration};

use signpost_shared::{
    clock::{Clock, Timestamp},
    code::Challenge,
    job::Job,
};
use signpost_smtp_server::{Answer::Say, Rule};

use crate::{
    observability::{ALERTS, Prometheus},
    rig::{Api, Proxy, World, soon, until},
    settling::job,
};

/// It compares with the day before.
const TAKES_A_DAY: &str = "SignpostCodesUnused";

/// The rules with seconds for minutes.
fn hasty() -> String {
    let mut rules = ALERTS.to_owned();
    for minutes in [1, 2, 5, 10, 15, 30] {
        rules = rules.replace(&format!("for: {minutes}m\n"), "for: 1s\n");
        rules = rules.replace(&format!("[{minutes}m]"), "[10s]");
    }
    rules
}

async fn firing(prometheus: &Prometheus) -> BTreeSet<String> {
    let found = prometheus.find("ALERTS{alertstate=\"firing\"}").await;
    let name = |alert: &serde_json::Value| alert["metric"]["alertname"].as_str().map(str::to_owned);
    found.iter().filter_map(name).collect()
}

/// When the rules were looked at last.
async fn evaluated(prometheus: &Prometheus) -> serde_json::Value {
    let rules = prometheus.ask("rules").await.unwrap_or_default();
    rules["data"]["groups"][0]["lastEvaluation"].clone()
}

/// What is staged to have an alert fire is staged before each look at the rules: a rate takes two.
async fn fires(
    prometheus: &Prometheus,
    seen: &mut BTreeSet<String>,
    name: &str,
    stage: impl AsyncFn(),
) {
    until(&format!("{name} fires"), async || {
        let before = evaluated(prometheus).await;
        stage().await;
        until("the rules are looked at", async || evaluated(prometheus).await != before).await;
        firing(prometheus).await.contains(name)
    })
    .await;
    seen.insert(name.to_owned());
}

async fn is_silent_while_all_is_well(world: &World, api: &Api, prometheus: &Prometheus) {
    assert!(api.send("jane@a.example").await.is_success());
    soon("the mail", world.mails.wait_for_received(1)).await;
    let seen = "signpost_jobs_total{outcome=\"delivered\"} == 1 and on () signpost_redis_up == 1";
    until("Prometheus has seen it", async || !prometheus.find(seen).await.is_empty()).await;
    let looked = "count_over_time(signpost_relays_up[1m]) > 5";
    until("it looked several times", async || !prometheus.find(looked).await.is_empty()).await;
    assert_eq!(firing(prometheus).await, BTreeSet::new());
}

#[tokio::test]
async fn slow_every_alert_fires_in_a_staged_fault_and_none_without() {
    let world = World::new().await;
    let (relay, broker) =
        (Proxy::to(world.relay.addr).await, Proxy::to(world.broker.address()).await);
    let redis_url =
        world.api_settings(&[]).into_iter().find(|(name, _)| name == "SIGNPOST_REDIS_URL");
    let redis_url = redis_url.unwrap().1;
    let (_, redis) = redis_url.split_once("://").unwrap();
    let redis = Proxy::to(redis.trim_end_matches('/').parse().unwrap()).await;
    let deny = tempfile::NamedTempFile::new().unwrap();
    let mut api = world
        .api(&[
            ("SIGNPOST_AMQP_URL", &world.broker.url_through(broker.address())),
            ("SIGNPOST_REDIS_URL", &format!("redis://{}", redis.address())),
            ("SIGNPOST_DENY_DOMAINS", &deny.path().to_string_lossy()),
            ("SIGNPOST_COOLDOWN", "0s"),
            ("SIGNPOST_DAILY_CAP", "1"),
            ("SIGNPOST_SEND_CEILING", "1"),
            ("SIGNPOST_SEND_CEILING_BURST", "1"),
        ])
        .await;
    let smtp = format!("smtp://{}", relay.address());
    let mut worker = world.worker(&[("SIGNPOST_SMTP_URL", &smtp)]).await;
    let prometheus = Prometheus::start(&hasty(), &api, &worker);

    is_silent_while_all_is_well(&world, &api, &prometheus).await;

    let (p, mut all) = (&prometheus, BTreeSet::from([TAKES_A_DAY.to_owned()]));
    let clock = Clock::system();
    let later = || clock.now().plus(Duration::from_secs(600));
    let ago = |seconds: u64| Timestamp::from_millis(clock.now().as_millis() - seconds * 1000);
    let give = async |job: Job| world.broker.publish(&job.encode()).await;
    let n = std::sync::atomic::AtomicU32::new(0);
    let fresh = || {
        let n = n.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        format!("x{n}@d{n}.example")
    };
    fires(p, &mut all, "SignpostMailLate", async || {
        give(Job { accepted_at: ago(120), ..job(&fresh(), later()) }).await;
    })
    .await;
    fires(p, &mut all, "SignpostClockSkew", async || {
        give(Job { accepted_at: later(), ..job(&fresh(), later()) }).await;
    })
    .await;
    fires(p, &mut all, "SignpostCodesExpired", async || give(job(&fresh(), ago(120))).await).await;
    fires(p, &mut all, "SignpostUnknownKey", async || {
        let job = job(&fresh(), ago(30));
        let kid = "gone".to_owned().try_into().unwrap();
        give(Job { challenge: Challenge { kid, ..job.challenge }, ..job }).await;
    })
    .await;
    fires(p, &mut all, "SignpostThrottleSpike", async || {
        assert_eq!(api.send("jane@a.example").await.code(), "send.limit");
    })
    .await;
    fires(p, &mut all, "SignpostShedsLoad", async || {
        api.send(&fresh()).await;
    })
    .await;
    fires(p, &mut all, "SignpostReloadFailed", async || {
        std::fs::write(deny.path(), "no domain at all\n").unwrap();
        api.process.signal("HUP");
    })
    .await;
    std::fs::write(deny.path(), "").unwrap();

    world.script.rule(Rule::at("RCPT", Say("550 5.1.1 no such mailbox")));
    for name in ["SignpostDeadLetters", "SignpostDeliveriesFail"] {
        fires(p, &mut all, name, async || give(job(&fresh(), later())).await).await;
    }
    world.script.clear();
    world.script.rule(Rule::at("MAIL", Say("451 4.7.1 not so fast")));
    fires(p, &mut all, "SignpostPaceReduced", async || {
        give(job(&fresh(), later())).await;
    })
    .await;
    world.script.clear();
    relay.cut();
    for name in ["SignpostBreakerOpen", "SignpostNoRelay"] {
        fires(p, &mut all, name, async || give(job(&fresh(), later())).await).await;
    }
    relay.mend();
    fires(p, &mut all, "SignpostQueuesLost", async || {
        world.broker.delete("mail.v1.wait.10m").await;
    })
    .await;
    broker.cut();
    fires(p, &mut all, "SignpostBrokerGone", async || {}).await;
    broker.mend();
    redis.cut();
    fires(p, &mut all, "SignpostRedisGone", async || {}).await;
    redis.mend();

    worker.process.terminate();
    worker.process.ended().await;
    for name in ["SignpostWorkerMissing", "SignpostProcessDown", "SignpostJobsWait"] {
        fires(p, &mut all, name, async || give(job(&fresh(), later())).await).await;
    }
    api.process.terminate();
    api.process.ended().await;
    fires(p, &mut all, "SignpostApiMissing", async || {}).await;
    let names =
        ALERTS.split("- alert: ").skip(1).map(|alert| alert.lines().next().unwrap().to_owned());
    assert_eq!(all, names.collect());
}
