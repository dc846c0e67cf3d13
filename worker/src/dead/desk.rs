//! The letters in hand: read from the queue, unacknowledged, one after another.
//!
//! A queue can't be looked into over AMQP: a letter must be taken to be seen. It is ours
//! until it is acknowledged, given back, or this connection ends.

use std::time::Duration;

use anyhow::{Context as _, bail};
use futures_util::stream::{BoxStream, SelectAll, StreamExt as _};
use indicatif::ProgressBar;
use lapin::{
    BasicProperties, Channel,
    message::Delivery,
    options::{
        BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicGetOptions,
        BasicNackOptions, BasicQosOptions, QueueDeclareOptions,
    },
    types::FieldTable,
};
use signpost_shared::queue::rabbit::{
    Broker, ConnectError, Connection, DEAD, Refusal, answer_within, message_from,
};
use tokio::time::{Instant, sleep, timeout};

use super::{
    letter::Letter,
    wording::{letters, remark},
};

/// What a broker that is well answers in.
pub(super) const ANSWER: Duration = Duration::from_secs(5);
/// What one that has hundreds of thousands of letters to take back answers in.
const BUSY: Duration = Duration::from_secs(60);
/// A queue that still has letters sends the next one much sooner.
const QUIET: Duration = Duration::from_secs(1);
/// Silences in a row, with letters in the queue, until something must be wrong.
const SILENCES: u32 = 5;
/// The most that one consumer holds, where there are channels enough; when it is full, one more is
/// opened. The broker hands out a consumer's share at one go, and does nothing else meanwhile:
/// (measured) 65,535 at once took RabbitMQ 3.10 ten seconds.
const SHARE: u32 = 2000;

/// A letter in hand.
#[derive(Debug)]
pub(super) struct Held {
    /// What it is.
    pub(super) letter: Letter,
    /// What came with it.
    pub(super) properties: BasicProperties,
    /// Where it is in hand.
    pub(super) place: Place,
}

/// A letter's share and tag.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place(usize, u64);

/// What one consumer holds, on a channel of its own: to find what is acknowledged, the broker walks
/// over all that the channel holds before it. (Measured, RabbitMQ 3.10: 5 ms a letter, with 100,000
/// on one channel.)
struct Share {
    channel: Channel,
    has_acked: bool,
}

/// The queue of dead letters, and those of them that are in hand.
pub(super) struct Desk {
    /// How far the reading is; it is taken away when all has been read.
    pub(super) bar: ProgressBar,
    connection: Connection,
    /// Looks at the queue.
    channel: Channel,
    shares: Vec<Share>,
    /// With the number of the share.
    deliveries: SelectAll<BoxStream<'static, (usize, lapin::Result<Delivery>)>>,
    /// What a share is.
    prefetch: u16,
    /// Somebody else holds some.
    others_hold_some: bool,
    /// How many letters there were.
    pub(super) waiting: u32,
    taken: u32,
    held: usize,
}

impl Desk {
    /// Counts the letters that are there now: later ones are not read.
    pub(super) async fn open(broker: &Broker) -> anyhow::Result<Self> {
        let connection = broker.connect("signpost-worker dead").await?;
        let channel = answer(connection.create_channel()).await?;
        let queue = look(&channel).await.with_context(|| {
            format!("is this Signpost's broker and virtual host? There is no queue {DEAD}")
        })?;
        let others_hold_some = queue.consumer_count() > 0;
        if others_hold_some {
            remark(
                "somebody else looks at the letters just now: those that they hold are not seen",
            );
        }
        let (bar, shares, deliveries) = (ProgressBar::hidden(), Vec::new(), SelectAll::new());
        let (waiting, taken, held) = (queue.message_count(), 0, 0);
        let channels = u32::from(connection.configuration().channel_max());
        let prefetch = u16::try_from(SHARE.max(waiting.div_ceil(channels / 2))).unwrap_or(u16::MAX);
        Ok(Self {
            bar,
            connection,
            channel,
            shares,
            deliveries,
            prefetch,
            others_hold_some,
            waiting,
            taken,
            held,
        })
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
            if self.held >= self.shares.len() * usize::from(self.prefetch) {
                self.take_another_share().await?;
            }
            match timeout(QUIET, self.deliveries.next()).await {
                Ok(Some((share, delivery))) => {
                    let delivery = delivery.context("the broker ended the connection")?;
                    (self.taken, self.held) = (self.taken + 1, self.held + 1);
                    let message = message_from(&delivery.properties, delivery.data);
                    let (letter, place) =
                        (Letter::of(message), Place(share, delivery.delivery_tag));
                    return Ok(Some(Held { letter, properties: delivery.properties, place }));
                }
                Ok(None) => bail!("the broker ended the connection"),
                Err(_) if silences == SILENCES => bail!("the broker gives no more letters"),
                Err(_) => {
                    // Fewer than there were: some have expired, or another desk was faster.
                    // Asked twice, since what is on its way to us is not in the queue either.
                    let queue = look(&self.channel).await?;
                    if queue.message_count() == 0 && silences > 0 {
                        let others = queue.consumer_count() as usize > self.shares.len();
                        self.others_hold_some |= others;
                        let missing = letters((self.waiting - self.taken) as usize);
                        let why =
                            if others { "somebody else holds them" } else { "expired, or taken" };
                        remark(&format!("{missing} not seen: {why}"));
                        return Ok(None);
                    }
                    silences += 1;
                }
            }
        }
        Ok(None)
    }

    async fn take_another_share(&mut self) -> anyhow::Result<()> {
        let consuming = answer(async {
            let channel = self.connection.create_channel().await?;
            channel.basic_qos(self.prefetch, BasicQosOptions::default()).await?;
            let (options, none) = (BasicConsumeOptions::default(), FieldTable::default());
            let consumer = channel.basic_consume(DEAD.into(), DEAD.into(), options, none).await?;
            Ok((channel, consumer))
        });
        let (channel, consumer) = consuming.await.map_err(|error| {
            let lacking = format!("reading takes the permission read on {DEAD}");
            error.explained(Refusal::Permission, &lacking)
        })?;
        let share = self.shares.len();
        self.deliveries.push(consumer.map(move |delivery| (share, delivery)).boxed());
        self.shares.push(Share { channel, has_acked: false });
        Ok(())
    }

    /// Lets the broker forget a letter.
    pub(super) async fn ack(&mut self, Place(share, tag): Place) -> anyhow::Result<()> {
        let share = &mut self.shares[share];
        answer(share.channel.basic_ack(tag, BasicAckOptions::default())).await?;
        share.has_acked = true;
        self.held -= 1;
        Ok(())
    }

    /// Takes no more letters, and keeps those in hand.
    pub(super) async fn stop_taking(&mut self) -> anyhow::Result<()> {
        if std::mem::take(&mut self.deliveries).is_empty() {
            return Ok(());
        }
        for Share { channel, .. } in &self.shares {
            answer(channel.basic_cancel(DEAD.into(), BasicCancelOptions::default())).await?;
        }
        Ok(())
    }

    /// While a quorum queue is busy, the broker's end of a channel holds acknowledgements back, and
    /// forgets them when it is closed. This question is answered after all that it has sent to the
    /// queue; then it sends the others.
    async fn see_acks_through(&mut self) -> anyhow::Result<()> {
        for Share { channel, .. } in self.shares.iter().filter(|share| share.has_acked) {
            for _ in 0..3 {
                let asked = channel.basic_get(DEAD.into(), BasicGetOptions::default());
                self.held += usize::from(answer(asked).await?.is_some());
            }
        }
        Ok(())
    }

    /// Gives back what is in hand, and waits for it to be back, so that the next command
    /// sees it. Says whether nobody else held any.
    pub(super) async fn close(mut self) -> anyhow::Result<bool> {
        self.stop_taking().await?;
        self.see_acks_through().await?;
        for Share { channel, .. } in &self.shares {
            // To the broker the end of the connection would do the same, but brokers from 4.3 on
            // count it as a failed delivery, and this not.
            let all = BasicNackOptions { multiple: true, requeue: true };
            answer(channel.basic_nack(0, all)).await?;
        }
        let back = u32::try_from(self.held).unwrap_or(u32::MAX);
        let (mut known, mut since) = (0, Instant::now());
        // As long as more come back.
        while known < back && since.elapsed() < ANSWER {
            sleep(Duration::from_millis(10)).await;
            let now = look(&self.channel).await?.message_count();
            if now > known {
                (known, since) = (now, Instant::now());
            }
        }
        self.connection.close("done").await;
        Ok(!self.others_hold_some)
    }
}

/// What the broker answers, be it busy.
async fn answer<T>(asked: impl Future<Output = lapin::Result<T>>) -> Result<T, ConnectError> {
    answer_within(BUSY, asked).await
}

/// The queue, and how many letters nobody holds.
async fn look(channel: &Channel) -> anyhow::Result<lapin::Queue> {
    let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
    Ok(answer(channel.queue_declare(DEAD.into(), passive, FieldTable::default())).await?)
}
