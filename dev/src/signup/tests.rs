use std::collections::BTreeSet;

use axum::{body::Body, http::Request};
use http_body_util::BodyExt as _;
use serde_json::Value;
use signpost_shared::locale::Locale;
use tower::ServiceExt as _;

use super::*;

async fn ask(router: &Router, method: &str, path: &str) -> (String, Response) {
    let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (String::from_utf8(body.to_vec()).unwrap(), Response::from_parts(parts, Body::empty()))
}

#[tokio::test]
async fn the_page_stands_in_front_of_the_api_and_takes_nothing_from_it() {
    let api = Router::new().fallback(async || "the API");
    let settings = Settings {
        brand: "A<b>",
        prefix: "/a",
        cooldown: Duration::from_secs(7),
        inbox: "127.0.0.1:8025".parse().unwrap(),
    };
    let router = before(api, settings);
    let (page, answer) = ask(&router, "GET", "/").await;
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-src http://127.0.0.1:8025;") && !policy.contains("unsafe"));
    for part in ["A&lt;b>", r#"data-prefix="/a""#, r#"data-cooldown="7""#, "http://127.0.0.1:8025/"]
    {
        assert!(page.contains(part), "{part}");
    }
    for (method, path) in [("POST", "/"), ("GET", "/a/sendRegisterCode"), ("DELETE", "/signup.js")]
    {
        assert_eq!(ask(&router, method, path).await.0, "the API", "{method} {path}");
    }
}

#[test]
fn every_locale_has_every_text_with_the_same_blanks() {
    let texts: Value = serde_json::from_str(TEXTS).unwrap();
    let texts = texts.as_object().unwrap();
    let tags: BTreeSet<_> = texts.keys().map(String::as_str).collect();
    assert_eq!(tags, Locale::SHIPPED.iter().map(Locale::tag).collect());
    let blanks = |text: &str| -> BTreeSet<String> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
            .collect()
    };
    let english = texts["en-US"].as_object().unwrap();
    for locale in Locale::SHIPPED {
        let own = texts[locale.tag()].as_object().unwrap();
        assert_eq!(own["direction"], locale.direction().as_str());
        assert_eq!(own.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>(), "{locale}");
        for (id, text) in own {
            let (text, english) = (text.as_str().unwrap(), english[id].as_str().unwrap());
            assert_eq!(blanks(text), blanks(english), "{locale} {id}");
            assert!(!text.trim().is_empty() && !text.contains('<'), "{locale} {id}");
        }
    }
}

#[test]
fn every_text_that_the_page_asks_for_is_there() {
    let texts: Value = serde_json::from_str(TEXTS).unwrap();
    let asked = PAGE.split("data-text=\"").skip(1).chain(SCRIPT.split("say(\"").skip(1));
    let ids: BTreeSet<&str> = asked.filter_map(|rest| rest.split('"').next()).collect();
    assert!(ids.len() > 12, "{ids:?}");
    for id in ids {
        assert!(texts["en-US"][id].is_string(), "{id}");
    }
}
