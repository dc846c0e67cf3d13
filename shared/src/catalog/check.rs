//! What is wrong with a Fluent file, each with its place: told before a message is ever shown.

use std::collections::{BTreeMap, BTreeSet};

use fluent::FluentResource;
use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey,
};
use icu_plurals::{PluralCategory, PluralRules, PluralRulesOptions};
use intl_pluralrules::{PluralRuleType, PluralRules as FluentRules};

use super::Domain;
use crate::{config::nearest, locale::Locale, templates::Finding};

/// The terms that are asked for by name, and so need no message that refers to them.
const TERMS: [&str; 3] = ["brand", "sender", "support"];
/// What every message of a mail can show.
const IN_MAILS: [&str; 3] = ["brand", "code", "minutes"];
/// How many minutes or mails plural forms have to be right for: the minutes of a day.
const NUMBERS: u32 = 1440;

/// The messages that anything uses, and the variables that each is given.
pub(super) struct Known<'a>(BTreeMap<&'a str, BTreeSet<&'a str>>);

/// A file that was looked at.
pub(super) struct Checked {
    pub(super) resource: FluentResource,
    /// Of [`TERMS`], those that it defines.
    pub(super) terms: Vec<String>,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Known<'a> {
    /// What English has, the others may have.
    pub(super) fn of(domain: Domain, english: &'a FluentResource) -> Self {
        let always = if domain == Domain::Mail { &IN_MAILS[..] } else { &[] };
        let messages = english.entries().filter_map(|entry| match entry {
            Entry::Message(message) => {
                let mut variables: BTreeSet<_> = always.iter().copied().collect();
                each(message.value.as_ref()?, &mut |part| {
                    if let Part::Inline(InlineExpression::VariableReference { id }) = part {
                        variables.insert(id.name);
                    }
                });
                Some((message.id.name, variables))
            }
            _ => None,
        });
        Self(messages.collect())
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &'a str> {
        self.0.keys().copied()
    }

    /// Looks at a file; `complete` if it may leave nothing out.
    pub(super) fn check(
        &self,
        file: &str,
        source: &str,
        locale: Locale,
        complete: bool,
    ) -> Checked {
        let (resource, errors) = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) => (resource, Vec::new()),
            Err((resource, errors)) => (resource, errors),
        };
        let mut findings: Vec<_> = errors
            .into_iter()
            .map(|error| Finding::at(file, resource.source(), error.pos.start, error.kind))
            .collect();
        let say = |name: &str, problem: String| {
            // Names are parts of the source, so their place tells their offset.
            let offset = name.as_ptr().addr() - resource.source().as_ptr().addr();
            Finding::at(file, resource.source(), offset, problem)
        };
        let (mut terms, mut messages) = (BTreeSet::new(), BTreeSet::new());
        for entry in resource.entries() {
            match entry {
                Entry::Term(term) => drop(terms.insert(term.id.name)),
                Entry::Message(message) => drop(messages.insert(message.id.name)),
                _ => {}
            }
        }
        let (mut seen, mut used, none) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for entry in resource.entries() {
            let (id, value, variables) = match entry {
                Entry::Message(message) => {
                    let id = message.id.name;
                    let Some(variables) = self.0.get(id) else {
                        let like = meant(id, "", self.ids());
                        let problem = format!("{id}: nothing uses a message of this name{like}");
                        findings.push(say(id, problem));
                        continue;
                    };
                    if message.value.is_none() {
                        findings.push(say(id, format!("{id}: the message has no value")));
                    }
                    (id, message.value.as_ref(), variables)
                }
                Entry::Term(term) => (term.id.name, Some(&term.value), &none),
                _ => continue,
            };
            if !seen.insert((id, matches!(entry, Entry::Term(_)))) {
                findings.push(say(id, format!("{id}: this is there twice")));
            }
            let Some(value) = value else { continue };
            each(value, &mut |part| {
                let problem = match part {
                    Part::Inline(InlineExpression::VariableReference { id })
                        if !variables.contains(id.name) =>
                    {
                        let like = meant(id.name, "$", variables.iter().copied());
                        (id.name, format!("there is no variable ${}{like}", id.name))
                    }
                    Part::Inline(InlineExpression::MessageReference { id, .. })
                        if !messages.contains(id.name) && !self.0.contains_key(id.name) =>
                    {
                        let like = meant(id.name, "", self.ids());
                        (id.name, format!("there is no message {}{like}", id.name))
                    }
                    Part::Inline(InlineExpression::TermReference { id, .. }) => {
                        used.insert(id.name);
                        if terms.contains(id.name) {
                            return;
                        }
                        let like = meant(id.name, "-", terms.iter().copied());
                        (id.name, format!("this file has no term -{}{like}", id.name))
                    }
                    Part::Inline(InlineExpression::FunctionReference { id, .. }) => {
                        (id.name, format!("there is no function {}", id.name))
                    }
                    Part::Select(InlineExpression::VariableReference { id }, variants) => {
                        match wrong_forms(locale, variants) {
                            Some(problem) => (id.name, problem),
                            None => return,
                        }
                    }
                    _ => return,
                };
                findings.push(say(problem.0, problem.1));
            });
        }
        let unused = |name: &&&str| !TERMS.contains(*name) && !used.contains(*name);
        for name in terms.iter().filter(unused) {
            findings.push(say(name, format!("-{name}: nothing uses this term")));
        }
        for id in self.ids().filter(|id| complete && !messages.contains(id)) {
            findings.push(Finding::whole(file, format!("message {id} is missing")));
        }
        findings.sort();
        let own = terms.iter().filter(|name| TERMS.contains(name));
        let terms = own.map(|name| (*name).to_owned()).collect();
        Checked { resource, terms, findings }
    }
}

fn meant<'n>(name: &str, sign: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    nearest(name, known).map(|known| format!(" (did you mean {sign}{known}?)")).unwrap_or_default()
}

/// What a pattern refers to.
enum Part<'p, 's> {
    Inline(&'p InlineExpression<&'s str>),
    Select(&'p InlineExpression<&'s str>, &'p [Variant<&'s str>]),
}

fn each<'p, 's>(pattern: &'p Pattern<&'s str>, see: &mut dyn FnMut(Part<'p, 's>)) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            within(expression, see);
        }
    }
}

fn within<'p, 's>(expression: &'p Expression<&'s str>, see: &mut dyn FnMut(Part<'p, 's>)) {
    match expression {
        Expression::Inline(InlineExpression::Placeable { expression }) => within(expression, see),
        Expression::Inline(inline) => see(Part::Inline(inline)),
        Expression::Select { selector, variants } => {
            see(Part::Inline(selector));
            see(Part::Select(selector, variants));
            for variant in variants {
                each(&variant.value, see);
            }
        }
    }
}

/// What is wrong with the plural forms of a message: there are those that whole numbers have in
/// its language (CLDR), no others, and `other`.
fn wrong_forms(locale: Locale, variants: &[Variant<&str>]) -> Option<String> {
    let rules = rules(locale)?;
    let (mut exact, mut named) = (BTreeSet::new(), BTreeSet::new());
    for variant in variants {
        match variant.key {
            VariantKey::NumberLiteral { value } => drop(exact.insert(value.parse::<u32>().ok()?)),
            VariantKey::Identifier { name } => drop(named.insert(name)),
        }
    }
    let all: BTreeSet<_> = rules.categories().map(name).collect();
    if let Some(unknown) = named.iter().find(|name| !all.contains(*name)) {
        return Some(format!("{locale} has no plural form [{unknown}]; it has {}", listed(&all)));
    }
    // Fluent chooses by tables of its own, which are older: what only one of the two has (the
    // `many` of Hebrew, once; the `one` of Vietnamese, since) is no loss.
    let id: unic_langid::LanguageIdentifier = locale.tag().parse().ok()?;
    let fluents = FluentRules::create(id, PluralRuleType::CARDINAL).ok()?;
    let needed: BTreeSet<_> = (0..=NUMBERS)
        .filter(|number| !exact.contains(number))
        .map(|number| (number, name(rules.category_for(number))))
        .filter(|(number, category)| {
            fluents
                .select(*number)
                .is_ok_and(|own| format!("{own:?}").eq_ignore_ascii_case(category))
        })
        .map(|(_, category)| category)
        .collect();
    let missing: BTreeSet<_> = needed.difference(&named).copied().collect();
    (!missing.is_empty()).then(|| format!("the plural forms {} are missing", listed(&missing)))
}

/// CLDR's plural rules, which know languages and regions, but no scripts.
pub(super) fn rules(locale: Locale) -> Option<PluralRules> {
    let mut id = locale.language_identifier();
    id.script = None;
    PluralRules::try_new(icu_locale::Locale::from(id).into(), PluralRulesOptions::default()).ok()
}

fn listed(names: &BTreeSet<&str>) -> String {
    names.iter().map(|name| format!("[{name}]")).collect::<Vec<_>>().join(" ")
}

const fn name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}
