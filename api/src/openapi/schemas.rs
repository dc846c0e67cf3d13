//! The shapes of bodies, field by field. Every refusal is matched, so that a new one can't be
//! forgotten here.

use serde_json::{Map, Value, json};

use crate::answer::Refusal;

/// When a caller meets it.
pub(super) fn when(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::InvalidParameter => {
            "A field is missing, malformed or repeated, or the body can't be read."
        }
        Refusal::Later { .. } => "A code went to this address a moment ago.",
        Refusal::Limit { .. } => {
            "The address has used up its day, or the client network asked too often."
        }
        Refusal::NoCode => "No code was sent to this address, it expired, or it was consumed.",
        Refusal::Dead { .. } => {
            "Too many wrong codes were tried: even the right one is refused until a new one is sent."
        }
        Refusal::WrongCode => "The code is wrong.",
        Refusal::NotFound => "No such path.",
        Refusal::MethodNotAllowed => "Another method than POST.",
        Refusal::ContentTooLarge => "The body is over 8 KiB.",
        Refusal::UnsupportedMediaType => {
            "Another content type than those listed, or a content coding."
        }
        Refusal::BadRequest => {
            "Not one `Host`, as HTTP/1.1 demands, or more than one `Content-Type`."
        }
        Refusal::NotImplemented => "Another transfer coding than `chunked`.",
        Refusal::Unavailable { .. } => {
            "A part of the service is away or overloaded. No mail is known to be sent, and the \
             address is not locked out."
        }
    }
}

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
        "description": when(refusal),
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
