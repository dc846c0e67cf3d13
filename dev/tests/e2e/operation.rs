//! What operators see and do: configuration, readiness, metrics, shutdown.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    process::Command,
};

use crate::rig::{Api, Process, SEND_PATH, Server, World, path_of, soon, tapped, until};

/// The status that keeps systemd from trying again (deploy/systemd).
const SETTINGS: i32 = 2;

async fn refuses(binary: &str, settings: Vec<(String, String)>, complaint: &str, status: i32) {
    let mut process = Process::start(binary, &settings);
    assert_eq!(process.ended().await.code(), Some(status), "{complaint}");
    let said = process.log().join("\n");
    assert!(said.contains(complaint), "{binary} does not complain {complaint}: {said}");
    assert!(!said.contains("backtrace") && !said.contains("panicked"), "{said}");
}

#[tokio::test]
async fn a_bad_setting_is_a_clear_error_at_start() {
    let world = World::new().await;
    for (name, value, complaint) in [
        ("SIGNPOST_COOLDWON", "60s", "did you mean SIGNPOST_COOLDOWN?"),
        ("SIGNPOST_CODE_KEYS", "", "SIGNPOST_CODE_KEYS is required"),
        ("SIGNPOST_CODE_KEYS", "k1:c2hvcnQ=", "openssl rand -base64 32"),
        ("SIGNPOST_ADDRESS_KEY", "", "SIGNPOST_ADDRESS_KEY is required"),
        ("SIGNPOST_COOLDOWN", "60", "such as 60s or 30m"),
        ("SIGNPOST_COOLDOWN", "60", "SIGNPOST_COOLDOWN (--cooldown"),
        ("SIGNPOST_SMTPUTF8", "yes", "[possible values: on, off]"),
        ("SIGNPOST_TRUSTED_PROXIES", "0.0.0.0/0", "this trusts everybody"),
        ("SIGNPOST_REDIS_URL_FILE", "redis://u:p@h", "may be a secret itself"),
        ("SIGNPOST_REDIS_URL", "http://u:p@h", "expected redis://"),
        ("SIGNPOST_AMQP_URL", "http://u:p@h", "expected amqp://"),
        (
            "SIGNPOST_DEFAULT_LOCALE",
            "tlh",
            "SIGNPOST_DEFAULT_LOCALE: there are no templates for tlh",
        ),
        ("SIGNPOST_DEFAULT_LOCALE", "English", "not a language tag such as en-US"),
        ("SIGNPOST_TEMPLATES", "/nowhere", "SIGNPOST_TEMPLATES: /nowhere: No such file"),
        ("SIGNPOST_PATH_PREFIXES", "nowhere", "path prefix"),
        ("SIGNPOST_PATH_PREFIXES", "/x,/x/", "SIGNPOST_PATH_PREFIXES: one of them is there twice"),
        ("SIGNPOST_PATH_PREFIXES", "/,/", "SIGNPOST_PATH_PREFIXES: one of them is there twice"),
        ("SIGNPOST_DENY_DOMAINS", "/nowhere", "/nowhere"),
        ("SIGNPOST_CA_FILE", "amqp://u:s3cret@h", "may be a secret itself"),
        ("SIGNPOST_LISTEN", "8080", "such as 127.0.0.1:8080"),
        ("SIGNPOST_CONNECTIONS", "0", "expected a whole number, 1 to "),
        ("SIGNPOST_STATUS_TTL", "0s", "SIGNPOST_STATUS_TTL: a status must last for a second"),
        ("SIGNPOST_DOCS", "perhaps", "[possible values: on, off]"),
        ("SIGNPOST_LOG", "signpost=loud", "SIGNPOST_LOG"),
        ("SIGNPOST_LOG", "signpost-api=info", "expected off, error, warn, info, debug or trace"),
        ("SIGNPOST_LOG", "verbose", "expected off, error, warn, info, debug or trace"),
    ] {
        refuses("signpost-api", world.api_settings(&[(name, value)]), complaint, SETTINGS).await;
    }
    for (name, value, complaint) in [
        ("SIGNPOST_SMTP_URL", "smtp://u:p@mail.example:25", "SIGNPOST_SMTP_URL"),
        ("SIGNPOST_MAIL_FROM", "nobody", "SIGNPOST_MAIL_FROM (--mail-from"),
        ("SIGNPOST_MAIL_FROM", "", "SIGNPOST_MAIL_FROM (--mail-from"),
        ("SIGNPOST_MAIL_FROM", "a@b", "expected no-reply@example.com or Example <no-reply@"),
        ("SIGNPOST_TEMPLATES", "/nowhere", "SIGNPOST_TEMPLATES: /nowhere: No such file"),
        ("SIGNPOST_BRAND", "a\r\nBcc: b", "SIGNPOST_BRAND: has a control character"),
        ("SIGNPOST_BRAND", "a\u{202e}b", "SIGNPOST_BRAND: has a mark in it that turns"),
        ("SIGNPOST_BRAND_COLOR", "red", "expected a colour such as #0b6b5d"),
        ("SIGNPOST_SUPPORT", "a\nb", "SIGNPOST_SUPPORT: has a control character"),
        ("SIGNPOST_HELO_NAME", "a b", "SIGNPOST_HELO_NAME: "),
        ("SIGNPOST_SMTP_URL_FILE", "/nowhere", "'SIGNPOST_SMTP_URL_FILE (--smtp-url-file"),
    ] {
        refuses("signpost-worker", world.worker_settings(&[(name, value)]), complaint, SETTINGS)
            .await;
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_wrong_usage() {
    let world = World::new().await;
    let arguments = ["address", "show", "jane at example.com"];
    let settings = world.api_settings(&[]);
    let mut process = Process::start_with("signpost-api", &arguments, &settings);
    assert_eq!(process.ended().await.code(), Some(SETTINGS));
    let said = process.log().join("\n");
    assert!(said.contains("ADDRESS: no address that codes are sent to"), "{said}");
    assert!(!said.contains("jane"), "{said}");
}

#[tokio::test]
async fn what_is_not_utf8_is_named_and_what_can_not_be_told_is_an_error() {
    let (api, worker) = (path_of("signpost-api"), path_of("signpost-worker"));
    let byte = "$(printf '\\377')";
    for (line, status, expected) in [
        (format!("SIGNPOST_BRAND={byte} {}", worker.display()), SETTINGS, "UTF-8: SIGNPOST_BRAND"),
        (format!("SIGNPOST_CODE_KEYS={byte} {}", api.display()), SETTINGS, "CODE_KEYS: not UTF-8"),
        (format!("{} templates check >/dev/full", worker.display()), 1, "standard output: "),
    ] {
        let mut command = Command::new("sh");
        command.args(["-c", &line]);
        let mut process = Process::of(command);
        assert_eq!(process.ended().await.code(), Some(status), "{line}");
        let said = process.log().join("\n");
        assert!(said.contains(expected) && !said.contains("panicked"), "{line}: {said}");
    }
}

#[tokio::test]
async fn too_few_descriptors_are_an_error_and_no_panic() {
    let world = World::new().await;
    for (binary, settings) in
        [("signpost-api", world.api_settings(&[])), ("signpost-worker", world.worker_settings(&[]))]
    {
        for descriptors in [6, 8, 12, 40] {
            let mut command = Command::new("sh");
            let limited = format!("ulimit -n {descriptors}; exec {}", path_of(binary).display());
            command.args(["-c", &limited]).envs(settings.iter().cloned());
            let mut process = Process::of(command);
            assert_eq!(process.ended().await.code(), Some(1), "{descriptors}");
            let said = process.log().join("\n");
            assert!(said.contains("ulimit -Hn"), "{descriptors}: {said}");
            assert!(!said.contains("panicked"), "{descriptors}: {said}");
        }
    }
}

#[tokio::test]
async fn the_one_line_of_an_outage_at_the_start_says_why() {
    let world = World::new().await;
    // Redis does not speak AMQP.
    let settings = world.api_settings(&[]);
    let (_, redis) = settings.iter().find(|(name, _)| name == "SIGNPOST_REDIS_URL").unwrap();
    let elsewhere = redis.replace("redis://", "amqp://");
    let settings = world.api_settings(&[("SIGNPOST_AMQP_URL", &elsewhere)]);
    let process = Process::start("signpost-api", &settings);
    let cause = process.logged("an outage", |line| {
        let cause = line["cause"].as_str().filter(|_| line["dependency"] == "broker")?;
        Some(cause.to_owned())
    });
    let cause = cause.await;
    assert!(!cause.contains("not answered yet"), "{cause}");
}

#[tokio::test]
async fn no_error_shows_a_password() {
    let world = World::new().await;
    for (binary, name) in [
        ("signpost-api", "SIGNPOST_REDIS_URL"),
        ("signpost-api", "SIGNPOST_AMQP_URL"),
        ("signpost-api", "SIGNPOST_LISTEN"),
        ("signpost-api", "SIGNPOST_CODE_KEYS_FILE"),
        ("signpost-worker", "SIGNPOST_SMTP_URL"),
        ("signpost-worker", "SIGNPOST_AMQP_URL_FILE"),
        ("signpost-worker", "SIGNPOST_GRACE"),
    ] {
        let more = [(name, "guest:s3cret@host:5672")];
        let is_api = binary == "signpost-api";
        let settings =
            if is_api { world.api_settings(&more) } else { world.worker_settings(&more) };
        let mut process = Process::start(binary, &settings);
        assert!(!process.ended().await.success(), "{name}");
        let said = process.log().join("\n");
        assert!(said.contains(name) && !said.contains("s3cret"), "{name}: {said}");
    }
}

#[tokio::test]
async fn a_setting_that_is_empty_is_absent() {
    let world = World::new().await;
    let (keys, smtp) =
        (tempfile::NamedTempFile::new().unwrap(), tempfile::NamedTempFile::new().unwrap());
    std::fs::write(keys.path(), format!("\u{FEFF}{}\r\n", world.code_keys)).unwrap();
    std::fs::write(smtp.path(), format!("{}\n", world.relay.url())).unwrap();
    let (keys, smtp) = (keys.path().to_str().unwrap(), smtp.path().to_str().unwrap());
    let empty = signpost_shared::config::VARIABLES.iter().filter(|name| {
        let needed = ["LISTEN", "URL", "KEY", "MAIL_FROM", "NETWORK_RATE"];
        !needed.iter().any(|needed| name.ends_with(needed))
    });
    let empty: Vec<_> = empty.map(|name| (*name, "")).collect();
    let keys = [("SIGNPOST_CODE_KEYS", ""), ("SIGNPOST_CODE_KEYS_FILE", keys)];
    let from = ("SIGNPOST_MAIL_FROM", "Müller & Co, \"GmbH\" <a@b.example>");
    let smtp = [("SIGNPOST_SMTP_URL", ""), ("SIGNPOST_SMTP_URL_FILE", smtp), from];
    let api = world.api(&[&empty[..], &keys].concat()).await;
    let _worker = world.worker(&[&empty[..], &keys, &smtp].concat()).await;
    assert!(api.send("jane@a.example").await.is_success());
    world.mails.wait_for_received(1).await;
    let mail = &world.mails.list()[0];
    let mail = mail_parser::MessageParser::default().parse(&mail.raw).unwrap();
    let from = mail.from().unwrap().first().unwrap();
    assert_eq!(from.name(), Some("Müller & Co, \"GmbH\""));
}

#[tokio::test]
async fn a_port_that_is_taken_says_so() {
    let world = World::new().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for variable in ["SIGNPOST_LISTEN", "SIGNPOST_ADMIN_LISTEN"] {
        let (settings, complaint) = ([(variable, &*taken)], format!("{variable} chooses another"));
        refuses("signpost-api", world.api_settings(&settings), &complaint, 1).await;
        if variable == "SIGNPOST_ADMIN_LISTEN" {
            refuses("signpost-worker", world.worker_settings(&settings), &complaint, 1).await;
        }
    }
}

#[tokio::test]
async fn a_signal_ends_an_idle_process_at_once_and_well() {
    // AMQP 0-9-1: a frame of a method on channel 0, `connection.close-ok`.
    const CLOSED: [u8; 12] = [1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 51, 0xCE];
    /// `basic.consume-ok`.
    const CONSUMES: [u8; 4] = [0, 60, 0, 21];
    let said = Arc::new(Mutex::new(BTreeMap::<usize, Vec<u8>>::new()));
    let (world, hearing) = (World::new().await, Arc::clone(&said));
    let broker = tapped(world.broker.address(), move |connection, piece| {
        hearing.lock().unwrap().entry(connection).or_default().extend_from_slice(piece);
    });
    let broker = world.broker.url_through(broker.await);
    let broker = ("SIGNPOST_AMQP_URL", broker.as_str());
    for (round, signal) in (1..).zip(["TERM", "INT", "QUIT"]) {
        let limit = ("SIGNPOST_QUEUE_LIMIT", "100");
        let mut api = world.api(&[broker, limit, ("SIGNPOST_STATUS", "on")]).await;
        let mut worker = world.worker(&[broker]).await;
        assert!(api.send(&format!("jane@{signal}.example")).await.is_success());
        until("both consume", async || {
            let consumes = |said: &&Vec<u8>| said.windows(4).any(|window| window == CONSUMES);
            said.lock().unwrap().values().filter(consumes).count() == 2 * round
        })
        .await;
        for process in [&mut api.process, &mut worker.process] {
            process.signal(signal);
            assert!(process.ended().await.success(), "SIG{signal}");
            assert!(process.log().join("").contains("has ended; nothing was left"));
        }
    }
    let said = said.lock().unwrap();
    // To settle or publish, and to consume or collect.
    assert!(said.len() >= 12, "{}", said.len());
    for (connection, said) in &*said {
        assert!(said.ends_with(&CLOSED), "{connection} is cut: {said:?}");
    }
}

/// A request that is whole but for its last byte, and what is to come.
async fn all_but_the_end(api: &Api) -> (TcpStream, &'static [u8]) {
    let mut client = TcpStream::connect(api.address).await.unwrap();
    let head = format!("POST {SEND_PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n");
    let form = "Content-Type: application/x-www-form-urlencoded\r\n\r\nemai";
    client.write_all(format!("{head}{form}").as_bytes()).await.unwrap();
    (client, b"l")
}

/// A proxy sees that it is not ready, and has the delay to turn elsewhere.
#[tokio::test]
async fn during_the_drain_delay_all_is_answered_and_then_nothing() {
    let world = World::new().await;
    let mut api = world.api(&[("SIGNPOST_DRAIN_DELAY", "2s")]).await;
    // Over a connection that is kept from one request to the next.
    assert!(api.send("before@a.example").await.is_success());
    let began = Instant::now();
    api.process.terminate();
    until("it is not ready", async || !api.is_ready().await).await;
    assert!(api.send("kept@a.example").await.is_success());
    let (mut client, end) = all_but_the_end(&api).await;
    let served = async || api.metric("signpost_requests_in_flight").await == Some(1.0);
    until("its head is read", served).await;
    until("the port is closed", async || TcpStream::connect(api.address).await.is_err()).await;
    assert!(began.elapsed() > Duration::from_secs(2));
    client.write_all(end).await.unwrap();
    let mut answer = String::new();
    soon("its answer", client.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("\"400\""), "{answer}");
    assert!(api.process.ended().await.success());
    assert!(api.process.log().join("").contains("has ended; nothing was left"));
}

#[tokio::test]
async fn who_has_connected_before_the_listeners_end_is_answered() {
    let world = World::new().await;
    let mut api = world.api(&[]).await;
    let ask_on = async |_| {
        while let Ok(mut client) = TcpStream::connect(api.address).await {
            let request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            client.write_all(request).await.unwrap();
            let mut answer = String::new();
            client.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
        }
    };
    let terminated = async {
        let busy = async || api.metric("signpost_requests_total").await > Some(1000.0);
        until("many are answered", busy).await;
        api.process.terminate();
    };
    tokio::join!(join_all((0..20).map(ask_on)), terminated);
    assert!(api.process.ended().await.success());
}

#[tokio::test]
async fn a_worker_goes_on_during_the_drain_delay_and_a_second_signal_ends_it() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    let mut worker = world.worker(&[("SIGNPOST_DRAIN_DELAY", "1h")]).await;
    worker.process.terminate();
    until("it is not ready", async || !worker.is_ready().await).await;
    assert!(api.send("jane@a.example").await.is_success());
    world.mails.wait_for_received(1).await;
    worker.process.terminate();
    assert!(worker.process.ended().await.success());
    assert!(worker.process.log().join("").contains("second signal"));
}

#[tokio::test]
async fn sighup_reads_the_files_again_all_of_them_or_none() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (denied, codes) = (path("denied"), path("codes"));
    let write = |denied_domain: &str, test_code: &str| {
        std::fs::write(&denied, denied_domain).unwrap();
        std::fs::write(&codes, format!("tester@c.example {test_code}")).unwrap();
    };
    write("a.example", "111111 2999-01-01");
    let settings = [("SIGNPOST_DENY_DOMAINS", &*denied), ("SIGNPOST_TEST_CODES", &codes)];
    let api = world.api(&settings).await;
    let holds = async |denied: &str, allowed: &str, code: &str| {
        let (denied, allowed) = (format!("jane@{denied}"), format!("jane@{allowed}"));
        assert_eq!(api.send(&denied).await.code(), "400");
        assert_ne!(api.send(&allowed).await.code(), "400");
        api.send("tester@c.example").await;
        assert!(api.check("tester@c.example", code, false).await.is_success());
    };
    let hang_up = async |says: &str| {
        api.process.signal("HUP");
        let said = |line: &Value| {
            let text = line.to_string();
            (text.contains("SIGHUP") && text.contains(says)).then_some(())
        };
        api.process.logged(says, said).await;
    };
    holds("a.example", "b.example", "111111").await;
    write("b.example", "222222 2999-01-01");
    hang_up("read again").await;
    holds("b.example", "a.example", "222222").await;
    write("a.example", "333333 tomorrow");
    hang_up(&format!("SIGNPOST_TEST_CODES: {codes}, line 1")).await;
    holds("b.example", "a.example", "222222").await;
    let lines = api.process.log().iter().filter(|line| line.contains("SIGHUP")).count();
    assert_eq!(lines, 2);
    // Without a file there is nothing to read.
    let worker = world.worker(&[]).await;
    worker.process.signal("HUP");
    assert!(api.send("john@a.example").await.is_success());
    world.mails.wait_for_received(1).await;
}

/// What a container's health check runs.
async fn health(binary: &str, admin: SocketAddr) -> (bool, String) {
    let settings = [("SIGNPOST_ADMIN_LISTEN".to_owned(), admin.to_string())];
    let mut process = Process::start_with(binary, &["health"], &settings);
    (process.ended().await.success(), process.log().join("\n"))
}

#[tokio::test]
async fn a_health_check_needs_no_shell() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let redis = Server::redis(folder.path(), &[]).unwrap();
    redis.ready().await.unwrap();
    let url = format!("redis://{}", redis.address());
    let api = world.api(&[("SIGNPOST_REDIS_URL", &url)]).await;
    let mut worker = world.worker(&[]).await;
    for (binary, admin) in [("signpost-api", &api.admin), ("signpost-worker", &worker.admin)] {
        let (well, said) = health(binary, admin.address).await;
        assert!(well && said.starts_with(r#"{"ready":true,"healthy":true"#), "{binary}: {said}");
    }
    redis.process.signal("STOP");
    until("the API is unhealthy", async || !api.is_healthy().await).await;
    let (well, said) = health("signpost-api", api.admin.address).await;
    assert!(!well && said.starts_with(r#"{"ready":true,"healthy":false"#), "{said}");
    worker.process.kill().await;
    let (well, said) = health("signpost-worker", worker.admin.address).await;
    assert!(!well && said.contains("nothing answers at"), "{said}");
    // Redis is no admin listener.
    redis.process.signal("CONT");
    let (well, said) = health("signpost-api", redis.address()).await;
    assert!(!well && said.contains("no admin listener"), "{said}");
}

#[tokio::test]
async fn the_documented_metrics_are_there() {
    let world = World::new().await;
    let (api, worker) = (world.api(&[]).await, world.worker(&[]).await);
    assert!(api.send("jane@a.example").await.is_success());
    assert_eq!(api.send("jane@a.example").await.code(), "send.later");
    world.mails.wait_for_received(1).await;
    for name in [
        "signpost_requests_total{endpoint=\"send\",outcome=\"success\"}",
        "signpost_requests_total{endpoint=\"send\",outcome=\"send.later\"}",
        "signpost_request_duration_seconds_count",
        "signpost_requests_in_flight",
        "signpost_throttle_decisions_total{decision=\"accepted\"}",
        "signpost_throttle_decisions_total{decision=\"later\"}",
        "signpost_publishes_total{outcome=\"confirmed\"}",
        "signpost_publish_confirm_duration_seconds_count",
        "signpost_publish_in_flight",
        "signpost_redis_up",
        "signpost_broker_up",
    ] {
        until(name, async || api.metric(name).await.is_some()).await;
    }
    for name in [
        "signpost_jobs_total{outcome=\"delivered\"}",
        "signpost_delivery_latency_seconds_count",
        "signpost_smtp_replies_total",
        "signpost_smtp_connections",
        "signpost_relay_breaker_state",
        "signpost_oldest_job_age_seconds",
        "signpost_jobs_in_hand",
        "signpost_broker_up",
        "signpost_relays_up",
    ] {
        until(name, async || worker.metric(name).await.is_some()).await;
    }
}

#[tokio::test]
async fn help_names_every_setting() {
    for binary in ["signpost-api", "signpost-worker"] {
        let help = help(binary).await;
        assert!(help.contains("SIGNPOST_CODE_KEYS"), "{help}");
        assert!(!help.contains("SIGNPOST_AMQP_URL=amqp"), "values of URLs are hidden: {help}");
    }
    let check = help_of("signpost-api", &["check", "--help"]).await;
    let both = help("signpost-api").await + &help("signpost-worker").await + &check;
    for name in signpost_shared::config::VARIABLES {
        assert!(both.contains(name), "{name} is known and not in --help");
    }
    let named = both.split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
    for name in named.filter(|word| word.starts_with("SIGNPOST_")) {
        let known = signpost_shared::config::VARIABLES.contains(&name);
        assert!(known, "{name} is in --help and not known");
    }
}

async fn help(binary: &str) -> String {
    help_of(binary, &["--help"]).await
}

async fn help_of(binary: &str, arguments: &[&str]) -> String {
    let wide = [("COLUMNS".to_owned(), "1000".to_owned())];
    let mut process = Process::start_with(binary, arguments, &wide);
    assert!(process.ended().await.success());
    process.log().join("\n")
}

#[tokio::test]
async fn a_redis_that_forgets_is_warned_of() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port().to_string();
    drop(socket);
    let _redis = Command::new("redis-server")
        .args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("redis-server is installed");
    let url = format!("redis://127.0.0.1:{port}");
    let api = world.api(&[("SIGNPOST_REDIS_URL", &url)]).await;
    let warned = |line: &Value| line["message"].as_str()?.contains("appendonly yes").then_some(());
    api.process.logged("the warning", warned).await;
}

#[tokio::test]
async fn support_looks_at_an_address_and_lifts_its_limits() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    assert!(api.send("jane@a.example").await.is_success());
    let settings: Vec<_> = world.api_settings(&[]);
    let desk = async |arguments: &[&str]| {
        let arguments = [&["address"], arguments].concat();
        let mut process = Process::start_with("signpost-api", &arguments, &settings);
        (process.ended().await.success(), process.log().join("\n"))
    };
    let (shown, said) = desk(&["show", "jane@a.example"]).await;
    assert!(shown && said.contains("j***@a.example") && !said.contains("jane"), "{said}");
    let (_, said) = desk(&["show", "--json", "jane@a.example"]).await;
    let state: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (&state["sends"]["count"], state["codes"].as_array().unwrap().len()),
        (&1.into(), 1)
    );
    let (reset, said) = desk(&["reset", "jane@a.example"]).await;
    assert!(!reset && said.contains("--yes"), "{said}");
    assert_eq!(api.send("jane@a.example").await.code(), "send.later");
    let (reset, said) = desk(&["reset", "--yes", "--json", "jane@a.example"]).await;
    let state: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (reset, &state["cooldown_seconds"], &state["sends"]["count"]),
        (true, &0.into(), &0.into())
    );
    assert!(api.send("jane@a.example").await.is_success());
}
