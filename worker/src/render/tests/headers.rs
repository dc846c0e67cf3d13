//! What stands in the headers, and what must not get into them.

use std::sync::LazyLock;

use mail_parser::MessageParser;
use proptest::prelude::*;
use signpost_shared::{address::AddressError, clock::Timestamp, code::Challenge, job::Job};

use super::*;

#[test]
fn the_headers_are_those_of_a_mail_from_a_machine() {
    let templates = with(Settings {
        envelope_from: None,
        reply_to: Some(mailbox("Help, Example <help@example.com>").unwrap()),
        ..settings()
    })
    .unwrap();
    let mail = mail(&templates, Locale::EN_US, 30);
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
    X-Auto-Response-Suppress: All
    Content-Language: en-US
    Reply-To: =?utf-8?b?SGVscCwgRXhhbXBsZQ==?= <help@example.com>
    MIME-Version: 1.0
    Content-Type: multipart/alternative;
     boundary="=_01970000000070008000000000000001"
    "#);
}

#[test]
fn failures_are_reported_to_the_envelopes_sender() {
    let bounces: Address = "bounces@mail.example.com".parse().unwrap();
    let templates = with(Settings { envelope_from: Some(bounces.clone()), ..settings() }).unwrap();
    let mail = mail(&templates, Locale::EN_US, 30);
    assert_eq!(mail.envelope.from(), Some(&bounces));
    assert!(!String::from_utf8(mail.bytes).unwrap().contains("bounces"));
}

#[test]
fn every_line_is_fit_for_any_relay() {
    let templates = with(branded("Ünïcödé 日本 & Söhne")).unwrap();
    for locale in Locale::SHIPPED.iter().copied() {
        let mail = mail(&templates, locale, 30);
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
    let templates = built_in();
    let (first, second) = (mail(&templates, Locale::JA, 3), mail(&templates, Locale::JA, 3));
    assert_eq!(first.bytes, second.bytes);
}

#[test]
fn addresses_beyond_ascii() {
    let templates = with(Settings {
        from: mailbox("例、株式会社 <no-reply@例え.jp>").unwrap(),
        ..settings()
    })
    .unwrap();
    let mail = mail_to(&templates, "用户@example.org", Locale::ZH_CN, 30);
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
    let templates = with(branded(brand)).unwrap();
    for locale in Locale::SHIPPED.iter().copied() {
        let Seen { subject, text, html, headers, .. } = seen(&mail(&templates, locale, 30));
        assert!(subject.contains(brand) && text.contains(brand), "{subject}");
        assert!(!html.contains("<b>") && !html.contains("<script"), "{html}");
        assert!(html.contains("&lt;b&gt;&amp;&quot;&#x27; x}} &lt;script"), "{html}");
        assert_eq!(headers.len(), 10, "{headers:?}");
    }
    for (brand, problem) in [
        ("<b>&\"' {{x}}", "the brand: looks like a template"),
        ("{$code}", "the brand: looks like a template"),
        ("{% raw %}", "the brand: looks like a template"),
        ("=?utf-8?q?x?=", "the brand: looks like a template"),
        ("Example\r\nBcc: eve@example.org", "the brand: has a control character in it"),
        ("Example\0", "the brand: has a control character in it"),
        (" ", "the brand: is empty, or has nothing in it that can be seen"),
        (&"x".repeat(65), "the brand: is longer than 64 characters"),
    ] {
        assert_eq!(with(branded(brand)).unwrap_err().to_string(), problem);
    }
}

#[test]
fn a_hostile_sender_is_refused() {
    for (sender, problem) in [
        ("Example\r\nBcc: eve@example.org <a@b.example>", "the name has a control character in it"),
        ("Example\0 <a@b.example>", "the name has a control character in it"),
        ("=?utf-8?q?x?= <a@b.example>", "the name looks encoded"),
        ("\u{202e}Example <a@b.example>", "the name has a mark in it that turns the direction"),
        ("nobody", "the address is not of the form local@domain; expected no-reply@example.com"),
        ("Example <a@b>", "the part after the @ is no domain name"),
        ("Example a@b.example", "the part before the @ is not allowed"),
        ("a@b.example, c@d.example", "the part before the @ is not allowed"),
        ("<a\r\nBcc: eve@example.org>", "the part before the @ is not allowed"),
        ("A <a@example.org>, B <b@example.org>", "more than one address"),
    ] {
        let refused = mailbox(sender).unwrap_err();
        assert!(refused.starts_with(problem), "{sender:?}: {refused}");
    }
}

#[test]
fn senders_names_of_every_kind() {
    for (written, name) in [
        ("", None),
        ("\"\"", None),
        ("9", Some("9")),
        ("Booking.com", Some("Booking.com")),
        ("Müller & Co, GmbH", Some("Müller & Co, GmbH")),
        ("\"Müller & Co, GmbH\"", Some("Müller & Co, GmbH")),
        ("A \"B\" C", Some("A \"B\" C")),
        ("\"A \\\"B\\\" C\"", Some("A \"B\" C")),
        ("\"A\" & \"B\"", Some("\"A\" & \"B\"")),
        ("\"A", Some("\"A")),
        ("a\\b", Some("a\\b")),
        ("Team <EU> (x) @ y; z:", Some("Team <EU> (x) @ y; z:")),
    ] {
        let from = mailbox(&format!(" {written} <no-reply@Example.com> ")).unwrap();
        assert_eq!(from.email.to_string(), "no-reply@example.com");
        let reply_to = Some(from.clone());
        let templates = with(Settings { from, reply_to, ..settings() })
            .unwrap_or_else(|error| panic!("{written}: {error}"));
        let mail = mail(&templates, Locale::EN_US, 30);
        // A dot is in quotes (RFC 5322 §3.2.5).
        assert!(!str::from_utf8(&mail.bytes).unwrap().contains(": Booking"), "{written}");
        let message = MessageParser::default().parse(&mail.bytes).unwrap();
        assert_eq!(message.from().unwrap().first().unwrap().name(), name, "{written}");
    }
}

/// What the API takes, a queue carries, and a relay and a mail client are told.
fn mailed(typed: &str) -> Result<[String; 4], AddressError> {
    let taken = EmailAddress::parse(typed)?;
    let challenge = Challenge {
        id: Uuid::nil(),
        kid: "k1".to_owned().try_into().unwrap(),
        digits: 6.try_into().unwrap(),
        expires_at: Timestamp::from_millis(1),
    };
    let (id, accepted_at) = (Uuid::nil(), Timestamp::from_millis(0));
    let (key_check, tag, wants_status) = (None, None, false);
    let (to, locale) = (taken.clone(), Locale::EN_US);
    let job = Job { id, to, locale, challenge, accepted_at, key_check, tag, wants_status };
    let queued = Job::decode(&job.encode()).unwrap().to;
    let mail = mail_to(&BUILT_IN, &queued.expose(), Locale::EN_US, 30);
    let [envelope] = mail.envelope.to() else { panic!("one reader") };
    let message = MessageParser::default().parse(&mail.bytes).unwrap();
    assert_eq!((message.headers().len(), message.to().unwrap().iter().count()), (10, 1));
    let text = str::from_utf8(&mail.bytes).unwrap();
    let header = text.split("\r\n").find_map(|line| line.strip_prefix("To: ")).unwrap();
    Ok([taken.expose(), queued.expose(), envelope.to_string(), header.to_owned()])
}

static BUILT_IN: LazyLock<Templates> = LazyLock::new(built_in);

#[test]
fn who_is_taken_is_mailed() {
    for typed in [
        "o'hara_{x}|~=?^`/*&$#-@example.org",
        "संपर्क@a.example",
        "o’brien@a.example",
        "jose\u{301}@a.example",
        "👩‍🚀❤️@a.example",
        "பயனர்@உதாரணம்.பரிட்சை",
        "ผู้ใช้@ตัวอย่าง.ไทย",
        "مستخدم@مثال.إختبار",
        "=?utf-8?q?x?=@a.example",
    ] {
        let [taken, others @ ..] = mailed(typed).unwrap();
        assert_eq!(others, [taken.as_str(); 3], "{typed}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn whoever_is_taken_is_mailed(
        typed in "(\\PC{1,12}|[!-~]{1,20}|[\u{900}-\u{97F}\u{B80}-\u{BFF}\u{E00}-\u{E4E}\u{300}-\u{345}’“]{1,12})@([a-zà-ÿ中ｚ-]{1,9}\\.){1,2}[a-z]{2,3}",
    ) {
        if let Ok([taken, others @ ..]) = mailed(&typed) {
            prop_assert_eq!(others, [taken.as_str(); 3]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_brand_is_shown_as_it_is_or_refused(brand in "(\\PC|[\r\n\"<>&{}%$#=?, ]){1,70}") {
        if let Ok(templates) = Templates::unproven(branded(&brand), &Folder::default()) {
                        for locale in [Locale::EN_US, Locale::AR] {
                let seen = seen(&mail(&templates, locale, 30));
                prop_assert!(seen.text.contains(&brand), "{}", seen.text);
                prop_assert!(seen.subject.contains(&page::one_line(&brand)), "{}", seen.subject);
                prop_assert_eq!(seen.headers.len(), 10);
            }
        }
    }
}
