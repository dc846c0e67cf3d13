//! The routes as a browser and a MailHog client meet them.

use std::collections::BTreeSet;
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use signpost_shared::catalog::{Catalog, Domain};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use signpost_smtp_server::{Mailbox, ReceivedMail};

use super::Settings;
use crate::{relay::Relay, texts::Texts};

fn router(mailbox: Mailbox, stop: CancellationToken) -> Router {
    let settings = Settings {
        command: "curl <x>".to_owned(),
        framers: Vec::new(),
        texts: Texts::built_in(),
        gallery: None,
    };
    super::router(mailbox, Relay::default(), settings, stop)
}

fn mail(id: &str, to: &str, raw: &str) -> ReceivedMail {
    ReceivedMail {
        id: id.to_owned(),
        received_at: UNIX_EPOCH + Duration::from_millis(1_700_000_000_250),
        helo: "worker".to_owned(),
        ..ReceivedMail::new(
            "from@example.com",
            vec![to.to_owned()],
            raw.replace('\n', "\r\n").into_bytes(),
        )
    }
}

const ALTERNATIVE: &str = concat!(
    "From: Example <from@example.com>\nSubject: =?utf-8?q?Caf=C3=A9?=\n",
    "Content-Type: multipart/alternative;\n boundary=\"b\"\n\n",
    "--b\nContent-Type: text/plain\n\nhello\n",
    "--b\nContent-Type: text/html\n\n<script>alert(1)</script><p>hello</p>\n--b--\n",
);

fn filled() -> (Mailbox, Router) {
    let mailbox = Mailbox::new();
    mailbox.push(mail("one", "a@example.com", ALTERNATIVE));
    mailbox.push(mail("two", "b@example.com", "Subject: second\n\nplain words\n"));
    (mailbox.clone(), router(mailbox, CancellationToken::new()))
}

async fn ask(router: &Router, method: &str, path: &str) -> Response<Body> {
    let request = Request::builder().method(method).uri(path);
    let request = request.body(Body::empty()).unwrap();
    router.clone().oneshot(request).await.unwrap()
}

async fn text(router: &Router, path: &str) -> String {
    let answer = ask(router, "GET", path).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

async fn json(router: &Router, path: &str) -> Value {
    serde_json::from_str(&text(router, path).await).unwrap()
}

fn header<'a>(answer: &'a Response<Body>, name: &str) -> &'a str {
    answer.headers()[name].to_str().unwrap()
}

#[tokio::test]
async fn the_page_runs_only_its_own_script() {
    let (_, router) = filled();
    let page = ask(&router, "GET", "/").await;
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    assert_eq!(header(&page, "cache-control"), "no-store");
    let policy = header(&page, "content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"));
    assert!(!policy.contains("unsafe"));

    for (path, kind) in [
        ("/inbox.css", "text/css; charset=utf-8"),
        ("/page.css", "text/css; charset=utf-8"),
        ("/inbox.js", "text/javascript; charset=utf-8"),
        ("/ask.js", "text/javascript; charset=utf-8"),
        ("/reader.js", "text/javascript; charset=utf-8"),
        ("/page.js", "text/javascript; charset=utf-8"),
        ("/texts.js", "text/javascript; charset=utf-8"),
        ("/icon.svg", "image/svg+xml; charset=utf-8"),
    ] {
        let asset = ask(&router, "GET", path).await;
        assert_eq!(header(&asset, "content-type"), kind);
        assert_eq!(header(&asset, "x-content-type-options"), "nosniff");
    }
    let page = text(&router, "/").await;
    assert!(!page.contains("style=") && !page.contains("onclick") && !page.contains("//"));
    for script in ["/inbox.js", "/ask.js", "/reader.js", "/page.js", "/texts.js"] {
        assert!(!text(&router, script).await.contains("innerHTML"), "{script}");
    }
}

#[tokio::test]
async fn a_mails_html_may_run_and_load_nothing() {
    let (_, router) = filled();
    let frame = ask(&router, "GET", "/messages/one/html").await;
    assert_eq!(
        header(&frame, "content-security-policy"),
        "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self' "
    );
    assert!(text(&router, "/messages/one/html").await.contains("<p>hello</p>"));
    let raw = ask(&router, "GET", "/messages/one/raw").await;
    assert_eq!(header(&raw, "content-type"), "text/plain; charset=utf-8");
    assert!(header(&raw, "content-security-policy").contains("sandbox"));
    for missing in ["/messages/two/html", "/messages/none/html", "/messages/none/raw"] {
        let answer = ask(&router, "GET", missing).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{missing}");
    }
}

#[tokio::test]
async fn the_pages_own_api() {
    let (mailbox, router) = filled();
    insta::assert_snapshot!(text(&router, "/api/messages?limit=1").await, @r#"{"total":2,"items":[{"id":"two","subject":"second","from":"from@example.com","to":["b@example.com"],"receivedAt":"2023-11-14T22:13:20.250Z","messageId":null}]}"#);
    let one = json(&router, "/api/messages/one").await;
    assert_eq!(one["subject"], "Café");
    assert_eq!(one["text"].as_str().map(str::trim), Some("hello"));
    assert_eq!(one["hasHtml"], true);
    assert_eq!(one["envelope"]["helo"], "worker");

    let path = "/api/messages/one";
    assert_eq!(ask(&router, "DELETE", path).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(ask(&router, "DELETE", path).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(ask(&router, "GET", path).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(mailbox.len(), 1);
    ask(&router, "DELETE", "/api/messages").await;
    assert!(mailbox.is_empty());
}

#[tokio::test]
async fn an_event_at_once_and_after_each_change() {
    let mailbox = Mailbox::new();
    let stop = CancellationToken::new();
    let router = router(mailbox.clone(), stop.clone());
    let answer = ask(&router, "GET", "/api/events").await;
    assert_eq!(header(&answer, "content-type"), "text/event-stream");
    let mut events = answer.into_body();
    let mut next = async || {
        let frame = events.frame().await?.unwrap();
        Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
    };
    assert_eq!(next().await.unwrap(), "event: change\ndata: now\n\n");
    mailbox.push(mail("one", "a@x", ""));
    assert_eq!(next().await.unwrap(), "event: change\ndata: now\n\n");
    stop.cancel();
    assert_eq!(next().await, None);
}

#[tokio::test]
async fn the_relays_mood_can_be_seen_and_changed() {
    let (_, router) = filled();
    assert_eq!(text(&router, "/api/relay").await, r#"{"mood":"accept"}"#);
    assert_eq!(ask(&router, "PUT", "/api/relay/greylist").await.status(), StatusCode::NO_CONTENT);
    assert_eq!(text(&router, "/api/relay").await, r#"{"mood":"greylist"}"#);
    assert_eq!(ask(&router, "PUT", "/api/relay/angry").await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(text(&router, "/api/ways").await, "[]");
}

#[tokio::test]
async fn the_page_is_in_its_readers_language() {
    let (_, router) = filled();
    assert!(text(&router, "/?lang=he").await.contains(r#"<html lang="he" dir="rtl">"#));
    assert!(text(&router, "/texts/he.json").await.contains(r#""dir":"rtl""#));
}

#[test]
fn every_word_of_the_page_is_there() {
    let catalog = Catalog::built_in(Domain::Page);
    let page = include_str!("assets/index.html");
    let scripts = concat!(
        include_str!("assets/inbox.js"),
        include_str!("assets/page.js"),
        include_str!("assets/reader.js")
    );
    let parts = ["data-text=\"", "data-label=\""].map(|start| page.split(start).skip(1));
    let asked = parts.into_iter().flatten().chain(scripts.split("say(\"").skip(1));
    let ids: BTreeSet<&str> = asked.filter_map(|rest| rest.split('"').next()).collect();
    assert!(ids.len() > 30, "{ids:?}");
    for id in ids {
        assert!(catalog.ids().contains(id), "{id}");
    }
    // Those that are made of what happened.
    for what in ["queued", "delivered", "retry", "failed"] {
        assert!(catalog.ids().contains(&format!("way-{what}")), "{what}");
    }
}

#[tokio::test]
async fn mailhogs_shape() {
    let (_, router) = filled();
    let answer = ask(&router, "GET", "/api/v2/messages").await;
    assert_eq!(header(&answer, "content-type"), "text/json");
    let body = text(&router, "/api/v2/messages?start=1&limit=5").await;
    insta::assert_snapshot!(body.replace(",\"", ",\n\""), @r#"
    {"total":2,
    "count":1,
    "start":1,
    "items":[{"ID":"one",
    "From":{"Relays":null,
    "Mailbox":"from",
    "Domain":"example.com",
    "Params":""},
    "To":[{"Relays":null,
    "Mailbox":"a",
    "Domain":"example.com",
    "Params":""}],
    "Content":{"Headers":{"Content-Type":["multipart/alternative; boundary=\"b\""],
    "From":["Example <from@example.com>"],
    "Message-ID":["one"],
    "Received":["from worker by mailhog.example (MailHog)\r\n          id one; Tue, 14 Nov 2023 22:13:20 +0000"],
    "Return-Path":["<from@example.com>"],
    "Subject":["=?utf-8?q?Caf=C3=A9?="]},
    "Body":"--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script><p>hello</p>\r\n--b--",
    "Size":237,
    "MIME":null},
    "Created":"2023-11-14T22:13:20.250000000Z",
    "MIME":{"Parts":[{"Headers":{"Content-Type":["text/plain"]},
    "Body":"hello",
    "Size":33,
    "MIME":null},{"Headers":{"Content-Type":["text/html"]},
    "Body":"<script>alert(1)</script><p>hello</p>",
    "Size":64,
    "MIME":null}]},
    "Raw":{"From":"from@example.com",
    "To":["a@example.com"],
    "Data":"From: Example <from@example.com>\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\nContent-Type: multipart/alternative;\r\n boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script><p>hello</p>\r\n--b--",
    "Helo":"worker"}}]}
    "#);
}

#[tokio::test]
async fn mailhogs_other_routes() {
    let (mailbox, router) = filled();
    let all = json(&router, "/api/v1/messages").await;
    assert_eq!(all[0]["ID"], "two");
    assert_eq!(all[1]["ID"], "one");
    assert_eq!(all[0]["MIME"], Value::Null);
    assert_eq!(all[0]["Content"]["Body"], "plain words");
    assert_eq!(json(&router, "/api/v1/messages/one").await, all[1]);
    let past = json(&router, "/api/v2/messages?start=9").await;
    assert_eq!(past.to_string(), r#"{"total":2,"count":0,"start":9,"items":[]}"#);
    assert_eq!(json(&router, "/api/v2/messages?limit=x").await["count"], 2);

    for (query, expected) in [
        ("kind=to&query=B@EXAMPLE", &["two"][..]),
        ("kind=from&query=from@", &["two", "one"]),
        ("kind=containing&query=PLAIN+words", &["two"]),
        ("kind=containing&query=alternative", &["one"]),
        ("kind=to&query=nobody", &[]),
        ("kind=from&query=from@&start=1&limit=1", &["one"]),
    ] {
        let found = json(&router, &format!("/api/v2/search?{query}")).await;
        let ids: Vec<_> = found["items"].as_array().unwrap().iter().map(|m| &m["ID"]).collect();
        assert_eq!(ids, expected, "{query}");
    }
    for query in ["", "?kind=to", "?kind=size&query=1"] {
        let answer = ask(&router, "GET", &format!("/api/v2/search{query}")).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{query}");
    }

    let path = "/api/v1/messages/one";
    assert_eq!(ask(&router, "DELETE", path).await.status(), StatusCode::OK);
    assert_eq!(ask(&router, "GET", path).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(ask(&router, "DELETE", "/api/v1/messages").await.status(), StatusCode::OK);
    assert!(mailbox.is_empty());
}
