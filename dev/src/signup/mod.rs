//! A sign-up page to try Signpost with, and the inbox beside it: what a front end does with
//! the two calls, in every language that there is.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::RawQuery,
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
    routing::get,
};

use crate::{
    inbox::ICON,
    texts::{self, Current},
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
    /// Where the inbox is.
    pub inbox: SocketAddr,
    /// Its words.
    pub texts: Current,
}

/// The page in front of the API; everything that is not the page's is the API's.
pub fn before(api: Router, settings: Settings) -> Router {
    let inbox = format!("http://{}", settings.inbox);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; frame-src {inbox}; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    );
    let headers = move |kind: &str| {
        [
            (header::CONTENT_TYPE, format!("{kind}; charset=utf-8")),
            (header::CONTENT_SECURITY_POLICY, policy.clone()),
            (header::CACHE_CONTROL, "no-store".to_owned()),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            (header::REFERRER_POLICY, "no-referrer".to_owned()),
        ]
    };
    let mut router = Router::new().merge(texts::routes(settings.texts.clone()));
    for (path, kind, body) in [
        ("/signup.css", "text/css", STYLE),
        ("/signup.js", "text/javascript", SCRIPT),
        ("/icon.svg", "image/svg+xml", ICON),
    ] {
        let answer = (headers(kind), body);
        router = router.route(path, get(async move || answer).fallback_service(api.clone()));
    }
    let page = async move |RawQuery(query): RawQuery, asked: HeaderMap| -> Response {
        let texts = Arc::clone(&settings.texts.borrow());
        let page = texts
            .page(PAGE, query.as_deref(), &asked)
            .replace("{prefix}", settings.prefix)
            .replace("{cooldown}", &settings.cooldown.as_secs().to_string())
            .replace("{inbox}", &inbox)
            .replace("{brand}", &escaped(&settings.brand));
        (headers("text/html"), page).into_response()
    };
    router.route("/", get(page).fallback_service(api.clone())).fallback_service(api)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
