//! Consume: messages come in, each with a permit, so that what is in hand is
//! bounded by construction.

use std::sync::Arc;

use signpost_shared::{
    lifecycle::Lifecycle,
    queue::{Message, Route, memory::MemoryQueue},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::settle::Settler;

mod acks;
mod rabbit;

pub use self::rabbit::RabbitConsumer;

/// Where messages come from.
#[derive(Debug)]
pub enum Consumer {
    /// RabbitMQ, on a connection of its own.
    Rabbit(RabbitConsumer),
    /// This process's memory.
    Memory(MemoryQueue),
}

/// A message that the broker waits to have acknowledged. Acknowledging consumes it.
/// Dropped, it stays unacknowledged, and the broker delivers it again when the channel ends.
#[derive(Debug)]
pub struct Received {
    /// The message.
    pub message: Message,
    /// Where it was going when its queue was gone, so that it came here instead.
    pub bound_for: Option<Route>,
    /// Cancelled when its channel has ended, so that it is no longer ours to work on.
    pub lost: CancellationToken,
    /// Where its tag goes when it may be forgotten.
    tag: Option<(u64, mpsc::UnboundedSender<u64>)>,
}

impl Received {
    /// The broker may forget the message.
    pub(crate) fn ack(self) {
        if let Some((tag, settled)) = self.tag {
            // Without a receiver the channel has ended: the broker delivers it again.
            let _ = settled.send(tag);
        }
    }
}

/// What all consumers share: what is done with a message, how many at once, and
/// whether a relay would take a mail.
#[derive(Debug)]
pub struct Intake {
    settler: Arc<Settler>,
    /// How many messages the broker may be waiting for: while those that are settled are gathered
    /// to be acknowledged together, as many again keep all places busy.
    prefetch: u16,
    /// How many relays take mails now.
    relays_in_use: watch::Receiver<usize>,
    /// Tells when to stop, and runs the messages in hand.
    lifecycle: Lifecycle,
    places: Arc<Semaphore>,
}

impl Intake {
    /// An intake with nothing in hand. Twice as many messages as connections: while one half is
    /// at the relay, the other is rendered and settled.
    pub fn new(settler: Settler, connections: u16, lifecycle: Lifecycle) -> Self {
        let relays_in_use = settler.processor.deliverer.relays_in_use();
        let concurrency = connections.saturating_mul(2);
        let (settler, places) = (Arc::new(settler), Arc::new(Semaphore::new(concurrency.into())));
        Self { settler, prefetch: concurrency.saturating_mul(2), relays_in_use, lifecycle, places }
    }

    /// Waits for a place to work in.
    async fn place(&self) -> OwnedSemaphorePermit {
        #[expect(clippy::expect_used, reason = "nothing closes this semaphore")]
        let place =
            Arc::clone(&self.places).acquire_owned().await.expect("the semaphore is never closed");
        place
    }

    /// Processes and settles one message in a task of its own.
    fn take(&self, received: Received, place: OwnedSemaphorePermit) {
        let settler = Arc::clone(&self.settler);
        // Boxed, or each of the layers of a task would move it.
        self.lifecycle.spawn(Box::pin(async move {
            settler.settle(received).await;
            drop(place);
        }));
    }

    /// Resolves when there is no use in receiving: shutdown, or no relay takes mails.
    async fn closed(&self) {
        let mut relays_in_use = self.relays_in_use.clone();
        tokio::select! {
            () = self.lifecycle.stopping() => {}
            _ = relays_in_use.wait_for(|relays| *relays == 0) => {}
        }
    }

    /// Waits until a relay takes mails; `false` when shutdown comes first.
    async fn reopened(&self) -> bool {
        let mut relays_in_use = self.relays_in_use.clone();
        tokio::select! {
            biased;
            () = self.lifecycle.stopping() => false,
            reopened = relays_in_use.wait_for(|relays| *relays > 0) => reopened.is_ok(),
        }
    }
}

impl Consumer {
    /// Consumes until shutdown begins; what is in hand then is finished by its own tasks.
    pub async fn run(self, intake: Intake) {
        match self {
            Self::Rabbit(consumer) => consumer.run(intake).await,
            Self::Memory(queue) => {
                while intake.reopened().await {
                    let place = intake.place().await;
                    tokio::select! {
                        () = intake.closed() => debug!("intake paused"),
                        message = queue.receive() => {
                            let Some(message) = message else { return };
                            let (bound_for, lost, tag) = Default::default();
                            intake.take(Received { message, bound_for, lost, tag }, place);
                        }
                    }
                }
            }
        }
    }
}
