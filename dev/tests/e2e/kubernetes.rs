//! `deploy/kubernetes`, as a real `kubectl kustomize` builds it: against published schemas, its
//! parts against each other, and against the real binaries, which start with what it says.

use std::{collections::BTreeSet, fs, path::Path, process::Stdio, time::Duration};

use serde_json::{Value, json};
use signpost_dev::rig::{World, path_of, until};
use signpost_shared::{
    config::{VARIABLES, duration},
    queue::{Rung, rabbit::SEND},
};
use tempfile::TempDir;
use tokio::process::Command;

const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy");
const SCHEMAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kubernetes/schemas.py");
/// The Python that has what scripts/kubernetes.txt lists.
const PYTHON: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../target/test-tools/kubernetes/bin/python");
const BUILT: [&str; 4] = ["base", "overlays/keda", "overlays/monitoring", "overlays/all"];
const README: &str = include_str!("../../../deploy/kubernetes/README.md");
const DOCKERFILE: &str = include_str!("../../../Dockerfile");
/// Where the pods find their secrets.
const SECRETS: &str = "/run/secrets/signpost";

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

#[tokio::test]
async fn slow_kubernetes_pods_agree_with_images_and_binaries() {
    let objects = objects("overlays/all").await;
    let folder = Path::new(DEPLOY);
    for (name, listen) in [
        ("signpost-api", signpost_api::config::ADMIN_LISTEN),
        ("signpost-worker", signpost_worker::config::ADMIN_LISTEN),
    ] {
        let deployment = named(&objects, "Deployment", name);
        let (pod, container) = (pod(deployment), container(deployment));
        let image = format!("registry.example.com/{name}:{}", env!("CARGO_PKG_VERSION"));
        assert_eq!(container["image"], image);

        let security = &pod["securityContext"];
        assert!(
            DOCKERFILE
                .contains(&format!("USER {}:{}\n", security["runAsUser"], security["runAsGroup"]))
        );
        assert_eq!(security["fsGroup"], security["runAsGroup"], "who may read the secrets");
        assert_eq!(security["seccompProfile"]["type"], "RuntimeDefault");
        assert_eq!(security["runAsNonRoot"], true);
        assert_eq!(pod["automountServiceAccountToken"], false);
        let restricted = json!({
            "allowPrivilegeEscalation": false,
            "readOnlyRootFilesystem": true,
            "capabilities": {"drop": ["ALL"]},
        });
        assert_eq!(container["securityContext"], restricted);
        let limits = container["resources"]["limits"].as_object().unwrap();
        assert_eq!(limits.keys().collect::<Vec<_>>(), ["memory"]);

        let (_, default) = listen.rsplit_once(':').unwrap();
        assert_eq!(port(deployment, &json!("admin")).to_string(), default);
        let set = variables(&objects, deployment);
        let value = |name: &str| {
            let last = set.iter().rfind(|(set, _)| set == name);
            last.unwrap_or_else(|| panic!("no {name}")).1.as_str()
        };
        assert_eq!(value("SIGNPOST_ADMIN_LISTEN"), format!("0.0.0.0:{default}"));
        assert!(DOCKERFILE.contains(&format!("SIGNPOST_ADMIN_LISTEN=0.0.0.0:{default}")));
        for (probe, path) in
            [("startupProbe", "/livez"), ("readinessProbe", "/readyz"), ("livenessProbe", "/livez")]
        {
            assert_eq!(container[probe]["httpGet"], json!({"path": path, "port": "admin"}));
        }

        let help = printed(path_of(name).to_str().unwrap(), &["--help"], folder).await;
        for variable in container["env"].as_array().unwrap() {
            let variable = variable["name"].as_str().unwrap();
            assert!(help.contains(variable), "{name} knows no {variable}");
        }
        for (variable, _) in &set {
            assert!(VARIABLES.contains(&variable.as_str()), "{variable}");
            let file = format!("{variable}_FILE");
            assert!(!VARIABLES.contains(&file.as_str()), "{variable} is to come from a file");
        }

        let stop = ["SIGNPOST_DRAIN_DELAY", "SIGNPOST_GRACE"].map(|name| duration(value(name)));
        let stop: Duration = stop.into_iter().map(Result::unwrap).sum();
        let killed = pod["terminationGracePeriodSeconds"].as_u64().unwrap();
        assert!(Duration::from_secs(killed) > stop, "{killed} s for {stop:?}");
    }
}

#[tokio::test]
async fn slow_kubernetes_selectors_find_what_they_are_for() {
    let objects = objects("overlays/all").await;
    for deployment in of_kind(&objects, "Deployment") {
        let name = deployment["metadata"]["name"].as_str().unwrap();
        let budget = named(&objects, "PodDisruptionBudget", name);
        let spread = pod(deployment)["topologySpreadConstraints"].as_array().unwrap();
        assert_eq!(spread.len(), 2, "{name}");
        let own = [&deployment["spec"]["selector"], &budget["spec"]["selector"]];
        for selector in own.into_iter().chain(spread.iter().map(|it| &it["labelSelector"])) {
            assert_eq!(selected(&objects, &selector["matchLabels"]), [deployment], "{name}");
        }
    }
    for service in of_kind(&objects, "Service") {
        let deployments = selected(&objects, &service["spec"]["selector"]);
        assert_eq!(deployments.len(), 1, "{service}");
        port(deployments[0], &service["spec"]["ports"][0]["targetPort"]);
    }
    let ways = |name: &str, direction: &str| -> BTreeSet<u64> {
        let deployment = named(&objects, "Deployment", name);
        let mut ways = BTreeSet::new();
        for policy in of_kind(&objects, "NetworkPolicy") {
            let labels = &policy["spec"]["podSelector"]["matchLabels"];
            let rules = policy["spec"][direction].as_array().into_iter().flatten();
            if selected(&objects, labels).contains(&deployment) {
                let ports = rules.flat_map(|rule| rule["ports"].as_array().unwrap());
                let number =
                    |port: &Value| port.as_u64().unwrap_or_else(|| self::port(deployment, port));
                ways.extend(ports.map(|port| number(&port["port"])));
            }
        }
        ways
    };
    assert_eq!(ways("signpost-api", "ingress"), BTreeSet::from([8080, 9090]));
    assert_eq!(ways("signpost-worker", "ingress"), BTreeSet::from([9091]));
    let api = [53, 5671, 5672, 6379, 26379];
    assert_eq!(ways("signpost-api", "egress"), BTreeSet::from(api));
    let worker = [25, 53, 465, 587, 2525, 5671, 5672];
    assert_eq!(ways("signpost-worker", "egress"), BTreeSet::from(worker));
}

#[tokio::test]
async fn slow_kubernetes_workers_are_no_more_than_the_relay_has_connections_for() {
    let objects = objects("overlays/all").await;
    let scaled = named(&objects, "ScaledObject", "signpost-worker");
    let spec = &scaled["spec"];
    let worker = named(&objects, "Deployment", spec["scaleTargetRef"]["name"].as_str().unwrap());
    assert!(worker["spec"].get("replicas").is_none(), "their number is KEDA's business");
    let set = variables(&objects, worker);
    let (_, each) = set.iter().find(|(name, _)| name == "SIGNPOST_SMTP_CONNECTIONS").unwrap();
    let each: u64 = each.parse().unwrap();
    let relay = scaled["metadata"]["annotations"]["signpost/relay-connections"].as_str().unwrap();
    assert_eq!(spec["maxReplicaCount"], relay.parse::<u64>().unwrap() / each);
    assert!(README.contains(&format!("?connections={relay}`")), "the relay of the README");
    assert!(spec["minReplicaCount"].as_u64().unwrap() >= 1, "people wait for their codes");
    let longest = Rung::ALL.map(Rung::wait).into_iter().max().unwrap().as_secs();
    let shrink = &spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"];
    assert_eq!(shrink["stabilizationWindowSeconds"], longest);
    let trigger = &spec["triggers"][0];
    assert_eq!(trigger["metadata"]["queueName"], SEND);
    assert_eq!(trigger["metadata"]["value"], (each * 10).to_string(), "ten seconds' worth");
    let login = trigger["authenticationRef"]["name"].as_str().unwrap();
    let login = &named(&objects, "TriggerAuthentication", login)["spec"]["secretTargetRef"][0];
    let held = [&login["name"], &login["key"]];
    assert!(references(worker).contains(&held.map(|text| text.as_str().unwrap().to_owned())));
}

#[tokio::test]
async fn slow_kubernetes_monitoring_finds_both_and_has_the_dashboard() {
    let objects = objects("overlays/all").await;
    let monitor = &named(&objects, "ServiceMonitor", "signpost")["spec"];
    let mut watched = of_kind(&objects, "Service");
    watched.retain(|it| has(&it["metadata"]["labels"], &monitor["selector"]["matchLabels"]));
    let mut jobs = Vec::new();
    for service in watched {
        let admin = &service["spec"]["ports"][0];
        assert_eq!(admin["name"], monitor["endpoints"][0]["port"]);
        let deployment = selected(&objects, &service["spec"]["selector"])[0];
        assert_eq!(admin["port"], port(deployment, &json!("admin")));
        jobs.push(&service["metadata"]["labels"][monitor["jobLabel"].as_str().unwrap()]);
    }
    assert_eq!(jobs, ["signpost-api", "signpost-worker"]);
    let dashboard = named(&objects, "ConfigMap", "signpost-dashboard");
    assert_eq!(dashboard["metadata"]["labels"], json!({"grafana_dashboard": "1"}));
    let file = fs::read_to_string(format!("{DEPLOY}/grafana/signpost.json")).unwrap();
    assert_eq!(dashboard["data"], json!({"signpost.json": file}));
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

/// As the README has Secrets made, from the API's own keys; the servers are the tests'.
async fn secrets(world: &World, folder: &Path) -> Vec<Value> {
    let redis = world.api_settings(&[]).into_iter().find(|(name, _)| name == "SIGNPOST_REDIS_URL");
    let redis = redis.unwrap().1;
    let urls = [("redis", redis), ("amqp", world.broker.url()), ("smtp", world.relay.url())];
    fs::create_dir(folder.join("urls")).unwrap();
    for (name, url) in urls {
        assert!(README.contains(&format!("urls/{name}_url")));
        fs::write(folder.join(format!("urls/{name}_url")), url).unwrap();
    }
    fs::create_dir(folder.join("keys")).unwrap();
    printed(path_of("signpost-api").to_str().unwrap(), &["keygen", "--folder", "keys"], folder)
        .await;
    let mut made = Vec::new();
    for line in README.lines().filter(|line| line.contains(" create secret ")) {
        let words: Vec<_> = line.split(' ').skip(1).chain(["--dry-run=client", "-ojson"]).collect();
        let secret = printed("kubectl", &words, folder).await;
        made.push(serde_json::from_str(&secret).unwrap());
    }
    made
}

#[tokio::test]
async fn slow_kubernetes_settings_and_secrets_are_enough_to_deliver_a_mail() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let made = secrets(&world, folder.path()).await;
    let objects = objects("base").await;
    // What a pod would be given, with the ports that are free here.
    let given = |name: &str| -> Vec<(String, String)> {
        let deployment = named(&objects, "Deployment", name);
        assert_eq!(container(deployment)["volumeMounts"][0]["mountPath"], SECRETS);
        let mounted = folder.path().join(name);
        fs::create_dir(&mounted).unwrap();
        for [secret, key] in references(deployment) {
            let secret = named(&made, "Secret", &secret);
            assert_eq!(secret["metadata"]["namespace"], deployment["metadata"]["namespace"]);
            assert!(secret["data"][&key].is_string(), "no {key} in {secret}");
            let from = if key.ends_with("_url") { "urls" } else { "keys" };
            fs::copy(folder.path().join(from).join(&key), mounted.join(&key)).unwrap();
        }
        let unset = ["REDIS_URL", "AMQP_URL", "SMTP_URL", "CODE_KEYS", "ADDRESS_KEY", "LOG"];
        let unset = unset.map(|name| (format!("SIGNPOST_{name}"), String::new()));
        let mut set = variables(&objects, deployment);
        for (name, value) in &mut set {
            if name.ends_with("LISTEN") {
                "127.0.0.1:0".clone_into(value);
            } else {
                *value = value.replace(SECRETS, mounted.to_str().unwrap());
            }
        }
        unset.into_iter().chain(set).collect()
    };
    let [api, worker] = ["signpost-api", "signpost-worker"].map(given);
    let api = world.api(&borrowed(&api)).await;
    let worker = world.worker(&borrowed(&worker)).await;
    assert!(api.send("jane@a.example").await.is_success());
    world.mails.wait_for_received(1).await;
    for admin in [api.admin, worker.admin] {
        until("both are alive and ready", async || {
            let [live, ready] =
                ["livez", "readyz"].map(|path| reqwest::get(format!("http://{admin}/{path}")));
            live.await.unwrap().status() == 200 && ready.await.unwrap().status() == 200
        })
        .await;
    }
}

fn borrowed(settings: &[(String, String)]) -> Vec<(&str, &str)> {
    settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
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
