//! The page to read received mails, and MailHog's API, both over one mailbox.
//!
//! A mail is somebody else's HTML: it is shown only in a frame that may run nothing and load
//! nothing, and the page around it runs no script but its own.

pub mod alone;
mod api;
mod mailhog;
mod page;
mod view;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::middleware::map_response;
use signpost_smtp_server::Mailbox;
use tokio_util::sync::CancellationToken;

use crate::{gallery::Gallery, page::guard, relay::Relay, texts::Current};

/// What the page is told about what is around it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What an empty inbox tells its reader to run.
    pub command: String,
    /// The origins that may show the page in a frame, and tell it its language and whose mail to
    /// open.
    pub framers: Vec<String>,
    /// Its words.
    pub texts: Current,
    /// The gallery of templates, where there is one.
    pub gallery: Option<Gallery>,
}

/// The page and both APIs over these mails, and the relay that took them. Event streams end when
/// `stop` is cancelled: an open page would hold up a graceful shutdown for as long as it is open.
pub fn router(
    mailbox: Mailbox,
    relay: Relay,
    settings: Settings,
    stop: CancellationToken,
) -> Router {
    let gallery = settings.gallery.clone().map(|gallery| gallery.routes(stop.clone()));
    Router::new()
        .merge(page::routes(settings))
        .merge(gallery.unwrap_or_default())
        .merge(api::routes(relay, stop))
        .merge(mailhog::routes())
        .layer(map_response(guard))
        .with_state(mailbox)
}
