//! Which path leads where. Everything else is answered in the contract's JSON too.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, header},
    response::Response,
    routing::post,
};

use crate::{
    answer::Refusal,
    hygiene::{Origin, around},
    openapi,
    send::send,
    state::Api,
    validate::spoken_by,
    verify::verify,
};

/// The router for the configured path prefixes and origins.
///
/// # Errors
/// When the page of the documentation can't be made, which a test would have found.
pub fn router(api: Api, prefixes: &[PathPrefix], origins: &[Origin]) -> anyhow::Result<Router> {
    let api = Arc::new(api);
    let mut router = openapi::routes(&api, prefixes, &only_get)?;
    for PathPrefix(prefix) in prefixes {
        router = router
            .route(&format!("{prefix}/sendRegisterCode"), post(send).fallback(only_post))
            .route(&format!("{prefix}/verifyRegisterCode"), post(verify).fallback(only_post));
    }
    Ok(around(router.fallback(not_found).with_state(Arc::clone(&api)), &api, origins))
}

async fn not_found(State(api): State<Arc<Api>>, request: Request) -> Response {
    refuse(&api, &request, Refusal::NotFound)
}

async fn only_post(State(api): State<Arc<Api>>, request: Request) -> Response {
    method_not_allowed(&api, &request, "POST")
}

async fn only_get(State(api): State<Arc<Api>>, request: Request) -> Response {
    method_not_allowed(&api, &request, "GET, HEAD")
}

fn method_not_allowed(api: &Api, request: &Request, allowed: &'static str) -> Response {
    let mut response = refuse(api, request, Refusal::MethodNotAllowed);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}

fn refuse(api: &Api, request: &Request, refusal: Refusal) -> Response {
    let locale = spoken_by(request.headers(), api.rules.default_locale);
    metrics::counter!("signpost_requests_total", "endpoint" => "none", "outcome" => refusal.code())
        .increment(1);
    refusal.answer(&api.speaker(locale))
}

/// A path under which the calls are found: starts with `/`, ends without one, and
/// has none of the characters that a router or a URL reads otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPrefix(String);

impl PathPrefix {
    /// The path, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for PathPrefix {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "/-_.~".contains(c);
        let path = text.trim_end_matches('/');
        if !path.starts_with('/') || path.contains("//") || !path.chars().all(allowed) {
            return Err("a path prefix is of the form /plugin/datafor-auth/api/user");
        }
        Ok(Self(path.to_owned()))
    }
}
