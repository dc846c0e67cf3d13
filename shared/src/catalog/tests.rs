//! Every message in every locale, and what a folder of overrides may do.

use std::{fmt::Write as _, fs};

use fluent::{FluentResource, fluent_args};
use metrics_exporter_prometheus::PrometheusBuilder;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

const DOMAINS: [Domain; 2] = [Domain::Api, Domain::Mail];
/// Reaches every plural form of every locale.
const MINUTES: [u64; 8] = [0, 1, 2, 3, 11, 30, 100, 1_000_000];

fn everything(minutes: u64) -> FluentArgs<'static> {
    fluent_args!["minutes" => minutes, "code" => "012345", "brand" => "Example"]
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

fn refusal(files: &[(&str, &str)]) -> String {
    let folder = folder(files);
    let error = Catalog::with_overrides(Domain::Mail, folder.path()).unwrap_err().to_string();
    error.replace(folder.path().to_str().unwrap(), "")
}

#[test]
fn every_locale_has_the_same_messages_without_mistakes() {
    for domain in DOMAINS {
        let expected = Catalog::built_in(domain).ids;
        for locale in Locale::ALL {
            let source = built_in::source(domain, locale);
            let resource = FluentResource::try_new(source.to_owned())
                .unwrap_or_else(|(_, errors)| panic!("{domain:?} {locale}: {errors:?}"));
            let ids: Vec<_> = messages(&resource).map(|(id, _)| id.to_owned()).collect();
            let unique: BTreeSet<_> = ids.iter().cloned().collect();
            assert_eq!(unique, expected, "{domain:?} {locale}");
            assert_eq!(unique.len(), ids.len(), "{domain:?} {locale} has a message twice");
        }
    }
}

#[test]
fn every_message_is_complete_in_every_locale() {
    for domain in DOMAINS {
        let catalog = Catalog::built_in(domain);
        for locale in Locale::ALL {
            for (id, minutes) in
                catalog.ids().iter().flat_map(|id| MINUTES.map(|minutes| (id, minutes)))
            {
                let text = catalog.message(locale, id, &everything(minutes)).unwrap();
                assert!(!text.is_empty() && text.trim() == text, "{locale} {id}: {text:?}");
                assert!(!text.contains(['{', '}', '<', '>', '&', '\n']), "{locale} {id}: {text:?}");
                assert!(!text.contains("http"), "{locale} {id}: {text:?}");
            }
        }
    }
}

#[test]
fn the_api_uses_each_of_its_messages() {
    let used = [
        api::INVALID_PARAMETER,
        api::SEND_LATER,
        api::SEND_LIMIT,
        api::UNAVAILABLE,
        api::VERIFY_FIRST,
        api::TOO_MANY_TRIES,
        api::WRONG_CODE,
    ];
    assert_eq!(Catalog::built_in(Domain::Api).ids, used.map(str::to_owned).into());
}

#[test]
fn english_is_the_contract_to_the_letter() {
    let catalog = Catalog::built_in(Domain::Api);
    let english = |id| catalog.message(Locale::EnUs, id, &everything(1)).unwrap();
    assert_eq!(english("invalid-parameter"), "invalid parameter");
    assert_eq!(
        english("send-later"),
        "email already sent, if not received, please send 1 min later"
    );
    assert_eq!(english("send-limit"), "too many codes requested, please try again later");
    assert_eq!(english("unavailable"), "service temporarily unavailable, please try again later");
    let later = catalog.message(Locale::EnUs, "send-later", &everything(2)).unwrap();
    assert_eq!(later, "email already sent, if not received, please send 2 min later");
}

#[test]
fn plurals_follow_each_language() {
    let catalog = Catalog::built_in(Domain::Mail);
    let mut lines = String::new();
    for locale in Locale::ALL {
        for minutes in [0, 1, 2, 3, 11, 30, 100] {
            let text = catalog.message(locale, "validity", &everything(minutes)).unwrap();
            writeln!(lines, "{locale} {minutes}: {text}").unwrap();
        }
    }
    let catalog = Catalog::built_in(Domain::Api);
    for locale in Locale::ALL {
        for minutes in [1, 2, 3, 11, 30, 100] {
            let text = catalog.message(locale, "send-later", &everything(minutes)).unwrap();
            writeln!(lines, "{locale} {minutes}: {text}").unwrap();
        }
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn strict_about_what_is_missing() {
    let catalog = Catalog::built_in(Domain::Mail);
    let error = catalog.message(Locale::De, "no-such", &FluentArgs::new()).unwrap_err();
    assert_eq!(error.to_string(), "locales/de/mail.ftl: message no-such: missing");
    let error = catalog.message(Locale::De, "subject", &FluentArgs::new()).unwrap_err();
    assert!(error.to_string().contains("Unknown variable: $code"), "{error}");
    let error = catalog.message(Locale::Ar, "validity", &FluentArgs::new()).unwrap_err();
    assert!(error.to_string().contains("Unknown variable: $minutes"), "{error}");
}

#[test]
fn a_file_overrides_message_by_message() {
    let folder = folder(&[
        ("locales/de/mail.ftl", "heading = Willkommen bei { $brand }\n"),
        ("locales/fr/mail.ftl", "-name = Exemple\r\nheading = Bonjour de { -name }\r\n"),
        ("locales/.hidden/mail.ftl", "= not for us"),
        ("locales/README", "neither is this"),
    ]);
    let catalog = Catalog::with_overrides(Domain::Mail, folder.path()).unwrap();
    let message = |locale, id| catalog.message(locale, id, &everything(3)).unwrap();
    assert_eq!(message(Locale::De, "heading"), "Willkommen bei Example");
    assert_eq!(message(Locale::Fr, "heading"), "Bonjour de Exemple");
    assert_eq!(message(Locale::De, "validity"), "Der Code läuft in 3 Minuten ab.");
    assert_eq!(message(Locale::EnUs, "heading"), "Confirm your email address");
}

#[test]
fn a_mistake_in_a_folder_names_the_file_and_the_line() {
    let path = "locales/de/mail.ftl";
    let cases = [
        (
            [(path, "heading = Hallo\nintro = { $brand\nsecret = x\n")],
            "/locales/de/mail.ftl:3: Expected a token starting with \"}\"",
        ),
        (
            [(path, "# Gruß\n\nheadline = Hallo\n")],
            "/locales/de/mail.ftl:3: headline: nothing uses a message of this name",
        ),
        (
            [(path, "heading = a\nintro = b\nheading = c\n")],
            "/locales/de/mail.ftl:3: heading: the message is there twice",
        ),
        (
            [(path, "heading =\n    .title = c\n")],
            "/locales/de/mail.ftl:1: heading: the message has no value",
        ),
        (
            [("locales/de_DE/mail.ftl", "")],
            "/locales/de_DE: no such locale; there are en-US, zh-CN, zh-TW, es, fr, de, pt-BR, ja, ar",
        ),
    ];
    for (files, expected) in cases {
        assert_eq!(refusal(&files), expected);
    }
    let missing = Catalog::with_overrides(Domain::Mail, Path::new("/no/such/folder")).unwrap_err();
    assert_eq!(missing.to_string(), "/no/such/folder: No such file or directory (os error 2)");
}

#[test]
fn a_broken_message_falls_back_and_is_counted() {
    let broken = "send-later = { $mins }\n";
    let folder = folder(&[("locales/de/api.ftl", broken), ("locales/fr/api.ftl", broken)]);
    let catalog = Catalog::with_overrides(Domain::Api, folder.path()).unwrap();
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        let message = |locale, default| {
            catalog.message_or_default(locale, default, api::SEND_LATER, &everything(1))
        };
        assert!(message(Locale::Ja, Locale::De).starts_with("メール"));
        assert!(message(Locale::De, Locale::Es).starts_with("El correo"));
        assert!(message(Locale::De, Locale::Fr).starts_with("email already sent"));
        assert!(message(Locale::Fr, Locale::Fr).starts_with("email already sent"));
        let lost = catalog.message_or_default(Locale::De, Locale::De, "lost", &FluentArgs::new());
        assert_eq!(lost, "lost");
    });
    let counted = recorder.handle().render();
    assert!(counted.contains(r#"{locale="de",message="send-later"} 2"#), "{counted}");
    assert!(counted.contains(r#"{locale="fr",message="send-later"} 1"#), "{counted}");
}

proptest! {
    #[test]
    fn any_file_is_read_or_refused(content in "(\\PC|[\n\r{}$=#.\\-\\[\\]*> ]){0,60}") {
        let folder = folder(&[("locales/ja/mail.ftl", &content)]);
        let _ = Catalog::with_overrides(Domain::Mail, folder.path());
    }
}
