//! What a delivery is made of. The relays are `signpost-smtp-server`'s.

use std::{future::Future, sync::Arc, time::Duration};

use lettre::address::Envelope;
use rcgen::{BasicConstraints, CertificateParams, IsCa};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use signpost_shared::{backoff::Backoff, reload::Files};
use signpost_smtp_server::{Answer, Options, Script, SmtpServer, Step};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::deliver::{
    Deadlines, Deliverer, Failure, Receipt, RelayUrl, Settings, dialer::Dialer, helo::HeloName,
    pool::Lifetime, route::Recovery,
};

/// Long enough for a busy machine; reached only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A certificate for `localhost` that nobody trusts, unless told to.
pub(in crate::deliver) struct Identity {
    config: Arc<ServerConfig>,
    pub(in crate::deliver) ca_file: tempfile::NamedTempFile,
}

impl Identity {
    /// A relay with TLS from the first byte, or after STARTTLS.
    pub(in crate::deliver) async fn relay(
        &self,
        implicit_tls: bool,
        behaviour: impl Fn(&Step<'_>) -> Answer + Send + Sync + 'static,
    ) -> SmtpServer {
        let tls = Some(Arc::clone(&self.config));
        let script = Script::playing(behaviour);
        SmtpServer::on_loopback(Options { script, tls, implicit_tls, ..Options::default() }).await
    }

    pub(in crate::deliver) fn for_name(name: &str) -> Self {
        Self::made_from(&CertificateParams::new([name.to_owned()]).unwrap())
    }

    /// As `openssl req -x509` makes them.
    pub(in crate::deliver) fn authority_for_name(name: &str) -> Self {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self::made_from(&params)
    }

    pub(in crate::deliver) fn made_from(params: &CertificateParams) -> Self {
        let signing_key = rcgen::KeyPair::generate().unwrap();
        let cert = params.self_signed(&signing_key).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let ca_file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(ca_file.path(), cert.pem()).unwrap();
        Self { config: Arc::new(config), ca_file }
    }
}

pub(in crate::deliver) fn envelope(to: &str) -> Envelope {
    let from = "no-reply@signpost.example".parse().unwrap();
    Envelope::new(Some(from), vec![to.parse().unwrap()]).unwrap()
}

pub(in crate::deliver) const MAIL: &[u8] = b"Subject: hello\r\n\r\nHello.\r\n";

pub(in crate::deliver) fn settings(urls: &[&str]) -> Settings {
    Settings {
        relays: urls.iter().map(|url| url.parse().unwrap()).collect(),
        connections: 4,
        helo_name: Some("worker.example".to_owned()),
        token_file: None,
        ca_file: None,
        deadlines: Deadlines::default(),
    }
}

/// A deliverer that probes at once.
pub(in crate::deliver) fn eager(settings: Settings) -> Deliverer {
    with_lifetime(settings, Lifetime::default())
}

pub(in crate::deliver) fn with_lifetime(settings: Settings, lifetime: Lifetime) -> Deliverer {
    let backoff = Backoff { first: Duration::from_millis(1), longest: Duration::from_millis(5) };
    let recovery =
        Recovery { relay: backoff, login: (backoff.first, backoff.longest), taken: Duration::ZERO };
    Deliverer::build(settings, lifetime, recovery, &mut Files::default()).unwrap()
}

/// A deliverer that probes as in production, but for what it takes for a second.
pub(in crate::deliver) fn scaled(
    settings: Settings,
    lifetime: Lifetime,
    second: Duration,
) -> Deliverer {
    let scaled = |real: Duration| second.mul_f64(real.as_secs_f64());
    let Recovery { relay, login, taken } = Recovery::default();
    let relay = Backoff { first: scaled(relay.first), longest: scaled(relay.longest) };
    let login = (scaled(login.0), scaled(login.1));
    let recovery = Recovery { relay, login, taken: scaled(taken) };
    Deliverer::build(settings, lifetime, recovery, &mut Files::default()).unwrap()
}

/// A deliverer that does not probe while the test runs.
pub(in crate::deliver) fn patient(settings: Settings) -> Deliverer {
    let backoff = Backoff { first: PATIENCE * 100, longest: PATIENCE * 100 };
    let recovery =
        Recovery { relay: backoff, login: (backoff.first, backoff.longest), taken: Duration::ZERO };
    Deliverer::build(settings, Lifetime::default(), recovery, &mut Files::default()).unwrap()
}

impl Deliverer {
    /// A mail's first attempt, which nobody takes away from us.
    pub(in crate::deliver) async fn send(
        &self,
        envelope: &Envelope,
        mail: &[u8],
    ) -> Result<Receipt, Failure> {
        self.deliver(envelope, mail, 0, &CancellationToken::new()).await
    }
}

pub(in crate::deliver) fn dialer(url: &str, deadlines: Deadlines) -> Dialer {
    let relay: RelayUrl = url.parse().unwrap();
    let name = relay.to_string().into();
    let helo = HeloName::new(Some("worker.example")).unwrap();
    let (connected, pipelining_works, turn) = Default::default();
    Dialer { relay, name, helo, deadlines, tls: None, connected, pipelining_works, turn }
}

/// Fails a test that would hang.
pub(in crate::deliver) async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("it takes too long")
}
