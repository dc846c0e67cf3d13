//! What stands in the headers, and what must not get into them.

use mail_parser::MessageParser;
use proptest::prelude::*;

use super::*;

#[test]
fn the_headers_are_those_of_a_mail_from_a_machine() {
    let renderer = Renderer::new(Settings {
        reply_to: Some("\"Help, Example\" <help@example.com>".parse().unwrap()),
        ..settings()
    })
    .unwrap();
    let mail = mail(&renderer, Locale::EnUs, 30);
    assert_eq!(mail.envelope.from().unwrap().as_ref() as &str, "no-reply@example.com");
    assert_eq!(mail.envelope.to(), ["jane@example.org".parse().unwrap()]);
    let text = String::from_utf8(mail.bytes).unwrap();
    let (headers, _) = text.split_once("\r\n\r\n").unwrap();
    insta::assert_snapshot!(headers.replace("\r\n", "\n"), @r#"
    Date: Sun, 15 Jun 2025 15:06:40 +0000
    From: Example <no-reply@example.com>
    To: jane@example.org
    Message-ID: <01970000-0000-7000-8000-000000000001@example.com>
    Subject: 012345 is your Example verification code
    Auto-Submitted: auto-generated
    Content-Language: en-US
    Reply-To: =?utf-8?b?SGVscCwgRXhhbXBsZQ==?= <help@example.com>
    MIME-Version: 1.0
    Content-Type: multipart/alternative;
     boundary="=_01970000000070008000000000000001"
    "#);
}

#[test]
fn every_line_is_fit_for_any_relay() {
    let renderer = Renderer::new(branded("Ünïcödé 日本 & Söhne")).unwrap();
    for locale in Locale::ALL {
        let mail = mail(&renderer, locale, 30);
        assert!(mail.bytes.is_ascii(), "{locale}");
        let text = String::from_utf8(mail.bytes.clone()).unwrap();
        assert!(text.ends_with("\r\n"));
        for line in text.strip_suffix("\r\n").unwrap().split("\r\n") {
            assert!(line.len() <= 998 && !line.contains(['\r', '\n', '\0']), "{locale}: {line}");
        }
        let subject = seen(&mail).subject;
        assert!(subject.contains("Ünïcödé 日本 & Söhne"), "{subject}");
    }
}

#[test]
fn a_retry_is_the_same_mail() {
    let renderer = Renderer::new(settings()).unwrap();
    let (first, second) = (mail(&renderer, Locale::Ja, 3), mail(&renderer, Locale::Ja, 3));
    assert_eq!(first.bytes, second.bytes);
}

#[test]
fn addresses_beyond_ascii() {
    let renderer = Renderer::new(Settings {
        from: Mailbox::new(
            Some("例、株式会社".into()),
            Address::new("no-reply", "例え.jp").unwrap(),
        ),
        ..settings()
    })
    .unwrap();
    let mail = mail_to(&renderer, "用户@example.org", Locale::ZhCn, 30);
    assert_eq!(mail.envelope.to()[0].user(), "用户");
    let text = String::from_utf8(mail.bytes.clone()).unwrap();
    assert!(text.contains("\r\nTo: 用户@example.org\r\n"), "{text}");
    assert!(text.contains(" <no-reply@xn--r8jz45g.jp>\r\n"), "{text}");
    assert!(text.contains("-000000000001@xn--r8jz45g.jp>\r\n"), "{text}");
    let message = MessageParser::default().parse(&mail.bytes).unwrap();
    assert_eq!(message.from().unwrap().first().unwrap().name(), Some("例、株式会社"));
    assert_eq!(message.to().unwrap().first().unwrap().address(), Some("用户@example.org"));
}

#[test]
fn a_hostile_brand_is_shown_as_it_is_or_refused() {
    let brand = "<b>&\"' x}} <script>alert(1)</script>";
    let renderer = Renderer::new(branded(brand)).unwrap();
    for locale in Locale::ALL {
        let Seen { subject, text, html, headers, .. } = seen(&mail(&renderer, locale, 30));
        assert!(subject.contains(brand) && text.starts_with(brand), "{subject}");
        assert!(!html.contains("<b>") && !html.contains("<script"), "{html}");
        assert!(html.contains("&lt;b&gt;&amp;&quot;&#x27; x}} &lt;script"), "{html}");
        assert_eq!(headers.len(), 9, "{headers:?}");
    }
    for (brand, problem) in [
        ("<b>&\"' {{x}}", "the brand looks like a template"),
        ("{$code}", "the brand looks like a template"),
        ("{% raw %}", "the brand looks like a template"),
        ("=?utf-8?q?x?=", "the brand looks like a template"),
        ("Example\r\nBcc: eve@example.org", "the brand has a control character in it"),
        ("Example\0", "the brand has a control character in it"),
        (" ", "the brand is empty"),
        (&"x".repeat(65), "the brand is longer than 64 characters"),
    ] {
        assert_eq!(refusal(branded(brand)), problem);
    }
}

#[test]
fn a_hostile_sender_is_refused() {
    for name in ["Example\r\nBcc: eve@example.org", "Example\0", "=?utf-8?q?x?="] {
        let from = Mailbox::new(Some(name.into()), settings().from.email);
        let refused = refusal(Settings { from: from.clone(), ..settings() });
        assert!(refused.starts_with("the sender's or reply address"), "{refused}");
        let refused = refusal(Settings { reply_to: Some(from), ..settings() });
        assert!(refused.starts_with("the sender's or reply address"), "{refused}");
    }
}

#[test]
fn senders_names_of_every_kind() {
    for name in ["Example, Inc.", "Ex \"am\" ple", "O'Neill & Söhne", "a\\b", "Team (EU) @ x", "9"]
    {
        let from = Mailbox::new(Some(name.into()), settings().from.email);
        let renderer = Renderer::new(Settings { from, ..settings() })
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let mail = mail(&renderer, Locale::EnUs, 30);
        let message = MessageParser::default().parse(&mail.bytes).unwrap();
        assert_eq!(message.from().unwrap().first().unwrap().name(), Some(name));
    }
}

#[test]
fn a_letter_that_cannot_stand_in_a_header_is_refused() {
    let renderer = Renderer::new(settings()).unwrap();
    let good = Address::new("jane", "example.org").unwrap();
    let evil = Address::new_dangerous("jane\r\nBcc: eve", "example.org");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000);
    let refused = |to, date| {
        let locale = Locale::De;
        let letter = Letter { to, locale, code: CODE, minutes_left: 3, job_id: Uuid::nil(), date };
        renderer.render(&letter).unwrap_err()
    };
    assert!(matches!(refused(&evil, now), RenderError::Address));
    let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    assert!(matches!(refused(&good, before), RenderError::Date));
    let after = SystemTime::UNIX_EPOCH + Duration::from_hours(70_389_528);
    assert!(matches!(refused(&good, after), RenderError::Date));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_brand_is_shown_as_it_is_or_refused(brand in "(\\PC|[\r\n\"<>&{}%$#=?, ]){1,70}") {
        if let Ok(renderer) = Renderer::unproven(branded(&brand)) {
            for locale in [Locale::EnUs, Locale::Ar] {
                let seen = seen(&mail(&renderer, locale, 30));
                prop_assert!(seen.text.contains(&brand));
                prop_assert!(seen.subject.contains(&one_line(&brand)), "{}", seen.subject);
                prop_assert_eq!(seen.headers.len(), 9);
            }
        }
    }
}
