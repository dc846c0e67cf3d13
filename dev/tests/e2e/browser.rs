//! The pages of `cargo dev` in a real Chromium: `dev/tests/browser/journeys.mjs` is what
//! a person does there.

use std::{path::Path, process::Stdio};

use tokio::process::Command;

use crate::{
    everything::{FREE_PORTS, printed},
    rig::Process,
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/journeys.mjs");
/// Where `./test` installs what steers the browser.
const TOOLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/test-tools/browser");

/// Debian's.
const CHROMIUM: &str = "/usr/bin/chromium";

async fn journey(name: &str, options: &[&str]) {
    journey_with(name, options, "").await;
}

async fn journey_with(name: &str, options: &[&str], templates: &str) {
    assert!(
        Path::new(TOOLS).join("node_modules/playwright-core").is_dir(),
        "playwright-core is not installed: `./test` does it"
    );
    assert!(Path::new(CHROMIUM).exists(), "chromium is not installed: `./test` does it");
    let dev = Process::start_with("signpost-dev", &[&FREE_PORTS, options].concat(), &[]);
    let (page, inbox) = (printed(&dev, "Page").await, printed(&dev, "Inbox").await);
    let output = Command::new("node")
        .args([SCRIPT, name])
        .envs([("PAGE_URL", page.as_str()), ("INBOX_URL", &inbox)])
        .env("TEMPLATES", templates)
        .envs([("TOOLS", TOOLS), ("CHROMIUM", CHROMIUM), ("NO_PROXY", "*")])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(std::time::Duration::from_secs(120), output).await;
    let output = output.expect("the journey ends").expect("node is installed: `./test` does it");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&said));
}

#[tokio::test]
async fn slow_browser_a_person_signs_up_in_english() {
    journey("english", &[]).await;
}

#[tokio::test]
async fn slow_browser_a_person_signs_up_in_chinese_and_pastes_wide_digits() {
    journey("chinese", &[]).await;
}

#[tokio::test]
async fn slow_browser_a_person_signs_up_in_arabic_from_right_to_left() {
    journey("arabic", &[]).await;
}

#[tokio::test]
async fn slow_browser_every_language_can_be_chosen_fits_and_is_kept() {
    journey("languages", &[]).await;
}

#[tokio::test]
async fn slow_browser_five_wrong_codes_end_the_code() {
    journey("tries", &[]).await;
}

#[tokio::test]
async fn slow_browser_the_cooldown_counts_down_to_another_code() {
    journey("cooldown", &["--cooldown", "8s"]).await;
}

#[tokio::test]
async fn slow_browser_keys_are_enough_at_320_pixels() {
    journey("keyboard", &[]).await;
}

#[tokio::test]
async fn slow_browser_a_whole_code_fills_the_one_field() {
    journey("autofill", &[]).await;
}

#[tokio::test]
async fn slow_browser_the_address_that_was_asked_for_counts_and_what_was_said_is_translated() {
    journey("slips", &[]).await;
}

#[tokio::test]
async fn slow_browser_without_storage_the_page_works_all_the_same() {
    journey("storage", &[]).await;
}

#[tokio::test]
async fn slow_browser_a_code_is_copied_in_the_inbox_and_pasted_in_the_form() {
    journey("copying", &[]).await;
}

#[tokio::test]
async fn slow_browser_the_inbox_is_searched() {
    journey("search", &[]).await;
}

#[tokio::test]
async fn slow_browser_a_mail_opens_though_its_worker_has_not_heard_of_it() {
    journey("behind", &[]).await;
}

#[tokio::test]
async fn slow_browser_pages_bear_questions_that_nobody_answers() {
    journey("unanswered", &[]).await;
}

#[tokio::test]
async fn slow_browser_a_relay_has_moods_and_mails_have_ways() {
    journey("moods", &[]).await;
}

#[tokio::test]
async fn slow_browser_the_gallery_follows_the_templates() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("locales/fr")).unwrap();
    let templates = folder.path().to_str().unwrap();
    journey_with("gallery", &["--templates", templates], templates).await;
}
