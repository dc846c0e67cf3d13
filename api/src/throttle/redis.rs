//! The throttle in Redis: one script a decision, one round trip.

use std::{sync::Arc, time::Duration};

use deadpool_redis::redis::{Cmd, FromRedisValue, Script, Value, cmd, pipe};
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
    send::Asked,
    verify::{Answer, Flag, Question},
};
use crate::client::ClientNetwork;

const TAKE: &str = include_str!("take.lua");
const RATE: &str = include_str!("rate.lua");

/// How long a request whose connection was given up may still arrive: it can stand in the
/// buffers of a peer that is paused, or of the way there.
const STRAY: Duration = Duration::from_secs(120);

/// What a connection must have loaded, since a pipeline can't load on the way.
pub(super) const PIPELINED: [&str; 2] = [TAKE, RATE];

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
    verify: Script,
    rate: Script,
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
            take: Script::new(TAKE),
            release: Script::new(include_str!("release.lua")),
            verify: Script::new(include_str!("verify.lua")),
            rate: Script::new(RATE),
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
        let limits = &self.0.limits;
        let mut questions = pipe();
        questions.add_command(self.take(address, token));
        let lanes = [(Lane::Send(network), limits.network), (Lane::Service, limits.ceiling)];
        for (lane, limit) in lanes {
            if let Some(limit) = limit {
                questions.add_command(self.rate_command(lane, limit, Mode::Take));
            }
        }
        let mut answers = self.0.connection.pipeline(&questions).await?.into_iter();
        let taken = answers.next().and_then(decision).ok_or_else(another_form)?;
        let [network_fits, service_fits] = lanes.map(|(_, limit)| match limit {
            Some(_) => answers.next().as_ref().and_then(fits).ok_or_else(another_form),
            None => Ok(Ok(())),
        });
        Ok(Asked { decision: taken, network_fits: network_fits?, service_fits: service_fits? })
    }

    fn take(&self, address: &EmailAddress, token: Token) -> Cmd {
        let Inner { limits, keys, clock, .. } = &*self.0;
        let keys = keys.of(address);
        let void = keys.void(token);
        let mut call = evaluate(&self.0.take, &[keys.address, keys.challenges, void]);
        call.arg(millis(clock.ahead()))
            .arg(millis(limits.cooldown))
            .arg(limits.daily_cap)
            .arg(millis(limits.code_ttl))
            .arg(u8::from(limits.digits))
            .arg(limits.tries)
            .arg(limits.code_keys.signing().as_str())
            .arg(&self.0.known_kids)
            .arg(Uuid::new_v4().simple().to_string())
            .arg(token.0.simple().to_string())
            .arg(limits.daily_tries);
        call
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
        let void_for = if release == Release::Void { millis(STRAY) } else { 0 };
        let mut call = self.0.release.prepare_invoke();
        call.key(&keys.address)
            .key(&keys.challenges)
            .key(keys.void(token))
            .arg(token.0.simple().to_string())
            .arg(u8::from(release != Release::Cooldown))
            .arg(challenge)
            .arg(void_for);
        Ok(self.0.connection.invoke(&call).await? == Value::Int(1))
    }

    pub(super) async fn rate(
        &self,
        lane: Lane,
        limit: Limit,
        mode: Mode,
    ) -> Result<Fits, ThrottleError> {
        let mut question = pipe();
        question.add_command(self.rate_command(lane, limit, mode));
        let answers = self.0.connection.pipeline(&question).await?;
        answers.first().and_then(fits).ok_or_else(another_form)
    }

    fn rate_command(&self, lane: Lane, limit: Limit, mode: Mode) -> Cmd {
        let mut call = evaluate(&self.0.rate, &[self.0.keys.of_lane(lane)]);
        call.arg(millis(self.0.clock.ahead()))
            .arg(limit.rate.interval.as_secs_f64() * 1000.0)
            .arg(limit.burst)
            .arg(mode.name());
        call
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
        let mut call = self.0.verify.prepare_invoke();
        call.key(keys.address)
            .key(keys.challenges)
            .arg(millis(clock.ahead()))
            .arg(limits.tries)
            .arg(limits.daily_tries)
            .arg(u8::from(question.consume))
            .arg(u8::from(question.malformed));
        for (challenge, flag) in &question.flags {
            call.arg(challenge.id.simple().to_string()).arg(match flag {
                Flag::Match => "m",
                Flag::Other => "x",
                Flag::KeyGone => "u",
            });
        }
        let (kind, rest) =
            parts(self.0.connection.invoke(&call).await?).ok_or_else(another_form)?;
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

/// EVALSHA; the connection has loaded the script when it was checked out.
fn evaluate(script: &Script, keys: &[String]) -> Cmd {
    let mut call = cmd("EVALSHA");
    call.arg(script.get_hash()).arg(keys.len()).arg(keys);
    call
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
