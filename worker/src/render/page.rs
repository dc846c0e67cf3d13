//! What a mail says: the messages of its locale, and the brand as it stands in each part.

use fluent::fluent_args;
use minijinja::Value;
use serde::Serialize;
use signpost_shared::{
    catalog::MessageError,
    locale::{Direction, Locale},
};

use super::{Letter, Templates, brand, color::Accent};

/// What a skeleton can show. Each part has its own: in HTML, messages are escaped already.
#[derive(Serialize)]
pub(super) struct Page<'a> {
    pub(super) lang: &'a str,
    pub(super) dir: &'static str,
    pub(super) brand: String,
    pub(super) support: String,
    pub(super) accent: &'a Accent,
    pub(super) code: &'a str,
    pub(super) minutes: u64,
    pub(super) subject: String,
    pub(super) heading: Value,
    pub(super) intro: Value,
    pub(super) validity: Value,
    pub(super) ignore: Value,
}

/// The names of its fields.
pub(super) const NAMES: [&str; 12] = [
    "lang", "dir", "brand", "support", "accent", "code", "minutes", "subject", "heading", "intro",
    "validity", "ignore",
];

/// The messages of a mail.
pub(super) struct Messages {
    locale: Locale,
    direction: Direction,
    brand: String,
    support: String,
    subject: String,
    heading: String,
    intro: String,
    validity: String,
    ignore: String,
}

impl Messages {
    pub(super) fn of(
        templates: &Templates,
        letter: &Letter<'_>,
        locale: Locale,
    ) -> Result<Self, MessageError> {
        let Templates { settings, catalog, .. } = templates;
        let own = |term| catalog.term(locale, term);
        let brand = own("brand").unwrap_or_else(|| settings.brand.clone());
        let args = fluent_args![
            "brand" => brand::marked(&brand),
            "code" => letter.code,
            "minutes" => letter.minutes_left,
        ];
        let say = |id| catalog.message(locale, id, &args);
        Ok(Self {
            locale,
            direction: locale.direction(),
            subject: say("subject")?,
            heading: say("heading")?,
            intro: say("intro")?,
            validity: say("validity")?,
            ignore: say("ignore")?,
            support: own("support").or_else(|| settings.support.clone()).unwrap_or_default(),
            brand,
        })
    }

    pub(super) fn subject(&self) -> String {
        one_line(&self.in_text(&self.subject))
    }

    pub(super) fn text<'a>(&'a self, letter: &'a Letter<'_>, accent: &'a Accent) -> Page<'a> {
        let brand = self.in_text(&brand::marked(&self.brand));
        self.page(letter, accent, brand, |message| Value::from(self.in_text(message)))
    }

    pub(super) fn html<'a>(&'a self, letter: &'a Letter<'_>, accent: &'a Accent) -> Page<'a> {
        self.page(letter, accent, self.brand.clone(), |message| {
            Value::from_safe_string(brand::in_html(message))
        })
    }

    fn page<'a>(
        &'a self,
        letter: &'a Letter<'_>,
        accent: &'a Accent,
        brand: String,
        shown: impl Fn(&str) -> Value,
    ) -> Page<'a> {
        Page {
            lang: self.locale.tag(),
            dir: self.direction.as_str(),
            brand,
            support: self.support.clone(),
            accent,
            code: letter.code,
            minutes: letter.minutes_left,
            subject: self.subject(),
            heading: shown(&self.heading),
            intro: shown(&self.intro),
            validity: shown(&self.validity),
            ignore: shown(&self.ignore),
        }
    }

    fn in_text(&self, message: &str) -> String {
        brand::in_text(message, &self.brand, self.direction)
    }
}

/// Header folding loses runs of spaces (RFC 2047 §6.2), so there are none; and no line ends.
pub(super) fn one_line(subject: &str) -> String {
    let words: Vec<_> = subject
        .split(|character: char| character == ' ' || character.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}
