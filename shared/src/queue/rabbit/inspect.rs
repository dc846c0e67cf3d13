//! What `check` looks at in the broker. It makes, changes and takes nothing: names are looked up
//! passively, what is there is declared as it should be, a publish is rolled back, and a consumer
//! that the broker refuses for an argument has been let past the permissions before.

use std::{collections::BTreeMap, time::Duration};

use futures_util::future::join_all;
use lapin::{
    Channel, ExchangeKind,
    options::{BasicConsumeOptions, ExchangeDeclareOptions, QueueDeclareOptions},
    protocol::AMQPSoftError,
    types::{AMQPValue, FieldTable},
};
use tokio::time::{Instant, timeout};

use super::{
    backlog::QueueLimit,
    connect::Broker,
    connection::{ConnectError, Connection, Refusal, answer, is},
    declaration::may_declare,
    link::rehearse,
    management::{self, ManagementUrl},
    topology::{DEAD, EXCHANGE, SEND, UNROUTED, declare_exchange, declare_queue, queues},
};
use crate::check::{Line, Report};

/// The oldest `RabbitMQ` whose quorum queues do what ours need.
const OLDEST: (u32, u32) = (3, 10);
/// Each question has a time limit of its own; this is for all of them.
const WHOLE: Duration = Duration::from_secs(30);
/// From one look at the queue to the next.
const ASK: Duration = Duration::from_millis(200);
const AFTER_CONNECTION: [&str; 6] = [
    "broker version",
    "broker queues",
    "broker permissions",
    "broker alarms",
    "broker load",
    "broker policies",
];

/// Whose permissions and worries count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It publishes, while no more than so many jobs wait.
    Api(QueueLimit),
    /// It consumes as well.
    Worker,
}

/// Looks at the broker and tells the report.
pub async fn inspect(
    broker: &Broker,
    side: Side,
    management: Option<&ManagementUrl>,
    report: &mut Report,
) {
    if timeout(WHOLE, look_at_all(broker, side, management, report)).await.is_err() {
        let advice = "it answers some questions and not others: see the broker's log";
        report.add([Line::fail("broker", "no end to these checks in 30 s", advice)]);
    }
}

async fn look_at_all(
    broker: &Broker,
    side: Side,
    management: Option<&ManagementUrl>,
    report: &mut Report,
) {
    let Some((broker, connection)) = connect(broker, report).await else {
        let skipped = |check| Line::skipped(check, "the broker was not reached");
        return report.add(AFTER_CONNECTION.map(skipped));
    };
    report.add([version(&broker).await]);
    let found = look(&connection).await;
    report.add(topology(&connection, &found).await);
    let (permissions, blocked) = permissions(&connection, side, &found).await;
    report.add(permissions);
    let alarm = "memory or disk alarm: the broker blocks publishers, and sends get 503";
    let what_to_do = "`rabbitmq-diagnostics alarms` says which; free memory or disk there";
    report.add([if blocked {
        Line::fail("broker alarms", alarm, what_to_do)
    } else {
        Line::ok("broker alarms", "none that blocks us")
    }]);
    report.add(load(side, &found));
    report.add(management::policies(&broker, management).await);
    connection.close("checked").await;
}

/// Tries every node, and goes on with the first that lets us in.
async fn connect(broker: &Broker, report: &mut Report) -> Option<(Broker, Connection)> {
    let tried = broker.each().into_iter().map(async |(name, node)| {
        let connected = Box::pin(node.connect("signpost check")).await;
        (format!("broker {name}"), node, connected)
    });
    let tried = join_all(tried).await;
    let any = tried.iter().any(|(.., connected)| connected.is_ok());
    let mut first = None;
    for (name, node, connected) in tried {
        match connected {
            Ok(connection) => {
                let status = connection.status();
                let found = format!("user {}, vhost {}", status.username(), status.vhost());
                report.add([Line::ok(&name, found)]);
                first.get_or_insert((node, connection));
            }
            Err(error) => {
                let cause = error.to_string();
                let cause = cause.strip_prefix(&format!("{name}: ")).unwrap_or(&cause);
                let advice = advice(&error, cause);
                let line = if any { Line::warn } else { Line::fail };
                report.add([line(name.clone(), cause.to_owned(), advice.to_owned())]);
            }
        }
    }
    first
}

fn advice(error: &ConnectError, cause: &str) -> &'static str {
    match cause {
        _ if cause.contains("vhost") => {
            "SIGNPOST_AMQP_URL names the vhost after the port, `/` as %2f; `rabbitmqctl \
             list_vhosts` and `list_permissions -p VHOST` say what there is"
        }
        _ if error.refusal.is_some() => {
            "put the right user and password into SIGNPOST_AMQP_URL (percent-encoded); \
             `rabbitmqctl authenticate_user USER PASSWORD` tries them"
        }
        _ if cause.contains("certificate") || cause.contains("UnknownIssuer") => {
            "SIGNPOST_CA_FILE must have the authority that signed it, and the host of \
             SIGNPOST_AMQP_URL be a name in it"
        }
        _ => "does RabbitMQ run there, and are scheme, host and port of SIGNPOST_AMQP_URL right?",
    }
}

async fn version(broker: &Broker) -> Line {
    const CHECK: &str = "broker version";
    let Some(version) = management::version(broker).await else {
        return Line::skipped(CHECK, "the broker does not say it");
    };
    let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
    let number = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if number < OLDEST {
        let advice = "upgrade to RabbitMQ 3.10 or later";
        return Line::fail(CHECK, format!("{version} lacks what our queues need"), advice);
    }
    Line::ok(CHECK, version)
}

/// A thing of ours that may be there.
enum Place {
    /// With so many messages and consumers; an exchange has none.
    There(u32, u32),
    Missing,
    /// The broker's words why not.
    Unknown(ConnectError),
}

type Found = BTreeMap<String, Place>;

/// Exchanges are told from queues, since one of each is called the same.
fn exchange(name: &str) -> String {
    format!("exchange {name}")
}

async fn on_channel<T>(
    connection: &Connection,
    ask: impl AsyncFnOnce(&Channel) -> lapin::Result<T>,
) -> Result<T, ConnectError> {
    answer(async {
        let channel = connection.create_channel().await?;
        let told = ask(&channel).await?;
        // What ends it anyway has been told.
        let _ = channel.close(200, "checked".into()).await;
        Ok(told)
    })
    .await
}

async fn look(connection: &Connection) -> Found {
    let mut found = Found::new();
    for name in [UNROUTED, EXCHANGE] {
        let passive = ExchangeDeclareOptions { passive: true, ..ExchangeDeclareOptions::default() };
        let asked = on_channel(connection, async |channel| {
            let none = FieldTable::default();
            let asked = channel.exchange_declare(name.into(), ExchangeKind::Direct, passive, none);
            there(asked.await.map(|()| (0, 0)))
        });
        found.insert(exchange(name), asked.await.unwrap_or_else(Place::Unknown));
    }
    for name in queues() {
        let place = look_at(connection, &name).await;
        found.insert(name, place);
    }
    found
}

async fn look_at(connection: &Connection, queue: &str) -> Place {
    let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
    let asked = on_channel(connection, async |channel| {
        let asked = channel.queue_declare(queue.into(), passive, FieldTable::default());
        there(asked.await.map(|queue| (queue.message_count(), queue.consumer_count())))
    });
    asked.await.unwrap_or_else(Place::Unknown)
}

fn there(asked: lapin::Result<(u32, u32)>) -> lapin::Result<Place> {
    match asked {
        Ok((messages, consumers)) => Ok(Place::There(messages, consumers)),
        Err(error) if is(&error, AMQPSoftError::NOTFOUND) => Ok(Place::Missing),
        Err(error) => Err(error),
    }
}

async fn topology(connection: &Connection, found: &Found) -> Vec<Line> {
    const CHECK: &str = "broker queues";
    let mut lines = Vec::new();
    let (user, vhost) = (connection.status().username(), connection.status().vhost());
    let grant = format!(
        "rabbitmqctl set_permissions -p {vhost} {user} '^mail\\.v1' '^mail\\.v1' '^mail\\.v1'"
    );
    let missing: Vec<_> = found
        .iter()
        .filter(|(_, place)| matches!(place, Place::Missing))
        .map(|(name, _)| name.as_str())
        .collect();
    if !missing.is_empty() {
        let missing = match missing.len() {
            all if all == found.len() => "none of ours are there".to_owned(),
            _ => format!("missing: {}", missing.join(", ")),
        };
        lines.push(match may_declare(connection).await {
            Ok(()) => {
                Line::warn(CHECK, missing, "the first API or worker that is started makes them")
            }
            Err(error) if error.refusal == Some(Refusal::Permission) => {
                let found = format!("{missing}, and user {user} lacks a permission to make them");
                Line::fail(CHECK, format!("{found} ({error})"), &grant)
            }
            Err(error) => Line::fail(CHECK, format!("{missing}; {error}"), "see the broker's log"),
        });
    }
    let mut compared = true;
    for (name, place) in found {
        let declared = match place {
            Place::Missing => continue,
            // Before RabbitMQ 4.3 anybody may look.
            Place::Unknown(error) if error.refusal.is_some() => {
                compared = false;
                continue;
            }
            Place::Unknown(error) => Err(ConnectError::new(error.to_string())),
            Place::There(..) => match name.strip_prefix("exchange ") {
                Some(name) => {
                    on_channel(connection, async |c| declare_exchange(c, name).await).await
                }
                None => on_channel(connection, async |c| declare_queue(c, name).await).await,
            },
        };
        match declared {
            Ok(()) => {}
            Err(error) if error.refusal == Some(Refusal::Permission) => compared = false,
            Err(error) if error.refusal == Some(Refusal::Arguments) => {
                let found = format!("{name} has other arguments than ours ({error})");
                let advice = "neither API nor worker works with it: when it is empty, delete it \
                              (rabbitmqctl delete_queue), and it is made anew";
                lines.push(Line::fail(CHECK, found, advice));
            }
            Err(error) => {
                let advice = "`rabbitmq-queues check_if_node_is_quorum_critical` and the \
                              broker's log say more";
                lines.push(Line::fail(CHECK, format!("{name}: {error}"), advice));
            }
        }
    }
    if lines.is_empty() {
        let there = format!("all {} queues and 2 exchanges are there", found.len() - 2);
        lines.push(if compared {
            Line::ok(CHECK, format!("{there}, as we declare them"))
        } else {
            let advice = format!("user {user} may not declare them, so nothing compares arguments");
            Line::ok(CHECK, there).advising(advice)
        });
    }
    lines
}

/// Also tells whether the broker blocks publishers, which it says to those who publish.
async fn permissions(connection: &Connection, side: Side, found: &Found) -> (Vec<Line>, bool) {
    const CHECK: &str = "broker permissions";
    let (user, vhost) = (connection.status().username(), connection.status().vhost());
    let fail = |lacking: &str, error: &ConnectError, permission: &str| {
        let found = format!("user {user} may not {lacking} ({error})");
        Line::fail(
            CHECK,
            found,
            format!("rabbitmqctl set_permissions -p {vhost} {user} {permission}"),
        )
    };
    let (writing, all) =
        ("'' '^mail\\.v1$' ''", "'' '^mail\\.v1$' '^mail\\.v1\\.(send|unrouted)$'");
    let least = if side == Side::Worker { all } else { writing };
    let is_there = |name: &str| matches!(found.get(name), Some(Place::There(..)));
    let (mut lines, mut looked) = (Vec::new(), Vec::new());
    if is_there(&exchange(EXCHANGE)) {
        looked.push(format!("write to {EXCHANGE}"));
        let rehearsed = async {
            let channel = answer(async {
                let channel = connection.create_channel().await?;
                channel.tx_select().await?;
                Ok(channel)
            });
            rehearse(&channel.await?).await
        };
        match rehearsed.await {
            Err(_) if connection.status().blocked() => {}
            Err(error) => lines.push(fail(&format!("write to {EXCHANGE}"), &error, least)),
            Ok(()) => {}
        }
    }
    let consumed = [SEND, UNROUTED].into_iter().filter(|_| side == Side::Worker);
    for name in consumed.filter(|name| is_there(name)) {
        looked.push(format!("read {name}"));
        if let Err(error) = may_consume(connection, name).await {
            lines.push(fail(&format!("read {name}"), &error, least));
        }
    }
    if let (Side::Api(QueueLimit::Jobs(_)), Some(Place::Unknown(error))) = (side, found.get(SEND)) {
        let reading = "'' '^mail\\.v1$' '^mail\\.v1\\.send$'";
        lines.push(fail("ask how long the queue is, as SIGNPOST_QUEUE_LIMIT does", error, reading));
    }
    if looked.is_empty() {
        lines.push(Line::skipped(CHECK, "nothing is there yet to try them on"));
    } else if lines.is_empty() {
        lines.push(Line::ok(CHECK, format!("user {user} may {}", looked.join(", "))));
    }
    (lines, connection.status().blocked())
}

/// A consumer whose priority is no number: it is refused, but for its permission first.
async fn may_consume(connection: &Connection, queue: &str) -> Result<(), ConnectError> {
    let mut arguments = FieldTable::default();
    arguments.insert("x-priority".into(), AMQPValue::LongString("none".into()));
    let asked = on_channel(connection, async |channel| {
        let options = BasicConsumeOptions::default();
        channel.basic_consume(queue.into(), "signpost check".into(), options, arguments).await
    });
    match asked.await {
        Err(error) if error.refusal != Some(Refusal::Arguments) => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn load(side: Side, found: &Found) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(Place::There(jobs, workers)) = found.get(SEND) {
        let waiting = format!("{jobs} jobs wait in {SEND}, {workers} workers take them");
        lines.push(match side {
            Side::Api(_) if *workers == 0 => {
                Line::warn("broker load", waiting, "start a signpost-worker, or see its /healthz")
            }
            Side::Api(QueueLimit::Jobs(limit)) if *jobs >= limit => {
                let advice = "SIGNPOST_QUEUE_LIMIT is reached, so sends get 503: more workers, or \
                              faster relays";
                Line::warn("broker load", waiting, advice)
            }
            _ => Line::ok("broker load", waiting),
        });
    }
    match found.get(DEAD) {
        Some(Place::There(0, _)) => lines.push(Line::ok("dead letters", "none")),
        Some(Place::There(letters, _)) => {
            let advice = "`signpost-worker dead list` says why";
            lines.push(Line::warn("dead letters", format!("{letters} in {DEAD}"), advice));
        }
        _ => {}
    }
    lines
}

/// Waits until no job is left for a worker to take.
///
/// # Errors
/// Why not all were taken in time.
pub async fn wait_until_taken(broker: &Broker, wait: Duration) -> Result<(), String> {
    let connection = broker.connect("signpost check").await.map_err(|error| error.to_string())?;
    let mut ticks = tokio::time::interval(ASK);
    let began = Instant::now();
    let outcome = loop {
        ticks.tick().await;
        match look_at(&connection, SEND).await {
            Place::There(0, workers) if workers > 0 => break Ok(()),
            Place::There(jobs, workers) if began.elapsed() >= wait => {
                break Err(format!("{jobs} jobs still wait, {workers} workers take them"));
            }
            Place::There(..) => {}
            Place::Missing => break Err(format!("{SEND} is gone")),
            Place::Unknown(error) => break Err(error.to_string()),
        }
    };
    connection.close("checked").await;
    outcome
}
