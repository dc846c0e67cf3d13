//! Validate: bytes from anyone become an address and a language, or a refusal.

use std::{borrow::Cow, pin::pin, time::Duration};

use axum::{
    body::{Body, HttpBody as _},
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
};
use http_body_util::BodyExt as _;
use serde::Deserialize;
use serde_json::Value;
use signpost_shared::{address::EmailAddress, locale::Locale};
use tokio::{sync::Semaphore, task::yield_now, time::timeout};

use crate::{answer::Refusal, deny::DeniedDomains, entered::Entered, texts::Texts};

/// Largest body in bytes.
const MAX_BODY: u64 = 8 * 1024;
/// How long a body may take to arrive; it fits one packet or a few.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// What is asked for: a code for an address, in a language.
#[derive(Debug, PartialEq, Eq)]
pub struct SendRequest {
    /// Where the code goes.
    pub address: EmailAddress,
    /// The language of the mail.
    pub locale: Locale,
}

/// What is asked for: whether a code is the right one for an address.
#[derive(Debug, PartialEq, Eq)]
pub struct VerifyRequest {
    /// Whom the code was sent to.
    pub address: EmailAddress,
    /// What was entered as the code.
    pub entered: Entered,
    /// Whether a right code is used up.
    pub consume: bool,
    /// The language of the answer.
    pub locale: Locale,
}

/// A refusal, the language that the caller is answered in, and what was wrong, for logs.
pub type LocalizedRefusal = (Refusal, Locale, &'static str);

/// Half bodies that are waited for at a time: of clients that stall, each costs all its memory.
const HALF_BODIES: usize = 1024;
/// What arrives later than this comes in halves.
const AT_ONCE: Duration = Duration::from_millis(20);

/// What is the same for every request.
#[derive(Debug, Default)]
pub struct Rules {
    /// The API's messages, whose languages callers can choose.
    pub texts: Texts,
    /// Domains that no code is sent to.
    pub denied: DeniedDomains,
    /// Whether local parts beyond ASCII are taken, as the relay must take them.
    pub smtputf8: bool,
    /// Places for half bodies.
    pub half_bodies: HalfBodies,
}

/// Places for half bodies.
#[derive(Debug)]
pub struct HalfBodies(Semaphore);

impl Default for HalfBodies {
    fn default() -> Self {
        Self(Semaphore::new(HALF_BODIES))
    }
}

impl Rules {
    /// An address that codes are sent to, or what is wrong with it.
    pub(crate) fn address(&self, email: Option<String>) -> Result<EmailAddress, &'static str> {
        let email = email.ok_or("no email, or more than one")?;
        let address = EmailAddress::parse(&email).map_err(|_| "malformed address")?;
        if address.needs_smtputf8() && !self.smtputf8 {
            return Err("address beyond ASCII, and SIGNPOST_SMTPUTF8 is off");
        }
        if self.denied.contains(&address) {
            return Err("domain in SIGNPOST_DENY_DOMAINS");
        }
        Ok(address)
    }
}

/// Reads a request to send a code.
///
/// # Errors
/// The refusal that the contract names for what is wrong.
pub async fn send_request(
    request: Request,
    rules: &Rules,
) -> Result<SendRequest, LocalizedRefusal> {
    let (fields, locale) = read(request, rules, &[Media::Form]).await?;
    let address = rules.address(fields.email);
    match address {
        Ok(address) => Ok(SendRequest { address, locale }),
        Err(wrong) => Err((Refusal::InvalidParameter, locale, wrong)),
    }
}

/// Reads a request to check a code.
///
/// # Errors
/// The refusal that the contract names for what is wrong.
pub async fn verify_request(
    request: Request,
    rules: &Rules,
) -> Result<VerifyRequest, LocalizedRefusal> {
    let (fields, locale) = read(request, rules, &[Media::Form, Media::Json]).await?;
    let address = rules.address(fields.email);
    match (address, fields.code, fields.consume) {
        (Ok(address), Some(code), Ok(consume)) => {
            Ok(VerifyRequest { address, entered: Entered::parse(&code), consume, locale })
        }
        (Err(wrong), ..) => Err((Refusal::InvalidParameter, locale, wrong)),
        _ => Err((
            Refusal::InvalidParameter,
            locale,
            "no code, or consume is neither true nor false",
        )),
    }
}

/// Reads the fields of a body, in one of the media types that the call takes.
async fn read(
    request: Request,
    rules: &Rules,
    taken: &[Media],
) -> Result<(Fields, Locale), LocalizedRefusal> {
    let (parts, body) = request.into_parts();
    // Copied, so that the head's buffer is free before the body comes.
    let accept_language = accept_language(&parts.headers);
    let media = media(&parts.headers, taken);
    drop(parts);
    let spoken = |field: Option<&str>| rules.texts.negotiate(field, accept_language.as_deref());
    let media = media.map_err(|refusal| (refusal, spoken(None), "content type or coding"))?;
    let body = bytes(body, &rules.half_bodies).await;
    let body = body.map_err(|refusal| (refusal, spoken(None), "too large, or it did not come"))?;
    let fields = match media {
        Media::Form => Some(Fields::from_form(&body)),
        Media::Json => Fields::from_json(&body),
    };
    let fields = fields.ok_or_else(|| (Refusal::InvalidParameter, spoken(None), "not JSON"))?;
    let locale = spoken(fields.locale.as_deref());
    Ok((fields, locale))
}

/// The language that a caller without a readable body is answered in.
pub fn spoken_by(headers: &HeaderMap, texts: &Texts) -> Locale {
    texts.negotiate(None, accept_language(headers).as_deref())
}

/// Several lines are one list (RFC 9110, section 5.3).
fn accept_language(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    let lines: Vec<_> = lines.filter_map(|line| line.to_str().ok()).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// What a head says of its body: one media type that the call takes, without codings.
fn media(headers: &HeaderMap, taken: &[Media]) -> Result<Media, Refusal> {
    if !has_at_most(headers, header::TRANSFER_ENCODING, "chunked") {
        return Err(Refusal::NotImplemented);
    }
    if headers.get_all(header::CONTENT_TYPE).iter().nth(1).is_some() {
        return Err(Refusal::BadRequest);
    }
    let is_plain = has_at_most(headers, header::CONTENT_ENCODING, "identity");
    let media = Media::of(headers).filter(|media| is_plain && taken.contains(media));
    media.ok_or(Refusal::UnsupportedMediaType)
}

/// Whether a field names no coding but this one, once. What is empty names none (RFC 9110,
/// section 5.6.1.2).
fn has_at_most(headers: &HeaderMap, name: header::HeaderName, coding: &str) -> bool {
    let values = headers.get_all(name).iter().map(HeaderValue::as_bytes);
    let codings = values.flat_map(|value| value.split(|byte| *byte == b','));
    let mut codings = codings.map(<[u8]>::trim_ascii).filter(|named| !named.is_empty());
    let is_known = |named: &[u8]| named.eq_ignore_ascii_case(coding.as_bytes());
    codings.next().is_none_or(is_known) && codings.next().is_none()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Media {
    Form,
    Json,
}

impl Media {
    /// The media type counts, its parameters (`charset`) do not (RFC 9110 §8.3.1).
    fn of(headers: &HeaderMap) -> Option<Self> {
        let media_type = text(headers, header::CONTENT_TYPE)?.split(';').next()?.trim();
        let is = |name: &str| media_type.eq_ignore_ascii_case(name);
        if is("application/x-www-form-urlencoded") {
            Some(Self::Form)
        } else if is("application/json") {
            Some(Self::Json)
        } else {
            None
        }
    }
}

async fn bytes(mut body: Body, places: &HalfBodies) -> Result<Vec<u8>, Refusal> {
    if body.size_hint().lower() > MAX_BODY {
        return Err(Refusal::ContentTooLarge);
    }
    let mut reading = pin!(async {
        let mut whole = Vec::new();
        while !body.is_end_stream()
            && let Some(frame) = body.frame().await
        {
            let piece = frame.map_err(|_| Refusal::InvalidParameter)?.into_data();
            let piece = piece.unwrap_or_default();
            whole.extend_from_slice(&piece);
            if whole.len() as u64 > MAX_BODY {
                return Err(Refusal::ContentTooLarge);
            }
            if !body.is_end_stream() {
                yield_now().await;
            }
            drop(piece);
        }
        Ok(whole)
    });
    if let Ok(whole) = timeout(AT_ONCE, &mut reading).await {
        return whole;
    }
    let _place = places.0.try_acquire().map_err(|_| Refusal::UNAVAILABLE)?;
    timeout(BODY_DEADLINE, reading).await.unwrap_or(Err(Refusal::UNAVAILABLE))
}

/// The fields of either call, as far as they are given and of the right type.
#[derive(Debug)]
struct Fields {
    email: Option<String>,
    locale: Option<String>,
    code: Option<String>,
    /// `Err` when it is neither true nor false: a backend that means to use a code up
    /// must not find that it did not.
    consume: Result<bool, ()>,
}

impl Fields {
    /// A field that is repeated is none: whose code would it be? A repeated `locale` is
    /// malformed, which is no error.
    fn from_form(body: &[u8]) -> Self {
        let [mut email, mut locale, mut code, mut consume] = [const { Vec::new() }; 4];
        for (name, value) in form_urlencoded::parse(body) {
            match &*name {
                "email" => email.push(value),
                "locale" => locale.push(value),
                "code" => code.push(value),
                "consume" => consume.push(value),
                _ => {}
            }
        }
        let consume = match &consume[..] {
            [] => Ok(false),
            [once] => once.parse().map_err(|_| ()),
            _ => Err(()),
        };
        let once = |mut values: Vec<Cow<'_, str>>| match values.len() {
            1 => values.pop().map(Cow::into_owned),
            _ => None,
        };
        Self { email: once(email), locale: once(locale), code: once(code), consume }
    }

    fn from_json(body: &[u8]) -> Option<Self> {
        // Of an array serde would take the fields by their order.
        let is_object = body.trim_ascii_start().starts_with(b"{");
        let Json { email, locale, code, consume } =
            serde_json::from_slice(body).ok().filter(|_| is_object)?;
        let text = |value| match value {
            Value::String(text) => Some(text),
            _ => None,
        };
        let consume = match consume {
            Value::Null => Ok(false),
            Value::Bool(consume) => Ok(consume),
            Value::String(text) => text.parse().map_err(|_| ()),
            _ => Err(()),
        };
        Some(Self { email: text(email), locale: text(locale), code: text(code), consume })
    }
}

/// What a JSON object says of them. One that is repeated is an error: RFC 8259 §4 leaves to the
/// reader what that means.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Json {
    email: Value,
    locale: Value,
    code: Value,
    consume: Value,
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    const FORM: &str = "application/x-www-form-urlencoded";

    async fn ask(
        content_type: &str,
        body: impl Into<Body>,
    ) -> Result<SendRequest, LocalizedRefusal> {
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

    async fn check(
        content_type: &str,
        body: &str,
    ) -> Result<(String, Option<String>, bool), Refusal> {
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
            (
                JSON,
                r#"{"email":"jane@a.example","code":"012345","consume":"true","locale":7}"#,
                true,
            ),
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
        let never =
            Body::from_stream(futures_util::stream::pending::<Result<&str, std::io::Error>>());
        assert_eq!(ask(FORM, never).await.unwrap_err().0, Refusal::UNAVAILABLE);
    }

    #[tokio::test(start_paused = true)]
    async fn half_bodies_have_so_many_places_and_whole_ones_need_none() {
        let rules = Rules { half_bodies: HalfBodies(Semaphore::new(1)), ..Rules::default() };
        let asked = |body: Body| {
            let request = Request::post("/").header(header::CONTENT_TYPE, FORM);
            Box::pin(send_request(request.body(body).unwrap(), &rules))
        };
        let never =
            || Body::from_stream(futures_util::stream::pending::<Result<&str, std::io::Error>>());
        let (mut first, mut second) = (asked(never()), asked(never()));
        assert_eq!((first.as_mut().now_or_never(), second.as_mut().now_or_never()), (None, None));
        tokio::time::advance(AT_ONCE * 2).await;
        assert_eq!(first.as_mut().now_or_never(), None);
        assert_eq!(second.await.unwrap_err().0, Refusal::UNAVAILABLE);
        assert!(asked("email=jane@a.example".into()).await.is_ok());
    }
}
