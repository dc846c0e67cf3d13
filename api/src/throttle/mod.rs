//! Throttle: how often an address is sent a code, which code that is, and how often
//! one may be guessed; and how much a client's network and the whole service may ask for.
//!
//! `send` and `verify` hold what all variants share; `redis`, `cluster` and `memory` decide.

use std::{sync::Arc, time::Duration};

use signpost_shared::{
    address::EmailAddress,
    clock::Timestamp,
    code::{CodeKeys, Digits, Kid},
};
use thiserror::Error;
use uuid::Uuid;

use crate::{client::ClientNetwork, test_codes::TestCodes};

mod batch;
mod cluster;
mod condition;
mod connection;
mod inspect;
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

use self::condition::with_advice;
pub(crate) use self::link::Link;
pub use self::{
    connection::RedisConnection,
    inspect::{AddressState, DayCount, LiveCode},
    keys::AddressKeys,
    memory::MemoryThrottle,
    rate::{Limit, Rate},
    redis::RedisThrottle,
    send::{Decision, Release, Ticket},
    verify::Verdict,
};

/// What counts by the day counts for so long, from the first that is counted.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

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

/// One request: whose limits it touches, and the token that names it, by which all that it
/// took is given back and by which Redis knows it when it is heard twice.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The address that a code is sent to, or checked for.
    pub address: EmailAddress,
    /// Where the request comes from.
    pub network: ClientNetwork,
    /// No other request has it. A challenge that is made for this request has it as its id.
    pub token: Uuid,
}

/// Whose share is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    /// A client network's sends.
    Send(ClientNetwork),
    /// A client network's unsuccessful checks.
    Verify(ClientNetwork),
    /// All sends.
    Service,
}

/// The throttle can't decide; nothing must be sent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ThrottleError {
    /// It was not asked, or refused the question: nothing was taken.
    #[error("Redis can't be asked: {}", with_advice(.0))]
    NotSent(String),
    /// It was asked and did not answer: what was asked for may have been done, or may be yet.
    #[error("it is not known what Redis did: {}", with_advice(.0))]
    Unknown(String),
}

impl ThrottleError {
    fn another_form() -> Self {
        Self::Unknown("an answer of another form".to_owned())
    }

    /// The same, when something may have been taken before.
    fn unknown(self) -> Self {
        let (Self::NotSent(cause) | Self::Unknown(cause)) = self;
        Self::Unknown(cause)
    }
}

/// Where the counts are kept.
#[derive(Clone, Debug)]
pub enum Throttle {
    /// Redis, shared by all API processes.
    Redis(RedisThrottle),
    /// This process's memory, for everything in one process.
    Memory(MemoryThrottle),
}

impl Throttle {
    /// Whether a send could be decided now, asked by doing what a send does.
    ///
    /// # Errors
    /// What is in the way: which command or permission is refused, or who does not answer.
    pub async fn healthy(&self) -> Result<(), ThrottleError> {
        match self {
            Self::Redis(throttle) => throttle.healthy().await,
            Self::Memory(_) => Ok(()),
        }
    }

    /// Whether it was reached once.
    pub fn was_reached(&self) -> bool {
        match self {
            Self::Redis(throttle) => throttle.0.connection.was_reached(),
            Self::Memory(_) => true,
        }
    }

    /// Whether an address has a fixed code now, so that nothing is to be mailed to it.
    pub fn has_fixed_code(&self, address: &EmailAddress, now: Timestamp) -> bool {
        self.limits().test_codes.code("send", address, now).is_some()
    }

    /// What tells the key of this name from another.
    pub(crate) fn key_check(&self, kid: &Kid) -> Option<u32> {
        self.limits().code_keys.check(kid)
    }

    pub(crate) fn limits(&self) -> &Limits {
        match self {
            Self::Redis(throttle) => &throttle.0.limits,
            Self::Memory(throttle) => &throttle.limits,
        }
    }

    fn now(&self) -> Timestamp {
        match self {
            Self::Redis(throttle) => throttle.0.clock.now(),
            Self::Memory(throttle) => throttle.clock.now(),
        }
    }
}

impl Limits {
    /// The rates that a send takes from, those that are on.
    fn send_rates(&self) -> [Option<Limit>; 2] {
        [self.network, self.ceiling]
    }

    /// The same with their lanes.
    fn of_send(&self, network: ClientNetwork) -> impl Iterator<Item = (Lane, Limit)> {
        [Lane::Send(network), Lane::Service]
            .into_iter()
            .zip(self.send_rates())
            .filter_map(|(lane, limit)| Some((lane, limit?)))
    }

    /// The lane that an unsuccessful check takes from, if it is on.
    fn of_check(&self, network: ClientNetwork) -> Option<(Lane, Limit)> {
        self.network.map(|limit| (Lane::Verify(network), limit))
    }
}
