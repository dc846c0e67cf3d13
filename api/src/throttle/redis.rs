//! The throttle in Redis: one script a decision, one round trip.

use std::{sync::Arc, time::Duration};

use deadpool_redis::redis::{FromRedisValue, Value};
use signpost_shared::{
    clock::{Clock, Timestamp, millis},
    code::Challenge,
};
use tracing::warn;

use super::{
    AddressKeys, Claim, Decision, Lane, Limits, RedisConnection, Release, ThrottleError, Ticket,
    Verdict,
    keys::RedisKey,
    script::{Call, PROBE, Program, Programs, READ, interval},
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
    programs: Programs,
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
        let programs = Programs::new(&limits);
        Self(Arc::new(Inner { connection, limits, keys, clock, programs }))
    }

    pub(super) async fn take(&self, claim: &Claim) -> Result<Decision, ThrottleError> {
        let (key, bound) = self.0.keys.of(&claim.address);
        let call = self.call(&self.0.programs.take, key, self.beside(claim));
        let call = call.text(claim.token.simple()).text(bound);
        let answer = self.0.connection.run(&call).await?;
        let decision = self.decision(claim, answer).ok_or_else(another_form)??;
        match decision {
            Decision::Accepted(_) if self.0.connection.is_cluster() => {
                // The address has been taken: an error here leaves it so.
                let refused = self.take_apart(claim).await.map_err(ThrottleError::unknown)?;
                Ok(refused.unwrap_or(decision))
            }
            decision => Ok(decision),
        }
    }

    fn decision(&self, claim: &Claim, answer: Value) -> Option<Result<Decision, ThrottleError>> {
        let Limits { code_keys, digits, code_ttl, .. } = &self.0.limits;
        if let Value::Int(now) = answer {
            let accepted_at = Timestamp::from_millis(now.try_into().ok()?);
            let challenge = Challenge {
                id: claim.token,
                kid: code_keys.signing().clone(),
                digits: *digits,
                expires_at: accepted_at.plus(*code_ttl),
            };
            return Some(Ok(Decision::Accepted(Ticket { challenge, accepted_at })));
        }
        let mut parts = Parts::of(answer)?;
        Some(Ok(match parts.next::<String>()?.as_str() {
            "later" => Decision::Later(parts.wait()?),
            "limit" => Decision::Limit(parts.wait()?),
            "accepted" => {
                let accepted_at = Timestamp::from_millis(parts.next()?);
                Decision::Accepted(Ticket { challenge: parts.challenge()?, accepted_at })
            }
            "void" => {
                return Some(Err(ThrottleError::NotSent("the request was given up".to_owned())));
            }
            rate => {
                let lane = self.beside(claim).nth(rate.parse().ok()?)?;
                Decision::refused_by(lane, parts.wait()?)
            }
        }))
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
        let released = self.release_address(claim, mode).await?;
        if released && release != Release::Sent && self.0.connection.is_cluster() {
            // Of a take that was broken off, one that was not asked gets one too many. An
            // error is final: asked again, the address would say that nothing is left.
            self.refund(self.0.limits.of_send(claim.network)).await?;
        }
        Ok(released)
    }

    pub(super) async fn release_address(
        &self,
        claim: &Claim,
        mode: &str,
    ) -> Result<bool, ThrottleError> {
        let (key, _) = self.0.keys.of(&claim.address);
        let call = self.call(&self.0.programs.release, key, self.beside(claim));
        let call = call.text(claim.token.simple()).arg(mode).arg(millis(STRAY));
        Ok(self.0.connection.run(&call).await? == Value::Int(1))
    }

    /// A call about an address and these rates.
    fn call<'a>(
        &self,
        program: &'a Program,
        address: RedisKey,
        rates: impl Iterator<Item = Lane>,
    ) -> Call<'a> {
        let mut keys = [address; 3];
        let mut count = 1;
        for (key, lane) in keys[1..].iter_mut().zip(rates) {
            *key = self.0.keys.of_lane(lane);
            count += 1;
        }
        program.on(&keys[..count]).arg(millis(self.0.clock.ahead()))
    }

    /// The lanes that one script decides about beside the address: on a cluster none.
    fn beside(&self, claim: &Claim) -> impl Iterator<Item = Lane> {
        let together = !self.0.connection.is_cluster();
        self.0.limits.of_send(claim.network).filter(move |_| together).map(|(lane, _)| lane)
    }

    /// The challenges of an address, or how long until its network has room for a check. On a
    /// cluster that is asked for by itself.
    pub(super) async fn challenges(
        &self,
        claim: &Claim,
    ) -> Result<Result<Vec<Challenge>, Duration>, ThrottleError> {
        let mut rate = self.0.limits.of_check(claim.network);
        if self.0.connection.is_cluster()
            && let Some((lane, limit)) = rate.take()
            && let Err(wait) = self.rate(lane, limit, "peek").await?
        {
            return Ok(Err(wait));
        }
        let (key, bound) = self.0.keys.of(&claim.address);
        let mut call = self.call(&READ, key, rate.iter().map(|(lane, _)| *lane)).text(bound);
        if let Some((_, limit)) = rate {
            call = call.arg(interval(limit)).arg(limit.burst);
        }
        let known = Known::of(self.0.connection.run(&call).await?).ok_or_else(another_form)?;
        Ok(match known.wait {
            Duration::ZERO => Ok(known.codes.into_iter().map(|(challenge, _)| challenge).collect()),
            wait => Err(wait),
        })
    }

    pub(super) async fn check(&self, question: &Question<'_>) -> Result<Answer, ThrottleError> {
        let Question { claim, flags, consume, malformed } = question;
        let rate = self.0.limits.of_check(claim.network);
        let apart = rate.filter(|_| self.0.connection.is_cluster());
        let beside = rate.filter(|_| apart.is_none()).map(|(lane, _)| lane);
        let (key, bound) = self.0.keys.of(&claim.address);
        let mut call = self
            .call(&self.0.programs.verify, key, beside.into_iter())
            .text(claim.token.simple())
            .text(bound)
            .arg(u8::from(*consume))
            .arg(u8::from(*malformed));
        for (challenge, flag) in flags {
            call = call.text(challenge.id.simple()).arg(match flag {
                Flag::Match => "m",
                Flag::Other => "x",
                Flag::KeyGone => "u",
            });
        }
        let answer = verdict(self.0.connection.run(&call).await?)?;
        // Its room was asked for with the challenges.
        if let Some((lane, limit)) = apart
            && answer.is_some_and(|verdict| verdict != Verdict::Right)
        {
            let _ = self.rate(lane, limit, "take").await?;
        }
        Ok(answer)
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

    /// Asks for all that a send asks for, over keys of its own.
    pub(super) async fn healthy(&self) -> Result<(), ThrottleError> {
        self.0.connection.probe(&PROBE.on(&self.0.keys.probe()).arg(0)).await
    }
}

pub(super) fn another_form() -> ThrottleError {
    ThrottleError::Unknown("an answer of another form".to_owned())
}

/// The parts of a script's answer.
struct Parts(std::vec::IntoIter<Value>);

impl Parts {
    fn of(answer: Value) -> Option<Self> {
        let Value::Array(values) = answer else { return None };
        Some(Self(values.into_iter()))
    }

    fn next<T: FromRedisValue>(&mut self) -> Option<T> {
        T::from_redis_value(self.0.next()?).ok()
    }

    fn wait(&mut self) -> Option<Duration> {
        self.next().map(Duration::from_millis)
    }

    fn challenge(&mut self) -> Option<Challenge> {
        Some(Challenge {
            id: self.next::<String>()?.parse().ok()?,
            kid: self.next::<String>()?.try_into().ok()?,
            digits: self.next::<u8>()?.try_into().ok()?,
            expires_at: Timestamp::from_millis(self.next()?),
        })
    }
}

/// What `read.lua` tells.
pub(super) struct Known {
    pub(super) wait: Duration,
    pub(super) now: Timestamp,
    pub(super) cooldown_until: Timestamp,
    pub(super) sends: (u64, Timestamp),
    pub(super) wrong_tries: (u64, Timestamp),
    pub(super) codes: Vec<(Challenge, u64)>,
}

impl Known {
    pub(super) fn of(answer: Value) -> Option<Self> {
        let mut parts = Parts::of(answer)?;
        let moment = |parts: &mut Parts| parts.next().map(Timestamp::from_millis);
        let mut known = Self {
            wait: parts.wait()?,
            now: moment(&mut parts)?,
            cooldown_until: moment(&mut parts)?,
            sends: (parts.next()?, moment(&mut parts)?),
            wrong_tries: (parts.next()?, moment(&mut parts)?),
            codes: Vec::new(),
        };
        while parts.0.len() > 0 {
            known.codes.push((parts.challenge()?, parts.next()?));
        }
        Some(known)
    }
}

fn verdict(answer: Value) -> Result<Answer, ThrottleError> {
    let told = Parts::of(answer).and_then(|mut parts| {
        Some(Some(match parts.next::<String>()?.as_str() {
            "changed" => return Some(None),
            "none" => Verdict::NoCode,
            "right" => Verdict::Right,
            "wrong" => Verdict::Wrong,
            "dead" => Verdict::Dead(parts.wait()?),
            "network" => Verdict::NetworkLimit(parts.wait()?),
            _ => return None,
        }))
    });
    told.ok_or_else(another_form)
}
