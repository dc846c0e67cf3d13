//! A sign-up page to try Signpost with, and the inbox beside it: what a front end does with
//! the two calls, in every language that there is.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::RawQuery,
    http::HeaderMap,
    middleware::map_response,
    response::Html,
    routing::{MethodRouter, get},
};

use crate::{
    page::{self, asset, escaped, guard, policy, with_policy},
    texts::Current,
};

#[cfg(test)]
mod tests;

const PAGE: &str = include_str!("assets/index.html");
const STYLE: &str = include_str!("assets/signup.css");
const SCRIPT: &str = include_str!("assets/signup.js");

/// What the page is told about the service.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name that it speaks for.
    pub brand: String,
    /// Where the calls are.
    pub prefix: &'static str,
    /// How long the button waits after a success.
    pub cooldown: Duration,
    /// The inbox's host and port.
    pub inbox: String,
    /// Its words.
    pub texts: Current,
}

/// The page in front of the API; everything that is not the page's is the API's.
pub fn before(api: Router, settings: Settings) -> Router {
    let inbox = format!("http://{}", settings.inbox);
    let policy = policy(&inbox, "'none'");
    let texts = settings.texts.clone();
    let page = async move |RawQuery(query): RawQuery, asked: HeaderMap| {
        let texts = Arc::clone(&settings.texts.borrow());
        let page = texts
            .page(PAGE, query.as_deref(), &asked)
            .replace("{prefix}", settings.prefix)
            .replace("{cooldown}", &settings.cooldown.as_secs().to_string())
            .replace("{inbox}", &inbox)
            .replace("{brand}", &escaped(&settings.brand));
        with_policy(&policy, Html(page))
    };
    // Other methods, and their answers, are the API's.
    let or_api = |get: MethodRouter| get.layer(map_response(guard)).fallback_service(api.clone());
    Router::new()
        .route("/", or_api(get(page)))
        .route("/signup.css", or_api(get(async || asset("text/css", STYLE))))
        .route("/signup.js", or_api(get(async || asset("text/javascript", SCRIPT))))
        .merge(page::routes(texts).layer(map_response(guard)))
        .fallback_service(api)
}
