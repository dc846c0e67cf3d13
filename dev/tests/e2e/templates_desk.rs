//! `signpost-worker templates`, as whoever writes templates runs it: export, check, preview.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use crate::rig::path_of;

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(path_of("signpost-worker"));
    command.arg("templates").args(arguments).env_remove("SIGNPOST_TEMPLATES");
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8([&output.stdout[..], &output.stderr[..]].concat()).unwrap()
}

#[test]
fn what_is_exported_is_right_can_be_changed_and_seen() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (mine, out) = (path("mine"), path("out"));
    let exported = run(&["export", &mine, "--locale", "de,ar"]);
    assert!(
        exported.status.success() && said(&exported).contains("6 files"),
        "{}",
        said(&exported)
    );
    let again = run(&["export", &mine, "--locale", "de,ar"]);
    assert!(
        !again.status.success() && said(&again).contains("is there already"),
        "{}",
        said(&again)
    );
    let checked = run(&["check", &mine]);
    assert!(checked.status.success() && said(&checked).ends_with("no mistake found\n"));

    let ftl = Path::new(&mine).join("locales/de/mail.ftl");
    fs::write(&ftl, "heading = Willkommen bei { $brand }\n").unwrap();
    let preview = ["preview", "--templates", &mine, "--locale", "de,ar", "--out", &out];
    assert!(
        run(&[&preview[..], &["--brand", "Beispiel", "--code", "9876"]].concat()).status.success()
    );
    let written = |name: &str| fs::read_to_string(Path::new(&out).join(name)).unwrap();
    assert!(written("de.html").contains("Willkommen bei <span dir=\"auto\">Beispiel</span>"));
    assert!(
        written("de.txt").contains("Willkommen bei Beispiel")
            && written("de.txt").contains("\n9876\n")
    );
    assert!(written("ar.eml").contains("Content-Language: ar\r\n"));

    fs::write(&ftl, "heading = Willkommen bei { $marke }\n").unwrap();
    let refused = run(&["check", &mine, "--json"]);
    assert_eq!(refused.status.code(), Some(1));
    let findings: serde_json::Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(findings[0]["line"], 1);
    assert_eq!(findings[0]["column"], 29);
    assert_eq!(findings[0]["problem"], "there is no variable $marke");
    assert!(findings[0]["file"].as_str().unwrap().ends_with("locales/de/mail.ftl"));
    let broken = run(&preview);
    assert!(
        !broken.status.success() && said(&broken).contains("mail.ftl:1:29"),
        "{}",
        said(&broken)
    );
    for (arguments, expected) in [
        (vec!["check", "/nowhere"], "/nowhere: No such file"),
        (
            vec!["preview", "--locale", "tlh", "--out", &out],
            "there are no templates for tlh; there are ar, ",
        ),
        (vec!["preview", "--out", &out], "--locale <LOCALES>"),
        (
            vec!["preview", "--locale", "de", "--code", "12", "--out", &out],
            "expected 4 to 10 digits",
        ),
    ] {
        let refused = run(&arguments);
        assert!(
            !refused.status.success() && said(&refused).contains(expected),
            "{}",
            said(&refused)
        );
    }
}
