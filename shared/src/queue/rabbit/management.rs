//! What AMQP does not tell a client: policies, which only the management API knows, and the
//! broker's version, which lapin keeps to itself.

use std::{io, str::FromStr, time::Duration};

use axum::body::Body;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::Args;
use http_body_util::{BodyExt as _, Limited};
use hyper::{
    Request, StatusCode,
    client::conn::http1,
    header::{AUTHORIZATION, HOST},
};
use hyper_util::rt::TokioIo;
use lapin::{
    runtime::default_runtime,
    tcp::{AMQPUriTcpExt as _, OwnedTLSConfig},
    uri::{AMQPScheme, AMQPUri},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    time::timeout,
};
use tokio_util::compat::FuturesAsyncReadCompatExt as _;

use super::{
    connect::Broker,
    topology::{DEAD, SEND, UNROUTED, limit, queues},
};
use crate::check::Line;

const CHECK: &str = "broker policies";
/// Connecting and answering together.
const DEADLINE: Duration = Duration::from_secs(5);
/// More than thousands of queues take.
const LARGEST: usize = 16 * 1024 * 1024;
/// Where the management API listens by default, plain and with TLS.
const PORTS: [u16; 2] = [15672, 15671];

/// Who can tell of policies, as `check` is told.
#[derive(Clone, Debug, Args)]
pub struct ManagementOptions {
    /// RabbitMQ's management API, which tells of policies: `http://host:15672` or `https://…`, with AMQP's user unless it names another; default: port 15672 of the broker, if AMQP is plain
    #[arg(
        long,
        env = "SIGNPOST_MANAGEMENT_URL",
        hide_env_values = true,
        value_name = "URL",
        help_heading = "Check"
    )]
    pub management_url: Option<ManagementUrl>,
}

/// Where the management API is; with AMQP's user, unless it names another.
#[derive(Clone)]
pub struct ManagementUrl {
    uri: AMQPUri,
    has_user: bool,
}

impl std::fmt::Debug for ManagementUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ManagementUrl")
    }
}

impl FromStr for ManagementUrl {
    type Err = &'static str;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected http://host:15672 or https://host:15671";
        let (scheme, rest) = url.trim_end_matches('/').split_once("://").ok_or(EXPECTED)?;
        let (scheme, port) = match scheme {
            "http" => ("amqp", PORTS[0]),
            "https" => ("amqps", PORTS[1]),
            _ => return Err(EXPECTED),
        };
        let (user, host) = rest.rsplit_once('@').map_or(("", rest), |(user, host)| (user, host));
        let has_port = host.contains(':');
        let port = if has_port { String::new() } else { format!(":{port}") };
        let user = if user.is_empty() { String::new() } else { format!("{user}@") };
        // The same grammar, and a parser that decodes passwords.
        let uri = format!("{scheme}://{user}{host}{port}").parse().map_err(|_| EXPECTED)?;
        Ok(Self { uri, has_user: !user.is_empty() })
    }
}

/// What the policies do to each of our queues.
pub(super) async fn policies(broker: &Broker, url: Option<&ManagementUrl>) -> Vec<Line> {
    let (amqp, tls) = broker.first();
    let mut uri = match url {
        Some(url) => url.uri.clone(),
        // A password that goes over AMQP in the clear is no more secret over HTTP.
        None if amqp.scheme == AMQPScheme::AMQP => {
            let mut guess = amqp.clone();
            guess.authority.port = PORTS[0];
            guess
        }
        None => return vec![unseen("the management API's address is not known")],
    };
    if url.is_none_or(|url| !url.has_user) {
        uri.authority.userinfo = amqp.authority.userinfo.clone();
    }
    let at = format!("management API at {}:{}", uri.authority.host, uri.authority.port);
    match timeout(DEADLINE, ask(&uri, &tls, &amqp.vhost)).await {
        Ok(Ok(queues)) => judged(&queues),
        Ok(Err(error)) => vec![unseen(&format!("{at}: {error}"))],
        Err(_) => vec![unseen(&format!("{at}: no answer in 5 s"))],
    }
}

fn unseen(why: &str) -> Line {
    let advice = "only the management API tells: SIGNPOST_MANAGEMENT_URL names it (its user needs \
                  the tag monitoring); or look at `rabbitmqctl list_policies` yourself";
    Line::skipped(CHECK, why).advising(advice)
}

/// A queue, as far as a policy concerns it.
#[derive(Deserialize)]
struct Queue {
    name: String,
    policy: Option<String>,
    operator_policy: Option<String>,
    /// An object; when there is no policy, an array with nothing in it.
    #[serde(default)]
    effective_policy_definition: Value,
}

async fn ask(uri: &AMQPUri, tls: &OwnedTLSConfig, vhost: &str) -> io::Result<Vec<Queue>> {
    let AMQPUri { authority, .. } = uri;
    let stream = TokioIo::new(dial(uri, tls).await?);
    let (mut sender, connection) = http1::handshake(stream).await.map_err(io::Error::other)?;
    let vhost = vhost.bytes().fold(String::new(), |path, byte| path + &format!("%{byte:02X}"));
    let columns = "name,policy,operator_policy,effective_policy_definition";
    let userinfo = &authority.userinfo;
    let proof = STANDARD.encode(format!("{}:{}", userinfo.username, userinfo.password));
    let request = Request::get(format!("/api/queues/{vhost}?columns={columns}"))
        .header(HOST, format!("{}:{}", authority.host, authority.port))
        .header(AUTHORIZATION, format!("Basic {proof}"))
        .body(Body::empty())
        .map_err(io::Error::other)?;
    let exchange = async {
        let answer = sender.send_request(request).await.map_err(io::Error::other)?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), LARGEST).collect().await;
        io::Result::Ok((status, body.map_err(io::Error::other)?.to_bytes()))
    };
    let mut exchange = std::pin::pin!(exchange);
    let (status, body) = tokio::select! {
        answer = &mut exchange => answer,
        // It may end as soon as the answer is read.
        _ = connection => exchange.await,
    }?;
    match status {
        StatusCode::OK => {
            serde_json::from_slice(&body).map_err(|_| io::Error::other("what answers is none"))
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            let user = &userinfo.username;
            Err(io::Error::other(format!("user {user} may not look")))
        }
        other => Err(io::Error::other(format!("it says {other}"))),
    }
}

fn judged(queues_there: &[Queue]) -> Vec<Line> {
    let ours = queues();
    let mut lines: Vec<_> = queues_there
        .iter()
        .filter(|queue| ours.contains(&queue.name))
        .flat_map(Queue::dangers)
        .collect();
    if lines.is_empty() {
        lines.push(Line::ok(CHECK, "none that endangers our queues"));
    }
    lines
}

impl Queue {
    fn dangers(&self) -> Vec<Line> {
        let none = Map::new();
        let definition = self.effective_policy_definition.as_object().unwrap_or(&none);
        definition.iter().filter_map(|(key, value)| self.danger(key, value)).collect()
    }

    /// Of a number that both a policy and our argument give, the broker takes the lower; of
    /// anything else, our argument.
    fn danger(&self, key: &str, value: &Value) -> Option<Line> {
        let (name, lower) = (self.name.as_str(), |argument| {
            let ours = limit(&self.name, argument);
            value.as_i64().is_some_and(|value| ours.is_none_or(|ours| value < ours))
        });
        let is_consumed = [SEND, UNROUTED].contains(&name);
        let (is_fatal, what) = match key {
            "expires" => (true, "deletes it with all that it holds when nobody consumes it"),
            "message-ttl" if lower("x-message-ttl") => match name {
                DEAD => (false, "deletes letters before their week is over"),
                _ if is_consumed => (true, "takes jobs out of the queue before a worker comes"),
                _ => (true, "brings failed jobs back too early, so that attempts run out"),
            },
            "max-length" | "max-length-bytes" if name == DEAD => {
                (false, "drops the oldest letters")
            }
            "max-length" | "max-length-bytes" if !is_consumed => {
                (true, "refuses jobs that wait for another attempt")
            }
            "delivery-limit" if lower("x-delivery-limit") => match name {
                DEAD => (true, "drops letters that are looked at"),
                _ if is_consumed => (false, "parks jobs after fewer interrupted deliveries"),
                _ => return None,
            },
            _ => return None,
        };
        let policies = [&self.policy, &self.operator_policy].map(|policy| policy.as_deref());
        let policies = policies.into_iter().flatten().filter(|policy| !policy.is_empty());
        let policies: Vec<_> = policies.collect();
        let found =
            format!("policy {} sets {key}={value} on {name}: it {what}", policies.join(" or "));
        let advice = "rabbitmqctl clear_policy, or have its pattern leave this queue out";
        Some(if is_fatal {
            Line::fail(CHECK, found, advice)
        } else {
            Line::warn(CHECK, found, advice)
        })
    }
}

/// The version that a node tells before it asks who we are (AMQP 0-9-1, `connection.start`): in
/// its table of properties, a short name and a long text.
pub(super) async fn version(broker: &Broker) -> Option<String> {
    const NAME: &[u8] = b"\x07versionS";
    let (uri, tls) = broker.first();
    let asked = async {
        let mut stream = dial(uri, &tls).await?;
        stream.write_all(b"AMQP\x00\x00\x09\x01").await?;
        let mut head = [0; 7];
        stream.read_exact(&mut head).await?;
        let size = u32::from_be_bytes([head[3], head[4], head[5], head[6]]);
        let mut frame = Vec::new();
        stream.take(size.into()).read_to_end(&mut frame).await?;
        io::Result::Ok(frame)
    };
    let frame = timeout(DEADLINE, asked).await.ok()?.ok()?;
    let at = frame.windows(NAME.len()).position(|window| window == NAME)?;
    let (length, text) = frame.get(at + NAME.len()..)?.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    String::from_utf8(text.get(..length)?.to_vec()).ok()
}

/// As lapin does, but for what is said.
async fn dial(
    uri: &AMQPUri,
    tls: &OwnedTLSConfig,
) -> io::Result<impl AsyncRead + AsyncWrite + Unpin + Send + 'static> {
    let plain = AMQPUri { scheme: AMQPScheme::AMQP, ..uri.clone() };
    let runtime = default_runtime().map_err(io::Error::other)?;
    let mut stream = plain.connect_async(&runtime).await?;
    if uri.scheme == AMQPScheme::AMQPS {
        stream = stream.into_tls(&uri.authority.host, tls.as_ref()).await?;
    }
    Ok(stream.compat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Status;

    #[test]
    fn a_management_url_has_its_port_and_hides_its_password() {
        for (url, expected) in [
            ("http://a", "amqp a 15672 false"),
            ("https://a/", "amqps a 15671 false"),
            ("http://u:s3cret@a:80", "amqp a 80 true"),
        ] {
            let ManagementUrl { uri, has_user } = url.parse().unwrap();
            let scheme = if uri.scheme == AMQPScheme::AMQP { "amqp" } else { "amqps" };

            let found =
                format!("{scheme} {} {} {has_user}", uri.authority.host, uri.authority.port);
            assert_eq!(found, expected);
        }
        for url in ["a:15672", "amqp://u:s3cret@a", "http://u:s3cret@a:x"] {
            assert!(!url.parse::<ManagementUrl>().unwrap_err().contains("s3cret"), "{url}");
        }
    }

    #[test]
    fn policies_are_told_by_what_they_do() {
        let told = |name: &str, definition: Value| {
            let queue = Queue {
                name: name.to_owned(),
                policy: Some("p".to_owned()),
                operator_policy: None,
                effective_policy_definition: definition,
            };
            judged(&[queue])[0].status
        };
        for (name, definition, expected) in [
            (SEND, serde_json::json!([]), Status::Ok),
            (SEND, serde_json::json!({"max-length": 1000}), Status::Ok),
            (SEND, serde_json::json!({"message-ttl": 1000}), Status::Fail),
            (SEND, serde_json::json!({"expires": 1000}), Status::Fail),
            (SEND, serde_json::json!({"delivery-limit": 30}), Status::Ok),
            (SEND, serde_json::json!({"delivery-limit": 3}), Status::Warn),
            ("mail.v1.wait.5s", serde_json::json!({"message-ttl": 6000}), Status::Ok),
            ("mail.v1.wait.5s", serde_json::json!({"message-ttl": 1000}), Status::Fail),
            ("mail.v1.wait.5s", serde_json::json!({"max-length": 1000}), Status::Fail),
            (DEAD, serde_json::json!({"max-length": 1000}), Status::Warn),
            (DEAD, serde_json::json!({"delivery-limit": 20}), Status::Fail),
            ("theirs", serde_json::json!({"expires": 1}), Status::Ok),
        ] {
            assert_eq!(told(name, definition.clone()), expected, "{name} {definition}");
        }
    }
}
