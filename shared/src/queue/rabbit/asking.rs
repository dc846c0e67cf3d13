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

use super::connection::{ConnectError, answer, is};

/// Messages and consumers; an exchange has none.
pub(super) type Load = (u32, u32);
/// Nothing where there is no such place.
pub(super) type Looked = Result<Option<Load>, ConnectError>;

/// Who asks over a connection.
#[derive(Debug, Default)]
pub(super) struct Asking {
    channel: Option<Channel>,
    /// What our user may not look at, so that it is not asked for again.
    pub(super) unseen: BTreeSet<String>,
}

impl Asking {
    /// What a place of ours holds, if it is there; whoever looks at the metrics is told.
    pub(super) async fn look(&mut self, connection: &Connection, place: &str) -> Looked {
        answer(async {
            let asked = self.ask(connection, place).await;
            let is_missing = |error: &lapin::Error| is(error, AMQPSoftError::NOTFOUND);
            if asked.as_ref().is_err_and(is_missing) { Ok(None) } else { asked.map(Some) }
        })
        .await
    }

    async fn ask(&mut self, connection: &Connection, place: &str) -> lapin::Result<Load> {
        let (channel, none) = (self.over(connection).await?, FieldTable::default());
        if let Some(name) = place.strip_prefix("exchange ") {
            let passive = ExchangeDeclareOptions { passive: true, ..Default::default() };
            channel.exchange_declare(name.into(), ExchangeKind::Direct, passive, none).await?;
            return Ok((0, 0));
        }
        let passive = QueueDeclareOptions { passive: true, ..Default::default() };
        let queue = channel.queue_declare(place.into(), passive, none).await?;
        gauge!("signpost_queue_depth", "queue" => place.to_owned()).set(queue.message_count());
        Ok((queue.message_count(), queue.consumer_count()))
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
