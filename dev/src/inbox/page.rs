//! The page and what it is made of, compiled in; and the frame that shows a mail's HTML.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use signpost_smtp_server::Mailbox;

use super::{Settings, view};
use crate::texts;

const PAGE: &str = include_str!("assets/index.html");
const STYLE: &str = include_str!("assets/inbox.css");
const SCRIPT: &str = include_str!("assets/inbox.js");
const READER: &str = include_str!("assets/reader.js");
const SHARED: &str = include_str!("assets/page.js");
/// The icon, which the sign-up page has too.
pub(crate) const ICON: &str = include_str!("assets/icon.svg");

const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors";

/// No script, no request to anywhere, and an origin of its own, even when opened by itself.
pub(crate) const MAIL_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'";

pub(super) fn routes(settings: Settings) -> Router<Mailbox> {
    let Settings { command, framers, texts, gallery } = settings;
    let escaped = command.replace('&', "&amp;").replace('<', "&lt;");
    let framers = framers.join(" ");
    let nobody = if framers.is_empty() { "'none'" } else { "" };
    let page_policy = format!("{PAGE_POLICY} {framers}{nobody}");
    // Every frame around a mail counts, the outermost too.
    let mail_policy = format!("{MAIL_POLICY} {framers}");
    let html = async move |State(mailbox): State<Mailbox>, Path(id): Path<String>| {
        html(&mailbox, &id, mail_policy)
    };
    let words = texts::routes(texts.clone());
    let page = async move |RawQuery(query): RawQuery, headers: HeaderMap| {
        let texts = Arc::clone(&texts.borrow());
        let page = texts
            .page(PAGE, query.as_deref(), &headers)
            .replace("{framers}", &framers)
            .replace("{gallery}", if gallery.is_some() { "" } else { "hidden" })
            .replace("{command}", &escaped);
        with_policy(page_policy, Html(page))
    };
    Router::new()
        .route("/", get(page))
        .route("/inbox.css", get(async || asset("text/css", STYLE)))
        .route("/inbox.js", get(async || asset("text/javascript", SCRIPT)))
        .route("/reader.js", get(async || asset("text/javascript", READER)))
        .route("/page.js", get(async || asset("text/javascript", SHARED)))
        .route("/icon.svg", get(async || asset("image/svg+xml", ICON)))
        .route("/messages/{id}/html", get(html))
        .route("/messages/{id}/raw", get(raw))
        .merge(words)
}

fn html(mailbox: &Mailbox, id: &str, policy: String) -> Response {
    let mail = mailbox.get(id);
    match mail.and_then(|mail| view::html(&mail.raw)) {
        Some(html) => with_policy(policy, Html(html)),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn raw(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    match mailbox.get(&id) {
        Some(mail) => {
            let text = String::from_utf8_lossy(&mail.raw).into_owned();
            asset("text/plain", text)
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn with_policy(policy: String, body: impl IntoResponse) -> Response {
    ([(header::CONTENT_SECURITY_POLICY, policy)], body).into_response()
}

fn asset(kind: &str, body: impl IntoResponse) -> Response {
    let kind = format!("{kind}; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}
