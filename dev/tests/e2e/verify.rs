//! The contract's second call, row by row, with codes from real mails.

use futures_util::future::join_all;

use signpost_dev::rig::Server;

use crate::{
    redis::redis_cli,
    rig::{Api, VERIFY_PATH, World, code_in, soon},
};

/// Asks for a code and reads it from the mail.
async fn code_for(world: &World, api: &Api, address: &str) -> String {
    let before = world.mails.received();
    assert!(api.send(address).await.is_success());
    soon("the mail", world.mails.wait_for_received(before + 1)).await;
    code_in(&world.mails.list()[0].raw)
}

fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

#[tokio::test]
async fn a_mailed_code_is_right_and_consume_uses_it_up() {
    let world = World::new().await;
    let (api, _worker) = (world.api(&[]).await, world.worker(&[]).await);
    let none = r#"{"msg":"Send verify code please","code":"428","success":false}"#;
    assert_eq!(api.check("jane@a.example", "012345", false).await.body, none);
    let code = code_for(&world, &api, "jane@a.example").await;
    let right = api.check("jane@a.example", &code, false).await;
    assert!(right.is_success(), "{}", right.body);
    assert_eq!(right.cache_control.as_deref(), Some("no-store"));
    let spaced = format!(" {}-{} ", &code[..3], &code[3..]);
    assert!(api.check("Jane@A.example", &spaced, false).await.is_success());
    assert!(api.check("jane@a.example", &code, true).await.is_success());
    let used = api.check("jane@a.example", &code, true).await;
    assert_eq!((used.status, used.body.as_str()), (200, none));
    for (event, count) in [("sent", 1.0), ("right", 2.0), ("consumed", 1.0)] {
        for (by, value) in [("codes_total", "en-US"), ("codes_by_site_total", "other")] {
            let label = if by == "codes_total" { "locale" } else { "site" };
            let name = format!("signpost_{by}{{event=\"{event}\",{label}=\"{value}\"");
            assert_eq!(api.metric(&name).await, Some(count), "{name}");
        }
    }
}

/// Else the right code could be found among a million: no try is counted.
#[tokio::test]
async fn no_code_is_right_while_no_try_can_be_counted() {
    let (world, folder) = (World::new().await, tempfile::tempdir().unwrap());
    let redis = Server::redis(folder.path(), &[]).unwrap();
    redis.ready().await.unwrap();
    let (at, url) = (redis.address(), format!("redis://{}", redis.address()));
    let api = world.api(&[("SIGNPOST_REDIS_URL", &url)]).await;
    let _worker = world.worker(&[]).await;
    let code = code_for(&world, &api, "jane@a.example").await;
    for (wrong_state, right_state) in [
        ("replicaof 127.0.0.1 1", "replicaof no one"),
        ("config set maxmemory 1", "config set maxmemory 0"),
        ("config set min-replicas-to-write 1", "config set min-replicas-to-write 0"),
        ("acl setuser default -set", "acl setuser default +set"),
    ] {
        assert_eq!(redis_cli(at, wrong_state).await.trim(), "OK", "{wrong_state}");
        for code in [&wrong(&code), &code] {
            let answer = api.check("jane@a.example", code, false).await;
            assert_eq!(answer.status, 503, "{wrong_state}: {}", answer.body);
        }
        assert_eq!(redis_cli(at, right_state).await.trim(), "OK", "{right_state}");
        let right = api.check("jane@a.example", &code, false).await;
        assert!(right.is_success(), "{right_state}: {}", right.body);
    }
}

#[tokio::test]
async fn a_wrong_code_five_times_and_then_the_right_one() {
    let world = World::new().await;
    let (api, _worker) = (world.api(&[]).await, world.worker(&[]).await);
    let code = code_for(&world, &api, "jane@a.example").await;
    let refused = r#"{"msg":"Check verify code please","code":"412","success":false}"#;
    assert_eq!(api.check("jane@a.example", "12345", false).await.body, refused, "no try");
    for _ in 0..5 {
        assert_eq!(api.check("jane@a.example", &wrong(&code), false).await.body, refused);
    }
    let dead = api.check("jane@a.example", &code, false).await;
    let start = r#"{"msg":"you have tried too many times,please resend code 1 min later","code":"406","success":false,"retryAfter":"#;
    assert!(dead.body.starts_with(start) && dead.status == 200, "{}", dead.body);
}

#[tokio::test]
async fn of_a_thousand_who_consume_exactly_one_wins() {
    let world = World::new().await;
    let (api, _worker) = (world.api(&[]).await, world.worker(&[]).await);
    let code = code_for(&world, &api, "jane@a.example").await;
    let answers = join_all((0..1000).map(|_| api.check("jane@a.example", &code, true))).await;
    let won = answers.iter().filter(|answer| answer.is_success()).count();
    // A machine under load may shed some, or answer the winner too late.
    let late = answers.iter().filter(|answer| answer.code() == "503").count();
    assert!(won == 1 || (won == 0 && late > 0), "{won} won, {late} were late");
    let used = answers.iter().filter(|answer| answer.code() == "428").count();
    assert_eq!(won + late + used, 1000);
}

#[tokio::test]
async fn parallel_guesses_never_exceed_the_tries() {
    let world = World::new().await;
    let (api, _worker) = (world.api(&[]).await, world.worker(&[]).await);
    let code = code_for(&world, &api, "jane@a.example").await;
    let guesses = (0..1000).map(|n| format!("{n:06}")).filter(|guess| *guess != code);
    let answers = join_all(
        guesses.map(async |guess| api.check("jane@a.example", &guess, false).await.code()),
    )
    .await;
    let (wrong, late) =
        ["412", "503"].map(|code| answers.iter().filter(|answer| *answer == code).count()).into();
    // A machine under load may shed some, or answer one that counted too late.
    assert!(wrong <= 5 && wrong + late >= 5, "{wrong} wrong, {late} late");
    assert!(answers.iter().all(|code| ["412", "406", "503"].contains(&code.as_str())));
    assert!(answers.iter().any(|code| code == "406"));
}

#[tokio::test]
async fn forms_json_and_the_rows_of_http() {
    let world = World::new().await;
    let (api, _worker) = (world.api(&[]).await, world.worker(&[]).await);
    let code = code_for(&world, &api, "jane@a.example").await;
    let form = "application/x-www-form-urlencoded";
    let ask = async |kind: &str, body: String| {
        api.request(api.post(VERIFY_PATH).header("content-type", kind).body(body)).await
    };
    assert!(ask(form, format!("email=jane%40a.example&code={code}")).await.is_success());
    let german = ask(form, "email=jane%40a.example&code=000&locale=de".to_owned()).await;
    assert_eq!(german.code(), "412");
    assert!(!german.body.contains("Check verify"), "{}", german.body);
    for body in ["{}", "[]", "", r#"{"email":"jane@a.example"}"#, r#"{"email":"x","code":"1"}"#] {
        assert_eq!(ask("application/json", body.to_owned()).await.code(), "400", "{body}");
    }
    assert_eq!(ask("text/plain", String::new()).await.status, 415);
    assert_eq!(ask("application/json", "x".repeat(8193)).await.status, 413);
    let get = api.request(api.method(reqwest::Method::GET, VERIFY_PATH)).await;
    assert_eq!((get.status, get.allow.as_deref()), (405, Some("POST")));
}

#[tokio::test]
async fn a_later_code_leaves_the_earlier_one_alive() {
    let world = World::new().await;
    let settings = [("SIGNPOST_CODE_TTL", "60s"), ("SIGNPOST_COOLDOWN", "0s")];
    let (api, _worker) = (world.api(&settings).await, world.worker(&[]).await);
    let first = code_for(&world, &api, "jane@a.example").await;
    assert_eq!(code_for(&world, &api, "jane@a.example").await, first);
    // The same Redis through an API whose codes last so long that the first one's time is
    // mostly over.
    let longer = [("SIGNPOST_CODE_TTL", "30m"), ("SIGNPOST_COOLDOWN", "0s")];
    let api = world.api(&longer).await;
    let second = code_for(&world, &api, "jane@a.example").await;
    assert_ne!(first, second);
    for code in [&first, &second] {
        assert!(api.check("jane@a.example", code, false).await.is_success());
    }
}
