//! Validate: bytes from anyone become an address and a language, or a refusal.

use std::time::Duration;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, header},
};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use signpost_shared::{
    address::EmailAddress,
    locale::{Locale, negotiate},
};
use tokio::time::timeout;

use crate::answer::Refusal;

/// Largest body in bytes.
const MAX_BODY: usize = 8 * 1024;
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

/// A refusal, and the language that the caller is answered in.
pub type Refused = (Refusal, Locale);

/// Reads a request to send a code.
///
/// # Errors
/// The refusal that the contract names for what is wrong.
pub async fn send_request(request: Request, default: Locale) -> Result<SendRequest, Refused> {
    let (parts, body) = request.into_parts();
    let accept_language = text(&parts.headers, header::ACCEPT_LANGUAGE);
    let spoken = |field: Option<&str>| negotiate(field, accept_language, default);
    if !is_form(&parts.headers) {
        return Err((Refusal::UnsupportedMediaType, spoken(None)));
    }
    let body = read(body).await.map_err(|refusal| (refusal, spoken(None)))?;
    let fields = Fields::parse(&body);
    let locale = spoken(fields.locale.as_deref());
    let address = fields.email.and_then(|email| EmailAddress::parse(&email).ok());
    match address {
        Some(address) => Ok(SendRequest { address, locale }),
        None => Err((Refusal::InvalidParameter, locale)),
    }
}

/// The language that a caller without a readable body is answered in.
pub fn spoken_by(headers: &HeaderMap, default: Locale) -> Locale {
    negotiate(None, text(headers, header::ACCEPT_LANGUAGE), default)
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// The media type counts, its parameters (`charset`) do not (RFC 9110 §8.3.1).
fn is_form(headers: &HeaderMap) -> bool {
    let media_type = text(headers, header::CONTENT_TYPE).and_then(|value| value.split(';').next());
    media_type
        .is_some_and(|found| found.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

async fn read(body: Body) -> Result<Vec<u8>, Refusal> {
    match timeout(BODY_DEADLINE, Limited::new(body, MAX_BODY).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes().into()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refusal::ContentTooLarge),
        Ok(Err(_)) => Err(Refusal::InvalidParameter),
        Err(_) => Err(Refusal::Unavailable),
    }
}

#[derive(Debug, Default)]
struct Fields {
    email: Option<String>,
    locale: Option<String>,
}

impl Fields {
    /// A repeated `email` is none: whose code would it be? A repeated `locale` is
    /// malformed, which is no error.
    fn parse(body: &[u8]) -> Self {
        let once = |name: &str| {
            let mut values =
                form_urlencoded::parse(body).filter(|(key, _)| key == name).map(|(_, value)| value);
            let value = values.next()?.into_owned();
            values.next().is_none().then_some(value)
        };
        Self { email: once("email"), locale: once("locale") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "application/x-www-form-urlencoded";

    async fn ask(content_type: &str, body: impl Into<Body>) -> Result<SendRequest, Refused> {
        let request = Request::post("/")
            .header("content-type", content_type)
            .header("accept-language", "de-AT, en;q=0.5")
            .body(body.into())
            .unwrap();
        send_request(request, Locale::EnUs).await
    }

    #[tokio::test]
    async fn a_form_with_an_address_is_read() {
        for (body, address, locale) in [
            ("email=jane%40a.example", "jane@a.example", Locale::De),
            ("email=jane@a.example&locale=zh_CN", "jane@a.example", Locale::ZhCn),
            ("locale=fr&email=a%2Bb@a.example&x=y", "a+b@a.example", Locale::Fr),
            ("email=jane@a.example&locale=%00%ff", "jane@a.example", Locale::De),
            ("email=jane@a.example&locale=", "jane@a.example", Locale::De),
            ("email=jane@a.example&locale=ja&locale=fr", "jane@a.example", Locale::De),
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
            assert_eq!(refused, (Refusal::InvalidParameter, Locale::De), "{body}");
        }
        let torn = Body::from_stream(futures_util::stream::iter([
            Ok("email=jane@a.example"),
            Err(std::io::Error::other("gone")),
        ]));
        assert_eq!(ask(FORM, torn).await.unwrap_err().0, Refusal::InvalidParameter);
    }

    #[tokio::test]
    async fn type_and_size_are_checked_first() {
        for other in ["application/json", "text/plain", "", "multipart/form-data; boundary=x"] {
            let refused = ask(other, "email=jane@a.example").await.unwrap_err();
            assert_eq!(refused.0, Refusal::UnsupportedMediaType, "{other}");
        }
        let fits = format!("email=jane@a.example&x={}", "y".repeat(8192 - 23));
        assert!(ask(FORM, fits.clone()).await.is_ok());
        assert_eq!(ask(FORM, fits + "y").await.unwrap_err().0, Refusal::ContentTooLarge);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_comes_is_not_waited_for() {
        let never =
            Body::from_stream(futures_util::stream::pending::<Result<&str, std::io::Error>>());
        assert_eq!(ask(FORM, never).await.unwrap_err().0, Refusal::Unavailable);
    }
}
