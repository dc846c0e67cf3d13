use axum::{body::Body, http::HeaderValue};

use super::*;

const FORM: &str = "application/x-www-form-urlencoded";

async fn ask(content_type: &str, body: impl Into<Body>) -> Result<SendRequest, LocalizedRefusal> {
    let request = Request::post("/")
        .header("content-type", content_type)
        .header("accept-language", "de-AT, en;q=0.5")
        .body(body.into())
        .unwrap();
    send_request(request, &Rules::default()).await
}

#[tokio::test]
async fn a_form_with_an_address_is_read() {
    for (body, address, locale) in [
        ("email=jane%40a.example", "jane@a.example", Locale::DE),
        ("email=jane@a.example&locale=zh_CN", "jane@a.example", Locale::ZH_CN),
        ("locale=fr&email=a%2Bb@a.example&x=y", "a+b@a.example", Locale::FR),
        ("email=jane@a.example&locale=%00%ff", "jane@a.example", Locale::DE),
        ("email=jane@a.example&locale=", "jane@a.example", Locale::DE),
        ("email=jane@a.example&locale=ja&locale=fr", "jane@a.example", Locale::DE),
    ] {
        let read = ask(&format!("{FORM}; charset=UTF-8"), body).await.unwrap();
        assert_eq!((read.address.expose().as_str(), read.locale), (address, locale), "{body}");
    }
}

#[tokio::test]
async fn anything_else_is_an_invalid_parameter() {
    for body in [
        "",
        "email=",
        "email",
        "email=jane",
        "mail=jane@a.example",
        "email=jane@a.example&email=jane@a.example",
        "email=a+b@a.example",
        "email=jane@a.example%0d%0aBcc:x@a.example",
        "email=jane@a.example%00",
        "email=%ff%fe@a.example",
        "Email=jane@a.example",
        "email[]=jane@a.example",
        "{\"email\":\"jane@a.example\"}",
    ] {
        let refused = ask(FORM, body).await.unwrap_err();
        assert_eq!((refused.0, refused.1), (Refusal::InvalidParameter, Locale::DE), "{body}");
    }
    let torn = Body::from_stream(futures_util::stream::iter([
        Ok("email=jane@a.example"),
        Err(std::io::Error::other("gone")),
    ]));
    assert_eq!(ask(FORM, torn).await.unwrap_err().0, Refusal::InvalidParameter);
}

#[tokio::test]
async fn a_local_part_beyond_ascii_is_for_relays_that_take_it() {
    for (email, is_ascii) in [
        ("用户@a.example", false),
        ("jos\u{E9}@a.example", false),
        ("ｊａｎｅ＠例子.广告", true),
        ("jane@bücher.example", true),
    ] {
        for smtputf8 in [false, true] {
            let rules = Rules { smtputf8, ..Rules::default() };
            let taken = rules.address(Some(email.to_owned())).is_ok();
            assert_eq!(taken, smtputf8 || is_ascii, "{email}");
        }
    }
}

#[test]
fn lines_of_languages_are_one_list() {
    let mut headers = HeaderMap::new();
    for line in ["xx", "de;q=0.5"] {
        headers.append(header::ACCEPT_LANGUAGE, HeaderValue::from_static(line));
    }
    assert_eq!(spoken_by(&headers, &Texts::default()), Locale::DE);
}

#[tokio::test]
async fn type_and_size_are_checked_first() {
    for other in ["application/json", "text/plain", "", "multipart/form-data; boundary=x"] {
        let refused = ask(other, "email=jane@a.example").await.unwrap_err();
        assert_eq!(refused.0, Refusal::UnsupportedMediaType, "{other}");
    }
    for (codings, taken) in
        [("", true), (" ,identity,", true), ("gzip", false), ("identity, identity", false)]
    {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(FORM));
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(codings));
        assert_eq!(media(&headers, &[Media::Form]).is_ok(), taken, "{codings:?}");
    }
    let fits = format!("email=jane@a.example&x={}", "y".repeat(8192 - 23));
    assert!(ask(FORM, fits.clone()).await.is_ok());
    assert_eq!(ask(FORM, fits + "y").await.unwrap_err().0, Refusal::ContentTooLarge);
}

async fn check(content_type: &str, body: &str) -> Result<(String, Option<String>, bool), Refusal> {
    let request = Request::post("/").header("content-type", content_type);
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let read = verify_request(request, &Rules::default()).await.map_err(|refused| refused.0)?;
    Ok((read.address.expose(), read.entered.digits().map(str::to_owned), read.consume))
}

#[tokio::test]
async fn a_check_is_read_from_a_form_and_from_json() {
    const JSON: &str = "application/json";
    let read = |consume| Ok(("jane@a.example".to_owned(), Some("012345".to_owned()), consume));
    for (content_type, body, consume) in [
        (FORM, "email=jane@a.example&code=012345", false),
        (FORM, "email=jane@a.example&code=+012-345+&consume=true", true),
        (
            FORM,
            "email=jane@a.example&code=%D9%A0%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5&consume=false",
            false,
        ),
        (JSON, r#"{"email":"jane@a.example","code":"012345"}"#, false),
        (JSON, r#"{"email":"jane@a.example","code":"012345","consume":true,"x":[{}]}"#, true),
        (JSON, r#"{"email":"jane@a.example","code":"012345","consume":"true","locale":7}"#, true),
        (JSON, r#"{"email":"jane@a.example","code":"012345","locale":"\ud800"}"#, false),
        (JSON, r#"{"locale":"de","email":"jane@a.example","code":"012345","locale":1e999}"#, false),
    ] {
        assert_eq!(check(content_type, body).await, read(consume), "{body}");
    }
    let (_, entered, _) = check(FORM, "email=jane@a.example&code=").await.unwrap();
    assert_eq!(entered, None, "an empty code is a wrong one");
    for (content_type, body) in [
        (FORM, "email=jane@a.example"),
        (FORM, "code=012345"),
        (FORM, "email=jane&code=012345"),
        (FORM, "email=jane@a.example&code=012345&code=012346"),
        (FORM, "email=jane@a.example&code=012345&consume=maybe"),
        (FORM, "email=jane@a.example&code=012345&consume=true&consume=true"),
        (JSON, r#"{"email":"jane@a.example","code":12345}"#),
        (JSON, r#"{"email":"jane@a.example","code":null}"#),
        (JSON, r#"{"email":["jane@a.example"],"code":"012345"}"#),
        (JSON, r#"{"email":"jane@a.example","code":"1","code":"2"}"#),
        (JSON, r#"{"email":"jane@a.example","code":"1","consume":1}"#),
        (JSON, r#"["jane@a.example",null,"012345",false]"#),
        (JSON, "{"),
        (JSON, ""),
    ] {
        assert_eq!(check(content_type, body).await, Err(Refusal::InvalidParameter), "{body}");
    }
    assert_eq!(check("text/plain", "").await, Err(Refusal::UnsupportedMediaType));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_comes_is_not_waited_for() {
    let never = Body::from_stream(futures_util::stream::pending::<Result<&str, std::io::Error>>());
    assert_eq!(ask(FORM, never).await.unwrap_err().0, Refusal::UNAVAILABLE);
}
