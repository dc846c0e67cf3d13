//! Which path leads where. Everything else is answered in the contract's JSON too.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, header},
    response::Response,
    routing::post,
};
use signpost_shared::config::Switch;

use crate::{
    answer::Refusal,
    hygiene::{Guarded, refuse},
    openapi,
    send::send,
    state::Api,
    verify::verify,
};

/// The router for the configured path prefixes and origins, with the documentation or without.
///
/// # Errors
/// When the page of the documentation can't be made, which a test would have found.
pub fn router(
    api: Api,
    prefixes: &[String],
    origins: &[HeaderValue],
    docs: Switch,
) -> anyhow::Result<Guarded> {
    let api = Arc::new(api);
    let mut router = match docs {
        Switch::On => openapi::routes(&api, prefixes, &only_get)?,
        Switch::Off => Router::new(),
    };
    for prefix in prefixes {
        router = router
            .route(&format!("{prefix}/sendRegisterCode"), post(send).fallback(only_post))
            .route(&format!("{prefix}/verifyRegisterCode"), post(verify).fallback(only_post));
    }
    let router = router.fallback(not_found).with_state(Arc::clone(&api));
    Ok(Guarded::new(router, api, origins))
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
