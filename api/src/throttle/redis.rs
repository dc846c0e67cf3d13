//! The throttle in Redis: one script a decision, one round trip.

use std::{sync::Arc, time::Duration};

use deadpool_redis::redis::{FromRedisValue, Script, Value};
use signpost_shared::{
    address::EmailAddress,
    clock::{Clock, Timestamp, millis},
    code::{Challenge, Kid},
};
use uuid::Uuid;

use super::{
    AddressKeys, Decision, Limits, RedisConnection, Release, ThrottleError, Ticket, Token,
};

/// Decides by scripts that run inside Redis. Clones share one connection.
#[derive(Clone, Debug)]
pub struct RedisThrottle(Arc<Inner>);

struct Inner {
    connection: RedisConnection,
    limits: Limits,
    keys: AddressKeys,
    clock: Clock,
    known_kids: String,
    take: Script,
    release: Script,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl RedisThrottle {
    /// A throttle over this connection.
    pub fn new(
        connection: RedisConnection,
        limits: Limits,
        keys: AddressKeys,
        clock: Clock,
    ) -> Self {
        let kids: Vec<_> = limits.code_keys.kids().map(Kid::as_str).collect();
        Self(Arc::new(Inner {
            known_kids: format!(",{},", kids.join(",")),
            take: Script::new(include_str!("take.lua")),
            release: Script::new(include_str!("release.lua")),
            connection,
            limits,
            keys,
            clock,
        }))
    }

    pub(super) async fn take(
        &self,
        address: &EmailAddress,
        token: Token,
    ) -> Result<Decision, ThrottleError> {
        let Inner { limits, keys, clock, .. } = &*self.0;
        let keys = keys.of(address);
        let mut call = self.0.take.prepare_invoke();
        call.key(keys.address)
            .key(keys.challenges)
            .arg(millis(clock.ahead()))
            .arg(millis(limits.cooldown))
            .arg(limits.daily_cap)
            .arg(millis(limits.code_ttl))
            .arg(u8::from(limits.digits))
            .arg(limits.tries)
            .arg(limits.code_keys.signing().as_str())
            .arg(&self.0.known_kids)
            .arg(Uuid::new_v4().simple().to_string())
            .arg(token.0.simple().to_string());
        let answer = self.0.connection.invoke(&call).await?;
        decision(answer, token).ok_or_else(|| ThrottleError("an answer of another form".to_owned()))
    }

    pub(super) async fn release(
        &self,
        address: &EmailAddress,
        token: Token,
        release: Release,
    ) -> Result<bool, ThrottleError> {
        let mut call = self.0.release.prepare_invoke();
        call.key(self.0.keys.of(address).address)
            .arg(token.0.simple().to_string())
            .arg(u8::from(release == Release::Whole));
        Ok(self.0.connection.invoke(&call).await? == Value::Int(1))
    }

    pub(super) async fn ready(&self) -> Result<(), ThrottleError> {
        self.0.connection.ping().await
    }
}

fn decision(answer: Value, token: Token) -> Option<Decision> {
    let (kind, rest) = match answer {
        Value::Array(values) => {
            let mut values = values.into_iter();
            (String::from_redis_value(values.next()?).ok()?, values.collect::<Vec<_>>())
        }
        _ => return None,
    };
    let retry_after =
        || Some(Duration::from_millis(u64::from_redis_value(rest.first()?.clone()).ok()?));
    match kind.as_str() {
        "later" => Some(Decision::Later { retry_after: retry_after()? }),
        "limit" => Some(Decision::Limit { retry_after: retry_after()? }),
        "accepted" => {
            let (now, challenge, kid, digits, expires_at): (u64, String, String, u8, u64) =
                FromRedisValue::from_redis_value(Value::Array(rest)).ok()?;
            Some(Decision::Accepted(Ticket {
                challenge: Challenge {
                    id: challenge.parse().ok()?,
                    kid: kid.try_into().ok()?,
                    digits: digits.try_into().ok()?,
                    expires_at: Timestamp::from_millis(expires_at),
                },
                accepted_at: Timestamp::from_millis(now),
                token,
            }))
        }
        _ => None,
    }
}
