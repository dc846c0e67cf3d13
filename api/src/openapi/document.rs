//! The document (`OpenAPI` 3.1): two operations under every configured prefix.

use serde_json::{Map, Value, json};
use signpost_shared::locale::Locale;

use super::schemas::{self, requests, seconds};
use crate::{
    answer::{ACCEPTED, Refusal, Speaker},
    state::Api,
};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const JANE: &str = "jane@example.com";

const ABOUT: &str = "Sends sign-up verification codes by email and checks them. \
    Most refusals are answered with HTTP 200: read `success`, then `code`. \
    Messages are in the caller's language; codes are the same in every language. \
    `retryAfter` is in whole seconds.";

/// One of the two calls.
struct Call {
    id: &'static str,
    summary: &'static str,
    description: &'static str,
    /// Content type, schema and example.
    bodies: Vec<(&'static str, &'static str, Value)>,
    /// The schema of what is answered with 200.
    answer: &'static str,
    accepted: &'static str,
    refusals: Vec<Refusal>,
}

fn calls(speaker: &Speaker<'_>) -> [Call; 2] {
    let retry_after = speaker.cooldown;
    let limit = Refusal::Limit { retry_after };
    [
        Call {
            id: "sendRegisterCode",
            summary: "Send a code",
            description: "Sends a verification code to an address. Success means that the mail \
                is queued durably, not that it has arrived.",
            bodies: vec![(FORM, "SendForm", json!({"email": JANE, "locale": "en-US"}))],
            answer: "SendAnswer",
            accepted: "The mail is on its way.",
            refusals: vec![Refusal::InvalidParameter, Refusal::Later { retry_after }, limit],
        },
        Call {
            id: "verifyRegisterCode",
            summary: "Check a code",
            description: "Checks a code that was entered for an address. A right code stays \
                valid, so that the registration behind a form can check it again; with `consume` \
                it is used up, and of any number of concurrent callers exactly one succeeds.",
            bodies: vec![
                (JSON, "VerifyJson", json!({"email": JANE, "code": "012345"})),
                (FORM, "VerifyForm", json!({"email": JANE, "code": "012345"})),
            ],
            answer: "VerifyAnswer",
            accepted: "The code is right.",
            refusals: vec![
                Refusal::InvalidParameter,
                limit,
                Refusal::NoCode,
                Refusal::Dead { retry_after },
                Refusal::WrongCode,
            ],
        },
    ]
}

/// Refusals of either call that have a status of their own.
const BY_STATUS: [Refusal; 7] = [
    Refusal::BadRequest,
    Refusal::NotFound,
    Refusal::MethodNotAllowed,
    Refusal::ContentTooLarge,
    Refusal::UnsupportedMediaType,
    Refusal::NotImplemented,
    Refusal::UNAVAILABLE,
];

/// The document for these prefixes.
pub(super) fn document(api: &Api, prefixes: &[String]) -> Value {
    let speaker = api.speaker(Locale::EN_US);
    let (mut paths, mut schemas) = (Map::new(), requests());
    schemas.insert("Refusal".to_owned(), schemas::refusal(&BY_STATUS));
    for call in calls(&speaker) {
        schemas.insert(call.answer.to_owned(), schemas::answer(&call.refusals));
        for (number, prefix) in prefixes.iter().enumerate() {
            let path = format!("{prefix}/{}", call.id);
            paths.insert(path, json!({"post": call.operation(&speaker, number)}));
        }
    }
    let license = "Apache-2.0 OR MIT";
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Signpost",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": license, "identifier": license},
        },
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

impl Call {
    /// Operations have names of their own, whatever the prefix.
    fn operation(&self, speaker: &Speaker<'_>, number: usize) -> Value {
        let id = match number {
            0 => self.id.to_owned(),
            _ => format!("{}{}", self.id, number + 1),
        };
        let mut responses = Map::new();
        responses.insert("200".to_owned(), self.ok(speaker));
        for refusal in BY_STATUS {
            let status = refusal.status().as_str().to_owned();
            responses.insert(status, by_status(refusal, speaker));
        }
        let content = self.bodies.iter().map(|(media, schema, example)| {
            ((*media).to_owned(), json!({"schema": reference(schema), "example": example}))
        });
        json!({
            "operationId": id,
            "summary": self.summary,
            "description": self.description,
            "parameters": [
                header("Accept-Language", "The language of messages and mail, when `locale` says none (RFC 9110 §12.5.4)."),
                header("X-Request-Id", "Comes back in the answer, and stands in logs: up to 64 letters, digits, `-`, `_` and `.`."),
            ],
            "requestBody": {
                "description": "At most 8 KiB. Fields that are not named here are ignored.",
                "required": true,
                "content": content.collect::<Map<_, _>>(),
            },
            "responses": responses,
        })
    }

    /// Everything that is answered with 200, each told from the others by its `code`.
    fn ok(&self, speaker: &Speaker<'_>) -> Value {
        let success = json!({"summary": self.accepted, "value": ACCEPTED});
        let mut examples = Map::from_iter([("success".to_owned(), success)]);
        for refusal in &self.refusals {
            examples.insert(refusal.code().to_owned(), example(*refusal, speaker));
        }
        let about = "Done, or refused: `success` says which.";
        answer(about, self.answer, &examples, Map::new())
    }
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

fn header(name: &str, about: &str) -> Value {
    let schema = json!({"type": "string"});
    json!({"name": name, "in": "header", "required": false, "description": about, "schema": schema})
}

fn by_status(refusal: Refusal, speaker: &Speaker<'_>) -> Value {
    let examples = Map::from_iter([(refusal.code().to_owned(), example(refusal, speaker))]);
    let own = match refusal {
        Refusal::MethodNotAllowed => {
            Some(("Allow", json!({"schema": {"type": "string", "enum": ["POST"]}})))
        }
        Refusal::Unavailable { .. } => {
            let about = "As `retryAfter` (RFC 9110 §10.2.3).";
            Some(("Retry-After", json!({"description": about, "schema": seconds()})))
        }
        _ => None,
    };
    let own = own.into_iter().map(|(name, header)| (name.to_owned(), header)).collect();
    answer(&refusal.when(), "Refusal", &examples, own)
}

/// A response, with the headers that all have.
fn answer(
    about: &str,
    schema: &str,
    examples: &Map<String, Value>,
    mut headers: Map<String, Value>,
) -> Value {
    let no_store = json!({"schema": {"type": "string", "enum": ["no-store"]}});
    let about_id = "The request's own, or a new one.";
    let id = json!({"description": about_id, "schema": {"type": "string"}});
    headers.insert("Cache-Control".to_owned(), no_store);
    headers.insert("X-Request-Id".to_owned(), id);
    let content = json!({JSON: {"schema": reference(schema), "examples": examples}});
    json!({"description": about, "headers": headers, "content": content})
}

fn example(refusal: Refusal, speaker: &Speaker<'_>) -> Value {
    json!({"summary": refusal.when(), "value": refusal.body(speaker)})
}
