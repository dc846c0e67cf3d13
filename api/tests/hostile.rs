//! Requests from nobody who means well: any bytes, every control character, false headers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue},
};
use form_urlencoded::Serializer;
use ipnet::IpNet;
use proptest::prelude::*;
use signpost_api::{
    client::{ClientNetwork, TrustedProxies},
    validate::{Rules, send_request, verify_request},
};
use signpost_shared::address::is_layout_mark;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// The address that a body is read as, by either call; `None` when it is refused.
fn address_in(content_type: &str, body: &[u8]) -> [Option<String>; 2] {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let request = || {
        let request = Request::post("/").header("content-type", content_type);
        request.body(Body::from(body.to_vec())).unwrap()
    };
    runtime.block_on(async {
        let rules = Rules { smtputf8: true, ..Rules::default() };
        [
            send_request(request(), &rules).await.ok().map(|read| read.address.expose()),
            verify_request(request(), &rules).await.ok().map(|read| read.address.expose()),
        ]
    })
}

fn is_harmless(address: &str) -> bool {
    !address.chars().any(|c| c.is_control() || c.is_whitespace() || "<>\"\\,;:()".contains(c))
}

fn nearly_a_form() -> impl Strategy<Value = Vec<u8>> {
    "(email|code|locale|consume|%65mail|)(=|%3d|&){0,2}([a-z@.%&=+;<>]|%[0-9a-fA-F]{2}|[\\x00-\\x20]){0,60}"
        .prop_map(String::into_bytes)
}

fn nearly_json() -> impl Strategy<Value = Vec<u8>> {
    "\\{?\"(email|code|consume)\"?:?(\"[^\"]{0,40}\"|[0-9.eE+-]{0,20}|\\[{0,60}|null|true),?\\}?"
        .prop_map(String::into_bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn no_body_panics_and_what_is_accepted_is_harmless(
        media in prop::sample::select(&[FORM, JSON][..]),
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            nearly_a_form(),
            nearly_json(),
        ],
    ) {
        for address in address_in(media, &body).into_iter().flatten() {
            prop_assert!(is_harmless(&address));
        }
    }

    #[test]
    fn no_x_forwarded_for_panics_and_it_never_hides_what_the_proxy_wrote(
        left in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let proxy = "10.0.0.1".parse().unwrap();
        let proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse::<IpNet>().unwrap()]);
        let Ok(value) = HeaderValue::from_bytes(&[&left[..], b", 192.0.2.7"].concat()) else {
            return Ok(());
        };
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", value);
        let seen = proxies.client(proxy, &headers);
        prop_assert!(seen == ClientNetwork::of("192.0.2.7".parse().unwrap()));
    }
}

#[test]
fn a_control_character_anywhere_in_an_address_refuses_it() {
    let all = (0..=0x1fu8).chain(0x7f..=0x9f).map(char::from).chain(['\u{2028}', '\u{202e}']);
    for control in all {
        // White space and marks of direction around it are none of it.
        let is_none_of_it = control.is_whitespace() || is_layout_mark(control);
        let around = is_none_of_it.then(|| "jane@a.example".to_owned());
        for (email, read) in [
            (format!("{control}jane@a.example"), &around),
            (format!("ja{control}ne@a.example"), &None),
            (format!("jane{control}@a.example"), &None),
            (format!("jane@{control}a.example"), &None),
            (format!("jane@a{control}.example"), &None),
            (format!("jane@a.example{control}"), &around),
            (format!("jane@a.example{control}\nBcc: x@a.example"), &None),
        ] {
            let form = Serializer::new(String::new()).append_pair("email", &email).finish();
            let json = serde_json::json!({"email": email, "code": "012345"}).to_string();
            let [sent, _] = address_in(FORM, form.as_bytes());
            let [_, checked] = address_in(JSON, json.as_bytes());
            assert_eq!((&sent, &checked), (read, read), "{email:?}");
        }
    }
}

#[test]
fn a_control_character_in_another_field_changes_nothing_about_the_address() {
    for control in (0..=0x1fu8).chain(0x7f..=0x9f).map(char::from) {
        let hostile = format!("de{control}\r\nBcc: x@a.example");
        let form = Serializer::new(String::new())
            .append_pair("email", "jane@a.example")
            .append_pair("locale", &hostile)
            .append_pair("code", &hostile)
            .finish();
        let [sent, checked] = address_in(FORM, form.as_bytes());
        assert_eq!(sent.as_deref(), Some("jane@a.example"));
        assert_eq!(checked.as_deref(), Some("jane@a.example"));
    }
}
