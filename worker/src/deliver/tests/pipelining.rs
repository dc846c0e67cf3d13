//! PIPELINING: one write for several commands, and each reply still for its own.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures_util::future::join_all;
use signpost_smtp_server::{
    Answer::{Normal, Say, Stall},
    SmtpServer, Step,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::deliver::{
    Failure, Settings, Stage,
    tests::support::{MAIL, envelope, patient, settings, soon},
};

const OFFER: &str = "250-relay.example\r\n250-pipelining\r\n250 8BITMIME";

/// Offers PIPELINING, says these replies to these verbs, and is polite else.
async fn relay(replies: &'static [(&'static str, &'static str)]) -> SmtpServer {
    SmtpServer::playing(move |step| match replies.iter().find(|(verb, _)| *verb == step.verb) {
        Some((_, reply)) => Say(reply),
        None if step.verb == "EHLO" => Say(OFFER),
        None => Normal,
    })
    .await
}

async fn failure(relay: &SmtpServer) -> Failure {
    let deliverer = patient(settings(&[&relay.url()]));
    let failure = soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap_err();
    // The next mail begins with a RSET, if the connection goes on.
    let _ = soon(deliverer.send(&envelope("john@example.com"), MAIL)).await;
    failure
}

#[tokio::test]
async fn a_mail_takes_two_round_trips_and_two_writes() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let serving = async {
        let (mut wire, _) = listener.accept().await.unwrap();
        wire.set_nodelay(true).unwrap();
        let mut heard = Vec::new();
        for reply in [
            "220 hello\r\n",
            &format!("{OFFER}\r\n"),
            "250 ok\r\n250 ok\r\n354 go on\r\n",
            "250 taken\r\n",
        ] {
            wire.write_all(reply.as_bytes()).await.unwrap();
            // Nothing more comes before the answer: a read is what was written at once.
            let mut packet = vec![0; 4096];
            let length = wire.read(&mut packet).await.unwrap();
            heard.push(String::from_utf8_lossy(&packet[..length]).into_owned());
        }
        heard
    };
    let deliverer = patient(settings(&[&url]));
    let delivering = async {
        deliverer.send(&envelope("jane@example.com"), MAIL).await.unwrap();
        deliverer.close().await;
    };
    let (heard, ()) = soon(Box::pin(async { tokio::join!(serving, delivering) })).await;
    insta::assert_snapshot!(heard.join("---\n"), @r"
    EHLO worker.example
    ---
    MAIL FROM:<no-reply@signpost.example>
    RCPT TO:<jane@example.com>
    DATA
    ---
    Subject: hello

    Hello.
    .
    ---
    QUIT
    ");
}

#[tokio::test]
async fn without_the_offer_each_command_awaits_its_reply() {
    let relay = SmtpServer::playing(|step| match (step.verb, step.connection) {
        ("MAIL", 0) => Stall,
        _ => Normal,
    })
    .await;
    let mut settings = settings(&[&relay.url()]);
    settings.deadlines.usual = Duration::from_millis(150);
    let deliverer = patient(settings);
    soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap_err();
    relay.seen("0 closed").await;
    assert_eq!(relay.count("0 RCPT"), 0);
}

/// Offers PIPELINING and answers what comes together so, and each command that comes alone.
async fn fails_together(listener: TcpListener, answer: &'static str) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let (mut wire, _) = listener.accept().await.unwrap();
        connections.spawn(async move {
            wire.write_all(b"220 hello\r\n").await?;
            let mut packet = vec![0; 4096];
            loop {
                let length = wire.read(&mut packet).await?;
                let said = String::from_utf8_lossy(&packet[..length]).into_owned();
                let reply = match said.get(..4) {
                    None => return Ok::<_, std::io::Error>(()),
                    Some("EHLO") => format!("{OFFER}\r\n"),
                    Some("MAIL") if said.lines().count() > 1 => answer.to_owned(),
                    Some("DATA") => "354 go on\r\n".to_owned(),
                    Some(_) => "250 ok\r\n".to_owned(),
                };
                wire.write_all(reply.as_bytes()).await?;
                if reply.is_empty() {
                    return Ok(());
                }
            }
        });
    }
}

#[tokio::test]
async fn a_relay_that_fails_at_it_gets_one_command_at_a_time() {
    for answer in [
        "250 ok\r\n",
        "250 ok\r\n503 5.5.1 what?\r\n503 5.5.1 what?\r\n",
        "554 SMTP synchronization error\r\n",
        "250 ok\r\n250 ok\r\n503 too early\r\n",
        "",
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let mut settings = settings(&[&url]);
        settings.deadlines.usual = Duration::from_millis(150);
        let deliverer = patient(settings);
        let to = envelope("jane@example.com");
        let mails = join_all((0..3).map(|_| deliverer.send(&to, MAIL)));
        let taken = tokio::select! {
            () = fails_together(listener, answer) => panic!("it ended"),
            taken = soon(mails) => taken,
        };
        assert!(taken.iter().all(Result::is_ok), "{answer:?}: {taken:?}");
    }
}

#[tokio::test]
async fn the_first_refusal_counts_and_the_connection_goes_on() {
    for (replies, cause) in [
        (
            &[("RCPT", "550 5.1.1 no"), ("DATA", "554 5.5.1 no valid recipients")][..],
            "rcpt 550 5.1.1",
        ),
        (&[("RCPT", "450 4.2.0 later"), ("DATA", "503 what?")], "rcpt 450 4.2.0"),
        (&[("DATA", "451 4.7.1 later")], "data 451 4.7.1"),
    ] {
        let relay = relay(replies).await;
        let (Failure::Temporary(found) | Failure::Permanent(found)) = failure(&relay).await else {
            panic!("{cause}");
        };
        assert_eq!(found.to_string(), cause);
        relay.seen("0 RSET").await;
        assert_eq!(relay.count("0 Subject"), 0, "{:#?}", relay.log());
    }
}

#[tokio::test]
async fn a_354_behind_a_refusal_gets_an_empty_mail_which_is_no_delivery() {
    let relay = relay(&[("RCPT", "550 5.1.1 no"), ("DATA", "354 go on")]).await;
    let Failure::Permanent(cause) = failure(&relay).await else { panic!("it is the mail's") };
    assert_eq!(cause.to_string(), "rcpt 550 5.1.1");
    relay.seen("0 RSET").await;
    assert!(relay.count("0 .") > 0 && relay.count("0 Subject") == 0, "{:#?}", relay.log());
}

#[tokio::test]
async fn what_stands_behind_a_refused_mail_is_read_and_it_is_tried_again() {
    for data in ["503 MAIL first", "354 go on"] {
        let refused = AtomicBool::new(false);
        let relay = SmtpServer::playing(move |step| match step.verb {
            "EHLO" => Say(OFFER),
            "MAIL" if !refused.load(Ordering::SeqCst) => Say("451 4.3.0 no"),
            "RCPT" if !refused.load(Ordering::SeqCst) => Say("503 MAIL first"),
            "DATA" if !refused.swap(true, Ordering::SeqCst) => Say(data),
            _ => Normal,
        })
        .await;
        let deliverer = patient(settings(&[&relay.url()]));
        soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
        assert_eq!((relay.count("0 RSET"), relay.count("0 Subject")), (1, 1), "{:#?}", relay.log());
        assert_eq!(relay.count("0 ."), if data.starts_with('3') { 2 } else { 1 });
    }
}

#[tokio::test]
async fn an_empty_mail_reaches_nobody() {
    // A relay that took the recipient would deliver it.
    let relay = relay(&[("MAIL", "550 5.1.8 no"), ("RCPT", "250 ok"), ("DATA", "354 go on")]).await;
    failure(&relay).await;
    relay.seen("0 closed").await;
    assert_eq!(relay.count("0 ."), 0, "{:#?}", relay.log());
}

#[tokio::test]
async fn each_reply_has_its_own_deadline() {
    for (verb, stage) in
        [("MAIL", Stage::Mail), ("RCPT", Stage::Rcpt), ("DATA", Stage::Data), ("BODY", Stage::Body)]
    {
        let stalling = move |step: &Step<'_>| match step.verb {
            said if said == verb => Stall,
            "EHLO" => Say(OFFER),
            _ => Normal,
        };
        let relay = SmtpServer::playing(stalling).await;
        let Settings { mut deadlines, .. } = settings(&[&relay.url()]);
        let brief = Duration::from_millis(150);
        match stage {
            Stage::Body => deadlines.body = brief,
            _ => deadlines.usual = brief,
        }
        let deliverer = patient(Settings { deadlines, ..settings(&[&relay.url()]) });
        let failure = soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await;
        match failure {
            Err(Failure::Unavailable) => assert_eq!(stage, Stage::Mail),
            Err(Failure::Temporary(cause) | Failure::Unknown(cause)) => {
                assert_eq!(cause.to_string(), format!("{stage} timeout"));
            }
            other => panic!("{other:?}"),
        }
        relay.seen("0 closed").await;
    }
}
