//! `check` of both binaries: a set-up that is well, and many that are not, each of which is named.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
use serde_json::Value;
use signpost_shared::queue::rabbit::{Broker, declare};
use signpost_smtp_server::{
    Answer::{After, Say},
    Options, Rule, SmtpServer,
};

use crate::{
    redis::redis_cli,
    rig::{Process, Server, World, amqp_url, code_in, free_port, tapped, until},
};

const API: &str = "signpost-api";
const WORKER: &str = "signpost-worker";

/// What a check said, and its exit status.
#[derive(Debug)]
struct Checked {
    status: Option<i32>,
    lines: Vec<Value>,
}

impl Checked {
    /// The lines with this status.
    fn with(&self, status: &str) -> Vec<&Value> {
        self.lines.iter().filter(|line| line["status"] == status).collect()
    }

    /// Fails the test unless a check came out so, for this reason, and says what to do.
    fn names(&self, status: &str, check: &str, reason: &str) {
        let is_it = |line: &&Value| {
            line["check"].as_str().unwrap().contains(check) && line.to_string().contains(reason)
        };
        let named = self.with(status).into_iter().find(is_it);
        assert!(named.is_some(), "no {status} {check} {reason}: {self:#?}");
        let named = named.unwrap();
        assert!(named["advice"].is_string() || check == "configuration", "{named}");
        let failed = !self.with("fail").is_empty();
        assert_eq!(self.status, Some(i32::from(failed)), "{self:#?}");
    }

    fn is_well(&self) {
        assert!(self.with("fail").is_empty() && self.status == Some(0), "{self:#?}");
        assert!(self.with("skipped").is_empty(), "{self:#?}");
    }
}

/// The output and the exit status of a check. No password of any test may be in it.
pub(crate) async fn said(
    binary: &str,
    arguments: &[&str],
    settings: &[(String, String)],
) -> (String, Option<i32>) {
    let arguments = [&["check"], arguments].concat();
    let mut process = Process::start_with(binary, &arguments, settings);
    let status = process.ended().await.code();
    let said = process.log().join("\n");
    assert!(!said.contains("s3cret") && !said.contains("panicked"), "{said}");
    (said, status)
}

async fn check_with(
    world: &World,
    binary: &str,
    arguments: &[&str],
    more: &[(&str, &str)],
) -> Checked {
    // Without a user: it is asked as that of AMQP.
    let management = world.broker.management_url();
    let management = format!(
        "http://{}",
        management.rsplit(['@', '/']).find(|part| part.contains(':')).unwrap()
    );
    let more = [&[("SIGNPOST_MANAGEMENT_URL", &*management)], more].concat();
    let settings = match binary {
        API => world.api_settings(&more),
        _ => world.worker_settings(&more),
    };
    let (said, status) = said(binary, &[&["--json"], arguments].concat(), &settings).await;
    for key in settings.iter().filter(|(name, _)| name.ends_with("KEY") || name.ends_with("KEYS")) {
        assert!(!said.contains(key.1.trim_start_matches("k1:")) || key.1.is_empty(), "{said}");
    }
    let lines: Result<_, _> = said.lines().map(serde_json::from_str).collect();
    assert!(lines.is_ok(), "not JSON, all of it: {said}");
    Checked { status, lines: lines.unwrap() }
}

async fn check(world: &World, binary: &str, more: &[(&str, &str)]) -> Checked {
    check_with(world, binary, &[], more).await
}

#[tokio::test]
async fn what_is_well_is_said_to_be_and_left_as_it_was() {
    let world = World::new().await;
    let _worker = world.worker(&[]).await;
    let api = check(&world, API, &[("SIGNPOST_TRUSTED_PROXIES", "10.0.0.0/8")]).await;
    let worker = check(&world, WORKER, &[]).await;
    for checked in [&api, &worker] {
        checked.is_well();
        assert!(checked.with("warn").is_empty(), "{checked:#?}");
    }
    let keys = |checked: &Checked| {
        let keys = checked.lines.iter().find(|line| line["check"] == "code keys").unwrap();
        keys["found"].as_str().unwrap().to_owned()
    };
    assert!(keys(&api).starts_with("k1 ") && keys(&api) == keys(&worker));
    let other = [("SIGNPOST_CODE_KEYS", "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")];
    assert_ne!(keys(&check(&world, WORKER, &other).await), keys(&worker));
    assert_eq!((world.mails.received(), world.broker.total_depth().await), (0, 0));

    let (text, status) = said(WORKER, &[], &world.worker_settings(&[])).await;
    assert!(text.contains("\nok       broker version") && text.ends_with("to look at"), "{text}");
    assert_eq!(status, Some(0));
    let (_, status) = said(API, &["--nonsense"], &world.api_settings(&[])).await;
    assert_eq!(status, Some(2));
}

#[tokio::test]
async fn every_wrong_setting_is_named_at_once() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mail.html"), "{{ cod }}").unwrap();
    let folder = folder.path().to_str().unwrap();
    let wrong = [
        ("SIGNPOST_COOLDWON", "60s", "did you mean SIGNPOST_COOLDOWN?"),
        ("SIGNPOST_CODE_TTL", "60", "SIGNPOST_CODE_TTL (--code-ttl"),
        ("SIGNPOST_SMTPUTF8", "yes", "possible values: on, off"),
    ];
    let checked = check(&world, API, &wrong.map(|(name, value, _)| (name, value))).await;
    for (_, _, reason) in wrong {
        checked.names("fail", "configuration", reason);
    }
    let wrong = [
        ("SIGNPOST_CODE_KEYS", "k1:s3cret", "SIGNPOST_CODE_KEYS: k1: a key is not base64"),
        ("SIGNPOST_ADDRESS_KEY", "", "SIGNPOST_ADDRESS_KEY is required"),
        ("SIGNPOST_DENY_DOMAINS", "/nowhere", "/nowhere can't be read"),
        ("SIGNPOST_AMQP_URL", "http://u:s3cret@h", "SIGNPOST_AMQP_URL"),
    ];
    let checked = check(&world, API, &wrong.map(|(name, value, _)| (name, value))).await;
    for (_, _, reason) in wrong {
        checked.names("fail", "configuration", reason);
    }
    // What can be looked at all the same is.
    assert!(checked.with("ok").iter().any(|line| line["check"] == "redis version"), "{checked:#?}");

    let wrong = [("SIGNPOST_TEMPLATES", folder), ("SIGNPOST_HELO_NAME", "a b")];
    let checked = check(&world, WORKER, &wrong).await;
    checked.names("fail", "templates", "mail.html");
    checked.names("fail", "configuration", "SIGNPOST_HELO_NAME");
    let checked = check(&world, WORKER, &[("SIGNPOST_MAIL_FROM", "")]).await;
    checked.names("fail", "configuration", "SIGNPOST_MAIL_FROM (--mail-from");
}

#[tokio::test]
async fn hints_name_settings_that_do_not_fit_together() {
    let world = World::new().await;
    let odd = [
        ("SIGNPOST_CODE_TTL", "5m"),
        ("SIGNPOST_COOLDOWN", "5m"),
        ("SIGNPOST_TRUSTED_PROXIES", "10.0.0.0/8"),
        ("SIGNPOST_PROXY_IDLE", "30s"),
    ];
    let checked = check(&world, API, &odd).await;
    checked.names("warn", "code lifetime", "5m");
    checked.names("warn", "cooldown", "SIGNPOST_COOLDOWN");
    checked.names("warn", "trusted proxies", "SIGNPOST_PROXY_IDLE");
    let empty = check(&world, API, &[]).await;
    empty.names("warn", "trusted proxies", "SIGNPOST_TRUSTED_PROXIES is empty");
    empty.names("warn", "broker load", "0 workers");
}

#[tokio::test]
async fn a_redis_that_would_not_do_is_named() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let redis = Server::redis(folder.path(), &[]).unwrap();
    redis.ready().await.unwrap();
    let at = redis.address();
    let rates = [("SIGNPOST_NETWORK_RATE", "10/m"), ("SIGNPOST_SEND_CEILING", "1000")];
    let check = async |url: &str| {
        check(&world, API, &[[("SIGNPOST_REDIS_URL", url)].as_slice(), &rates].concat()).await
    };
    let url = format!("redis://{at}");
    assert!(check(&url).await.with("fail").is_empty());
    for (wrong, right, name, reason) in [
        (
            "config set maxmemory-policy allkeys-lru",
            "config set maxmemory-policy noeviction",
            "redis eviction",
            "allkeys-lru",
        ),
        (
            "config set appendonly no", "config set appendonly yes", "redis persistence",
            "appendonly yes",
        ),
        ("replicaof 127.0.0.1 1", "replicaof no one", "redis role", "replica"),
        ("replicaof 127.0.0.1 1", "replicaof no one", "redis permissions", "this is no primary"),
        ("config set maxmemory 1", "config set maxmemory 0", "redis permissions", "OOM"),
        (
            "config set min-replicas-to-write 1",
            "config set min-replicas-to-write 0",
            "redis permissions",
            "fewer replicas",
        ),
    ] {
        assert_eq!(redis_cli(at, wrong).await.trim(), "OK", "{wrong}");
        check(&url).await.names("fail", name, reason);
        assert_eq!(redis_cli(at, right).await.trim(), "OK", "{right}");
    }
    for (user, rights) in [
        ("noeval", "~* +@all -eval -evalsha"),
        ("nosource", "~* +@all -eval"),
        ("noset", "~* +@all -set"),
        ("otherkeys", "~theirs:* +@all"),
        ("nochecks", "~*:address ~*:sends ~*:service +@all"),
        ("noservice", "~*:address ~*:sends ~*:checks +@all"),
    ] {
        redis_cli(at, &format!("acl setuser {user} on >s3cret {rights}")).await;
        let checked = check(&format!("redis://{user}:s3cret@{at}")).await;
        checked.names("fail", "redis permissions", "ACL SETUSER");
    }
    redis_cli(at, "acl setuser noinfo on >s3cret ~* +@all -info").await;
    let checked = check(&format!("redis://noinfo:s3cret@{at}")).await;
    assert!(checked.with("fail").is_empty(), "{checked:#?}");
    checked.names("skipped", "redis info", "+info");
    let checked = check(&format!("redis://noinfo:s3cretly-wrong@{at}")).await;
    checked.names("fail", "redis", "put Redis' user and password");
    assert!(checked.with("skipped").iter().any(|line| line["check"] == "redis version"));
    let away = free_port().unwrap();
    check(&format!("redis://127.0.0.1:{away}"))
        .await
        .names("fail", "redis", "does Redis run there");
    redis.process.signal("STOP");
    check(&url).await.names("fail", "redis", "is it busy or stopped");
}

#[tokio::test]
async fn each_node_of_a_cluster_is_looked_at() {
    let world = World::new().await;
    let url = std::env::var_os("REDIS_CLUSTER_URL").expect("./test sets it");
    let url = format!("{},127.0.0.1:{}", url.to_str().unwrap(), free_port().unwrap());
    let checked = check(&world, API, &[("SIGNPOST_REDIS_URL", &url)]).await;
    checked.names("warn", "redis 127.0.0.1", "the others are asked meanwhile");
    let versions = checked.with("ok").into_iter();
    let versions =
        versions.filter(|line| line["check"].as_str().unwrap().starts_with("redis version 127"));
    assert_eq!(versions.count(), 3, "{checked:#?}");
}

#[tokio::test]
async fn a_broker_that_would_not_do_is_named() {
    let world = World::new().await;
    let both = async |url: &str| {
        let more = [("SIGNPOST_AMQP_URL", url)];
        [check(&world, API, &more).await, check(&world, WORKER, &more).await]
    };
    let mail = "^mail.v1";
    let user = world.broker.user(mail, mail, mail).await;
    for checked in both(&user.replace("s3cret", "s3cretly-wrong")).await {
        checked.names("fail", "broker amqp", "put the right user and password");
        assert!(checked.with("skipped").iter().any(|line| line["check"] == "broker queues"));
    }
    for checked in both(&format!("{}-not", world.broker.url())).await {
        checked.names("fail", "broker amqp", "list_vhosts");
    }
    let away = format!("amqp://127.0.0.1:{}", free_port().unwrap());
    for checked in both(&away).await {
        checked.names("fail", "broker amqp", "does RabbitMQ run there");
    }
    for checked in both(&format!("{},{away}", world.broker.url())).await {
        checked.names("warn", "broker amqp", "does RabbitMQ run there");
    }

    // A user who may do what a process does, and no more.
    for checked in
        both(&world.broker.user("", "^mail.v1$", "^mail.v1.(send|unrouted|dead)$").await).await
    {
        assert!(checked.with("fail").is_empty(), "{checked:#?}");
        checked.names("skipped", "broker policies", "may not look");
    }
    let [_, worker] =
        both(&world.broker.user("", "^mail.v1$", "^mail.v1.(send|unrouted)$").await).await;
    worker.names("warn", "broker permissions", "may not read mail.v1.dead");
    let [api, worker] = both(&world.broker.user("", "^mail.v1$", "").await).await;
    assert!(api.with("fail").is_empty(), "{api:#?}");
    worker.names("fail", "broker permissions", "read mail.v1.send");
    for checked in both(&world.broker.user("", "", ".*").await).await {
        checked.names("fail", "broker permissions", "may not write to mail.v1");
        checked.names("fail", "broker permissions", "rabbitmqctl set_permissions");
    }

    for checked in both(&world.broker.user_with_channels(3).await).await {
        checked.names("fail", "broker channels", "list_user_limits");
    }
    for checked in both(&format!("{}?channel_max=8", world.broker.url())).await {
        checked.names("fail", "broker amqp", "raise the broker's channel_max");
    }

    world.broker.delete("mail.v1.wait.5s").await;
    let readers = world.broker.user("", ".*", ".*").await;
    for checked in both(&readers).await {
        checked.names("fail", "broker queues", "missing: mail.v1.wait.5s, and user");
    }
    let makers = world.broker.user(mail, mail, mail).await;
    // It is not made, or it would not be missing the second time.
    for checked in both(&makers).await.into_iter().chain(both(&world.broker.url()).await) {
        checked.names("warn", "broker queues", "missing: mail.v1.wait.5s");
    }
}

#[tokio::test]
async fn brokers_that_are_no_one_cluster_are_named() {
    let world = World::new().await;
    let one = world.broker.url();
    // What a node of another cluster would say.
    let renamed = tapped(world.broker.address(), |_, piece| {
        const NAME: &[u8] = b"cluster_nameS";
        let at = piece.windows(NAME.len()).position(|window| window == NAME);
        if let Some(at) = at {
            piece[at + NAME.len() + size_of::<u32>()] = b'X';
        }
    });
    let other = world.broker.url_through(renamed.await);
    for binary in [API, WORKER] {
        for well in [format!("{one},{one}"), other.clone()] {
            check(&world, binary, &[("SIGNPOST_AMQP_URL", &well)]).await.is_well();
        }
        let checked =
            check(&world, binary, &[("SIGNPOST_AMQP_URL", &format!("{one},{other}"))]).await;
        checked.names("fail", "broker clusters", "nodes of several clusters are named: X");
    }
}

#[tokio::test]
async fn queues_and_policies_that_endanger_jobs_are_named() {
    let world = World::new().await;
    world.broker.policy("^mail.v1.wait", r#"{"expires":600000}"#).await;
    for binary in [API, WORKER] {
        // The broker tells of it queue by queue, some moments apart.
        let said = async || {
            let checked = check(&world, binary, &[]).await;
            checked.with("fail").iter().any(|line| line.to_string().contains("mail.v1.wait.10m"))
        };
        until("the policy is seen", said).await;
        let checked = check(&world, binary, &[]).await;
        checked.names("fail", "broker policies", "expires=600000 on mail.v1.wait.10m");
    }
    world.broker.policy("^nothing$", r#"{"expires":600000}"#).await;
    world.broker.replace("mail.v1.dead").await;
    for binary in [API, WORKER] {
        let checked = check(&world, binary, &[]).await;
        checked.names("fail", "broker queues", "mail.v1.dead has other arguments than ours");
        checked.names("fail", "broker queues", "and holds 1 ");
    }
}

#[tokio::test]
async fn letters_and_a_full_queue_are_told() {
    let world = World::new().await;
    world.broker.publish(b"not a job").await;
    let checked = check(&world, API, &[("SIGNPOST_QUEUE_LIMIT", "1")]).await;
    checked.names("warn", "broker load", "1 jobs wait");
    let _worker = world.worker(&[]).await;
    until("it is parked", async || world.broker.depth("mail.v1.dead").await == 1).await;
    check(&world, WORKER, &[]).await.names("warn", "dead letters", "dead list");
}

/// A relay with TLS and a certificate that it signed itself; and the file that would trust it.
async fn encrypted(days: u64) -> (SmtpServer, tempfile::NamedTempFile) {
    let mut parameters = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let end = now + Duration::from_secs((days * 24 + 1) * 3600);
    parameters.not_after = rcgen::date_time_ymd(1970, 1, 1) + end;
    let key = KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), certificate.pem()).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let options = Options { tls: Some(Arc::new(config)), ..Options::default() };
    (SmtpServer::on_loopback(options).await, file)
}

#[tokio::test]
async fn a_relay_that_would_not_do_is_named() {
    let world = World::new().await;
    let check = async |more: &[(&str, &str)]| check(&world, WORKER, more).await;
    let away = format!("smtp://127.0.0.1:{}", free_port().unwrap());
    check(&[("SIGNPOST_SMTP_URL", &away)]).await.names("fail", "connection", "connection refused");
    let nowhere = [("SIGNPOST_SMTP_URL", "smtp://nowhere.invalid")];
    check(&nowhere).await.names("fail", "relay nowhere.invalid:25 address", "DNS");

    check(&[("SIGNPOST_SMTPUTF8", "on")]).await.names("fail", "SMTPUTF8", "SIGNPOST_SMTPUTF8=off");
    let from = [("SIGNPOST_MAIL_FROM", "jörg@a.example")];
    let unfit = check(&from).await;
    unfit.names("fail", "configuration", "SIGNPOST_MAIL_FROM: an address beyond ASCII");
    let smtputf8 = Options { smtputf8: true, ..Options::default() };
    let smtputf8 = SmtpServer::on_loopback(smtputf8).await;
    let two = format!("{},{}", world.relay.url(), smtputf8.url());
    let some = [("SIGNPOST_SMTPUTF8", "on"), ("SIGNPOST_SMTP_URL", &*two)];
    check(&some).await.names("warn", "SMTPUTF8", &world.relay.addr.to_string());

    world.script.set_credentials(Some(("user".to_owned(), "s3cret".to_owned())));
    let wrong = format!("smtp://user:s3cretly-wrong@{}", world.relay.addr);
    let checked = check(&[("SIGNPOST_SMTP_URL", &wrong)]).await;
    checked.names("fail", "login", "auth 535 5.7.8: refused; the relay offers PLAIN, LOGIN");
    assert_eq!(world.relay.log().iter().filter(|line| line.contains(" AUTH ")).count(), 1);
    let right = format!("smtp://user:s3cret@{}", world.relay.addr);
    check(&[("SIGNPOST_SMTP_URL", &right)]).await.is_well();

    world.script.rule(Rule::at("MAIL", Say("553 5.7.1 not you")).times(1));
    let refused = check(&[("SIGNPOST_SMTP_URL", &right)]).await;
    refused.names("fail", "sender", "mail 553 5.7.1");
    world.script.rule(Rule::at("GREETING", Say("554 5.7.1 no")).times(1));
    let refused = check(&[("SIGNPOST_SMTP_URL", &right)]).await;
    refused.names("fail", "connection", "greeting 554 5.7.1");
    assert_eq!(world.mails.received(), 0);
}

#[tokio::test]
async fn a_certificate_that_would_not_do_is_named() {
    let world = World::new().await;
    let check = async |more: &[(&str, &str)]| check(&world, WORKER, more).await;
    for (days, status) in [(30, "ok"), (5, "warn")] {
        let (relay, ca_file) = encrypted(days).await;
        let url = format!("smtp+starttls://{}", relay.addr);
        let untrusted = check(&[("SIGNPOST_SMTP_URL", &url)]).await;
        untrusted.names("fail", "TLS", "certificate not trusted");
        let ca_file = ca_file.path().to_str().unwrap();
        let more = [("SIGNPOST_SMTP_URL", &*url), ("SIGNPOST_CA_FILE", ca_file)];
        let trusted = check(&more).await;
        trusted.is_well();
        let tls = trusted.with(status).into_iter().find(|line| line.to_string().contains(" TLS"));
        let tls = tls.unwrap_or_else(|| panic!("{trusted:#?}")).to_string();
        assert!(tls.contains(&format!("for 127.0.0.1, {days} days left")), "{tls}");
    }
    let plain = format!("smtp+starttls://{}", world.relay.addr);
    check(&[("SIGNPOST_SMTP_URL", &plain)]).await.names("fail", "TLS", "STARTTLS is not offered");
    let implicit = format!("smtps://{}", world.relay.addr);
    let no_tls = check(&[("SIGNPOST_SMTP_URL", &implicit)]).await;
    no_tls.names("fail", "TLS", "smtp+starttls:// or smtp:// for this port");
}

#[tokio::test]
async fn a_mail_goes_down_the_production_path() {
    let world = World::new().await;
    let _worker = world.worker(&[]).await;
    let denied = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(denied.path(), "denied.example\n").unwrap();
    let denied = [("SIGNPOST_DENY_DOMAINS", denied.path().to_str().unwrap())];
    let send_to = async |address: &str, more: &[(&str, &str)]| {
        let arguments = ["--send-to", address, "--locale", "de"];
        check_with(&world, API, &arguments, more).await
    };
    let checked = send_to("jane@a.example", &denied).await;
    checked.is_well();
    world.mails.wait_for_received(1).await;
    let mail = &world.mails.list()[0];
    assert_eq!(mail.to, ["jane@a.example"]);
    let raw = String::from_utf8_lossy(&mail.raw);
    assert!(raw.contains("Content-Language: de") || raw.contains("lang=3D\"de\""), "{raw}");
    let said = format!("{checked:?}");
    assert!(said.contains("j***@a.example") && !said.contains("jane@"), "{said}");
    assert!(!said.contains(&code_in(&mail.raw)), "{said}");
    let job = said.split("job ").nth(1).and_then(|job| job.split(' ').next()).unwrap();
    assert!(raw.contains(job), "the mail is that of job {job}");

    send_to("jane@a.example", &[]).await.names("fail", "send", "address reset");
    let refused = send_to("jane@denied.example", &denied).await;
    refused.names("fail", "send", "SIGNPOST_DENY_DOMAINS");
    let broken = [("SIGNPOST_ADDRESS_KEY", "")];
    send_to("john@a.example", &broken).await.names("fail", "configuration", "SIGNPOST_ADDRESS_KEY");
    assert_eq!(world.mails.received(), 1);
}

/// Where the delivery status is kept, what the relay says is told.
#[tokio::test]
async fn a_mail_is_followed_to_the_relay() {
    let world = World::new().await;
    let on = [("SIGNPOST_STATUS", "on")];
    let (_api, _worker) = (world.api(&on).await, world.worker(&[]).await);
    world.script.rule(Rule::at("BODY", Say("250 2.0.0 queued as 4XyZ1c0")).times(1));
    let taken = check_with(&world, API, &["--send-to", "jane@a.example"], &on).await;
    taken.is_well();
    taken.names("ok", "delivery", "250 2.0.0 queued as 4XyZ1c0");
    world.script.rule(Rule::at("RCPT", Say("550 5.1.1 no such user")));
    let parked = check_with(&world, API, &["--send-to", "john@a.example"], &on).await;
    parked.names("fail", "delivery", "rcpt 550 5.1.1");
}

#[tokio::test]
async fn slow_a_mail_that_is_put_off_is_followed_until_a_relay_has_taken_it() {
    let world = World::new().await;
    let on = [("SIGNPOST_STATUS", "on")];
    let (_api, _worker) = (world.api(&on).await, world.worker(&[]).await);
    world.script.rule(Rule::at("RCPT", Say("450 4.2.0 greylisted")).times(1));
    world.script.rule(Rule::at("BODY", Say("250 2.0.0 queued as 4XyZ1c0")).times(1));
    let taken = check_with(&world, API, &["--send-to", "jane@a.example"], &on).await;
    taken.names("ok", "delivery", "250 2.0.0 queued as 4XyZ1c0");
    world.script.rule(Rule::at("RCPT", Say("450 4.2.0 greylisted")));
    let arguments = ["--send-to", "john@a.example", "--wait", "1s"];
    let waits = check_with(&world, API, &arguments, &on).await;
    waits.names("warn", "delivery", "rcpt 450 4.2.0; tried again in 5s");
}

#[tokio::test]
async fn a_mail_that_no_worker_takes_is_told() {
    let world = World::new().await;
    let arguments = ["--send-to", "jane@a.example", "--wait", "0s"];
    let checked = check_with(&world, API, &arguments, &[]).await;
    checked.names("warn", "delivery", "1 jobs still wait, 0 workers");
}

#[tokio::test]
async fn a_mail_whose_status_no_api_keeps_is_told() {
    let world = World::new().await;
    let _worker = world.worker(&[]).await;
    let arguments = ["--send-to", "jane@a.example", "--wait", "1s"];
    let checked = check_with(&world, API, &arguments, &[("SIGNPOST_STATUS", "on")]).await;
    checked.names("warn", "delivery", "a worker has taken the job: does an API");
}

#[tokio::test]
async fn slow_a_broker_in_alarm_or_asleep_ends_no_check_late() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let alarm = "disk_free_limit.absolute = 900GB";
    let server = Server::rabbit(folder.path(), alarm).await.unwrap();
    server.ready().await.unwrap();
    let url = amqp_url(server.address());
    let broker = Broker::new(&url, None).unwrap();
    let connection = broker.connect("test").await.unwrap();
    declare(&broker, &connection).await.unwrap();
    let away = format!("http://127.0.0.1:{}", free_port().unwrap());
    let more = [("SIGNPOST_AMQP_URL", &*url), ("SIGNPOST_MANAGEMENT_URL", &*away)];
    for binary in [API, WORKER] {
        let checked = check(&world, binary, &more).await;
        checked.names("fail", "broker alarms", "rabbitmq-diagnostics alarms");
        // Reading works, and was tried.
        let others = ["broker permissions", "broker queues", "broker channels"];
        let fails = checked.with("fail");
        assert!(!fails.iter().any(|line| others.map(Value::from).contains(&line["check"])));
        checked.names("skipped", "broker policies", "SIGNPOST_MANAGEMENT_URL");
    }
    server.process.signal("STOP");
    // A relay that looks us up is no failure, if it takes longer than most.
    world.script.rule(Rule::at("EHLO", After(Duration::from_secs(12))));
    let checked = check(&world, WORKER, &more).await;
    checked.names("fail", "broker amqp", "no answer in 5 s");
    let of_relay = |line: &&&Value| line["check"].as_str().unwrap().contains("connection");
    assert!(checked.with("ok").iter().any(|line| of_relay(&line)), "{checked:#?}");
}
