//! Questions to the broker: whether something of ours is there, and what it holds.
//!
//! A passive declaration takes no permission, on `RabbitMQ` 4.3 any one of three. An answer that is
//! no "yes" ends the channel that it was asked over, but not its connection.

use std::collections::BTreeSet;

use lapin::{
    Channel, Connection, ErrorKind, ExchangeKind,
    options::{ExchangeDeclareOptions, QueueDeclareOptions},
    protocol::AMQPSoftError,
    types::FieldTable,
};
use metrics::gauge;

use super::connection::{ConnectError, is};

/// Messages and consumers; an exchange has none.
pub(super) type Load = (u32, u32);

/// Who asks over a connection.
#[derive(Debug, Default)]
pub(super) struct Asking {
    channel: Option<Channel>,
    /// What our user may not look at, so that it is not asked for again.
    pub(super) unseen: BTreeSet<String>,
}

impl Asking {
    /// Whether an exchange is there.
    pub(super) async fn exchange(
        &mut self,
        connection: &Connection,
        name: &str,
    ) -> Result<Option<Load>, ConnectError> {
        let passive = ExchangeDeclareOptions { passive: true, ..ExchangeDeclareOptions::default() };
        let (direct, none) = (ExchangeKind::Direct, FieldTable::default());
        let channel = self.over(connection).await?;
        found(channel.exchange_declare(name.into(), direct, passive, none).await.map(|()| (0, 0)))
    }

    /// What a queue holds, if it is there; whoever looks at the metrics is told.
    pub(super) async fn queue(
        &mut self,
        connection: &Connection,
        name: &str,
    ) -> Result<Option<Load>, ConnectError> {
        let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        let channel = self.over(connection).await?;
        let asked = channel.queue_declare(name.into(), passive, FieldTable::default()).await;
        found(asked.map(|queue| {
            gauge!("signpost_queue_depth", "queue" => name.to_owned()).set(queue.message_count());
            (queue.message_count(), queue.consumer_count())
        }))
    }

    /// The channel that there is, or another.
    pub(super) async fn over(&mut self, connection: &Connection) -> lapin::Result<&Channel> {
        let usable = self.channel.take().filter(|channel| channel.status().connected());
        let channel = match usable {
            Some(channel) => channel,
            None => open(connection).await?,
        };
        Ok(self.channel.insert(channel))
    }
}

/// A channel with a number that was never closed by the broker: over such a one lapin says for ever
/// what the broker said then (4.12, `channels_poison`). When none is left, only another connection
/// helps.
pub(super) async fn open(connection: &Connection) -> lapin::Result<Channel> {
    loop {
        match connection.create_channel().await {
            Err(error) if matches!(error.kind(), ErrorKind::ProtocolError(_)) => {}
            Err(error) if matches!(error.kind(), ErrorKind::ChannelsLimitReached) => {
                connection.close(200, "no channel is left".into()).await?;
                return Err(error);
            }
            opened => return opened,
        }
    }
}

fn found<T>(asked: lapin::Result<T>) -> Result<Option<T>, ConnectError> {
    match asked {
        Ok(found) => Ok(Some(found)),
        Err(error) if is(&error, AMQPSoftError::NOTFOUND) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
