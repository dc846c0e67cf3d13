//! Whether what is ours is there, with our arguments, or could be made.

use super::{
    super::{
        connection::{Connection, Refusal},
        declaration::may_declare,
        topology::declare_place,
    },
    places::{Found, on_channel},
};
use crate::check::Line;

pub(super) async fn compare(connection: &Connection, found: &Found) -> Vec<Line> {
    const CHECK: &str = "broker queues";
    let mut lines = Vec::new();
    let (user, vhost) = (connection.status().username(), connection.status().vhost());
    let grant = format!(
        "rabbitmqctl set_permissions -p {vhost} {user} '^mail\\.v1' '^mail\\.v1' '^mail\\.v1'"
    );
    let missing: Vec<_> = found
        .iter()
        .filter(|(_, place)| matches!(place, Ok(None)))
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
        let mut held = 0;
        let declared = match place {
            Ok(None) => continue,
            // Before RabbitMQ 4.3 anybody may look.
            Err(error) if error.refusal.is_some() => {
                compared = false;
                continue;
            }
            Err(error) => Err(error.clone()),
            Ok(Some((messages, _))) => {
                held = *messages;
                on_channel(connection, async |c| declare_place(c, name).await).await
            }
        };
        match declared {
            Ok(()) => {}
            Err(error) if error.refusal == Some(Refusal::Permission) => compared = false,
            Err(error) if error.refusal == Some(Refusal::Arguments) => {
                let found =
                    format!("{name} has other arguments than ours, and holds {held} ({error})");
                let advice = "neither API nor worker works with it: delete it, and it is made anew; \
                              a queue when it is empty (rabbitmqctl delete_queue), an exchange \
                              on the management pages";
                lines.push(Line::fail(CHECK, found, advice));
            }
            Err(error) => {
                let advice = "`rabbitmq-queues check_if_node_is_quorum_critical` and the \
                              broker's log say more; of limits, `rabbitmqctl list_user_limits`";
                lines.push(Line::fail(CHECK, format!("{name}: {error}"), advice));
                if !connection.status().connected() {
                    return lines;
                }
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
