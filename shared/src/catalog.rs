//! Fluent messages, one bundle a locale, built once at start and at each reload.
//!
//! Strict: a message that is missing or lacks a variable is an error, which tests find for every
//! locale. A `{$code}` shown to a person would be worse than another language.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use fluent::{FluentArgs, FluentResource, concurrent::FluentBundle};

use crate::{
    locale::{Locale, Locales, files},
    templates::{Finding, Findings, Folder},
};

mod check;
#[cfg(test)]
mod tests;

use self::check::{Checked, Known};

/// Which messages a catalog holds: one Fluent file a locale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// What the API answers.
    Api,
    /// What the mail says.
    Mail,
    /// What the sign-up page of `cargo dev` says.
    Page,
}

type Bundle = FluentBundle<FluentResource>;

/// The messages of one domain in every locale.
pub struct Catalog {
    domain: Domain,
    ids: BTreeSet<String>,
    bundles: BTreeMap<Locale, Bundle>,
    locales: Locales,
    /// English as built in, for when an overriding folder has broken even that.
    last_resort: Bundle,
}

/// Why a message cannot be shown.
#[derive(Debug, thiserror::Error)]
#[error("{}: message {id}: {problem}", domain.path(*locale))]
pub struct MessageError {
    /// The messages it should be among.
    pub domain: Domain,
    /// The locale that was asked for.
    pub locale: Locale,
    /// The message's id.
    pub id: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Catalog {
    /// The messages that are compiled in.
    pub fn built_in(domain: Domain) -> Self {
        Self::look(domain, &Folder::default()).0
    }

    /// The messages that are compiled in, and over them what the folder has in
    /// `locales/<locale>/<domain>.ftl`. A message that such a file leaves out stays as built in;
    /// a locale that is not compiled in leaves nothing out.
    ///
    /// # Errors
    /// Everything that is wrong with the folder's files of this domain.
    pub fn with_folder(domain: Domain, folder: &Folder) -> Result<Self, Findings> {
        let (catalog, findings) = Self::look(domain, folder);
        Findings::none_or(findings).map(|()| catalog)
    }

    /// The same, of what can be used.
    pub fn look(domain: Domain, folder: &Folder) -> (Self, Vec<Finding>) {
        let english = parsed(domain.source(Locale::EN_US).unwrap_or_default());
        let known = Known::of(domain, &english);
        let shipped = Locale::SHIPPED.iter().zip(domain.sources());
        let bundles = shipped.map(|(locale, source)| (*locale, bundle(*locale, source)));
        let mut catalog = Self {
            domain,
            ids: known.ids().map(str::to_owned).collect(),
            bundles: bundles.collect(),
            locales: folder.locales(),
            last_resort: bundle(Locale::EN_US, domain.source(Locale::EN_US).unwrap_or_default()),
        };
        let mut findings = Vec::new();
        for locale in catalog.locales.iter() {
            let shipped = catalog.bundles.contains_key(&locale);
            let path = folder.path(&domain.path(locale));
            let Some(source) = folder.messages(locale, domain) else {
                if !shipped && domain != Domain::Page {
                    let problem = "is missing; a locale that is not built in needs it";
                    findings.push(Finding::whole(&path, problem));
                }
                continue;
            };
            let Checked { resource, terms, findings: found } =
                known.check(&path, source, locale, !shipped);
            findings.extend(found);
            let bundle = catalog.bundles.entry(locale).or_insert_with(|| empty(locale));
            bundle.add_resource_overriding(resource);
            for term in terms {
                // A term can't be asked for by name, a message can.
                bundle.add_resource_overriding(parsed(&format!("term-{term} = {{ -{term} }}\n")));
            }
        }
        (catalog, findings)
    }

    /// The ids of all messages; they are the same in every locale.
    pub fn ids(&self) -> &BTreeSet<String> {
        &self.ids
    }

    /// The locales that there are.
    pub fn locales(&self) -> &Locales {
        &self.locales
    }

    /// What a locale's file calls `-brand`, say, if it does.
    pub fn term(&self, locale: Locale, term: &str) -> Option<String> {
        let bundle = self.bundles.get(&locale)?;
        format(bundle, &format!("term-{term}"), &FluentArgs::new()).ok()
    }

    /// The message in this locale, complete or not at all.
    pub fn message(
        &self,
        locale: Locale,
        id: &str,
        args: &FluentArgs<'_>,
    ) -> Result<String, MessageError> {
        self.bundles
            .get(&locale)
            .map_or(Err("missing".to_owned()), |bundle| format(bundle, id, args))
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
    metrics::counter!("signpost_render_fallbacks_total",
        "locale" => locale.to_string(), "message" => message.to_owned())
    .increment(1);
    tracing::error!(%locale, message, cause = %cause, "a template failed; another locale took its place");
}

impl Domain {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Api, Self::Mail, Self::Page];

    /// The name of its files.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Api => "api.ftl",
            Self::Mail => "mail.ftl",
            Self::Page => "page.ftl",
        }
    }

    /// Where a locale's file is, within `templates` or a folder that overrides it.
    pub fn path(self, locale: Locale) -> String {
        format!("locales/{locale}/{}", self.file())
    }

    /// What is compiled in, in the order of [`Locale::SHIPPED`].
    const fn sources(self) -> &'static [&'static str] {
        match self {
            Self::Api => files::API,
            Self::Mail => files::MAIL,
            Self::Page => files::PAGE,
        }
    }

    /// What is compiled in for a locale.
    pub fn source(self, locale: Locale) -> Option<&'static str> {
        let at = Locale::SHIPPED.binary_search(&locale).ok()?;
        self.sources().get(at).copied()
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog").field("domain", &self.domain).finish_non_exhaustive()
    }
}

/// A mistake in a built-in file fails a test, and one in a folder is a finding; here that message
/// is left out.
fn parsed(source: &str) -> FluentResource {
    FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource)
}

fn bundle(locale: Locale, source: &str) -> Bundle {
    let mut bundle = empty(locale);
    bundle.add_resource_overriding(parsed(source));
    bundle
}

fn empty(locale: Locale) -> Bundle {
    let mut bundle = Bundle::new_concurrent(locale.tag().parse().into_iter().collect());
    // The marks would be copied along with the code; a brand brings its own.
    bundle.set_use_isolating(false);
    bundle
}

fn format(bundle: &Bundle, id: &str, args: &FluentArgs<'_>) -> Result<String, String> {
    let message = bundle.get_message(id).ok_or("missing")?;
    let pattern = message.value().ok_or("has no value")?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(args), &mut errors);
    if errors.is_empty() {
        return Ok(text.into_owned());
    }
    // A variable, a term or a message that it refers to is missing.
    Err(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}
