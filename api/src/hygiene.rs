//! What every request passes through, whatever its path: an id, a span without personal
//! data, CORS, and an answer even when a handler panics. Around axum, not a layer of it, which
//! costs a request some more allocations. No deadline here: whatever a request waits for has
//! its own.

use std::{fmt, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Version, header},
    response::Response,
};
use futures_util::FutureExt as _;
use signpost_shared::{
    http_server::Service,
    telemetry::trace::{KeyValue, Span, method_name},
};
use tower_http::cors::{AllowHeaders, CorsLayer};
use tracing::{Instrument as _, debug, debug_span, error};
use url::Url;
use uuid::Uuid;

use crate::{answer::Refusal, state::Api, validate::spoken_by};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const MAX_REQUEST_ID: usize = 64;

/// What names a request in its answer and in logs.
#[derive(Clone, Debug)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// For a request that came by no network.
    pub(crate) const fn of_ours(name: &'static str) -> Self {
        Self(HeaderValue::from_static(name))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

/// What apps' web views and extensions have in the place of https.
const APPS: [&str; 6] =
    ["capacitor", "ionic", "tauri", "chrome-extension", "moz-extension", "safari-web-extension"];

/// An origin that browsers may call us from, such as `https://www.example.com`.
///
/// # Errors
/// Says what it must be like.
pub fn origin(text: &str) -> Result<HeaderValue, &'static str> {
    let wrong = "expected an origin such as https://www.example.com: scheme, host, and a port \
                 where it is not the scheme's, without a path or a *";
    let url = Url::parse(text.trim()).map_err(|_| wrong)?;
    let host = url.host_str().filter(|host| !host.is_empty() && !host.contains('*'));
    let is_bare = matches!(url.path(), "" | "/")
        && (url.query(), url.fragment()) == (None, None)
        && (url.username(), url.password()) == ("", None);
    let is_known = ["https", "http"].into_iter().chain(APPS).any(|known| known == url.scheme());
    let host = host.filter(|_| is_bare && is_known).ok_or(wrong)?;
    // As browsers write them (RFC 6454, section 6.2). The URL standard knows none of apps.
    let text = match url.origin() {
        origin if origin.is_tuple() => origin.ascii_serialization(),
        _ => {
            let port = url.port().map(|port| format!(":{port}"));
            format!("{}://{host}{}", url.scheme(), port.unwrap_or_default())
        }
    };
    HeaderValue::try_from(text).map_err(|_| wrong)
}

/// A router with all that around it. Clones are cheap.
#[derive(Clone, Debug)]
pub struct Guarded {
    router: Router,
    api: Arc<Api>,
}

impl Guarded {
    /// Puts it around a router.
    pub fn new(router: Router, api: Arc<Api>, origins: &[HeaderValue]) -> Self {
        let router = if origins.is_empty() { router } else { router.layer(cors(origins)) };
        Self { router, api }
    }
}

impl Service for Guarded {
    async fn answer(self, mut request: Request) -> Response {
        let id = request_id(request.headers());
        request.extensions_mut().insert(RequestId(id.clone()));
        // Neither path nor query: people put addresses there.
        let logged =
            debug_span!("request", method = method_name(request.method()), request.id = ?id);
        let span = Span::request(request.method(), request.headers());
        let api = &self.api;
        let answering = async {
            if !names_one_host(&request) {
                return refuse(api, &request, Refusal::BadRequest);
            }
            let answer = AssertUnwindSafe(self.router.answer(request)).catch_unwind().await;
            let Ok(answer) = answer else {
                error!("a handler panicked");
                return Refusal::UNAVAILABLE
                    .answer(&api.speaker(api.rules.texts.negotiate(None, None)));
            };
            debug!(status = answer.status().as_u16(), "answered");
            answer
        };
        // Boxed: what is around it would hold it twice.
        let answering = Box::pin(answering.instrument(logged));
        let mut answer = span.around(answering).await;
        let status = answer.status();
        span.set(|| KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
        if status.is_server_error() {
            span.failed(|| status.as_str().to_owned());
        }
        answer.headers_mut().insert(REQUEST_ID, id);
        // A preflight's is made by the CORS layer.
        // Nobody keeps an answer (RFC 9111 §5.2.2.5).
        let no_store = HeaderValue::from_static("no-store");
        answer.headers_mut().entry(header::CACHE_CONTROL).or_insert(no_store);
        answer
    }
}

/// The caller's, if it looks like one, since it will stand in logs; or a new one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let fits = |id: &&HeaderValue| {
        let allowed = |b: &u8| b.is_ascii_alphanumeric() || b"-_.".contains(b);
        (1..=MAX_REQUEST_ID).contains(&id.len()) && id.as_bytes().iter().all(allowed)
    };
    // Copied, so that the buffer of the head is free before the body comes.
    let mut ids = headers.get_all(REQUEST_ID).iter();
    let theirs = ids.next().filter(fits).filter(|_| ids.next().is_none());
    let theirs = theirs.and_then(|id| HeaderValue::from_bytes(id.as_bytes()).ok());
    theirs.unwrap_or_else(|| {
        let new = Uuid::new_v4().to_string();
        HeaderValue::try_from(new).unwrap_or(HeaderValue::from_static("none"))
    })
}

/// HTTP/1.1 wants a host, HTTP/1.0 may have one (RFC 9112, section 3.2).
fn names_one_host(request: &Request) -> bool {
    // What a host and a port are made of (RFC 3986, section 3.2.2).
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:[]".contains(byte);
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => request.version() < Version::HTTP_11,
        (Some(host), None) => host.as_bytes().iter().all(fits),
        _ => false,
    }
}

/// Refuses a request that is none to any call.
pub fn refuse(api: &Api, request: &Request, refusal: Refusal) -> Response {
    let locale = spoken_by(request.headers(), &api.rules.texts);
    metrics::counter!("signpost_requests_total", "endpoint" => "none", "outcome" => refusal.code())
        .increment(1);
    refusal.answer(&api.speaker(locale))
}

/// Whatever a front end's own middleware adds, headers or cookies, is let through: an origin that is
/// named may ask, and nothing is read of it that would tell who asks.
fn cors(origins: &[HeaderValue]) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origins.to_vec())
        .allow_methods([Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .allow_credentials(true)
        .expose_headers([header::RETRY_AFTER, REQUEST_ID])
        .max_age(Duration::from_secs(600))
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use http_body_util::BodyExt as _;

    use super::*;
    use crate::state::tests::api;

    const UNAVAILABLE: &str = r#"{"msg":"service temporarily unavailable, please try again later","code":"503","success":false,"retryAfter":2}"#;

    async fn ask(
        guarded: Guarded,
        request: axum::http::request::Builder,
    ) -> (Response<()>, String) {
        let request = request.header("host", "a");
        let response = guarded.answer(request.body(Body::empty()).unwrap()).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (Response::from_parts(parts, ()), String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_answered_like_any_outage() {
        let router = Router::new().route("/", get(async || -> &'static str { panic!("a bug") }));
        let guarded = Guarded::new(router, Arc::new(api()), &[]);
        let (response, body) = ask(guarded, Request::get("/")).await;
        assert_eq!((response.status().as_u16(), body.as_str()), (503, UNAVAILABLE));
        assert_eq!(response.headers()["cache-control"], "no-store");
    }

    #[test]
    fn an_origin_is_scheme_and_host() {
        for bad in [
            "*",
            "null",
            "example.com",
            "https://",
            "https://a.example/x",
            "https://a.example?",
            "https://u@a.example",
            "htps://a.example",
            "ftp://a.example",
            "https://*.a.example",
            "https://a.example https://b.example",
        ] {
            assert!(origin(bad).is_err(), "{bad}");
        }
        for (written, sent) in [
            ("HTTPS://WWW.Example.com:443", "https://www.example.com"),
            ("http://localhost:80", "http://localhost"),
            ("https://localhost:80", "https://localhost:80"),
            (" https://bücher.example/", "https://xn--bcher-kva.example"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("capacitor://localhost:8080", "capacitor://localhost:8080"),
        ] {
            assert_eq!(origin(written).unwrap(), sent);
        }
    }
}
