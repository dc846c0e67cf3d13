//! The table against what else says the same: the documentation and the sources.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use super::{super::metric::Kind, *};

const BEGIN: &str = "<!-- metrics: begin -->\n";
const END: &str = "<!-- metrics: end -->";
/// Set to anything, it has the table in docs/OPERATIONS.md written anew:
/// `WRITE_DOCS=1 cargo test -p signpost-shared --lib telemetry::table`.
const WRITE: &str = "WRITE_DOCS";

/// What begins like a metric and is none: the targets of log lines.
const TARGETS: [&str; 4] = ["signpost_api", "signpost_worker", "signpost_shared", "signpost_dev"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn rendered() -> String {
    let mut table = "| name | kind | labels | meaning |\n|---|---|---|---|\n".to_owned();
    for metric in METRICS {
        let kind = match metric.kind() {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        let of = match metric.of {
            API => "api",
            WORKER => "worker",
            _ => "both",
        };
        let labels: Vec<_> = metric.labels.iter().map(label).collect();
        let (name, labels, help) = (metric.name, labels.join(", "), metric.help);
        writeln!(table, "| `{name}` | {kind}, {of} | {labels} | {help} |").unwrap();
    }
    table
}

fn label(label: &Label) -> String {
    let values = match label.values {
        Values::Closed(values) => {
            values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
        }
        Values::Found(what) | Values::Usual(what, _) => what.to_owned(),
    };
    format!("`{}` ({values})", label.name)
}

#[test]
fn the_documentation_has_this_table() {
    let path = root().join("docs/OPERATIONS.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (documented, after) = rest.split_once(END).unwrap();
    let rendered = rendered();
    if std::env::var_os(WRITE).is_some() {
        fs::write(&path, format!("{before}{BEGIN}{rendered}{END}{after}")).unwrap();
    } else {
        assert!(documented == rendered, "docs/OPERATIONS.md: {WRITE}=1 writes:\n{rendered}");
    }
}

/// Every name that stands in quotes in what is built into the two binaries.
fn names_in_sources() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut folders =
        ["api/src", "shared/src", "worker/src"].map(|name| root().join(name)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_test = path.components().any(|part| part.as_os_str() == "tests");
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs")
                && !is_test
                && !path.ends_with("tests.rs")
                && !path.ends_with("table.rs")
            {
                let source = fs::read_to_string(path).unwrap();
                // Tests come last in a file.
                let built = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
                for after in built.split("\"signpost_").skip(1) {
                    let is_part = |c: char| c.is_ascii_lowercase() || c == '_';
                    let end = after.find(|c| !is_part(c)).unwrap();
                    names.insert(format!("signpost_{}", &after[..end]));
                }
            }
        }
    }
    names.retain(|name| !TARGETS.contains(&name.as_str()));
    names
}

#[test]
fn the_sources_keep_these_metrics_and_no_others() {
    let table: BTreeSet<_> = METRICS.iter().map(|metric| metric.name.to_owned()).collect();
    assert_eq!(table.len(), METRICS.len(), "a name is there twice");
    assert_eq!(names_in_sources(), table);
}

#[test]
fn help_fits_into_a_cell_and_a_line() {
    for metric in METRICS {
        assert!(!metric.help.contains(['|', '\n']) && !metric.help.is_empty(), "{}", metric.name);
    }
}
