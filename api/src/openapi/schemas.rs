//! The shapes of bodies, field by field.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::answer::Refusal;

/// What is answered to those who can go on: an acceptance, or one of these refusals. One shape for
/// all of them, since generators of clients tell no two apart by their values.
pub(super) fn answer(refusals: &[Refusal]) -> Value {
    let about = "Whether it was done. If not, `code` says why.";
    body(about, refusals, &["success"])
}

/// The body of every other refusal.
pub(super) fn refusal(refusals: &[Refusal]) -> Value {
    body("Always `false`.", refusals, &["msg", "code", "success"])
}

fn body(success: &str, refusals: &[Refusal], required: &[&str]) -> Value {
    let codes: BTreeSet<_> = refusals.iter().map(|refusal| refusal.code()).collect();
    let about = "For people, in the caller's language.";
    json!({
        "type": "object",
        "properties": {
            "msg": {"type": "string", "minLength": 1, "description": about},
            "code": {"type": "string", "enum": codes},
            "success": {"type": "boolean", "description": success},
            "retryAfter": seconds(),
        },
        "required": required,
        "additionalProperties": false,
    })
}

/// The bodies of requests.
pub(super) fn requests() -> Map<String, Value> {
    let email =
        text("An email address. Domains of any script; before the @ only where it is turned on.");
    let code = text(
        "What was entered. Spaces and hyphens are ignored, and digits of any script count. \
         Anything that is not a code is a wrong one, and costs no try.",
    );
    let locale = text(
        "The preferred language, such as `en-US`, `zh-CN` or `zh_CN` (RFC 5646). An unknown one \
         falls back and is never an error.",
    );
    let about = "Uses a right code up. For the registration backend, not for a form.";
    let verify = |mut consume: Value| {
        consume["description"] = about.into();
        json!({
            "type": "object",
            "properties": {"email": email, "code": code, "consume": consume, "locale": locale},
            "required": ["email", "code"],
        })
    };
    let send = json!({
        "type": "object",
        "properties": {"email": email, "locale": locale},
        "required": ["email"],
    });
    let in_form = json!({"type": "string", "enum": ["true", "false"]});
    Map::from_iter([
        ("SendForm".to_owned(), send),
        ("VerifyForm".to_owned(), verify(in_form)),
        ("VerifyJson".to_owned(), verify(json!({"type": "boolean"}))),
    ])
}

fn text(about: &str) -> Value {
    json!({"type": "string", "description": about})
}

/// Whole seconds, at least one.
pub(super) fn seconds() -> Value {
    let about = "Whole seconds until another try can succeed.";
    json!({"type": "integer", "minimum": 1, "description": about})
}
