//! The page and what it is made of, compiled in; and the frame that shows a mail's HTML.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, Response};
use axum::routing::get;

use signpost_smtp_server::Mailbox;

use super::{Settings, view};
use crate::page::{self, MAIL_POLICY, asset, escaped, policy, with_policy};

const PAGE: &str = include_str!("assets/index.html");
const STYLE: &str = include_str!("assets/inbox.css");
const SCRIPT: &str = include_str!("assets/inbox.js");
const READER: &str = include_str!("assets/reader.js");
const SHARED: &str = include_str!("assets/page.js");

pub(super) fn routes(settings: Settings) -> Router<Mailbox> {
    let Settings { command, framers, texts, gallery } = settings;
    let framers = framers.join(" ");
    let page_policy = policy("'self'", if framers.is_empty() { "'none'" } else { &framers });
    // Every frame around a mail counts, the outermost too.
    let mail_policy = format!("{MAIL_POLICY} {framers}");
    let html = async move |State(mailbox): State<Mailbox>, Path(id): Path<String>| {
        let html = mailbox.get(&id).and_then(|mail| view::html(&mail.raw));
        html.map(|html| with_policy(&mail_policy, Html(html))).ok_or(StatusCode::NOT_FOUND)
    };
    let shared = page::routes(texts.clone());
    let page = async move |RawQuery(query): RawQuery, headers: HeaderMap| {
        let texts = Arc::clone(&texts.borrow());
        let page = texts
            .page(PAGE, query.as_deref(), &headers)
            .replace("{framers}", &framers)
            .replace("{gallery}", if gallery.is_some() { "" } else { "hidden" })
            .replace("{command}", &escaped(&command));
        with_policy(&page_policy, Html(page))
    };
    Router::new()
        .route("/", get(page))
        .route("/inbox.css", get(async || asset("text/css", STYLE)))
        .route("/inbox.js", get(async || asset("text/javascript", SCRIPT)))
        .route("/reader.js", get(async || asset("text/javascript", READER)))
        .route("/page.js", get(async || asset("text/javascript", SHARED)))
        .route("/messages/{id}/html", get(html))
        .route("/messages/{id}/raw", get(raw))
        .merge(shared)
}

async fn raw(
    State(mailbox): State<Mailbox>,
    Path(id): Path<String>,
) -> Result<Response, StatusCode> {
    let mail = mailbox.get(&id).ok_or(StatusCode::NOT_FOUND)?;
    Ok(asset("text/plain", String::from_utf8_lossy(&mail.raw).into_owned()))
}
