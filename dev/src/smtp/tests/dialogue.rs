//! What RFC 5321 asks of a server that nobody scripted.

use super::*;

#[tokio::test]
async fn a_mail_is_taken_with_its_envelope() {
    let relay = relay(Options::default()).await;
    let mut client = relay.greeted().await;
    client.say("MAIL FROM:<from@example.com> SIZE=40 BODY=8BITMIME", "250").await;
    client.say("RCPT TO:<a@example.com>", "250").await;
    client.say("RCPT TO:<b@example.com>", "250").await;
    client.say("DATA", "354").await;
    client.say("Subject: hello\r\n\r\n..dot\r\n.hidden\r\n.", "250").await;
    client.say("QUIT", "221").await;
    client.expect_end().await;

    let mails = relay.mails.wait_for(|mails| !mails.is_empty()).await;
    let mail = &mails[0];
    assert_eq!(mail.from, "from@example.com");
    assert_eq!(mail.to, ["a@example.com", "b@example.com"]);
    assert_eq!(mail.raw, b"Subject: hello\r\n\r\n.dot\r\nhidden\r\n");
    assert_eq!((mail.helo.as_str(), mail.connection), ("client.example", 1));
    assert!(!mail.tls && !mail.authenticated && !mail.smtputf8);
}

#[tokio::test]
async fn ehlo_lists_what_is_offered() {
    let plain = relay(Options::default()).await;
    let mut client = plain.connect().await;
    client.expect("220 localhost ESMTP").await;
    insta::assert_snapshot!(client.say("EHLO me", "250").await, @"
    250-localhost greets me
    250-8BITMIME
    250-ENHANCEDSTATUSCODES
    250 SIZE 1048576
    ");
    insta::assert_snapshot!(client.say("HELO me", "250").await, @"250 localhost greets me");
    client.say("MAIL FROM:<a@x> SIZE=1", "555").await;

    let full = relay(Options {
        credentials: Some(("user".to_owned(), "secret".to_owned())),
        smtputf8: true,
        ..Options::default()
    })
    .await;
    let mut client = full.connect().await;
    client.expect("220").await;
    insta::assert_snapshot!(client.say("EHLO me", "250").await, @"
    250-localhost greets me
    250-8BITMIME
    250-ENHANCEDSTATUSCODES
    250-SIZE 1048576
    250-SMTPUTF8
    250 AUTH PLAIN LOGIN
    ");
}

#[tokio::test]
async fn commands_out_of_sequence() {
    let relay = relay(Options::default()).await;
    let mut client = relay.connect().await;
    client.expect("220").await;
    for (line, reply) in [
        ("MAIL FROM:<a@x>", "503"),
        ("EHLO me", "250"),
        ("RCPT TO:<a@x>", "503"),
        ("DATA", "503"),
        ("MAIL FROM:<a@x>", "250"),
        ("MAIL FROM:<a@x>", "503"),
        ("DATA", "554"),
        ("RCPT TO:<b@x>", "250"),
        ("RSET", "250"),
        ("RCPT TO:<b@x>", "503"),
        ("MAIL FROM:<a@x>", "250"),
        ("EHLO me", "250"),
        ("RCPT TO:<b@x>", "503"),
        ("NOOP anything", "250"),
        ("VRFY someone", "252"),
        ("EXPN list", "502"),
        ("STARTTLS", "502"),
        ("AUTH PLAIN", "502"),
        ("XYZZY", "500"),
        ("RCPT", "501"),
    ] {
        client.say(line, reply).await;
    }
}

#[tokio::test]
async fn parameters_that_are_not_offered() {
    let relay = relay(Options::default()).await;
    let mut client = relay.greeted().await;
    for (line, reply) in [
        ("MAIL FROM:<a@x> SMTPUTF8", "555 5.5.4"),
        ("MAIL FROM:<a@x> AUTH=<>", "555 5.5.4"),
        ("MAIL FROM:<a@x> BODY=BINARYMIME", "501 5.5.4"),
        ("MAIL FROM:<a@x> SIZE=many", "501 5.5.4"),
        ("MAIL FROM:<a@x> SIZE=1048577", "552 5.3.4"),
        ("MAIL FROM:<é@x>", "553 5.6.7"),
        ("MAIL FROM:<a@x>", "250"),
        ("RCPT TO:<é@x>", "553 5.6.7"),
        ("RCPT TO:<a@x> NOTIFY=NEVER", "555 5.5.4"),
    ] {
        client.say(line, reply).await;
    }
}

#[tokio::test]
async fn smtputf8() {
    let relay = relay(Options { smtputf8: true, ..Options::default() }).await;
    let mut client = relay.greeted().await;
    client.say("MAIL FROM:<a@x>", "250").await;
    client.say("RCPT TO:<δοκιμή@x>", "553 5.6.7").await;
    client.say("RSET", "250").await;
    client.say("MAIL FROM:<a@x> SMTPUTF8", "250").await;
    client.say("RCPT TO:<δοκιμή@x>", "250").await;
    client.say("DATA", "354").await;
    client.say("Subject: γεια\r\n\r\n.", "250").await;
    let mail = relay.mails.list().remove(0);
    assert!(mail.smtputf8);
    assert_eq!(mail.to, ["δοκιμή@x"]);
}

#[tokio::test]
async fn bounds() {
    let relay = relay(Options::default()).await;
    let mut client = relay.greeted().await;
    client.say(&format!("NOOP {}", "x".repeat(20_000)), "500 5.5.2 line too long").await;
    client.say("MAIL FROM:<a@x>", "250").await;
    for number in 0..100 {
        client.say(&format!("RCPT TO:<a{number}@x>"), "250").await;
    }
    client.say("RCPT TO:<one-more@x>", "452").await;
    client.say("DATA", "354").await;
    let line = format!("{}\r\n", "x".repeat(998));
    client.send(&line.repeat(1100)).await;
    client.say(".", "552").await;
    client.begin("a@x").await;
    client.say(&format!("{}\r\n.", "x".repeat(5000)), "500 5.6.0").await;
    client.begin("a@x").await;
    client.say("smuggled\n.\nMAIL\r\n.", "550").await;
    assert!(relay.mails.is_empty());
    client.deliver("a@x").await;
}

#[tokio::test]
async fn commands_in_one_packet_are_all_answered() {
    let relay = relay(Options::default()).await;
    let mut client = relay.greeted().await;
    client.send("MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n").await;
    for reply in ["250", "250", "354"] {
        client.expect(reply).await;
    }
    client.say("x\r\n.", "250").await;
}

#[tokio::test]
async fn the_journal_tells_what_happened() {
    let relay = relay(Options::default()).await;
    let mut first = relay.greeted().await;
    let second = relay.greeted().await;
    let now = relay.server.wait_for_connections(|c| c.open == 2).await;
    assert_eq!((now.total, now.peak), (2, 2));
    first.deliver("a@x").await;
    drop(second);
    let now = relay.server.wait_for_connections(|c| c.open == 1).await;
    assert_eq!((now.total, now.peak), (2, 2));
    let commands = relay.server.commands();
    let first: Vec<_> = commands.iter().filter(|(connection, _)| *connection == 1).collect();
    insta::assert_debug_snapshot!(first.iter().map(|(_, command)| command).collect::<Vec<_>>(), @r#"
    [
        "EHLO",
        "MAIL FROM:<from@example.com>",
        "RCPT TO:<a@x>",
        "DATA",
        ".",
    ]
    "#);
}

#[tokio::test]
async fn stopping_ends_every_connection() {
    let relay = relay(Options::default()).await;
    let mut client = relay.greeted().await;
    relay.server.stop().await;
    client.expect_end().await;
}

#[tokio::test]
async fn disconnecting_leaves_the_server_running() {
    let relay = relay(Options::default()).await;
    let mut client = relay.greeted().await;
    relay.server.disconnect_all();
    client.expect_end().await;
    relay.greeted().await.deliver("a@x").await;
}
