//! The throttle in Redis: one script a decision, one round trip.

use std::{sync::Arc, time::Duration};

use deadpool_redis::redis::{FromRedisValue, Value};
use signpost_shared::{
    address::EmailAddress,
    clock::{Clock, Timestamp, millis},
    code::{Challenge, Kid},
};
use tracing::warn;

use super::{
    AddressKeys, Claim, Decision, Lane, Limit, Limits, RedisConnection, Release, ThrottleError,
    Ticket, Verdict,
    keys::Keys,
    script::{Call, RELEASE, TAKE, VERIFY},
    verify::{Answer, Flag, Question},
};

/// How long a request whose connection was given up may still arrive: it can stand in the
/// buffers of a peer that is paused, or of the way there.
const STRAY: Duration = Duration::from_secs(120);

/// Decides by scripts that run inside Redis. Clones share one connection.
#[derive(Clone, Debug)]
pub struct RedisThrottle(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) connection: RedisConnection,
    pub(super) limits: Limits,
    pub(super) keys: AddressKeys,
    pub(super) clock: Clock,
    known_kids: String,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// The rates that a script decides about too, by what their refusal is called.
pub(super) type Rates = Vec<(Lane, Limit)>;

impl RedisThrottle {
    /// A throttle over this connection.
    pub fn new(
        connection: RedisConnection,
        limits: Limits,
        keys: AddressKeys,
        clock: Clock,
    ) -> Self {
        let kids: Vec<_> = limits.code_keys.kids().map(Kid::as_str).collect();
        let known_kids = format!(",{},", kids.join(","));
        Self(Arc::new(Inner { connection, limits, keys, clock, known_kids }))
    }

    pub(super) async fn take(&self, claim: &Claim) -> Result<Decision, ThrottleError> {
        let rates = self.0.limits.of_send(claim.network).collect();
        if self.0.connection.is_cluster() {
            self.take_in_turn(claim, rates).await
        } else {
            self.take_with(claim, &rates).await
        }
    }

    pub(super) async fn take_with(
        &self,
        claim: &Claim,
        rates: &Rates,
    ) -> Result<Decision, ThrottleError> {
        let Inner { limits, clock, .. } = &*self.0;
        let Keys { hash, bound } = self.0.keys.of(&claim.address);
        let mut call = TAKE
            .on(&self.with_rates(hash, rates))
            .arg(millis(clock.ahead()))
            .arg(claim.token.simple().encode_lower(&mut [0; 32]) as &str)
            .arg(bound)
            .arg(millis(limits.cooldown))
            .arg(limits.daily_cap)
            .arg(limits.daily_tries)
            .arg(millis(limits.code_ttl))
            .arg(u8::from(limits.digits))
            .arg(limits.tries)
            .arg(limits.code_keys.signing().as_str())
            .arg(&self.0.known_kids);
        for (n, (_, limit)) in rates.iter().enumerate() {
            call = call.arg(n).arg(interval(*limit)).arg(limit.burst);
        }
        let refused_by = |n: usize| rates.get(n).map(|(lane, _)| *lane);
        decision(self.0.connection.run(&call).await?, refused_by)
    }

    pub(super) async fn release(
        &self,
        claim: &Claim,
        release: Release,
    ) -> Result<bool, ThrottleError> {
        let mode = match release {
            Release::All => "all",
            Release::Void => "void",
            Release::Sent => "sent",
        };
        let rates = self.0.limits.of_send(claim.network).collect();
        if self.0.connection.is_cluster() {
            self.release_in_turn(claim, mode, rates).await
        } else {
            self.release_with(claim, mode, &rates).await
        }
    }

    pub(super) async fn release_with(
        &self,
        claim: &Claim,
        mode: &str,
        rates: &Rates,
    ) -> Result<bool, ThrottleError> {
        let Keys { hash, bound } = self.0.keys.of(&claim.address);
        let mut call = RELEASE
            .on(&self.with_rates(hash, rates))
            .arg(millis(self.0.clock.ahead()))
            .arg(claim.token.simple().to_string())
            .arg(bound)
            .arg(mode)
            .arg(millis(STRAY));
        for (_, limit) in rates {
            call = call.arg(interval(*limit));
        }
        Ok(self.0.connection.run(&call).await? == Value::Int(1))
    }

    fn with_rates(&self, hash: String, rates: &Rates) -> Vec<String> {
        let mut keys = Vec::with_capacity(3);
        keys.push(hash);
        keys.extend(rates.iter().map(|(lane, _)| self.0.keys.of_lane(*lane)));
        keys
    }

    pub(super) async fn challenges(
        &self,
        address: &EmailAddress,
    ) -> Result<Vec<Challenge>, ThrottleError> {
        let Keys { hash, bound } = self.0.keys.of(address);
        let fields = self.0.connection.hash(&hash).await?;
        let prefix = format!("challenge:{bound}:");
        fields
            .iter()
            .filter_map(|(name, value)| Some(challenge(name.strip_prefix(&prefix)?, value)))
            .collect::<Option<_>>()
            .ok_or_else(another_form)
    }

    pub(super) async fn check(&self, question: &Question<'_>) -> Result<Answer, ThrottleError> {
        match self.0.limits.of_check(question.claim.network) {
            Some(rate) if self.0.connection.is_cluster() => {
                self.check_in_turn(question, rate).await
            }
            rate => self.check_with(question, rate).await,
        }
    }

    pub(super) async fn check_with(
        &self,
        question: &Question<'_>,
        rate: Option<(Lane, Limit)>,
    ) -> Result<Answer, ThrottleError> {
        let Inner { limits, clock, connection, .. } = &*self.0;
        let Question { claim, flags, consume, malformed } = question;
        let Keys { hash, bound } = self.0.keys.of(&claim.address);
        let (interval, burst) = rate.map_or((0.0, 0), |(_, limit)| (interval(limit), limit.burst));
        let mut call = VERIFY
            .on(&self.with_rates(hash, &rate.into_iter().collect()))
            .arg(millis(clock.ahead()))
            .arg(claim.token.simple().to_string())
            .arg(bound)
            .arg(limits.tries)
            .arg(limits.daily_tries)
            .arg(u8::from(*consume))
            .arg(u8::from(*malformed))
            .arg(interval)
            .arg(burst);
        for (challenge, flag) in flags {
            call = call.arg(challenge.id.simple().to_string()).arg(match flag {
                Flag::Match => "m",
                Flag::Other => "x",
                Flag::KeyGone => "u",
            });
        }
        verdict(connection.run(&call).await?)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Warns once, as soon as Redis answers, when it may forget what it is told.
    pub async fn warn_if_forgetful(&self) {
        while self.healthy().await.is_err() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        if let Some(how) = self.0.connection.forgets().await {
            warn!("{how}");
        }
    }

    pub(super) fn was_reached(&self) -> bool {
        self.0.connection.was_reached()
    }

    /// Runs the script of a send, over keys of its own, for a challenge that is over at once.
    pub(super) async fn healthy(&self) -> Result<(), ThrottleError> {
        let keys = self.0.keys.probe();
        self.0.connection.probe(&probe(&keys)).await
    }
}

fn probe(keys: &[String; 2]) -> Call {
    const FREE: [u64; 6] = [0, u32::MAX as u64, u32::MAX as u64, 1, 6, 1];
    let mut call = TAKE.on(keys).arg(0).arg("probe").arg("probe");
    for limit in FREE {
        call = call.arg(limit);
    }
    call.arg("probe").arg(",probe,").arg(0).arg(1).arg(1000)
}

/// In milliseconds, with fractions.
pub(super) fn interval(limit: Limit) -> f64 {
    limit.rate.interval.as_secs_f64() * 1000.0
}

pub(super) fn another_form() -> ThrottleError {
    ThrottleError::Unknown("an answer of another form".to_owned())
}

/// What kind of answer a script gave, and the numbers and names that follow.
struct Parts(std::vec::IntoIter<Value>);

impl Parts {
    fn of(answer: Value) -> Option<(String, Self)> {
        let Value::Array(values) = answer else { return None };
        let mut parts = Self(values.into_iter());
        Some((parts.next()?, parts))
    }

    fn next<T: FromRedisValue>(&mut self) -> Option<T> {
        T::from_redis_value(self.0.next()?).ok()
    }

    fn wait(&mut self) -> Option<Duration> {
        self.next().map(Duration::from_millis)
    }
}

fn decision(
    answer: Value,
    refused_by: impl Fn(usize) -> Option<Lane>,
) -> Result<Decision, ThrottleError> {
    let (kind, mut rest) = Parts::of(answer).ok_or_else(another_form)?;
    let decision = match kind.as_str() {
        "later" => rest.wait().map(|retry_after| Decision::Later { retry_after }),
        "limit" => rest.wait().map(|retry_after| Decision::Limit { retry_after }),
        "accepted" => ticket(rest).map(Decision::Accepted),
        "void" => return Err(ThrottleError::NotSent("the request was given up".to_owned())),
        lane => lane.parse().ok().and_then(refused_by).and_then(|lane| {
            rest.wait().map(|retry_after| Decision::refused_by(lane, retry_after))
        }),
    };
    decision.ok_or_else(another_form)
}

fn ticket(mut rest: Parts) -> Option<Ticket> {
    let accepted_at = Timestamp::from_millis(rest.next()?);
    let challenge = Challenge {
        id: rest.next::<String>()?.parse().ok()?,
        kid: rest.next::<String>()?.try_into().ok()?,
        digits: rest.next::<u8>()?.try_into().ok()?,
        expires_at: Timestamp::from_millis(rest.next()?),
    };
    Some(Ticket { challenge, accepted_at })
}

fn verdict(answer: Value) -> Result<Answer, ThrottleError> {
    let (kind, mut rest) = Parts::of(answer).ok_or_else(another_form)?;
    let mut wait = || rest.wait().ok_or_else(another_form);
    Ok(Some(match kind.as_str() {
        "changed" => return Ok(None),
        "none" => Verdict::NoCode,
        "right" => Verdict::Right,
        "wrong" => Verdict::Wrong,
        "dead" => Verdict::Dead { retry_after: wait()? },
        "network" => Verdict::NetworkLimit { retry_after: wait()? },
        _ => return Err(another_form()),
    }))
}

/// A challenge as the scripts keep it: `kid digits expires_at wrong`.
fn challenge(id: &str, entry: &str) -> Option<Challenge> {
    let mut fields = entry.split(' ');
    Some(Challenge {
        id: id.parse().ok()?,
        kid: fields.next()?.to_owned().try_into().ok()?,
        digits: fields.next()?.parse().ok()?,
        expires_at: Timestamp::from_millis(fields.next()?.parse().ok()?),
    })
}
