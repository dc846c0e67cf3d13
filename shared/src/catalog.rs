//! Fluent messages, one bundle a locale, built once at start.
//!
//! Strict: a message that is missing or lacks a variable is an error, which tests find for every
//! locale. A `{$code}` shown to a person would be worse than another language.

use std::{
    collections::BTreeSet,
    fmt, io,
    path::{Path, PathBuf},
};

use fluent::{FluentArgs, FluentError, FluentResource, concurrent::FluentBundle};
use fluent_syntax::ast::Entry;

use crate::locale::Locale;

mod built_in;
mod overrides;
#[cfg(test)]
mod tests;

/// Counts messages and mails that came out in another language than the one asked for, by the
/// `locale` asked for and the `message` (or skeleton) that failed.
pub const FALLBACKS: &str = "signpost_render_fallbacks_total";

/// Which messages a catalog holds: one Fluent file a locale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// What the API answers.
    Api,
    /// What the mail says.
    Mail,
}

/// The ids of the API's messages.
pub mod api {
    /// The request cannot be read.
    pub const INVALID_PARAMETER: &str = "invalid-parameter";
    /// A code was sent moments ago; needs the number `minutes`.
    pub const SEND_LATER: &str = "send-later";
    /// Too many codes were asked for.
    pub const SEND_LIMIT: &str = "send-limit";
    /// Redis or `RabbitMQ` is away.
    pub const UNAVAILABLE: &str = "unavailable";
    /// No code works for the address.
    pub const VERIFY_FIRST: &str = "verify-first";
    /// The code is dead; needs the number `minutes`.
    pub const TOO_MANY_TRIES: &str = "too-many-tries";
    /// The code is wrong.
    pub const WRONG_CODE: &str = "wrong-code";
}

type Bundle = FluentBundle<FluentResource>;

/// The messages of one domain in every locale.
pub struct Catalog {
    domain: Domain,
    ids: BTreeSet<String>,
    /// In the order of [`Locale::ALL`].
    bundles: Vec<(Locale, Bundle)>,
    /// English as built in, for when an overriding folder has broken even that.
    last_resort: Bundle,
}

/// Why a message cannot be shown.
#[derive(Debug, thiserror::Error)]
#[error("locales/{locale}/{}: message {id}: {problem}", domain.file_name())]
pub struct MessageError {
    /// The messages it should be among.
    pub domain: Domain,
    /// The locale that was asked for.
    pub locale: Locale,
    /// The message's id.
    pub id: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a message.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// No message has this id.
    #[error("missing")]
    Missing,
    /// The message has attributes only.
    #[error("has no value")]
    NoValue,
    /// A variable, a term or a message that it refers to is missing.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Unresolved(Vec<FluentError>),
}

/// Why an overriding folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The folder or a file in it cannot be read.
    #[error("{}: {error}", path.display())]
    Read {
        /// What cannot be read.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A folder under `locales` is none of ours, so what is in it would never be used.
    #[error("{}: no such locale; there are {}", path.display(), Locale::ALL.map(Locale::tag).join(", "))]
    Locale {
        /// The folder.
        path: PathBuf,
    },
    /// A mistake in a Fluent file.
    #[error("{}:{line}: {mistake}", path.display())]
    Message {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        mistake: String,
    },
}

impl Catalog {
    /// The messages that are compiled in.
    pub fn built_in(domain: Domain) -> Self {
        let bundles = Locale::ALL.map(|locale| (locale, built_in::bundle(domain, locale)));
        let english = built_in::resource(domain, Locale::EnUs);
        Self {
            domain,
            ids: messages(&english).map(|(id, _)| id.to_owned()).collect(),
            bundles: bundles.into(),
            last_resort: built_in::bundle(domain, Locale::EnUs),
        }
    }

    /// The messages that are compiled in, and over them what `folder` has in
    /// `locales/<locale>/<domain>.ftl`. A message that such a file leaves out stays as built in.
    pub fn with_overrides(domain: Domain, folder: &Path) -> Result<Self, CatalogError> {
        let mut catalog = Self::built_in(domain);
        overrides::only_known_locales(folder)?;
        for (locale, bundle) in &mut catalog.bundles {
            let path = folder.join("locales").join(locale.tag()).join(domain.file_name());
            if let Some(resource) = overrides::read(path, &catalog.ids)? {
                bundle.add_resource_overriding(resource);
            }
        }
        Ok(catalog)
    }

    /// The ids of all messages; they are the same in every locale.
    pub fn ids(&self) -> &BTreeSet<String> {
        &self.ids
    }

    /// The message in this locale, complete or not at all.
    pub fn message(
        &self,
        locale: Locale,
        id: &str,
        args: &FluentArgs<'_>,
    ) -> Result<String, MessageError> {
        self.bundles
            .iter()
            .find(|(of, _)| *of == locale)
            .map_or(Err(Problem::Missing), |(_, bundle)| format(bundle, id, args))
            .map_err(|problem| MessageError {
                domain: self.domain,
                locale,
                id: id.to_owned(),
                problem,
            })
    }

    /// The message in this locale; else, counted, in the `default` one; else in the English that
    /// is compiled in. An answer has to say something: if all fail, it is the id.
    pub fn message_or_default(
        &self,
        locale: Locale,
        default: Locale,
        id: &str,
        args: &FluentArgs<'_>,
    ) -> String {
        let error = match self.message(locale, id, args) {
            Ok(message) => return message,
            Err(error) => error,
        };
        fell_back(locale, id, &error);
        self.message(default, id, args)
            .or_else(|_| format(&self.last_resort, id, args))
            .unwrap_or_else(|_| id.to_owned())
    }
}

/// Counts and logs that something came out in another language than `locale`.
pub fn fell_back(locale: Locale, message: &str, cause: &dyn std::error::Error) {
    metrics::counter!(FALLBACKS, "locale" => locale.tag(), "message" => message.to_owned())
        .increment(1);
    tracing::error!(%locale, message, cause = %cause, "a template failed; another locale took its place");
}

impl Domain {
    const fn file_name(self) -> &'static str {
        match self {
            Self::Api => "api.ftl",
            Self::Mail => "mail.ftl",
        }
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog")
            .field("domain", &self.domain)
            .field("ids", &self.ids)
            .finish_non_exhaustive()
    }
}

fn format(bundle: &Bundle, id: &str, args: &FluentArgs<'_>) -> Result<String, Problem> {
    let message = bundle.get_message(id).ok_or(Problem::Missing)?;
    let pattern = message.value().ok_or(Problem::NoValue)?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(args), &mut errors);
    if errors.is_empty() { Ok(text.into_owned()) } else { Err(Problem::Unresolved(errors)) }
}

/// The messages of a file, each with whether it has a value.
fn messages(resource: &FluentResource) -> impl Iterator<Item = (&str, bool)> {
    resource.entries().filter_map(|entry| match entry {
        Entry::Message(message) => Some((message.id.name, message.value.is_some())),
        _ => None,
    })
}
