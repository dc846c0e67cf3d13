//! Which of our exchanges and queues are there, and what they hold.

use std::collections::BTreeMap;

use lapin::{
    Channel, ExchangeKind,
    options::{ExchangeDeclareOptions, QueueDeclareOptions},
    protocol::AMQPSoftError,
    types::FieldTable,
};

use super::{
    super::{
        connection::{ConnectError, Connection, answer, is},
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

pub(super) async fn look_at(connection: &Connection, queue: &str) -> Place {
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
