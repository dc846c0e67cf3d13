//! The page and what it takes from the API: nothing.

use std::collections::BTreeSet;

use axum::{body::Body, http::Request, response::Response};
use http_body_util::BodyExt as _;
use signpost_shared::catalog::{Catalog, Domain};
use tower::ServiceExt as _;

use super::*;
use crate::texts::Texts;

async fn ask(router: &Router, method: &str, path: &str) -> (String, Response) {
    let request = Request::builder().method(method).uri(path).header("accept-language", "ar");
    let request = request.body(Body::empty()).unwrap();
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (String::from_utf8(body.to_vec()).unwrap(), Response::from_parts(parts, Body::empty()))
}

#[tokio::test]
async fn the_page_stands_in_front_of_the_api_and_takes_nothing_from_it() {
    let api = Router::new().fallback(async || "the API");
    let settings = Settings {
        brand: "A<b>".to_owned(),
        prefix: "/a",
        cooldown: Duration::from_secs(7),
        inbox: "127.0.0.1:8025".to_owned(),
        texts: Texts::built_in(),
    };
    let router = before(api, settings);
    let (page, answer) = ask(&router, "GET", "/").await;
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-src http://127.0.0.1:8025;") && !policy.contains("unsafe"));
    for part in [
        "A&lt;b>",
        r#"data-prefix="/a""#,
        r#"data-cooldown="7""#,
        r#"data-inbox="http://127.0.0.1:8025""#,
        r#"<html lang="ar" dir="rtl">"#,
        r#"<option value="pt-BR" lang="pt-BR" dir="ltr">"#,
        r#"href="/docs""#,
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(ask(&router, "GET", "/texts/ar.json").await.0.contains(r#""dir":"rtl""#));
    for (method, path) in [("POST", "/"), ("GET", "/a/sendRegisterCode"), ("DELETE", "/signup.js")]
    {
        assert_eq!(ask(&router, method, path).await.0, "the API", "{method} {path}");
    }
}

#[test]
fn every_text_that_the_page_asks_for_is_there() {
    let catalog = Catalog::built_in(Domain::Page);
    let errors = SCRIPT.split('"').filter(|text| text.starts_with("error-"));
    let asked = PAGE.split("data-text=\"").skip(1).chain(SCRIPT.split("say(\"").skip(1));
    let asked = asked.filter_map(|rest| rest.split('"').next());
    let ids: BTreeSet<&str> = asked.chain(errors).collect();
    assert!(ids.len() > 20, "{ids:?}");
    for id in ids {
        assert!(catalog.ids().contains(id), "{id}");
    }
}
