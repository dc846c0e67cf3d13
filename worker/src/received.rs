//! One message in hand, and its single way out of it.

use signpost_shared::queue::{Message, Route};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

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
    tag: Option<(u64, mpsc::UnboundedSender<u64>)>,
}

impl Received {
    /// From a channel; `settled` takes the tag when the message may be forgotten.
    pub(crate) fn from_rabbit(
        message: Message,
        bound_for: Option<Route>,
        tag: u64,
        settled: mpsc::UnboundedSender<u64>,
        lost: CancellationToken,
    ) -> Self {
        Self { message, bound_for, lost, tag: Some((tag, settled)) }
    }

    /// From the queue in memory.
    pub(crate) fn from_memory(message: Message) -> Self {
        Self { message, bound_for: None, lost: CancellationToken::new(), tag: None }
    }

    /// The broker may forget the message.
    pub(crate) fn ack(self) {
        if let Some((tag, settled)) = self.tag {
            // Without a receiver the channel has ended: the broker delivers it again.
            let _ = settled.send(tag);
        }
    }
}
