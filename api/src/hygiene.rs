//! What every request passes through, whatever its path: an id, a span without personal
//! data, a deadline, CORS, and an answer even when a handler panics.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    cors::CorsLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::TraceLayer,
};
use tracing::{Span, debug_span, error};

use crate::{answer::Refusal, state::Api, validate::spoken_by};

/// A whole request: the body's deadline, Redis', and the broker's confirm, and something to spare.
const DEADLINE: Duration = Duration::from_secs(20);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const MAX_REQUEST_ID: usize = 64;

/// An origin that browsers may call us from, such as `https://www.example.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(HeaderValue);

impl std::str::FromStr for Origin {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "expected an origin such as https://www.example.com, without a path";
        let authority =
            text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or(wrong)?;
        if authority.is_empty() || authority.contains(['/', '*', '?', '#', '@', ' ']) {
            return Err(wrong);
        }
        HeaderValue::from_str(text).map(Self).map_err(|_| wrong)
    }
}

/// Wraps a router.
pub fn around(router: Router, api: &Arc<Api>, origins: &[Origin]) -> Router {
    let (panicked, answering) = (Arc::clone(api), Arc::clone(api));
    let mut router = router.layer(from_fn_with_state(answering, within_deadline)).layer(
        CatchPanicLayer::custom(move |_: Box<dyn Any + Send>| {
            error!("a handler panicked");
            Refusal::UNAVAILABLE.answer(&panicked.speaker(panicked.rules.default_locale))
        }),
    );
    if !origins.is_empty() {
        router = router.layer(cors(origins));
    }
    router
        .layer(TraceLayer::new_for_http().make_span_with(span).on_failure(()))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(from_fn(drop_odd_request_ids))
}

/// Neither path nor query: people put addresses there.
fn span(request: &Request) -> Span {
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
    debug_span!("request", method = %request.method(), request.id = id)
}

async fn within_deadline(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let locale = spoken_by(request.headers(), api.rules.default_locale);
    tokio::time::timeout(DEADLINE, next.run(request))
        .await
        .unwrap_or_else(|_| Refusal::UNAVAILABLE.answer(&api.speaker(locale)))
}

/// A caller's id is kept if it looks like one; it will stand in logs.
async fn drop_odd_request_ids(mut request: Request, next: Next) -> Response {
    let fits = |id: &HeaderValue| {
        let allowed = |b: &u8| b.is_ascii_alphanumeric() || b"-_.".contains(b);
        (1..=MAX_REQUEST_ID).contains(&id.len()) && id.as_bytes().iter().all(allowed)
    };
    if request.headers().get_all(REQUEST_ID).iter().any(|id| !fits(id)) {
        request.headers_mut().remove(REQUEST_ID);
    }
    next.run(request).await
}

fn cors(origins: &[Origin]) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origins.iter().map(|origin| origin.0.clone()).collect::<Vec<_>>())
        .allow_methods([Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::ACCEPT_LANGUAGE, REQUEST_ID])
        .expose_headers([header::RETRY_AFTER, REQUEST_ID])
        .max_age(Duration::from_secs(600))
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;
    use crate::state::tests::api;

    const UNAVAILABLE: &str = r#"{"msg":"service temporarily unavailable, please try again later","code":"503","success":false,"retryAfter":2}"#;

    async fn ask(router: Router, request: axum::http::request::Builder) -> (Response<()>, String) {
        let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (Response::from_parts(parts, ()), String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_answered_like_any_outage() {
        let router = Router::new().route("/", get(async || -> &'static str { panic!("a bug") }));
        let (response, body) = ask(around(router, &Arc::new(api()), &[]), Request::get("/")).await;
        assert_eq!((response.status().as_u16(), body.as_str()), (503, UNAVAILABLE));
    }

    #[tokio::test(start_paused = true)]
    async fn a_handler_that_never_ends_is_answered_at_the_deadline() {
        let router = Router::new().route("/", get(std::future::pending::<&'static str>));
        let (response, body) = ask(around(router, &Arc::new(api()), &[]), Request::get("/")).await;
        assert_eq!((response.status().as_u16(), body.as_str()), (503, UNAVAILABLE));
        assert_eq!(response.headers()["cache-control"], "no-store");
    }

    #[test]
    fn an_origin_is_scheme_and_host() {
        for good in ["https://www.example.com", "http://localhost:3000"] {
            assert!(good.parse::<Origin>().is_ok(), "{good}");
        }
        for bad in ["*", "example.com", "https://", "https://a.example/", "https://*.a.example"] {
            assert!(bad.parse::<Origin>().is_err(), "{bad}");
        }
    }
}
