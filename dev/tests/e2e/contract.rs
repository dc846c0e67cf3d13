//! The HTTP contract, row by row.

use futures_util::future::join_all;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::rig::{SEND_PATH, World, soon, until};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn accepted_exactly_and_then_later_exactly() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    let accepted = api.send("jane@a.example").await;
    assert_eq!((accepted.status, accepted.body.as_str()), (200, r#"{"success":true}"#));
    assert_eq!(accepted.cache_control.as_deref(), Some("no-store"));
    let later = api.send("Jane+x@A.example.").await;
    assert_eq!((later.status, later.cache_control.as_deref()), (200, Some("no-store")));
    let start = r#"{"msg":"email already sent, if not received, please send 1 min later","code":"send.later","success":false,"retryAfter":"#;
    let retry_after = later.body.strip_prefix(start).and_then(|rest| rest.strip_suffix('}'));
    let retry_after: u64 = retry_after.expect(&later.body).parse().unwrap();
    assert!((50..=60).contains(&retry_after), "{retry_after}");
}

#[tokio::test]
async fn one_mailbox_has_one_cooldown_however_it_is_typed() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    for (first, others) in [
        ("ja.ne@gmail.com", ["j.a.n.e@gmail.com", "Jane+x@googlemail.com"]),
        ("jane@a.example", ["\u{FEFF}\u{A0}jane@a.example\t", "ｊane＠ａ．example\u{3000}"]),
    ] {
        assert!(api.send(first).await.is_success(), "{first}");
        for other in others {
            assert_eq!(api.send(other).await.code(), "send.later", "{other}");
        }
    }
}

#[tokio::test]
async fn the_daily_cap_is_send_limit() {
    let world = World::new().await;
    let api = world.api(&[("SIGNPOST_COOLDOWN", "0s"), ("SIGNPOST_DAILY_CAP", "2")]).await;
    assert!(api.send("jane@a.example").await.is_success());
    assert!(api.send("jane@a.example").await.is_success());
    let limit = api.send("jane@a.example").await;
    let start = r#"{"msg":"too many codes requested, please try again later","code":"send.limit","success":false,"retryAfter":86"#;
    assert!(limit.body.starts_with(start), "{}", limit.body);
    assert!(api.send("john@a.example").await.is_success());
}

#[tokio::test]
async fn an_invalid_parameter_is_400_and_leaves_no_trace() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    let refused = r#"{"msg":"invalid parameter","code":"400","success":false}"#;
    for fields in [
        &[][..],
        &[("email", "")],
        &[("email", "jane")],
        &[("email", "jane@localhost")],
        &[("email", "jane@a.example\r\nBcc: all@a.example")],
        &[("email", "jane@a.example"), ("email", "jane@a.example")],
        &[("email", "\"jane\"@a.example")],
        &[("email", "jane@[127.0.0.1]")],
        &[("email", "ja\u{A0}ne@a.example")],
        // No relay is known to take it.
        &[("email", "用户@a.example")],
    ] {
        let answer = api.form(fields).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, refused), "{fields:?}");
    }
    let torn = api.post(SEND_PATH).header("content-type", FORM).body("email=%ff%fe@a.example");
    assert_eq!(api.request(torn).await.body, refused);
    assert!(api.send("jane@a.example").await.is_success());
}

#[tokio::test]
async fn a_denied_domain_is_an_invalid_parameter() {
    let world = World::new().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "# throw-away\nbücher.example\n").unwrap();
    let api = world.api(&[("SIGNPOST_DENY_DOMAINS", file.path().to_str().unwrap())]).await;
    assert_eq!(api.send("jane@x.xn--bcher-kva.example").await.code(), "400");
    assert_eq!(api.check("jane@BÜCHER.example", "012345", false).await.code(), "400");
    assert!(api.send("jane@example.com").await.is_success());
}

#[tokio::test]
async fn a_test_address_has_a_fixed_code_and_no_mail() {
    let world = World::new().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "review@a.example 424242 2099-12-31\n").unwrap();
    let api = world.api(&[("SIGNPOST_TEST_CODES", file.path().to_str().unwrap())]).await;
    assert_eq!(api.check("review@a.example", "424242", false).await.code(), "428");
    assert!(api.send("review@a.example").await.is_success());
    assert_eq!(api.send("review@a.example").await.code(), "send.later");
    assert_eq!(api.check("review@a.example", "424243", false).await.code(), "412");
    assert!(api.check("review@a.example", "424242", true).await.is_success());
    assert_eq!(api.check("review@a.example", "424242", true).await.code(), "428");
    assert_eq!(world.broker.total_depth().await, 0, "nothing was queued");
    assert_eq!(api.metric("signpost_test_codes_used_total{call=\"send\"").await, Some(1.0));
    let warned = |line: &serde_json::Value| {
        (line["level"] == "WARN" && line.to_string().contains("SIGNPOST_TEST_CODES")).then_some(())
    };
    api.process.logged("the use", warned).await;
}

#[tokio::test]
async fn the_rows_of_http() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    let row =
        |code: &str, msg: &str| format!(r#"{{"msg":"{msg}","code":"{code}","success":false}}"#);

    let elsewhere = api.request(api.post("/elsewhere").header("content-type", FORM)).await;
    assert_eq!((elsewhere.status, elsewhere.body), (404, row("404", "Not Found")));
    let root = api.request(api.method(reqwest::Method::GET, "/")).await;
    assert_eq!((root.status, root.cache_control.as_deref()), (404, Some("no-store")));

    for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
        let other = api.request(api.method(method.parse().unwrap(), SEND_PATH)).await;
        assert_eq!((other.status, other.body), (405, row("405", "Method Not Allowed")), "{method}");
        assert_eq!(other.allow.as_deref(), Some("POST"));
    }

    let large = api.post(SEND_PATH).header("content-type", FORM).body("x".repeat(8193));
    let large = api.request(large).await;
    assert_eq!((large.status, large.body), (413, row("413", "Content Too Large")));

    for other in ["application/json", "text/plain"] {
        let typed = api.post(SEND_PATH).header("content-type", other).body("email=jane@a.example");
        let typed = api.request(typed).await;
        assert_eq!((typed.status, typed.body), (415, row("415", "Unsupported Media Type")));
    }
}

#[tokio::test]
async fn a_refusal_speaks_the_callers_language() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    let say = async |fields: &[(&str, &str)], accept: &str| {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = api.post(SEND_PATH).header("content-type", FORM);
        api.request(request.header("accept-language", accept).body(body)).await.json()["msg"]
            .clone()
    };
    let english = say(&[], "en").await;
    let german = say(&[], "fr;q=0.1, de-CH").await;
    assert_eq!(english, "invalid parameter");
    assert_ne!(german, english);
    assert_eq!(say(&[("locale", "de_DE")], "fr").await, german);
    assert_eq!(say(&[("locale", "tlh")], "de").await, german);
    assert_eq!(say(&[("locale", "tlh")], "").await, english);
}

#[tokio::test]
async fn a_second_prefix_serves_the_same_calls() {
    let world = World::new().await;
    let prefixes = "/plugin/datafor-auth/api/user,/plugin/datafor-modeler/api/user";
    let api = world.api(&[("SIGNPOST_PATH_PREFIXES", prefixes)]).await;
    for path in [SEND_PATH, "/plugin/datafor-modeler/api/user/sendRegisterCode"] {
        let request = api.post(path).header("content-type", FORM).body("email=jane");
        assert_eq!(api.request(request).await.code(), "400", "{path}");
    }
}

#[tokio::test]
async fn a_thousand_at_once_for_one_address_accept_exactly_one() {
    let world = World::new().await;
    // With the network's limit on: those who are told `send.later` do not count.
    let api = world.api(&[("SIGNPOST_NETWORK_RATE", "10/m")]).await;
    let _worker = world.worker(&[]).await;
    let answers = join_all((0..1000).map(|_| api.send("jane@a.example"))).await;
    let accepted = answers.iter().filter(|answer| answer.is_success()).count();
    let later = answers.iter().filter(|answer| answer.code() == "send.later").count();
    let shed = answers.iter().filter(|answer| answer.status == 503).count();
    assert_eq!((accepted, later + shed), (1, 999));
    assert!(later > 0, "a machine under load may shed some, not all");
    world.mails.wait_for_received(1).await;
    until("all is settled", async || world.broker.total_depth().await == 0).await;
    assert_eq!(world.mails.received(), 1);
}

#[tokio::test]
async fn a_client_that_hangs_up_gets_its_mail_all_the_same() {
    let world = World::new().await;
    let (proxy, amqp) = world.broker.behind_a_proxy().await;
    let api = world.api(&[("SIGNPOST_AMQP_URL", &amqp)]).await;
    let _worker = world.worker(&[]).await;
    let body = "email=jane%40a.example";
    let request = format!(
        "POST {SEND_PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    // The broker holds its answer back until the client is gone.
    proxy.freeze();
    let mut stream = TcpStream::connect(api.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let publishing = "signpost_publish_in_flight";
    until("the job is being published", async || api.metric(publishing).await == Some(1.0)).await;
    drop(stream);
    let gone = async || api.metric("signpost_requests_in_flight").await == Some(0.0);
    until("the handler is gone", gone).await;
    proxy.mend();
    soon("the mail", world.mails.wait_for_received(1)).await;
}

#[tokio::test]
async fn a_connection_is_kept_unless_a_body_was_left_unread() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    let body = "email=jane%40a.example";
    let ask = async |request: &str, kind: &str| {
        let mut stream = TcpStream::connect(api.address).await.unwrap();
        let head = format!(
            "{request} HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // As clients send it that do not wait: a packet later.
        if kind == FORM && request == format!("POST {SEND_PATH}") {
            stream.write_all(body.as_bytes()).await.unwrap();
        }
        let mut said = vec![0; 4096];
        let read = soon("an answer", stream.read(&mut said)).await.unwrap();
        String::from_utf8_lossy(&said[..read]).to_lowercase()
    };
    let sent = ask(&format!("POST {SEND_PATH}"), FORM).await;
    assert!(sent.starts_with("http/1.1 200") && !sent.contains("connection: close"), "{sent}");
    for (request, kind, status) in [
        (format!("PUT {SEND_PATH}"), FORM, 405),
        (format!("OPTIONS {SEND_PATH}"), FORM, 405),
        ("POST /elsewhere".to_owned(), FORM, 404),
        (format!("POST {SEND_PATH}"), "text/plain", 415),
    ] {
        let said = ask(&request, kind).await;
        assert!(said.starts_with(&format!("http/1.1 {status}")), "{said}");
        assert!(said.contains("connection: close"), "{said}");
    }
}
