//! The real binaries start with a pod's settings and Secrets, made as the README says.

use std::{fs, path::Path};

use serde_json::Value;

use super::{README, container, named, objects, printed, references, variables};
use crate::rig::{World, path_of, until};

/// Where the pods find their secrets.
const SECRETS: &str = "/run/secrets/signpost";

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
    for admin in [api.admin.address, worker.admin.address] {
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
