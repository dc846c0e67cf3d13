//! The words as a page asks for them.

use std::fs;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use super::*;

async fn texts(current: &Current, tag: &str) -> (StatusCode, Value) {
    let request = Request::get(format!("/texts/{tag}.json")).body(Body::empty()).unwrap();
    let answer = routes::<()>(current.clone()).oneshot(request).await.unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

/// A text as a page has it, each of its choices the last one.
fn shown(text: &Value) -> String {
    match text {
        Value::Array(parts) => parts.iter().map(shown).collect(),
        Value::Object(choices) => shown(&choices["other"]),
        part => part.as_str().unwrap().to_owned(),
    }
}

fn in_language(texts: &Texts, query: Option<&str>, accepted: &str) -> String {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
    texts.page("{lang} {dir}", query, &headers)
}

#[tokio::test]
async fn every_language_has_every_word_and_no_message_is_left_unread() {
    let current = Texts::built_in();
    let english = texts(&current, "en-US").await.1["texts"].as_object().unwrap().clone();
    assert!(english.len() > 60, "{}", english.len());
    for locale in Locale::SHIPPED {
        let (status, own) = texts(&current, locale.tag()).await;
        assert_eq!(status, StatusCode::OK, "{locale}");
        assert_eq!(own["tag"], locale.tag());
        assert_eq!(own["dir"], locale.direction().as_str());
        let words = own["texts"].as_object().unwrap();
        assert!(english.keys().eq(words.keys()), "{locale}");
        for (id, text) in words {
            let text = shown(text);
            assert!(!text.trim().is_empty() && !text.contains(['<', '$']), "{locale} {id}: {text}");
        }
    }
    assert_eq!(texts(&current, "xx").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_folder_changes_words_and_adds_a_language_that_has_some() {
    let folder = tempfile::tempdir().unwrap();
    let write = |tag: &str, file: &str, text: &str| {
        let path = folder.path().join("locales").join(tag);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join(file), text).unwrap();
    };
    write("de", "page.ftl", "title = Los\n");
    // It is whole, or a finding; and one without words for a page is none of the page's.
    let english = Domain::Page.source(Locale::EN_US).unwrap();
    write("eo", "page.ftl", &english.replace("title = Create your account", "title = Kreu konton"));
    write("cy", "api.ftl", "");
    let read = || Texts::new(&Folder::read(folder.path()).unwrap(), Locale::EN_US);
    let current = watch::channel(Arc::new(read().unwrap_or_else(|error| panic!("{error}")))).1;
    let word = async |tag: &str, id: &str| shown(&texts(&current, tag).await.1["texts"][id]);
    assert_eq!(word("de", "title").await, "Los");
    assert_eq!(word("de", "send").await, "Code senden");
    assert_eq!(word("eo", "title").await, "Kreu konton");
    assert_eq!(texts(&current, "cy").await.0, StatusCode::NOT_FOUND);
    write("de", "page.ftl", "titel = Los\n");
    let found = read().unwrap_err().to_string();
    assert!(found.contains("page.ftl:1:1: titel"), "{found}");
}

#[test]
fn a_page_begins_in_the_language_that_is_asked_for_or_preferred() {
    let texts = Arc::clone(&Texts::built_in().borrow());
    assert_eq!(in_language(&texts, None, "ar-EG,en;q=0.5"), "ar rtl");
    assert_eq!(in_language(&texts, Some("x=1&lang=pt-PT"), "ar"), "pt-PT ltr");
    assert_eq!(in_language(&texts, Some("lang=%22%3E"), "xx"), "en-US ltr");
    let options = texts.page("{languages}", None, &HeaderMap::new());
    assert_eq!(options.matches("<option").count(), Locale::SHIPPED.len());
    assert!(options.contains(r#"<option value="he" lang="he" dir="rtl">he</option>"#));
}
