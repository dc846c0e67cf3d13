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
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use tokio_util::sync::CancellationToken;

pub(crate) use self::page::{ICON, MAIL_POLICY};
use signpost_smtp_server::Mailbox;

use crate::{gallery::Gallery, relay::Relay, texts::Current};

/// What every answer allows unless it says otherwise: nothing.
const CLOSED: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");

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

/// Mails hold codes: nothing is cached, guessed, framed or read by other sites.
async fn guard(mut response: Response) -> Response {
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
