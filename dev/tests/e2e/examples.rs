//! The examples of docs/INTEGRATION.md, run as they stand there against the real binaries:
//! a page that people copy from must not be wrong.

use std::{net::SocketAddr, process::Stdio};

use futures_util::future::join_all;
use mail_parser::MessageParser;
use tokio::{io::AsyncWriteExt as _, process::Command};

use crate::rig::{Process, World, soon, until};

const PAGE: &str = include_str!("../../../docs/INTEGRATION.md");

/// Where a `+` that is sent bare would become a space.
const EMAIL: &str = "Jane.Doe+news@a.example";

/// A language of the page, and what runs its blocks from standard input.
#[derive(Clone, Copy, Debug)]
struct Language {
    fence: &'static str,
    needed: &'static str,
    program: &'static str,
    arguments: &'static [&'static str],
}

const SHELL: Language = Language {
    fence: "sh",
    needed: "curl",
    program: "sh",
    arguments: &["-eu"], // reads its commands from standard input
};

const JAVASCRIPT: Language = Language {
    fence: "javascript",
    needed: "node",
    program: "node",
    arguments: &["--input-type=module", "-"],
};

const PYTHON: Language =
    Language { fence: "python", needed: "python3", program: "python3", arguments: &["-"] };

/// A fenced block: the words after its fence, and what it holds.
struct Block {
    words: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in PAGE.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(words), None) => {
                open = Some(Block { words: words.to_owned(), text: String::new() });
            }
            (Some(_), Some(block)) => blocks.push(block),
            (None, Some(mut block)) => {
                block.text.extend([line, "\n"]);
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence of docs/INTEGRATION.md is not closed");
    blocks
}

impl Language {
    /// What an example prints.
    async fn run(self, example: &str, variables: &[(&str, &str)]) -> String {
        let words = format!("{} example {example}", self.fence);
        let block = blocks().into_iter().find(|block| block.words == words);
        assert!(block.is_some(), "docs/INTEGRATION.md has no block ```{words}");
        let block = block.unwrap();
        let found = Command::new(self.needed).arg("--version").output().await;
        assert!(
            found.is_ok_and(|output| output.status.success()),
            "{} is not installed, and the examples of docs/INTEGRATION.md are run with it: \
             curl, Node 20 or later and Python 3.11 or later",
            self.needed
        );
        let mut child = Command::new(self.program)
            .args(self.arguments)
            .envs(variables.iter().copied())
            .env("NO_PROXY", "*")
            .env("no_proxy", "*")
            .env("PYTHONUTF8", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        // A program that ends before it has read everything says why below.
        let _ = input.write_all(block.text.as_bytes()).await;
        drop(input);
        let output = soon(&words, child.wait_with_output()).await.unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && complaint.is_empty(), "{words}: {complaint}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// What an example says when it was granted; curl prints the answer itself.
    fn granted(self, word: &'static str) -> &'static str {
        if self.fence == "sh" { r#"{"success":true}"# } else { word }
    }

    /// Whether it says that it was refused, with code and message.
    fn tells_refusal(self, printed: &str, code: &str, message: &str) -> bool {
        if self.fence == "sh" {
            printed.starts_with(&format!(r#"{{"msg":"{message}","code":"{code}","success":false"#))
        } else {
            printed.lines().next() == Some(&format!("{code}: {message}"))
        }
    }
}

/// A person signs up by these examples, with a slip and a second thought.
async fn sign_up(language: Language) {
    let world = World::new().await;
    let (api, _worker) = (world.api(&[]).await, world.worker(&[]).await);
    let url = format!("http://{}", api.address);
    let run = async |example: &str, code: &str| {
        let variables = [("BASE_URL", url.as_str()), ("EMAIL", EMAIL), ("CODE", code)];
        language.run(example, &variables).await
    };

    assert_eq!(run("send", "").await, language.granted("sent"));
    let later = run("send", "").await;
    let message = "email already sent, if not received, please send 1 min later";
    assert!(language.tells_refusal(&later, "send.later", message), "{later}");
    if language.fence == "sh" {
        assert!(later.contains(r#","retryAfter":"#), "{later}");
    } else {
        let wait = later.lines().nth(1).and_then(|line| line.strip_prefix("again in "));
        let wait = wait.and_then(|wait| wait.strip_suffix(" s")).expect(&later);
        assert!((1..=60).contains(&wait.parse::<u32>().unwrap()), "{later}");
    }

    world.mails.wait_for_received(1).await;
    assert_eq!(world.mails.list()[0].to, [EMAIL]);
    let code = mailed_code(&world.mails.list()[0].raw);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let refused = run("check", wrong).await;
    assert!(language.tells_refusal(&refused, "412", "Check verify code please"), "{refused}");
    for _ in 0..2 {
        assert_eq!(run("check", &code).await, language.granted("right"));
    }
    for zero in ['0', '０', '٠'] {
        let typed = in_digits_of(zero, &code);
        assert_eq!(run("check", &typed).await, language.granted("right"), "{typed}");
    }

    let registrations = join_all((0..3).map(|_| run("consume", &code))).await;
    let granted = registrations.iter().filter(|said| **said == language.granted("register"));
    assert_eq!(granted.count(), 1, "{registrations:?}");
    let gone = |said: &&String| language.tells_refusal(said, "428", "Send verify code please");
    assert_eq!(registrations.iter().filter(gone).count(), 2, "{registrations:?}");
    let refused = run("check", &code).await;
    assert!(gone(&&refused), "{refused}");
}

/// The only line of the text that is six digits and nothing else.
fn mailed_code(raw: &[u8]) -> String {
    let mail = MessageParser::default().parse(raw).unwrap();
    let text = mail.body_text(0).unwrap();
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
    text.lines().find(is_code).expect("a code").to_owned()
}

/// As another keyboard types it, in two groups.
fn in_digits_of(zero: char, code: &str) -> String {
    let digit = |b: u8| char::from_u32(u32::from(zero) + u32::from(b - b'0')).unwrap();
    let (one, other) = code.as_bytes().split_at(3);
    let typed = |half: &[u8]| half.iter().map(|b| digit(*b)).collect::<String>();
    format!(" {} {} ", typed(one), typed(other))
}

#[tokio::test]
async fn a_person_signs_up_by_curl() {
    sign_up(SHELL).await;
}

#[tokio::test]
async fn a_person_signs_up_by_javascript() {
    sign_up(JAVASCRIPT).await;
}

#[tokio::test]
async fn a_person_signs_up_by_python() {
    sign_up(PYTHON).await;
}

#[tokio::test]
async fn a_503_is_read_as_json_by_every_language() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    world.broker.refuse_jobs().await;
    let url = format!("http://{}", api.address);
    let message = "service temporarily unavailable, please try again later";
    for language in [SHELL, JAVASCRIPT, PYTHON] {
        let said = language.run("send", &[("BASE_URL", &url), ("EMAIL", EMAIL)]).await;
        assert!(language.tells_refusal(&said, "503", message), "{}: {said}", language.fence);
    }
}

#[tokio::test]
async fn a_browser_test_reads_its_code_from_the_inbox() {
    let process = Process::start_with(
        "signpost-dev",
        &[
            "--listen", "127.0.0.1:0", "--smtp-listen", "127.0.0.1:0", "--inbox-listen",
            "127.0.0.1:0",
        ],
        &[],
    );
    let printed = |label: &str| -> Option<SocketAddr> {
        let line = process.log().into_iter().find(|line| line.trim_start().starts_with(label))?;
        line.split_once("http://")?.1.split('/').next()?.parse().ok()
    };
    until("it prints its addresses", async || printed("Inbox").is_some()).await;
    let [api, inbox] = ["API", "Inbox"].map(|label| format!("http://{}", printed(label).unwrap()));
    let variables = [("BASE_URL", api.as_str()), ("INBOX_URL", &inbox), ("EMAIL", EMAIL)];
    assert_eq!(JAVASCRIPT.run("send", &variables).await, "sent");
    let code = JAVASCRIPT.run("inbox", &variables).await;
    let variables = [variables.as_slice(), &[("CODE", code.as_str())]].concat();
    assert_eq!(JAVASCRIPT.run("check", &variables).await, "right");
    assert_eq!(JAVASCRIPT.run("consume", &variables).await, "register");
}

#[test]
fn no_block_is_left_out() {
    let mut expected = Vec::new();
    for language in [SHELL, JAVASCRIPT, PYTHON] {
        expected.extend(
            ["send", "check", "consume"].map(|name| format!("{} example {name}", language.fence)),
        );
    }
    expected.push("javascript example inbox".to_owned());
    let is_code = |words: &String| {
        let fence = words.split(' ').next();
        [SHELL, JAVASCRIPT, PYTHON].iter().any(|language| Some(language.fence) == fence)
    };
    let mut found: Vec<_> = blocks().into_iter().map(|block| block.words).filter(is_code).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "every block of code on the page is an example that a test runs");
}
