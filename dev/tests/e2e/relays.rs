//! A relay's faults are the relay's: no mail loses an attempt over them.

use std::sync::Arc;

use signpost_shared::queue::rabbit::DEAD;
use signpost_smtp_server::{Answer::Say, Options, Rule, SmtpServer};

use crate::rig::{PATIENCE, Proxy, World, soon, until};

fn credentials(password: &str) -> (String, String) {
    ("postman".to_owned(), password.to_owned())
}

#[tokio::test]
async fn slow_a_wrong_password_dead_letters_nothing_and_burns_no_attempt() {
    let world = World::new().await;
    world.script.set_credentials(Some(credentials("right")));
    let url = format!("smtp://postman:wrong@{}", world.relay.addr);
    let api = world.api(&[]).await;
    let worker = world.worker(&[("SIGNPOST_SMTP_URL", &url)]).await;
    for n in 0..20 {
        assert!(api.send(&format!("jane{n}@a.example")).await.is_success());
    }
    let open = "signpost_relay_breaker_opened_total";
    until("the breaker opens", async || worker.metric(open).await >= Some(1.0)).await;
    until("the worker is unhealthy", async || !worker.is_healthy().await).await;
    assert!(worker.is_ready().await, "another worker would be no better off");
    // Some are in the wait queue, attempt unchanged; all come back while no relay takes them.
    until("none is in hand", async || world.broker.total_depth().await == 20).await;
    assert_eq!(world.broker.depth(DEAD).await, 0);
    world.script.set_credentials(Some(credentials("wrong")));
    // A wrong login is tried again after 30 s, and the wait doubles.
    let all = tokio::time::timeout(PATIENCE * 4, world.mails.wait_for_received(20));
    all.await.expect("all mails");
    assert_eq!(worker.metric("signpost_retries_total").await, Some(0.0), "no attempt was burned");
    until("all is settled", async || world.broker.total_depth().await == 0).await;
}

#[tokio::test]
async fn slow_a_relay_that_denies_everyone_dead_letters_nothing() {
    let world = World::new().await;
    let (api, worker) = (world.api(&[]).await, world.worker(&[]).await);
    world.script.rule(Rule::at("RCPT", Say("554 5.7.1 Relay access denied")));
    for n in 0..20 {
        assert!(api.send(&format!("jane@a{n}.example")).await.is_success());
    }
    let open = "signpost_relay_breaker_opened_total";
    until("the breaker opens", async || worker.metric(open).await >= Some(1.0)).await;
    until("none is in hand", async || world.broker.total_depth().await == 20).await;
    assert_eq!(world.broker.depth(DEAD).await, 0);
    world.script.clear();
    soon("all mails", async {
        world.mails.wait_for_received(20).await;
    })
    .await;
    assert_eq!(worker.metric("signpost_jobs_dead_total").await, Some(0.0));
}

#[tokio::test]
async fn the_next_relay_takes_over_from_one_that_is_away() {
    let world = World::new().await;
    let proxy = Proxy::to(world.relay.addr).await;
    proxy.cut();
    let urls = format!("smtp://{},{}", proxy.address(), world.relay.url());
    let (api, worker) = (world.api(&[]).await, world.worker(&[("SIGNPOST_SMTP_URL", &urls)]).await);
    // Five failures in a row, of which none could be for want of a place.
    for n in 1..=5 {
        assert!(api.send(&format!("jane{n}@a.example")).await.is_success());
        soon("the mail", world.mails.wait_for_received(n)).await;
    }
    let state = format!("signpost_relay_breaker_state{{relay=\"{}\"}}", proxy.address());
    until("its breaker is open", async || worker.metric(&state).await == Some(2.0)).await;
}

#[tokio::test]
async fn workers_share_what_a_relay_allows() {
    let world = World::new().await;
    let url = format!("smtp://{}?connections=10&rate=14/s", world.relay.addr);
    let settings = [("SIGNPOST_SMTP_URL", url.as_str())];
    let (one, mut other) = (world.worker(&settings).await, world.worker(&settings).await);
    let (limit, pace) = ("signpost_relay_connection_limit", "signpost_relay_pace");
    for worker in [&one, &other] {
        until("it has half of it", async || worker.metric(limit).await == Some(5.0)).await;
        assert_eq!(worker.metric(pace).await, Some(7.0));
    }
    other.process.terminate();
    other.process.ended().await;
    until("it has all of it", async || one.metric(limit).await == Some(10.0)).await;
}

#[tokio::test]
async fn mails_go_over_tls_with_a_private_authority() {
    let world = World::new().await;
    let mut parameters = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    parameters.is_ca = rcgen::IsCa::NoCa;
    let mut authority = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let ca = authority.self_signed(&authority_key).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let certificate = parameters.signed_by(&key, &issuer).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), ca.pem()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let api = world.api(&[("SIGNPOST_COOLDOWN", "0s")]).await;
    for (scheme, implicit_tls) in [("smtps", true), ("smtp+starttls", false)] {
        let options =
            Options { tls: Some(Arc::new(config.clone())), implicit_tls, ..Options::default() };
        let relay = SmtpServer::on_loopback(options).await;
        relay.script.set_credentials(Some(credentials("s3cret")));
        let mails = &relay.mails;
        let url = format!("{scheme}://postman:s3cret@localhost:{}", relay.addr.port());
        let ca_file = file.path().to_str().unwrap();
        let worker =
            world.worker(&[("SIGNPOST_SMTP_URL", &url), ("SIGNPOST_CA_FILE", ca_file)]).await;
        assert!(api.send("jane@a.example").await.is_success());
        soon("the mail", mails.wait_for_received(1)).await;
        let mail = &mails.list()[0];
        assert!(mail.tls && mail.authenticated, "{scheme}");
        for stage in ["tls", "auth"] {
            let count = format!("signpost_smtp_stage_duration_seconds_count{{stage=\"{stage}\"");
            assert!(worker.metric(&count).await >= Some(1.0), "{scheme} {stage}");
        }
        drop(worker);

        let stranger = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let ca_file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&ca_file, stranger.cert.pem()).unwrap();
        let wrong = ca_file.path().to_str().unwrap();
        let worker =
            world.worker(&[("SIGNPOST_SMTP_URL", &url), ("SIGNPOST_CA_FILE", wrong)]).await;
        assert!(api.send("john@a.example").await.is_success());
        let said = |line: &serde_json::Value| {
            line.to_string().contains("certificate").then(|| line.to_string())
        };
        worker.process.logged("that the certificate is not trusted", said).await;
        std::fs::copy(file.path(), &ca_file).unwrap();
        worker.process.signal("HUP");
        soon("the mail, now that it is trusted", mails.wait_for_received(2)).await;
    }
}
