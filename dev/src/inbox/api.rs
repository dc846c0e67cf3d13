//! What the page asks: the list, one mail, deletions, the ways of mails and the relay's mood, and
//! an event whenever any of it changed.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{get, put};
use axum::{Json, Router};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::view;
use signpost_smtp_server::Mailbox;

use crate::relay::{Memory, Mood, Relay};

/// The longest list given at once.
const MAX_LIST: usize = 500;
/// The least time between two events, so that a load run does not drown the page.
const EVENT_PAUSE: Duration = Duration::from_millis(100);

pub(super) fn routes(relay: Relay, stop: CancellationToken) -> Router<Mailbox> {
    let changed = relay.clone();
    let events = async move |State(mailbox): State<Mailbox>| {
        Sse::new(changes(mailbox.subscribe(), changed.subscribe(), stop))
            .keep_alive(KeepAlive::default())
    };
    let forgetting = relay.clone();
    let clear = async move |State(mailbox): State<Mailbox>| {
        mailbox.clear();
        forgetting.forget_ended();
        StatusCode::NO_CONTENT
    };
    let ways = relay.clone();
    let told = relay.clone();
    Router::new()
        .route("/api/messages", get(list).delete(clear))
        .route("/api/messages/{id}", get(show).delete(delete))
        .route("/api/events", get(events))
        .route("/api/ways", get(async move || Json(ways.ways())))
        .route("/api/relay", get(async move || Json(json!({ "mood": told.mood() }))))
        .route(
            "/api/relay/{mood}",
            put(async move |Path(mood): Path<Mood>| {
                relay.be(mood);
                StatusCode::NO_CONTENT
            }),
        )
}

#[derive(Deserialize)]
struct Limit {
    limit: Option<usize>,
}

async fn list(State(mailbox): State<Mailbox>, Query(query): Query<Limit>) -> Json<Value> {
    let limit = query.limit.unwrap_or(MAX_LIST).min(MAX_LIST);
    let mails = mailbox.page(0, limit);
    let items: Vec<_> = mails.iter().map(|mail| view::summary(mail)).collect();
    Json(json!({ "total": mailbox.len(), "items": items }))
}

async fn show(
    State(mailbox): State<Mailbox>,
    Path(id): Path<String>,
) -> Result<Json<Value>, StatusCode> {
    let mail = mailbox.get(&id).ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(view::detail(&mail)))
}

async fn delete(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> StatusCode {
    if mailbox.delete(&id) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

/// One event at once, so that a page that was away catches up, then one after each change.
fn changes<T: Send + Sync + 'static>(
    mut mails: watch::Receiver<T>,
    relay: watch::Receiver<Memory>,
    stop: CancellationToken,
) -> impl Stream<Item = Result<Event, Infallible>> {
    mails.mark_changed();
    stream::unfold((mails, relay, stop, true), async |(mut mails, mut relay, stop, first)| {
        let next = async {
            if !first {
                tokio::time::sleep(EVENT_PAUSE).await;
            }
            tokio::select! {
                changed = mails.changed() => changed.ok()?,
                changed = relay.changed() => changed.ok()?,
            }
            mails.mark_unchanged();
            relay.mark_unchanged();
            Some(())
        };
        stop.run_until_cancelled(next).await??;
        let event = Event::default().event("change").data("now");
        Some((Ok(event), (mails, relay, stop, false)))
    })
}
