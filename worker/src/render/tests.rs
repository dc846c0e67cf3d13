//! Every template in every locale, seen as a mail client sees it.

use std::time::Duration;

use mail_parser::{HeaderValue, MessageParser};

use super::*;

mod headers;
mod prepared;
mod templates;

const CODE: &str = "012345";

fn settings() -> Settings {
    Settings {
        templates: None,
        brand: "Example".into(),
        from: mailbox("Example <no-reply@example.com>").unwrap(),
        envelope_from: None,
        reply_to: None,
        default_locale: Locale::EnUs,
    }
}

fn branded(brand: &str) -> Settings {
    Settings { brand: brand.into(), ..settings() }
}

fn refusal(settings: Settings) -> String {
    Renderer::new(settings).unwrap_err().to_string()
}

fn mail(renderer: &Renderer, locale: Locale, minutes_left: u64) -> Mail {
    mail_to(renderer, "jane@example.org", locale, minutes_left)
}

fn mail_to(renderer: &Renderer, to: &str, locale: Locale, minutes_left: u64) -> Mail {
    let letter = Letter {
        to: &EmailAddress::parse(to).unwrap(),
        locale,
        code: CODE,
        minutes_left,
        job_id: Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0001),
        date: SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000),
    };
    renderer.render(&letter).unwrap()
}

struct Seen {
    headers: Vec<String>,
    subject: String,
    language: String,
    text: String,
    html: String,
}

/// What a client shows of it; lines end in LF.
fn seen(mail: &Mail) -> Seen {
    let message = MessageParser::default().parse(&mail.bytes).unwrap();
    assert_eq!(message.text_body_count(), 1);
    assert_eq!(message.html_body_count(), 1);
    assert_eq!(message.attachment_count(), 0);
    let [root, text, html] = &message.parts[..] else {
        panic!("{} parts", message.parts.len());
    };
    assert!(root.is_multipart() && text.is_text() && html.is_text_html());
    let HeaderValue::Text(language) = message.header("Content-Language").unwrap() else {
        panic!("Content-Language is not text");
    };
    Seen {
        headers: message.headers().iter().map(|header| header.name().to_owned()).collect(),
        subject: message.subject().unwrap().to_owned(),
        language: language.to_string(),
        text: text.text_contents().unwrap().replace("\r\n", "\n"),
        html: html.text_contents().unwrap().replace("\r\n", "\n"),
    }
}

#[test]
fn every_mail_is_whole_in_every_locale() {
    let renderer = Renderer::new(settings()).unwrap();
    for locale in Locale::ALL {
        for minutes_left in [0, 1, 2, 3, 11, 30, 100] {
            let mail = mail(&renderer, locale, minutes_left);
            let Seen { subject, language, text, html, .. } = seen(&mail);
            let direction = if locale == Locale::Ar { "rtl" } else { "ltr" };
            assert_eq!(language, locale.tag());
            assert!(subject.contains(CODE) && subject.contains("Example"), "{subject}");
            assert_eq!(text.matches(CODE).count(), 1, "{text}");
            assert_eq!(text.lines().filter(|line| *line == CODE).count(), 1, "{text}");
            assert!(html.contains(&format!("<html lang=\"{locale}\" dir=\"{direction}\">")));
            assert!(html.contains(&format!(";white-space:nowrap\">{CODE}</bdi>")), "{html}");
            assert!(html.contains("<bdi dir=\"ltr\""));
            for part in [&subject, &text, &html] {
                for banned in ["{$", "{ $", "{{", "}}", "{%", "\u{2068}", "\u{2069}"] {
                    assert!(!part.contains(banned), "{locale}: {banned} in {part}");
                }
            }
            for banned in ["http", "<a ", "<img", "<script", "url(", "@import", "href", "src="] {
                assert!(!html.contains(banned), "{locale}: {banned} in {html}");
            }
            for minutes in [3, 11, 30, 100].iter().filter(|minutes| **minutes == minutes_left) {
                assert!(text.contains(&minutes.to_string()), "{text}");
            }
        }
    }
}

#[test]
fn every_message_is_shown() {
    let renderer = Renderer::new(settings()).unwrap();
    let skeletons = &renderer.inner.skeletons;
    let html = skeletons.variables(Skeleton::Html);
    let text = skeletons.variables(Skeleton::Text);
    for id in renderer.inner.catalog.ids() {
        // The title of the page is the subject.
        assert!(html.contains(id), "mail.html does not show {id}");
        assert!(text.contains(id) || id == "subject", "mail.txt does not show {id}");
    }
}

#[test]
fn every_mail_as_its_reader_sees_it() {
    let renderer = Renderer::new(settings()).unwrap();
    for locale in Locale::ALL {
        let Seen { subject, text, html, .. } = seen(&mail(&renderer, locale, 30));
        insta::assert_snapshot!(format!("{locale}-text"), format!("{subject}\n\n{text}"));
        insta::assert_snapshot!(format!("{locale}-html"), html);
    }
}

#[test]
fn nothing_secret_is_in_debug_output() {
    let renderer = Renderer::new(settings()).unwrap();
    let to = EmailAddress::parse("jane@example.org").unwrap();
    let letter = Letter {
        to: &to,
        locale: Locale::De,
        code: CODE,
        minutes_left: 3,
        job_id: Uuid::nil(),
        date: SystemTime::UNIX_EPOCH,
    };
    let mail = renderer.render(&letter).unwrap();
    let shown = format!("{letter:?} {mail:?} {renderer:?}");
    assert!(!shown.contains(CODE) && !shown.contains("jane"), "{shown}");
}
