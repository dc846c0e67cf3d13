//! The throttle in a Redis Cluster: address, client network and service stand on different
//! nodes, so they are asked one after the other, and what was taken of one is given back when
//! another refuses. Nothing else knows how to give back a part.

use std::{iter, time::Duration};

use deadpool_redis::redis::Value;
use signpost_shared::clock::millis;

use super::{
    Claim, Decision, Lane, Limit, RedisThrottle, ThrottleError, Verdict,
    redis::another_form,
    script::{RATE, interval},
    verify::{Answer, Question},
};

type Rates = Vec<(Lane, Limit)>;

/// `Err` says how long until one more fits.
pub(super) type Fits = Result<(), Duration>;

impl RedisThrottle {
    /// The address comes first, and the others are asked only for what it accepts: of many
    /// requests for one address, the one that is accepted is the first that its network counts.
    pub(super) async fn take_in_turn(&self, claim: &Claim) -> Result<Decision, ThrottleError> {
        let decision = self.take_with(claim, iter::empty()).await?;
        if !matches!(decision, Decision::Accepted(_)) {
            return Ok(decision);
        }
        let rates: Rates = self.0.limits.of_send(claim.network).collect();
        for (n, (lane, limit)) in rates.iter().enumerate() {
            // The address has been taken: an error here leaves it so.
            let asked = self.rate(*lane, *limit, "take").await;
            if let Err(retry_after) = asked.map_err(ThrottleError::unknown)? {
                let taken = rates[..n].to_vec();
                self.release_address(claim, "trace", taken)
                    .await
                    .map_err(ThrottleError::unknown)?;
                return Ok(Decision::refused_by(*lane, retry_after));
            }
        }
        Ok(decision)
    }

    pub(super) async fn release_in_turn(
        &self,
        claim: &Claim,
        mode: &str,
    ) -> Result<bool, ThrottleError> {
        let rates = (mode != "sent").then(|| self.0.limits.of_send(claim.network));
        self.release_address(claim, mode, rates.into_iter().flatten().collect()).await
    }

    async fn release_address(
        &self,
        claim: &Claim,
        mode: &str,
        taken: Rates,
    ) -> Result<bool, ThrottleError> {
        let released = self.release_with(claim, mode, iter::empty()).await?;
        if released {
            // Of a take that was broken off, one that was not asked gets one too many. An
            // error is final: asked again, the address would say that nothing is left.
            for (lane, limit) in taken {
                let _ = self.rate(lane, limit, "refund").await?;
            }
        }
        Ok(released)
    }

    pub(super) async fn check_in_turn(
        &self,
        question: &Question<'_>,
        (lane, limit): (Lane, Limit),
    ) -> Result<Answer, ThrottleError> {
        // Its room was asked for with the challenges.
        let answer = self.check_with(question, iter::empty()).await?;
        if answer.is_some_and(|verdict| verdict != Verdict::Right) {
            let _ = self.rate(lane, limit, "take").await?;
        }
        Ok(answer)
    }

    pub(super) async fn room(&self, lane: Lane, limit: Limit) -> Result<Fits, ThrottleError> {
        self.rate(lane, limit, "peek").await
    }

    /// What `rate.lua` calls `mode` is done to a rate.
    async fn rate(&self, lane: Lane, limit: Limit, mode: &str) -> Result<Fits, ThrottleError> {
        let call = RATE
            .on(&[self.0.keys.of_lane(lane)])
            .arg(millis(self.0.clock.ahead()))
            .arg(interval(limit))
            .arg(limit.burst)
            .arg(mode);
        match self.0.connection.run(&call).await? {
            Value::Int(0) => Ok(Ok(())),
            Value::Int(wait) => Ok(Err(Duration::from_millis(wait.unsigned_abs()))),
            _ => Err(another_form()),
        }
    }
}
