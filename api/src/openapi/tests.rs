use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::{answer::Refusal, path_prefix::path_prefix, state::tests::api};

fn made(prefixes: &[&str]) -> (Value, String) {
    let prefixes: Vec<_> = prefixes.iter().map(|prefix| path_prefix(prefix).unwrap()).collect();
    let document = document::document(&api(), &prefixes);
    let page = page::page(&document).unwrap().replace("&#x2f;", "/");
    (document, page)
}

/// Every example of an operation's answers, by its status.
fn examples(operation: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (status, response) in operation["responses"].as_object().unwrap() {
        let examples = &response["content"]["application/json"]["examples"];
        for example in examples.as_object().unwrap().values() {
            found.push((status.clone(), example["value"].clone()));
        }
    }
    found
}

#[tokio::test]
async fn both_calls_stand_under_every_prefix_with_names_of_their_own() {
    let (document, page) = made(&["/plugin/datafor-auth/api/user", "/b"]);
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    let mut expected = BTreeSet::new();
    for prefix in ["/plugin/datafor-auth/api/user", "/b"] {
        expected.insert(format!("{prefix}/sendRegisterCode"));
        expected.insert(format!("{prefix}/verifyRegisterCode"));
    }
    assert_eq!(paths.keys().cloned().collect::<BTreeSet<_>>(), expected);
    let ids: BTreeSet<_> =
        paths.values().map(|item| item["post"]["operationId"].as_str()).collect();
    assert_eq!(ids.len(), 4, "{ids:?}");
    for path in expected {
        assert!(page.contains(&path), "{path} is not on the page");
    }
    assert!(!page.contains('`') && page.contains("<code>retryAfter</code>"), "{page}");
}

#[tokio::test]
async fn every_code_has_an_example_which_is_the_answer_itself() {
    let (document, page) = made(&["/a"]);
    let retry_after = std::time::Duration::from_secs(60);
    let common = [
        Refusal::InvalidParameter,
        Refusal::Limit { retry_after },
        Refusal::NotFound,
        Refusal::MethodNotAllowed,
        Refusal::ContentTooLarge,
        Refusal::UnsupportedMediaType,
        Refusal::BadRequest,
        Refusal::NotImplemented,
        Refusal::UNAVAILABLE,
    ];
    let send = [Refusal::Later { retry_after }];
    let verify = [Refusal::NoCode, Refusal::Dead { retry_after }, Refusal::WrongCode];
    let api = api();
    let speaker = api.speaker(signpost_shared::locale::Locale::EN_US);
    for (call, own) in [("sendRegisterCode", send.as_slice()), ("verifyRegisterCode", &verify)] {
        let mut found = examples(&document["paths"][format!("/a/{call}")]["post"]);
        let mut expected = vec![("200".to_owned(), serde_json::json!({"success": true}))];
        for refusal in common.iter().chain(own) {
            let body = serde_json::to_string(&refusal.body(&speaker)).unwrap();
            let escaped = body.replace('"', "&quot;");
            assert!(page.contains(&escaped), "{body} is not on the page, in the contract's order");
            let status = refusal.status().as_str().to_owned();
            expected.push((status, serde_json::from_str(&body).unwrap()));
        }
        let by_text = |(status, body): &(String, Value)| format!("{status} {body}");
        found.sort_by_key(by_text);
        expected.sort_by_key(by_text);
        assert_eq!(found, expected, "{call}");
    }
}

/// What the usual generators of clients stumble over: alternatives, several types at once, and
/// values other than texts to choose from.
#[tokio::test]
async fn generators_find_plain_types() {
    let (document, _) = made(&["/a"]);
    let mut left = vec![&document];
    while let Some(value) = left.pop() {
        for word in ["oneOf", "anyOf", "allOf", "const"] {
            assert!(value.get(word).is_none(), "{value}");
        }
        if let Some(choices) = value.get("enum").and_then(Value::as_array) {
            assert!(choices.iter().all(Value::is_string), "{value}");
        }
        assert!(!value.get("type").is_some_and(Value::is_array), "{value}");
        left.extend(value.as_object().into_iter().flat_map(serde_json::Map::values));
        left.extend(value.as_array().into_iter().flatten());
    }
}

#[tokio::test]
async fn references_lead_somewhere() {
    let (document, _) = made(&["/a"]);
    let text = document.to_string();
    let references: Vec<_> =
        text.split(r##""$ref":"#"##).skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(references.len() > 10, "{references:?}");
    for reference in references {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}
