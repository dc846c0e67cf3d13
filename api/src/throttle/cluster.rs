//! The throttle in a Redis Cluster: address, client network and service stand on different
//! nodes, so they are asked one after the other, and what was taken of one is given back when
//! another refuses. Nothing else knows how to give back a part.

use std::time::Duration;

use signpost_shared::clock::millis;

use super::{
    Claim, Decision, Lane, Limit, RedisThrottle, ThrottleError,
    script::{RATE, interval},
};

impl RedisThrottle {
    /// Of a send whose address was taken: the refusal of a rate, and all given back, or none. The
    /// address comes first: of many requests for one, the one that is accepted is the first that
    /// its network counts.
    pub(super) async fn take_apart(
        &self,
        claim: &Claim,
    ) -> Result<Option<Decision>, ThrottleError> {
        let mut rates: Vec<_> = self.0.limits.of_send(claim.network).collect();
        for (n, (lane, limit)) in rates.clone().into_iter().enumerate() {
            if let Err(retry_after) = self.rate(lane, limit, "take").await? {
                rates.truncate(n);
                if self.release_address(claim, "trace").await? {
                    self.refund(rates).await?;
                }
                return Ok(Some(Decision::refused_by(lane, retry_after)));
            }
        }
        Ok(None)
    }

    pub(super) async fn refund(
        &self,
        rates: impl IntoIterator<Item = (Lane, Limit)>,
    ) -> Result<(), ThrottleError> {
        for (lane, limit) in rates {
            let _ = self.rate(lane, limit, "refund").await?;
        }
        Ok(())
    }

    /// What `rate.lua` calls `mode` is done to a rate; `Err` says how long until one more fits.
    pub(super) async fn rate(
        &self,
        lane: Lane,
        limit: Limit,
        mode: &str,
    ) -> Result<Result<(), Duration>, ThrottleError> {
        let call = RATE
            .on(&[self.0.keys.of_lane(lane)])
            .arg(millis(self.0.clock.ahead()))
            .arg(interval(limit))
            .arg(limit.burst)
            .arg(mode);
        let wait: u64 = self.0.connection.run(&call).await?;
        Ok(if wait == 0 { Ok(()) } else { Err(Duration::from_millis(wait)) })
    }
}
