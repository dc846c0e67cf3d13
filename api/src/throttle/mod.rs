//! Throttle: how often an address is sent a code, and which code that is.
//!
//! One decision in one round trip: cooldown, daily cap and challenge are taken
//! together or not at all, and given back by token when publishing fails.

use std::{sync::Arc, time::Duration};

use signpost_shared::{
    address::EmailAddress,
    clock::Timestamp,
    code::{Challenge, CodeKeys, Digits},
};
use thiserror::Error;
use uuid::Uuid;

mod connection;
mod keys;
mod memory;
mod redis;
#[cfg(test)]
mod tests;

pub use self::{
    connection::{RedisConfigError, RedisConnection},
    keys::AddressKeys,
    memory::MemoryThrottle,
    redis::RedisThrottle,
};

/// What an address may do, and what its codes are like.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Time from one send to the next.
    pub cooldown: Duration,
    /// Sends in 24 hours from the first.
    pub daily_cap: u32,
    /// How long a code works.
    pub code_ttl: Duration,
    /// Digits of a code.
    pub digits: Digits,
    /// Wrong tries that kill a code.
    pub tries: u32,
    /// The keys that sign codes.
    pub code_keys: Arc<CodeKeys>,
}

/// What the throttle says to a request.
#[derive(Debug)]
pub enum Decision {
    /// Send this challenge's code.
    Accepted(Ticket),
    /// A code went to this address a moment ago.
    Later {
        /// Until the cooldown ends.
        retry_after: Duration,
    },
    /// The day's sends are used up.
    Limit {
        /// Until the day ends.
        retry_after: Duration,
    },
}

/// One accepted request: what to send, and what to give back if it can't be sent.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// The challenge whose code is to be sent.
    pub challenge: Challenge,
    /// When it was accepted, by the throttle's clock.
    pub accepted_at: Timestamp,
    /// What gives it back.
    pub token: Token,
}

/// Names one `take`, so that giving back never touches a newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token(Uuid);

impl Token {
    /// A token that no other request has.
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::new()
    }
}

/// What is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// Publishing certainly failed: cooldown and count.
    Whole,
    /// Whether it failed is unknown: the cooldown only.
    Cooldown,
}

/// The throttle can't decide; nothing must be sent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the throttle can't decide: {0}")]
pub struct ThrottleError(pub String);

/// Where the counts are kept.
#[derive(Clone, Debug)]
pub enum Throttle {
    /// Redis, shared by all API processes.
    Redis(RedisThrottle),
    /// This process's memory, for everything in one process.
    Memory(MemoryThrottle),
}

impl Throttle {
    /// Takes one send for an address, or says why not.
    ///
    /// # Errors
    /// When no decision can be had in time. It may have been taken all the same:
    /// [`Throttle::release`] what `token` names.
    pub async fn take(
        &self,
        address: &EmailAddress,
        token: Token,
    ) -> Result<Decision, ThrottleError> {
        match self {
            Self::Redis(throttle) => throttle.take(address, token).await,
            Self::Memory(throttle) => Ok(throttle.take(address, token)),
        }
    }

    /// Gives back what `token` took, unless something newer was taken since.
    /// Says whether there was something to give back.
    ///
    /// # Errors
    /// When it is not known to be given back; harmless to repeat.
    pub async fn release(
        &self,
        address: &EmailAddress,
        token: Token,
        release: Release,
    ) -> Result<bool, ThrottleError> {
        match self {
            Self::Redis(throttle) => throttle.release(address, token, release).await,
            Self::Memory(throttle) => Ok(throttle.release(address, token, release)),
        }
    }

    /// Whether a decision could be had now.
    ///
    /// # Errors
    /// What is in the way.
    pub async fn ready(&self) -> Result<(), ThrottleError> {
        match self {
            Self::Redis(throttle) => throttle.ready().await,
            Self::Memory(_) => Ok(()),
        }
    }
}
