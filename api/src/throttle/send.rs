//! Whether a code may be sent: address, client network and service are one decision, and
//! what is refused takes nothing.

use std::time::Duration;

use signpost_shared::{clock::Timestamp, code::Challenge};

use super::{Claim, Lane, Throttle, ThrottleError};

/// One accepted request: what to send.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// The challenge whose code is to be sent.
    pub challenge: Challenge,
    /// When it was accepted, by the throttle's clock.
    pub accepted_at: Timestamp,
}

/// What the throttle says to a request; how long until it would be accepted.
#[derive(Debug)]
pub enum Decision {
    /// Send this challenge's code.
    Accepted(Ticket),
    /// A code went to this address a moment ago.
    Later(Duration),
    /// The address's day is used up, by sends or by wrong tries.
    Limit(Duration),
    /// The client network's share is used up.
    NetworkLimit(Duration),
    /// The whole service's share is used up.
    Ceiling(Duration),
}

impl Decision {
    /// The refusal of a lane that has no room.
    pub(super) fn refused_by(lane: Lane, retry_after: Duration) -> Self {
        match lane {
            Lane::Service => Self::Ceiling(retry_after),
            Lane::Send(_) | Lane::Verify(_) => Self::NetworkLimit(retry_after),
        }
    }
}

/// What is made undone of an accepted send. The challenge stays either way: a later mail
/// carries the same code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// It was taken, and no mail is known to be sent: all of it.
    All,
    /// It may have been taken: all of it, and if the request is still on its way to Redis,
    /// it takes nothing there.
    Void,
    /// It was given back, and the mail is sent after all: the day's count is kept.
    Sent,
}

impl Throttle {
    /// Takes one send, or says why not.
    ///
    /// # Errors
    /// When no decision can be had in time. If it is not known whether it was taken,
    /// [`Throttle::release`] the claim as [`Release::Void`].
    pub async fn take(&self, claim: &Claim) -> Result<Decision, ThrottleError> {
        match self {
            Self::Redis(throttle) => throttle.take(claim).await,
            Self::Memory(throttle) => Ok(throttle.take(claim)),
        }
    }

    /// Gives back what this claim took, unless something newer was taken since. Says whether
    /// there was something to give back.
    ///
    /// # Errors
    /// When it is not known to be given back; harmless to repeat.
    pub async fn release(&self, claim: &Claim, release: Release) -> Result<bool, ThrottleError> {
        match self {
            Self::Redis(throttle) => throttle.release(claim, release).await,
            Self::Memory(throttle) => Ok(throttle.release(claim, release)),
        }
    }
}
