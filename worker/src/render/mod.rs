//! Render: a job becomes a mail in its reader's language.
//!
//! Whole or not at all: a mail with a variable left in it, or without its code, never leaves. What
//! can go wrong with a template is found at start, by making a mail in every locale.

use std::{fmt, path::PathBuf, sync::Arc, time::SystemTime};

use fluent::fluent_args;
use lettre::{Address, address::Envelope, message::Mailbox};
use serde::Serialize;
use signpost_shared::{
    address::EmailAddress,
    catalog::{self, Catalog, Domain},
    locale::Locale,
};
use uuid::Uuid;

pub use self::{
    error::{RenderError, TemplateError},
    sender::mailbox,
};
use self::{
    prepared::Stock,
    skeletons::{Skeleton, Skeletons},
};

mod error;
mod mime;
mod prepared;
mod sender;
mod skeletons;
#[cfg(test)]
mod tests;

/// What all mails have in common.
#[derive(Clone, Debug)]
pub struct Settings {
    /// A folder whose files take the place of the built-in templates, file by file: `mail.html`,
    /// `mail.txt` and `locales/<locale>/mail.ftl`.
    pub templates: Option<PathBuf>,
    /// The name that the mail speaks for.
    pub brand: String,
    /// `From`.
    pub from: Mailbox,
    /// The envelope's sender, if it is not `from`.
    pub envelope_from: Option<Address>,
    /// `Reply-To`, if answers should go elsewhere.
    pub reply_to: Option<Mailbox>,
    /// Takes the place of a locale whose templates fail.
    pub default_locale: Locale,
}

/// One mail to make.
pub struct Letter<'a> {
    /// Whom it goes to.
    pub to: &'a EmailAddress,
    /// The language it is read in.
    pub locale: Locale,
    /// The code, digits only.
    pub code: &'a str,
    /// Whole minutes until the code expires; 0 in its last one.
    pub minutes_left: u64,
    /// The job's id, from which `Message-ID` is made: a mail that is sent twice can be told to be
    /// one.
    pub job_id: Uuid,
    /// `Date`.
    pub date: SystemTime,
}

/// A mail, ready for a relay.
#[derive(Clone)]
pub struct Mail {
    /// Whom the relay is told about.
    pub envelope: Envelope,
    /// The message (RFC 5322): CRLF line ends, no dot-stuffing. ASCII, unless an address is not.
    pub bytes: Vec<u8>,
}

/// Makes mails; cheap to clone.
#[derive(Clone)]
pub struct Renderer {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    catalog: Catalog,
    skeletons: Skeletons,
    stock: Stock,
}

/// What a skeleton can show. Text only; the skeleton escapes it.
#[derive(Serialize)]
struct Page<'a> {
    lang: &'static str,
    dir: &'static str,
    brand: &'a str,
    code: &'a str,
    minutes: u64,
    subject: String,
    heading: String,
    intro: String,
    validity: String,
    secret: String,
    ignore: String,
    automatic: String,
}

/// A mail's text, before MIME.
struct Content {
    locale: Locale,
    subject: String,
    text: String,
    html: String,
}

impl Renderer {
    /// Reads the templates and makes a mail of each in every locale, so that a mistake in one is
    /// an error now.
    pub fn new(settings: Settings) -> Result<Self, TemplateError> {
        let renderer = Self::unproven(settings)?;
        renderer.prove()?;
        Ok(renderer)
    }

    fn unproven(settings: Settings) -> Result<Self, TemplateError> {
        sender::brand(&settings.brand)?;
        let folder = settings.templates.as_deref();
        let catalog = match folder {
            Some(folder) => Catalog::with_overrides(Domain::Mail, folder)?,
            None => Catalog::built_in(Domain::Mail),
        };
        let skeletons = Skeletons::load(folder)?;
        let stock = Stock::default();
        Ok(Self { inner: Arc::new(Inner { settings, catalog, skeletons, stock }) })
    }

    fn prove(&self) -> Result<(), TemplateError> {
        #[expect(clippy::expect_used, reason = "a constant")]
        let to = &EmailAddress::parse("reader@example.com").expect("an address");
        for locale in Locale::ALL {
            // Numbers that reach every plural form of every locale.
            for minutes_left in [0, 1, 2, 3, 11, 30, 100, 1_000_000] {
                let sample = Letter {
                    to,
                    locale,
                    code: "012345",
                    minutes_left,
                    job_id: Uuid::nil(),
                    date: SystemTime::UNIX_EPOCH,
                };
                self.compose(&sample, locale)
                    .and_then(|content| self.inner.assemble(&sample, content))
                    .map_err(|cause| TemplateError::Sample { locale, cause })?;
            }
        }
        Ok(())
    }

    /// The mail in the letter's locale; if a template fails, counted, in the default one.
    pub fn render(&self, letter: &Letter<'_>) -> Result<Mail, RenderError> {
        let Inner { settings, stock, .. } = &*self.inner;
        let anew = |letter: &Letter<'_>| {
            let content = self.compose(letter, letter.locale).ok()?;
            Some(self.inner.assemble(letter, content).ok()?.bytes)
        };
        match stock.get(letter, anew) {
            Some(prepared) => {
                let envelope = mime::envelope(settings, letter)?;
                Ok(Mail { envelope, bytes: prepared.filled(letter) })
            }
            None => self.render_anew(letter),
        }
    }

    fn render_anew(&self, letter: &Letter<'_>) -> Result<Mail, RenderError> {
        let default = self.inner.settings.default_locale;
        let content = self.compose(letter, letter.locale).or_else(|error| {
            catalog::fell_back(letter.locale, error.template(), &error);
            if letter.locale == default { Err(error) } else { self.compose(letter, default) }
        })?;
        self.inner.assemble(letter, content)
    }

    fn compose(&self, letter: &Letter<'_>, locale: Locale) -> Result<Content, RenderError> {
        let Inner { settings, catalog, skeletons, .. } = &*self.inner;
        let args = fluent_args![
            "brand" => settings.brand.as_str(),
            "code" => letter.code,
            "minutes" => letter.minutes_left,
        ];
        let say = |id| catalog.message(locale, id, &args);
        let page = Page {
            lang: locale.tag(),
            dir: locale.direction().as_str(),
            brand: &settings.brand,
            code: letter.code,
            minutes: letter.minutes_left,
            subject: one_line(&say("subject")?),
            heading: say("heading")?,
            intro: say("intro")?,
            validity: say("validity")?,
            secret: say("secret")?,
            ignore: say("ignore")?,
            automatic: say("automatic")?,
        };
        let content = Content {
            locale,
            text: plain_lines(&skeletons.fill(Skeleton::Text, &page)?),
            html: plain_lines(&skeletons.fill(Skeleton::Html, &page)?),
            subject: page.subject,
        };
        content.is_whole(letter.code)?;
        Ok(content)
    }
}

impl Inner {
    fn assemble(&self, letter: &Letter<'_>, content: Content) -> Result<Mail, RenderError> {
        mime::assemble(&self.settings, letter, content)
    }
}

impl Content {
    /// Has its code, and nothing that a template failed to fill in.
    fn is_whole(&self, code: &str) -> Result<(), RenderError> {
        for (template, part) in [
            ("subject", &self.subject),
            (Skeleton::Text.file(), &self.text),
            (Skeleton::Html.file(), &self.html),
        ] {
            if skeletons::has_placeholder(part) {
                return Err(RenderError::Unfilled { template });
            }
            if !part.contains(code) {
                return Err(RenderError::NoCode { template });
            }
        }
        Ok(())
    }
}

/// Lines that end by LF alone, and no other control characters, wherever a template has them: a
/// bare CR or NUL has no place in a mail (RFC 5322 §2.3).
fn plain_lines(text: &str) -> String {
    let control = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    text.replace("\r\n", "\n").replace(control, " ")
}

/// Header folding loses runs of spaces (RFC 2047 §6.2), so there are none; and no line ends.
fn one_line(subject: &str) -> String {
    let words: Vec<_> = subject
        .split(|character: char| character == ' ' || character.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renderer").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

/// Neither the address nor the code.
impl fmt::Debug for Letter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter")
            .field("job_id", &self.job_id)
            .field("locale", &self.locale)
            .field("minutes_left", &self.minutes_left)
            .finish_non_exhaustive()
    }
}

/// Neither addresses nor contents.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}
