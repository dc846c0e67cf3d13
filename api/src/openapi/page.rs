//! The document as a page for people, without a script: one template over the document itself.

use minijinja::{AutoEscape, Environment, Error, HtmlEscape, Value as Rendered, value::Serde};
use serde_json::Value;

const TEMPLATE: &str = include_str!("assets/page.html");

/// The page about this document.
///
/// # Errors
/// When the template does not fit the document.
pub(super) fn page(document: &Value) -> Result<String, Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("marked", marked);
    environment
        .add_filter("body", |value: &Rendered| serde_json::to_string(value).unwrap_or_default());
    environment.render_named_str("page.html", TEMPLATE, Serde(document))
}

/// The document's descriptions are Markdown (`OpenAPI` 3.1 §4.5); of it they use code spans only.
fn marked(text: &str) -> Rendered {
    let span = |(number, part): (usize, &str)| match number % 2 {
        0 => HtmlEscape(part).to_string(),
        _ => format!("<code>{}</code>", HtmlEscape(part)),
    };
    Rendered::from_safe_string(text.split('`').enumerate().map(span).collect())
}
