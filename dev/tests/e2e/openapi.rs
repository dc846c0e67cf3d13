//! The document against the service: what a program reads there is what it gets.

use std::{path::Path, process::Stdio, time::Duration};

use reqwest::Method;
use tokio::process::Command;

use crate::rig::World;

/// Where `./test` installs it.
const SCHEMATHESIS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../target/test-tools/schemathesis/bin/schemathesis");

#[tokio::test]
async fn document_and_page_are_served_and_only_read() {
    let world = World::new().await;
    let api = world.api(&[("SIGNPOST_PATH_PREFIXES", "/a,/b/c")]).await;
    for (path, kind) in
        [("/openapi.json", "application/json"), ("/docs", "text/html"), ("/docs.css", "text/css")]
    {
        let response = api.method(Method::GET, path).send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(response.status().as_u16(), 200, "{path}");
        assert!(header("content-type").starts_with(kind), "{path}");
        assert_eq!(header("cache-control"), "no-store");
        assert!(header("content-security-policy").starts_with("default-src 'none'; "));
        let body = response.text().await.unwrap().replace("&#x2f;", "/");
        assert!(!body.contains("http://") && !body.contains("https://"), "{path} leads elsewhere");
        if path != "/docs.css" {
            for call in ["/a/sendRegisterCode", "/b/c/verifyRegisterCode"] {
                assert!(body.contains(call), "{path} knows no {call}");
            }
        }
        let refused = api.request(api.post(path)).await;
        assert_eq!((refused.status, refused.allow.as_deref()), (405, Some("GET, HEAD")));
        assert_eq!(refused.body, r#"{"msg":"Method Not Allowed","code":"405","success":false}"#);
    }
}

#[tokio::test]
async fn without_documentation_its_paths_are_like_any_other() {
    let world = World::new().await;
    let api = world.api(&[("SIGNPOST_DOCS", "off"), ("SIGNPOST_PATH_PREFIXES", "/,/docs")]).await;
    for path in ["/openapi.json", "/docs", "/docs.css"] {
        let refused = api.request(api.method(Method::GET, path)).await;
        assert_eq!(refused.status, 404, "{path}");
        assert_eq!(refused.body, r#"{"msg":"Not Found","code":"404","success":false}"#);
    }
    for path in ["/sendRegisterCode", "/docs/sendRegisterCode"] {
        assert_eq!(api.request(api.post(path)).await.status, 415, "{path}");
    }
}

/// Generated requests, good and bad, to the real binary over real Redis and `RabbitMQ`.
#[tokio::test]
async fn slow_schemathesis_finds_no_answer_that_the_document_does_not_know() {
    assert!(
        Path::new(SCHEMATHESIS).is_file(),
        "schemathesis is not installed: `./test` does it, from scripts/schemathesis.txt"
    );
    let world = World::new().await;
    let prefixes = "/plugin/datafor-auth/api/user,/plugin/datafor-modeler/api/user";
    let api = world.api(&[("SIGNPOST_PATH_PREFIXES", prefixes)]).await;
    let seed = std::env::vars().find(|(name, _)| name == "SCHEMATHESIS_SEED");
    let seed = seed.map_or_else(|| "1".to_owned(), |(_, seed)| seed);
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(SCHEMATHESIS)
        .arg("run")
        .arg(format!("http://{}/openapi.json", api.address))
        // Most refusals are answered with 200, as the contract has it.
        .args(["--checks=all", "--exclude-checks=negative_data_rejection"])
        .args(["--phases=examples,coverage,fuzzing", "--max-examples=100", "--seed", &seed])
        .args(["--continue-on-failure", "--no-color", "--suppress-health-check=all"])
        .env("NO_PROXY", "*")
        .env("no_proxy", "*")
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(Duration::from_secs(170), output).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("Tested: 4"), "not every call was tried: {said}");
}
