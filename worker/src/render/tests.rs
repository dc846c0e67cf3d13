//! Every template in every locale, seen as a mail client sees it.

use std::{fmt::Write as _, fs, time::Duration};

use mail_parser::{HeaderValue, MessageParser};
use proptest::prelude::*;
use signpost_shared::locale::Direction;
use tempfile::TempDir;

use super::*;

mod headers;
mod inspect;
mod prepared;
mod templates;

const CODE: &str = "012345";

fn settings() -> Settings {
    Settings::new("Example", mailbox("Example <no-reply@example.com>").unwrap())
}

fn built_in() -> Templates {
    with(settings()).unwrap()
}

fn with(settings: Settings) -> Result<Templates, Findings> {
    Templates::new(settings, &Folder::default())
}

fn branded(brand: &str) -> Settings {
    Settings { brand: brand.into(), ..settings() }
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn with_files(settings: Settings, files: &[(&str, &str)]) -> Result<Templates, String> {
    let folder = folder(files);
    let plain = |error: String| error.replace(folder.path().to_str().unwrap(), "");
    let read = Folder::read(folder.path()).map_err(|error| plain(error.to_string()))?;
    Templates::new(settings, &read).map_err(|error| plain(error.to_string()))
}

fn mail(templates: &Templates, locale: Locale, minutes_left: u64) -> Mail {
    mail_to(templates, "jane@example.org", locale, minutes_left)
}

fn mail_to(templates: &Templates, to: &str, locale: Locale, minutes_left: u64) -> Mail {
    let letter = Letter {
        to: &EmailAddress::parse(to).unwrap(),
        locale,
        code: CODE,
        minutes_left,
        job_id: Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0001),
        date: SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000),
    };
    templates.render(&letter).unwrap()
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
    // As all, and as those which are all that some people have: Arabic is the widest test.
    for brand in ["Example", "Acme, Inc.", "C++", "مثال"] {
        let templates = with(branded(brand)).unwrap();
        for locale in Locale::SHIPPED.iter().copied() {
            for minutes_left in [0, 1, 2, 30] {
                let mail = mail(&templates, locale, minutes_left);
                let raw = String::from_utf8(mail.bytes.clone()).unwrap();
                let Seen { subject, language, text, html, .. } = seen(&mail);
                let (direction, dir) = (locale.direction(), locale.direction().as_str());
                assert_eq!(language, locale.tag());
                assert_eq!(subject.matches(CODE).count(), 1, "{subject}");
                assert_eq!(text.matches(CODE).count(), 1, "{text}");
                assert_eq!(text.lines().filter(|line| *line == CODE).count(), 1, "{text}");
                assert!(html.contains(&format!("\n>{CODE}</span>")), "{html}");
                for element in ["<html ", "<table class=\"page\" role=\"presentation\" "] {
                    assert!(html.contains(&format!("{element}lang=\"{locale}\" dir=\"{dir}\"")));
                }
                // A soft break within a code would be a break for whoever reads the source.
                let quoted = raw.split("quoted-printable").count() - 1;
                let begins =
                    raw.matches("\r\n>012345<").count() + raw.matches("\r\n012345\r").count();
                assert_eq!(quoted, begins, "{raw}");
                let isolated = format!("\u{2068}{brand}\u{2069}");
                let differs = (direction == Direction::Rtl) != (brand == "مثال");
                for part in [&subject, &text] {
                    assert!(part.contains(if differs { &isolated } else { brand }), "{part}");
                    assert_eq!(part.contains('\u{2068}'), differs, "{part}");
                }
                assert!(
                    !html.contains('\u{2068}')
                        && html.contains(&format!("<span dir=\"auto\">{brand}</span>"))
                );
                assert!(html.len() < 12 * 1024, "{locale}: {} bytes", html.len());
                let first = text.chars().next().unwrap();
                assert!(direction == Direction::Ltr || !first.is_ascii(), "{text}");
                for part in [&subject, &text, &html] {
                    for banned in ["{$", "{ $", "{{", "}}", "{%"] {
                        assert!(!part.contains(banned), "{locale}: {banned} in {part}");
                    }
                }
                for banned in ["http", "<a ", "<img", "<script", "url(", "@import", "href", "src="]
                {
                    assert!(!html.contains(banned), "{locale}: {banned} in {html}");
                }
                assert!(minutes_left < 3 || text.contains("30"), "{text}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Whatever the brand, the code stands in the source in one piece.
    #[test]
    fn a_code_is_never_split(
        brand in "[A-Za-z! ,.日م]{0,62}[A-Za-z]",
        locale in prop::sample::select(Locale::SHIPPED),
    ) {
        let templates = Templates::unproven(branded(&brand), &Folder::default()).unwrap();
        let letter = Letter {
            to: &EmailAddress::parse("jane@example.org").unwrap(),
            locale,
            code: "0123456789",
            minutes_left: 30,
            job_id: Uuid::nil(),
            date: SystemTime::UNIX_EPOCH,
        };
        let raw = String::from_utf8(templates.render_anew(&letter).unwrap().bytes).unwrap();
        let quoted = raw.split("quoted-printable").count() - 1;
        let begins = raw.matches("\r\n>0123456789<").count() + raw.matches("\r\n0123456789\r").count();
        prop_assert_eq!(quoted, begins, "{}", raw);
    }
}

#[test]
fn every_message_is_shown() {
    let templates = built_in();
    let html = templates.skeletons.variables(HTML);
    let text = templates.skeletons.variables(TEXT);
    for id in templates.catalog.ids().iter().filter(|id| *id != "subject") {
        assert!(html.contains(id), "mail.html does not show {id}");
        assert!(text.contains(id), "mail.txt does not show {id}");
    }
    for name in html.union(&text).filter(|name| *name != "range") {
        assert!(page::NAMES.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn every_mail_as_its_reader_sees_it() {
    let templates = built_in();
    let mut all = String::new();
    for locale in Locale::SHIPPED.iter().copied() {
        let Seen { subject, text, html, .. } = seen(&mail(&templates, locale, 30));
        writeln!(all, "===== {locale}\n{subject}\n\n{}\n", text.trim_end()).unwrap();
        if [Locale::EN_US, Locale::AR].contains(&locale) {
            insta::assert_snapshot!(format!("{locale}-html"), html);
        }
    }
    insta::assert_snapshot!(all);
}

#[test]
fn nothing_secret_is_in_debug_output() {
    let templates = built_in();
    let to = EmailAddress::parse("jane@example.org").unwrap();
    let letter = Letter {
        to: &to,
        locale: Locale::DE,
        code: CODE,
        minutes_left: 3,
        job_id: Uuid::nil(),
        date: SystemTime::UNIX_EPOCH,
    };
    let mail = templates.render(&letter).unwrap();
    let shown = format!("{letter:?} {mail:?} {templates:?}");
    assert!(!shown.contains(CODE) && !shown.contains("jane"), "{shown}");
}
