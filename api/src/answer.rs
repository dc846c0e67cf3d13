//! What a caller is told: the contract's codes, to the letter, in one place.

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use fluent::fluent_args;
use serde::Serialize;
use signpost_shared::locale::Locale;
use strum::EnumMessage as _;

use crate::texts::Texts;

/// Every way in which a request is refused. The texts are those of the API's description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumMessage)]
pub enum Refusal {
    /// A field is missing, malformed or repeated, or the body can't be read.
    InvalidParameter,
    /// A code went to this address a moment ago.
    Later {
        /// Until the next one may be sent.
        retry_after: Duration,
    },
    /// The address has used up its day, or the client network asked too often.
    Limit {
        /// Until the day ends.
        retry_after: Duration,
    },
    /// No code was sent to this address, it expired, or it was consumed.
    NoCode,
    /// Too many wrong codes were tried: even the right one is refused until a new one is sent.
    Dead {
        /// Until a new code can be asked for.
        retry_after: Duration,
    },
    /// The code is wrong.
    WrongCode,
    /// No such path.
    NotFound,
    /// Another method than POST.
    MethodNotAllowed,
    /// The body is over 8 KiB.
    ContentTooLarge,
    /// Another content type than those listed, or a content coding.
    UnsupportedMediaType,
    /// Not one `Host`, as HTTP/1.1 demands, or more than one `Content-Type`.
    BadRequest,
    /// Another transfer coding than `chunked`.
    NotImplemented,
    /// A part of the service is away or overloaded. No mail is known to be sent, and the address
    /// is not locked out.
    Unavailable {
        /// When it is worth another try.
        retry_after: Duration,
    },
}

/// The language of a refusal, and what its texts need.
#[derive(Clone, Copy, Debug)]
pub struct Speaker<'a> {
    /// The API's messages.
    pub texts: &'a Texts,
    /// The caller's language.
    pub locale: Locale,
    /// The configured cooldown, which `send.later` names in minutes.
    pub cooldown: Duration,
}

/// The body of an accepted request.
#[derive(Debug, Serialize)]
pub(crate) struct Accepted {
    success: bool,
}

/// The only one there is.
pub(crate) const ACCEPTED: Accepted = Accepted { success: true };

/// The body of a refusal, in the contract's field order.
#[derive(Debug, Serialize)]
pub struct RefusalBody {
    msg: String,
    code: &'static str,
    success: bool,
    #[serde(rename = "retryAfter", skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

impl Refusal {
    /// A part is away for now: the broker and Redis are looked for every second or two.
    pub const UNAVAILABLE: Self = Self::Unavailable { retry_after: Duration::from_secs(2) };

    /// Code, status, and the message: one of ours, or HTTP's phrase (RFC 9110 §15), which stays
    /// English.
    const fn row(self) -> (&'static str, u16, Result<&'static str, &'static str>) {
        match self {
            Self::InvalidParameter => ("400", 200, Ok("invalid-parameter")),
            Self::BadRequest => ("400", 400, Ok("invalid-parameter")),
            Self::Later { .. } => ("send.later", 200, Ok("send-later")),
            Self::Limit { .. } => ("send.limit", 200, Ok("send-limit")),
            Self::NoCode => ("428", 200, Ok("verify-first")),
            Self::Dead { .. } => ("406", 200, Ok("too-many-tries")),
            Self::WrongCode => ("412", 200, Ok("wrong-code")),
            Self::NotFound => ("404", 404, Err("Not Found")),
            Self::MethodNotAllowed => ("405", 405, Err("Method Not Allowed")),
            Self::ContentTooLarge => ("413", 413, Err("Content Too Large")),
            Self::UnsupportedMediaType => ("415", 415, Err("Unsupported Media Type")),
            Self::NotImplemented => ("501", 501, Err("Not Implemented")),
            Self::Unavailable { .. } => ("503", 503, Ok("unavailable")),
        }
    }

    /// When a caller meets it.
    pub(crate) fn when(self) -> String {
        self.get_documentation().unwrap_or_default().trim_end().replace('\n', " ")
    }

    /// The contract's code, which is also the metric's label.
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// The status of the answer: for most refusals it is 200.
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.row().1).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
    }

    pub(crate) fn retry_after(self) -> Option<u64> {
        match self {
            Self::Later { retry_after }
            | Self::Limit { retry_after }
            | Self::Dead { retry_after }
            | Self::Unavailable { retry_after } => Some(seconds_up(retry_after)),
            _ => None,
        }
    }

    /// The text, in the caller's language.
    fn message(self, speaker: &Speaker<'_>) -> String {
        let id = match self.row().2 {
            Ok(id) => id,
            Err(phrase) => return phrase.to_owned(),
        };
        let minutes = speaker.cooldown.as_secs().div_ceil(60).max(1);
        speaker.texts.say(speaker.locale, id, &fluent_args!["minutes" => minutes])
    }

    /// What the answer says.
    pub fn body(self, speaker: &Speaker<'_>) -> RefusalBody {
        RefusalBody {
            msg: self.message(speaker),
            code: self.code(),
            success: false,
            retry_after: self.retry_after(),
        }
    }

    /// The answer.
    pub fn answer(self, speaker: &Speaker<'_>) -> Response {
        let body = self.body(speaker);
        let retry_after = body.retry_after;
        let mut response = (self.status(), Json(body)).into_response();
        if let (Self::Unavailable { .. }, Some(seconds)) = (self, retry_after) {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        // What is not quite HTTP may end elsewhere than it seems (RFC 9112, section 11.2).
        if matches!(response.status().as_u16(), 400 | 501) {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
        response
    }
}

/// Whole seconds, rounded up, at least 1: whoever comes back then is not early.
pub(crate) fn seconds_up(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0).max(u64::from(duration.is_zero()))
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use signpost_shared::telemetry::table;

    use super::*;

    async fn render(refusal: Refusal, locale: Locale) -> String {
        let speaker =
            Speaker { texts: &Texts::default(), locale, cooldown: Duration::from_secs(61) };
        let response = refusal.answer(&speaker);
        let status = response.status();
        let retry = response.headers().get("retry-after").map(|v| v.to_str().unwrap().to_owned());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        format!("{status} {retry:?} {}", String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn every_refusal_to_the_letter() {
        let retry_after = Duration::from_millis(41_001);
        let mut all = String::new();
        for refusal in [
            Refusal::InvalidParameter,
            Refusal::Later { retry_after },
            Refusal::Limit { retry_after },
            Refusal::NotFound,
            Refusal::MethodNotAllowed,
            Refusal::ContentTooLarge,
            Refusal::UnsupportedMediaType,
            Refusal::BadRequest,
            Refusal::NotImplemented,
            Refusal::UNAVAILABLE,
            Refusal::NoCode,
            Refusal::Dead { retry_after },
            Refusal::WrongCode,
        ] {
            let known = table::values("signpost_requests_total", "outcome");
            assert!(known.contains(&refusal.code()), "{refusal:?}");
            all += &render(refusal, Locale::EN_US).await;
            all.push('\n');
        }
        insta::assert_snapshot!(all, @r#"
        200 OK None {"msg":"invalid parameter","code":"400","success":false}
        200 OK None {"msg":"email already sent, if not received, please send 2 min later","code":"send.later","success":false,"retryAfter":42}
        200 OK None {"msg":"too many codes requested, please try again later","code":"send.limit","success":false,"retryAfter":42}
        404 Not Found None {"msg":"Not Found","code":"404","success":false}
        405 Method Not Allowed None {"msg":"Method Not Allowed","code":"405","success":false}
        413 Payload Too Large None {"msg":"Content Too Large","code":"413","success":false}
        415 Unsupported Media Type None {"msg":"Unsupported Media Type","code":"415","success":false}
        400 Bad Request None {"msg":"invalid parameter","code":"400","success":false}
        501 Not Implemented None {"msg":"Not Implemented","code":"501","success":false}
        503 Service Unavailable Some("2") {"msg":"service temporarily unavailable, please try again later","code":"503","success":false,"retryAfter":2}
        200 OK None {"msg":"Send verify code please","code":"428","success":false}
        200 OK None {"msg":"you have tried too many times,please resend code 2 min later","code":"406","success":false,"retryAfter":42}
        200 OK None {"msg":"Check verify code please","code":"412","success":false}
        "#);
    }

    #[tokio::test]
    async fn a_refusal_speaks_the_callers_language() {
        let later = Refusal::Later { retry_after: Duration::from_secs(1) };
        let chinese = render(later, Locale::ZH_CN).await;
        assert!(chinese.contains("\"code\":\"send.later\"") && !chinese.contains("email already"));
    }

    #[test]
    fn nobody_is_told_to_come_back_early() {
        for (millis, seconds) in [(0, 1), (1, 1), (999, 1), (1000, 1), (1001, 2), (60_000, 60)] {
            assert_eq!(seconds_up(Duration::from_millis(millis)), seconds);
        }
    }
}
