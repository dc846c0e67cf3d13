//! Moods as an SMTP client meets them, and ways as the queue tells them.

use signpost_shared::{
    address::EmailAddress,
    clock::Timestamp,
    code::{Challenge, Digits},
    job::Job,
    locale::Locale,
    queue::{Message, Route, Rung},
};
use signpost_smtp_server::{Mailbox, ReceivedMail, SmtpServer};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};
use uuid::Uuid;

use super::*;

/// The reply to RCPT for this address, over a connection of its own; none if none comes.
async fn rcpt(server: &SmtpServer, address: &str) -> Option<String> {
    let mut stream = BufReader::new(TcpStream::connect(server.addr).await.unwrap());
    let mut reply = String::new();
    for command in
        ["", "HELO me\r\n", "MAIL FROM:<a@b.example>\r\n", &format!("RCPT TO:<{address}>\r\n")]
    {
        stream.write_all(command.as_bytes()).await.unwrap();
        reply.clear();
        let line = stream.read_line(&mut reply);
        tokio::time::timeout(Duration::from_millis(500), line).await.ok()?.unwrap();
    }
    Some(reply.trim_end().to_owned())
}

#[tokio::test]
async fn each_mood_is_its_own_answer_to_rcpt() {
    let server = SmtpServer::polite().await;
    let relay = Relay { script: server.script.clone(), ..Relay::default() };
    let taken = rcpt(&server, "a@x.example").await;
    assert!(taken.as_deref().is_some_and(|reply| reply.starts_with("250 ")), "{taken:?}");
    assert_eq!(rcpt(&server, "a@x.example").await, taken);
    relay.be(Mood::Refuse);
    assert_eq!(rcpt(&server, "a@x.example").await.as_deref(), Some(REFUSED));
    relay.be(Mood::Greylist);
    assert_eq!(rcpt(&server, "a@x.example").await.as_deref(), Some(GREYLISTED));
    assert_eq!(rcpt(&server, "a@x.example").await.as_deref(), Some(GREYLISTED), "at once");
    relay.be(Mood::Stall);
    assert_eq!(rcpt(&server, "a@x.example").await, None);
    relay.be(Mood::Accept);
    assert_eq!(rcpt(&server, "a@x.example").await, taken);
    assert_eq!(relay.mood(), Mood::Accept);
}

#[test]
fn a_greylist_holds_each_address_for_its_own_first_seconds() {
    let (list, start) = (Greylist::default(), Instant::now());
    let at = |address, seconds| list.holds(address, start + Duration::from_secs(seconds));
    assert!(at("a@x", 0) && at("a@x", 2) && !at("a@x", 3));
    assert!(at("b@x", 3) && !at("b@x", 7) && !at("a@x", 7));
}

fn message(id: Uuid, attempt: u32, reason: Option<&str>) -> Message {
    let job = Job {
        id,
        to: EmailAddress::parse("jane@example.com").unwrap(),
        locale: Locale::EN_US,
        challenge: Challenge {
            id,
            kid: "k1".to_owned().try_into().unwrap(),
            digits: Digits::default(),
            expires_at: Timestamp::from_millis(0),
        },
        accepted_at: Timestamp::from_millis(0),
        key_check: None,
        tag: None,
        wants_status: false,
    };
    let reason = reason.map(str::to_owned);
    Message { body: job.encode(), attempt, reason, ..Message::default() }
}

fn told(relay: &Relay, at: usize) -> Vec<(What, Option<u32>, Option<String>)> {
    let steps = &relay.ways()[at].steps;
    steps.iter().map(|step| (step.what, step.attempt, step.words.clone())).collect()
}

#[tokio::test]
async fn a_mail_that_is_deleted_delivers_no_other_again() {
    let (relay, mails) = (Relay::default(), Mailbox::new());
    let mut following = std::pin::pin!(relay.clone().follow(mails.clone()));
    let mut changes = relay.subscribe();
    for number in [7, 8, 9] {
        let id = Uuid::from_u128(number);
        relay.note(Route::Send, &message(id, 0, None));
        changes.mark_unchanged();
        let text = format!("Message-ID: <{id}@a.example>\r\n\r\n");
        mails.push(ReceivedMail::new("", vec![], text.into()));
        tokio::select! {
            () = &mut following => panic!("the mailbox is there"),
            changed = changes.changed() => changed.unwrap(),
        }
        if number == 8 {
            assert!(mails.delete(&mails.list()[0].id));
        }
    }
    let delivered = [(What::Queued, None, None), (What::Delivered, Some(1), None)];
    assert!((0..3).all(|way| told(&relay, way) == delivered), "{:?}", relay.ways());
}

#[tokio::test]
async fn a_way_is_told_by_the_queue_and_ends_in_the_mailbox() {
    let (relay, mails, id) = (Relay::default(), Mailbox::new(), Uuid::from_u128(7));
    let following = relay.clone().follow(mails.clone());
    let wait = Route::Wait(Rung::S5);
    relay.note(Route::Send, &message(id, 0, None));
    relay.note(wait, &message(id, 0, Some("no-relay")));
    relay.note(wait, &message(id, 1, Some("rcpt 451 4.7.1")));
    let mut changes = relay.subscribe();
    changes.mark_unchanged();
    mails.push(ReceivedMail::new(
        "",
        vec![],
        format!("Message-ID: <{id}@a.example>\r\n\r\n").into(),
    ));
    tokio::select! {
        () = following => panic!("the mailbox is there"),
        changed = changes.changed() => changed.unwrap(),
    }
    assert_eq!(
        told(&relay, 0),
        [
            (What::Queued, None, None),
            (What::Retry, None, Some("no-relay".to_owned())),
            (What::Retry, Some(1), Some(GREYLISTED.to_owned())),
            (What::Delivered, Some(2), None),
        ]
    );
    relay.note(Route::Send, &message(Uuid::from_u128(8), 0, None));
    relay.note(Route::Send, &message(Uuid::from_u128(9), 0, None));
    relay.note(Route::Dead, &message(Uuid::from_u128(9), 1, Some("rcpt 550 5.1.1")));
    let failed = (What::Failed, Some(1), Some(REFUSED.to_owned()));
    assert_eq!(told(&relay, 0), [(What::Queued, None, None), failed]);
    assert_eq!(relay.ways()[0].to, "jane@example.com");
    relay.forget_ended();
    let left: Vec<_> = relay.ways().into_iter().map(|way| way.id).collect();
    assert_eq!(left, [Uuid::from_u128(8).to_string()]);
}
