//! The document (`OpenAPI` 3.1): two operations under every configured prefix.

use serde_json::Value;
use signpost_shared::locale::Locale;
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, HeaderBuilder, Info, License, OpenApi, OpenApiBuilder, Ref,
    RefOr, Required, Response, ResponseBuilder,
    example::{Example, ExampleBuilder},
    path::{
        HttpMethod, Operation, OperationBuilder, ParameterBuilder, ParameterIn, PathItem,
        PathsBuilder,
    },
    request_body::{RequestBody, RequestBodyBuilder},
    schema::{OneOfBuilder, Schema},
};

use super::schemas::{self, accepted, body_schema, name, one_of_texts, plain_text, seconds, when};
use crate::{
    answer::{Accepted, Refusal, Speaker},
    path_prefix::PathPrefix,
    state::Api,
};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

const ABOUT: &str = "Sends sign-up verification codes by email and checks them. \
    Most refusals are answered with HTTP 200: read `success`, then `code`. \
    Messages are in the caller's language; codes are the same in every language. \
    `retryAfter` is in whole seconds.";

/// One of the two calls.
struct Call {
    id: &'static str,
    summary: &'static str,
    description: &'static str,
    bodies: &'static [(&'static str, &'static str, &'static str)],
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
            bodies: &[(FORM, "SendForm", r#"{"email":"jane@example.com","locale":"en-US"}"#)],
            accepted: "The mail is on its way.",
            refusals: vec![Refusal::InvalidParameter, Refusal::Later { retry_after }, limit],
        },
        Call {
            id: "verifyRegisterCode",
            summary: "Check a code",
            description: "Checks a code that was entered for an address. A right code stays \
                valid, so that the registration behind a form can check it again; with `consume` \
                it is used up, and of any number of concurrent callers exactly one succeeds.",
            bodies: &[
                (JSON, "VerifyJson", r#"{"email":"jane@example.com","code":"012345"}"#),
                (FORM, "VerifyForm", r#"{"email":"jane@example.com","code":"012345"}"#),
            ],
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
pub(super) fn document(api: &Api, prefixes: &[PathPrefix]) -> OpenApi {
    let speaker = api.speaker(Locale::EN_US);
    let mut info = Info::new("Signpost", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    let mut license = License::new("Apache-2.0 OR MIT");
    license.identifier = Some("Apache-2.0 OR MIT".to_owned());
    info.license = Some(license);
    let mut components = ComponentsBuilder::new();
    for (name, schema) in schemas::requests() {
        components = components.schema(name, schema);
    }
    components = components.schema("Accepted", accepted());
    let mut paths = PathsBuilder::new();
    for call in calls(&speaker) {
        for refusal in call.refusals.iter().chain(&BY_STATUS) {
            components = components.schema(name(*refusal), body_schema(*refusal));
        }
        for (number, prefix) in prefixes.iter().enumerate() {
            let operation = call.operation(&speaker, number);
            let path = format!("{}/{}", prefix.as_str(), call.id);
            paths = paths.path(path, PathItem::new(HttpMethod::Post, operation));
        }
    }
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components.build())).build()
}

impl Call {
    /// Operations have names of their own, whatever the prefix.
    fn operation(&self, speaker: &Speaker<'_>, number: usize) -> Operation {
        let id = match number {
            0 => self.id.to_owned(),
            _ => format!("{}{}", self.id, number + 1),
        };
        let mut operation = OperationBuilder::new()
            .operation_id(Some(id))
            .summary(Some(self.summary))
            .description(Some(self.description))
            .parameter(header("Accept-Language", "The language of messages and mail, when `locale` says none (RFC 9110 §12.5.4)."))
            .parameter(header("X-Request-Id", "Comes back in the answer, and stands in logs: up to 64 letters, digits, `-`, `_` and `.`."))
            .request_body(Some(self.request()))
            .response("200", self.ok(speaker));
        for refusal in BY_STATUS {
            let status = refusal.status();
            operation = operation.response(status.as_str(), by_status(refusal, speaker));
        }
        operation.build()
    }

    fn request(&self) -> RequestBody {
        let request = RequestBodyBuilder::new()
            .description(Some("At most 8 KiB. Fields that are not named here are ignored."))
            .required(Some(Required::True));
        let add = |request: RequestBodyBuilder, (media, schema, example): &(&str, &str, &str)| {
            let content = ContentBuilder::new()
                .schema(Some(Ref::from_schema_name(*schema)))
                .example(serde_json::from_str(example).ok());
            request.content(*media, content.build())
        };
        self.bodies.iter().fold(request, add).build()
    }

    /// Everything that is answered with 200, each told from the others by its `code`.
    fn ok(&self, speaker: &Speaker<'_>) -> Response {
        let mut schema = OneOfBuilder::new().item(Ref::from_schema_name("Accepted"));
        let success = serde_json::to_value(Accepted::BODY).ok();
        let mut examples = vec![("success".to_owned(), example(self.accepted, success))];
        for refusal in &self.refusals {
            schema = schema.item(Ref::from_schema_name(name(*refusal)));
            examples.push((refusal.code().to_owned(), refused(*refusal, speaker)));
        }
        let content = ContentBuilder::new()
            .schema(Some(Schema::OneOf(schema.build())))
            .examples_from_iter(examples);
        answer("Done, or refused: `success` says which.").content(JSON, content.build()).build()
    }
}

fn header(name: &str, about: &str) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(plain_text()))
}

fn by_status(refusal: Refusal, speaker: &Speaker<'_>) -> Response {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(name(refusal))))
        .examples_from_iter([(refusal.code(), refused(refusal, speaker))]);
    let mut response = answer(when(refusal)).content(JSON, content.build());
    match refusal {
        Refusal::MethodNotAllowed => {
            let allow = HeaderBuilder::new().schema(Some(one_of_texts(&["POST"])));
            response = response.header("Allow", allow.build());
        }
        Refusal::Unavailable { .. } => {
            let wait = HeaderBuilder::new()
                .schema(Some(seconds()))
                .description(Some("As `retryAfter` (RFC 9110 §10.2.3)."));
            response = response.header("Retry-After", wait.build());
        }
        _ => {}
    }
    response.build()
}

/// A response with the headers that all have.
fn answer(about: &str) -> ResponseBuilder {
    let no_store = HeaderBuilder::new().schema(Some(one_of_texts(&["no-store"])));
    let id = HeaderBuilder::new()
        .schema(Some(plain_text()))
        .description(Some("The request's own, or a new one."));
    ResponseBuilder::new()
        .description(about)
        .header("Cache-Control", no_store.build())
        .header("X-Request-Id", id.build())
}

fn refused(refusal: Refusal, speaker: &Speaker<'_>) -> RefOr<Example> {
    example(when(refusal), serde_json::to_value(refusal.body(speaker)).ok())
}

fn example(summary: &str, value: Option<Value>) -> RefOr<Example> {
    ExampleBuilder::new().summary(summary).value(value).build().into()
}
