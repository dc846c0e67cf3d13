//! Fluent messages as JSON, for a script that knows no Fluent: a text is a list of its parts. A part
//! is a string, with `{name}` for a variable; or a text; or what depends on a number, an object of
//! texts by exact number or plural category, which says `by` which variable one is chosen.

use std::collections::BTreeMap;

use fluent_syntax::{
    ast::{
        Entry, Expression, InlineExpression, Pattern, PatternElement, Resource, Variant, VariantKey,
    },
    parser, unicode,
};
use serde_json::{Map, Value};

/// How deep messages may refer to each other; one that refers to itself ends there.
const DEPTH: usize = 8;

/// The messages of these Fluent files; of a message that stands in several, the last counts.
pub(super) fn messages(sources: &[&str]) -> Map<String, Value> {
    // What is no Fluent was found when the catalog was read, and is left out here.
    let parsed = |source| parser::parse_runtime(source).unwrap_or_else(|(resource, _)| resource);
    let resources: Vec<Resource<&str>> = sources.iter().map(|source| parsed(*source)).collect();
    let mut patterns = Patterns::default();
    for entry in resources.iter().flat_map(|resource| &resource.body) {
        match entry {
            Entry::Message(message) => {
                let value = message.value.as_ref().map(|value| (message.id.name, value));
                patterns.messages.extend(value);
            }
            Entry::Term(term) => drop(patterns.terms.insert(term.id.name, &term.value)),
            _ => {}
        }
    }
    let ids = patterns.messages.iter();
    ids.map(|(id, pattern)| ((*id).to_owned(), patterns.text(pattern, DEPTH))).collect()
}

#[derive(Default)]
struct Patterns<'a> {
    messages: BTreeMap<&'a str, &'a Pattern<&'a str>>,
    terms: BTreeMap<&'a str, &'a Pattern<&'a str>>,
}

impl Patterns<'_> {
    fn text(&self, pattern: &Pattern<&str>, depth: usize) -> Value {
        let parts = pattern.elements.iter().map(|element| match element {
            PatternElement::TextElement { value } => Value::from(*value),
            PatternElement::Placeable { expression } => self.expression(expression, depth),
        });
        parts.collect()
    }

    fn expression(&self, expression: &Expression<&str>, depth: usize) -> Value {
        match expression {
            Expression::Inline(inline) => self.inline(inline, depth),
            Expression::Select { selector, variants } => self.choice(selector, variants, depth),
        }
    }

    fn inline(&self, inline: &InlineExpression<&str>, depth: usize) -> Value {
        let referred = |pattern: Option<&&Pattern<&str>>| match (pattern, depth.checked_sub(1)) {
            (Some(pattern), Some(depth)) => self.text(pattern, depth),
            _ => Value::from(""),
        };
        match inline {
            InlineExpression::StringLiteral { value } => {
                Value::from(unicode::unescape_unicode_to_string(value))
            }
            InlineExpression::NumberLiteral { value } => Value::from(*value),
            InlineExpression::VariableReference { id } => Value::from(format!("{{{}}}", id.name)),
            InlineExpression::MessageReference { id, .. } => referred(self.messages.get(id.name)),
            InlineExpression::TermReference { id, .. } => referred(self.terms.get(id.name)),
            InlineExpression::Placeable { expression } => self.expression(expression, depth),
            // Templates have no functions: the catalog refuses them.
            InlineExpression::FunctionReference { .. } => Value::from(""),
        }
    }

    fn choice(
        &self,
        selector: &InlineExpression<&str>,
        variants: &[Variant<&str>],
        depth: usize,
    ) -> Value {
        let mut choices = Map::new();
        if let InlineExpression::VariableReference { id } = selector {
            choices.insert("by".to_owned(), Value::from(id.name));
        }
        for Variant { key, value, default } in variants {
            let text = self.text(value, depth);
            if *default {
                choices.insert("other".to_owned(), text.clone());
            }
            let (VariantKey::Identifier { name: key } | VariantKey::NumberLiteral { value: key }) =
                key;
            choices.insert((*key).to_owned(), text);
        }
        Value::Object(choices)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(source: &str) -> Value {
        messages(&[source]).remove("m").unwrap()
    }

    #[test]
    fn variables_keep_their_names() {
        assert_eq!(
            one("m = Hello { $name }, { \"\\u0041\" }{\"{\"} { 3 }\n"),
            json!(["Hello ", "{name}", ", ", "A", "{", " ", "3"])
        );
        assert_eq!(one("m =\n    one\n    two\n"), json!(["one\n", "two"]));
    }

    #[test]
    fn a_choice_holds_texts_by_number_and_category() {
        let source = "m = You have { $n ->\n    [0] none\n    [one] { $n } mail\n   *[other] { $n } mails\n}.\n";
        let expected = json!(["You have ", {
            "by": "n",
            "0": ["none"],
            "one": ["{n}", " mail"],
            "other": ["{n}", " mails"]
        }, "."]);
        assert_eq!(one(source), expected);
        // Whatever the default is called, it is what is left.
        let few = one("m = { $n ->\n    [one] a\n   *[few] b\n}\n");
        assert_eq!(few, json!([{ "by": "n", "one": ["a"], "few": ["b"], "other": ["b"] }]));
    }

    #[test]
    fn a_later_file_comes_before_an_earlier_one_and_references_are_followed() {
        let all = messages(&["m = { t } { -b }\nt = old\n-b = Acme\n", "t = new\n"]);
        assert_eq!(Value::Object(all), json!({ "m": [["new"], " ", ["Acme"]], "t": ["new"] }));
        let endless = (0..DEPTH).fold(json!(["a", ""]), |text, _| json!(["a", text]));
        assert_eq!(one("m = a{ m }\n"), endless);
    }
}
