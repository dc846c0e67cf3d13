//! Every way that a job can go, and every tool that looks at one.

use futures_util::future::join_all;
use signpost_shared::{
    address::EmailAddress,
    clock::{Clock, Timestamp},
    code::{Challenge, CodeKeys},
    job::Job,
    queue::rabbit::{DEAD, queue_of},
    queue::{Route, Rung},
    tag::AddressTag,
};
use uuid::Uuid;

use super::{
    SEND_PATH, VERIFY_PATH,
    needles::{digests, needles},
    reader, relays,
    stage::Stage,
};
use crate::rig::{soon, until};

const SENT: [&str; 8] =
    ["delivered", "refused", "later", "policy", "rubbish", "unknown", "idn", "utf8"];
const DELIVERED: [&str; 5] = ["delivered", "later", "rubbish", "idn", "utf8"];
const PUBLISHED: [&str; 4] = ["echo", "twice", "never", "expired"];

/// Every address that a mail was asked for.
pub(super) fn addresses() -> impl Iterator<Item = EmailAddress> {
    let fates = SENT.into_iter().chain(PUBLISHED).chain(["nobody"]);
    fates.map(|fate| EmailAddress::parse(&reader(fate)).unwrap())
}

/// Goes all of them, and returns the codes.
pub(super) async fn walk(stage: &mut Stage) -> Vec<String> {
    let keys: CodeKeys = stage.world.code_keys.parse().unwrap();
    let code_of = |job: &Job| keys.code(&job.challenge, &job.to).unwrap().expose().to_owned();
    let [echoed, twice, never] = ["echo", "twice", "never"].map(|fate| job(stage, fate, 900));
    let mut codes = vec![code_of(&echoed), code_of(&twice), "7391846205".to_owned()];
    let address = echoed.to.expose();
    let secrets = [&address, "QueTzal.echo+Plover", "Numbat-wombat", &codes[0]];
    let echoes = secrets.into_iter().flat_map(needles).chain(digests(&address));
    let echoes: Vec<_> = echoes.map(|(_, bytes)| bytes).collect();
    let count = echoes.len();
    stage.world.script.play(relays::telling(echoes));

    for fate in SENT {
        assert_eq!(send(stage, &reader(fate)).await, r#"{"success":true}"#, "{fate}");
    }
    assert!(send(stage, &reader("delivered")).await.contains("send.later"));
    assert!(send(stage, "quetzal.fixed@numbat-wombat.example").await.contains("true"));
    let broker = &stage.world.broker;
    broker.publish(&twice.encode()).await;
    for _ in 0..count {
        let again = Job { id: Uuid::now_v7(), ..echoed.clone() };
        broker.publish(&again.encode()).await;
    }
    broker.publish_after(5, &never.encode()).await;
    broker.publish(&job(stage, "expired", -120).encode()).await;
    for unreadable in unreadable() {
        broker.publish(unreadable.as_bytes()).await;
    }
    for newer in newer() {
        broker.publish(newer.as_bytes()).await;
    }
    let mails = DELIVERED.len() + 1 + count;
    let all_there = stage.world.mails.wait_for(|mails_now| {
        let arrived = |fate: &&str| mails_now.iter().any(|mail| mail.to[0].contains(key(fate)));
        mails_now.len() >= mails && DELIVERED.iter().all(arrived)
    });
    let mails = soon("all mails", all_there).await;
    broker.publish(&twice.encode()).await;
    until("the duplicate is told from the first", async || {
        metric(stage, "signpost_jobs_total{outcome=\"duplicate\"}").await >= 1.0
    })
    .await;
    for (queue, depth) in
        [(DEAD.to_owned(), 2 + unreadable().len()), (queue_of(Route::Wait(Rung::M2)), 1)]
    {
        let depth = u32::try_from(depth).unwrap();
        until(&queue, async || broker.depth(&queue).await >= depth).await;
    }

    for fate in DELIVERED {
        let mail = mails.iter().find(|mail| mail.to[0].contains(key(fate))).unwrap();
        codes.push(code_in(&mail.raw));
    }
    let code = codes[3].clone();
    for (entered, answer) in [("0000000000", "412"), (&*code, "true"), (&*code, "428")] {
        let said = check(stage, &reader("delivered"), entered).await;
        assert!(said.contains(answer), "{said}");
    }
    check(stage, "quetzal.fixed@numbat-wombat.example", "7391846205").await;
    tools(stage).await;
    outages(stage).await;
    stage.look_at_processes();
    stage.look_at_redis().await;
    codes
}

fn unreadable() -> [String; 3] {
    let address = reader("unreadable");
    [
        address.clone(),
        format!(r#"{{"v":1,"id":"{address}","to":"{address}"}}"#),
        format!(r#"{{"v":1,"to":{{"{address}":"{address}"}},"challenge":"{address}"}}"#),
    ]
}

/// Of which one waits, and the code of the other is over.
fn newer() -> [String; 2] {
    let address = reader("newer");
    [
        format!(r#"{{"v":2,"to":"{address}"}}"#),
        format!(r#"{{"v":2,"to":"{address}","challenge":{{"expires_at":1}}}}"#),
    ]
}

/// What the local part of an address has of its fate.
fn key(fate: &str) -> &str {
    match fate {
        "idn" => "bcher",
        "utf8" => "用户鸟",
        _ => fate,
    }
}

fn job(stage: &Stage, fate: &str, seconds: i64) -> Job {
    let to = EmailAddress::parse(&reader(fate)).unwrap();
    let now = Clock::system().now().as_millis();
    let expires_at = Timestamp::from_millis(now.checked_add_signed(seconds * 1000).unwrap());
    let job = crate::settling::job(&reader(fate), expires_at);
    let tag = AddressTag::new(&stage.setting("SIGNPOST_ADDRESS_KEY").parse().unwrap(), &to);
    let challenge = Challenge { digits: 10.try_into().unwrap(), ..job.challenge };
    Job { challenge, tag: Some(tag), wants_status: true, ..job }
}

async fn send(stage: &Stage, address: &str) -> String {
    let body =
        form_urlencoded::Serializer::new(String::new()).append_pair("email", address).finish();
    let request = stage.post(SEND_PATH).header("content-type", "application/x-www-form-urlencoded");
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    stage.ask(request.header("traceparent", traceparent).body(body)).await
}

async fn check(stage: &Stage, address: &str, code: &str) -> String {
    let body = serde_json::json!({"email": address, "code": code, "consume": true}).to_string();
    let request = stage.post(VERIFY_PATH).header("content-type", "application/json");
    stage.ask(request.body(body)).await
}

/// The code that a mail's text has alone on a line.
fn code_in(raw: &[u8]) -> String {
    let mail = mail_parser::MessageParser::default().parse(raw).unwrap();
    let text = mail.body_text(0).unwrap().into_owned();
    let is_code = |line: &&str| line.len() == 10 && line.bytes().all(|b| b.is_ascii_digit());
    text.lines().find(is_code).unwrap().to_owned()
}

async fn metric(stage: &Stage, name: &str) -> f64 {
    let page = reqwest::get(format!("http://{}/metrics", stage.worker.admin)).await.unwrap();
    let page = page.text().await.unwrap();
    let line = page.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|value| value.trim().parse().ok()).unwrap_or_default()
}

async fn tools(stage: &Stage) {
    let (api, worker) = ("signpost-api", "signpost-worker");
    for fate in ["refused", "utf8"] {
        let address = &*reader(fate);
        let tag = stage.tool(api, &["address", "tag", address]).await.trim().to_owned();
        let said = stage.tool(api, &["status", "--tag", &tag]).await;
        let job = said.split_whitespace().nth(1).unwrap_or_default().to_owned();
        stage.look(&[format!("status?tag={tag}"), format!("status/{job}")]).await;
        // They do not meet.
        let shown: [&[&str]; 4] = [
            &["address", "show", address],
            &["address", "show", "--json", address],
            &["address", "reset", address],
            &["status", "--json", "--tag", &tag],
        ];
        join_all(shown.map(|arguments| stage.tool(api, arguments))).await;
        stage.tool(api, &["address", "reset", "--yes", address]).await;
        stage.tool(api, &["address", "erase", "--yes", address]).await;
        stage.tool(worker, &["dead", "list", "--tag", &tag]).await;
    }
    let address = reader("nobody");
    stage.tool(api, &["address", "show", &format!("{address}@{address}")]).await;
    stage.look(&[format!("status/{address}"), format!("status?tag={address}"), address]).await;
    stage.tool(worker, &["dead", "list"]).await;
    let listed = stage.tool(worker, &["dead", "list", "--json"]).await;
    let letters = listed.lines().filter_map(|line| serde_json::from_str(line).ok());
    let ids: Vec<_> = letters
        .filter_map(|letter: serde_json::Value| Some(letter["id"].as_str()?.to_owned()))
        .collect();
    assert!(ids.len() >= 4, "{listed}");
    for id in &ids {
        stage.tool(worker, &["dead", "show", id]).await;
    }
    stage.tool(worker, &["dead", "show", "--json", &ids[0]]).await;
    stage.tool(worker, &["dead", "replay", &ids[0], &ids[1], &ids[2]]).await;
    stage.tool(worker, &["dead", "purge", "--all", "--yes"]).await;
    let folder = tempfile::tempdir().unwrap();
    stage.tool(worker, &["templates", "check", &folder.path().to_string_lossy()]).await;
}

/// Without Redis, without the broker, and with a file that can't be used.
async fn outages(stage: &mut Stage) {
    let (address, admin) = (reader("outage"), stage.api.admin);
    stage.redis.process.kill().await;
    for answer in [send(stage, &address).await, check(stage, &address, "1234567890").await] {
        assert!(answer.contains("503"), "{answer}");
    }
    until("Redis is missed", async || !stage.is(admin, "healthz").await).await;
    stage.look(&["status?tag=0123456789abcdef".to_owned()]).await;
    stage.tool("signpost-api", &["address", "show", &address]).await;
    stage.tool("signpost-api", &["status", "--tag", "0123456789abcdef"]).await;
    stage.redis.process.restart();
    stage.redis.listens().await.unwrap();
    until("Redis is back", async || stage.is(admin, "healthz").await).await;

    stage.broker.cut();
    assert!(send(stage, &address).await.contains("503"));
    until("the broker is missed", async || !stage.is(admin, "healthz").await).await;
    stage.look(&[]).await;
    stage.tool("signpost-worker", &["dead", "list"]).await;
    stage.broker.mend();
    for admin in [admin, stage.worker.admin] {
        until("the broker is back", async || stage.is(admin, "healthz").await).await;
    }

    std::fs::write(stage.test_codes.path(), format!("{address} 7391846205x\n")).unwrap();
    stage.api.process.signal("HUP");
    stage.worker.process.signal("HUP");
    let failed = || async {
        let page = reqwest::get(format!("http://{admin}/metrics")).await.unwrap().text().await;
        page.unwrap().contains("signpost_reloads_total{outcome=\"failed\"} 1")
    };
    until("the file is refused", failed).await;
}
