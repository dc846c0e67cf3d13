//! Every kind of answer, an answer at every step, and rules.

use std::time::Duration;

use super::*;
use crate::{
    Answer::{
        self, After, Bytewise, Close, Normal, Say, SayAndClose, SayThenSay, Stall, ThenExpect,
    },
    Rule,
};

#[tokio::test]
async fn a_sequence_of_refusals_then_all_is_well() {
    let relay = SmtpServer::polite().await;
    relay.script.rule(Rule::at("RCPT", Say("451 4.3.0 later")).times(2));
    relay.script.rule(Rule::at("RCPT", Say("550 5.1.1 nobody")).times(1));
    let mut client = Client::greeted(&relay).await;
    client.say("MAIL FROM:<from@x>", "250").await;
    for reply in ["451 4.3.0 later", "451", "550 5.1.1", "250"] {
        client.say("RCPT TO:<a@x>", reply).await;
    }
    assert_eq!(relay.script.hits(), [2, 1]);
    relay.script.clear();
    assert!(relay.script.hits().is_empty());
}

#[tokio::test]
async fn only_for_one_address_and_before_the_behaviour() {
    let relay = SmtpServer::playing(|step| match step.verb {
        "RCPT" => Say("250 whoever"),
        _ => Normal,
    })
    .await;
    let script = &relay.script;
    script.rule(Rule::at("MAIL", Say("550 no")).to(|from| from == "bad@x"));
    script.rule(Rule::at("RCPT", Say("550 no")).to(|to| to.ends_with("@gone.example")));
    script.rule(Rule::at("BODY", Say("554 no")).to(|to| to == "full@x"));
    let mut client = Client::greeted(&relay).await;
    client.say("MAIL FROM:<bad@x>", "550").await;
    client.say("MAIL FROM:<good@x>", "250").await;
    client.say("RCPT TO:<a@gone.example>", "550").await;
    client.say("RCPT TO:<a@x>", "250 whoever").await;
    client.say("RCPT TO:<full@x>", "250").await;
    client.say("DATA", "354").await;
    client.say("x\r\n.", "554").await;
    client.deliver("a@x").await;
    assert_eq!(relay.mails.len(), 1);
    assert_eq!(script.hits(), [1, 1, 1]);
}

const STEPS: [(&str, &str, &str); 8] = [
    ("GREETING", "", "220"),
    ("EHLO", "EHLO me\r\n", "250"),
    ("STARTTLS", "STARTTLS\r\n", "502"),
    ("AUTH", "AUTH PLAIN AHVzZXIAc2VjcmV0\r\n", "235"),
    ("MAIL", "MAIL FROM:<a@x>\r\n", "250"),
    ("RCPT", "RCPT TO:<b@x>\r\n", "250"),
    ("DATA", "DATA\r\n", "354"),
    ("BODY", "x\r\n.\r\n", "250"),
];

/// For each step a relay that answers it so, and a client that awaits this answer.
async fn at_every_step(
    answer: Answer,
    then: impl AsyncFn(&SmtpServer, Client<TcpStream>, &'static str),
) {
    for (verb, ..) in STEPS {
        let relay = SmtpServer::polite().await;
        relay.script.rule(Rule::at(verb, answer.clone()));
        let mut client = Client::connect(&relay).await;
        for (step, line, reply) in STEPS {
            client.send(line).await;
            if step == verb {
                break;
            }
            client.expect(reply).await;
        }
        relay.script.wait_for_hits(1).await;
        then(&relay, client, verb).await;
        assert!(relay.mails.is_empty(), "{verb}");
    }
}

#[tokio::test]
async fn a_reply_at_every_step() {
    let reply = Say("450-4.7.1 not\r\n450 4.7.1 now");
    at_every_step(reply, async |_, mut client, verb| {
        assert_eq!(client.reply().await, "450-4.7.1 not\n450 4.7.1 now", "{verb}");
        client.say("QUIT", "221").await;
        client.expect_end().await;
    })
    .await;
}

#[tokio::test]
async fn an_end_at_every_step() {
    for answer in [Say("421 4.3.2 going down"), SayAndClose("421 4.3.2 going down")] {
        at_every_step(answer, async |_, mut client, _| {
            client.expect("421").await;
            client.expect_end().await;
        })
        .await;
    }
    at_every_step(Close, async |_, mut client, _| client.expect_end().await).await;
    at_every_step(Stall, async |relay, client, _| {
        assert_eq!(relay.count("0 closed"), 0);
        drop(client);
        relay.left_alone().await;
    })
    .await;
}

#[tokio::test]
async fn the_mail_is_taken_though_the_answer_is_lost() {
    let relay = SmtpServer::polite().await;
    relay.script.rule(Rule::at("BODY", Close.keeping()).times(1));
    relay.script.rule(Rule::at("BODY", Say("451 taken").keeping()).times(1));
    relay.script.rule(Rule::at("BODY", Stall.keeping()));

    let mut client = Client::greeted(&relay).await;
    client.begin("closed@x").await;
    client.send("x\r\n.\r\n").await;
    client.expect_end().await;
    assert_eq!(relay.mails.len(), 1);

    let mut client = Client::greeted(&relay).await;
    client.begin("taken@x").await;
    client.say("x\r\n.", "451").await;
    assert_eq!(relay.mails.len(), 2);
    client.begin("stalled@x").await;
    client.send("x\r\n.\r\n").await;
    let mails = relay.mails.wait_for(|mails| mails.len() == 3).await;
    assert_eq!(mails[0].to, ["stalled@x"]);
}

#[tokio::test]
async fn answers_in_their_own_time() {
    let relay = SmtpServer::playing(|step| match (step.verb, step.nth) {
        ("EHLO", _) => Bytewise("250-me\r\n250 SIZE\r\n"),
        ("MAIL", _) => After(Duration::from_millis(20)),
        ("NOOP", 0) => SayThenSay("250 ok", "250 again"),
        ("NOOP", _) => ThenExpect { within: Duration::from_millis(1), or: "451 bye" },
        _ => Normal,
    })
    .await;
    let mut client = Client::connect(&relay).await;
    client.expect("220").await;
    client.say("EHLO me", "250-me\n250 SIZE").await;
    let before = std::time::Instant::now();
    client.say("MAIL FROM:<a@x> SIZE=1", "250").await;
    assert!(before.elapsed() >= Duration::from_millis(20));
    client.say("NOOP", "250 ok").await;
    client.expect("250 again").await;
    client.say("NOOP", "250 2.0.0 ok").await;
    client.expect("451 bye").await;
    client.expect_end().await;
}

#[tokio::test]
async fn a_refusing_greeting_leaves_only_quit() {
    let relay = SmtpServer::playing(|_| Normal).await;
    relay.script.rule(Rule::at("GREETING", Say("554 5.3.2 no service")));
    let mut client = Client::connect(&relay).await;
    client.expect("554").await;
    client.say("EHLO me", "503").await;
    client.say("QUIT", "221").await;
}

#[tokio::test]
async fn a_false_success_at_data_reads_no_mail() {
    let relay = SmtpServer::polite().await;
    relay.script.rule(Rule::at("DATA", Say("250 what")).times(1));
    let mut client = Client::greeted(&relay).await;
    client.say("MAIL FROM:<a@x>", "250").await;
    client.say("RCPT TO:<a@x>", "250").await;
    client.say("DATA", "250 what").await;
    client.say("RSET", "250").await;
    assert!(relay.mails.is_empty());
}
