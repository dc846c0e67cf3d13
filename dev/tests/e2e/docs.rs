//! The documentation's links lead somewhere, by GitHub's rules, and the tests that it names are
//! there. Nothing is fetched.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// All files below a folder whose names end so, but for what is built or installed.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let skipped = |path: &Path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with('.') || ["target", "node_modules"].contains(&&*name)
    };
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found = Vec::new();
    for path in paths.filter(|path| !skipped(path)) {
        if path.is_dir() {
            found.extend(files(&path, end));
        } else if path.extension().is_some_and(|it| it == end) {
            found.push(path);
        }
    }
    found
}

/// A page's lines outside of its code blocks.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    page.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        !in_code && !is_fence
    })
}

/// What GitHub calls the headings of a page: small letters, no punctuation, hyphens for spaces,
/// and a number from the second of a name on.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut seen = BTreeMap::new();
    let headings = prose(page).filter_map(|line| {
        let text = line.trim_start_matches('#');
        (text.len() < line.len()).then(|| text.strip_prefix(' ')).flatten()
    });
    headings
        .map(|heading| {
            let kept = |c: &char| c.is_alphanumeric() || [' ', '-', '_'].contains(c);
            let name: String = heading.trim().to_lowercase().chars().filter(kept).collect();
            let name = name.replace(' ', "-");
            let before = seen.entry(name.clone()).and_modify(|many| *many += 1).or_insert(0);
            if *before == 0 { name } else { format!("{name}-{before}") }
        })
        .collect()
}

/// Where a page's links lead to, without those in code.
fn links(page: &str) -> Vec<String> {
    let plain = |line: &str| line.split('`').step_by(2).collect::<Vec<_>>().join("`");
    let targets = |line: String| {
        let ends = line.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        ends.map(|(target, _)| target.to_owned()).collect::<Vec<_>>()
    };
    prose(page).map(plain).flat_map(targets).collect()
}

/// Says what is wrong with a link of this page.
fn fault(page: &Path, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match path {
        "" => page.to_owned(),
        path => page.parent().unwrap().join(path),
    };
    if !target.exists() {
        return Some(format!("{}: there is no {link}", page.display()));
    }
    let has_anchor = || anchors(&fs::read_to_string(&target).unwrap()).contains(anchor);
    (!anchor.is_empty() && !has_anchor())
        .then(|| format!("{}: no heading is {link}", page.display()))
}

#[test]
fn every_relative_link_leads_somewhere() {
    let pages = files(&root(), "md");
    assert!(pages.len() > 10, "{pages:?}");
    let faults = pages.iter().flat_map(|page| {
        let links = links(&fs::read_to_string(page).unwrap());
        links.into_iter().filter_map(|link| fault(page, &link)).collect::<Vec<_>>()
    });
    assert_eq!(faults.collect::<Vec<_>>(), Vec::<String>::new());
}

/// `file::function`, as SECURITY.md and RELIABILITY.md name them.
#[test]
fn every_test_that_a_page_names_is_there() {
    let sources: String =
        files(&root(), "rs").iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let is_name = |word: &str| {
        word.contains('_')
            && word.chars().all(|c| c.is_ascii_lowercase() || "_0123456789".contains(c))
    };
    let (mut named, mut missing) = (0, Vec::new());
    for page in files(&root().join("docs"), "md") {
        let text = fs::read_to_string(&page).unwrap();
        let spans = prose(&text).flat_map(|line| line.split('`').skip(1).step_by(2));
        let tests =
            spans.filter_map(|span| span.split_once("::")).filter(|(_, name)| is_name(name));
        for (file, name) in tests {
            named += 1;
            if !sources.contains(&format!("fn {name}(")) {
                missing.push(format!("{}: {file}::{name}", page.display()));
            }
        }
    }
    assert!(named > 100 && missing.is_empty(), "{named} named, missing: {missing:#?}");
}

#[test]
fn names_of_headings_are_githubs() {
    let page = "# `ses`: Amazon SES\n```sh\n# no heading\n```\n## 3 a.m.\n### 3 a.m.\n#none\n";
    let expected = ["3-am", "3-am-1", "ses-amazon-ses"];
    assert_eq!(anchors(page), expected.map(str::to_owned).into());
    let linked = links("[a](b.md#c) `[d](e)` [f](#g), [h](https://i.example)\n```\n[j](k)\n```\n");
    assert_eq!(linked, ["b.md#c", "#g", "https://i.example"]);
}
