//! Validate: the fields of a form or of a JSON object.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

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

impl Fields {
    /// A field that is repeated is none: whose code would it be? A repeated `locale` is
    /// malformed, which is no error.
    pub(super) fn from_form(body: &[u8]) -> Self {
        let [mut email, mut locale, mut code, mut consume] = [const { Vec::new() }; 4];
        for (name, value) in form_urlencoded::parse(body) {
            match &*name {
                "email" => email.push(value),
                "locale" => locale.push(value),
                "code" => code.push(value),
                "consume" => consume.push(value),
                _ => {}
            }
        }
        let consume = match &consume[..] {
            [] => Ok(false),
            [once] => once.parse().map_err(|_| ()),
            _ => Err(()),
        };
        let once = |mut values: Vec<Cow<'_, str>>| match values.len() {
            1 => values.pop().map(Cow::into_owned),
            _ => None,
        };
        Self { email: once(email), locale: once(locale), code: once(code), consume }
    }

    pub(super) fn from_json(body: &[u8]) -> Option<Self> {
        // Of an array serde would take the fields by their order.
        let is_object = body.trim_ascii_start().starts_with(b"{");
        let Json { email, locale, code, consume } =
            serde_json::from_slice(body).ok().filter(|_| is_object)?;
        let text = |value| match value {
            Value::String(text) => Some(text),
            _ => None,
        };
        let consume = match consume {
            Value::Null => Ok(false),
            Value::Bool(consume) => Ok(consume),
            Value::String(text) => text.parse().map_err(|_| ()),
            _ => Err(()),
        };
        Some(Self { email: text(email), locale: text(locale), code: text(code), consume })
    }
}

/// What a JSON object says of them. One that is repeated is an error: RFC 8259 §4 leaves to the
/// reader what that means.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Json {
    email: Value,
    locale: Value,
    code: Value,
    consume: Value,
}
