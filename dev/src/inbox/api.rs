//! What the page asks: the list, one mail, deletions, and an event whenever the mailbox changed.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures_util::stream::{self, Stream};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::view::{self, Summary};
use signpost_smtp_server::Mailbox;

/// The longest list given at once.
const MAX_LIST: usize = 500;
/// The least time between two events, so that a load run does not drown the page.
const EVENT_PAUSE: Duration = Duration::from_millis(100);

pub(super) fn routes(stop: CancellationToken) -> Router<Mailbox> {
    let events = async move |State(mailbox): State<Mailbox>| {
        Sse::new(changes(mailbox.subscribe(), stop)).keep_alive(KeepAlive::default())
    };
    Router::new()
        .route("/api/messages", get(list).delete(clear))
        .route("/api/messages/{id}", get(show).delete(delete))
        .route("/api/events", get(events))
}

#[derive(Deserialize)]
struct Limit {
    limit: Option<usize>,
}

#[derive(Serialize)]
struct List {
    total: usize,
    items: Vec<Summary>,
}

async fn list(State(mailbox): State<Mailbox>, Query(query): Query<Limit>) -> Json<List> {
    let limit = query.limit.unwrap_or(MAX_LIST).min(MAX_LIST);
    let mails = mailbox.page(0, limit);
    Json(List {
        total: mailbox.len(),
        items: mails.iter().map(|mail| view::summary(mail)).collect(),
    })
}

async fn show(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    match mailbox.get(&id) {
        Some(mail) => Json(view::detail(&mail)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn delete(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> StatusCode {
    if mailbox.delete(&id) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

async fn clear(State(mailbox): State<Mailbox>) -> StatusCode {
    mailbox.clear();
    StatusCode::NO_CONTENT
}

/// One event at once, so that a page that was away catches up, then one after each change.
fn changes(
    mut receiver: watch::Receiver<u64>,
    stop: CancellationToken,
) -> impl Stream<Item = Result<Event, Infallible>> {
    receiver.mark_changed();
    stream::unfold((receiver, stop, true), async |(mut receiver, stop, first)| {
        let next = async {
            if !first {
                tokio::time::sleep(EVENT_PAUSE).await;
            }
            receiver.changed().await.ok()?;
            Some(*receiver.borrow_and_update())
        };
        let revision = stop.run_until_cancelled(next).await??;
        let event = Event::default().event("change").data(revision.to_string());
        Some((Ok(event), (receiver, stop, false)))
    })
}
