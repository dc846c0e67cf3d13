//! A folder of templates of one's own, and what happens when one is broken.

use std::{fs, path::Path};

use metrics_exporter_prometheus::PrometheusBuilder;
use tempfile::TempDir;

use super::*;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn with_templates(folder: &Path) -> Settings {
    Settings { templates: Some(folder.to_owned()), ..settings() }
}

#[test]
fn a_folder_overrides_file_by_file() {
    let folder = folder(&[
        ("mail.txt", "{{ brand }}\r\n{{ code }}\r{{ minutes }}\n"),
        ("locales/fr/mail.ftl", "subject = { $code }, c’est pour\n    { $brand }\n"),
    ]);
    let renderer = Renderer::new(with_templates(folder.path())).unwrap();
    let french = seen(&mail(&renderer, Locale::Fr, 3));
    assert_eq!(french.subject, "012345, c’est pour Example");
    assert_eq!(french.text.trim_end(), "Example\n012345\n3");
    assert!(french.html.contains("Confirmez votre adresse e-mail"));
    assert_eq!(seen(&mail(&renderer, Locale::De, 3)).text, french.text);
}

#[test]
fn no_control_character_of_a_folder_reaches_the_mail() {
    let control = r#"{ "\u000D" }"#.to_owned() + r#"{ "\u0000" }{ "\u001B" }"#;
    let ftl = format!("subject = {{ $code }} {control} b\nintro = a{control}b\n");
    let folder = folder(&[("locales/fr/mail.ftl", &ftl)]);
    let renderer = Renderer::new(with_templates(folder.path())).unwrap();
    let mail = mail(&renderer, Locale::Fr, 3);
    let seen = seen(&mail);
    assert_eq!(seen.subject, "012345 b");
    assert!(seen.text.contains("a   b"), "{}", seen.text);
    for part in
        [&seen.text, &seen.html, &String::from_utf8(mail.bytes).unwrap().replace("\r\n", "\n")]
    {
        assert!(!part.contains(|c: char| c.is_control() && c != '\n'), "{part:?}");
    }
}

#[test]
fn a_mistake_in_a_folder_stops_the_worker_with_its_place_and_cause() {
    for (file, content, expected) in [
        (
            "mail.html",
            "<p>\n{{ code }",
            "syntax error: unexpected `}`, expected end of variable block (in mail.html:2)",
        ),
        (
            "mail.html",
            "{{ code }}\n{{ kode }}",
            "a mail in en-US cannot be made: undefined value (in mail.html:2)",
        ),
        (
            "mail.txt",
            "{{ brand }}",
            "a mail in en-US cannot be made: mail.txt: the code is missing",
        ),
        (
            "mail.txt",
            "{{ code }}{{ '{{' }}",
            "a mail in en-US cannot be made: mail.txt: a variable is left unfilled",
        ),
        (
            "locales/ar/mail.ftl",
            "validity = { $minutes ->\n [two] { $x }\n *[other] y\n }",
            "a mail in ar cannot be made: locales/ar/mail.ftl: message validity: Resolver error: Unknown variable: $x",
        ),
        (
            "locales/ja/mail.ftl",
            "subject = { $brand }",
            "a mail in ja cannot be made: subject: the code is missing",
        ),
        (
            "locales/ja/mail.ftl",
            "a\nsubject = x",
            "mail.ftl:1: Expected a token starting with \"=\"",
        ),
    ] {
        let folder = folder(&[(file, content)]);
        let refused = refusal(with_templates(folder.path()));
        assert!(refused.ends_with(expected), "{refused}");
    }
    let missing = refusal(with_templates(Path::new("/no/such/folder")));
    assert_eq!(missing, "/no/such/folder: No such file or directory (os error 2)");
}

#[test]
fn a_broken_locale_falls_back_and_is_counted() {
    let folder = folder(&[("locales/de/mail.ftl", "intro = { $gone }")]);
    let broken = |default_locale| {
        let settings = Settings { default_locale, ..with_templates(folder.path()) };
        Renderer::unproven(settings).unwrap()
    };
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        let seen = seen(&mail(&broken(Locale::Fr), Locale::De, 3));
        assert_eq!(seen.language, "fr");
        assert!(seen.html.contains("lang=\"fr\""));
        assert!(seen.subject.starts_with("012345 est votre code"));
        let letter = Letter {
            to: &EmailAddress::parse("jane@example.org").unwrap(),
            locale: Locale::De,
            code: CODE,
            minutes_left: 3,
            job_id: Uuid::nil(),
            date: SystemTime::UNIX_EPOCH,
        };
        let error = broken(Locale::De).render(&letter).unwrap_err();
        assert!(matches!(error, RenderError::Message(_)), "{error}");
    });
    let counted = recorder.handle().render();
    let line = "signpost_render_fallbacks_total{locale=\"de\",message=\"intro\"} 2";
    assert!(counted.contains(line), "{counted}");
}
