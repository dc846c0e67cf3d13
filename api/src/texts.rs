//! The API's messages, as they were read last, and the language of each caller.

use std::sync::Arc;

use fluent::FluentArgs;
use signpost_shared::{
    catalog::{Catalog, Domain},
    locale::Locale,
};
use tokio::sync::watch;

/// Messages in every language; cheap to clone.
#[derive(Clone, Debug)]
pub struct Texts {
    current: watch::Receiver<Arc<Catalog>>,
    default_locale: Locale,
}

impl Texts {
    /// These, and the language of callers whose own is not known.
    pub const fn new(current: watch::Receiver<Arc<Catalog>>, default_locale: Locale) -> Self {
        Self { current, default_locale }
    }

    /// The language for a caller: what was asked for, else what is preferred, else the default.
    pub fn negotiate(&self, requested: Option<&str>, accept_language: Option<&str>) -> Locale {
        let current = self.current.borrow();
        current.locales().negotiate(requested, accept_language, self.default_locale)
    }

    /// A message; in the default language if it has none in this one.
    pub fn say(&self, locale: Locale, id: &str, args: &FluentArgs<'_>) -> String {
        self.current.borrow().message_or_default(locale, self.default_locale, id, args)
    }
}

/// Those that are compiled in.
impl Default for Texts {
    fn default() -> Self {
        let built_in = Arc::new(Catalog::built_in(Domain::Api));
        Self::new(watch::channel(built_in).1, Locale::default())
    }
}
