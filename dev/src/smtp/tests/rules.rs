//! Every kind of rule, and a rule at every stage.

use std::time::Duration;

use super::super::{Rule, Stage};
use super::*;

#[tokio::test]
async fn a_sequence_of_refusals_then_all_is_well() {
    let relay = relay(Options::default()).await;
    relay.script.rule(Rule::at(Stage::Rcpt).reply("451 4.3.0 later").times(2));
    relay.script.rule(Rule::at(Stage::Rcpt).reply("550 5.1.1 nobody").times(1));
    let mut client = relay.greeted().await;
    client.say("MAIL FROM:<from@x>", "250").await;
    for reply in ["451 4.3.0 later", "451", "550 5.1.1", "250"] {
        client.say("RCPT TO:<a@x>", reply).await;
    }
    assert_eq!(relay.script.hits(), [2, 1]);
    relay.script.clear();
    assert!(relay.script.hits().is_empty());
}

#[tokio::test]
async fn only_for_one_address() {
    let relay = relay(Options::default()).await;
    let script = &relay.script;
    script.rule(Rule::at(Stage::Mail).reply("550 no").to_address("bad@x"));
    script.rule(Rule::at(Stage::Rcpt).reply("550 no").to(|to| to.ends_with("@gone.example")));
    script.rule(Rule::at(Stage::Body).reply("554 no").to_address("full@x"));
    let mut client = relay.greeted().await;
    client.say("MAIL FROM:<bad@x>", "550").await;
    client.say("MAIL FROM:<good@x>", "250").await;
    client.say("RCPT TO:<a@gone.example>", "550").await;
    client.say("RCPT TO:<a@x>", "250").await;
    client.say("RCPT TO:<full@x>", "250").await;
    client.say("DATA", "354").await;
    client.say("x\r\n.", "554").await;
    client.deliver("a@x").await;
    assert_eq!(relay.mails.len(), 1);
    assert_eq!(script.hits(), [1, 1, 1]);
}

/// Takes a client as far as the stage, and sends what the stage answers.
async fn reach(relay: &Relay, stage: Stage) -> Client<TcpStream> {
    let mut client = relay.connect().await;
    let steps = [
        (Stage::Greeting, "", "220"),
        (Stage::Ehlo, "EHLO me\r\n", "250"),
        (Stage::StartTls, "STARTTLS\r\n", ""),
        (Stage::Auth, "AUTH PLAIN AHVzZXIAc2VjcmV0\r\n", "235"),
        (Stage::Mail, "MAIL FROM:<a@x>\r\n", "250"),
        (Stage::Rcpt, "RCPT TO:<b@x>\r\n", "250"),
        (Stage::Data, "DATA\r\n", "354"),
        (Stage::Body, "x\r\n.\r\n", "250"),
    ];
    for (step, line, reply) in steps {
        if step == Stage::StartTls && stage != step {
            continue;
        }
        client.send(line).await;
        if step == stage {
            break;
        }
        client.expect(reply).await;
    }
    client
}

const STAGES: [Stage; 8] = [
    Stage::Greeting,
    Stage::Ehlo,
    Stage::StartTls,
    Stage::Auth,
    Stage::Mail,
    Stage::Rcpt,
    Stage::Data,
    Stage::Body,
];

/// AUTH comes only behind TLS where TLS is offered, so only that stage gets a certificate.
async fn relay_for(stage: Stage) -> Relay {
    relay(Options {
        tls: (stage == Stage::StartTls).then(|| tls().0),
        credentials: Some(("user".to_owned(), "secret".to_owned())),
        ..Options::default()
    })
    .await
}

#[tokio::test]
async fn a_reply_at_every_stage() {
    for stage in STAGES {
        let relay = relay_for(stage).await;
        relay.script.rule(Rule::at(stage).reply("450-4.7.1 not\n450 4.7.1 now"));
        let mut client = reach(&relay, stage).await;
        assert_eq!(client.reply().await, "450-4.7.1 not\n450 4.7.1 now", "{stage:?}");
        client.say("QUIT", "221").await;
        assert_eq!(relay.script.hits(), [1], "{stage:?}");
        assert!(relay.mails.is_empty(), "{stage:?}");
    }
}

#[tokio::test]
async fn a_421_ends_the_connection_at_every_stage() {
    for stage in STAGES {
        let relay = relay_for(stage).await;
        relay.script.rule(Rule::at(stage).reply("421 4.3.2 going down"));
        let mut client = reach(&relay, stage).await;
        client.expect("421").await;
        client.expect_end().await;
    }
}

#[tokio::test]
async fn hanging_up_at_every_stage() {
    for stage in STAGES {
        let relay = relay_for(stage).await;
        relay.script.rule(Rule::at(stage).close());
        let mut client = reach(&relay, stage).await;
        client.expect_end().await;
        assert!(relay.mails.is_empty(), "{stage:?}");
    }
}

#[tokio::test]
async fn stalling_at_every_stage_until_the_client_goes() {
    for stage in STAGES {
        let relay = relay_for(stage).await;
        relay.script.rule(Rule::at(stage).stall());
        let client = reach(&relay, stage).await;
        relay.script.wait_for_hits(1).await;
        assert_eq!(relay.server.connections().open, 1, "{stage:?}");
        drop(client);
        relay.server.wait_for_connections(|now| now.open == 0).await;
        assert!(relay.mails.is_empty(), "{stage:?}");
    }
}

#[tokio::test]
async fn the_mail_is_taken_though_the_answer_is_lost() {
    let relay = relay(Options::default()).await;
    relay.script.rule(Rule::at(Stage::Body).close().store(true).times(1));
    relay.script.rule(Rule::at(Stage::Body).reply("250 lost").store(false).times(1));
    relay.script.rule(Rule::at(Stage::Body).reply("451 taken").store(true).times(1));
    relay.script.rule(Rule::at(Stage::Body).stall().store(true));

    let mut client = relay.greeted().await;
    client.begin("closed@x").await;
    client.send("x\r\n.\r\n").await;
    client.expect_end().await;
    assert_eq!(relay.mails.len(), 1);

    let mut client = relay.greeted().await;
    client.begin("lost@x").await;
    client.say("x\r\n.", "250").await;
    assert_eq!(relay.mails.len(), 1);
    client.begin("taken@x").await;
    client.say("x\r\n.", "451").await;
    assert_eq!(relay.mails.len(), 2);
    client.begin("stalled@x").await;
    client.send("x\r\n.\r\n").await;
    let mails = relay.mails.wait_for(|mails| mails.len() == 3).await;
    assert_eq!(mails[0].to, ["stalled@x"]);
}

#[tokio::test]
async fn slow_answers_are_the_normal_ones() {
    let relay = relay(Options::default()).await;
    let script = &relay.script;
    script.rule(Rule::at(Stage::Ehlo).drip(Duration::from_micros(10)));
    script.rule(Rule::at(Stage::Mail).delay(Duration::from_millis(20)));
    script.rule(Rule::at(Stage::Rcpt).delay(Duration::from_millis(1)).reply("451 slow").times(1));
    let mut client = relay.connect().await;
    client.expect("220").await;
    client.say("EHLO me", "250-localhost greets me\n250-8BITMIME").await;
    let before = std::time::Instant::now();
    client.say("MAIL FROM:<a@x>", "250").await;
    assert!(before.elapsed() >= Duration::from_millis(20));
    client.say("RCPT TO:<a@x>", "451 slow").await;
    client.say("RCPT TO:<a@x>", "250").await;
}

#[tokio::test]
async fn a_refusing_greeting_leaves_only_quit() {
    let relay = relay(Options::default()).await;
    relay.script.rule(Rule::at(Stage::Greeting).reply("554 5.3.2 no service"));
    let mut client = relay.connect().await;
    client.expect("554").await;
    client.say("EHLO me", "503").await;
    client.say("QUIT", "221").await;
}

#[tokio::test]
async fn a_false_success_at_data_reads_no_mail() {
    let relay = relay(Options::default()).await;
    relay.script.rule(Rule::at(Stage::Data).reply("250 what").times(1));
    let mut client = relay.greeted().await;
    client.say("MAIL FROM:<a@x>", "250").await;
    client.say("RCPT TO:<a@x>", "250").await;
    client.say("DATA", "250 what").await;
    client.say("RSET", "250").await;
    assert!(relay.mails.is_empty());
}
