//! The shapes of bodies, field by field.

use serde_json::{Map, Value, json};

use crate::answer::Refusal;

/// `{"success":true}`.
pub(super) fn accepted() -> Value {
    json!({
        "type": "object",
        "properties": {"success": {"type": "boolean", "enum": [true]}},
        "required": ["success"],
        "additionalProperties": false,
    })
}

/// The body of a refusal.
pub(super) fn body_schema(refusal: Refusal) -> Value {
    let about = "For people, in the caller's language.";
    let mut required = vec!["msg", "code", "success"];
    let mut properties = json!({
        "msg": {"type": "string", "minLength": 1, "description": about},
        "code": {"type": "string", "enum": [refusal.code()]},
        "success": {"type": "boolean", "enum": [false]},
    });
    if refusal.retry_after().is_some() {
        properties["retryAfter"] = seconds();
        required.push("retryAfter");
    }
    json!({
        "type": "object",
        "description": refusal.when(),
        "properties": properties,
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
    let verify = |types: Value, values: Value| {
        let about = "Uses a right code up. For the registration backend, not for a form.";
        let consume = json!({"type": types, "enum": values, "description": about});
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
    let in_json = json!([true, false, "true", "false", null]);
    Map::from_iter([
        ("SendForm".to_owned(), send),
        ("VerifyForm".to_owned(), verify(json!("string"), json!(["true", "false"]))),
        ("VerifyJson".to_owned(), verify(json!(["boolean", "string", "null"]), in_json)),
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
