//! AUTH: by which mechanism, and never on without it.

use std::path::Path;

use signpost_smtp_server::{
    Answer::{Normal, Say},
    SmtpServer, Step,
};

use crate::deliver::{
    Deadlines, Deliverer, Settings,
    fault::Fault,
    tests::support::{dialer, settings, soon},
};
use signpost_shared::reload::Files;

/// Answers as told, and is polite else.
async fn relay(
    offer: &'static str,
    script: impl Fn(&Step<'_>) -> Option<&'static str> + Send + Sync + 'static,
) -> SmtpServer {
    SmtpServer::playing(move |step| match (step.verb, script(step)) {
        (_, Some(reply)) => Say(reply),
        ("EHLO", _) => Say(offer),
        ("AUTH" | "CONTINUE", _) => Say("535 5.7.8 no"),
        _ => Normal,
    })
    .await
}

async fn log_in(relay: &SmtpServer) -> Result<(), Fault> {
    let url = format!("smtp://user:p%40ss@{}", relay.addr);
    soon(dialer(&url, Deadlines::default()).dial()).await.map(drop)
}

async fn log_in_by_token(relay: &SmtpServer, file: &Path) -> Result<(), Fault> {
    let mut dialer = dialer(&format!("smtp://user@{}", relay.addr), Deadlines::default());
    dialer.relay.login.as_mut().unwrap().token_file = Some(file.to_owned());
    soon(dialer.dial()).await.map(drop)
}

const PLAIN: &str = "AUTH PLAIN AHVzZXIAcEBzcw==";

#[tokio::test]
async fn plain_comes_first_however_it_is_offered() {
    for offer in [
        "250-relay.example\r\n250 AUTH LOGIN PLAIN",
        "250-relay.example\r\n250-auth login plain\r\n250 8BITMIME",
        "250-relay.example\r\n250 AUTH=PLAIN LOGIN",
    ] {
        let relay = relay(offer, |step| (step.line == PLAIN).then_some("235 welcome")).await;
        log_in(&relay).await.unwrap();
        assert_eq!(relay.log()[2], format!("0 {PLAIN}"));
    }
    // Some relays ask for the response once more, and some say 250.
    for (again, welcome) in [("334 ", "235 welcome"), ("334 Go on", "250 welcome")] {
        let relay = relay("250-r\r\n250 AUTH PLAIN", move |step| match step.line {
            PLAIN => Some(again),
            "AHVzZXIAcEBzcw==" => Some(welcome),
            _ => None,
        });
        log_in(&relay.await).await.unwrap();
    }
}

#[tokio::test]
async fn login_answers_challenges_by_their_order() {
    for (first, second) in [
        ("334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"),
        ("334 ", "334"),
        ("334 Login:", "334 Pass:"),
        ("334 UGFzc3dvcmQ6", "334 VXNlcm5hbWU6"),
    ] {
        let relay = relay("250-r\r\n250 AUTH CRAM-MD5 LOGIN", move |step| match step.line {
            "AUTH LOGIN" => Some(first),
            "dXNlcg==" => Some(second),
            "cEBzcw==" => Some("235 welcome"),
            _ => None,
        });
        log_in(&relay.await).await.unwrap();
    }
}

#[tokio::test]
async fn login_takes_over_when_plain_is_not_recognized() {
    for refusal in ["504 5.5.4 what?", "501 5.5.4 no", "534 5.7.9 too weak", "538 5.7.11 no TLS"] {
        let unrecognized = move |step: &Step<'_>| match (step.verb, step.line) {
            ("AUTH", PLAIN) => Some(refusal),
            ("AUTH", "AUTH LOGIN") | ("CONTINUE", "dXNlcg==") => Some("334 "),
            ("CONTINUE", "cEBzcw==") => Some("235 welcome"),
            _ => None,
        };
        log_in(&relay("250-r\r\n250 AUTH PLAIN LOGIN", unrecognized).await).await.unwrap();
        let alone = relay("250-r\r\n250 AUTH PLAIN", unrecognized).await;
        let cause = log_in(&alone).await.unwrap_err().cause.to_string();
        assert!(
            cause.starts_with("auth 5") && refusal.contains(&cause["auth ".len()..]),
            "{cause}"
        );
    }
}

#[tokio::test]
async fn without_a_mechanism_in_common_nothing_is_said() {
    for (offer, offered) in [
        ("250-r\r\n250 AUTH CRAM-MD5 XOAUTH2", "CRAM-MD5, XOAUTH2"),
        ("250 r", "nothing"),
        ("502 no", "nothing"),
    ] {
        let relay = relay(offer, |_| None).await;
        let fault = log_in(&relay).await.unwrap_err();
        assert_eq!(fault.cause.to_string(), "auth unsupported");
        assert_eq!(
            fault.detail,
            format!("neither AUTH PLAIN nor AUTH LOGIN is offered, but {offered}")
        );
        assert_eq!(relay.count("0 AUTH") + relay.count("0 MAIL"), 0);
    }
}

#[tokio::test]
async fn xoauth2_reads_its_token_for_every_login() {
    let relay = relay("250-r\r\n250 AUTH LOGIN XOAUTH2", |step| match step.line {
        // user=user^Aauth=Bearer fresh^A^A
        "AUTH XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIGZyZXNoAQE=" => Some("235 welcome"),
        line if line.starts_with("AUTH XOAUTH2") => Some("334 eyJzdGF0dXMiOiI0MDEifQ=="),
        "" if step.verb == "CONTINUE" => Some("535 5.7.8 token expired"),
        _ => None,
    })
    .await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "stale\n").unwrap();
    let fault = log_in_by_token(&relay, file.path()).await.unwrap_err();
    assert_eq!(fault.cause.to_string(), "auth 535 5.7.8");
    std::fs::write(file.path(), "fresh\n").unwrap();
    log_in_by_token(&relay, file.path()).await.unwrap();

    for useless in ["", "two words", "a\r\nMAIL"] {
        std::fs::write(file.path(), useless).unwrap();
        let fault = log_in_by_token(&relay, file.path()).await.unwrap_err();
        assert_eq!(fault.cause.to_string(), "auth token");
        assert_eq!(fault.detail, "SIGNPOST_SMTP_TOKEN_FILE does not hold a token");
    }
    let fault = log_in_by_token(&relay, Path::new("/nowhere")).await.unwrap_err();
    assert_eq!(fault.detail, "SIGNPOST_SMTP_TOKEN_FILE can't be read: entity not found");
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for no_file in [folder.path(), &pipe] {
        let fault = log_in_by_token(&relay, no_file).await.unwrap_err();
        assert_eq!(fault.detail, "SIGNPOST_SMTP_TOKEN_FILE can't be read: it is no file");
    }
}

#[tokio::test]
async fn xoauth2_answers_a_blank_challenge() {
    let relay = relay("250-r\r\n250 AUTH XOAUTH2", |step| match (step.verb, step.line) {
        ("AUTH", _) => Some("334 "),
        ("CONTINUE", "dXNlcj11c2VyAWF1dGg9QmVhcmVyIGZyZXNoAQE=") => Some("235 welcome"),
        _ => None,
    })
    .await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "fresh").unwrap();
    log_in_by_token(&relay, file.path()).await.unwrap();
}

#[test]
fn a_user_needs_a_password_or_a_token() {
    let build = |url, token_file| {
        Deliverer::new(Settings { token_file, ..settings(&[url]) }, &mut Files::default())
    };
    let token = || Some("/run/token".into());
    assert!(build("smtp://user@127.0.0.1", token()).is_ok());
    assert!(build("smtp://user:password@127.0.0.1", token()).is_err(), "nobody would read it");
    let error = |url, token_file| build(url, token_file).unwrap_err().to_string();
    assert_eq!(
        error("smtp://user@127.0.0.1", None),
        "SIGNPOST_SMTP_URL: relay 127.0.0.1:25: a user needs a password, or SIGNPOST_SMTP_TOKEN_FILE"
    );
    assert_eq!(
        error("smtp://127.0.0.1", token()),
        "SIGNPOST_SMTP_TOKEN_FILE: it needs a user without a password in a relay's URL: smtps://user@host"
    );
}
