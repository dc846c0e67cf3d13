//! The gallery: every language's mail side by side, for whoever writes templates. It changes by
//! itself as the files of a folder of templates are saved, and shows what is wrong with them.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Json, Router,
    extract::Query,
    http::StatusCode,
    response::{
        Html, IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};
use signpost_shared::{locale::Locale, templates::Folder};
use signpost_worker::render;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use self::studio::{Studio, Wish};
use crate::page::{MAIL_POLICY, asset, policy, with_policy};

pub use self::folder::watch as watch_folder;

mod folder;
mod studio;
#[cfg(test)]
mod tests;

const PAGE: &str = include_str!("assets/index.html");
const STYLE: &str = include_str!("assets/gallery.css");
const SCRIPT: &str = include_str!("assets/gallery.js");

/// The gallery. Clones are one.
#[derive(Clone, Debug)]
pub struct Gallery {
    studio: Arc<Studio>,
    told: watch::Receiver<Vec<String>>,
}

impl Gallery {
    /// A gallery of these mails, made of the folder that was read last, and what is wrong with it.
    pub fn new(
        settings: render::Settings,
        folder: watch::Receiver<Arc<Folder>>,
        told: watch::Receiver<Vec<String>>,
    ) -> Self {
        Self { studio: Arc::new(Studio::new(settings, folder)), told }
    }

    /// Its page and what the page asks for.
    pub(crate) fn routes<S: Clone + Send + Sync + 'static>(
        self,
        stop: CancellationToken,
    ) -> Router<S> {
        let (mails, mail, events) = (self.clone(), self.clone(), self.told);
        let page = async || with_policy(&policy("'self'", "'none'"), Html(PAGE));
        Router::new()
            .route("/gallery", get(page))
            .route("/gallery.css", get(async || asset("text/css", STYLE)))
            .route("/gallery.js", get(async || asset("text/javascript", SCRIPT)))
            .route("/gallery/mails", get(async move |Query(wish)| mails.mails(wish).await))
            .route(
                "/gallery/mail",
                get(async move |Query(one): Query<One>, Query(wish): Query<Wish>| {
                    mail.mail(one, wish).await
                }),
            )
            .route("/gallery/events", get(async move || changes(events, stop)))
    }

    /// With what is wrong with the folder: then the mails are made of what was right before.
    async fn mails(self, wish: Wish) -> Json<Value> {
        let findings = self.told.borrow().clone();
        let mails = self.made(move |studio| studio.mails(&wish)).await;
        // What is wrong with what was asked for.
        let wrong = mails.as_ref().err();
        let shown = mails.as_deref().unwrap_or_default();
        Json(json!({ "findings": findings, "wrong": wrong, "mails": shown }))
    }

    async fn mail(self, One { tag }: One, wish: Wish) -> Result<Response, StatusCode> {
        let html = self.made(move |studio| studio.html(&wish, tag)).await;
        html.map(|html| with_policy(MAIL_POLICY, Html(html))).map_err(|_| StatusCode::NOT_FOUND)
    }

    /// Making mails takes the time of a processor, which other tasks need.
    async fn made<T: Send + 'static>(
        &self,
        make: impl FnOnce(&Studio) -> Result<T, String> + Send + 'static,
    ) -> Result<T, String> {
        let studio = Arc::clone(&self.studio);
        let made = tokio::task::spawn_blocking(move || make(&studio)).await;
        made.unwrap_or_else(|_| Err("a mail can't be made: the log says why".to_owned()))
    }
}

/// Which mail.
#[derive(Deserialize)]
struct One {
    tag: Locale,
}

/// One event at once, then one after each change of the folder.
fn changes(mut told: watch::Receiver<Vec<String>>, stop: CancellationToken) -> impl IntoResponse {
    told.mark_changed();
    let events = stream::unfold((told, stop), async |(mut told, stop)| {
        let changed = async {
            if told.changed().await.is_err() {
                // Without a folder nothing changes.
                std::future::pending::<()>().await;
            }
        };
        stop.run_until_cancelled(changed).await?;
        // Without data it would be no event.
        let event: Result<_, Infallible> = Ok(Event::default().event("change").data("templates"));
        Some((event, (told, stop)))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
