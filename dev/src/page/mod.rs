//! What all pages have in common: their words, colours and icon, what a page may load, and what a
//! browser is told with every answer.

use axum::{
    Router,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::texts::{self, Current};

const ASK: &str = include_str!("assets/ask.js");
const STYLE: &str = include_str!("assets/page.css");
const ICON: &str = include_str!("assets/icon.svg");

/// What every answer allows unless it says otherwise: nothing.
const CLOSED: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");

/// For a mail's HTML: no script, no request to anywhere, and an origin of its own, even when opened
/// by itself.
pub(crate) const MAIL_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'";

/// For a page: it loads what is its server's own, and frames from `frames`; `framers` may frame it.
pub(crate) fn policy(frames: &str, framers: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; frame-src {frames}; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors {framers}"
    )
}

/// What every server of a page has.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(texts: Current) -> Router<S> {
    texts::routes(texts)
        .route("/ask.js", get(async || asset("text/javascript", ASK)))
        .route("/page.css", get(async || asset("text/css", STYLE)))
        .route("/icon.svg", get(async || asset("image/svg+xml", ICON)))
}

/// Text of this kind.
pub(crate) fn asset(kind: &str, body: impl IntoResponse) -> Response {
    ([(header::CONTENT_TYPE, format!("{kind}; charset=utf-8"))], body).into_response()
}

/// As HTML has it.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

pub(crate) fn with_policy(policy: &str, body: impl IntoResponse) -> Response {
    ([(header::CONTENT_SECURITY_POLICY, policy)], body).into_response()
}

/// Mails hold codes: nothing is cached, guessed, framed or read by other sites.
pub(crate) async fn guard(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(CLOSED);
    response
}
