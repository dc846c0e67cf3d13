//! One mail's dialogue: what is said, by when, and what each answer means.

use std::time::Duration;

use signpost_smtp_server::{
    Answer::{Bytewise, Flood, Normal, Say, SayAndClose, Send, Stall},
    SmtpServer, Step,
};

use crate::deliver::{
    Cause, CauseKind, Deadlines, Failure, Stage,
    tests::support::{MAIL, dialer, eager, envelope, patient, settings, soon},
};

/// Enough for what does not stall.
const BRIEF: Duration = Duration::from_millis(150);

async fn cause_from(relay: &SmtpServer, deadlines: Deadlines) -> Cause {
    let deliverer = patient(crate::deliver::Settings { deadlines, ..settings(&[&relay.url()]) });
    match soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await {
        Err(Failure::Temporary(cause) | Failure::Permanent(cause) | Failure::Unknown(cause)) => {
            cause
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_mail_is_said_in_order_and_ends_with_one_dot() {
    let relay = SmtpServer::polite().await;
    let deliverer = eager(settings(&[&relay.url()]));
    let mail = b"Subject: dots\r\n\r\n.\r\n..two\r\nend\r\n";
    let receipt = soon(deliverer.send(&envelope("jane@example.com"), mail)).await.unwrap();
    assert_eq!((&*receipt.relay, receipt.reply.code), (relay.addr.to_string().as_str(), 250));
    insta::assert_snapshot!(relay.log().join("\n"), @r"
    0 connected
    0 EHLO worker.example
    0 MAIL FROM:<no-reply@signpost.example>
    0 RCPT TO:<jane@example.com>
    0 DATA
    0 Subject: dots
    0 
    0 ..
    0 ...two
    0 end
    0 .
    ");
}

#[tokio::test]
async fn a_stall_before_the_mail_hits_the_deadline_of_its_stage() {
    for (verb, stage) in
        [("GREETING", Stage::Greeting), ("EHLO", Stage::Ehlo), ("AUTH", Stage::Auth)]
    {
        let stalling = move |step: &Step<'_>| {
            if step.verb == verb { Stall } else { Normal }
        };
        let relay = SmtpServer::playing(stalling).await;
        let mut deadlines = Deadlines::default();
        match stage {
            Stage::Greeting => deadlines.greeting = BRIEF,
            _ => deadlines.usual = BRIEF,
        }
        let url = format!("smtp://user:password@{}", relay.addr);
        let fault = soon(dialer(&url, deadlines).dial()).await.err().unwrap();
        assert_eq!((fault.cause.stage, fault.cause.kind), (stage, CauseKind::Timeout));
        relay.seen("0 closed").await;
    }
}

#[tokio::test]
async fn a_connect_without_an_answer_hits_its_deadline() {
    // A queue of one, and it is taken: the system does not answer another.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let listener = socket.listen(0).unwrap();
    let addr = listener.local_addr().unwrap();
    let _first = soon(tokio::net::TcpStream::connect(addr)).await.unwrap();
    let deadlines = Deadlines { connect: BRIEF, ..Deadlines::default() };
    let fault = soon(dialer(&format!("smtp://{addr}"), deadlines).dial()).await.err().unwrap();
    assert_eq!(fault.cause.to_string(), "connect timeout");
}

#[tokio::test]
async fn a_stall_within_the_mail_hits_its_deadline_and_ends_the_connection() {
    for (verb, stage) in
        [("MAIL", Stage::Mail), ("RCPT", Stage::Rcpt), ("DATA", Stage::Data), ("BODY", Stage::Body)]
    {
        let relay = SmtpServer::playing(move |step| match (step.verb, step.connection) {
            (said, 0) if said == verb => Stall,
            _ => Normal,
        })
        .await;
        let mut settings = settings(&[&relay.url()]);
        match stage {
            Stage::Body => settings.deadlines.body = BRIEF,
            _ => settings.deadlines.usual = BRIEF,
        }
        let deliverer = patient(settings);
        let failure = soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await;
        let cause = Cause { stage, code: None, enhanced: None, kind: CauseKind::Timeout };
        let expected = match stage {
            Stage::Mail => Failure::Unavailable,
            Stage::Body => Failure::Unknown(cause),
            _ => Failure::Temporary(cause),
        };
        assert_eq!(failure.unwrap_err(), expected);
        relay.seen("0 closed").await;
    }
}

#[tokio::test]
async fn only_354_asks_for_the_body_and_only_a_2xx_accepts_it() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "DATA" => Say("250 2.0.0 ok"),
        _ => Normal,
    })
    .await;
    let cause = cause_from(&relay, Deadlines::default()).await;
    assert_eq!(
        (cause.stage, cause.code, cause.kind),
        (Stage::Data, Some(250), CauseKind::Protocol)
    );
    relay.seen("0 closed").await;
    assert_eq!(relay.count("0 Subject"), 0);

    let relay = SmtpServer::playing(|step| match step.verb {
        "BODY" => Say("354 go on"),
        _ => Normal,
    })
    .await;
    let cause = cause_from(&relay, Deadlines::default()).await;
    assert_eq!(
        (cause.stage, cause.code, cause.kind),
        (Stage::Body, Some(354), CauseKind::Protocol)
    );
    relay.seen("0 closed").await;
}

#[tokio::test]
async fn a_refusal_keeps_code_and_status_and_not_a_word_of_the_text() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "RCPT" => Say("550-5.1.1 <jane@example.com>:\r\n550 5.1.1 no such user"),
        _ => Normal,
    })
    .await;
    let cause = cause_from(&relay, Deadlines::default()).await;
    assert_eq!(cause.to_string(), "rcpt 550 5.1.1");
    assert!(!format!("{cause:?}").contains("jane"));
}

#[tokio::test]
async fn a_reply_without_an_end_is_cut_off() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "RCPT" => Flood,
        _ => Normal,
    })
    .await;
    let cause = cause_from(&relay, Deadlines::default()).await;
    assert_eq!(cause.to_string(), "rcpt protocol");
    relay.seen("0 closed").await;
}

#[tokio::test]
async fn a_reply_that_is_not_utf8_or_not_smtp() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "RCPT" => Say("what?"),
        _ => Normal,
    })
    .await;
    assert_eq!(cause_from(&relay, Deadlines::default()).await.to_string(), "rcpt protocol");
    relay.seen("0 closed").await;
}

#[tokio::test]
async fn smtputf8_and_8bitmime_are_asked_for_when_needed_and_offered() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "EHLO" => Say("250-relay.example\r\n250-8BITMIME\r\n250 SMTPUTF8"),
        _ => Normal,
    })
    .await;
    let deliverer = eager(settings(&[&relay.url()]));
    soon(deliverer.send(&envelope("jörg@example.com"), "\r\nGrüße".as_bytes())).await.unwrap();
    assert_eq!(relay.log()[2], "0 MAIL FROM:<no-reply@signpost.example> SMTPUTF8 BODY=8BITMIME");

    let relay = SmtpServer::polite().await;
    let cause = {
        let deliverer = eager(settings(&[&relay.url()]));
        match soon(deliverer.send(&envelope("jörg@example.com"), MAIL)).await {
            Err(Failure::Temporary(cause)) => cause,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(cause.kind, CauseKind::Smtputf8);
    assert_eq!(relay.count("0 MAIL"), 0);
}

#[tokio::test]
async fn a_header_beyond_ascii_asks_for_smtputf8_and_a_body_does_not() {
    for (mail, asked) in [
        ("Subject: Gr\u{fc}\u{df}e\r\n\r\nHello.\r\n", true),
        ("Subject: hello\r\n\r\nGr\u{fc}\u{df}e\r\n", false),
    ] {
        let relay = SmtpServer::playing(|step| match step.verb {
            "EHLO" => Say("250-relay.example\r\n250 smtputf8"),
            _ => Normal,
        })
        .await;
        let deliverer = eager(settings(&[&relay.url()]));
        soon(deliverer.send(&envelope("jane@example.com"), mail.as_bytes())).await.unwrap();
        assert_eq!(relay.log()[2].ends_with(" SMTPUTF8"), asked, "{mail}");
    }
}

#[tokio::test]
async fn a_2xx_after_the_dot_is_a_delivery_whatever_its_text() {
    let long = format!("250 {}\r\n", "x".repeat(2_000)).into_bytes();
    for reply in [&b"250\r\n"[..], b"250 \r\n", b"250-\r\n250\r\n", b"251 d\xe9\n", &long] {
        let reply = reply.to_vec();
        let relay = SmtpServer::playing(move |step| match step.verb {
            "BODY" => Send(reply.clone()),
            _ => Normal,
        })
        .await;
        let deliverer = patient(settings(&[&relay.url()]));
        let receipt = soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await;
        assert!(receipt.is_ok(), "{receipt:?}");
    }
}

#[tokio::test]
async fn replies_come_as_they_like() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "GREETING" => Bytewise("220-relay.example\r\n220-\r\n220 go on\r\n"),
        "EHLO" => Bytewise("250-relay.example\r\n250- \r\n250-\r\n250-8bitmime\n250\r\n"),
        "RCPT" => Bytewise("250\n"),
        _ => Normal,
    })
    .await;
    let deliverer = patient(settings(&[&relay.url()]));
    soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
}

#[tokio::test]
async fn helo_greets_a_relay_that_does_not_know_ehlo() {
    for refusal in ["500 what?", "502 5.5.1 no", "504 no", "550 no"] {
        let relay = SmtpServer::playing(move |step| match step.verb {
            "EHLO" => Say(refusal),
            // Not what EHLO would offer.
            "HELO" => Say("250-relay.example\r\n250 PIPELINING"),
            _ => Normal,
        })
        .await;
        let deliverer = patient(settings(&[&relay.url()]));
        soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
        assert_eq!(relay.log()[2], "0 HELO worker.example");
    }
    let relay = SmtpServer::playing(|step| match step.verb {
        "EHLO" => SayAndClose("502 5.5.1 what?"),
        _ => Normal,
    })
    .await;
    soon(dialer(&relay.url(), Deadlines::default()).dial()).await.ok().unwrap();
    assert_eq!(relay.count("1 HELO worker.example"), 1, "{:#?}", relay.log());
    let relay = SmtpServer::playing(|step| match step.verb {
        "EHLO" | "HELO" => Say("550 5.7.1 not you"),
        _ => Normal,
    })
    .await;
    let fault = soon(dialer(&relay.url(), Deadlines::default()).dial()).await.err().unwrap();
    assert_eq!(fault.cause.to_string(), "ehlo 550 5.7.1");
}

#[tokio::test]
async fn a_host_without_a_full_name_says_its_address() {
    let relay = SmtpServer::polite().await;
    let mut dialer = dialer(&relay.url(), Deadlines::default());
    dialer.helo = crate::deliver::helo::HeloName(None);
    soon(dialer.dial()).await.ok().unwrap();
    assert_eq!(relay.log()[1], "0 EHLO [127.0.0.1]");
}

#[tokio::test]
async fn tls_on_a_port_that_was_given_as_plain_is_told() {
    let alert = vec![0x15, 3, 1, 0, 2, 2, 70];
    let relay = SmtpServer::playing(move |_| Send(alert.clone())).await;
    let deadlines = Deadlines { greeting: BRIEF, ..Deadlines::default() };
    let silent = SmtpServer::playing(|_| Stall).await;
    for (relay, cause) in [(relay, "greeting protocol"), (silent, "greeting timeout")] {
        let fault = soon(dialer(&relay.url(), deadlines).dial()).await.err().unwrap();
        assert_eq!(fault.cause.to_string(), cause);
        assert!(fault.detail.contains("smtps://"), "{}", fault.detail);
    }
}

#[tokio::test]
async fn nothing_but_crlf_ends_a_line_on_the_wire() {
    let relay = SmtpServer::polite().await;
    let deliverer = eager(settings(&[&relay.url()]));
    let mail = b"Subject: lines\n\na\rb\r\n.\rc";
    soon(deliverer.send(&envelope("jane@example.com"), mail)).await.unwrap();
    let log = relay.log();
    let body = ["Subject: lines", "", "a", "b", "..", "c", "."].map(|line| format!("0 {line}"));
    assert_eq!(log[log.len() - body.len()..], body);
}
