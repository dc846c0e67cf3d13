//! The throttle in Redis: one script a decision, one round trip.

use std::{sync::Arc, time::Duration};

use deadpool_redis::redis::{FromRedisValue as _, Value};
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
        let decision = self.decision(claim, self.0.connection.run(&call).await?)?;
        match decision {
            Decision::Accepted(_) if self.0.connection.is_cluster() => {
                // The address has been taken: an error here leaves it so.
                let refused = self.take_apart(claim).await.map_err(ThrottleError::unknown)?;
                Ok(refused.unwrap_or(decision))
            }
            decision => Ok(decision),
        }
    }

    fn decision(&self, claim: &Claim, answer: Value) -> Result<Decision, ThrottleError> {
        let Limits { code_keys, digits, code_ttl, .. } = &self.0.limits;
        if let Value::Int(now) = answer {
            let accepted_at = Timestamp::from_millis(now.unsigned_abs());
            let challenge = Challenge {
                id: claim.token,
                kid: code_keys.signing().clone(),
                digits: *digits,
                expires_at: accepted_at.plus(*code_ttl),
            };
            return Ok(Decision::Accepted(Ticket { challenge, accepted_at }));
        }
        if let Ok((now, told)) = <(u64, Told)>::from_redis_value_ref(&answer) {
            let accepted_at = Timestamp::from_millis(now);
            return Ok(Decision::Accepted(Ticket { challenge: challenge(told)?, accepted_at }));
        }
        let (refused, wait) =
            <(String, u64)>::from_redis_value(answer).map_err(|_| ThrottleError::another_form())?;
        let wait = Duration::from_millis(wait);
        Ok(match &*refused {
            "later" => Decision::Later(wait),
            "limit" => Decision::Limit(wait),
            "void" => return Err(ThrottleError::NotSent("the request was given up".to_owned())),
            rate => {
                let lane = rate.parse().ok().and_then(|rate| self.beside(claim).nth(rate));
                Decision::refused_by(lane.ok_or_else(ThrottleError::another_form)?, wait)
            }
        })
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
        self.0.connection.run(&call).await
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
        let (wait, .., codes): Known = self.0.connection.run(&call).await?;
        if wait > 0 {
            return Ok(Err(Duration::from_millis(wait)));
        }
        codes.into_iter().map(challenge).collect::<Result<_, _>>().map(Ok)
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
        let (told, wait): (String, u64) = self.0.connection.run(&call).await?;
        let wait = Duration::from_millis(wait);
        let answer = match &*told {
            "changed" => None,
            "none" => Some(Verdict::NoCode),
            "right" => Some(Verdict::Right),
            "wrong" => Some(Verdict::Wrong),
            "dead" => Some(Verdict::Dead(wait)),
            "network" => Some(Verdict::NetworkLimit(wait)),
            _ => return Err(ThrottleError::another_form()),
        };
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

/// A challenge as scripts tell it: id, kid, digits, end and wrong tries.
pub(super) type Told = (String, String, u8, u64, u64);

/// What `read.lua` tells: how long until a check fits, the moment, the cooldown's end, the days'
/// sends and wrong tries, each with its end, and the challenges.
pub(super) type Known = (u64, u64, u64, u64, u64, u64, u64, Vec<Told>);

fn challenge((id, kid, digits, expires_at, _): Told) -> Result<Challenge, ThrottleError> {
    Ok(Challenge {
        id: id.parse().map_err(|_| ThrottleError::another_form())?,
        kid: kid.try_into().map_err(|_| ThrottleError::another_form())?,
        digits: digits.try_into().map_err(|_| ThrottleError::another_form())?,
        expires_at: Timestamp::from_millis(expires_at),
    })
}
