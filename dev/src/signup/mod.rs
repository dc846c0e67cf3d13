//! A sign-up page to try Signpost with, and the inbox beside it: what a front end does with
//! the two calls, in every language that has a catalog.

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    http::header,
    response::{IntoResponse as _, Response},
    routing::get,
};

use crate::inbox::ICON;

#[cfg(test)]
mod tests;

const PAGE: &str = include_str!("assets/index.html");
const STYLE: &str = include_str!("assets/signup.css");
const SCRIPT: &str = include_str!("assets/signup.js");
const TEXTS: &str = include_str!("assets/texts.json");

/// What the page is told about the service.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// The name that it speaks for.
    pub brand: &'a str,
    /// Where the calls are.
    pub prefix: &'a str,
    /// How long the button waits after a success.
    pub cooldown: Duration,
    /// Where the inbox is.
    pub inbox: SocketAddr,
}

/// The page in front of the API; everything that is not the page's is the API's.
pub fn before(api: Router, settings: Settings<'_>) -> Router {
    let inbox = format!("http://{}", settings.inbox);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; frame-src {inbox}; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    );
    let page = PAGE
        .replace("{brand}", &escaped(settings.brand))
        .replace("{prefix}", settings.prefix)
        .replace("{cooldown}", &settings.cooldown.as_secs().to_string())
        .replace("{inbox}", &format!("{inbox}/"))
        .replace("{texts}", TEXTS);
    let mut router = Router::new();
    for (path, kind, body) in [
        ("/", "text/html", page.as_str()),
        ("/signup.css", "text/css", STYLE),
        ("/signup.js", "text/javascript", SCRIPT),
        ("/icon.svg", "image/svg+xml", ICON),
    ] {
        let headers = [
            (header::CONTENT_TYPE, format!("{kind}; charset=utf-8")),
            (header::CONTENT_SECURITY_POLICY, policy.clone()),
            (header::CACHE_CONTROL, "no-store".to_owned()),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            (header::REFERRER_POLICY, "no-referrer".to_owned()),
        ];
        let body = body.to_owned();
        let answer = async move || -> Response { (headers, body).into_response() };
        router = router.route(path, get(answer).fallback_service(api.clone()));
    }
    router.fallback_service(api)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
