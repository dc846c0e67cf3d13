//! Validate: which media type a body is of, and its bytes, in time and not too many.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody as _},
    http::{HeaderMap, HeaderValue, header},
};
use http_body_util::BodyExt as _;
use tokio::{task::yield_now, time::timeout};

use crate::answer::Refusal;

/// Largest body in bytes.
const MAX_BODY: u64 = 8 * 1024;
/// How long a body may take to arrive; it fits one packet or a few.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// What a head says of its body: one media type that the call takes, without codings.
pub(super) fn media(headers: &HeaderMap, taken: &[Media]) -> Result<Media, Refusal> {
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
pub(super) enum Media {
    Form,
    Json,
}

impl Media {
    /// The media type counts, its parameters (`charset`) do not (RFC 9110 §8.3.1).
    fn of(headers: &HeaderMap) -> Option<Self> {
        let media_type =
            headers.get(header::CONTENT_TYPE)?.to_str().ok()?.split(';').next()?.trim();
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

/// The whole body.
pub(super) async fn bytes(mut body: Body) -> Result<Vec<u8>, Refusal> {
    if body.size_hint().lower() > MAX_BODY {
        return Err(Refusal::ContentTooLarge);
    }
    let reading = async {
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
    };
    timeout(BODY_DEADLINE, reading).await.unwrap_or(Err(Refusal::UNAVAILABLE))
}
