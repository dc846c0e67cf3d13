//! TLS, from the first byte and by STARTTLS.

use std::sync::atomic::Ordering;

use rcgen::{BasicConstraints, CertificateParams, IsCa, date_time_ymd};
use signpost_smtp_server::{
    Answer::{Close, Normal, Say, SayAndClose, SayThenSay, Stall},
    SmtpServer,
};
use tokio::sync::watch;

use crate::deliver::{
    CauseKind, Deadlines, Deliverer, Settings, Stage,
    dialer::Dialer,
    fault::Fault,
    stage_time::Stopwatch,
    tests::support::{Identity, MAIL, dialer, eager, envelope, settings, soon},
    tls,
};

fn trusting(identity: &Identity, url: &str) -> Deliverer {
    let ca_file = Some(identity.ca_file.path().to_owned());
    eager(Settings { ca_file, ..settings(&[url]) })
}

fn url(relay: &SmtpServer, scheme: &str) -> String {
    format!("{scheme}://user:password@localhost:{}", relay.addr.port())
}

/// Dials with the trust that a CA file gives.
async fn refusal(url: &str, trusted: &Identity) -> Fault {
    let config = watch::channel(tls::client_config(Some(trusted.ca_file.path())).unwrap()).1;
    let tls = Some((config, "localhost".try_into().unwrap()));
    let dialer = Dialer { tls, ..dialer(url, Deadlines::default()) };
    soon(dialer.dial()).await.err().unwrap()
}

#[tokio::test]
async fn tls_from_the_first_byte() {
    let identity = Identity::for_name("localhost");
    let relay = identity.relay(true, |_| Normal).await;
    let deliverer = trusting(&identity, &url(&relay, "smtps"));
    soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
    soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
    assert_eq!((relay.count("0 EHLO"), relay.count("0 .")), (1, 2));
}

#[tokio::test]
async fn an_address_that_hangs_up_in_the_handshake_leaves_it_to_the_next_one() {
    let identity = Identity::for_name("localhost");
    let well = identity.relay(true, |_| Normal).await;
    let sick = SmtpServer::playing(|_| Close).await;
    let config = watch::channel(tls::client_config(Some(identity.ca_file.path())).unwrap()).1;
    let tls = Some((config, "localhost".try_into().unwrap()));
    let dialer = Dialer { tls, ..dialer(&url(&well, "smtps"), Deadlines::default()) };
    let mut watch = Stopwatch::start();
    assert!(soon(dialer.welcomed(vec![sick.addr, well.addr], &mut watch)).await.is_ok());
    assert_eq!(dialer.turn.load(Ordering::Relaxed), 1, "the next one begins elsewhere");
    let alone = soon(dialer.welcomed(vec![sick.addr], &mut watch)).await;
    assert_eq!(alone.err().unwrap().cause.stage, Stage::Tls);
}

#[tokio::test]
async fn starttls_begins_anew_and_trusts_nothing_from_before() {
    let identity = Identity::for_name("localhost");
    let relay = identity
        .relay(false, |step| match step.verb {
            "EHLO" if step.nth == 0 && step.line == "EHLO worker.example" => {
                Say("250-relay.example\r\n250-STARTTLS\r\n250 AUTH PLAIN")
            }
            // The last line would pass for the answer to the EHLO under TLS.
            "STARTTLS" => Say("220 go on\r\n250 injected"),
            _ => Normal,
        })
        .await;
    let fault = refusal(&url(&relay, "smtp+starttls"), &identity).await;
    assert_eq!(fault.cause.to_string(), "tls protocol");
    relay.seen("0 closed").await;
    assert_eq!(relay.count("0 EHLO"), 1);
}

#[tokio::test]
async fn who_hangs_up_on_ehlo_under_tls_has_not_let_us_in() {
    let identity = Identity::for_name("localhost");
    let relay = identity
        .relay(false, |step| match (step.verb, step.nth) {
            ("EHLO", 1) => SayAndClose("550 5.7.1 not you"),
            _ => Normal,
        })
        .await;
    let fault = refusal(&url(&relay, "smtp+starttls"), &identity).await;
    assert_eq!(fault.cause.to_string(), "ehlo 550 5.7.1");
}

#[tokio::test]
async fn starttls_before_login_and_mail() {
    let identity = Identity::for_name("localhost");
    let relay = identity.relay(false, |_| Normal).await;
    let deliverer = trusting(&identity, &url(&relay, "smtp+starttls"));
    soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
    let said: Vec<_> = relay.log().iter().take(5).map(|line| line[..6].to_owned()).collect();
    assert_eq!(said, ["0 conn", "0 EHLO", "0 STAR", "0 EHLO", "0 AUTH"]);
}

#[tokio::test]
async fn starttls_is_required() {
    let identity = Identity::for_name("localhost");
    let relay = SmtpServer::polite().await;
    let fault = refusal(&url(&relay, "smtp+starttls"), &identity).await;
    assert_eq!((fault.cause.stage, fault.cause.kind), (Stage::Tls, CauseKind::Unsupported));
    assert_eq!(relay.count("0 AUTH"), 0);

    let relay = identity
        .relay(false, |step| match step.verb {
            "STARTTLS" => Say("454 4.7.0 not now"),
            _ => Normal,
        })
        .await;
    let fault = refusal(&url(&relay, "smtp+starttls"), &identity).await;
    assert_eq!(fault.cause.to_string(), "tls 454 4.7.0");
    assert_eq!(relay.count("0 AUTH"), 0);
}

#[tokio::test]
async fn a_certificate_in_the_ca_file_is_trusted_itself() {
    let identity = Identity::authority_for_name("localhost");
    for (scheme, implicit) in [("smtps", true), ("smtp+starttls", false)] {
        let relay = identity.relay(implicit, |_| Normal).await;
        let deliverer = trusting(&identity, &url(&relay, scheme));
        soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
    }
}

#[tokio::test]
async fn what_comes_while_a_connection_idles_is_seen_under_tls() {
    let identity = Identity::for_name("localhost");
    let relay = identity
        .relay(true, |step| match (step.connection, step.verb) {
            (0, "BODY") => SayThenSay("250 2.0.0 ok", "421 4.4.2 idle"),
            _ => Normal,
        })
        .await;
    let deliverer = trusting(&identity, &url(&relay, "smtps"));
    soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await.unwrap();
    relay.seen("0 said more").await;
    soon(deliverer.send(&envelope("john@example.com"), MAIL)).await.unwrap();
    assert_eq!((relay.count("0 MAIL"), relay.count("1 .")), (1, 1), "{:#?}", relay.log());
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_said_plainly() {
    let identity = Identity::for_name("localhost");
    let stranger = Identity::for_name("localhost");
    let misnamed = Identity::for_name("other.example");
    let own_authority = Identity::authority_for_name("localhost");
    let misnamed_authority = Identity::authority_for_name("other.example");
    let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.not_after = date_time_ymd(2020, 1, 1);
    let expired = Identity::made_from(&params);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let expired_authority = Identity::made_from(&params);
    for (serving, trusted, detail) in [
        (&identity, &stranger, "certificate not trusted"),
        (&own_authority, &stranger, "certificate not trusted"),
        (&misnamed, &misnamed, "certificate is for another host name"),
        (&misnamed_authority, &misnamed_authority, "certificate is for another host name"),
        (&expired, &expired, "certificate expired"),
        (&expired_authority, &expired_authority, "certificate expired"),
    ] {
        let relay = serving.relay(true, |_| Normal).await;
        let fault = refusal(&url(&relay, "smtps"), trusted).await;
        assert_eq!(fault.cause.to_string(), "tls tls");
        assert!(fault.detail.starts_with(detail), "{}", fault.detail);
    }
    // A relay that speaks no TLS on this port.
    let relay = SmtpServer::polite().await;
    let fault = refusal(&url(&relay, "smtps"), &identity).await;
    assert_eq!(fault.detail, "the relay does not speak TLS here");
}

#[tokio::test]
async fn a_handshake_has_a_deadline() {
    let relay = SmtpServer::playing(|_| Stall).await;
    let identity = Identity::for_name("localhost");
    let config = watch::channel(tls::client_config(Some(identity.ca_file.path())).unwrap()).1;
    let tls = Some((config, "localhost".try_into().unwrap()));
    let deadlines =
        Deadlines { usual: std::time::Duration::from_millis(50), ..Deadlines::default() };
    let dialer = Dialer { tls, ..dialer(&url(&relay, "smtps"), deadlines) };
    assert_eq!(soon(dialer.dial()).await.err().unwrap().cause.to_string(), "tls timeout");
    relay.seen("0 closed").await;
}
