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

/// Each value that they were given.
struct Given<T> {
    email: Vec<T>,
    locale: Vec<T>,
    code: Vec<T>,
    consume: Vec<T>,
}

impl Fields {
    pub(super) fn from_form(body: &[u8]) -> Self {
        let mut given = Given::default();
        for (name, value) in form_urlencoded::parse(body) {
            given.add(&name, value);
        }
        given.read(|value| Some(value.into_owned()), |value| value.parse().ok())
    }

    /// A text that is none of Unicode's, such as half a surrogate pair, is not of the right type.
    pub(super) fn from_json(body: &[u8]) -> Option<Self> {
        let given: Given<&RawValue> = serde_json::from_slice(body).ok()?;
        let truth = |value: &RawValue| match value.get() {
            "null" => Some(false),
            other => other.trim_matches('"').parse().ok(),
        };
        Some(given.read(|value| serde_json::from_str(value.get()).ok(), truth))
    }
}

impl<T> Given<T> {
    fn add(&mut self, name: &str, value: T) {
        match name {
            "email" => self.email.push(value),
            "locale" => self.locale.push(value),
            "code" => self.code.push(value),
            "consume" => self.consume.push(value),
            _ => {}
        }
    }

    /// A field that is repeated is none: whose code would it be?
    fn read(self, text: impl Fn(T) -> Option<String>, truth: impl Fn(T) -> Option<bool>) -> Fields {
        let once = |mut values: Vec<T>| values.pop().filter(|_| values.is_empty());
        let is_given = !self.consume.is_empty();
        let consume = once(self.consume).and_then(truth).or((!is_given).then_some(false));
        let text = |values| once(values).and_then(&text);
        let [email, locale, code] = [self.email, self.locale, self.code].map(text);
        Fields { email, locale, code, consume: consume.ok_or(()) }
    }
}

impl<T> Default for Given<T> {
    fn default() -> Self {
        let [email, locale, code, consume] = [const { Vec::new() }; 4];
        Self { email, locale, code, consume }
    }
}

impl<'de> Deserialize<'de> for Given<&'de RawValue> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Given<&'de RawValue>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                #[derive(Deserialize)]
                struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

                let mut given = Given::default();
                while let Some((Name(name), value)) = map.next_entry()? {
                    given.add(&name, value);
                }
                Ok(given)
            }
        }

        deserializer.deserialize_map(Object)
    }
}
