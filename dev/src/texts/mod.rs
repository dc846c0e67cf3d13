//! The words of the pages, in every language that has them: `GET /texts/TAG.json`, the script that
//! puts them into a page, and which language a page begins in.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::json;
use signpost_shared::{
    catalog::{Catalog, Domain},
    locale::{Locale, Locales},
    templates::{Findings, Folder},
};
use tokio::sync::watch;

use crate::page::asset;

mod messages;
#[cfg(test)]
mod tests;

const SCRIPT: &str = include_str!("assets/texts.js");

/// What was read last; a folder of templates may be read again.
pub type Current = watch::Receiver<Arc<Texts>>;

/// The words of the pages.
#[derive(Debug)]
pub struct Texts {
    locales: Locales,
    default: Locale,
    json: BTreeMap<Locale, String>,
}

impl Texts {
    /// The built-in ones, and over them the folder's. A language that the folder adds is one of
    /// the pages if it has words for them.
    pub fn new(folder: &Folder, default: Locale) -> Result<Self, Findings> {
        Catalog::with_folder(Domain::Page, folder)?;
        Ok(Self::of(folder, default))
    }

    /// What is built in.
    pub fn built_in() -> Current {
        watch::channel(Arc::new(Self::of(&Folder::default(), Locale::default()))).1
    }

    fn of(folder: &Folder, default: Locale) -> Self {
        let own = |locale| folder.messages(locale, Domain::Page);
        let with_words = |locale: &Locale| own(*locale).is_some();
        let locales = Locales::with(folder.locales().iter().filter(with_words));
        let of = |locale: Locale| {
            let sources = [Domain::Page.source(locale), own(locale)];
            let texts = messages::messages(&sources.into_iter().flatten().collect::<Vec<_>>());
            let dir = locale.direction().as_str();
            json!({ "tag": locale, "dir": dir, "texts": texts }).to_string()
        };
        let json = locales.iter().map(|locale| (locale, of(locale))).collect();
        Self { locales, default, json }
    }

    /// The page in the language of a request: what `?lang=` asks for, else what the browser
    /// prefers. `{lang}`, `{dir}` and `{languages}` (options of a list) are filled in.
    pub(crate) fn page(&self, page: &str, query: Option<&str>, headers: &HeaderMap) -> String {
        let asked = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
            .find_map(|(name, value)| (name == "lang").then(|| value.into_owned()));
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let locale = self.locales.negotiate(asked.as_deref(), accepted, self.default);
        let option = |tag: Locale| {
            let dir = tag.direction().as_str();
            format!(r#"<option value="{tag}" lang="{tag}" dir="{dir}">{tag}</option>"#)
        };
        page.replace("{languages}", &self.locales.iter().map(option).collect::<String>())
            .replace("{lang}", locale.tag())
            .replace("{dir}", locale.direction().as_str())
    }
}

/// The words, and the script that reads them.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(texts: Current) -> Router<S> {
    let json = async move |Path(file): Path<String>| -> Response {
        let tag = file.strip_suffix(".json").and_then(|tag| tag.parse::<Locale>().ok());
        let texts = Arc::clone(&texts.borrow());
        match tag.and_then(|tag| texts.json.get(&tag)) {
            Some(json) => asset("application/json", json.clone()),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    };
    Router::new()
        .route("/texts/{file}", get(json))
        .route("/texts.js", get(async || asset("text/javascript", SCRIPT)))
}
