//! What arrives: the right language, the right code, a mail that parsers like.

use mail_parser::{Message, MessageParser, MimeHeaders as _};
use signpost_smtp_server::{Answer::Say, Options, Rule};

use crate::rig::{World, until};

fn parse(raw: &[u8]) -> Message<'_> {
    MessageParser::default().parse(raw).expect("a mail")
}

/// The only line of the text that is six digits and nothing else.
fn code(mail: &Message<'_>) -> String {
    let text = mail.body_text(0).unwrap();
    let codes: Vec<_> = text
        .lines()
        .filter(|line| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit()))
        .collect();
    assert_eq!(codes.len(), 1, "{text}");
    assert_eq!(text.matches(codes[0]).count(), 1, "{text}");
    codes[0].to_owned()
}

#[tokio::test]
async fn a_form_becomes_a_mail_in_the_asked_language() {
    let world = World::new().await;
    let (api, _worker) = (world.api(&[]).await, world.worker(&[("SIGNPOST_BRAND", "Acme")]).await);
    let asked = [
        ("en-US", "en-US"),
        ("zh_CN", "zh-CN"),
        ("zh-MO", "zh-HK"),
        ("es-MX", "es-419"),
        ("fr", "fr"),
        ("de-AT", "de"),
        ("pt", "pt-BR"),
        ("ja", "ja"),
        ("ar-EG", "ar"),
    ];
    for (locale, _) in asked {
        let address = format!("{}@a.example", locale.to_lowercase());
        assert!(api.form(&[("email", &address), ("locale", locale)]).await.is_success());
    }
    world.mails.wait_for_received(9).await;
    for (asked, language) in asked {
        let to = format!("{}@a.example", asked.to_lowercase());
        let mails = world.mails.list();
        let received = mails.iter().find(|mail| mail.to == [to.clone()]).unwrap();
        let mail = parse(&received.raw);
        assert_eq!(mail.header("Content-Language").unwrap().as_text(), Some(language));
        assert_eq!(mail.header("Auto-Submitted").unwrap().as_text(), Some("auto-generated"));
        let code = code(&mail);
        let subject = mail.subject().unwrap();
        assert!(subject.contains(&code) && subject.contains("Acme"), "{subject}");
        assert!(mail.body_text(0).unwrap().contains("30"), "whole minutes");
        let html = mail.body_html(0).unwrap();
        assert!(html.contains(&code) && html.contains("<span dir=\"auto\">"), "{html}");
        assert_eq!(mail.from().unwrap().first().unwrap().address(), Some("no-reply@example.com"));
        assert!(mail.message_id().unwrap().ends_with("@example.com"));
        assert!(mail.is_content_type("multipart", "alternative"));
        assert_eq!(received.from, "no-reply@example.com");
        assert_eq!(received.helo, "worker.example");
    }
}

#[tokio::test]
async fn an_address_is_delivered_to_as_it_was_typed() {
    let world = World::with_relay(Options { smtputf8: true, ..Options::default() }).await;
    let utf8 = [("SIGNPOST_SMTPUTF8", "on")];
    let (api, _worker) = (world.api(&utf8).await, world.worker(&utf8).await);
    for (typed, delivered) in [
        ("Jane.Doe+News@Bücher.example", "Jane.Doe+News@xn--bcher-kva.example"),
        ("用户@例子.example.", "用户@xn--fsqu00a.example"),
        (" \u{FEFF}ｊｏｈｎ＠ａ．ｅｘａｍｐｌｅ\u{3000}", "john@a.example"),
        ("संपर्क@a.example", "संपर्क@a.example"),
        ("o’brien@a.example", "o’brien@a.example"),
        ("jose\u{301}@a.example", "jose\u{301}@a.example"),
        ("👩‍🚀@a.example", "👩‍🚀@a.example"),
        ("ผู้ใช้@ไทย.example", "ผู้ใช้@xn--o3cw4h.example"),
    ] {
        assert!(api.send(typed).await.is_success());
        world.mails.wait_for(|mails| mails.iter().any(|mail| mail.to == [delivered])).await;
    }
}

#[tokio::test]
async fn asking_again_sends_the_same_code_and_another_message_id() {
    let world = World::new().await;
    let (api, _worker) = (world.api(&[("SIGNPOST_COOLDOWN", "0s")]).await, world.worker(&[]).await);
    for count in 1..=2 {
        assert!(api.send("jane@a.example").await.is_success());
        world.mails.wait_for_received(count).await;
    }
    let mails = world.mails.list();
    let (one, other) = (parse(&mails[0].raw), parse(&mails[1].raw));
    assert_eq!(code(&one), code(&other));
    assert_ne!(one.message_id(), other.message_id());
}

#[tokio::test]
async fn no_log_and_no_metric_tells_an_address_or_a_code() {
    let world = World::new().await;
    let (api, worker) = (world.api(&[]).await, world.worker(&[]).await);
    assert!(api.send("very.secret.jane@hidden.example").await.is_success());
    assert_eq!(api.send("very.secret.jane@hidden.example").await.code(), "send.later");
    world.script.rule(
        Rule::at("RCPT", Say("550 5.1.1 <very.secret.john@hidden.example> is not here"))
            .to(|to| to == "very.secret.john@hidden.example"),
    );
    assert!(api.send("very.secret.john@hidden.example").await.is_success());
    world.mails.wait_for_received(1).await;
    world.broker.next_dead().await;
    let code = code(&parse(&world.mails.list()[0].raw));
    until("the delivery is counted", async || {
        worker.metric("signpost_jobs_total{outcome=\"delivered\"").await == Some(1.0)
    })
    .await;
    let mut said = [api.process.log(), worker.process.log()].concat();
    said.extend([api.metrics().await, worker.metrics().await]);
    for line in said {
        assert!(!line.contains("secret") && !line.contains("hidden.example"), "{line}");
        let words = line.split(|c: char| !c.is_ascii_digit());
        assert!(!words.into_iter().any(|word| word == code), "{line}");
    }
}
