//! `purge`: nothing is deleted that nobody agreed to.

use std::collections::BTreeSet;

use super::*;

#[tokio::test]
async fn without_a_terminal_nothing_is_deleted_but_by_yes() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    let refused = parking.park_jobs(2, "rcpt 550 5.1.1", 600).await;
    let silent = parking.park_jobs(2, "connect timeout", 600).await;
    let unasked = dead(&world, &["purge", "--all"]).await;
    assert_eq!(unasked.status, Some(1));
    assert!(unasked.err.contains("--yes deletes without asking"), "{unasked:?}");
    depth_is(&world, DEAD, 4).await;

    let by_reason = dead(&world, &["purge", "--yes", "--reason", "550"]).await;
    assert_eq!((by_reason.status, by_reason.err.trim()), (Some(0), "2 letters deleted"));
    assert_eq!(dead(&world, &["list", "--json"]).await.ids(), silent);
    let gone = dead(&world, &["purge", "--yes", &refused[0], &silent[0]]).await;
    assert_eq!(gone.status, Some(1));
    assert!(gone.err.contains(&format!("{} was not found", refused[0])), "{gone:?}");
    assert!(gone.err.contains("1 letter deleted"), "{gone:?}");
    assert_eq!(dead(&world, &["list", "--json"]).await.ids(), [silent[1].clone()]);
    let all = dead(&world, &["purge", "--yes", "--all"]).await;
    assert_eq!((all.status, all.err.trim()), (Some(0), "1 letter deleted"));
    depth_is(&world, DEAD, 0).await;
    let nothing = dead(&world, &["purge", "--yes", "--all"]).await;
    assert_eq!((nothing.status, nothing.err.trim()), (Some(0), "nothing to delete"));
}

/// The broker's end of a channel holds acknowledgements back while the queue is busy.
#[tokio::test]
async fn slow_what_is_told_as_deleted_is_gone() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    for _ in 0..8 {
        parking.park_jobs(1500, "rcpt 550", 600).await;
        let all = dead(&world, &["purge", "--yes", "--all"]).await;
        assert_eq!((all.status, all.err.trim()), (Some(0), "1500 letters deleted"));
        assert_eq!(dead(&world, &["list", "--json"]).await.ids().len(), 0);
    }
}

/// More letters than one consumer holds, and those that are meant are among all others.
#[tokio::test]
async fn slow_each_letter_is_let_go_of_where_it_is_held() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    let mut silent = Vec::new();
    for _ in 0..6 {
        parking.park_jobs(500, "rcpt 550", 600).await;
        silent.extend(parking.park_jobs(500, "connect timeout", 600).await);
    }
    let by_reason = dead(&world, &["purge", "--yes", "--reason", "550"]).await;
    assert_eq!((by_reason.status, by_reason.err.trim()), (Some(0), "3000 letters deleted"));
    let left = dead(&world, &["list", "--json"]).await.ids();
    assert_eq!(BTreeSet::from_iter(left), BTreeSet::from_iter(silent));
}

#[tokio::test]
async fn what_cannot_be_read_can_be_deleted_by_its_own_id() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    let job = parking.park_jobs(1, "rcpt 550", 600).await;
    let body = b"rubbish".to_vec();
    parking.park(Message { body, ..Message::default() }).await;
    let ids = dead(&world, &["list", "--json"]).await.ids();
    assert!(ids[1].starts_with("body-"), "{ids:?}");
    let shown = dead(&world, &["show", &ids[1]]).await;
    assert!(shown.out.contains("7 bytes") && !shown.out.contains("rubbish"), "{shown:?}");
    assert_eq!(dead(&world, &["purge", "--yes", &ids[1]]).await.status, Some(0));
    assert_eq!(dead(&world, &["list", "--json"]).await.ids(), job);
}

#[tokio::test]
async fn at_a_terminal_it_asks_and_only_a_yes_deletes() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    parking.park_jobs(3, "rcpt 550", 600).await;
    let purge = || desk_at_terminal(&world.broker.url(), &["purge", "--all"]);
    let no = end(purge(), Some("\n")).await;
    assert_eq!(no.status, Some(1), "{no:?}");
    assert!(no.out.contains("Delete 3 letters for good? [y/N]"), "{no:?}");
    assert!(no.out.contains("nothing was deleted"), "{no:?}");
    depth_is(&world, DEAD, 3).await;
    let yes = end(purge(), Some("y\n")).await;
    assert_eq!(yes.status, Some(0), "{yes:?}");
    assert!(yes.out.contains("3 letters deleted"), "{yes:?}");
    depth_is(&world, DEAD, 0).await;
}

#[tokio::test]
async fn what_comes_while_it_asks_is_not_deleted() {
    let world = World::new().await;
    let parking = Parking::at(&world).await;
    parking.park_jobs(2, "rcpt 550", 600).await;
    let mut command = desk_at_terminal(&world.broker.url(), &["purge", "--all"]);
    let mut asking = command.stdin(Stdio::piped()).spawn().unwrap();
    depth_is(&world, DEAD, 0).await;
    let mut said = tokio::io::BufReader::new(asking.stdout.as_mut().unwrap());
    let mut question = Vec::new();
    let asked = tokio::io::AsyncBufReadExt::read_until(&mut said, b'?', &mut question);
    soon("the question", asked).await.unwrap();
    let late = parking.park_jobs(1, "rcpt 550", 600).await;
    // A second desk sees what the first does not hold.
    assert_eq!(dead(&world, &["list", "--json"]).await.ids(), late);
    asking.stdin.as_mut().unwrap().write_all(b"y\n").await.unwrap();
    let stdin = asking.stdin.take();
    let ended = soon("the end", asking.wait_with_output()).await.unwrap();
    drop(stdin);
    assert!(String::from_utf8_lossy(&ended.stdout).contains("2 letters deleted"));
    assert_eq!(dead(&world, &["list", "--json"]).await.ids(), late);
}
