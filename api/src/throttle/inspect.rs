//! What an address has used up and what works for it: read and lifted by people who support
//! others (`signpost-api address`), never by a request.

use deadpool_redis::redis::cmd;
use serde::Serialize;
use signpost_shared::address::EmailAddress;

use super::{
    AddressKeys, RedisConnection, ThrottleError,
    redis::{Known, Told},
    script::{LIFT, READ},
};

/// What Redis holds of an address. Times are whole seconds from now, 0 for what is over.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct AddressState {
    /// Until it can be sent a code again.
    pub cooldown_seconds: u64,
    /// Codes it was sent.
    pub sends: DayCount,
    /// Wrong codes it was tried with.
    pub wrong_tries: DayCount,
    /// The codes that live, without the codes.
    pub codes: Vec<LiveCode>,
}

/// A count of 24 hours from the first.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct DayCount {
    /// So many.
    pub count: u64,
    /// Until it begins anew.
    pub ends_in_seconds: u64,
}

/// A code that has not expired.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct LiveCode {
    /// The key that it is derived with.
    pub key: String,
    /// Its wrong tries; with as many as a code may have it is dead.
    pub wrong_tries: u64,
    /// Until it expires.
    pub ends_in_seconds: u64,
}

impl RedisConnection {
    /// What is known of an address.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn state_of(
        &self,
        keys: &AddressKeys,
        address: &EmailAddress,
    ) -> Result<AddressState, ThrottleError> {
        let (key, bound) = keys.of(address);
        let (_, now, cooldown_until, sends, day_until, tries, tries_until, codes): Known =
            self.run(&READ.on(&[key]).arg(0).text(bound)).await?;
        let from_now = |moment: u64| moment.saturating_sub(now).div_ceil(1000);
        let day = |count, until| DayCount {
            count,
            ends_in_seconds: if count == 0 { 0 } else { from_now(until) },
        };
        let live = |(_, key, _, expires_at, wrong_tries): Told| LiveCode {
            key,
            wrong_tries,
            ends_in_seconds: from_now(expires_at),
        };
        let mut codes: Vec<_> = codes.into_iter().map(live).collect();
        codes.sort_by_key(|code| code.ends_in_seconds);
        Ok(AddressState {
            cooldown_seconds: from_now(cooldown_until),
            sends: day(sends, day_until),
            wrong_tries: day(tries, tries_until),
            codes,
        })
    }

    /// Forgets an address: its limits and its codes.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn erase(
        &self,
        keys: &AddressKeys,
        address: &EmailAddress,
    ) -> Result<(), ThrottleError> {
        let mut erase = cmd("DEL");
        erase.arg(keys.of(address).0.to_string());
        self.ask(async |mut link| link.query::<()>(&erase).await).await
    }

    /// Lifts an address's cooldown and the counts of its day. Its codes stay as they are.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn lift_limits(
        &self,
        keys: &AddressKeys,
        address: &EmailAddress,
    ) -> Result<(), ThrottleError> {
        self.run(&LIFT.on(&[keys.of(address).0]).arg(0)).await
    }
}
