//! A short run of the bench that breaks things: it accounts for every accepted request itself.

use std::time::Duration;

use crate::rig::Process;

#[tokio::test]
async fn slow_chaos_loses_nothing() {
    let path = std::env::var_os("PATH").unwrap().into_string().unwrap();
    let options = ["chaos", "--length", "30s", "--rate", "50", "--seed", "4", "--settle", "4m"];
    let mut bench = Process::start_with("signpost-dev", &options, &[("PATH".to_owned(), path)]);
    let status = tokio::time::timeout(Duration::from_secs(300), bench.status()).await;
    let said = bench.log().join("\n").replace('\r', "\n");
    assert!(status.expect("it ends").success(), "{said}");
    assert!(said.contains("Every accepted request is accounted for."), "{said}");
}
