//! What `check` looks at in the broker. It makes, changes and takes nothing: names are looked up
//! passively (`places`), what is there is declared as it should be (`compare`), and permissions
//! are tried by what is rolled back or refused (`permissions`).

mod compare;
mod permissions;
mod places;

use std::{collections::BTreeSet, num::NonZeroU32, time::Duration};

use futures_util::future::join_all;
use tokio::time::{Instant, timeout};

use super::{
    asking::Asking,
    connect::Broker,
    connection::{ConnectError, Connection, answer},
    management::{self, ManagementUrl, Told},
    policies::policies,
    topology::SEND,
};
use crate::{
    check::{Line, Report},
    config::OrOff,
};

/// The oldest `RabbitMQ` whose quorum queues do what ours need.
const OLDEST: (u32, u32) = (3, 10);
/// Each question has a time limit of its own; this is for all of them.
const WHOLE: Duration = Duration::from_secs(30);
/// Channels that a process has open at a time.
const CHANNELS: usize = 6;
/// From one look at the queue to the next.
const ASK: Duration = Duration::from_millis(200);
const AFTER_CONNECTION: [&str; 6] = [
    "broker version", "broker queues", "broker permissions", "broker alarms", "broker load",
    "broker policies",
];

/// Whose permissions and worries count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It publishes, while no more than so many jobs wait.
    Api(OrOff<NonZeroU32>),
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
    let Some((broker, connection, told)) = connect(broker, report).await else {
        let skipped = |check| Line::skipped(check, "the broker was not reached");
        return report.add(AFTER_CONNECTION.map(skipped));
    };
    report.add([version(told.version)]);
    let found = places::look(&connection).await;
    report.add(compare::compare(&connection, &found).await);
    report.add(permissions::permissions(&connection, side, &found).await);
    let alarm = "memory or disk alarm: the broker blocks publishers, and sends get 503";
    let what_to_do = "`rabbitmq-diagnostics alarms` says which; free memory or disk there";
    // It says so to those who publish, as was tried just now.
    report.add([if connection.status().blocked() {
        Line::fail("broker alarms", alarm, what_to_do)
    } else {
        Line::ok("broker alarms", "none that blocks us")
    }]);
    report.add(places::load(side, &found));
    report.add(policies(&broker, management).await);
    // The last question: a broker that allows a user no more of them ends the connection, and one
    // that blocks publishers answers none.
    if !connection.status().blocked() {
        report.add(channels(&connection).await);
    }
    connection.close("checked").await;
}

/// What is wrong with how many channels we may have.
async fn channels(connection: &Connection) -> Option<Line> {
    let opened = answer(async {
        let mut channels = Vec::new();
        for _ in 0..CHANNELS {
            channels.push(connection.create_channel().await?);
        }
        for channel in channels {
            channel.close(200, "checked".into()).await?;
        }
        Ok(())
    });
    let error = opened.await.err()?;
    let found = format!("{CHANNELS} channels at a time can't be had: {error}");
    let advice =
        "`rabbitmqctl list_user_limits` says how many this user may have, all connections together";
    Some(Line::fail("broker channels", found, advice))
}

/// Tries every node, and goes on with the first that lets us in.
async fn connect(broker: &Broker, report: &mut Report) -> Option<(Broker, Connection, Told)> {
    let tried = broker.each().into_iter().map(async |(name, node)| {
        let connected = Box::pin(node.connect("signpost check")).await;
        let told = match connected {
            Ok(_) => management::told(&node).await,
            Err(_) => Told::default(),
        };
        (format!("broker {name}"), node, connected, told)
    });
    let tried = join_all(tried).await;
    let any = tried.iter().any(|(_, _, connected, _)| connected.is_ok());
    let (mut first, mut clusters) = (None, BTreeSet::new());
    for (name, node, connected, told) in tried {
        clusters.extend(told.cluster.clone());
        match connected {
            Ok(connection) => {
                let status = connection.status();
                let found = format!("user {}, vhost {}", status.username(), status.vhost());
                report.add([Line::ok(&name, found)]);
                first.get_or_insert((node, connection, told));
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
    if clusters.len() > 1 {
        let names: Vec<_> = clusters.into_iter().collect();
        let found = format!("nodes of several clusters are named: {}", names.join(", "));
        let advice = "no worker at one sees a job that another took: SIGNPOST_AMQP_URL must name \
                      nodes of one cluster (`rabbitmqctl cluster_status`)";
        report.add([Line::fail("broker clusters", found, advice)]);
    }
    first
}

fn advice(error: &ConnectError, cause: &str) -> &'static str {
    match cause {
        _ if cause.contains("channel_max") => {
            "raise the broker's channel_max, or leave it out of SIGNPOST_AMQP_URL"
        }
        _ if ["name service", "lookup address"].iter().any(|why| cause.contains(why)) => {
            "the host of SIGNPOST_AMQP_URL is a name that DNS must know here (resolv.conf)"
        }
        _ if cause.contains("limit") => {
            "the broker allows no more connections: `rabbitmqctl list_vhost_limits` and \
             `list_user_limits` say how many, `list_connections` whose they are"
        }
        _ if cause.contains("vhost") => {
            "SIGNPOST_AMQP_URL names the vhost after the port, `/` as %2f; `rabbitmqctl \
             list_vhosts` and `list_permissions -p VHOST` say what there is"
        }
        _ if error.refusal.is_some() => {
            "put the right user and password into SIGNPOST_AMQP_URL (percent-encoded); \
             `rabbitmqctl authenticate_user USER PASSWORD` tries them"
        }
        _ if cause.contains("CertificateRequired") => {
            "it asks for a client's certificate, which Signpost has none of: \
             ssl_options.fail_if_no_peer_cert = false"
        }
        _ if cause.contains("native certificates") => {
            "AMQP needs this machine's own authorities beside SIGNPOST_CA_FILE: install \
             ca-certificates, or name a file of them by SSL_CERT_FILE"
        }
        _ if cause.contains("xpired") => "its certificate has expired, or a clock is wrong",
        _ if cause.contains("certificate") || cause.contains("UnknownIssuer") => {
            "SIGNPOST_CA_FILE must have the authority that signed it, and the host of \
             SIGNPOST_AMQP_URL be a name in it"
        }
        _ => "does RabbitMQ run there, and are scheme, host and port of SIGNPOST_AMQP_URL right?",
    }
}

fn version(told: Option<String>) -> Line {
    const CHECK: &str = "broker version";
    let Some(version) = told else {
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

/// Waits until no job is left for a worker to take.
///
/// # Errors
/// Why not all were taken in time.
pub async fn wait_until_taken(broker: &Broker, wait: Duration) -> Result<(), String> {
    let connection = broker.connect("signpost check").await.map_err(|error| error.to_string())?;
    let (mut ticks, mut asking) = (tokio::time::interval(ASK), Asking::default());
    let began = Instant::now();
    let outcome = loop {
        ticks.tick().await;
        match asking.look(&connection, SEND).await {
            Ok(Some((0, workers))) if workers > 0 => break Ok(()),
            Ok(Some((jobs, workers))) if began.elapsed() >= wait => {
                break Err(format!("{jobs} jobs still wait, {workers} workers take them"));
            }
            Ok(Some(_)) => {}
            Ok(None) => break Err(format!("{SEND} is gone")),
            Err(error) => break Err(error.to_string()),
        }
    };
    connection.close("checked").await;
    outcome
}
