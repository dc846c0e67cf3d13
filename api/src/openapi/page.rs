//! The document as a page for people, without a script: one template over the document itself.

use minijinja::{AutoEscape, Environment, HtmlEscape, Value as Rendered, value::Serde};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

const TEMPLATE: &str = include_str!("assets/page.html");

/// An answer as the page lists it.
#[derive(Serialize)]
struct Answer {
    status: String,
    /// The contract's `code`; none for success.
    code: Option<String>,
    when: Value,
    body: String,
}

/// The page about this document.
///
/// # Errors
/// When the template does not fit the document.
pub(super) fn page(document: &OpenApi) -> anyhow::Result<String> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("marked", marked);
    environment.add_template("page", TEMPLATE)?;
    let document = serde_json::to_value(document)?;
    let calls: Vec<Value> = document["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(path, item)| call(path, &item["post"], &document))
        .collect::<Result<_, _>>()?;
    let page = json!({"info": document["info"], "calls": calls});
    Ok(environment.get_template("page")?.render(Serde(page))?)
}

/// The document's descriptions are Markdown (`OpenAPI` 3.1 §4.5); of it they use code spans only.
fn marked(text: &str) -> Rendered {
    let span = |(number, part): (usize, &str)| match number % 2 {
        0 => HtmlEscape(part).to_string(),
        _ => format!("<code>{}</code>", HtmlEscape(part)),
    };
    Rendered::from_safe_string(text.split('`').enumerate().map(span).collect())
}

/// What the template needs of an operation, its references followed.
fn call(path: &str, operation: &Value, document: &Value) -> Result<Value, serde_json::Error> {
    let mut answers = Vec::new();
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        for example in response["content"]["application/json"]["examples"]
            .as_object()
            .into_iter()
            .flat_map(|examples| examples.values())
        {
            answers.push(Answer {
                status: status.clone(),
                code: example["value"]["code"].as_str().map(str::to_owned),
                when: example["summary"].clone(),
                body: serde_json::to_string(&example["value"])?,
            });
        }
    }
    // Success first; the document has them in the order of their names.
    answers.sort_by_key(|answer| answer.code.is_some());
    let content = operation["requestBody"]["content"].as_object();
    let media: Vec<&String> = content.into_iter().flat_map(|content| content.keys()).collect();
    let reference = content.and_then(|content| content.values().next());
    let reference = reference.and_then(|first| first["schema"]["$ref"].as_str());
    let pointer = reference.unwrap_or_default().trim_start_matches('#');
    let schema = document.pointer(pointer).unwrap_or(&Value::Null);
    let required = |name: &String| {
        schema["required"].as_array().is_some_and(|names| names.contains(&json!(name)))
    };
    // A list: the template's maps have no order.
    let fields: Vec<Value> = schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, field)| {
            json!({"name": name, "required": required(name), "about": field["description"]})
        })
        .collect();
    Ok(json!({
        "path": path,
        "id": operation["operationId"],
        "summary": operation["summary"],
        "description": operation["description"],
        "media": media,
        "fields": fields,
        "headers": operation["parameters"],
        "answers": serde_json::to_value(answers)?,
    }))
}
