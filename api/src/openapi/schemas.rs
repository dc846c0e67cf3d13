//! The shapes of bodies, field by field. Every refusal is matched, so that a new one can't be
//! forgotten here.

use serde_json::Value;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, SchemaType, Type};

use crate::answer::Refusal;

/// The schema's name of a refusal.
pub(super) fn name(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::InvalidParameter => "InvalidParameter",
        Refusal::Later { .. } => "SendLater",
        Refusal::Limit { .. } => "SendLimit",
        Refusal::NoCode => "NoCode",
        Refusal::Dead { .. } => "TooManyTries",
        Refusal::WrongCode => "WrongCode",
        Refusal::NotFound => "NotFound",
        Refusal::MethodNotAllowed => "MethodNotAllowed",
        Refusal::ContentTooLarge => "ContentTooLarge",
        Refusal::UnsupportedMediaType => "UnsupportedMediaType",
        Refusal::BadRequest => "BadRequest",
        Refusal::NotImplemented => "NotImplemented",
        Refusal::Unavailable { .. } => "Unavailable",
    }
}

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
pub(super) fn accepted() -> Schema {
    closed(
        ObjectBuilder::new().property("success", only(Type::Boolean, [true])).required("success"),
    )
}

/// The body of a refusal.
pub(super) fn body_schema(refusal: Refusal) -> Schema {
    let message = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .description(Some("For people, in the caller's language."));
    let mut body = ObjectBuilder::new()
        .description(Some(when(refusal)))
        .property("msg", message)
        .property("code", only(Type::String, [refusal.code()]))
        .property("success", only(Type::Boolean, [false]))
        .required("msg")
        .required("code")
        .required("success");
    if has_retry_after(refusal) {
        body = body.property("retryAfter", seconds()).required("retryAfter");
    }
    closed(body)
}

fn has_retry_after(refusal: Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Later { .. }
            | Refusal::Limit { .. }
            | Refusal::Dead { .. }
            | Refusal::Unavailable { .. }
    )
}

/// The bodies of requests.
pub(super) fn requests() -> [(&'static str, Schema); 3] {
    let consume_in_form = only(Type::String, ["true", "false"]).description(Some(CONSUME));
    let consume_in_json = ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Boolean, Type::String, Type::Null]))
        .enum_values(Some([
            Value::from(true),
            Value::from(false),
            Value::from("true"),
            Value::from("false"),
            Value::Null,
        ]))
        .description(Some(CONSUME));
    let code = || {
        text(
            "What was entered. Spaces and hyphens are ignored, and digits of any script count. \
             Anything that is not a code is a wrong one, and costs no try.",
        )
    };
    let verify = |consume: ObjectBuilder| {
        let fields = ObjectBuilder::new().property("email", email()).property("code", code());
        let fields = fields.property("consume", consume).property("locale", locale());
        Schema::from(fields.required("email").required("code"))
    };
    let send = ObjectBuilder::new()
        .property("email", email())
        .property("locale", locale())
        .required("email");
    [
        ("SendForm", send.into()),
        ("VerifyForm", verify(consume_in_form)),
        ("VerifyJson", verify(consume_in_json)),
    ]
}

const CONSUME: &str = "Uses a right code up. For the registration backend, not for a form.";

fn email() -> ObjectBuilder {
    text("An email address. Domains of any script; before the @ only where it is turned on.")
}

fn locale() -> ObjectBuilder {
    text(
        "The preferred language, such as `en-US`, `zh-CN` or `zh_CN` (RFC 5646). An unknown one \
         falls back and is never an error.",
    )
}

fn text(about: &str) -> ObjectBuilder {
    plain_text().description(Some(about))
}

/// Any text.
pub(super) fn plain_text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// One of these texts.
pub(super) fn one_of_texts(texts: &[&str]) -> ObjectBuilder {
    only(Type::String, texts.iter().copied())
}

/// Whole seconds, at least one.
pub(super) fn seconds() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1))
        .description(Some("Whole seconds until another try can succeed."))
}

fn only<V: Into<Value>>(kind: Type, values: impl IntoIterator<Item = V>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(kind).enum_values(Some(values))
}

fn closed(object: ObjectBuilder) -> Schema {
    object.additional_properties(Some(AdditionalProperties::FreeForm(false))).into()
}
