//! What RFC 5321 asks of a server that nobody scripted.

use super::*;

#[tokio::test]
async fn a_mail_is_taken_with_its_envelope() {
    let relay = SmtpServer::polite().await;
    let mut client = Client::greeted(&relay).await;
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
    assert_eq!((mail.helo.as_str(), mail.connection), ("client.example", 0));
    assert!(!mail.tls && !mail.authenticated && !mail.smtputf8);
}

#[tokio::test]
async fn ehlo_lists_what_is_offered() {
    let plain = SmtpServer::polite().await;
    let mut client = Client::connect(&plain).await;
    client.expect("220 localhost ESMTP").await;
    insta::assert_snapshot!(client.say("EHLO me", "250").await, @"
    250-localhost greets me
    250-8BITMIME
    250-ENHANCEDSTATUSCODES
    250-SIZE 1048576
    250 AUTH PLAIN LOGIN
    ");
    insta::assert_snapshot!(client.say("HELO me", "250").await, @"250 localhost greets me");
    client.say("MAIL FROM:<a@x> SIZE=1", "555").await;

    let full = SmtpServer::on_loopback(Options { smtputf8: true, ..Options::default() }).await;
    let mut client = Client::connect(&full).await;
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
    let relay = SmtpServer::polite().await;
    let mut client = Client::connect(&relay).await;
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
        ("AUTH XOAUTH2", "504"),
        ("XYZZY", "500"),
        ("RCPT", "501"),
    ] {
        client.say(line, reply).await;
    }
}

#[tokio::test]
async fn parameters_that_are_not_offered() {
    let relay = SmtpServer::polite().await;
    let mut client = Client::greeted(&relay).await;
    for (line, reply) in [
        ("MAIL FROM:<a@x> SMTPUTF8", "555 5.5.4"),
        ("MAIL FROM:<a@x> RET=HDRS", "555 5.5.4"),
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
    let relay = SmtpServer::on_loopback(Options { smtputf8: true, ..Options::default() }).await;
    let mut client = Client::greeted(&relay).await;
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
    let relay = SmtpServer::polite().await;
    let mut client = Client::greeted(&relay).await;
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
    client.say(&format!("NOOP {}", "x".repeat(20_000)), "500 5.5.2 line too long").await;
}

#[tokio::test]
async fn commands_in_one_packet_are_all_answered() {
    let relay = SmtpServer::polite().await;
    let mut client = Client::greeted(&relay).await;
    client.send("MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n").await;
    for reply in ["250", "250", "354"] {
        client.expect(reply).await;
    }
    client.say("x\r\n.", "250").await;
}

#[tokio::test]
async fn the_log_tells_what_happened() {
    let relay = SmtpServer::polite().await;
    let mut first = Client::greeted(&relay).await;
    let second = Client::greeted(&relay).await;
    drop(second);
    relay.seen("1 closed").await;
    first.deliver("a@x").await;
    drop(first);
    relay.left_alone().await;
    assert_eq!((relay.connections(), relay.count("1 ")), (2, 3));
    let first = relay.log().into_iter().filter(|line| line.starts_with("0 "));
    insta::assert_snapshot!(first.collect::<Vec<_>>().join("\n"), @"
    0 connected
    0 EHLO client.example
    0 MAIL FROM:<from@example.com>
    0 RCPT TO:<a@x>
    0 DATA
    0 Subject: hello
    0 
    0 hello
    0 .
    0 closed
    ");
}

#[tokio::test]
async fn dropping_it_ends_every_connection() {
    let relay = SmtpServer::polite().await;
    let mut client = Client::greeted(&relay).await;
    drop(relay);
    client.expect_end().await;
}
