//! Relays that tell all they know: whatever they answer, the address is in it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use signpost_smtp_server::{
    Answer::{self, Close, Normal, Say, Send},
    Options, SmtpServer, Step,
};

/// What the first relay does with whom: the local part says it.
pub(super) fn telling(
    echoes: Vec<Vec<u8>>,
) -> impl Fn(&Step<'_>) -> Answer + std::marker::Send + Sync {
    let (echoed, greylisted, rubbish) =
        (AtomicUsize::new(0), AtomicBool::new(false), AtomicBool::new(false));
    move |step| {
        let who = step.addresses.join(" ");
        let is = |what: &str| who.contains(what);
        let say = |text: String| Send(format!("{text}\r\n").into_bytes());
        match step.verb {
            "RCPT" if is("refused") => {
                say(format!("550-5.1.1 <{who}>: nobody is called {who}\r\n550 5.1.1 {who}"))
            }
            "RCPT" if is("policy") => say(format!("554 5.7.1 <{who}> spam for {who}")),
            "RCPT" if is("never") => say(format!("450 4.2.0 <{who}> try later")),
            "RCPT" if is("later") && !greylisted.swap(true, Ordering::SeqCst) => {
                say(format!("450 4.2.0 <{who}> is greylisted"))
            }
            "RCPT" if is("rubbish") && !rubbish.swap(true, Ordering::SeqCst) => {
                say(format!("hello {who}\r\n\u{7}{who}\r\n250 {who}"))
            }
            "BODY" if is("unknown") => Close.keeping(),
            "BODY" if is("echo") => {
                let echo = &echoes[echoed.fetch_add(1, Ordering::SeqCst) % echoes.len()];
                let parts = [b"250 2.0.0 Ok: ", &echo[..], b" queued as 4XyZ1c0pqrz9vLK\r\n"];
                Send(parts.concat())
            }
            _ => Normal,
        }
    }
}

/// One whose certificate nobody has signed.
pub(super) async fn untrusted() -> SmtpServer {
    let identity = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(identity.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![identity.cert.der().clone()], key.unwrap())
        .unwrap();
    SmtpServer::on_loopback(Options { tls: Some(Arc::new(config)), ..Options::default() }).await
}

/// One that refuses our login and says which.
pub(super) async fn without_our_user() -> SmtpServer {
    SmtpServer::playing(|step| match step.verb {
        "AUTH" | "CONTINUE" => Say("535 5.7.8 mailer:pangolin/Axolotl 4711 is wrong"),
        _ => Normal,
    })
    .await
}

/// Their URLs, each with our password.
pub(super) fn urls(first: &SmtpServer, [untrusted, strange]: &[SmtpServer; 2]) -> String {
    let login = "mailer:pangolin%2FAxolotl%204711";
    let (first, strange) = (first.addr, strange.addr);
    let port = untrusted.addr.port();
    format!(
        "smtp://{login}@{first},smtp+starttls://{login}@localhost:{port},smtp://{login}@{strange}"
    )
}
