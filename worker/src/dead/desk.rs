//! The letters in hand: read from the queue, unacknowledged, one after another.
//!
//! A queue can't be looked into over AMQP: a letter must be taken to be seen. It is ours
//! until it is acknowledged, given back, or this connection ends.

use std::time::Duration;

use anyhow::{Context as _, bail};
use futures_util::{StreamExt as _, stream::SelectAll};
use indicatif::ProgressBar;
use lapin::{
    BasicProperties, Channel,
    options::{
        BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicGetOptions,
        BasicNackOptions, BasicQosOptions, QueueDeclareOptions,
    },
    types::FieldTable,
};
use signpost_shared::queue::rabbit::{Broker, Connection, DEAD, Refusal, answer, message_from};
use tokio::time::{Instant, sleep, timeout};

use super::{letter::Letter, wording::remark};

/// What a broker that is well answers in.
pub(super) const ANSWER: Duration = Duration::from_secs(5);
/// A queue that still has letters sends the next one much sooner.
const QUIET: Duration = Duration::from_secs(1);
/// Silences in a row, with letters in the queue, until something must be wrong.
const SILENCES: u32 = 5;
/// The most that one consumer holds; when it is full, one more is opened. The broker hands
/// out a consumer's share at one go, and does nothing else meanwhile: (measured) 65,535
/// at once took RabbitMQ 3.10 ten seconds.
const PREFETCH: u16 = 2000;

/// A letter in hand.
#[derive(Debug)]
pub(super) struct Held {
    /// What it is.
    pub(super) letter: Letter,
    /// What came with it.
    pub(super) properties: BasicProperties,
    /// Its place in hand.
    pub(super) tag: u64,
}

/// The queue of dead letters, and those of them that are in hand.
pub(super) struct Desk {
    /// How far the reading is; it is taken away when all has been read.
    pub(super) bar: ProgressBar,
    connection: Connection,
    channel: Channel,
    consumers: SelectAll<lapin::Consumer>,
    waiting: u32,
    taken: u32,
    held: usize,
    has_acked: bool,
}

impl Desk {
    /// Counts the letters that are there now: later ones are not read.
    pub(super) async fn open(broker: &Broker) -> anyhow::Result<Self> {
        let connection = broker.connect("signpost-worker dead").await?;
        let channel = answer(connection.create_channel()).await?;
        let queue = look(&channel).await.with_context(|| {
            format!("is this Signpost's broker and virtual host? There is no queue {DEAD}")
        })?;
        if queue.consumer_count() > 0 {
            remark(
                "somebody else looks at the letters just now: those that they hold are not seen",
            );
        }
        let waiting = queue.message_count();
        answer(channel.basic_qos(PREFETCH, BasicQosOptions::default())).await?;
        let (bar, consumers) = (ProgressBar::hidden(), SelectAll::new());
        Ok(Self {
            bar,
            connection,
            channel,
            consumers,
            waiting,
            taken: 0,
            held: 0,
            has_acked: false,
        })
    }

    /// How many letters there were.
    pub(super) fn waiting(&self) -> u32 {
        self.waiting
    }

    /// The next letter; `None` when all that were there have been seen.
    pub(super) async fn next(&mut self) -> anyhow::Result<Option<Held>> {
        let next = self.receive().await;
        match &next {
            Ok(Some(_)) => self.bar.inc(1),
            Ok(None) | Err(_) => self.bar.finish_and_clear(),
        }
        next
    }

    async fn receive(&mut self) -> anyhow::Result<Option<Held>> {
        let mut silences = 0;
        while self.taken < self.waiting {
            if self.held >= self.consumers.len() * usize::from(PREFETCH) {
                let tag = format!("{DEAD}.{}", self.consumers.len());
                let options = BasicConsumeOptions::default();
                let none = FieldTable::default();
                let asked = self.channel.basic_consume(DEAD.into(), tag.into(), options, none);
                let consumer = answer(asked).await.map_err(|error| {
                    let lacking = format!("reading takes the permission read on {DEAD}");
                    error.explained(Refusal::Permission, &lacking)
                })?;
                self.consumers.push(consumer);
            }
            match timeout(QUIET, self.consumers.next()).await {
                Ok(Some(delivery)) => {
                    let delivery = delivery.context("the broker ended the connection")?;
                    (self.taken, self.held) = (self.taken + 1, self.held + 1);
                    let message = message_from(&delivery.properties, delivery.data);
                    let (letter, tag) = (Letter::of(message), delivery.delivery_tag);
                    return Ok(Some(Held { letter, properties: delivery.properties, tag }));
                }
                Ok(None) => bail!("the broker ended the connection"),
                Err(_) if silences == SILENCES => bail!("the broker gives no more letters"),
                Err(_) => {
                    // Fewer than there were: some have expired, or another desk was faster.
                    // Asked twice, since what is on its way to us is not in the queue either.
                    if ready(&self.channel).await? == 0 && silences > 0 {
                        return Ok(None);
                    }
                    silences += 1;
                }
            }
        }
        Ok(None)
    }

    /// Lets the broker forget a letter.
    pub(super) async fn ack(&mut self, tag: u64) -> anyhow::Result<()> {
        answer(self.channel.basic_ack(tag, BasicAckOptions::default())).await?;
        self.held -= 1;
        self.has_acked = true;
        Ok(())
    }

    /// Takes no more letters, and keeps those in hand.
    pub(super) async fn stop_taking(&mut self) -> anyhow::Result<()> {
        for consumer in std::mem::take(&mut self.consumers) {
            let tag = consumer.tag();
            answer(self.channel.basic_cancel(tag, BasicCancelOptions::default())).await?;
        }
        Ok(())
    }

    /// While a quorum queue is busy, the broker's end of a channel holds acknowledgements back, and
    /// forgets them when it is closed. This question is answered after all that it has sent to the
    /// queue; then it sends the others.
    async fn see_acks_through(&mut self) -> anyhow::Result<()> {
        for _ in 0..3 {
            let asked = self.channel.basic_get(DEAD.into(), BasicGetOptions::default());
            self.held += usize::from(answer(asked).await?.is_some());
        }
        Ok(())
    }

    /// Gives back what is in hand, and waits for it to be back, so that the next command
    /// sees it.
    pub(super) async fn close(mut self) -> anyhow::Result<()> {
        self.stop_taking().await?;
        if self.has_acked {
            self.see_acks_through().await?;
        }
        let back = u32::try_from(self.held).unwrap_or(u32::MAX);
        // To the broker the end of the connection would do the same, but brokers from 4.3 on
        // count it as a failed delivery, and this not.
        let all = BasicNackOptions { multiple: true, requeue: true };
        answer(self.channel.basic_nack(0, all)).await?;
        let patience = Instant::now() + ANSWER;
        while ready(&self.channel).await? < back && Instant::now() < patience {
            sleep(Duration::from_millis(10)).await;
        }
        self.connection.close("done").await;
        Ok(())
    }
}

/// How many letters nobody holds.
async fn ready(channel: &Channel) -> anyhow::Result<u32> {
    Ok(look(channel).await?.message_count())
}

async fn look(channel: &Channel) -> anyhow::Result<lapin::Queue> {
    let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
    Ok(answer(channel.queue_declare(DEAD.into(), passive, FieldTable::default())).await?)
}
