//! Every message in every locale, and what a folder of overrides may do.

use std::{fs, path::Path};

use fluent::fluent_args;
use metrics_exporter_prometheus::PrometheusBuilder;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// Reaches every plural form of every locale.
const MINUTES: [u64; 8] = [0, 1, 2, 3, 11, 30, 100, 1_000_000];

fn everything(minutes: u64) -> FluentArgs<'static> {
    fluent_args![
        "minutes" => minutes, "code" => "012345", "brand" => "Example",
        "email" => "jane@example.org", "time" => "0:59", "number" => 1, "count" => minutes,
        "shown" => 1, "total" => 2, "to" => "jane@example.org", "subject" => "012345"
    ]
}

fn folder(files: &[(&str, &str)]) -> (TempDir, Result<Folder, Findings>) {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let read = Folder::read(folder.path());
    (folder, read)
}

fn catalog(domain: Domain, files: &[(&str, &str)]) -> Result<Catalog, Findings> {
    Catalog::with_folder(domain, &folder(files).1?)
}

fn refusal(files: &[(&str, &str)]) -> String {
    let (folder, read) = folder(files);
    let error = read.and_then(|read| Catalog::with_folder(Domain::Mail, &read)).unwrap_err();
    error.to_string().replace(folder.path().to_str().unwrap(), "")
}

#[test]
fn every_built_in_file_is_complete_and_right() {
    let mut findings = Vec::new();
    for domain in Domain::ALL {
        let english = parsed(domain.source(Locale::EN_US).unwrap());
        let known = Known::of(domain, &english);
        for locale in Locale::SHIPPED {
            let (path, source) = (domain.path(*locale), domain.source(*locale).unwrap());
            findings.extend(known.check(&path, source, *locale, true).findings);
            let selects = source.matches("*[other]").count();
            let one_form = ["id", "ja", "ko", "ms", "th", "vi", "zh-CN", "zh-HK", "zh-TW"];
            // English itself is the contract: "1 min", "2 min".
            let free = one_form.contains(&locale.tag())
                || (*locale, domain) == (Locale::EN_US, Domain::Api);
            let expected = if domain == Domain::Api { 2 } else { 1 };
            assert!(free || selects >= expected, "{path} has no plural forms");
        }
    }
    assert_eq!(Findings::none_or(findings), Ok(()));
}

/// Fluent chooses by tables of its own, which are older than ICU's: what a reader sees must be what
/// ICU would choose of the forms that are there.
#[test]
fn plural_forms_are_those_that_icu_chooses() {
    for locale in Locale::SHIPPED {
        let source = Domain::Page.source(*locale).unwrap();
        let rules = check::rules(*locale).unwrap();
        let mut bundle = empty(*locale);
        let all = ["zero", "one", "two", "few", "many"]
            .into_iter()
            .filter(|form| source.contains(&format!("[{form}]")));
        let forms: Vec<_> = all.clone().map(|form| format!(" [{form}] {form}\n")).collect();
        let message = format!("all = {{ $n ->\n{} *[other] other\n }}\n", forms.concat());
        bundle.add_resource_overriding(parsed(&message));
        for number in [0_u32, 1, 2, 3, 5, 11, 21, 100] {
            let fluent = format(&bundle, "all", &fluent_args!["n" => number]).unwrap();
            let icu = format!("{:?}", rules.category_for(number)).to_lowercase();
            let there = all.clone().find(|form| *form == icu).unwrap_or("other");
            assert_eq!(fluent, there, "{locale} {number}");
        }
    }
}

#[test]
fn every_message_is_plain_text_in_every_locale() {
    let marks =
        ['\u{200e}', '\u{200f}', '\u{2028}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'];
    for domain in Domain::ALL {
        let catalog = Catalog::built_in(domain);
        for locale in Locale::SHIPPED {
            for (id, minutes) in
                catalog.ids().iter().flat_map(|id| MINUTES.map(|minutes| (id, minutes)))
            {
                let text = catalog.message(*locale, id, &everything(minutes)).unwrap();
                assert!(!text.is_empty() && text.trim() == text, "{locale} {id}: {text:?}");
                assert!(!text.contains(['{', '}', '<', '>', '&', '\n']), "{locale} {id}: {text:?}");
                assert!(!text.contains("http") && !text.contains("  "), "{locale} {id}: {text:?}");
                assert!(!text.contains(marks), "{locale} {id}: {text:?}");
                let stop = text.ends_with(['.', '。', '।', '۔']);
                assert!(domain != Domain::Api || !stop, "{locale} {id}: {text:?}");
            }
        }
    }
}

#[test]
fn the_api_uses_each_of_its_messages() {
    let used = [
        "invalid-parameter", "send-later", "send-limit", "unavailable", "verify-first",
        "too-many-tries", "wrong-code",
    ];
    assert_eq!(Catalog::built_in(Domain::Api).ids, used.map(str::to_owned).into());
}

#[test]
fn english_is_the_contract_to_the_letter() {
    let catalog = Catalog::built_in(Domain::Api);
    let english = |id| catalog.message(Locale::EN_US, id, &everything(1)).unwrap();
    assert_eq!(english("invalid-parameter"), "invalid parameter");
    assert_eq!(
        english("send-later"),
        "email already sent, if not received, please send 1 min later"
    );
    assert_eq!(english("send-limit"), "too many codes requested, please try again later");
    assert_eq!(english("unavailable"), "service temporarily unavailable, please try again later");
    let later = catalog.message(Locale::EN_US, "send-later", &everything(2)).unwrap();
    assert_eq!(later, "email already sent, if not received, please send 2 min later");
}

#[test]
fn strict_about_what_is_missing() {
    let catalog = Catalog::built_in(Domain::Mail);
    let error = catalog.message(Locale::DE, "no-such", &FluentArgs::new()).unwrap_err();
    assert_eq!(error.to_string(), "locales/de/mail.ftl: message no-such: missing");
    let error = catalog.message(Locale::DE, "subject", &FluentArgs::new()).unwrap_err();
    assert!(error.to_string().contains("Unknown variable: $code"), "{error}");
    let error = catalog.message(Locale::AR, "validity", &FluentArgs::new()).unwrap_err();
    assert!(error.to_string().contains("Unknown variable: $minutes"), "{error}");
}

#[test]
fn a_file_overrides_message_by_message() {
    let catalog = catalog(
        Domain::Mail,
        &[
            ("locales/de/mail.ftl", "heading = Willkommen bei { $brand }\n"),
            (
                "locales/fr/mail.ftl",
                "\u{feff}-name = Exemple\r\nheading = Bonjour de { -name }\r\n",
            ),
            ("locales/ja/mail.ftl", "-brand = 例\n"),
            ("locales/.hidden/mail.ftl", "= not for us"),
            ("locales/README", "neither is this"),
            ("README.md", "nor this"),
        ],
    );
    let catalog = catalog.unwrap();
    let message = |locale, id| catalog.message(locale, id, &everything(3)).unwrap();
    assert_eq!(message(Locale::DE, "heading"), "Willkommen bei Example");
    assert_eq!(message(Locale::FR, "heading"), "Bonjour de Exemple");
    let built_in = Catalog::built_in(Domain::Mail);
    let as_before = built_in.message(Locale::DE, "validity", &everything(3)).unwrap();
    assert_eq!(message(Locale::DE, "validity"), as_before);
    assert_eq!(message(Locale::EN_US, "heading"), "Confirm your email address");
    assert_eq!(catalog.term(Locale::JA, "brand").as_deref(), Some("例"));
    assert_eq!(catalog.term(Locale::DE, "brand"), None);
}

#[test]
fn a_folder_adds_a_locale() {
    let whole = "subject = { $code } { $brand }\nheading = a\nintro = b\nvalidity = { $minutes ->\n \
                 [one] one\n *[other] { $minutes }\n }\nignore = d\n";
    let mail = ("locales/eu/mail.ftl", whole);
    let catalog = catalog(Domain::Mail, &[mail]).unwrap();
    let eu = "eu".parse().unwrap();
    assert_eq!(catalog.message(eu, "validity", &everything(3)).unwrap(), "3");
    assert_eq!(catalog.locales().negotiate(Some("eu-ES"), None, Locale::DE), eu);
    assert_eq!(
        refusal(&[("locales/eu/mail.ftl", &whole.replace("heading = a\n", ""))]),
        "/locales/eu/mail.ftl: message heading is missing"
    );
    assert_eq!(
        refusal(&[("locales/eu/api.ftl", "")]),
        "/locales/eu/mail.ftl: is missing; a locale that is not built in needs it"
    );
}

#[test]
fn a_mistake_in_a_folder_names_its_place_and_what_was_meant() {
    let de = "locales/de/mail.ftl";
    let cases = [
        (
            de,
            "heading = Hallo\nintro = { $brand\nsecret = x\n",
            "/locales/de/mail.ftl:3:1: Expected a token starting with \"}\"",
        ),
        (
            de,
            "# Gruß\n\nheadin = Hallo\n",
            "/locales/de/mail.ftl:3:1: headin: nothing uses a message of this name (did you mean heading?)",
        ),
        (
            de,
            "heading = a\nintro = b\nheading = c\n",
            "/locales/de/mail.ftl:3:1: heading: this is there twice",
        ),
        (
            de,
            "heading =\n    .title = c\n",
            "/locales/de/mail.ftl:1:1: heading: the message has no value",
        ),
        (
            de,
            "heading = ä { $barnd }\n",
            "/locales/de/mail.ftl:1:16: there is no variable $barnd (did you mean $brand?)",
        ),
        (
            de,
            "heading = { intor }\n",
            "/locales/de/mail.ftl:1:13: there is no message intor (did you mean intro?)",
        ),
        (
            de,
            "-name = A\nheading = { -nme } { -name }\n",
            "/locales/de/mail.ftl:2:14: this file has no term -nme (did you mean -name?)",
        ),
        (de, "-nome = A\n", "/locales/de/mail.ftl:1:2: -nome: nothing uses this term"),
        (
            de,
            "heading = { NUMBER($minutes) }\n",
            "/locales/de/mail.ftl:1:13: there is no function NUMBER",
        ),
        (
            de,
            "heading = { $minutes ->\n [few] a\n *[other] b\n }\n",
            "/locales/de/mail.ftl:1:14: de has no plural form [few]; it has [one] [other]",
        ),
        (
            de,
            "heading = { $minutes ->\n *[other] b\n }\n",
            "/locales/de/mail.ftl:1:14: the plural forms [one] are missing",
        ),
        ("locales/de_DE/mail.ftl", "", "/locales/de_DE: a locale of this name is written de-DE"),
        (
            "locales/german/mail.ftl",
            "",
            "/locales/german: no language tag such as en-US, es-419 or zh-Hant-HK",
        ),
        (
            "locales/de/mail.flt",
            "",
            "/locales/de/mail.flt: nothing reads this (did you mean mail.ftl?)",
        ),
        ("mail.htm", "", "/mail.htm: nothing reads this (did you mean mail.html?)"),
        ("locale/de/mail.ftl", "", "/locale: nothing reads this (did you mean locales/?)"),
        ("logo.png", "", "/logo.png: nothing reads this"),
    ];
    for (path, content, expected) in cases {
        let refusal = refusal(&[(path, content)]);
        assert!(refusal.lines().any(|line| line == expected), "{refusal}\n not {expected}");
    }
    let missing = Folder::read(Path::new("/no/such/folder")).unwrap_err();
    assert_eq!(missing.to_string(), "/no/such/folder: No such file or directory (os error 2)");
}

#[test]
fn a_broken_message_falls_back_and_is_counted() {
    let mut catalog = Catalog::built_in(Domain::Api);
    for locale in [Locale::DE, Locale::FR] {
        let broken = bundle(locale, "send-later = { $mins }\n");
        catalog.bundles.insert(locale, broken);
    }
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        let message = |locale, default| {
            catalog.message_or_default(locale, default, "send-later", &everything(1))
        };
        let japanese = catalog.message(Locale::JA, "send-later", &everything(1)).unwrap();
        assert_eq!(message(Locale::JA, Locale::DE), japanese);
        assert_eq!(message(Locale::DE, Locale::JA), japanese);
        assert!(message(Locale::DE, Locale::FR).starts_with("email already sent"));
        assert!(message(Locale::FR, Locale::FR).starts_with("email already sent"));
        let lost = catalog.message_or_default(Locale::DE, Locale::DE, "lost", &FluentArgs::new());
        assert_eq!(lost, "lost");
    });
    let counted = recorder.handle().render();
    assert!(counted.contains(r#"{locale="de",message="send-later"} 2"#), "{counted}");
    assert!(counted.contains(r#"{locale="fr",message="send-later"} 1"#), "{counted}");
}

proptest! {
    #[test]
    fn any_file_is_read_or_refused(content in "(\\PC|[\n\r{}$=#.\\-\\[\\]*> ]){0,60}") {
        let _ = catalog(Domain::Mail, &[("locales/ja/mail.ftl", &content)]);
    }
}
