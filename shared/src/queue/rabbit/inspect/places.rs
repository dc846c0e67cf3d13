//! Which of our exchanges and queues are there, and what they hold.

use std::collections::BTreeMap;

use lapin::Channel;
use tokio::time::{error::Elapsed, timeout};

use super::{
    super::{
        asking::{Asking, Load},
        connection::{ANSWER, ConnectError, Connection, answer},
        topology::{DEAD, EXCHANGE, SEND, UNROUTED, queues},
    },
    Side,
};
use crate::check::Line;

/// A thing of ours that may be there.
pub(super) enum Place {
    /// With so many messages and consumers; an exchange has none.
    There(u32, u32),
    Missing,
    /// The broker's words why not.
    Unknown(ConnectError),
}

impl Place {
    fn of(looked: Result<Result<Option<Load>, ConnectError>, Elapsed>) -> Self {
        match looked {
            Ok(Ok(Some((messages, consumers)))) => Self::There(messages, consumers),
            Ok(Ok(None)) => Self::Missing,
            Ok(Err(error)) => Self::Unknown(error),
            Err(_) => Self::Unknown(ConnectError::new("the broker did not answer in 5 s")),
        }
    }
}

pub(super) type Found = BTreeMap<String, Place>;

/// Exchanges are told from queues, since one of each is called the same.
pub(super) fn exchange(name: &str) -> String {
    format!("exchange {name}")
}

pub(super) async fn on_channel<T>(
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

pub(super) async fn look(connection: &Connection) -> Found {
    let (mut found, mut asking) = (Found::new(), Asking::default());
    for name in [UNROUTED, EXCHANGE] {
        let looked = timeout(ANSWER, asking.exchange(connection, name)).await;
        found.insert(exchange(name), Place::of(looked));
    }
    for name in queues() {
        let place = look_at(connection, &mut asking, &name).await;
        found.insert(name, place);
    }
    found
}

pub(super) async fn look_at(connection: &Connection, asking: &mut Asking, queue: &str) -> Place {
    Place::of(timeout(ANSWER, asking.queue(connection, queue)).await)
}

/// Whether the workers keep up, and what they have given up.
pub(super) fn load(side: Side, found: &Found) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(Place::There(jobs, workers)) = found.get(SEND) {
        let waiting = format!("{jobs} jobs wait in {SEND}, {workers} workers take them");
        lines.push(match side {
            Side::Api(_) if *workers == 0 => {
                Line::warn("broker load", waiting, "start a signpost-worker, or see its /healthz")
            }
            Side::Api(Some(limit)) if *jobs >= limit.get() => {
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
