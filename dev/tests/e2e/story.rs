//! The story of one mail, from the request's id to the relay's words: log, status, dead letters.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::ExitStatus,
};

use futures_util::StreamExt as _;
use serde_json::Value;
use signpost_shared::{clock::Clock, job::Job};
use signpost_smtp_server::{Answer::Say, Rule};

use crate::{
    redis::redis_cli,
    rig::{Api, Process, Server, World, soon, until},
    settling::job,
};

const INFO: (&str, &str) = ("SIGNPOST_LOG", "info");
const STATUS_ON: (&str, &str) = ("SIGNPOST_STATUS", "on");
const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// Runs a tool with the API's settings to its end.
async fn tool(world: &World, binary: &str, arguments: &[&str]) -> (ExitStatus, Vec<String>) {
    let settings = match binary {
        "signpost-api" => world.api_settings(&[]),
        _ => world.worker_settings(&[("SIGNPOST_LOG", "warn")]),
    };
    let mut process = Process::start_with(binary, arguments, &settings);
    let status = process.ended().await;
    (status, process.log())
}

async fn tag_of(world: &World, address: &str) -> String {
    let (status, lines) = tool(world, "signpost-api", &["address", "tag", address]).await;
    assert!(status.success(), "{lines:?}");
    lines[0].clone()
}

/// A line with this message about this address.
async fn line(process: &Process, message: &str, tag: &str) -> Value {
    let is_it = |line: &Value| line["message"] == message && line["to.tag"] == tag;
    process.logged(message, |line| is_it(line).then(|| line.clone())).await
}

async fn status(api: &Api, path: &str) -> (u16, Value) {
    let response =
        reqwest::get(format!("http://{}/status{path}", api.admin.address)).await.unwrap();
    (response.status().as_u16(), serde_json::from_str(&response.text().await.unwrap()).unwrap())
}

/// Awaits a job's state.
async fn state(api: &Api, job: &str, state: &str) -> Value {
    let path = format!("/{job}");
    until(&format!("{job} is {state}"), async || status(api, &path).await.1["state"] == state)
        .await;
    status(api, &path).await.1
}

#[tokio::test]
async fn one_id_leads_from_the_request_to_the_relays_words() {
    let world = World::new().await;
    world.script.rule(Rule::at("BODY", Say("250 2.0.0 <jane@a.example> Ok: queued as 4XyZ1c")));
    let api = world.api(&[INFO, STATUS_ON]).await;
    let worker = world.worker(&[INFO]).await;
    let request = api.post(crate::rig::SEND_PATH).header("x-request-id", "front-42");
    let request = request.header("traceparent", TRACEPARENT);
    let form = "application/x-www-form-urlencoded";
    let request = request.header("content-type", form).body("email=jane%40a.example");
    assert!(api.request(request).await.is_success());
    soon("the mail", world.mails.wait_for_received(1)).await;

    let tag = tag_of(&world, "Jane+news@A.example").await;
    let queued = line(&api.process, "a job is queued", &tag).await;
    assert_eq!(
        (&queued["request.id"], &queued["outcome"]),
        (&"front-42".into(), &"success".into())
    );
    let taken = line(&worker.process, "a relay has taken the mail", &tag).await;
    assert_eq!(
        (&taken["job.id"], &taken["trace.id"]),
        (&queued["job.id"], &TRACEPARENT[3..35].into())
    );
    assert_eq!(taken["relay"], world.relay.addr.to_string());
    assert_eq!(taken["reply"], "250 2.0.0 … Ok: queued as 4XyZ1c");
    assert_eq!(taken["job.attempt"], 1);
    assert!((0.0..30.0).contains(&taken["latency_seconds"].as_f64().unwrap()));

    let job = queued["job.id"].as_str().unwrap();
    let relayed = state(&api, job, "relayed").await;
    assert_eq!((&relayed["reply"], &relayed["tag"]), (&taken["reply"], &tag.clone().into()));
    let (code, known) = status(&api, &format!("?tag={tag}")).await;
    assert_eq!((code, &known["jobs"][0]), (200, &relayed));
    let (ended, lines) = tool(&world, "signpost-api", &["status", job]).await;
    assert!(ended.success() && lines[0].ends_with("queued as 4XyZ1c"), "{lines:?}");
    let (ended, lines) = tool(&world, "signpost-api", &["status", "--json", "--tag", &tag]).await;
    assert_eq!(serde_json::from_str::<Value>(&lines[0]).unwrap(), relayed);
    assert!(ended.success());

    let (ended, lines) =
        tool(&world, "signpost-api", &["address", "erase", "--yes", "jane@a.example"]).await;
    assert!(ended.success() && lines[0].starts_with("j***@a.example: "), "{lines:?}");
    assert_eq!(status(&api, &format!("/{job}")).await.0, 404);
    assert!(api.send("jane@a.example").await.is_success(), "its cooldown is forgotten, too");
}

#[tokio::test]
async fn a_mail_that_waits_and_one_that_is_parked_say_why_and_what_comes_next() {
    let world = World::new().await;
    world
        .script
        .rule(Rule::at("RCPT", Say("450 4.2.0 greylisted")).times(1).to(|to| to.contains("jane")));
    world.script.rule(Rule::at("RCPT", Say("550 5.1.1 no such user")).to(|to| to.contains("john")));
    let api = world.api(&[INFO, STATUS_ON]).await;
    let worker = world.worker(&[INFO]).await;
    let (jane, john) = ("jane@a.example", "john@b.example");
    for address in [jane, john] {
        assert!(api.send(address).await.is_success());
    }
    let (jane, john) = (tag_of(&world, jane).await, tag_of(&world, john).await);
    let waits = line(&worker.process, "the mail is tried again later", &jane).await;
    assert_eq!((&waits["reason"], &waits["next"]), (&"rcpt 450 4.2.0".into(), &"5s".into()));
    let parked = line(&worker.process, "the job is parked in mail.v1.dead", &john).await;
    assert_eq!((&parked["reason"], &parked["level"]), (&"rcpt 550 5.1.1".into(), &"ERROR".into()));
    let waiting = state(&api, waits["job.id"].as_str().unwrap(), "waiting").await;
    assert_eq!((&waiting["attempt"], &waiting["next"]), (&1.into(), &"5s".into()));
    let kept = state(&api, parked["job.id"].as_str().unwrap(), "parked").await;
    assert_eq!((&kept["attempt"], &kept["reason"]), (&1.into(), &parked["reason"]));
    let (_, letters) =
        tool(&world, "signpost-worker", &["dead", "list", "--json", "--tag", &john]).await;
    assert_eq!(serde_json::from_str::<Value>(&letters[0]).unwrap()["tag"], john);
    let (_, letters) = tool(&world, "signpost-worker", &["dead", "list", "--tag", &jane]).await;
    assert_eq!(letters, ["0 letters match"]);
    let relayed = state(&api, waits["job.id"].as_str().unwrap(), "relayed").await;
    assert_eq!(relayed["attempt"], 2);
}

#[tokio::test]
async fn without_the_setting_nothing_is_told_and_nothing_is_kept() {
    let world = World::new().await;
    let (api, worker) = (world.api(&[INFO]).await, world.worker(&[INFO]).await);
    assert!(api.send("jane@a.example").await.is_success());
    let tag = tag_of(&world, "jane@a.example").await;
    line(&worker.process, "a relay has taken the mail", &tag).await;
    let off = status(&api, &format!("?tag={tag}")).await;
    assert_eq!(off, (404, serde_json::json!({"error": "SIGNPOST_STATUS is off"})));
    let (ended, _) = tool(&world, "signpost-api", &["status", "--tag", &tag]).await;
    assert_eq!(ended.code(), Some(1));
}

/// As docs/OPERATIONS.md has the permissions.
#[tokio::test]
async fn a_redis_that_refuses_the_status_is_told_of_once_and_refuses_no_mail() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let redis = Server::redis(folder.path(), &[]).unwrap();
    redis.ready().await.unwrap();
    let sends = "~signpost:v4:* +eval +evalsha +get +set +del +time +ping";
    let allow = async |more: &str| {
        let user = format!("acl setuser few on >s3cret {sends} {more}");
        assert_eq!(redis_cli(redis.address(), &user).await.trim(), "OK");
    };
    allow("").await;
    let url = format!("redis://few:s3cret@{}", redis.address());
    let api = world.api(&[INFO, STATUS_ON, ("SIGNPOST_REDIS_URL", &url)]).await;
    let dropped = "signpost_status_dropped_total";
    for (n, address) in (1_u32..).zip(["jane@a.example", "john@a.example"]) {
        assert!(api.send(address).await.is_success());
        until("it is lost", async || api.metric(dropped).await == Some(f64::from(n))).await;
    }
    let told = "Redis does not take the delivery status: it is lost meanwhile";
    assert_eq!(api.process.log().iter().filter(|line| line.contains(told)).count(), 1);
    allow("+hget +hset +hkeys +hvals +hdel +pexpire").await;
    assert!(api.send("joan@a.example").await.is_success());
    let tag = tag_of(&world, "joan@a.example").await;
    let queued = line(&api.process, "a job is queued", &tag).await;
    state(&api, queued["job.id"].as_str().unwrap(), "accepted").await;
    assert_eq!(status(&api, &format!("?tag={tag}")).await.0, 200);
}

/// An API that keeps nothing any more, and jobs that were accepted before.
#[tokio::test]
async fn a_status_that_nobody_keeps_is_in_nobodys_way() {
    let world = World::new().await;
    let (_api, worker) = (world.api(&[INFO]).await, world.worker(&[INFO]).await);
    let told = Job { wants_status: true, ..tagged("jane@a.example", 600) };
    world.broker.publish(&told.encode()).await;
    soon("the mail", world.mails.wait_for_received(1)).await;
    until("the broker has nothing left", async || {
        worker.metric("signpost_publishes_total{outcome=\"confirmed\"").await >= Some(1.0)
            && world.broker.total_depth().await == 0
    })
    .await;
    assert_eq!(worker.metric("signpost_status_dropped_total").await, Some(0.0));
    assert!(worker.is_healthy().await);
}

fn tagged(address: &str, seconds: i64) -> Job {
    let now = Clock::system().now().as_millis();
    let expires_at = now.checked_add_signed(seconds * 1000).unwrap();
    let expires_at = signpost_shared::clock::Timestamp::from_millis(expires_at);
    Job { tag: Some("0123456789abcdef".parse().unwrap()), ..job(address, expires_at) }
}

/// What docs/LOGGING.md says of each message: level, fields, and those that may be missing.
fn documented() -> BTreeMap<String, (String, BTreeSet<String>, BTreeSet<String>)> {
    let page = include_str!("../../../docs/LOGGING.md");
    let (_, rest) = page.split_once("<!-- lines: begin -->").unwrap();
    let (table, _) = rest.split_once("<!-- lines: end -->").unwrap();
    let rows = table.trim().lines().skip(2).map(|row| {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let (sometimes, always) = cells[4]
            .split(", ")
            .map(|field| field.replace('`', ""))
            .partition::<BTreeSet<_>, _>(|field| field.ends_with('?'));
        let sometimes = sometimes.iter().map(|field| field.replace('?', "")).collect();
        (cells[3].replace('`', ""), (cells[2].to_owned(), always, sometimes))
    });
    rows.collect()
}

#[tokio::test]
async fn every_line_has_the_fields_that_are_documented() {
    let world = World::new().await;
    world.script.rule(Rule::at("RCPT", Say("450 4.2.0 later")).to(|to| to.contains("later")));
    world.script.rule(Rule::at("RCPT", Say("550 5.1.1 never")).to(|to| to.contains("never")));
    let codes = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(codes.path(), "test@a.example 123456 2099-01-01\n").unwrap();
    let codes = codes.path().to_string_lossy().into_owned();
    let api = world.api(&[INFO, ("SIGNPOST_TEST_CODES", &codes)]).await;
    let worker = world.worker(&[INFO]).await;
    for address in ["jane@a.example", "jane@a.example", "test@a.example", "no address"] {
        api.send(address).await;
    }
    let twice = tagged("twice@a.example", 600);
    for job in [
        tagged("later@a.example", 600),
        tagged("later-too@a.example", 3),
        tagged("never@a.example", 600),
        tagged("gone@a.example", -600),
        twice.clone(),
    ] {
        world.broker.publish(&job.encode()).await;
    }
    let tag = "0123456789abcdef";
    line(&worker.process, "a relay has taken the mail", tag).await;
    world.broker.publish(&twice.encode()).await;
    let documented = documented();
    for (message, (level, always, sometimes)) in &documented {
        let of_api =
            message.contains("send") || message.contains("queued") || message.contains("test");
        let process = if of_api { &api.process } else { &worker.process };
        process.logged(message, |line| (line["message"] == **message).then_some(())).await;
        let lines = process.log();
        let lines = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
        for line in lines.filter(|line| line["message"] == **message) {
            let fields: BTreeSet<_> = line.as_object().unwrap().keys().cloned().collect();
            let usual = ["timestamp", "level", "message", "target"].map(str::to_owned);
            let own: BTreeSet<_> = fields.difference(&BTreeSet::from(usual)).cloned().collect();
            assert_eq!(line["level"], **level, "{line}");
            assert!(own.is_superset(always), "{line}");
            let all: BTreeSet<_> = always.union(sometimes).cloned().collect();
            assert!(own.is_subset(&all), "{line}");
        }
    }
    let story = |line: &String| line.contains("\"target\":\"signpost_worker::story\"");
    for line in worker.process.log().iter().filter(|line| story(line)) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(documented.contains_key(line["message"].as_str().unwrap()), "{line}");
    }
}

/// Whoever does not read the log stalls no mail.
#[tokio::test]
async fn slow_a_log_that_nobody_reads_stalls_no_mail() {
    let world = World::new().await;
    let (api, worker) = (world.api(&[]).await, world.worker(&[]).await);
    api.process.stop_reading();
    worker.process.stop_reading();
    // At debug each is a line at least. The pipe holds 64 KiB, and the buffer 8,192 lines.
    let noise = (0..10_000).map(|_| api.request(api.method(reqwest::Method::GET, "/none")));
    futures_util::stream::iter(noise).buffer_unordered(64).map(drop).collect::<()>().await;
    for n in 0..100 {
        assert!(api.send(&format!("jane{n}@a.example")).await.is_success());
    }
    soon("all mails", world.mails.wait_for_received(100)).await;
    let dropped = "signpost_log_lines_dropped_total";
    until("lines are dropped", async || api.metric(dropped).await > Some(0.0)).await;
    assert!(api.is_healthy().await && worker.is_healthy().await);
}
