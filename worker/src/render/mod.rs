//! Render: a job becomes a mail in its reader's language.
//!
//! Whole or not at all: a mail with a variable left in it, or without its code, never leaves. What
//! can go wrong with a template is found at start, by making a mail in every locale.

use std::{fmt, time::SystemTime};

use lettre::{Address, address::Envelope, message::Mailbox};
use signpost_shared::{
    address::EmailAddress,
    catalog::{self, Catalog, Domain},
    locale::Locale,
    templates::{Finding, Findings, Folder},
};
use uuid::Uuid;

pub use self::{
    brand::{check as check_brand, check_line},
    color::Color,
    error::RenderError,
    inspect::inspect,
    sender::mailbox,
    skeletons::SKELETONS,
};
use self::{
    color::Accent,
    page::Messages,
    prepared::Stock,
    skeletons::{HTML, Skeletons, TEXT},
};

mod brand;
mod color;
mod error;
mod inspect;
mod mime;
mod page;
mod prepared;
mod sender;
mod skeletons;
#[cfg(test)]
mod tests;
mod whole;

/// Codes for trial, of the usual and of the most digits; the second of each stands in where the
/// first is in what a mail says anyway, as in a telephone number. All begin with a zero, which some
/// templates would lose.
const TRIALS: [[&str; 2]; 2] = [["012345", "086041"], ["0123456789", "0860417295"]];

/// What all mails have in common.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name that the mail speaks for; a locale's own is its term `-brand`.
    pub brand: String,
    /// The brand's colour.
    pub color: Option<Color>,
    /// Whom to ask, in a line; a locale's own is its term `-support`.
    pub support: Option<String>,
    /// `From`; a locale's own name for it is its term `-sender`.
    pub from: Mailbox,
    /// The envelope's sender, if it is not `from`.
    pub envelope_from: Option<Address>,
    /// `Reply-To`, if answers should go elsewhere.
    pub reply_to: Option<Mailbox>,
    /// Takes the place of a locale whose templates fail.
    pub default_locale: Locale,
}

impl Settings {
    /// Of this brand, from this sender.
    pub fn new(brand: &str, from: Mailbox) -> Self {
        Self {
            brand: brand.to_owned(),
            color: None,
            support: None,
            from,
            envelope_from: None,
            reply_to: None,
            default_locale: Locale::default(),
        }
    }
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
    /// `Date`, of a year that has four digits and is not before 1970: lettre panics over others.
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

/// A mail's words, before MIME.
#[derive(Clone)]
pub struct Content {
    /// The language that it is in.
    pub locale: Locale,
    /// The sender.
    pub from: Mailbox,
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// What mails are made of, as it was read at one moment.
pub struct Templates {
    settings: Settings,
    catalog: Catalog,
    skeletons: Skeletons,
    accent: Accent,
    stock: Stock,
}

impl Templates {
    /// Reads the templates and makes a mail of each in every locale, so that a mistake in one is
    /// an error now.
    pub fn new(settings: Settings, folder: &Folder) -> Result<Self, Findings> {
        let templates = Self::unproven(settings, folder)?;
        Findings::none_or(templates.trial(folder, None)).map(|()| templates)
    }

    /// A mail as its reader gets it, in this locale and in no other: what is wrong with it is an
    /// error.
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a constant")]
    pub fn preview(
        &self,
        locale: Locale,
        code: &str,
        minutes_left: u64,
    ) -> Result<(Content, Mail), RenderError> {
        let to = &EmailAddress::parse("reader@example.com").expect("an address");
        let (job_id, date) = (Uuid::nil(), SystemTime::now());
        let letter = Letter { to, locale, code, minutes_left, job_id, date };
        let content = self.compose(&letter, locale)?;
        let mail = mime::assemble(&self.settings, &letter, content.clone());
        Ok((content, mail))
    }

    fn unproven(settings: Settings, folder: &Folder) -> Result<Self, Findings> {
        let unfit = |problem| Findings(vec![Finding::whole("the brand", problem)]);
        brand::check(&settings.brand).map_err(unfit)?;
        let catalog = Catalog::with_folder(Domain::Mail, folder)?;
        let skeletons = Skeletons::load(folder)?;
        let accent = Accent::of(settings.color.unwrap_or(color::DEFAULT));
        Ok(Self { settings, catalog, skeletons, accent, stock: Stock::default() })
    }

    /// What is wrong with a locale's own name for the brand or the sender, which stands in a
    /// header, or with whom it has people ask.
    fn unfit_name(&self, locale: Locale) -> Option<String> {
        let names = [
            ("brand", brand::check as fn(&str) -> _),
            ("sender", brand::check),
            ("support", check_line),
        ];
        names.into_iter().find_map(|(term, check)| {
            let problem = check(&self.catalog.term(locale, term)?).err()?;
            Some(format!("-{term} {problem}"))
        })
    }

    /// A mail made for trial, proven to be whole.
    fn sample(
        &self,
        locale: Locale,
        minutes_left: u64,
        codes: [&str; 2],
    ) -> Result<Content, RenderError> {
        let sample = |code| {
            let (content, mail) = self.preview(locale, code, minutes_left)?;
            whole::prove(&content, code)?;
            // Those of the body are encoded, and shorter (RFC 5322 §2.1.1).
            if mail.bytes.split(|byte| *byte == b'\n').any(|line| line.len() > 999) {
                let problem = "a word of it is longer than a line of a mail may be";
                return Err(RenderError::NotWhole { template: "subject", problem });
            }
            Ok(content)
        };
        sample(codes[0]).or_else(|_| sample(codes[1]))
    }

    /// The locales that it has.
    pub fn locales(&self) -> impl Iterator<Item = Locale> {
        self.catalog.locales().iter()
    }

    /// The mail in the letter's locale; if a template fails, counted, in the default one.
    ///
    /// # Errors
    /// When the default one fails as well.
    pub fn render(&self, letter: &Letter<'_>) -> Result<Mail, RenderError> {
        let anew = |letter: &Letter<'_>| {
            let content = self.compose(letter, letter.locale).ok()?;
            Some(mime::assemble(&self.settings, letter, content).bytes)
        };
        match self.stock.get(letter, anew) {
            Some(prepared) => {
                let envelope = mime::envelope(&self.settings, letter);
                Ok(Mail { envelope, bytes: prepared.filled(letter) })
            }
            None => self.render_anew(letter),
        }
    }

    fn render_anew(&self, letter: &Letter<'_>) -> Result<Mail, RenderError> {
        let default = self.settings.default_locale;
        let content = if self.catalog.locales().contains(letter.locale) {
            self.compose(letter, letter.locale).or_else(|error| {
                catalog::fell_back(letter.locale, error.template(), &error);
                if letter.locale == default { Err(error) } else { self.compose(letter, default) }
            })
        } else {
            // The API's folder has one that this worker's lacks, for now.
            let asked = Some(letter.locale.tag());
            self.compose(letter, self.catalog.locales().negotiate(asked, None, default))
        }?;
        Ok(mime::assemble(&self.settings, letter, content))
    }

    fn compose(&self, letter: &Letter<'_>, locale: Locale) -> Result<Content, RenderError> {
        let messages = Messages::of(self, letter, locale)?;
        let text = self.skeletons.fill(TEXT, &messages.text(letter, &self.accent))?;
        let html = self.skeletons.fill(HTML, &messages.html(letter, &self.accent))?;
        let content = Content {
            locale,
            from: self.from(locale),
            subject: messages.subject(),
            text: plain_lines(&text),
            html: plain_lines(&html),
        };
        whole::check(&content, letter.code)?;
        Ok(content)
    }

    /// The sender's name follows the brand's, where they are one.
    fn from(&self, locale: Locale) -> Mailbox {
        let Settings { from, brand, .. } = &self.settings;
        let follows = from.name.as_deref() == Some(brand);
        let own = self
            .catalog
            .term(locale, "sender")
            .or_else(|| self.catalog.term(locale, "brand").filter(|_| follows));
        Mailbox { name: own.or_else(|| from.name.clone()), email: from.email.clone() }
    }
}

impl Content {
    /// The sender, as mail clients show it.
    pub fn sender(&self) -> String {
        let Mailbox { name, email } = &self.from;
        name.as_ref().map_or_else(|| email.to_string(), |name| format!("{name} <{email}>"))
    }

    fn parts(&self) -> [(&'static str, &str); 3] {
        [("subject", &self.subject), (TEXT, &self.text), (HTML, &self.html)]
    }
}

/// Lines that end by LF alone, and no other control characters, wherever a template has them: a
/// bare CR or NUL has no place in a mail (RFC 5322 §2.3).
fn plain_lines(text: &str) -> String {
    let control = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    text.replace("\r\n", "\n").replace(control, " ")
}

/// Neither addresses nor codes, nor what holds them.
macro_rules! opaque {
    ($($name:ident$(<$life:lifetime>)?),*) => {$(
        impl fmt::Debug for $name$(<$life>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

opaque!(Templates, Letter<'_>, Content, Mail);
