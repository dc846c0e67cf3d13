//! Nothing is lost: by looking, by being killed, by a broker that stops in the middle.

use signpost_shared::queue::rabbit::SEND;

use super::*;
use crate::rig::Proxy;

#[tokio::test]
async fn fifty_looks_leave_every_letter_where_it_was() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    let ids = parking.park_jobs(5, "rcpt 550", 600).await;
    for look in 0..50 {
        assert_eq!(dead(&world, &["list", "--json"]).await.ids(), ids, "look {look}");
    }
    depth_is(&world, DEAD, 5).await;
}

#[tokio::test]
async fn fifty_desks_that_were_killed_leave_every_letter_too() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    let ids = parking.park_jobs(5, "rcpt 550", 600).await;
    for _ in 0..50 {
        die_with(&world, DEAD, 5).await;
    }
    depth_is(&world, DEAD, 5).await;
    assert_eq!(dead(&world, &["list", "--json"]).await.ids(), ids);
}

/// Replays many, and stops the line to the broker when some are through.
async fn replay_stopped_in_the_middle(world: &World, proxy: &Proxy) -> tokio::process::Child {
    let mut command = desk(&world.broker.url_through(proxy.address()), &["replay", "--all"]);
    let replay = command.spawn().unwrap();
    until("some are through", async || world.broker.depth(SEND).await > 0).await;
    proxy.freeze();
    replay
}

#[tokio::test]
async fn a_replay_that_is_killed_in_the_middle_loses_nothing() {
    const MANY: usize = 3000;
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    let parked: BTreeSet<_> = parking.park_jobs(MANY, "rcpt 550", 600).await.into_iter().collect();
    let proxy = Proxy::to(world.broker.address()).await;
    let mut replay = replay_stopped_in_the_middle(&world, &proxy).await;
    replay.kill().await.unwrap();
    proxy.cut();
    let total =
        async || (world.broker.depth(SEND).await + world.broker.depth(DEAD).await) as usize >= MANY;
    until("all are somewhere", total).await;
    let sent = ids_of(&take_all(&world, SEND).await);
    let stayed = ids_of(&take_all(&world, DEAD).await);
    assert!(!sent.is_empty() && !stayed.is_empty(), "it was in the middle");
    assert_eq!(&sent | &stayed, parked);
    assert!((&sent & &stayed).len() <= 256, "no more are in both than were under way");
}

#[tokio::test]
async fn a_replay_that_is_interrupted_ends_what_is_under_way_and_sends_nothing_twice() {
    for signal in ["-INT", "-HUP"] {
        is_interrupted_by(signal).await;
    }
}

async fn is_interrupted_by(signal: &str) {
    const MANY: usize = 3000;
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    let parked: BTreeSet<_> = parking.park_jobs(MANY, "rcpt 550", 600).await.into_iter().collect();
    let proxy = Proxy::to(world.broker.address()).await;
    let replay = replay_stopped_in_the_middle(&world, &proxy).await;
    let id = replay.id().unwrap().to_string();
    let sent = std::process::Command::new("kill").args([signal, &id]).status();
    assert!(sent.unwrap().success());
    proxy.mend();
    let ended = soon("the end", replay.wait_with_output()).await.unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("interrupted: the other letters are where they were"), "{said}");
    let replayed = world.broker.depth(SEND).await;
    assert!(said.contains(&format!("{replayed} letters replayed")), "{said}");
    depth_is(&world, DEAD, u32::try_from(MANY).unwrap() - replayed).await;
    let sent = ids_of(&take_all(&world, SEND).await);
    let stayed = ids_of(&take_all(&world, DEAD).await);
    assert!((&sent & &stayed).is_empty());
    assert_eq!(&sent | &stayed, parked);
}

#[tokio::test]
async fn a_broker_that_stops_answering_ends_the_desk_with_a_word() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    parking.park_jobs(3, "rcpt 550", 600).await;
    let (proxy, url) = world.broker.behind_a_proxy().await;
    proxy.freeze();
    let ended = end(desk(&url, &["list"]), None).await;
    assert_eq!(ended.status, Some(1));
    assert!(ended.err.contains("no answer in 5 s"), "{ended:?}");
    depth_is(&world, DEAD, 3).await;
}

#[tokio::test]
async fn a_terminal_sees_a_bar_when_there_are_many() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    parking.park_jobs(400, "rcpt 550", 600).await;
    let bar = end(desk_at_terminal(&world.broker.url(), &["replay", "--all"]), None).await;
    assert_eq!(bar.status, Some(0), "{bar:?}");
    assert!(bar.out.contains("replaying") && bar.out.contains("of 400"), "{bar:?}");
    assert!(bar.out.contains("400 letters replayed"), "{bar:?}");
    parking.park_jobs(3, "rcpt 550", 600).await;
    let few = end(desk_at_terminal(&world.broker.url(), &["replay", "--all"]), None).await;
    assert!(!few.out.contains("of 3"), "{few:?}");
}
