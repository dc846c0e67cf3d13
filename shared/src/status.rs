//! Delivery status: what became of a job, kept for whoever may ask. A worker tells it through the
//! broker in batches, the API keeps it in Redis. It holds no address: a tag stands for it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{clock::Timestamp, tag::AddressTag};

/// Most that one batch holds.
pub const BATCH: usize = 256;

/// What is known of a job since a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The job's id.
    pub job: Uuid,
    /// Whom its mail is for.
    pub tag: AddressTag,
    /// Since when.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub state: State,
}

/// How far a mail has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// The API has queued its job.
    Accepted,
    /// It is tried again later.
    Waiting {
        /// Which attempt has failed; the first is 1. Where none was made, the one to come.
        attempt: u32,
        /// Why.
        reason: String,
        /// How long it waits: a rung of the ladder.
        next: String,
    },
    /// A relay has taken it. Whether it reached the mailbox is another question: that may fail
    /// later, and is then told to the sender's address (RFC 3464).
    Relayed {
        /// Which attempt it was.
        attempt: u32,
        /// `host:port`.
        relay: String,
        /// What the relay said.
        reply: String,
    },
    /// It is a dead letter.
    Parked {
        /// Which attempt was the last.
        attempt: u32,
        /// Why.
        reason: String,
    },
    /// Its code expired, or would have before the next attempt.
    Expired {
        /// Which attempt was the last, or would have been the next.
        attempt: u32,
        /// What the last attempt failed for, if there was one.
        reason: Option<String>,
    },
}
