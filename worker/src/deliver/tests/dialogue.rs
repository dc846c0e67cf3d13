//! One mail's dialogue: what is said, by when, and what each answer means.

use std::time::Duration;

use crate::deliver::{
    Cause, CauseKind, Deadlines, Failure, Stage,
    testing::{Answer::*, FakeRelay, MAIL, Step, dialer, eager, envelope, patient, settings, soon},
};

const BRIEF: Duration = Duration::from_millis(50);

async fn cause_from(relay: &FakeRelay, deadlines: Deadlines) -> Cause {
    let deliverer = patient(crate::deliver::Settings { deadlines, ..settings(&[&relay.url()]) });
    match soon(deliverer.deliver(&envelope("jane@example.com"), MAIL)).await {
        Err(Failure::Temporary(cause) | Failure::Permanent(cause)) => cause,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_mail_is_said_in_order_and_ends_with_one_dot() {
    let relay = FakeRelay::polite().await;
    let deliverer = eager(settings(&[&relay.url()]));
    let mail = b"Subject: dots\r\n\r\n.\r\n..two\r\nend\r\n";
    let receipt = soon(deliverer.deliver(&envelope("jane@example.com"), mail)).await.unwrap();
    assert_eq!((&*receipt.relay, receipt.code), (relay.addr.to_string().as_str(), 250));
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
            if step.verb == verb { Stall } else { step.polite() }
        };
        let relay = FakeRelay::start(stalling).await;
        let mut deadlines = Deadlines::default();
        match stage {
            Stage::Greeting => deadlines.greeting = BRIEF,
            Stage::Ehlo => deadlines.ehlo = BRIEF,
            _ => deadlines.auth = BRIEF,
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
        let relay = FakeRelay::start(move |step| match (step.verb, step.connection) {
            (said, 0) if said == verb => Stall,
            _ => step.polite(),
        })
        .await;
        let mut settings = settings(&[&relay.url()]);
        match stage {
            Stage::Mail => settings.deadlines.mail = BRIEF,
            Stage::Rcpt => settings.deadlines.rcpt = BRIEF,
            Stage::Data => settings.deadlines.data = BRIEF,
            _ => settings.deadlines.body = BRIEF,
        }
        let deliverer = patient(settings);
        let failure = soon(deliverer.deliver(&envelope("jane@example.com"), MAIL)).await;
        let cause = Cause { stage, code: None, enhanced: None, kind: CauseKind::Timeout };
        assert_eq!(failure.unwrap_err(), Failure::Temporary(cause));
        relay.seen("0 closed").await;
    }
}

#[tokio::test]
async fn only_354_asks_for_the_body_and_only_250_accepts_it() {
    let relay = FakeRelay::start(|step| match step.verb {
        "DATA" => Say("250 2.0.0 ok"),
        _ => step.polite(),
    })
    .await;
    let cause = cause_from(&relay, Deadlines::default()).await;
    assert_eq!(
        (cause.stage, cause.code, cause.kind),
        (Stage::Data, Some(250), CauseKind::Protocol)
    );
    relay.seen("0 closed").await;
    assert_eq!(relay.count("0 Subject"), 0);

    let relay = FakeRelay::start(|step| match step.verb {
        "BODY" => Say("354 go on"),
        _ => step.polite(),
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
    let relay = FakeRelay::start(|step| match step.verb {
        "RCPT" => Say("550-5.1.1 <jane@example.com>:\r\n550 5.1.1 no such user"),
        _ => step.polite(),
    })
    .await;
    let cause = cause_from(&relay, Deadlines::default()).await;
    assert_eq!(cause.to_string(), "rcpt 550 5.1.1");
    assert!(!format!("{cause:?}").contains("jane"));
}

#[tokio::test]
async fn a_reply_without_an_end_is_cut_off() {
    let relay = FakeRelay::start(|step| match step.verb {
        "RCPT" => Flood,
        _ => step.polite(),
    })
    .await;
    let cause = cause_from(&relay, Deadlines::default()).await;
    assert_eq!(cause.to_string(), "rcpt protocol");
    relay.seen("0 closed").await;
}

#[tokio::test]
async fn a_reply_that_is_not_utf8_or_not_smtp() {
    let relay = FakeRelay::start(|step| match step.verb {
        "RCPT" => Say("what?"),
        _ => step.polite(),
    })
    .await;
    assert_eq!(cause_from(&relay, Deadlines::default()).await.to_string(), "rcpt protocol");
    relay.seen("0 closed").await;
}

#[tokio::test]
async fn login_by_plain_or_else_by_login() {
    let url = |relay: &FakeRelay| format!("smtp://user:p%40ss@{}", relay.addr);
    let relay = FakeRelay::polite().await;
    soon(dialer(&url(&relay), Deadlines::default()).dial()).await.ok().unwrap();
    assert_eq!(relay.log()[2], "0 AUTH PLAIN AHVzZXIAcEBzcw==");

    let relay = FakeRelay::start(|step| match (step.verb, step.line) {
        ("EHLO", _) => Say("250-relay.example\r\n250 AUTH CRAM-MD5 LOGIN"),
        ("AUTH", "AUTH LOGIN") => Say("334 VXNlcm5hbWU6"),
        ("CONTINUE", "dXNlcg==") => Say("334 UGFzc3dvcmQ6"),
        ("CONTINUE", "cEBzcw==") => Say("235 2.7.0 welcome"),
        _ => step.polite(),
    })
    .await;
    soon(dialer(&url(&relay), Deadlines::default()).dial()).await.ok().unwrap();

    let relay = FakeRelay::start(|step| match step.verb {
        "EHLO" => Say("250-relay.example\r\n250 AUTH CRAM-MD5"),
        _ => step.polite(),
    })
    .await;
    let fault = soon(dialer(&url(&relay), Deadlines::default()).dial()).await.err().unwrap();
    assert_eq!(fault.cause.to_string(), "auth unsupported");
}

#[tokio::test]
async fn smtputf8_and_8bitmime_are_asked_for_when_needed_and_offered() {
    let relay = FakeRelay::start(|step| match step.verb {
        "EHLO" => Say("250-relay.example\r\n250-8BITMIME\r\n250 SMTPUTF8"),
        _ => step.polite(),
    })
    .await;
    let deliverer = eager(settings(&[&relay.url()]));
    soon(deliverer.deliver(&envelope("jörg@example.com"), "\r\nGrüße".as_bytes())).await.unwrap();
    assert_eq!(relay.log()[2], "0 MAIL FROM:<no-reply@signpost.example> SMTPUTF8 BODY=8BITMIME");

    let relay = FakeRelay::polite().await;
    let cause = {
        let deliverer = eager(settings(&[&relay.url()]));
        match soon(deliverer.deliver(&envelope("jörg@example.com"), MAIL)).await {
            Err(Failure::Permanent(cause)) => cause,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(cause.kind, CauseKind::Smtputf8);
    assert_eq!(relay.count("0 MAIL"), 0);
}
