//! Redis and RabbitMQ over TLS with an authority of our own, and what is said without it.

use std::path::Path;

use signpost_dev::rig::{Process, Server, World, free_port, until};
use tempfile::TempDir;

use crate::redis::redis_cli;

/// A folder with `ca.pem`, and `server.pem` and `server.key` that it has signed.
fn identity() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut authority = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
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

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

/// The log of a binary that trusts the system's authorities only names the problem, and not
/// the password.
async fn says_whom_it_does_not_trust(binary: &str, settings: Vec<(String, String)>) {
    let process = Process::start(binary, &settings);
    let named = |line: &serde_json::Value| {
        let line = line.to_string();
        (line.contains("certificate") || line.contains("UnknownIssuer")).then_some(line)
    };
    let said = process.logged("that the certificate is not trusted", named).await;
    assert!(!process.log().join("\n").contains("s3cret"), "{said}");
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

async fn only_who_trusts_it_can_use(url: &str, identity: &Path) {
    let world = World::new().await;
    let ca_file = path(identity, "ca.pem");
    let trusting = [("SIGNPOST_REDIS_URL", url), ("SIGNPOST_CA_FILE", &ca_file)];
    let api = world.api(&trusting).await;
    until("the API is healthy", async || api.is_healthy().await).await;
    assert!(api.send("jane@a.example").await.is_success());
    says_whom_it_does_not_trust("signpost-api", world.api_settings(&trusting[..1])).await;
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
    let epmd = Server::epmd(folder.path()).unwrap();
    epmd.ready().await.unwrap();
    let broker = Server::rabbit(folder.path(), epmd.address(), &settings).unwrap();
    broker.ready().await.unwrap();
    let url = format!("amqps://guest:guest@127.0.0.1:{port}/%2f");
    let ca_file = file("ca.pem");
    let trusting = [("SIGNPOST_AMQP_URL", url.as_str()), ("SIGNPOST_CA_FILE", &ca_file)];
    let (api, _worker) = (world.api(&trusting).await, world.worker(&trusting).await);
    assert!(api.send("jane@a.example").await.is_success());
    world.mails.wait_for_received(1).await;
    let url = url.replace("guest:guest", "guest:s3cret");
    let untrusting = [("SIGNPOST_AMQP_URL", url.as_str())];
    says_whom_it_does_not_trust("signpost-api", world.api_settings(&untrusting)).await;
    says_whom_it_does_not_trust("signpost-worker", world.worker_settings(&untrusting)).await;
}
