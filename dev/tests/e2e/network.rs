//! Client networks: who is limited, and who may say where they come from.

use crate::rig::{Answer, Api, SEND_PATH, World};

const FORM: &str = "application/x-www-form-urlencoded";

async fn send_from(api: &Api, address: &str, forwarded_for: &str) -> Answer {
    let request = api.post(SEND_PATH).header("content-type", FORM);
    let request = request.header("x-forwarded-for", forwarded_for);
    api.request(request.body(format!("email={}", address.replace('@', "%40")))).await
}

#[tokio::test]
async fn a_network_is_limited_and_its_refusals_leave_no_trace() {
    let world = World::new().await;
    let limits = [("SIGNPOST_NETWORK_RATE", "10/m"), ("SIGNPOST_NETWORK_BURST", "3")];
    let api = world.api(&limits).await;
    for n in 0..3 {
        assert!(api.send(&format!("jane{n}@a.example")).await.is_success());
    }
    let limit = api.send("john@a.example").await;
    let start = r#"{"msg":"too many codes requested, please try again later","code":"send.limit","success":false,"retryAfter":"#;
    assert!(limit.body.starts_with(start), "{}", limit.body);
    assert!((1..=6).contains(&limit.json()["retryAfter"].as_u64().unwrap()));
    assert_eq!(api.check("john@a.example", "012345", false).await.code(), "428");
    for _ in 0..2 {
        api.check("john@a.example", "012345", false).await;
    }
    assert_eq!(api.check("john@a.example", "012345", false).await.code(), "send.limit");
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_a_share_of_its_own() {
    let world = World::new().await;
    let limits = [
        ("SIGNPOST_NETWORK_RATE", "1/m"),
        ("SIGNPOST_NETWORK_BURST", "1"),
        ("SIGNPOST_TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8"),
    ];
    let api = world.api(&limits).await;
    let ask = async |name: &str, chain: &str| {
        let answer = send_from(&api, &format!("{name}@a.example"), chain).await;
        if answer.is_success() { "accepted".to_owned() } else { answer.code() }
    };
    assert_eq!(ask("a", "192.0.2.1").await, "accepted");
    assert_eq!(ask("b", "192.0.2.1").await, "send.limit");
    assert_eq!(ask("c", "198.51.100.7, 192.0.2.1").await, "send.limit", "spoofed");
    assert_eq!(ask("d", "192.0.2.2, 10.1.2.3").await, "accepted");
    assert_eq!(ask("e", "2001:db8::1").await, "accepted");
    assert_eq!(ask("f", "2001:db8::2").await, "send.limit", "one /64");
}

#[tokio::test]
async fn without_one_nobody_can_say_and_the_log_tells_the_operator() {
    let world = World::new().await;
    let limits = [("SIGNPOST_NETWORK_RATE", "1/m"), ("SIGNPOST_NETWORK_BURST", "1")];
    let api = world.api(&limits).await;
    assert!(send_from(&api, "a@a.example", "192.0.2.1").await.is_success());
    assert_eq!(send_from(&api, "b@a.example", "192.0.2.2").await.code(), "send.limit");
    let hint = |line: &serde_json::Value| {
        line["message"].as_str()?.contains("SIGNPOST_TRUSTED_PROXIES").then_some(())
    };
    api.process.logged("the hint", hint).await;
}

#[tokio::test]
async fn the_ceiling_of_the_whole_service_is_503() {
    let world = World::new().await;
    let ceiling = [("SIGNPOST_SEND_CEILING", "1"), ("SIGNPOST_SEND_CEILING_BURST", "1")];
    let api = world.api(&ceiling).await;
    assert!(api.send("a@a.example").await.is_success());
    let shed = api.send("b@a.example").await;
    assert_eq!((shed.status, shed.code().as_str()), (503, "503"));
    let seconds: u64 = shed.retry_after.unwrap().parse().unwrap();
    assert!((50..=60).contains(&seconds));
}
