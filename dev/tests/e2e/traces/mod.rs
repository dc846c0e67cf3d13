//! Traces, as a collector gets them.

use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::trace::v1::{span::SpanKind, status::StatusCode};
use serde_json::Value;
use signpost_smtp_server::{Answer::Say, Rule};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpSocket, TcpStream},
};

use self::receiver::{Received, Receiver};

use crate::rig::{Api, Process, SEND_PATH, VERIFY_PATH, World, code_in, soon, threads, until};

mod receiver;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";
const FORM: &str = "application/x-www-form-urlencoded";

/// Settings that send every span at once, beside those of the world.
fn traced(endpoint: &str) -> Vec<(&str, &str)> {
    vec![
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
        ("SIGNPOST_LOG", "info"),
        ("SIGNPOST_TRUSTED_PROXIES", "127.0.0.0/8"),
    ]
}

/// Asks for a code as a front end does that has a trace.
async fn send(api: &Api, address: &str, traceparent: &str) {
    let body =
        form_urlencoded::Serializer::new(String::new()).append_pair("email", address).finish();
    let request = api.post(SEND_PATH).header("content-type", FORM);
    let request = request.header("traceparent", traceparent).header("user-agent", "canary-agent");
    let request = request.header("tracestate", "v=jane@canary.example");
    let request = request.header("x-forwarded-for", "203.0.113.77").body(body);
    assert!(api.request(request).await.is_success());
}

fn hex(id: &[u8]) -> String {
    id.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// The names of what a span is the parent of, in the order of their beginning.
fn children(spans: &[Received], parent: &Received) -> Vec<String> {
    let of_it = |received: &&Received| received.span.parent_span_id == parent.span.span_id;
    let mut found: Vec<_> = spans.iter().filter(of_it).map(|received| &received.span).collect();
    found.sort_by_key(|span| span.start_time_unix_nano);
    found.iter().map(|span| span.name.clone()).collect()
}

fn failure(received: &Received) -> Option<&str> {
    let status = received.span.status.as_ref()?;
    (status.code() == StatusCode::Error).then_some(status.message.as_str())
}

#[tokio::test]
async fn one_trace_leads_from_the_caller_through_every_attempt_to_the_relays_reply() {
    let world = World::new().await;
    let refusal = "450 4.2.0 greylisted, <jane@canary.example>";
    world.script.rule(Rule::at("RCPT", Say(refusal)).times(1));
    let collector = Receiver::new().await;
    let settings = traced(&collector.endpoint);
    let (api, worker) = (world.api(&settings).await, world.worker(&settings).await);
    send(&api, "jane@canary.example", &format!("00-{TRACE}-{CALLER}-01")).await;
    soon("the mail", world.mails.wait_for_received(1)).await;
    collector.named("process mail.v1.send", 2).await;
    let spans = collector.spans();
    assert!(spans.iter().all(|received| hex(&received.span.trace_id) == TRACE), "{spans:?}");
    let named = |name: &str| -> Vec<_> {
        let mut found: Vec<_> =
            spans.iter().filter(|received| received.span.name == name).collect();
        found.sort_by_key(|received| received.span.start_time_unix_nano);
        found
    };

    let [request] = named(&format!("POST {SEND_PATH}"))[..] else { panic!("{spans:?}") };
    assert_eq!(hex(&request.span.parent_span_id), CALLER);
    assert_eq!(request.span.kind(), SpanKind::Server);
    assert_eq!(request.service, "signpost-api");
    for (key, value) in [
        ("http.request.method", "POST"),
        ("http.route", SEND_PATH),
        ("http.response.status_code", "200"),
        ("url.scheme", "http"),
    ] {
        assert_eq!(request.get(key).as_deref(), Some(value), "{key}");
    }
    assert_eq!(children(&spans, request), ["throttle", "publish mail.v1.send"]);
    let [throttle] = named("throttle")[..] else { panic!("{spans:?}") };
    assert_eq!(throttle.get("db.system.name").as_deref(), Some("redis"));
    assert_eq!(throttle.get("db.stored_procedure.name").as_deref(), Some("take"));

    let [publish] = named("publish mail.v1.send")[..] else { panic!("{spans:?}") };
    assert_eq!(publish.span.kind(), SpanKind::Producer);
    assert_eq!(publish.get("messaging.destination.name").as_deref(), Some("mail.v1.send"));
    let [first, second] = named("process mail.v1.send")[..] else { panic!("{spans:?}") };
    for (attempt, number) in [(first, "1"), (second, "2")] {
        assert_eq!(attempt.service, "signpost-worker");
        assert_eq!(attempt.span.kind(), SpanKind::Consumer);
        assert_eq!(attempt.span.parent_span_id, publish.span.span_id);
        assert_eq!(attempt.span.links.len(), 1, "the wait in the queue");
        assert_eq!(attempt.span.links[0].span_id, publish.span.span_id);
        assert_eq!(attempt.get("messaging.message.id"), publish.get("messaging.message.id"));
        assert_eq!(attempt.get("signpost.job.attempt").as_deref(), Some(number));
    }
    let waited = second.span.start_time_unix_nano - first.span.end_time_unix_nano;
    assert!(Duration::from_nanos(waited) >= Duration::from_secs(4), "the rung's five seconds");
    assert_eq!(children(&spans, first), ["render", "deliver", "publish mail.v1.wait"]);
    assert_eq!(children(&spans, second), ["render", "deliver"]);
    let outcome = |attempt: &Received| attempt.get("signpost.outcome").unwrap();
    assert_eq!((outcome(first), failure(first)), ("retry".to_owned(), Some("rcpt 450 4.2.0")));
    assert_eq!((outcome(second), failure(second)), ("delivered".to_owned(), None));

    let [tried, taken] = named("deliver")[..] else { panic!("{spans:?}") };
    assert_eq!(tried.get("server.port").unwrap(), world.relay.addr.port().to_string());
    let stages = ["connect", "greeting", "ehlo", "mail", "rcpt"];
    assert_eq!(children(&spans, tried)[..5], stages);
    let [refused, accepted] = named("rcpt")[..] else { panic!("{spans:?}") };
    assert_eq!(refused.get("smtp.reply.code").as_deref(), Some("450"));
    assert_eq!(
        (failure(refused), failure(tried)),
        (Some("rcpt 450 4.2.0"), Some("rcpt 450 4.2.0"))
    );
    assert_eq!(
        (accepted.get("smtp.reply.code").as_deref(), failure(accepted)),
        (Some("250"), None)
    );
    // RSET comes first, since the mail before was refused.
    assert_eq!(children(&spans, taken), ["upkeep", "mail", "rcpt", "data", "body"]);

    for process in [&api.process, &worker.process] {
        let of_trace = |line: &Value| (line["trace.id"] == TRACE).then_some(());
        process.logged("a line of this trace", of_trace).await;
    }
    let code = code_in(&world.mails.list()[0].raw);
    for words in ["jane", "canary.example", "greylisted", "canary-agent", "203.0.113.77", &code] {
        assert!(!collector.holds(words), "{words} left the process");
    }
    assert!(collector.holds("signpost-worker"));
    for stage in ["connect", "greeting", "ehlo", "mail", "rcpt", "data", "body"] {
        let count = format!("signpost_smtp_stage_duration_seconds_count{{stage=\"{stage}\"");
        assert!(worker.metric(&count).await >= Some(1.0), "{stage}");
    }
    let long = "signpost_smtp_stage_duration_seconds_bucket{stage=\"body\",le=\"120\"";
    assert_eq!(worker.metric(long).await, Some(1.0));
}

#[tokio::test]
async fn a_caller_decides_what_is_kept_and_without_one_we_do() {
    let world = World::new().await;
    let collector = Receiver::new().await;
    let settings = traced(&collector.endpoint);
    let (api, worker) = (world.api(&settings).await, world.worker(&settings).await);
    send(&api, "unkept@canary.example", &format!("00-{TRACE}-{CALLER}-00")).await;
    soon("the mail", world.mails.wait_for_received(1)).await;
    let of_trace = |line: &Value| (line["trace.id"] == TRACE).then_some(());
    worker.process.logged("a line of the caller's trace", of_trace).await;
    send(&api, "kept@canary.example", "nonsense").await;
    soon("the mail", world.mails.wait_for_received(2)).await;
    let attempt = collector.named("process mail.v1.send", 1).await.remove(0);
    let ours = hex(&attempt.span.trace_id);
    for process in [&api.process, &worker.process] {
        let of_ours = |line: &Value| (line["trace.id"] == *ours).then_some(());
        process.logged("a line of our trace", of_ours).await;
    }

    api.check("kept@canary.example", "000000", false).await;
    let checked = collector.named(&format!("POST {VERIFY_PATH}"), 1).await.remove(0);
    assert_eq!(checked.get("http.response.status_code").as_deref(), Some("200"));
    let strange = api.method(reqwest::Method::from_bytes(b"JANE").unwrap(), "/jane@canary.example");
    assert_eq!(api.request(strange).await.status, 404);
    let unknown = collector.named("HTTP", 1).await.remove(0);
    assert_eq!(unknown.get("http.request.method").as_deref(), Some("_OTHER"));
    let spans = collector.spans();
    assert_eq!(children(&spans, &checked), ["throttle", "throttle"]);
    assert!(spans.iter().all(|received| hex(&received.span.trace_id) != TRACE), "{spans:?}");
    for words in ["kept@", "canary", "JANE"] {
        assert!(!collector.holds(words), "{words} left the process");
    }
}

#[tokio::test]
async fn what_goes_on_without_the_client_belongs_to_its_request() {
    let world = World::new().await;
    let (proxy, amqp) = world.broker.behind_a_proxy().await;
    let collector = Receiver::new().await;
    let mut settings = traced(&collector.endpoint);
    settings.push(("SIGNPOST_AMQP_URL", &amqp));
    let api = world.api(&settings).await;
    let head = format!("POST {SEND_PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}");
    let request = format!("{head}\r\nContent-Length: 22\r\n\r\nemail=jane%40a.example");
    // The broker never answers, so that what was taken is given back in the end.
    proxy.freeze();
    let mut client = TcpStream::connect(api.address).await.unwrap();
    client.write_all(request.as_bytes()).await.unwrap();
    let publishing = "signpost_publish_in_flight";
    until("the job is being published", async || api.metric(publishing).await == Some(1.0)).await;
    drop(client);
    let request = collector.named(&format!("POST {SEND_PATH}"), 1).await.remove(0);
    let answer = request.get("http.response.status_code");
    assert_eq!(answer.as_deref(), Some("503"), "whoever may still listen is answered");
    let given_back = collector.named("throttle", 2).await.remove(1);
    assert_eq!(given_back.get("db.stored_procedure.name").as_deref(), Some("release"));
    let publish = collector.named("publish mail.v1.send", 1).await.remove(0);
    assert_eq!(failure(&publish), Some("the broker did not answer"));
    let expected = ["throttle", "publish mail.v1.send", "throttle"];
    assert_eq!(children(&collector.spans(), &request), expected);
}

/// Google's protobuf, which knows nothing of ours, with OpenTelemetry's own definitions.
#[tokio::test]
async fn slow_another_decoder_reads_the_same_spans() {
    let python = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/test-tools/otlp/bin/python");
    let installed = std::path::Path::new(python).is_file();
    assert!(installed, "OpenTelemetry's definitions are not installed: `./test` does it");
    let world = World::new().await;
    let collector = Receiver::new().await;
    let settings = traced(&collector.endpoint);
    let (api, _worker) = (world.api(&settings).await, world.worker(&settings).await);
    send(&api, "jane@canary.example", &format!("00-{TRACE}-{CALLER}-01")).await;
    collector.named("process mail.v1.send", 1).await;
    until("both processes have told of it", async || collector.spans().len() > 10).await;
    let (spans, bodies) = collector.spans_and_bodies();
    let folder = tempfile::tempdir().unwrap();
    let files = bodies.iter().enumerate().map(|(number, body)| {
        let path = folder.path().join(number.to_string());
        std::fs::write(&path, body).unwrap();
        path
    });
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/otlp.py");
    let output = tokio::process::Command::new(python).arg(script).args(files).output();
    let output = output.await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let ours = spans.iter().map(|Received { span, .. }| {
        let ids = [&span.trace_id, &span.span_id, &span.parent_span_id].map(|id| hex(id));
        format!("{} {} {} {}\n", ids.join(" "), span.kind, span.links.len(), span.name)
    });
    assert_eq!(String::from_utf8(output.stdout).unwrap(), ours.collect::<String>());
}

/// One that refuses connections, and one that takes them and says nothing.
#[tokio::test]
async fn a_collector_that_is_away_costs_spans_and_nothing_else() {
    let world = World::new().await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent_endpoint = format!("http://{}", silent.local_addr().unwrap());
    // Nobody else's meanwhile: who connects to it is refused until it listens.
    let held = TcpSocket::new_v4().unwrap();
    held.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let away = format!("http://{}", held.local_addr().unwrap());
    let (mut api, mut worker) =
        (world.api(&traced(&away)).await, world.worker(&traced(&silent_endpoint)).await);
    let mut impatient = traced(&silent_endpoint);
    impatient.push(("OTEL_EXPORTER_OTLP_TIMEOUT", "100"));
    let impatient = world.worker(&impatient).await;
    let lost = "signpost_spans_lost_total";
    for number in 0..20 {
        assert!(api.send(&format!("jane{number}@a.example")).await.is_success());
    }
    soon("all mails", world.mails.wait_for_received(20)).await;
    until("spans are lost", async || {
        api.metric(lost).await > Some(0.0) && impatient.metric(lost).await > Some(0.0)
    })
    .await;
    let before = api.metric(lost).await;
    assert!(api.send("john@a.example").await.is_success());
    until("more spans are lost", async || api.metric(lost).await > before).await;
    let complaint = "the collector takes no spans: they are lost until it does";
    let complaints = api.process.log().iter().filter(|line| line.contains(complaint)).count();
    assert_eq!(complaints, 1, "{:?}", api.process.log());
    let back = Receiver::of(held.listen(64).unwrap());
    assert!(api.send("jack@a.example").await.is_success());
    back.named("throttle", 1).await;
    let again = |line: &Value| (line["message"] == "the collector takes spans again").then_some(());
    api.process.logged("that the collector is back", again).await;
    let began = Instant::now();
    for process in [&mut api.process, &mut worker.process] {
        process.terminate();
        assert!(process.ended().await.success(), "{:?}", process.log());
    }
    // Far below the ten that a batch may take.
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
}

#[tokio::test]
async fn without_an_endpoint_there_is_no_thread_and_the_callers_trace_passes_on() {
    let thread = "OpenTelemetry.T";
    let world = World::new().await;
    let collector = Receiver::new().await;
    let on = world.api(&traced(&collector.endpoint)).await;
    assert_eq!(threads(&on.process, thread), 1);
    drop(on);
    let mut disabled = traced(&collector.endpoint);
    disabled.push(("OTEL_SDK_DISABLED", "true"));
    for settings in [vec![("OTEL_EXPORTER_OTLP_ENDPOINT", "")], disabled] {
        let api = world.api(&settings).await;
        assert_eq!(threads(&api.process, thread), 0);
        let traceparent = format!("00-{TRACE}-{CALLER}-01");
        send(&api, &format!("jane{}@a.example", settings.len()), &traceparent).await;
        assert_eq!(world.broker.next("mail.v1.send").await.traceparent, Some(traceparent));
    }
    assert!(collector.spans().is_empty());
}

#[tokio::test]
async fn a_collector_may_have_a_certificate_of_its_own() {
    let world = World::new().await;
    let identity = crate::tls::identity();
    let collector = Receiver::under_tls(identity.path()).await;
    let authority = crate::tls::path(identity.path(), "ca.pem");
    let mut settings = traced(&collector.endpoint);
    settings.push(("OTEL_EXPORTER_OTLP_CERTIFICATE", &authority));
    settings.push(("OTEL_SERVICE_NAME", "ours"));
    let mut api = world.api(&settings).await;
    assert!(api.send("jane@a.example").await.is_success());
    let request = collector.named(&format!("POST {SEND_PATH}"), 1).await.remove(0);
    assert_eq!(request.service, "ours");
    api.process.terminate();
    assert!(api.process.ended().await.success());

    let key = crate::tls::path(identity.path(), "key.pem");
    let wrong = [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "only"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "u:s3cret@collector:4318", "an http://"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://u:s3cret@", "an http://"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nope", "/nope"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", &key, &key),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip", "spans are not compressed"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s", "a number of milliseconds"),
        ("OTEL_TRACES_SAMPLER", "xray", "expected always_on"),
        ("OTEL_TRACES_SAMPLER_ARG", "1%", "expected a number"),
    ];
    settings.push(("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"));
    for (variable, value, told) in wrong {
        let settings = [settings.as_slice(), &[(variable, value)]].concat();
        let mut process = Process::start("signpost-api", &world.api_settings(&settings));
        assert_eq!(process.ended().await.code(), Some(2), "{variable}={value}");
        let said = process.log().join("\n");
        assert!(said.contains(&format!("{variable}: {told}")), "{said}");
        assert!(!said.contains("s3cret"), "{said}");
        let (checked, status) =
            crate::check::said("signpost-api", &[], &world.api_settings(&settings)).await;
        assert_eq!(status, Some(1));
        assert!(checked.contains(&format!("{variable}: {told}")), "{checked}");
    }
}
