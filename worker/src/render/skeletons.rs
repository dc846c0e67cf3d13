//! The two skeletons of a mail, parsed once at start.

use std::collections::HashSet;

use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};
use signpost_shared::{
    config::nearest,
    templates::{Finding, Findings, Folder},
};

use super::{RenderError, page::NAMES};

pub(super) const HTML: &str = "mail.html";
pub(super) const TEXT: &str = "mail.txt";

/// The built-in skeletons, by the names of their files, by whose endings minijinja knows whether to
/// escape.
pub const SKELETONS: [(&str, &str); 2] = [
    (HTML, include_str!("../../../templates/mail.html")),
    (TEXT, include_str!("../../../templates/mail.txt")),
];

/// Steps of a mail; the built-in ones take some hundreds.
const FUEL: u64 = 200_000;

pub(super) struct Skeletons {
    environment: Environment<'static>,
}

impl Skeletons {
    /// The built-in ones, and over them those that the folder has.
    pub(super) fn load(folder: &Folder) -> Result<Self, Findings> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // Its errors would hold what was filled in: the code.
        environment.set_debug(false);
        environment.set_fuel(Some(FUEL));
        let (mut skeletons, mut findings) = (Self { environment }, Vec::new());
        for (name, built_in) in SKELETONS {
            let (path, source) = (folder.path(name), folder.file(name).unwrap_or(built_in));
            match skeletons.environment.add_template_owned(name, source.to_owned()) {
                Ok(()) => findings.extend(skeletons.unknown_names(name, &path, source)),
                Err(error) => findings.push(finding(&path, source, &error)),
            }
        }
        Findings::none_or(findings).map(|()| skeletons)
    }

    pub(super) fn fill(&self, template: &'static str, page: &Value) -> Result<String, RenderError> {
        self.environment
            .get_template(template)
            .and_then(|parsed| parsed.render(page))
            .map_err(|cause| RenderError::Skeleton { template, cause })
    }

    /// The names that it shows.
    pub(super) fn variables(&self, template: &str) -> HashSet<String> {
        let parsed = self.environment.get_template(template);
        parsed.map(|parsed| parsed.undeclared_variables(false)).unwrap_or_default()
    }

    fn unknown_names(&self, name: &str, path: &str, source: &str) -> Vec<Finding> {
        let mut unknown = self.variables(name);
        let is_global = |name: &str| self.environment.globals().any(|(global, _)| global == name);
        unknown.retain(|name| !NAMES.contains(&name.as_str()) && !is_global(name));
        let mut findings: Vec<_> = unknown
            .iter()
            .map(|name| {
                let like = nearest(name, NAMES.iter().copied());
                let like = like.map(|like| format!(" (did you mean {like}?)")).unwrap_or_default();
                let problem = format!("there is no variable {name}{like}");
                match place(source, name) {
                    Some(offset) => Finding::at(path, source, offset, problem),
                    None => Finding::whole(path, problem),
                }
            })
            .collect();
        findings.sort();
        findings
    }
}

/// minijinja names the line; what it says beyond is the problem.
pub(super) fn finding(path: &str, source: &str, error: &minijinja::Error) -> Finding {
    if error.kind() == ErrorKind::OutOfFuel {
        // Where that was noticed says little.
        return Finding::whole(path, "loops for too long");
    }
    let problem = match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    match (error.range(), error.line()) {
        (Some(range), _) => Finding::at(path, source, range.start, problem),
        (None, line) => Finding { line, ..Finding::whole(path, problem) },
    }
}

/// Where a name stands between the braces of an expression or a statement.
fn place(source: &str, name: &str) -> Option<usize> {
    let part_of_name =
        |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    source.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = &source[..*at];
        let opened = before.rfind("{{").max(before.rfind("{%"));
        let closed = before.rfind("}}").max(before.rfind("%}"));
        opened > closed
            && !part_of_name(before.as_bytes().last())
            && !part_of_name(source.as_bytes().get(at + name.len()))
    })
}

/// Whether something looks like a variable of Fluent's or minijinja's that nobody filled in.
pub(super) fn has_placeholder(text: &str) -> bool {
    ["{{", "{%", "{#", "{$", "{ $"].iter().any(|opening| text.contains(opening))
}
