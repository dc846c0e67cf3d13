//! Throttle: how often an address is sent a code, which code that is, and how often
//! one may be guessed; and how much a client's network and the whole service may ask for.
//!
//! `send` and `verify` hold the rules that both variants share; `redis` and `memory`
//! keep the counts.

use std::{sync::Arc, time::Duration};

use signpost_shared::{
    address::EmailAddress,
    clock::Timestamp,
    code::{Challenge, CodeKeys, Digits},
};
use thiserror::Error;
use uuid::Uuid;

use crate::{client::ClientNetwork, test_codes::TestCodes};

mod connection;
mod keys;
mod link;
mod memory;
mod rate;
mod redis;
mod script;
mod send;
mod servers;
#[cfg(test)]
mod tests;
mod verify;

use self::rate::Mode;
pub use self::{
    connection::RedisConnection,
    keys::AddressKeys,
    memory::MemoryThrottle,
    rate::{Limit, OptionalRate, Rate},
    redis::RedisThrottle,
    send::Decision,
    servers::RedisConfigError,
    verify::Verdict,
};

/// What an address may do, and what its codes are like.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Time from one send to the next.
    pub cooldown: Duration,
    /// Sends in 24 hours from the first.
    pub daily_cap: u32,
    /// Wrong tries in 24 hours from the first, over all codes of the address.
    pub daily_tries: u32,
    /// How long a code works.
    pub code_ttl: Duration,
    /// Digits of a code.
    pub digits: Digits,
    /// Wrong tries that kill a code.
    pub tries: u32,
    /// The keys that sign codes.
    pub code_keys: Arc<CodeKeys>,
    /// Addresses with a fixed code.
    pub test_codes: TestCodes,
    /// What a client network may do: so many sends, and so many unsuccessful checks.
    pub network: Option<Limit>,
    /// What the whole service may send.
    pub ceiling: Option<Limit>,
}

/// One accepted request: what to send, and what to give back if it can't be sent.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// The challenge whose code is to be sent.
    pub challenge: Challenge,
    /// When it was accepted, by the throttle's clock.
    pub accepted_at: Timestamp,
    /// Whether the challenge was made for this request.
    pub created: bool,
}

/// Names one request, so that giving back never touches a newer one.
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
    /// Whether anything was taken is unknown: all of it, and if the request is still on
    /// its way to Redis, it is to take nothing there.
    Void,
    /// The request was refused for another reason: also the challenge, if one was made.
    Trace(Option<Uuid>),
}

/// Whose share is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Lane {
    /// A client network's sends.
    Send(ClientNetwork),
    /// A client network's unsuccessful checks.
    Verify(ClientNetwork),
    /// All sends.
    Service,
}

/// `Err` says how long until one more fits.
type Fits = Result<(), Duration>;

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
    /// Gives back what `token` took from an address, unless something newer was taken
    /// since. Says whether there was something to give back.
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

    /// Whether an address has a fixed code now, so that nothing is to be mailed to it.
    pub fn has_fixed_code(&self, address: &EmailAddress, now: Timestamp) -> bool {
        self.limits().test_codes.code("send", address, now).is_some()
    }

    fn limits(&self) -> &Limits {
        match self {
            Self::Redis(throttle) => throttle.limits(),
            Self::Memory(throttle) => throttle.limits(),
        }
    }

    fn now(&self) -> Timestamp {
        match self {
            Self::Redis(throttle) => throttle.now(),
            Self::Memory(throttle) => throttle.now(),
        }
    }

    /// Does `mode` to a lane's limit; a limit that is off always fits.
    async fn rate(&self, lane: Lane, mode: Mode) -> Result<Fits, ThrottleError> {
        let limit = match lane {
            Lane::Service => self.limits().ceiling,
            Lane::Send(_) | Lane::Verify(_) => self.limits().network,
        };
        let Some(limit) = limit else { return Ok(Ok(())) };
        match self {
            Self::Redis(throttle) => throttle.rate(lane, limit, mode).await,
            Self::Memory(throttle) => Ok(throttle.rate(lane, limit, mode)),
        }
    }
}
