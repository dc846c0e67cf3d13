//! `cargo dev`: one process, no server, and the mail is in the inbox.

use crate::rig::{Process, until};

/// Whatever is free.
pub(crate) const FREE_PORTS: [&str; 6] =
    ["--listen", "127.0.0.1:0", "--smtp-listen", "127.0.0.1:0", "--inbox-listen", "127.0.0.1:0"];

/// The words of the printed page that follow a label.
pub(crate) async fn printed(process: &Process, label: &str) -> String {
    let find = || {
        let line = process.log().into_iter().find(|line| line.trim_start().starts_with(label))?;
        Some(line.trim_start()[label.len()..].trim().to_owned())
    };
    until(label, async || find().is_some()).await;
    find().unwrap()
}

#[tokio::test]
async fn the_printed_curl_line_works_and_its_mail_is_in_the_inbox() {
    let mut process = Process::start_with("signpost-dev", &FREE_PORTS, &[]);
    let (api, inbox) = (printed(&process, "API").await, printed(&process, "Inbox").await);
    let curl = printed(&process, "curl").await;
    assert!(curl.ends_with(&api), "{curl}");
    let form = "email=jane%40example.com&locale=ar";
    let http = reqwest::Client::new();
    let ask =
        || http.post(&api).header("content-type", "application/x-www-form-urlencoded").body(form);
    let accepted = ask().send().await.unwrap().text().await.unwrap();
    assert_eq!(accepted, r#"{"success":true}"#);
    let later = ask().send().await.unwrap().text().await.unwrap();
    assert!(later.contains("send.later"), "{later}");
    let messages = async || {
        let answer = http.get(format!("{inbox}/api/v2/messages")).send().await.unwrap();
        serde_json::from_str::<serde_json::Value>(&answer.text().await.unwrap()).unwrap()
    };
    until("the mail is in the inbox", async || messages().await["total"] == 1).await;
    let mail = &messages().await["items"][0];
    assert_eq!(mail["To"][0]["Mailbox"], "jane");
    assert_eq!(mail["Content"]["Headers"]["Content-Language"][0], "ar");
    let page = http.get(&inbox).send().await.unwrap();
    assert!(page.status().is_success());
    http.delete(format!("{inbox}/api/v1/messages")).send().await.unwrap();
    assert_eq!(messages().await["total"], 0);
    // Its terminal is closed.
    process.signal("HUP");
    assert!(process.ended().await.success());
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_the_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let arguments = ["--listen", "127.0.0.1:0", "--smtp-listen", &address];
    let mut process = Process::start_with("signpost-dev", &arguments, &[]);
    assert!(!process.ended().await.success());
    let said = process.log().join("\n");
    assert!(said.contains(&address) && said.contains("--smtp-listen"), "{said}");
}
