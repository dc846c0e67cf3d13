//! What is built has nothing that a schema, an old kustomize or Prometheus would not take.

use std::{fs, path::Path};

use super::{BUILT, DEPLOY, PYTHON, build, printed};

const SCHEMAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kubernetes/schemas.py");

#[tokio::test]
async fn slow_kubernetes_schemas_have_nothing_against_what_is_built() {
    let (folder, files) = build(&BUILT).await;
    let arguments: Vec<_> = [SCHEMAS].into_iter().chain(files.iter().map(String::as_str)).collect();
    let said = printed(PYTHON, &arguments, folder.path()).await;
    let count: usize = files.iter().map(|file| fs::read_to_string(file).unwrap()).fold(
        0, // each object has a kind, at the beginning of a line
        |sum, text| sum + text.lines().filter(|line| line.starts_with("kind: ")).count(),
    );
    assert_eq!(said.trim(), format!("{count} objects, 0 findings"));
}

/// The operator's object is the file that everybody else reads, in a wrapping.
#[test]
fn kubernetes_has_the_alerts_that_prometheus_has() {
    let path = format!("{DEPLOY}/prometheus/prometheusrule.yaml");
    let alerts = fs::read_to_string(format!("{DEPLOY}/prometheus/alerts.yml")).unwrap();
    let (_, groups) = alerts.split_once("\ngroups:\n").unwrap();
    let written = fs::read_to_string(&path).unwrap();
    let (head, _) = written.split_once("spec:\n").unwrap();
    let indented: String =
        groups.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect();
    let wrapped = format!("{head}spec:\n  groups:\n{indented}");
    if std::env::var_os("WRITE_DOCS").is_some() {
        fs::write(&path, wrapped).unwrap();
    } else {
        assert!(written == wrapped, "WRITE_DOCS=1 writes it anew: {path}");
    }
}

/// Those of kubectl 1.20, the oldest that is promised, and of today's.
#[test]
fn kubernetes_is_written_in_words_that_every_kustomize_knows() {
    const WORDS: &str = "apiVersion kind namespace bases resources patchesStrategicMerge \
                         configMapGenerator generatorOptions images";
    let folders = BUILT.map(|name| format!("kubernetes/{name}"));
    let more = ["grafana", "prometheus"].map(str::to_owned);
    for folder in folders.into_iter().chain(more).map(|name| format!("{DEPLOY}/{name}")) {
        let file = fs::read_to_string(format!("{folder}/kustomization.yaml")).unwrap();
        for line in file.lines().filter(|line| !line.starts_with(['#', ' '])) {
            let (word, rest) = line.split_once(':').unwrap();
            assert!(WORDS.split_whitespace().any(|known| known == word), "{folder}: {word}");
            let listed = rest.trim_matches([' ', '[', ']']).split(", ");
            for name in listed.filter(|_| ["bases", "resources"].contains(&word)) {
                let is_folder = Path::new(&folder).join(name).is_dir();
                assert_eq!(is_folder, word == "bases", "{folder}: folders are bases: {name}");
            }
        }
        assert!(!file.contains(" options:"), "{folder}: a generator has no options of its own");
    }
}
