//! One message in hand, and its single way out of it.

use signpost_shared::queue::Message;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// A message that the broker waits to have acknowledged. Acknowledging consumes it.
/// Dropped, it stays unacknowledged, and the broker delivers it again when the channel ends.
#[derive(Debug)]
pub struct Received {
    /// The message.
    pub message: Message,
    /// How many times the broker has delivered it before, as far as it says.
    pub redelivered: bool,
    origin: Origin,
}

#[derive(Debug)]
enum Origin {
    Rabbit { tag: u64, settled: mpsc::UnboundedSender<u64>, channel_ended: CancellationToken },
    Memory,
}

impl Received {
    /// From a channel; `settled` takes the tag when the message may be forgotten.
    pub(crate) fn from_rabbit(
        message: Message,
        redelivered: bool,
        tag: u64,
        settled: mpsc::UnboundedSender<u64>,
        channel_ended: CancellationToken,
    ) -> Self {
        Self { message, redelivered, origin: Origin::Rabbit { tag, settled, channel_ended } }
    }

    /// From the queue in memory.
    pub(crate) fn from_memory(message: Message) -> Self {
        Self { message, redelivered: false, origin: Origin::Memory }
    }

    /// The broker may forget the message.
    pub(crate) fn ack(self) {
        if let Origin::Rabbit { tag, settled, .. } = self.origin {
            // Without a receiver the channel has ended: the broker delivers it again.
            let _ = settled.send(tag);
        }
    }

    /// Resolves when the channel has ended, so that the message is no longer ours to settle.
    pub(crate) async fn lost(&self) {
        match &self.origin {
            Origin::Rabbit { channel_ended, .. } => channel_ended.cancelled().await,
            Origin::Memory => std::future::pending().await,
        }
    }
}
