//! The mails of every locale, looked at by tools that others wrote: `dev/tests/mail` calls them.
//! Each script also breaks a mail, and fails when its tool does not notice.

use std::{ffi::OsStr, path::Path, process::Stdio, time::Duration};

use signpost_shared::locale::Locale;
use tempfile::TempDir;
use tokio::process::Command;

use crate::rig::Process;

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail");
const TEMPLATES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../templates");
/// Where `./test` installs tools.
const TOOLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/test-tools");
/// Debian's.
const CHROMIUM: &str = "/usr/bin/chromium";

/// The mails of every locale, as `signpost-worker templates preview` writes them.
async fn previews(options: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let arguments = [&["templates", "preview", "--all", "--out", out], options].concat();
    let mut worker = Process::start_with("signpost-worker", &arguments, &[]);
    assert!(worker.ended().await.success(), "{}", worker.log().join("\n"));
    for extension in ["html", "eml"] {
        let files = std::fs::read_dir(folder.path()).unwrap();
        let count = files.filter(|file| is(&file.as_ref().unwrap().path(), extension)).count();
        assert_eq!(count, Locale::SHIPPED.len());
    }
    folder
}

fn is(path: &Path, extension: &str) -> bool {
    path.extension() == Some(OsStr::new(extension))
}

/// Runs a script, which says how many `things` it saw, and that it found nothing.
async fn check(program: &str, script: &str, arguments: &[&Path], things: &str) {
    let output = Command::new(program)
        .arg(Path::new(SCRIPTS).join(script))
        .args(arguments)
        .envs([("TOOLS", TOOLS), ("CHROMIUM", CHROMIUM), ("PYTHONDONTWRITEBYTECODE", "1")])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(Duration::from_secs(150), output).await;
    let output = output.expect("the script ends");
    let output = output.expect("node, perl and Python's tools are installed: `./test` does it");
    let said = String::from_utf8_lossy(&output.stdout);
    let found = said.lines().last().unwrap_or_default();
    assert!(
        output.status.success() && found == format!("{things}, 0 findings"),
        "{script}: {said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn mails(folders: usize) -> String {
    format!("{} mails", folders * Locale::SHIPPED.len())
}

/// The Python that has what scripts/mail-checks.txt lists.
fn python() -> String {
    format!("{TOOLS}/mail-checks/bin/python")
}

#[tokio::test]
async fn slow_mails_html_validate_finds_nothing() {
    let folder = previews(&[]).await;
    check("node", "html-validate.mjs", &[folder.path()], &mails(1)).await;
}

#[tokio::test]
async fn slow_mails_need_nothing_that_large_clients_lack() {
    let folder = previews(&["--support", "Questions? Write to help@example.com"]).await;
    check("node", "caniemail.mjs", &[folder.path()], &mails(1)).await;
}

#[tokio::test]
async fn slow_mails_are_accessible_in_light_and_in_dark() {
    let folder = previews(&["--support", "Questions? Write to help@example.com"]).await;
    check("node", "axe.mjs", &[folder.path()], &mails(1)).await;
}

#[tokio::test]
async fn slow_mails_fit_a_small_phone_with_the_longest_brands_and_codes() {
    let latin = "Wettbewerbsrichtlinien".repeat(3).split_at(64).0.to_owned();
    let arabic: String = "المستقبل".repeat(8);
    assert_eq!((latin.chars().count(), arabic.chars().count()), (64, 64));
    let latin = previews(&["--brand", &latin, "--code", "0123456789"]).await;
    let arabic = previews(&["--brand", &arabic, "--code", "0123456789"]).await;
    check("node", "fits.mjs", &[latin.path(), arabic.path()], &mails(2)).await;
}

#[tokio::test]
async fn slow_mails_are_no_spam_to_spamassassin() {
    let folder = previews(&[]).await;
    check("perl", "spamassassin.pl", &[folder.path()], &mails(1)).await;
}

#[tokio::test]
async fn slow_mails_have_no_defect_for_parsers_in_python() {
    let folder = previews(&[]).await;
    check(&python(), "parsers.py", &[folder.path()], &mails(1)).await;
}

/// English is what the others are compared with.
#[tokio::test]
async fn slow_texts_are_whole_in_every_locale_to_compare_locales() {
    let others = format!("{} locales", Locale::SHIPPED.len() - 1);
    check(&python(), "locales.py", &[Path::new(TEMPLATES)], &others).await;
}
