//! What an address has used up and what works for it: read and lifted by people who support
//! others (`signpost-api address`), never by a request.

use std::collections::HashMap;

use deadpool_redis::redis::cmd;
use serde::Serialize;
use signpost_shared::address::EmailAddress;

use super::{AddressKeys, RedisConnection, ThrottleError, keys::Keys};

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
        let Keys { hash, bound } = keys.of(address);
        let fields: HashMap<String, String> = self.hash(&hash).await?.into_iter().collect();
        let (seconds, micros): (u64, u64) =
            self.ask(async |mut link| link.query_one(&cmd("TIME")).await).await?;
        let now = seconds * 1000 + micros / 1000;
        let number = |name: &str| fields.get(name).and_then(|n| n.parse().ok()).unwrap_or(0);
        let from_now = |millis: u64| millis.saturating_sub(now).div_ceil(1000);
        let day = |count: &str, until: &str| match from_now(number(until)) {
            0 => DayCount { count: 0, ends_in_seconds: 0 },
            ends_in_seconds => DayCount { count: number(count), ends_in_seconds },
        };
        let prefix = format!("challenge:{bound}:");
        let live = |entry: &str| {
            let mut parts = entry.split(' ');
            let (key, mut numbers) = (parts.next()?.to_owned(), parts.skip(1));
            let mut number = || numbers.next()?.parse().ok();
            let (ends_in_seconds, wrong_tries) = (from_now(number()?), number()?);
            (ends_in_seconds > 0).then_some(LiveCode { key, wrong_tries, ends_in_seconds })
        };
        let codes = fields.iter().filter(|(name, _)| name.starts_with(&prefix));
        let mut codes: Vec<_> = codes.filter_map(|(_, entry)| live(entry)).collect();
        codes.sort_by_key(|code| code.ends_in_seconds);
        Ok(AddressState {
            cooldown_seconds: from_now(number("cooldown_until")),
            sends: day("day_sends", "day_until"),
            wrong_tries: day("day_tries", "tries_until"),
            codes,
        })
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
        let mut lift = cmd("HDEL");
        lift.arg(keys.of(address).hash);
        lift.arg(&[
            "cooldown_until",
            "token",
            "day_until",
            "day_sends",
            "tries_until",
            "day_tries",
        ]);
        self.ask(async |mut link| link.query(&lift).await).await
    }
}
