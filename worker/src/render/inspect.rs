//! What a start-up would refuse of a folder of templates, all of it, and what a reader would
//! miss: `signpost-worker templates check`.

use std::{collections::BTreeSet, path::Path};

use scraper::{ElementRef, Html, Node};
use signpost_shared::{
    catalog::{Catalog, Domain},
    locale::Direction,
    templates::{Finding, Folder},
};

use super::{
    Color, Content, RenderError, Settings, TRIALS, Templates, color,
    page::MESSAGES,
    skeletons::{HTML, Skeletons, TEXT, finding},
    whole,
};

/// A brand that shows where it is not isolated: from right to left, the signs change sides.
const BRAND: &str = "C++, Inc.";
/// What the built-in one stays under by far; beyond 102 KB, Gmail cuts a mail short.
const CLIPPED: usize = 100 * 1024;

/// Everything that is wrong with the folder, in the order of its files; with the built-in
/// templates, if there is none.
pub fn inspect(settings: &Settings, root: Option<&Path>) -> Vec<Finding> {
    let (folder, mut findings) = root.map(Folder::look).unwrap_or_default();
    for domain in Domain::ALL {
        findings.extend(Catalog::look(domain, &folder).1);
    }
    if let Err(found) = Skeletons::load(&folder) {
        findings.extend(found.0);
    }
    if findings.is_empty() {
        findings = mails(settings, &folder);
    }
    findings.sort();
    findings.dedup();
    findings
}

fn mails(settings: &Settings, folder: &Folder) -> Vec<Finding> {
    let settings = Settings { brand: BRAND.to_owned(), ..settings.clone() };
    match Templates::unproven(settings, folder) {
        Ok(templates) => {
            [templates.unused(folder), templates.trial(folder, Some(problems))].concat()
        }
        Err(findings) => findings.0,
    }
}

/// What is wrong with a mail, and in which part.
type Look = fn(&Content) -> Vec<(&'static str, String)>;

impl Templates {
    /// Makes mails in every locale, and says which file is to blame for those that can't be made,
    /// or that do not pass a closer look. Without one, what is built in is tried with one number
    /// of minutes, as tests try all; what is the folder's need not be right in every plural form.
    pub(super) fn trial(&self, folder: &Folder, look: Option<Look>) -> Vec<Finding> {
        let mut findings = Vec::new();
        // What a skeleton does wrong it does in each locale; one is enough.
        let mut said = BTreeSet::new();
        for locale in self.catalog.locales().iter() {
            let ftl = folder.path(&Domain::Mail.path(locale));
            let file = |template| match template {
                HTML | TEXT => folder.path(template),
                _ => ftl.clone(),
            };
            // With such a name there is no mail.
            if let Some(problem) = self.unfit_name(locale) {
                findings.push(Finding::whole(&ftl, problem));
                continue;
            }
            let all = look.is_some() || folder.messages(locale, Domain::Mail).is_some();
            let minutes: &[u64] = if all { &[0, 1, 2, 3, 11, 30, 100, 1_000_000] } else { &[30] };
            for (minutes_left, codes) in
                minutes.iter().flat_map(|m| TRIALS.map(|codes| (*m, codes)))
            {
                let found = match self.sample(locale, minutes_left, codes) {
                    Ok(content) => look
                        .map_or_else(Vec::new, |look| look(&content))
                        .into_iter()
                        .map(|(template, problem)| Finding::whole(&file(template), problem))
                        .collect(),
                    Err(RenderError::NotWhole { template, problem }) => {
                        vec![Finding::whole(&file(template), problem)]
                    }
                    Err(RenderError::Skeleton { template, cause }) => {
                        let source = folder.file(template).unwrap_or_default();
                        vec![finding(&file(template), source, &cause)]
                    }
                    Err(other) => vec![Finding::whole(&ftl, other)],
                };
                for found in found {
                    if said.insert(found.clone()) {
                        let problem = format!("{} ({locale})", found.problem);
                        findings.push(Finding { problem, ..found });
                    }
                }
            }
        }
        findings
    }

    /// Messages that a skeleton of the folder does not show.
    fn unused(&self, folder: &Folder) -> Vec<Finding> {
        let mut findings = Vec::new();
        for skeleton in [HTML, TEXT] {
            if folder.file(skeleton).is_none() {
                continue;
            }
            let shown = self.skeletons.variables(skeleton);
            for id in MESSAGES.iter().filter(|id| !shown.contains(**id)) {
                let problem = format!("nothing shows the message {id}");
                findings.push(Finding::whole(&folder.path(skeleton), problem));
            }
        }
        findings
    }
}

/// What a reader would miss in this mail, and in which part.
fn problems(mail: &Content) -> Vec<(&'static str, String)> {
    let mut problems = Vec::new();
    // What the HTML shows, the text does too.
    for (template, part) in [("subject", &mail.subject), (TEXT, &mail.text)] {
        if let Some(link) = link(part) {
            problems.push((template, format!("shows {link}, of which mail clients make a link")));
        }
    }
    let document = Html::parse_document(&mail.html);
    let root = document.root_element();
    let mut html = |problem: String| problems.push((HTML, problem));
    for error in &document.errors {
        html(format!("HTML: {error}"));
    }
    if mail.html.len() > CLIPPED {
        html("is longer than 100 KiB, where Gmail cuts it short".to_owned());
    }
    for (name, wanted) in [("lang", mail.locale.tag()), ("dir", mail.locale.direction().as_str())] {
        if root.attr(name) != Some(wanted) {
            html(format!("<html> has no {name}=\"{{{{ {name} }}}}\""));
        }
    }
    for element in root.descendants().filter_map(ElementRef::wrap) {
        let name = element.value().name();
        if matches!(name, "a" | "form" | "script" | "iframe" | "object" | "link") {
            html(format!("has <{name}>: a mail with a code holds nothing that can be followed"));
        }
        if element.attr("src").is_some_and(|from| !from.starts_with("data:"))
            || element.attr("background").is_some()
        {
            html(format!("<{name}> loads something from outside, which most readers never see"));
        }
        let large = name == "h1" || name == "h2";
        if let Some((ratio, text)) = contrast(element).filter(|(ratio, _)| *ratio < 4.5 && !large) {
            html(format!("{text:?} has a contrast of {ratio:.1}:1; WCAG 2.2 AA asks for 4.5:1"));
        }
    }
    let isolated = |(element, text): &(ElementRef<'_>, &str)| {
        !text.contains(BRAND)
            || element.value().name() == "bdi"
            || element.attr("dir") == Some("auto")
    };
    if mail.locale.direction() == Direction::Rtl && !whole::seen(&document).iter().all(isolated) {
        html(
            "shows the brand outside <span dir=\"auto\">, so that its signs change sides"
                .to_owned(),
        );
    }
    problems
}

/// A word that mail clients make a link of.
fn link(text: &str) -> Option<&str> {
    text.split_whitespace().find(|word| word.contains("://") || word.contains("www."))
}

/// The contrast of an element's own text, by the colours that it and those around it have inline.
fn contrast(element: ElementRef<'_>) -> Option<(f64, String)> {
    let own = element.children().find_map(|child| match child.value() {
        Node::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        _ => None,
    })?;
    if whole::around(element).any(whole::is_hidden) {
        return None;
    }
    let of = |property: &str| whole::around(element).find_map(|element| styled(element, property));
    let ground = of("background-color").unwrap_or(color::WHITE);
    Some((of("color")?.contrast(ground), own))
}

fn styled(element: ElementRef<'_>, property: &str) -> Option<Color> {
    let style = element.attr("style")?;
    let declarations = style.split(';').filter_map(|declaration| declaration.split_once(':'));
    let mut values =
        declarations.filter(|(name, _)| name.trim() == property).map(|(_, value)| value);
    values.next_back()?.trim().parse().ok()
}
