//! The throttle in Redis: one script a decision, one round trip.

use std::{sync::Arc, time::Duration};

use deadpool_redis::redis::{FromRedisValue, Value};
use signpost_shared::{
    address::EmailAddress,
    clock::{Clock, Timestamp, millis},
    code::{Challenge, Kid},
};
use tracing::warn;
use uuid::Uuid;

use super::{
    AddressKeys, Decision, Fits, Lane, Limit, Limits, Mode, RedisConnection, Release,
    ThrottleError, Ticket, Token, Verdict,
    script::{Call, RATE, RELEASE, TAKE, VERIFY},
    send::Asked,
    verify::{Answer, Flag, Question},
};
use crate::client::ClientNetwork;

/// How long a request whose connection was given up may still arrive: it can stand in the
/// buffers of a peer that is paused, or of the way there.
const STRAY: Duration = Duration::from_secs(120);

/// Decides by scripts that run inside Redis. Clones share one connection.
#[derive(Clone, Debug)]
pub struct RedisThrottle(Arc<Inner>);

struct Inner {
    connection: RedisConnection,
    limits: Limits,
    keys: AddressKeys,
    clock: Clock,
    known_kids: String,
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
            connection,
            limits,
            keys,
            clock,
        }))
    }

    /// Asks address, client network and service in one pipeline. It keeps one request's
    /// questions together: of many for one address, the one that is accepted is then
    /// also the first that its network counts.
    pub(super) async fn ask(
        &self,
        address: &EmailAddress,
        network: ClientNetwork,
        token: Token,
    ) -> Result<Asked, ThrottleError> {
        let Inner { connection, limits, .. } = &*self.0;
        let take = self.take_call(address, token);
        let lanes = [(Lane::Send(network), limits.network), (Lane::Service, limits.ceiling)];
        if connection.is_cluster() {
            let decision = decision(connection.run(&take).await?).ok_or_else(another_form)?;
            return self.ask_in_turn(decision, lanes).await;
        }
        let mut questions = vec![take];
        for (lane, limit) in lanes {
            questions.extend(limit.map(|limit| self.rate_call(lane, limit, Mode::Take)));
        }
        let mut answers = connection.run_together(&questions).await?.into_iter();
        let taken = answers.next().and_then(decision).ok_or_else(another_form)?;
        let [network_fits, service_fits] = lanes.map(|(_, limit)| match limit {
            Some(_) => answers.next().as_ref().and_then(fits).ok_or_else(another_form),
            None => Ok(Ok(())),
        });
        Ok(Asked { decision: taken, network_fits: network_fits?, service_fits: service_fits? })
    }

    /// The three stand on different nodes of a cluster. What follows the address is only
    /// asked for a request that it accepts: there is one of many, as above.
    async fn ask_in_turn(
        &self,
        decision: Decision,
        lanes: [(Lane, Option<Limit>); 2],
    ) -> Result<Asked, ThrottleError> {
        let accepted = matches!(decision, Decision::Accepted(_));
        let ask = async |(lane, limit): (Lane, Option<Limit>)| match limit {
            Some(limit) if accepted => self.rate(lane, limit, Mode::Take).await,
            // Nothing was taken, so nothing is to be given back.
            Some(_) => Ok(Err(Duration::ZERO)),
            None => Ok(Ok(())),
        };
        let [network, service] = lanes;
        let (network_fits, service_fits) = tokio::join!(ask(network), ask(service));
        Ok(Asked { decision, network_fits: network_fits?, service_fits: service_fits? })
    }

    fn take_call(&self, address: &EmailAddress, token: Token) -> Call {
        let Inner { limits, keys, clock, .. } = &*self.0;
        let keys = keys.of(address);
        let void = keys.void(token);
        TAKE.on([keys.address, keys.challenges, void])
            .arg(millis(clock.ahead()))
            .arg(millis(limits.cooldown))
            .arg(limits.daily_cap)
            .arg(millis(limits.code_ttl))
            .arg(u8::from(limits.digits))
            .arg(limits.tries)
            .arg(limits.code_keys.signing().as_str())
            .arg(&self.0.known_kids)
            .arg(Uuid::new_v4().simple().to_string())
            .arg(token.0.simple().to_string())
            .arg(limits.daily_tries)
    }

    pub(super) async fn release(
        &self,
        address: &EmailAddress,
        token: Token,
        release: Release,
    ) -> Result<bool, ThrottleError> {
        let keys = self.0.keys.of(address);
        let challenge = match release {
            Release::Trace(Some(challenge)) => challenge.simple().to_string(),
            _ => String::new(),
        };
        let void = keys.void(token);
        let call = RELEASE
            .on([keys.address, keys.challenges, void])
            .arg(token.0.simple().to_string())
            .arg(u8::from(release != Release::Cooldown))
            .arg(challenge)
            .arg(if release == Release::Void { millis(STRAY) } else { 0 });
        Ok(self.0.connection.run(&call).await? == Value::Int(1))
    }

    pub(super) async fn rate(
        &self,
        lane: Lane,
        limit: Limit,
        mode: Mode,
    ) -> Result<Fits, ThrottleError> {
        let answer = self.0.connection.run(&self.rate_call(lane, limit, mode)).await?;
        fits(&answer).ok_or_else(another_form)
    }

    fn rate_call(&self, lane: Lane, limit: Limit, mode: Mode) -> Call {
        RATE.on([self.0.keys.of_lane(lane)])
            .arg(millis(self.0.clock.ahead()))
            .arg(limit.rate.interval.as_secs_f64() * 1000.0)
            .arg(limit.burst)
            .arg(mode.name())
    }

    pub(super) async fn challenges(
        &self,
        address: &EmailAddress,
    ) -> Result<Vec<Challenge>, ThrottleError> {
        let key = self.0.keys.of(address).challenges;
        let entries = self.0.connection.hash(&key).await?;
        entries
            .into_iter()
            .map(|(id, entry)| challenge(&id, &entry))
            .collect::<Option<_>>()
            .ok_or_else(another_form)
    }

    pub(super) async fn decide(&self, question: &Question<'_>) -> Result<Answer, ThrottleError> {
        let Inner { limits, keys, clock, .. } = &*self.0;
        let keys = keys.of(question.address);
        let mut call = VERIFY
            .on([keys.address, keys.challenges])
            .arg(millis(clock.ahead()))
            .arg(limits.tries)
            .arg(limits.daily_tries)
            .arg(u8::from(question.consume))
            .arg(u8::from(question.malformed));
        for (challenge, flag) in &question.flags {
            call = call.arg(challenge.id.simple().to_string()).arg(match flag {
                Flag::Match => "m",
                Flag::Other => "x",
                Flag::KeyGone => "u",
            });
        }
        let (kind, rest) = parts(self.0.connection.run(&call).await?).ok_or_else(another_form)?;
        Ok(Some(match kind.as_str() {
            "changed" => return Ok(None),
            "none" => Verdict::NoCode,
            "right" => Verdict::Right,
            "wrong" => Verdict::Wrong,
            "dead" => Verdict::Dead { retry_after: wait(&rest).ok_or_else(another_form)? },
            _ => return Err(another_form()),
        }))
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Warns once, as soon as Redis answers, when it may forget what it is told.
    pub async fn warn_if_forgetful(&self) {
        while self.ready().await.is_err() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        if let Some(how) = self.0.connection.forgets().await {
            warn!("{how}");
        }
    }

    pub(super) async fn ready(&self) -> Result<(), ThrottleError> {
        self.0.connection.ping().await
    }
}

fn fits(answer: &Value) -> Option<Fits> {
    match answer {
        Value::Int(0) => Some(Ok(())),
        Value::Int(wait) => Some(Err(Duration::from_millis(wait.unsigned_abs()))),
        _ => None,
    }
}

fn another_form() -> ThrottleError {
    ThrottleError("an answer of another form".to_owned())
}

/// What kind of answer a script gave, and the rest of it.
fn parts(answer: Value) -> Option<(String, Vec<Value>)> {
    let Value::Array(values) = answer else { return None };
    let mut values = values.into_iter();
    Some((String::from_redis_value(values.next()?).ok()?, values.collect()))
}

fn wait(rest: &[Value]) -> Option<Duration> {
    Some(Duration::from_millis(u64::from_redis_value(rest.first()?.clone()).ok()?))
}

fn decision(answer: Value) -> Option<Decision> {
    let (kind, rest) = parts(answer)?;
    match kind.as_str() {
        "later" => Some(Decision::Later { retry_after: wait(&rest)? }),
        "limit" => Some(Decision::Limit { retry_after: wait(&rest)? }),
        "accepted" => {
            let (now, challenge, kid, digits, expires_at, created): (
                u64,
                String,
                String,
                u8,
                u64,
                u8,
            ) = FromRedisValue::from_redis_value(Value::Array(rest)).ok()?;
            Some(Decision::Accepted(Ticket {
                challenge: Challenge {
                    id: challenge.parse().ok()?,
                    kid: kid.try_into().ok()?,
                    digits: digits.try_into().ok()?,
                    expires_at: Timestamp::from_millis(expires_at),
                },
                accepted_at: Timestamp::from_millis(now),
                created: created == 1,
            }))
        }
        _ => None,
    }
}

/// A challenge as the scripts keep it: `kid digits expires_at tries`.
fn challenge(id: &str, entry: &str) -> Option<Challenge> {
    let mut fields = entry.split(' ');
    Some(Challenge {
        id: id.parse().ok()?,
        kid: fields.next()?.to_owned().try_into().ok()?,
        digits: fields.next()?.parse().ok()?,
        expires_at: Timestamp::from_millis(fields.next()?.parse().ok()?),
    })
}
