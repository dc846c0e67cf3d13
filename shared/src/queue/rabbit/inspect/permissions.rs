//! What our user may do there, tried without a trace: a publish is rolled back, and a consumer
//! that the broker refuses for an argument has been let past the permissions before.

use lapin::{
    options::BasicConsumeOptions,
    types::{AMQPValue, FieldTable},
};

use super::{
    super::{
        connection::{ConnectError, Connection, Refusal},
        link::{for_rehearsals, rehearse},
        topology::{DEAD, EXCHANGE, SEND, UNROUTED, exchange},
    },
    Side,
    places::{Found, on_channel},
};
use crate::check::Line;

pub(super) async fn permissions(connection: &Connection, side: Side, found: &Found) -> Vec<Line> {
    const CHECK: &str = "broker permissions";
    let (user, vhost) = (connection.status().username(), connection.status().vhost());
    let fail = |lacking: &str, error: &ConnectError, permission: &str| {
        if error.refusal != Some(Refusal::Permission) {
            let found = format!("user {user} could not {lacking}: {error}");
            return Line::fail(CHECK, found, "see the broker's log");
        }
        let found = format!("user {user} may not {lacking} ({error})");
        Line::fail(
            CHECK,
            found,
            format!("rabbitmqctl set_permissions -p {vhost} {user} {permission}"),
        )
    };
    let (writing, all) =
        ("'' '^mail\\.v1$' ''", "'' '^mail\\.v1$' '^mail\\.v1\\.(send|unrouted|dead)$'");
    let least = if side == Side::Worker { all } else { writing };
    let is_there = |name: &str| matches!(found.get(name), Some(Ok(Some(_))));
    let (mut lines, mut looked) = (Vec::new(), Vec::new());
    // Before a message is written, after which a broker with an alarm answers nothing more.
    let consumed = [SEND, UNROUTED, DEAD].into_iter().filter(|_| side == Side::Worker);
    for name in consumed.filter(|name| is_there(name)) {
        looked.push(format!("read {name}"));
        match may_consume(connection, name).await {
            Err(error) if name == DEAD && error.refusal == Some(Refusal::Permission) => {
                let found =
                    format!("user {user} may not read {DEAD}, as `signpost-worker dead` does");
                let advice = format!("rabbitmqctl set_permissions -p {vhost} {user} {least}");
                lines.push(Line::warn(CHECK, found, advice));
            }
            Err(error) => lines.push(fail(&format!("read {name}"), &error, least)),
            Ok(()) => {}
        }
    }
    if is_there(&exchange(EXCHANGE)) {
        looked.insert(0, format!("write to {EXCHANGE}"));
        let rehearsed = async { rehearse(connection, &for_rehearsals(connection).await?).await };
        match rehearsed.await {
            Err(_) if connection.status().blocked() => {}
            Err(error) => lines.push(fail(&format!("write to {EXCHANGE}"), &error, least)),
            Ok(()) => {}
        }
    }
    if let (Side::Api(Some(_)), Some(Err(error))) = (side, found.get(SEND)) {
        let reading = "'' '^mail\\.v1$' '^mail\\.v1\\.send$'";
        lines.push(fail("ask how long the queue is, as SIGNPOST_QUEUE_LIMIT does", error, reading));
    }
    if looked.is_empty() {
        lines.push(Line::skipped(CHECK, "nothing is there yet to try them on"));
    } else if lines.is_empty() {
        lines.push(Line::ok(CHECK, format!("user {user} may {}", looked.join(", "))));
    }
    lines
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
        Err(error) if error.refusal != Some(Refusal::Other) => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}
