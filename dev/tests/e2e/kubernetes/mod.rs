//! `deploy/kubernetes`, as a real `kubectl kustomize` builds it: against published schemas, its
//! parts against each other, and against the real binaries, which start with what it says.

mod agreement;
mod schemas;
mod start;

use std::{fs, path::Path, process::Stdio, time::Duration};

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy");
/// The Python that has what scripts/kubernetes.txt lists.
const PYTHON: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../target/test-tools/kubernetes/bin/python");
const BUILT: [&str; 4] = ["base", "overlays/keda", "overlays/monitoring", "overlays/all"];
const README: &str = include_str!("../../../../deploy/kubernetes/README.md");

/// What a program prints, in this folder.
async fn printed(program: &str, arguments: &[&str], folder: &Path) -> String {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(Duration::from_secs(150), command.output()).await;
    let output = output.expect("the program ends");
    let output = output.expect("kubectl and the schemas are installed: `./test` does it");
    let said = String::from_utf8(output.stdout).unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}{complaint}");
    said
}

/// A folder with a file for each that was built, and their names.
async fn build(names: &[&str]) -> (TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for name in names {
        let from = format!("{DEPLOY}/kubernetes/{name}");
        let manifests = printed("kubectl", &["kustomize", &from], folder.path()).await;
        let file = folder.path().join(format!("{}.yaml", name.replace('/', "-")));
        fs::write(&file, manifests).unwrap();
        files.push(file.to_str().unwrap().to_owned());
    }
    (folder, files)
}

/// The objects of what was built.
async fn objects(name: &str) -> Vec<Value> {
    const READ: &str = "import json, sys, yaml\n\
                        print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))";
    let (folder, files) = build(&[name]).await;
    let read = printed(PYTHON, &["-c", READ, &files[0]], folder.path()).await;
    serde_json::from_str(&read).unwrap()
}

fn of_kind<'a>(objects: &'a [Value], kind: &str) -> Vec<&'a Value> {
    objects.iter().filter(|object| object["kind"] == kind).collect()
}

fn named<'a>(objects: &'a [Value], kind: &str, name: &str) -> &'a Value {
    let found = of_kind(objects, kind).into_iter().find(|it| it["metadata"]["name"] == name);
    found.expect(name)
}

fn pod(deployment: &Value) -> &Value {
    &deployment["spec"]["template"]["spec"]
}

fn container(deployment: &Value) -> &Value {
    &pod(deployment)["containers"][0]
}

/// Whether something has all of these labels.
fn has(labels: &Value, wanted: &Value) -> bool {
    let wanted = wanted.as_object().unwrap();
    !wanted.is_empty() && wanted.iter().all(|(name, value)| labels[name] == *value)
}

/// The deployments whose pods have these labels.
fn selected<'a>(objects: &'a [Value], labels: &Value) -> Vec<&'a Value> {
    let mut deployments = of_kind(objects, "Deployment");
    deployments.retain(|it| has(&it["spec"]["template"]["metadata"]["labels"], labels));
    assert!(!deployments.is_empty(), "nobody has {labels}");
    deployments
}

/// The number of a port of a container, by its name.
fn port(deployment: &Value, name: &Value) -> u64 {
    let ports = container(deployment)["ports"].as_array().unwrap();
    let found = ports.iter().find(|port| port["name"] == *name);
    found.expect("a port of that name")["containerPort"].as_u64().unwrap()
}

/// The variables of a deployment: the settings', and its own.
fn variables(objects: &[Value], deployment: &Value) -> Vec<(String, String)> {
    let settings = &container(deployment)["envFrom"][0]["configMapRef"]["name"];
    let settings = &named(objects, "ConfigMap", settings.as_str().unwrap())["data"];
    let own = container(deployment)["env"].as_array().unwrap();
    let own = own.iter().map(|pair| (pair["name"].as_str().unwrap(), &pair["value"]));
    let shared = settings.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    shared.chain(own).map(|(name, value)| (name.to_owned(), text(value))).collect()
}

/// The keys of Secrets that are mounted, each with its Secret.
fn references(deployment: &Value) -> Vec<[String; 2]> {
    let sources = pod(deployment)["volumes"][0]["projected"]["sources"].as_array().unwrap();
    let keys = sources.iter().map(|source| &source["secret"]).flat_map(|secret| {
        let items = secret["items"].as_array().unwrap();
        items.iter().map(|item| {
            assert_eq!(item["key"], item["path"]);
            [&secret["name"], &item["key"]].map(|text| text.as_str().unwrap().to_owned())
        })
    });
    keys.collect()
}
