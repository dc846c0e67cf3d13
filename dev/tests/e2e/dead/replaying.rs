//! `replay`: the same mail, after all, and only while its code is of use.

use signpost_shared::queue::rabbit::SEND;
use signpost_smtp_server::{Answer::Say, Rule};

use super::*;
use crate::{rig::code_in, settling::identity};

#[tokio::test]
async fn a_replayed_letter_is_the_same_mail_and_its_code_works() {
    let world = World::new().await;
    let (api, _worker) = (world.api(&[]).await, world.worker(&[]).await);
    // Taken, but the relay says no: what it took is what the replay must equal.
    let refusal = Rule::at("BODY", Say("550 5.1.1 not today").keeping());
    world.script.rule(refusal.times(1));
    assert!(api.send("jane@a.example").await.is_success());
    depth_is(&world, DEAD, 1).await;
    let ids = dead(&world, &["list", "--json"]).await.ids();

    let replayed = dead(&world, &["replay", &ids[0]]).await;
    assert_eq!((replayed.status, replayed.err.trim()), (Some(0), "1 letter replayed"));
    soon("the mail", world.mails.wait_for_received(2)).await;
    until("all is settled", async || world.broker.total_depth().await == 0).await;
    let mails = world.mails.list();
    assert_eq!(identity(&mails[0].raw), identity(&mails[1].raw));
    assert!(identity(&mails[1].raw).0.starts_with(&ids[0]));
    assert!(api.check("jane@a.example", &code_in(&mails[1].raw), true).await.is_success());
}

#[tokio::test]
async fn several_are_replayed_by_id_by_reason_or_all_each_at_its_first_attempt() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    let some = parking.park_jobs(3, "rcpt 550 5.1.1", 600).await;
    let silent = parking.park_jobs(2, "attempts used up: connect timeout", 600).await;
    assert_eq!(dead(&world, &["replay", &some[0], &some[2]]).await.status, Some(0));
    depth_is(&world, SEND, 2).await;
    let sent = take_all(&world, SEND).await;
    assert_eq!(ids_of(&sent), [&some[0], &some[2]].map(Clone::clone).into());
    for message in sent {
        assert_eq!((message.attempt, message.reason, message.dead_at), (0, None, None));
    }
    assert_eq!(dead(&world, &["replay", "--reason", "timeout"]).await.status, Some(0));
    assert_eq!(dead(&world, &["list", "--json"]).await.ids(), [some[1].clone()]);
    let rest = dead(&world, &["replay", "--all"]).await;
    assert_eq!((rest.status, rest.err.trim()), (Some(0), "1 letter replayed"));
    depth_is(&world, DEAD, 0).await;
    let expected = [&some[1], &silent[0], &silent[1]].map(Clone::clone);
    assert_eq!(ids_of(&take_all(&world, SEND).await), expected.into());
}

#[tokio::test]
async fn what_would_be_of_no_use_stays_and_is_explained() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    let expired = parking.park_jobs(1, "rcpt 550", -1).await;
    let too_late = parking.park_jobs(1, "rcpt 550", 50).await;
    let good = parking.park_jobs(1, "rcpt 550", 600).await;
    for body in [&b"rubbish of jane@a.example"[..], br#"{"v":2}"#] {
        parking.park(Message { body: body.to_vec(), ..Message::default() }).await;
    }
    let all = dead(&world, &["replay", "--all"]).await;
    assert_eq!(all.status, Some(1));
    for line in [
        "2 letters not replayed: the code has expired: its reader must ask for a new one",
        "1 letter not replayed: not readable",
        "1 letter not replayed: written by a newer version",
        "1 letter replayed",
    ] {
        assert!(all.err.contains(line), "{line}: {all:?}");
    }
    assert_eq!(world.broker.next(SEND).await.id.as_ref(), Some(&good[0]));
    depth_is(&world, DEAD, 4).await;

    let unknown = "01900000-0000-7000-8000-000000000001";
    let one = dead(&world, &["replay", &expired[0], &too_late[0], unknown]).await;
    assert_eq!(one.status, Some(1));
    for id in [&expired[0], &too_late[0]] {
        let why = "the code has expired: its reader must ask for a new one";
        assert!(one.out.contains(&format!("{id} stays: {why}")), "{one:?}");
    }
    assert!(one.err.contains(&format!("{unknown} was not found")), "{one:?}");
    depth_is(&world, DEAD, 4).await;
    depth_is(&world, SEND, 0).await;
}

#[tokio::test]
async fn a_broker_that_takes_no_jobs_gets_none_of_the_letters() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    parking.park_jobs(3, "rcpt 550", 600).await;
    world.broker.refuse_jobs().await;
    let refused = dead(&world, &["replay", "--all"]).await;
    assert_eq!(refused.status, Some(1));
    assert!(refused.err.contains("mail.v1.send refuses messages: is it full?"), "{refused:?}");
    assert!(refused.err.contains("0 letters replayed"), "{refused:?}");
    depth_is(&world, DEAD, 3).await;
}

#[tokio::test]
async fn two_that_are_the_same_job_are_not_both_sent() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    let twice = letter(&job("jane@a.example", at(600)), "rcpt 550");
    parking.park(twice.clone()).await;
    parking.park(twice).await;
    let replayed = dead(&world, &["replay", "--all"]).await;
    assert_eq!(replayed.status, Some(1));
    assert!(replayed.err.contains("replayed a moment ago"), "{replayed:?}");
    depth_is(&world, SEND, 1).await;
    depth_is(&world, DEAD, 1).await;
}
