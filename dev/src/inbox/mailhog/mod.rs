//! MailHog's HTTP API, version 1 and 2, as its Go server answers it, so that tests written for
//! MailHog read their mails here unchanged.

mod content;
mod message;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::message::Message;
use signpost_smtp_server::Mailbox;

/// What version 1 lists; it has no paging.
const V1_LIMIT: usize = 1000;
const V2_LIMIT: usize = 50;
const V2_MAX_LIMIT: usize = 250;

pub(super) fn routes() -> Router<Mailbox> {
    Router::new()
        .route("/api/v1/messages", get(list_v1).delete(clear))
        .route("/api/v1/messages/{id}", get(show).delete(delete))
        .route("/api/v2/messages", get(list_v2))
        .route("/api/v2/search", get(search))
}

/// Numbers that cannot be read are as good as absent, as they are to MailHog.
#[derive(Deserialize)]
struct Window {
    start: Option<String>,
    limit: Option<String>,
}

impl Window {
    fn start(&self) -> usize {
        number(self.start.as_deref()).unwrap_or(0)
    }

    fn limit(&self) -> usize {
        number(self.limit.as_deref()).map_or(V2_LIMIT, |limit| limit.min(V2_MAX_LIMIT))
    }
}

fn number(text: Option<&str>) -> Option<usize> {
    text?.parse().ok().filter(|number| *number > 0)
}

fn page(total: usize, window: &Window, items: &[Value]) -> Response {
    let (count, start) = (items.len(), window.start());
    json(&json!({ "total": total, "count": count, "start": start, "items": items }))
}

async fn list_v1(State(mailbox): State<Mailbox>) -> Response {
    let mails = mailbox.page(0, V1_LIMIT);
    let messages: Vec<_> = mails.iter().map(|mail| Message::from(&**mail).json()).collect();
    json(&messages)
}

async fn list_v2(State(mailbox): State<Mailbox>, Query(window): Query<Window>) -> Response {
    let mails = mailbox.page(window.start(), window.limit());
    let items: Vec<_> = mails.iter().map(|mail| Message::from(&**mail).json()).collect();
    page(mailbox.len(), &window, &items)
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    query: String,
}

async fn search(
    State(mailbox): State<Mailbox>,
    Query(search): Query<Search>,
    Query(window): Query<Window>,
) -> Response {
    let query = search.query.to_lowercase();
    let matches = match search.kind.as_str() {
        _ if query.is_empty() => return StatusCode::BAD_REQUEST.into_response(),
        "to" => Message::is_to,
        "from" => Message::is_from,
        "containing" => Message::contains,
        _ => return StatusCode::BAD_REQUEST.into_response(),
    };
    let mails = mailbox.list();
    let messages = mails.iter().map(|mail| Message::from(&**mail));
    let found = messages.filter(|message| matches(message, &query));
    let mut found: Vec<_> = found.map(|message| message.json()).collect();
    let total = found.len();
    found.drain(..window.start().min(total));
    found.truncate(window.limit());
    page(total, &window, &found)
}

async fn show(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    match mailbox.get(&id) {
        Some(mail) => json(&Message::from(&*mail).json()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn delete(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> StatusCode {
    if mailbox.delete(&id) { StatusCode::OK } else { StatusCode::NOT_FOUND }
}

async fn clear(State(mailbox): State<Mailbox>) -> StatusCode {
    mailbox.clear();
    StatusCode::OK
}

/// MailHog calls it `text/json`.
fn json(value: &impl Serialize) -> Response {
    let mut response = Json(value).into_response();
    let kind = header::HeaderValue::from_static("text/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
