//! Which of our exchanges and queues are there, and what they hold.

use std::collections::BTreeMap;

use lapin::Channel;

use super::{
    super::{
        asking::{self, Asking, Looked},
        connection::{ConnectError, Connection, answer},
        topology::{DEAD, SEND, places},
    },
    Side,
};
use crate::check::Line;

pub(super) type Found = BTreeMap<String, Looked>;

pub(super) async fn on_channel<T>(
    connection: &Connection,
    ask: impl AsyncFnOnce(&Channel) -> lapin::Result<T>,
) -> Result<T, ConnectError> {
    answer(async {
        let channel = asking::open(connection).await?;
        let told = ask(&channel).await?;
        // What ends it anyway has been told.
        let _ = channel.close(200, "checked".into()).await;
        Ok(told)
    })
    .await
}

pub(super) async fn look(connection: &Connection) -> Found {
    let (mut found, mut asking) = (Found::new(), Asking::default());
    for place in places() {
        let looked = asking.look(connection, &place).await;
        found.insert(place, looked);
    }
    found
}

/// Whether the workers keep up, and what they have given up.
pub(super) fn load(side: Side, found: &Found) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(Ok(Some((jobs, workers)))) = found.get(SEND) {
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
        Some(Ok(Some((0, _)))) => lines.push(Line::ok("dead letters", "none")),
        Some(Ok(Some((letters, _)))) => {
            let advice = "`signpost-worker dead list` says why";
            lines.push(Line::warn("dead letters", format!("{letters} in {DEAD}"), advice));
        }
        _ => {}
    }
    lines
}
