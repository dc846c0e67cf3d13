//! What a mail says: the messages of its locale, and the brand as it stands in each part.

use std::collections::BTreeMap;

use fluent::fluent_args;
use minijinja::{Value, context, value::Serde};
use signpost_shared::{catalog::MessageError, locale::Locale};

use super::{Letter, Templates, brand, color::Accent};

/// The messages that a mail is not complete without.
pub(super) const MESSAGES: [&str; 4] = ["heading", "intro", "validity", "ignore"];

/// The names of a page's fields.
pub(super) const NAMES: [&str; 12] = [
    "lang", "dir", "brand", "support", "accent", "code", "minutes", "subject", "heading", "intro",
    "validity", "ignore",
];

/// The messages of a mail.
pub(super) struct Messages {
    locale: Locale,
    brand: String,
    support: String,
    subject: String,
    /// By the names of [`MESSAGES`].
    shown: BTreeMap<&'static str, String>,
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
            subject: say("subject")?,
            shown: MESSAGES.into_iter().map(|id| Ok((id, say(id)?))).collect::<Result<_, _>>()?,
            support: own("support").or_else(|| settings.support.clone()).unwrap_or_default(),
            brand,
        })
    }

    pub(super) fn subject(&self) -> String {
        one_line(&self.in_text(&self.subject))
    }

    pub(super) fn text(&self, letter: &Letter<'_>, accent: &Accent) -> Value {
        let brand = self.in_text(&brand::marked(&self.brand));
        self.page(letter, accent, &brand, |message| Value::from(self.in_text(message)))
    }

    pub(super) fn html(&self, letter: &Letter<'_>, accent: &Accent) -> Value {
        self.page(letter, accent, &self.brand, |message| {
            Value::from_safe_string(brand::in_html(message))
        })
    }

    /// What a skeleton can show. Each part has its own: in HTML, messages are escaped already.
    fn page(
        &self,
        letter: &Letter<'_>,
        accent: &Accent,
        brand: &str,
        shown: impl Fn(&str) -> Value,
    ) -> Value {
        context! {
            lang => self.locale.tag(),
            dir => self.locale.direction().as_str(),
            brand,
            support => &self.support,
            accent => Value::from(Serde(accent)),
            code => letter.code,
            minutes => letter.minutes_left,
            subject => self.subject(),
            ..Value::from_pairs(self.shown.iter().map(|(id, message)| (*id, shown(message))))
        }
    }

    fn in_text(&self, message: &str) -> String {
        brand::in_text(message, &self.brand, self.locale.direction())
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
