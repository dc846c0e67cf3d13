//! A copy of all that is ever published, from a queue beside every other one.

use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{BasicGetOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};
use signpost_shared::queue::{Rung, rabbit::EXCHANGE};

use crate::rig::World;

const COPIES: &str = "copies";

pub(super) struct Copies {
    channel: Channel,
    _connection: Connection,
}

/// A message as it was published.
pub(super) struct Copy {
    pub(super) route: String,
    pub(super) properties: String,
    pub(super) body: Vec<u8>,
}

impl Copies {
    /// Begins to copy.
    pub(super) async fn of(world: &World) -> Self {
        let properties = ConnectionProperties::default();
        let connection = Connection::connect(&world.broker.url(), properties).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        let (options, none) = (QueueDeclareOptions::default(), FieldTable::default());
        channel.queue_declare(COPIES.into(), options, none).await.unwrap();
        let waits = Rung::ALL.map(|rung| format!("wait.{}", rung.name()));
        for key in waits.into_iter().chain(["send", "dead", "status"].map(str::to_owned)) {
            let (options, none) = (QueueBindOptions::default(), FieldTable::default());
            channel
                .queue_bind(COPIES.into(), EXCHANGE.into(), key.into(), options, none)
                .await
                .unwrap();
        }
        Self { channel, _connection: connection }
    }

    /// Those so far.
    pub(super) async fn take(&self) -> Vec<Copy> {
        let mut copies = Vec::new();
        let options = BasicGetOptions { no_ack: true };
        while let Some(message) = self.channel.basic_get(COPIES.into(), options).await.unwrap() {
            copies.push(Copy {
                route: message.delivery.routing_key.to_string(),
                properties: written(&message.delivery.properties),
                body: message.delivery.data.clone(),
            });
        }
        copies
    }
}

/// Properties and headers.
fn written(properties: &BasicProperties) -> String {
    let headers = properties.headers().iter().flat_map(FieldTable::inner);
    let headers = headers.map(|(name, value)| match value {
        AMQPValue::LongString(text) => {
            format!("{name}: {}", String::from_utf8_lossy(text.as_bytes()))
        }
        other => format!("{name}: {other:?}"),
    });
    let headers: Vec<_> = headers.collect();
    format!("{properties:?}\n{}\n", headers.join("\n"))
}
