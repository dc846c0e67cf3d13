//! The gallery as its page asks for it.

use std::fs;

use axum::{body::Body, http::Request};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use super::*;

fn gallery(folder: Folder) -> (Gallery, watch::Sender<Arc<Folder>>, watch::Sender<Vec<String>>) {
    let from = render::mailbox("Example <no-reply@example.com>").unwrap();
    let (folders, folder) = watch::channel(Arc::new(folder));
    let (tell, told) = watch::channel(Vec::new());
    (Gallery::new(render::Settings::new("Example", from), folder, told), folders, tell)
}

async fn ask(gallery: &Gallery, path: &str) -> (Response, String) {
    let routes = gallery.clone().routes::<()>(CancellationToken::new());
    let request = Request::get(path).body(Body::empty()).unwrap();
    let (parts, body) = routes.oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = String::from_utf8(body.to_vec()).unwrap();
    (Response::from_parts(parts, Body::empty()), body)
}

async fn mails(gallery: &Gallery, query: &str) -> Value {
    let (answer, body) = ask(gallery, &format!("/gallery/mails{query}")).await;
    assert_eq!(answer.status(), StatusCode::OK, "{query}: {body}");
    serde_json::from_str(&body).unwrap()
}

fn of<'a>(all: &'a Value, tag: &str) -> &'a Value {
    all["mails"].as_array().unwrap().iter().find(|mail| mail["tag"] == tag).unwrap()
}

#[tokio::test]
async fn every_languages_mail_as_it_was_wished_for() {
    let (gallery, ..) = gallery(Folder::default());
    let plain = mails(&gallery, "").await;
    assert_eq!(plain["mails"].as_array().unwrap().len(), Locale::SHIPPED.len());
    assert_eq!(of(&plain, "en-US")["subject"], "071829 is your Example verification code");
    assert_eq!(of(&plain, "en-US")["from"], "Example <no-reply@example.com>");
    assert_eq!(of(&plain, "ar")["dir"], "rtl");
    let query = "brand=Acme&color=%23c00&support=Ask+us&digits=8&minutes=1";
    let wished = mails(&gallery, &format!("?{query}")).await;
    let german = of(&wished, "de");
    assert!(german["subject"].as_str().unwrap().contains("07182936"), "{german}");
    assert_eq!(german["from"], "Acme <no-reply@example.com>");
    assert!(german["text"].as_str().unwrap().ends_with("Acme\nAsk us"), "{german}");
    assert_ne!(german["mark"], of(&plain, "de")["mark"]);
    let (answer, html) = ask(&gallery, &format!("/gallery/mail?tag=de&mark=x&{query}")).await;
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{policy}");
    assert!(html.contains("07182936") && html.contains("Ask us"), "{html}");
    for (query, wrong) in [
        ("?brand=+", "the brand is empty"),
        ("?color=red", "expected a colour"),
        ("?digits=3", "4 to 10 digits"),
        ("?digits=11", "4 to 10 digits"),
    ] {
        let told = mails(&gallery, query).await;
        assert!(told["wrong"].as_str().unwrap().contains(wrong), "{query}: {told}");
    }
    assert_eq!(ask(&gallery, "/gallery/mail?tag=xx").await.0.status(), StatusCode::NOT_FOUND);
    assert_eq!(ask(&gallery, "/gallery/mails?digits=x").await.0.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_folder_that_is_read_again_changes_its_mails_alone() {
    let (gallery, folders, tell) = gallery(Folder::default());
    let before = mails(&gallery, "").await;
    let files = tempfile::tempdir().unwrap();
    fs::create_dir_all(files.path().join("locales/fr")).unwrap();
    let file = files.path().join("locales/fr/mail.ftl");
    fs::write(file, "heading = Salut !\n").unwrap();
    folders.send_replace(Arc::new(Folder::read(files.path()).unwrap()));
    tell.send_replace(vec!["mail.html:1:2: no".to_owned()]);
    let after = mails(&gallery, "").await;
    assert_ne!(of(&before, "fr")["mark"], of(&after, "fr")["mark"]);
    assert_eq!(of(&before, "de"), of(&after, "de"));
    assert_eq!(after["findings"], serde_json::json!(["mail.html:1:2: no"]));
    assert!(ask(&gallery, "/gallery/mail?tag=fr").await.1.contains("Salut !"));
}

#[tokio::test]
async fn an_event_at_once_and_after_each_change() {
    let (gallery, _folders, tell) = gallery(Folder::default());
    let stop = CancellationToken::new();
    let answer = changes(gallery.told.clone(), stop.clone()).into_response();
    let mut events = answer.into_body();
    let event = "event: change\ndata: templates\n\n";
    let mut next = async || Some(events.frame().await?.unwrap().into_data().unwrap());
    assert_eq!(next().await.unwrap(), event);
    tell.send_replace(Vec::new());
    assert_eq!(next().await.unwrap(), event);
    drop(tell);
    stop.cancel();
    assert_eq!(next().await, None);
}

#[tokio::test]
async fn the_page_runs_its_own_script_alone() {
    let (gallery, ..) = gallery(Folder::default());
    let (answer, page) = ask(&gallery, "/gallery").await;
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"));
    assert!(!policy.contains("unsafe") && !page.contains("style=") && !page.contains("//"));
    let (_, script) = ask(&gallery, "/gallery.js").await;
    assert!(!script.contains("innerHTML") && !script.contains("srcdoc"));
    assert!(ask(&gallery, "/gallery.css").await.1.contains("640px"));
}
