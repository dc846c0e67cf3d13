//! Validate: the fields of a form or of a JSON object.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The fields of either call, as far as they are given and of the right type.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) email: Option<String>,
    pub(super) locale: Option<String>,
    pub(super) code: Option<String>,
    /// `Err` when it is neither true nor false: a backend that means to use a code up
    /// must not find that it did not.
    pub(super) consume: Result<bool, ()>,
}

/// What was given, in order: a map would not tell what is given twice.
struct Pairs<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl Fields {
    pub(super) fn from_form(body: &[u8]) -> Self {
        let given: Vec<_> = form_urlencoded::parse(body).collect();
        Self::of(&given, |value| Some(value.to_string()), |value| value.parse().ok())
    }

    /// A text that is none of Unicode's, such as half a surrogate pair, is not of the right type.
    pub(super) fn from_json(body: &[u8]) -> Option<Self> {
        let mut json = serde_json::Deserializer::from_slice(body);
        let Pairs(given) = json.deserialize_map(Pairs(Vec::new())).ok()?;
        json.end().ok()?;
        let truth = |value: &&RawValue| match value.get() {
            "null" => Some(false),
            other => other.trim_matches('"').parse().ok(),
        };
        Some(Self::of(&given, |value| serde_json::from_str(value.get()).ok(), truth))
    }

    /// A field that is repeated is none: whose code would it be?
    fn of<T>(
        given: &[(Cow<'_, str>, T)],
        text: impl Fn(&T) -> Option<String>,
        truth: impl Fn(&T) -> Option<bool>,
    ) -> Self {
        let all = |field| given.iter().filter(move |(name, _)| name == field);
        let once = |field| {
            let mut values = all(field).map(|(_, value)| value);
            values.next().filter(|_| values.next().is_none())
        };
        let text = |field| once(field).and_then(&text);
        let consume = match all("consume").next() {
            None => Ok(false),
            Some(_) => once("consume").and_then(truth).ok_or(()),
        };
        Self { email: text("email"), locale: text("locale"), code: text("code"), consume }
    }
}

impl<'de> Visitor<'de> for Pairs<'de> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<Self, M::Error> {
        #[derive(Deserialize)]
        struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

        while let Some((Name(name), value)) = map.next_entry()? {
            self.0.push((name, value));
        }
        Ok(self)
    }
}
