//! Which Redis is meant: one server, the primary that Sentinels name, or a cluster.

use std::{net::SocketAddr, path::Path, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use deadpool_redis::{
    Connection, Manager, Pool,
    redis::{
        AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo,
        RedisError, RedisFuture, TlsCertificates, TlsMode,
        cluster::{ClusterClient, ClusterClientBuilder},
        io::{AsyncDNSResolver, tcp::TcpSettings},
        sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType},
    },
};
use futures_util::FutureExt as _;
use signpost_shared::{
    config::{ConfigError, invalid},
    reach::addresses,
};
use tokio::sync::Mutex;

use super::{batch::Batched, link::Link};

/// Connecting to one server, and one answer.
pub(super) const DEADLINE: Duration = Duration::from_millis(500);
/// The first lookup of its name, which goes on after that.
const LOOKUP: Duration = Duration::from_millis(200);
/// TCP, TLS and handshake with one node of a cluster: time is left for the other nodes.
const CLUSTER_CONNECT: Duration = Duration::from_millis(250);
/// How long what was sent may stay without a TCP acknowledgment, on Linux: a machine that
/// lost its power ends no connection.
const UNACKNOWLEDGED: Duration = Duration::from_secs(5);
/// Where Sentinels listen, by convention.
const SENTINEL_PORT: u16 = 26379;

/// The URL is none of the forms that are known. Says nothing of it: it holds a password.
fn malformed() -> ConfigError {
    let expected = "expected redis://[user:password@]host:port[/db], \
         redis+sentinel://[user:password@]host:port,…/primary-name[/db] or \
         redis+cluster://[user:password@]host:port,…; rediss for TLS";
    invalid("SIGNPOST_REDIS_URL", &expected)
}

/// Where decisions are kept.
pub(super) enum Servers {
    One(Pool),
    /// Asking Sentinels needs exclusive access; it is asked at a checkout only.
    Sentinels(Box<Mutex<SentinelClient>>),
    Cluster(Box<ClusterClient>),
}

impl Servers {
    /// From a URL; nothing is connected yet. `ca_file` is PEM, added to the system's
    /// certificate authorities.
    pub(super) fn new(url: &str, ca_file: Option<&Path>) -> Result<Self, ConfigError> {
        let ca_file = ca_file.filter(|_| url.starts_with("rediss"));
        let certificates = ca_file.map(authorities).transpose()?;
        let (scheme, rest) = url.split_once("://").ok_or_else(malformed)?;
        match scheme {
            "redis" | "rediss" => one(url, certificates),
            "redis+sentinel" => sentinels("redis", rest, certificates),
            "rediss+sentinel" => sentinels("rediss", rest, certificates),
            "redis+cluster" => cluster("redis", rest, certificates),
            "rediss+cluster" => cluster("rediss", rest, certificates),
            _ => Err(malformed()),
        }
    }

    /// A new connection to whoever takes writes now.
    pub(super) async fn connect(&self) -> Result<Link, String> {
        Ok(match self {
            Self::One(pool) => {
                let object = pool.get().await.map_err(|error| error.to_string())?;
                Link::Node(Batched::over(Connection::take(object)))
            }
            Self::Sentinels(client) => {
                let mut client = client.lock().await;
                let connection = client.get_async_connection_with_config(&deadlines()).await;
                Link::Node(Batched::over(connection.map_err(|error| error.to_string())?))
            }
            Self::Cluster(client) => {
                let connection = client.get_async_connection().await;
                Link::Cluster(connection.map_err(|error| error.to_string())?)
            }
        })
    }
}

fn one(url: &str, certificates: Option<TlsCertificates>) -> Result<Servers, ConfigError> {
    // One that is not known would be off without a word; `#insecure` is known, and would be worse.
    if url.contains(['?', '#']) {
        return Err(malformed());
    }
    let mut info = url.into_connection_info().map_err(|_| malformed())?;
    if let Some(certificates) = certificates {
        info = Client::build_with_tls(info, certificates)
            .map_err(refused)?
            .get_connection_info()
            .clone();
    }
    let manager = Manager::new_with_config(info.set_tcp_settings(tcp()), deadlines())
        .map_err(|_| malformed())?;
    let pool = Pool::builder(manager).max_size(1).build().map_err(|_| malformed())?;
    Ok(Servers::One(pool))
}

fn sentinels(
    scheme: &str,
    rest: &str,
    certificates: Option<TlsCertificates>,
) -> Result<Servers, ConfigError> {
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_once('/').ok_or_else(malformed)?;
    let (name, db) = path.split_once('/').unwrap_or((path, "0"));
    if name.is_empty() {
        return Err(malformed());
    }
    let (credentials, hosts) = split(authority);
    let nodes = nodes(scheme, "", hosts, Some(SENTINEL_PORT))?;
    let addresses = nodes.iter().map(|node| node.addr().clone());
    // What is known of the primary: all but where it is.
    let primary = format!("{scheme}://{credentials}primary/{db}")
        .into_connection_info()
        .map_err(|_| malformed())?;
    let settings = primary.redis_settings();

    let mut client =
        SentinelClientBuilder::new(addresses, name, SentinelServerType::Master).map_err(refused)?;
    client = client
        .set_client_to_redis_db(settings.db())
        .set_client_to_redis_tcp_settings(tcp())
        .set_client_to_sentinel_tcp_settings(tcp());
    if let Some(user) = settings.username() {
        client = client.set_client_to_redis_username(user);
    }
    if let Some(password) = settings.password() {
        client = client.set_client_to_redis_password(password);
    }
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        client = match &*key {
            "sentinel_user" => client.set_client_to_sentinel_username(&value),
            "sentinel_password" => client.set_client_to_sentinel_password(&value),
            _ => return Err(malformed()),
        };
    }
    if matches!(primary.addr(), ConnectionAddr::TcpTls { .. }) {
        client = client.set_client_to_redis_tls_mode(TlsMode::Secure);
    }
    if let Some(certificates) = certificates {
        client = client
            .set_client_to_redis_certificates(certificates.clone())
            .set_client_to_sentinel_certificates(certificates);
    }
    Ok(Servers::Sentinels(Box::new(Mutex::new(client.build().map_err(refused)?))))
}

fn cluster(
    scheme: &str,
    rest: &str,
    certificates: Option<TlsCertificates>,
) -> Result<Servers, ConfigError> {
    let (credentials, hosts) = split(rest.strip_suffix('/').unwrap_or(rest));
    let mut client = ClusterClientBuilder::new(nodes(scheme, credentials, hosts, None)?)
        .connection_timeout(CLUSTER_CONNECT)
        .response_timeout(DEADLINE)
        .async_dns_resolver(Names)
        .tcp_settings(tcp());
    if let Some(certificates) = certificates {
        client = client.certs(certificates);
    }
    Ok(Servers::Cluster(Box::new(client.build().map_err(refused)?)))
}

/// `user:password@` with its `@`, if it is there, and the rest.
fn split(authority: &str) -> (&str, &str) {
    authority.split_at(authority.rfind('@').map_or(0, |at| at + 1))
}

fn nodes(
    scheme: &str,
    credentials: &str,
    hosts: &str,
    default_port: Option<u16>,
) -> Result<Vec<ConnectionInfo>, ConfigError> {
    let node = |host: &str| {
        // An IPv6 address has colons too, within brackets.
        let has_port = host.rsplit(']').next().is_some_and(|end| end.contains(':'));
        let port = default_port.filter(|_| !has_port).map(|port| format!(":{port}"));
        let url = format!("{scheme}://{credentials}{host}{}", port.unwrap_or_default());
        // A path, a query or a fragment belongs to all of them, not to one.
        let plain = !host.is_empty() && !host.contains(['/', '?', '#']);
        url.into_connection_info().ok().filter(|_| plain).ok_or_else(malformed)
    };
    hosts.split(',').map(|host| node(host.trim())).collect()
}

/// The URL has been read by now: what else can be wrong are the certificates.
#[expect(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
fn refused(error: RedisError) -> ConfigError {
    invalid("SIGNPOST_CA_FILE", &format!("its certificates can't be used for Redis: {error}"))
}

fn tcp() -> TcpSettings {
    let settings = TcpSettings::default().set_nodelay(true);
    #[cfg(target_os = "linux")]
    let settings = settings.set_user_timeout(UNACKNOWLEDGED);
    settings
}

/// Names, looked up so that a slow name service leaves time to connect.
struct Names;

impl AsyncDNSResolver for Names {
    fn resolve<'a, 'b: 'a>(
        &'a self,
        host: &'b str,
        port: u16,
    ) -> RedisFuture<'a, Box<dyn Iterator<Item = SocketAddr> + Send + 'a>> {
        let found = async move {
            let found = addresses(host, port, LOOKUP).await?;
            Ok(Box::new(found.into_iter()) as Box<dyn Iterator<Item = SocketAddr> + Send>)
        };
        found.boxed()
    }
}

fn deadlines() -> AsyncConnectionConfig {
    AsyncConnectionConfig::new()
        .set_dns_resolver(Names)
        .set_connection_timeout(Some(DEADLINE))
        .set_response_timeout(Some(DEADLINE))
}

/// The system's certificate authorities and those of a PEM file: redis takes one list only.
fn authorities(ca_file: &Path) -> Result<TlsCertificates, ConfigError> {
    let mut pem = signpost_shared::tls::authorities(ca_file)?;
    for certificate in rustls_native_certs::load_native_certs().certs {
        pem.push_str("\n-----BEGIN CERTIFICATE-----\n");
        pem.push_str(&STANDARD.encode(&certificate));
        pem.push_str("\n-----END CERTIFICATE-----\n");
    }
    Ok(TlsCertificates { client_tls: None, root_cert: Some(pem.into_bytes()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_a_url() {
        let kind = |url: &str| match Servers::new(url, None) {
            Ok(Servers::One(_)) => "one",
            Ok(Servers::Sentinels(_)) => "sentinels",
            Ok(Servers::Cluster(_)) => "cluster",
            Err(error) => {
                assert!(!error.to_string().contains("s3cret"), "{error}");
                "refused"
            }
        };
        for (url, expected) in [
            ("redis://localhost", "one"),
            ("redis://u:s3cret@localhost:1/2", "one"),
            ("rediss://localhost", "one"),
            ("redis+sentinel://a/mymaster", "sentinels"),
            ("redis+sentinel://u:s3cret@a:1,[::1]:2,b/mymaster/3", "sentinels"),
            ("redis+sentinel://a/m?sentinel_user=u&sentinel_password=s3cret", "sentinels"),
            ("rediss+sentinel://a,b/mymaster", "sentinels"),
            ("redis+cluster://u:s3cret@a:1, b:2,c", "cluster"),
            ("rediss+cluster://a:1/", "cluster"),
            ("redis+sentinel://u:s3cret@a:1", "refused"),
            ("redis+sentinel://u:s3cret@a:1/", "refused"),
            ("redis+sentinel://u:s3cret@a:1/m/x", "refused"),
            ("redis+sentinel://u:s3cret@a:1,,b/m", "refused"),
            ("redis+sentinel://a/m?password=s3cret", "refused"),
            ("redis+cluster://u:s3cret@", "refused"),
            ("redis://h?password=s3cret", "refused"),
            ("redis://h/0?db=3", "refused"),
            ("rediss://h#insecure", "refused"),
            ("redis+cluster://u:s3cret@a/1", "refused"),
            ("redis+cluster://u:s3cret@a,b?x=1", "refused"),
            ("http://u:s3cret@a", "refused"),
            ("s3cret", "refused"),
        ] {
            assert_eq!(kind(url), expected, "{url}");
        }
    }
}
