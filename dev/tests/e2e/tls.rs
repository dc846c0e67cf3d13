//! Redis and RabbitMQ over TLS with an authority of our own, and what is said without it.

use std::path::Path;

use tempfile::{NamedTempFile, TempDir};

use crate::{
    redis::redis_cli,
    rig::{Process, Server, World, free_port, until},
};

/// A folder with `ca.pem`, and `server.pem` and `server.key` that it has signed.
pub(crate) fn identity() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut authority = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    // With the certificate's own name, OpenSSL takes that for signed by itself.
    authority.distinguished_name.push(rcgen::DnType::CommonName, "an authority");
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let ca = authority.self_signed(&authority_key).unwrap();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let mut parameters = rcgen::CertificateParams::new(names).unwrap();
    parameters.is_ca = rcgen::IsCa::NoCa;
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = parameters.signed_by(&key, &issuer).unwrap();
    let files = [
        ("ca.pem", ca.pem()),
        ("server.pem", certificate.pem()),
        ("server.key", key.serialize_pem()),
    ];
    for (name, pem) in files {
        std::fs::write(folder.path().join(name), pem).unwrap();
    }
    folder
}

pub(crate) fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

/// The log names the problem, and not the password.
async fn says_whom_it_does_not_trust(process: &Process) {
    let named = |line: &serde_json::Value| {
        let line = line.to_string();
        (line.contains("certificate") || line.contains("UnknownIssuer")).then_some(line)
    };
    let said = process.logged("that the certificate is not trusted", named).await;
    let log = process.log().join("\n");
    assert!(!log.contains("s3cret") && !log.contains("guest:guest"), "{said}");
}

/// The settings of a Redis or a Sentinel that speaks TLS on this port.
fn redis_settings(identity: &Path, port: u16) -> Vec<(&'static str, String)> {
    vec![
        ("tls-port", port.to_string()),
        ("tls-cert-file", path(identity, "server.pem")),
        ("tls-key-file", path(identity, "server.key")),
        ("tls-ca-cert-file", path(identity, "ca.pem")),
        ("tls-auth-clients", "no".to_owned()),
    ]
}

fn redis(folder: &Path, settings: Vec<(&str, String)>) -> Server {
    let password = [("requirepass", "s3cret".to_owned())];
    let arguments: Vec<String> = settings
        .into_iter()
        .chain(password)
        .flat_map(|(name, value)| [format!("--{name}"), value])
        .collect();
    Server::redis(folder, &arguments).unwrap()
}

/// A CA file that trusts somebody else, until SIGHUP has it read again.
async fn only_who_trusts_it_can_use(url: &str, identity: &Path) {
    let (world, ca_file) = (World::new().await, wrong_ca_file());
    let settings = [("SIGNPOST_REDIS_URL", url), ("SIGNPOST_CA_FILE", path_of(&ca_file))];
    let api = world.starting_api(&settings).await;
    says_whom_it_does_not_trust(&api.process).await;
    assert_eq!(api.send("jane@a.example").await.status, 503);
    std::fs::copy(identity.join("ca.pem"), &ca_file).unwrap();
    api.process.signal("HUP");
    until("it trusts Redis", async || api.send("jane@a.example").await.is_success()).await;
}

fn wrong_ca_file() -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    std::fs::copy(identity().path().join("ca.pem"), &file).unwrap();
    file
}

fn path_of(file: &NamedTempFile) -> &str {
    file.path().to_str().unwrap()
}

#[tokio::test]
async fn redis_over_tls_with_a_private_authority() {
    let (identity, folder) = (identity(), tempfile::tempdir().unwrap());
    let port = free_port().unwrap();
    let redis = redis(folder.path(), redis_settings(identity.path(), port));
    redis.listens().await.unwrap();
    let url = format!("rediss://:s3cret@127.0.0.1:{port}");
    only_who_trusts_it_can_use(&url, identity.path()).await;
}

#[tokio::test]
async fn sentinels_over_tls_with_a_private_authority() {
    let (identity, folder) = (identity(), tempfile::tempdir().unwrap());
    let (port, sentinel_port) = (free_port().unwrap(), free_port().unwrap());
    let redis = redis(folder.path(), redis_settings(identity.path(), port));
    redis.listens().await.unwrap();
    let settings: Vec<_> = redis_settings(identity.path(), sentinel_port)
        .into_iter()
        .chain([
            ("requirepass", "s3cret2".to_owned()),
            ("tls-replication", "yes".to_owned()),
            ("sentinel auth-pass mail", "s3cret".to_owned()),
        ])
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let primary = ([127, 0, 0, 1], port).into();
    let sentinel = Server::sentinel(folder.path(), "mail", primary, &settings.join("\n")).unwrap();
    sentinel.listens().await.unwrap();
    let url = format!(
        "rediss+sentinel://:s3cret@127.0.0.1:{sentinel_port}/mail?sentinel_password=s3cret2"
    );
    only_who_trusts_it_can_use(&url, identity.path()).await;
}

#[tokio::test]
async fn a_redis_cluster_over_tls_with_a_private_authority() {
    let (identity, folder) = (identity(), tempfile::tempdir().unwrap());
    let (port, bus) = (free_port().unwrap(), free_port().unwrap());
    let mut settings = redis_settings(identity.path(), port);
    settings.extend([
        ("tls-cluster", "yes".to_owned()),
        ("cluster-enabled", "yes".to_owned()),
        ("cluster-port", bus.to_string()),
    ]);
    let redis = redis(folder.path(), settings);
    redis.listens().await.unwrap();
    let all = "-a s3cret --no-auth-warning cluster addslotsrange 0 16383";
    assert_eq!(redis_cli(redis.address(), all).await.trim(), "OK");
    let url = format!("rediss+cluster://:s3cret@127.0.0.1:{port}");
    only_who_trusts_it_can_use(&url, identity.path()).await;
}

#[tokio::test]
async fn slow_rabbitmq_over_tls_with_a_private_authority() {
    let (world, identity) = (World::new().await, identity());
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port().unwrap());
    let file = |name: &str| path(identity.path(), name);
    let settings = format!(
        "listeners.ssl.1 = 127.0.0.1:{port}\nssl_options.cacertfile = {}\n\
         ssl_options.certfile = {}\nssl_options.keyfile = {}\n\
         ssl_options.verify = verify_none\nssl_options.fail_if_no_peer_cert = false",
        file("ca.pem"),
        file("server.pem"),
        file("server.key")
    );
    let broker = Server::rabbit(folder.path(), &settings).await.unwrap();
    broker.ready().await.unwrap();
    let url = format!("amqps://guest:guest@127.0.0.1:{port}/%2f");
    let ca_file = wrong_ca_file();
    let settings = [("SIGNPOST_AMQP_URL", url.as_str()), ("SIGNPOST_CA_FILE", path_of(&ca_file))];
    let api = world.starting_api(&settings).await;
    let worker = world.starting_worker(&settings).await;
    for process in [&api.process, &worker.process] {
        says_whom_it_does_not_trust(process).await;
    }
    std::fs::copy(file("ca.pem"), &ca_file).unwrap();
    for process in [&api.process, &worker.process] {
        process.signal("HUP");
    }
    until("the API trusts it", async || api.send("jane@a.example").await.is_success()).await;
    world.mails.wait_for_received(1).await;
}
