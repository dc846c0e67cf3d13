//! The parts agree with each other, with the images and with what the binaries say of themselves.

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use serde_json::{Value, json};
use signpost_shared::{
    config::{VARIABLES, duration},
    queue::{Rung, rabbit::SEND},
};

use super::{
    DEPLOY, README, container, has, named, objects, of_kind, pod, port, printed, references,
    selected, variables,
};
use crate::rig::path_of;

const DOCKERFILE: &str = include_str!("../../../../Dockerfile");

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
