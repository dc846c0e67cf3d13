//! STARTTLS, implicit TLS and AUTH.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio_rustls::rustls::pki_types::ServerName;

use super::*;

fn credentials() -> (String, String) {
    ("user".to_owned(), "secret".to_owned())
}

fn plain(user: &str, password: &str) -> String {
    STANDARD.encode(format!("\0{user}\0{password}"))
}

async fn authenticating() -> SmtpServer {
    let relay = SmtpServer::polite().await;
    relay.script.set_credentials(Some(credentials()));
    relay
}

#[tokio::test]
async fn auth_plain() {
    let relay = authenticating().await;
    let mut client = Client::greeted(&relay).await;
    client.say("MAIL FROM:<a@x>", "530").await;
    client.say("AUTH CRAM-MD5", "504").await;
    client.say("AUTH PLAIN ???", "501 5.5.2").await;
    client.say(&format!("AUTH PLAIN {}", plain("user", "wrong")), "535 5.7.8").await;
    client.say("AUTH PLAIN", "334 ").await;
    client.say("*", "501 5.7.0").await;
    client.say("AUTH PLAIN", "334 ").await;
    client.say(&plain("user", "secret"), "235").await;
    client.say("AUTH PLAIN", "503").await;
    client.deliver("a@x").await;
    assert!(relay.mails.list()[0].authenticated);

    let mut client = Client::greeted(&relay).await;
    client.say(&format!("AUTH PLAIN {}", plain("user", "secret")), "235").await;
}

#[tokio::test]
async fn auth_login() {
    let relay = authenticating().await;
    let mut client = Client::greeted(&relay).await;
    client.say("AUTH LOGIN", "334 VXNlcm5hbWU6").await;
    client.say(&STANDARD.encode("user"), "334 UGFzc3dvcmQ6").await;
    client.say(&STANDARD.encode("wrong"), "535").await;
    client.say(&format!("AUTH LOGIN {}", STANDARD.encode("user")), "334 UGFzc3dvcmQ6").await;
    client.say(&STANDARD.encode("secret"), "235").await;
}

#[tokio::test]
async fn the_password_changes_while_the_server_runs() {
    let relay = authenticating().await;
    relay.script.set_credentials(Some(("user".to_owned(), "new".to_owned())));
    let mut client = Client::greeted(&relay).await;
    client.say(&format!("AUTH PLAIN {}", plain("user", "secret")), "535").await;
    client.say(&format!("AUTH PLAIN {}", plain("user", "new")), "235").await;
    relay.script.set_credentials(None);
    let mut client = Client::greeted(&relay).await;
    client.deliver("a@x").await;
    client.say(&format!("AUTH PLAIN {}", plain("any", "at all")), "235").await;
}

#[tokio::test]
async fn starttls() {
    let (config, connector) = tls();
    let relay = SmtpServer::on_loopback(Options { tls: Some(config), ..Options::default() }).await;
    relay.script.set_credentials(Some(credentials()));
    let mut client = Client::connect(&relay).await;
    client.expect("220").await;
    client.say("STARTTLS", "503").await;
    let offers = client.say("EHLO me", "250").await;
    assert!(offers.contains("STARTTLS") && !offers.contains("AUTH"));
    client.say("STARTTLS now", "501").await;
    client.say(&format!("AUTH PLAIN {}", plain("user", "secret")), "538").await;
    client.say("STARTTLS", "220").await;

    let name = ServerName::try_from("localhost").unwrap();
    let stream = connector.connect(name, client.stream.into_inner()).await.unwrap();
    let mut client = Client::new(stream);
    client.say("MAIL FROM:<a@x>", "503").await;
    let offers = client.say("EHLO me", "250").await;
    assert!(!offers.contains("STARTTLS") && offers.contains("AUTH PLAIN LOGIN"));
    client.say("STARTTLS", "502").await;
    client.say(&format!("AUTH PLAIN {}", plain("user", "secret")), "235").await;
    client.deliver("a@x").await;
    let mail = relay.mails.list().remove(0);
    assert!(mail.tls && mail.authenticated);
}

#[tokio::test]
async fn plain_text_behind_starttls_is_forgotten() {
    let (config, connector) = tls();
    let relay = SmtpServer::on_loopback(Options { tls: Some(config), ..Options::default() }).await;
    let mut client = Client::greeted(&relay).await;
    client.send("STARTTLS\r\nEHLO injected\r\nMAIL FROM:<evil@x>\r\n").await;
    client.expect("220").await;
    let name = ServerName::try_from("localhost").unwrap();
    let stream = connector.connect(name, client.stream.into_inner()).await.unwrap();
    let mut client = Client::new(stream);
    client.say("NOOP", "250 2.0.0").await;
    client.say("RCPT TO:<a@x>", "503").await;
}

#[tokio::test]
async fn implicit_tls() {
    let (config, connector) = tls();
    let relay = SmtpServer::on_loopback(Options {
        tls: Some(config),
        implicit_tls: true,
        ..Options::default()
    })
    .await;
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TcpStream::connect(relay.addr).await.unwrap();
    let mut client = Client::new(connector.connect(name, stream).await.unwrap());
    client.expect("220").await;
    let offers = client.say("EHLO me", "250").await;
    assert!(!offers.contains("STARTTLS"));
    client.deliver("a@x").await;
    assert!(relay.mails.list()[0].tls);
}
