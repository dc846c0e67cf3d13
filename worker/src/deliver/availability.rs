//! Deliver: what the relays can take, for the consumer, which takes no more than that.

use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

/// What the relays can take now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capacity {
    /// No mail: every breaker is open.
    None,
    /// So many mails at a time: at best a breaker is half-open.
    Few(u32),
    /// As many as there are connections.
    Full,
}

/// Tells what the relays can take: the best that any of their breakers allows.
#[derive(Debug)]
pub(super) struct Availability {
    relays: Mutex<Vec<Capacity>>,
    told: watch::Sender<Capacity>,
}

impl Availability {
    pub(super) fn new(relays: usize) -> Self {
        Self {
            relays: Mutex::new(vec![Capacity::Full; relays]),
            told: watch::Sender::new(Capacity::Full),
        }
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Capacity> {
        self.told.subscribe()
    }

    /// Changes what one relay, by its place in the order of preference, can take.
    pub(super) fn set(&self, relay: usize, capacity: Capacity) {
        let mut relays = self.relays.lock().unwrap_or_else(PoisonError::into_inner);
        relays[relay] = capacity;
        let best = relays.iter().copied().max().unwrap_or(Capacity::None);
        self.told.send_if_modified(|told| std::mem::replace(told, best) != best);
    }
}
