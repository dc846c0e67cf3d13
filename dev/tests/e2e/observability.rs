//! What the two binaries tell Prometheus, looked at by Prometheus' own tools.

use std::{collections::BTreeMap, process::Stdio};

use serde_json::Value;
use signpost_shared::telemetry::{
    Binary,
    metric::{Kind, Values},
    table::METRICS,
};
use tokio::{io::AsyncWriteExt as _, process::Command};

use crate::rig::{Api, Process, Worker, World, free_port, until};

/// An API and a worker that have something to tell: a mail delivered, one refused, one throttled.
async fn busy(world: &World) -> (Api, Worker) {
    use signpost_smtp_server::{Answer::Say, Rule};
    let api = world.api(&[("SIGNPOST_QUEUE_LIMIT", "1000")]).await;
    let worker = world.worker(&[]).await;
    assert!(api.send("jane@a.example").await.is_success());
    world.mails.wait_for_received(1).await;
    world.script.rule(Rule::at("RCPT", Say("550 5.1.1 no such mailbox")));
    assert!(api.send("john@a.example").await.is_success());
    assert_eq!(api.send("john@a.example").await.code(), "send.later");
    assert_eq!(api.check("jane@a.example", "000000", false).await.status, 200);
    let dead = "signpost_jobs_total{outcome=\"dead\"}";
    until("a job is parked", async || worker.metric(dead).await == Some(1.0)).await;
    let parked = "signpost_queue_depth{queue=\"mail.v1.dead\"";
    until("the API has looked at the queues", async || api.metric(parked).await == Some(1.0)).await;
    until("the worker has, too", async || worker.metric(parked).await == Some(1.0)).await;
    (api, worker)
}

/// The families of a page: their `# TYPE`, whether they have a `# HELP`, and their lines.
#[derive(Default)]
struct Family {
    kind: String,
    has_help: bool,
    lines: Vec<String>,
}

fn families(page: &str) -> BTreeMap<String, Family> {
    let mut families = BTreeMap::<String, Family>::new();
    let mut current = String::new();
    for line in page.lines().filter(|line| !line.is_empty()) {
        if let Some((name, _)) = line.strip_prefix("# HELP ").and_then(|rest| rest.split_once(' '))
        {
            families.entry(name.to_owned()).or_default().has_help = true;
        } else if let Some((name, kind)) =
            line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' '))
        {
            name.clone_into(&mut current);
            kind.clone_into(&mut families.entry(name.to_owned()).or_default().kind);
        } else {
            assert!(line.starts_with(&current), "{line} is not of {current}");
            families.get_mut(&current).unwrap().lines.push(line.to_owned());
        }
    }
    families
}

/// The labels of a line. No value of ours has a comma or a quote.
fn labels(line: &str) -> Vec<(String, String)> {
    let Some((_, rest)) = line.split_once('{') else { return Vec::new() };
    let (inside, _) = rest.split_once("\"}").unwrap();
    let pairs = inside.split("\",").map(|pair| pair.split_once("=\"").unwrap());
    pairs
        .filter(|(name, _)| *name != "le")
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[tokio::test]
async fn every_metric_is_the_tables_and_says_what_it_is() {
    let world = World::new().await;
    let (api, worker) = busy(&world).await;
    for (binary, page) in
        [(Binary::Api, api.metrics().await), (Binary::Worker, worker.metrics().await)]
    {
        let families = families(&page);
        assert!(!page.contains("a.example"), "{page}");
        for (name, family) in &families {
            assert!(family.has_help, "{name} has no help");
            if name.starts_with("process_") {
                continue;
            }
            let metric = METRICS.iter().find(|metric| metric.name == name);
            let metric = metric.unwrap_or_else(|| panic!("{name} is not in the table"));
            assert!(metric.of.contains(&binary), "{name} is not of {binary:?}");
            assert_eq!(family.kind, format!("{:?}", metric.kind()).to_lowercase(), "{name}");
            for line in &family.lines {
                for (label, value) in labels(line) {
                    let known = metric.labels.iter().find(|known| known.name == label);
                    match known.map(|known| known.values) {
                        Some(Values::Closed(values)) => {
                            assert!(values.contains(&value.as_str()), "{line}");
                        }
                        Some(Values::Found(_) | Values::Usual(..)) => {}
                        None => panic!("{line}: {label} is not in the table"),
                    }
                }
            }
        }
        for metric in METRICS.iter().filter(|metric| metric.of.contains(&binary)) {
            let is_known = metric.labels.iter().all(|label| match label.values {
                Values::Closed(_) => true,
                Values::Found(_) | Values::Usual(..) => false,
            });
            let Some(family) = families.get(metric.name) else {
                assert!(!is_known, "{} is not there from the start", metric.name);
                continue;
            };
            let sets: usize = metric.labels.iter().fold(1, |sets, label| match label.values {
                Values::Closed(values) => sets * values.len(),
                Values::Found(_) | Values::Usual(..) => sets,
            });
            if is_known && metric.kind() == Kind::Counter {
                assert_eq!(family.lines.len(), sets, "{}", metric.name);
            }
        }
        assert!(families.contains_key("process_resident_memory_bytes"), "{page}");
        assert!(families.contains_key("signpost_build_info"), "{page}");
    }
}

#[tokio::test]
async fn slow_promtool_finds_nothing_in_the_metrics() {
    let world = World::new().await;
    let (api, worker) = busy(&world).await;
    for page in [api.metrics().await, worker.metrics().await] {
        promtool(&["check", "metrics"], &page).await;
    }
}

/// Each alert fires in its case, and is silent without.
#[tokio::test]
async fn slow_alerts_fire_when_they_shall() {
    promtool(&["check", "rules", &deploy("prometheus/alerts.yml")], "").await;
    promtool(&["test", "rules", &deploy("prometheus/alerts.test.yml")], "").await;
}

#[test]
fn every_alert_is_tested_and_has_a_section_of_the_documentation() {
    let headings = include_str!("../../../docs/OPERATIONS.md").lines();
    let anchor = |heading: &str| heading.to_lowercase().replace(' ', "-");
    let anchors: Vec<_> =
        headings.filter_map(|line| line.strip_prefix("### ")).map(anchor).collect();
    let mut alerts = 0;
    for alert in ALERTS.split("- alert: ").skip(1) {
        let name = alert.lines().next().unwrap();
        let (_, rest) = alert.split_once("runbook_url: docs/OPERATIONS.md#").expect(name);
        assert!(
            anchors.iter().any(|anchor| Some(anchor.as_str()) == rest.lines().next()),
            "{name}"
        );
        for case in ["fires", "is silent"] {
            assert!(ALERT_TESTS.contains(&format!("- name: {name} {case}\n")), "{name} {case}");
        }
        for part in ["summary: ", "description: ", "severity: "] {
            assert!(alert.contains(part), "{name}: {part}");
        }
        alerts += 1;
    }
    assert!(alerts > 0 && alerts == anchors.len(), "{alerts} alerts, sections: {anchors:?}");
}

pub(crate) const ALERTS: &str = include_str!("../../../deploy/prometheus/alerts.yml");
const ALERT_TESTS: &str = include_str!("../../../deploy/prometheus/alerts.test.yml");

fn deploy(file: &str) -> String {
    format!("{}/../deploy/{file}", env!("CARGO_MANIFEST_DIR"))
}

/// Runs Prometheus' tool, which says nothing on standard error when all is well.
async fn promtool(arguments: &[&str], input: &str) {
    let mut child = Command::new("promtool")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("Debian's prometheus is installed: `./test` does it");
    let mut pipe = child.stdin.take().unwrap();
    // A tool that does not read ends before.
    let _ = pipe.write_all(input.as_bytes()).await;
    drop(pipe);
    let output = child.wait_with_output().await.unwrap();
    let [said, complaint] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success() && complaint.is_empty(), "{arguments:?}: {said}{complaint}");
}

/// A real Prometheus that scrapes both binaries every second.
pub(crate) struct Prometheus {
    address: String,
    _process: Process,
    _folder: tempfile::TempDir,
}

impl Prometheus {
    pub(crate) fn start(rules: &str, api: &Api, worker: &Worker) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let target = |job, address| {
            format!("{{job_name: {job}, static_configs: [{{targets: ['{address}']}}]}}")
        };
        let settings = format!(
            "{{global: {{scrape_interval: 1s, evaluation_interval: 1s}}, rule_files: [rules.yml], \
             scrape_configs: [{}, {}]}}",
            target("signpost-api", api.admin.address),
            target("signpost-worker", worker.admin.address),
        );
        std::fs::write(path("rules.yml"), rules).unwrap();
        std::fs::write(path("prometheus.yml"), settings).unwrap();
        let address = format!("127.0.0.1:{}", free_port().unwrap());
        let arguments = [
            format!("--config.file={}", path("prometheus.yml")),
            format!("--storage.tsdb.path={}", path("data")),
            format!("--web.listen-address={address}"),
        ];
        let search = std::env::var_os("PATH").unwrap_or_default().into_string().unwrap();
        let arguments = arguments.each_ref().map(String::as_str);
        let process = Process::start_with("prometheus", &arguments, &[("PATH".to_owned(), search)]);
        Self { address, _process: process, _folder: folder }
    }

    pub(crate) async fn ask(&self, path: &str) -> Option<Value> {
        let answer = reqwest::get(format!("http://{}/api/v1/{path}", self.address)).await.ok()?;
        serde_json::from_str(&answer.text().await.ok()?).ok()
    }

    /// What a query finds.
    pub(crate) async fn find(&self, query: &str) -> Vec<Value> {
        let asked: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let answer = self.ask(&format!("query?query={asked}")).await.unwrap_or_default();
        answer["data"]["result"].as_array().cloned().unwrap_or_default()
    }
}

/// Every query of the dashboard has an answer while a little is going on.
#[tokio::test]
async fn slow_prometheus_answers_every_query_of_the_dashboard() {
    let world = World::new().await;
    let (api, worker) = busy(&world).await;
    let prometheus = Prometheus::start(ALERTS, &api, &worker);
    let dashboard = std::fs::read_to_string(deploy("grafana/signpost.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&dashboard).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    let queries: Vec<_> = targets.map(|target| target["expr"].as_str().unwrap()).collect();
    assert!(queries.len() > 20, "{queries:?}");
    for query in queries {
        until(query, async || !prometheus.find(query).await.is_empty()).await;
    }
    let rules = prometheus.ask("rules").await.unwrap();
    let loaded = rules["data"]["groups"][0]["rules"].as_array().unwrap().len();
    assert_eq!(loaded, ALERTS.matches("- alert: ").count());
}
