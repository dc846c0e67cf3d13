//! `list` and `show`.

use signpost_shared::queue::rabbit::{SEND, UNROUTED};
use signpost_smtp_server::{Answer::Say, Rule};

use super::*;

#[tokio::test]
async fn list_says_why_how_old_how_often_and_for_whom_masked() {
    let world = World::new().await;
    let (api, _worker) = (world.api(&[]).await, world.worker(&[]).await);
    world.script.rule(Rule::at("RCPT", Say("550 5.1.1 no such mailbox")));
    assert!(api.send("jane@a.example").await.is_success());
    world.broker.publish(b"no job, jane@a.example").await;
    depth_is(&world, DEAD, 2).await;

    let rows = dead(&world, &["list", "--json"]).await.json();
    let refused = rows.iter().find(|row| row["reason"] == "rcpt 550 5.1.1").unwrap();
    assert_eq!((&refused["to"], &refused["attempts"]), (&"j***@a.example".into(), &1.into()));
    assert!(refused["age_seconds"].as_u64().unwrap() < 60 && refused["obstacle"].is_null());
    let rubbish = rows.iter().find(|row| row["to"].is_null()).unwrap();
    assert_eq!(rubbish["reason"], "unreadable job: not JSON with a version");
    assert_eq!(rubbish["bytes"], 22);
    assert!(rubbish["obstacle"].as_str().unwrap().contains("not readable"));

    let table = dead(&world, &["list"]).await;
    assert_eq!((table.status, table.err.trim()), (Some(0), "2 letters"));
    let lines: Vec<_> = table.out.lines().collect();
    assert_eq!(lines.len(), 3, "{table:?}");
    let words: Vec<_> = lines[0].split_whitespace().collect();
    assert_eq!(words, ["ID", "AGE", "TRIES", "CODE", "REASON", "TAG", "TO"]);
    assert!(table.out.contains("rcpt 550 5.1.1") && table.out.contains("j***@a.example"));
    assert!(table.out.contains("(unreadable job: not JSON with a version; 22 bytes)"));
}

#[tokio::test]
async fn list_can_be_asked_for_one_reason() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    let refused = parking.park_jobs(2, "rcpt 550 5.1.1", 600).await;
    parking.park_jobs(1, "attempts used up: body 451", 600).await;
    assert_eq!(dead(&world, &["list", "--json", "--reason", "550"]).await.ids(), refused);
    let none = dead(&world, &["list", "--reason", "552"]).await;
    assert_eq!((none.status, none.out.as_str()), (Some(0), ""));
    assert_eq!(none.err.trim(), "0 letters match");
    let table = dead(&world, &["list", "--reason", "USED UP"]).await;
    assert!(table.out.contains("1h 1m") && table.out.contains("attempts used up: body 451"));
}

#[tokio::test]
async fn show_tells_all_that_is_known_of_one() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    let ids = parking.park_jobs(3, "rcpt 550 jane@b.example\u{1b}[2J", 600).await;
    let shown = dead(&world, &["show", &ids[1]]).await;
    assert_eq!(shown.status, Some(0));
    for fact in [
        ids[1].as_str(),
        "rcpt 550 ***",
        "j***@a.example",
        "1h 1m ago",
        "replay             possible",
        "header x-signpost-attempt 2",
    ] {
        assert!(shown.out.contains(fact), "{fact}: {shown:?}");
    }
    assert!(!shown.out.contains('\u{1b}'));
    let row = dead(&world, &["show", "--json", &ids[1]]).await;
    assert_eq!(row.ids(), [ids[1].clone()]);
    let unknown = dead(&world, &["show", "01900000-0000-7000-8000-000000000001"]).await;
    assert_eq!(unknown.status, Some(1));
    assert!(unknown.err.contains("was not found"), "{unknown:?}");
}

#[tokio::test]
async fn what_the_broker_parked_says_so() {
    let world = World::new().await;
    let job = job("jane@a.example", at(600));
    world.broker.publish(&job.encode()).await;
    // A job that kills every worker that takes it.
    for _ in 0..21 {
        die_with(&world, SEND, 1).await;
    }
    depth_is(&world, DEAD, 1).await;
    let rows = dead(&world, &["list", "--json"]).await.json();
    assert_eq!(rows[0]["reason"], "broker: delivery_limit");
    assert_eq!(rows[0]["id"], job.id.to_string());
    assert!(rows[0]["age_seconds"].as_u64().unwrap() < 60);
    assert_eq!(dead(&world, &["replay", "--all"]).await.status, Some(0));
    depth_is(&world, SEND, 1).await;
}

#[tokio::test]
async fn what_no_queue_was_bound_for_is_parked_too_and_not_dropped() {
    let world = World::new().await;
    world.broker.unbind_jobs().await;
    world.broker.publish(&job("jane@a.example", at(600)).encode()).await;
    for _ in 0..21 {
        die_with(&world, UNROUTED, 1).await;
    }
    depth_is(&world, DEAD, 1).await;
    let rows = dead(&world, &["list", "--json"]).await.json();
    assert_eq!(rows[0]["reason"], "broker: delivery_limit");
}

#[tokio::test]
async fn the_desk_needs_the_broker_only_and_says_what_is_wrong_with_it() {
    let world = World::new().await;
    let mut misspelt = desk(&world.broker.url(), &["list"]);
    misspelt.env("SIGNPOST_AMQP_ULR", "x");
    let misspelt = end(misspelt, None).await;
    assert!(misspelt.err.contains("did you mean SIGNPOST_AMQP_URL?"), "{misspelt:?}");
    let mut worker_settings = desk(&world.broker.url(), &["list"]);
    worker_settings.env("SIGNPOST_MAIL_FROM", "nobody").env("SIGNPOST_LOG", "info");
    assert_eq!(end(worker_settings, None).await.status, Some(0));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), world.broker.url()).unwrap();
    let mut from_file = desk("", &["list"]);
    from_file.env_remove("SIGNPOST_AMQP_URL").env("SIGNPOST_AMQP_URL_FILE", file.path());
    assert_eq!(end(from_file, None).await.status, Some(0));
    let nowhere = end(desk("amqp://u:s3cret@127.0.0.1:1/%2f", &["list"]), None).await;
    assert_eq!(nowhere.status, Some(1));
    assert!(nowhere.err.contains("127.0.0.1:1") && !nowhere.err.contains("s3cret"));
    for help in [&["--help"][..], &["replay", "--help"], &["purge", "--help"], &["list", "--help"]]
    {
        let help = end(desk("amqp://u:s3cret@a", help), None).await;
        assert_eq!(help.status, Some(0));
        assert!(!help.out.contains("s3cret"));
    }
}
