//! A folder of templates of one's own, and what happens when one is broken.

use metrics_exporter_prometheus::PrometheusBuilder;

use super::*;

#[test]
fn a_folder_overrides_file_by_file() {
    let templates = with_files(
        settings(),
        &[
            ("mail.txt", "{{ brand }}\r\n{{ code }}\r{{ minutes }}\n"),
            ("locales/fr/mail.ftl", "subject = { $code }, c’est pour\n    { $brand }\n"),
        ],
    );
    let templates = templates.unwrap();
    let french = seen(&mail(&templates, Locale::FR, 3));
    assert_eq!(french.subject, "012345, c’est pour Example");
    assert_eq!(french.text.trim_end(), "Example\n012345\n3");
    let heading = seen(&mail(&built_in(), Locale::FR, 3)).text.lines().next().unwrap().to_owned();
    assert!(french.html.contains(&heading));
    assert_eq!(seen(&mail(&templates, Locale::DE, 3)).text, french.text);
}

#[test]
fn a_locale_has_names_of_its_own() {
    let own = "-brand = مثال\n-support = اتصل بنا\n";
    let templates = with_files(
        Settings { support: Some("Call us".to_owned()), ..settings() },
        &[("locales/ar/mail.ftl", own), ("locales/ja/mail.ftl", "-sender = 例の係\n")],
    );
    let templates = templates.unwrap();
    let from = |locale| {
        let mail = mail(&templates, locale, 3);
        let message = MessageParser::default().parse(&mail.bytes).unwrap();
        message.from().unwrap().first().unwrap().name().unwrap().to_owned()
    };
    assert_eq!((from(Locale::AR), from(Locale::JA)), ("مثال".to_owned(), "例の係".to_owned()));
    assert_eq!(from(Locale::DE), "Example");
    let arabic = seen(&mail(&templates, Locale::AR, 3));
    assert!(
        arabic.subject.contains("مثال") && arabic.text.ends_with("مثال\nاتصل بنا"),
        "{}",
        arabic.text
    );
    assert!(
        arabic.html.contains("<span dir=\"auto\">مثال</span>")
            && arabic.html.contains("<span dir=\"auto\">اتصل بنا</span>")
    );
    assert!(
        seen(&mail(&templates, Locale::DE, 3)).html.contains("<span dir=\"auto\">Call us</span>")
    );
}

#[test]
fn a_preview_is_the_mail_and_hides_no_mistake() {
    let templates = Templates::new(settings(), &Folder::default()).unwrap();
    let (preview, _) = templates.preview(Locale::AR, CODE, 3).unwrap();
    let sent = seen(&mail(&built_in(), Locale::AR, 3));
    assert_eq!(preview.sender(), "Example <no-reply@example.com>");
    assert_eq!(preview.subject, sent.subject);
    assert_eq!(preview.text.trim_end(), sent.text.trim_end());
    assert_eq!(preview.html.trim_end(), sent.html.trim_end());
    assert!(!format!("{preview:?}").contains(CODE));
    // Nobody else's language takes the place of one that fails.
    assert!(templates.preview("tlh".parse().unwrap(), CODE, 3).is_err());
}

/// The API's folder may have one before the worker's has.
#[test]
fn a_locale_that_is_not_there_is_met_by_the_nearest() {
    let templates = built_in();
    let language = |tag: &str| seen(&mail(&templates, tag.parse().unwrap(), 3)).language;
    assert_eq!(language("es-MX"), "es-419");
    assert_eq!(language("gsw"), "de");
    assert_eq!(language("tlh"), "en-US");
}

#[test]
fn no_control_character_of_a_folder_reaches_the_mail() {
    let control = r#"{ "\u000D" }"#.to_owned() + r#"{ "\u0000" }{ "\u001B" }"#;
    let ftl = format!("subject = {{ $code }} {control} b\nintro = a{control}b\n");
    let templates = with_files(settings(), &[("locales/fr/mail.ftl", &ftl)]).unwrap();
    let mail = mail(&templates, Locale::FR, 3);
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
    let html = |body: &str| format!("<!DOCTYPE html><title>{{{{ subject }}}}</title>\n{body}");
    let ja = "locales/ja/mail.ftl";
    for (file, content, expected) in [
        (
            "mail.html",
            html("<p>\n{{ code }"),
            "/mail.html:3:9: syntax error: unexpected `}`, expected end of variable block",
        ),
        (
            "mail.html",
            html("{{ code }}\n<p>{{ intor }}"),
            "/mail.html:3:7: there is no variable intor (did you mean intro?)",
        ),
        (
            "mail.html",
            html("<p>{{ kode }}"),
            "/mail.html:2:7: there is no variable kode (did you mean code?)",
        ),
        ("mail.html", html("<p>{{ brand.x }}{{ code }}"), "/mail.html:2:7: undefined value (ar)"),
        (
            "mail.html",
            html("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}"),
            "/mail.html: loops for too long (ar)",
        ),
        ("mail.html", html("<p>nothing"), "/mail.html: the code can't be seen (ar)"),
        (
            "mail.html",
            html("<p style='display: none'>{{ code }}</p>"),
            "/mail.html: the code can't be seen (ar)",
        ),
        (
            "mail.html",
            html("<p>Code: {{ code }}</p>"),
            "/mail.html: the code is not alone in its element (ar)",
        ),
        (
            "mail.html",
            html("<p>{{ code }}</p><p>{{ code }}</p>"),
            "/mail.html: the code is there twice (ar)",
        ),
        ("mail.txt", "{{ code|int }}".to_owned(), "/mail.txt: the code is missing (ar)"),
        (
            "mail.txt",
            "-> {{ code }}".to_owned(),
            "/mail.txt: the code is not alone on its line (ar)",
        ),
        (
            "mail.txt",
            "{{ code }}\n{{ code }}".to_owned(),
            "/mail.txt: the code is there twice (ar)",
        ),
        (
            "mail.txt",
            "{{ code }}{{ '{{' }}".to_owned(),
            "/mail.txt: a variable is left unfilled (ar)",
        ),
        (ja, "subject = { $brand }".to_owned(), "/locales/ja/mail.ftl: the code is missing (ja)"),
        (
            ja,
            "subject = { $code } { $code }".to_owned(),
            "/locales/ja/mail.ftl: the code is there twice (ja)",
        ),
        (
            ja,
            "a\nsubject = x".to_owned(),
            "/locales/ja/mail.ftl:1:2: Expected a token starting with \"=\"",
        ),
        (
            ja,
            "-brand = a\u{202e}b".to_owned(),
            "/locales/ja/mail.ftl: -brand has a mark in it that turns the direction of text",
        ),
        (
            ja,
            "-sender =\n    Team\n    Example\n".to_owned(),
            "/locales/ja/mail.ftl: -sender has a control character in it",
        ),
        ("mail.htm", String::new(), "/mail.htm: nothing reads this (did you mean mail.html?)"),
    ] {
        assert_eq!(with_files(settings(), &[(file, &content)]).unwrap_err(), expected);
    }
}

#[test]
fn what_a_mail_says_anyway_may_look_like_the_code_for_trial() {
    let support = Some("Questions? Call 01234567890".to_owned());
    with(Settings { support, ..branded("Studio 012345") }).unwrap();
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let own = folder(&[("mail.txt/x", "")]);
    let pipe = own.path().join("mail.html");
    assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
    let refused = Folder::read(own.path()).unwrap_err().to_string();
    for file in ["mail.txt", "mail.html"] {
        assert!(refused.contains(&format!("{file}: is no file")), "{refused}");
    }
}

/// What hides a code, and what does not.
#[test]
fn a_code_that_can_be_seen_is_enough() {
    for fine in [
        "<p>{{ code }}",
        "<table><tr><td> {{ code }} </table>",
        "<div style='display:none'>{{ code }}</div><b>{{ code }}</b>",
        "<b>\n{{ code }}\n</b><script>{{ code }}</script>",
    ] {
        with_files(settings(), &[("mail.html", fine)]).unwrap();
    }
}

#[test]
fn a_broken_locale_falls_back_and_is_counted() {
    // A reference to itself is found when it is followed only.
    let broken = |default_locale| {
        let folder = folder(&[("locales/de/mail.ftl", "intro = { intro }")]);
        let settings = Settings { default_locale, ..settings() };
        let read = Folder::read(folder.path()).unwrap();
        Templates::unproven(settings, &read).unwrap()
    };
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        let seen = seen(&mail(&broken(Locale::FR), Locale::DE, 3));
        assert_eq!(seen.language, "fr");
        assert!(seen.html.contains("lang=\"fr\""));
        assert!(seen.subject.starts_with("012345 est votre code"));
        let letter = Letter {
            to: &EmailAddress::parse("jane@example.org").unwrap(),
            locale: Locale::DE,
            code: CODE,
            minutes_left: 3,
            job_id: Uuid::nil(),
            date: SystemTime::UNIX_EPOCH,
        };
        let error = broken(Locale::DE).render(&letter).unwrap_err();
        assert!(matches!(error, RenderError::Message(_)), "{error}");
    });
    let counted = recorder.handle().render();
    let line = "signpost_render_fallbacks_total{locale=\"de\",message=\"intro\"} 2";
    assert!(counted.contains(line), "{counted}");
}
