//! What the service takes and answers, for programs (`/openapi.json`) and people (`/docs`).
//!
//! Both are made once, at start, from the code that answers: the examples are this
//! deployment's own bodies, cooldown and all.

mod document;
mod page;
mod schemas;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{
    Router,
    handler::Handler,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::state::Api;

const DOCUMENT_PATH: &str = "/openapi.json";
const PAGE_PATH: &str = "/docs";
const STYLE_PATH: &str = "/docs.css";
const STYLE: &str = include_str!("assets/page.css");

/// The page needs its own style and nothing else.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);

/// The document and the page. Other methods go to `otherwise`.
///
/// # Errors
/// When the page can't be made, which a test would have found.
pub(crate) fn routes<T: 'static>(
    api: &Api,
    prefixes: &[String],
    otherwise: &impl Handler<T, Arc<Api>>,
) -> anyhow::Result<Router<Arc<Api>>> {
    let document = document::document(api, prefixes);
    let page = page::page(&document)?;
    let json = document.to_string();
    let mut router = Router::new();
    for (path, kind, body) in [
        (DOCUMENT_PATH, "application/json", json.as_str()),
        (PAGE_PATH, "text/html; charset=utf-8", &page),
        (STYLE_PATH, "text/css; charset=utf-8", STYLE),
    ] {
        let body: Arc<str> = body.into();
        let answer = async move || file(kind, &body);
        router = router.route(path, get(answer).fallback(otherwise.clone()));
    }
    Ok(router)
}

fn file(kind: &'static str, body: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (headers, body.to_owned()).into_response()
}
