//! What an entered code is worth. Codes are computed here, in constant time; then one
//! script, told which challenges match, decides alone: no room for this network, dead, wrong,
//! right or used up. If the challenges have changed meanwhile, it starts again.

use std::time::Duration;

use signpost_shared::code::Challenge;

use super::{Claim, Limits, Throttle, ThrottleError};
use crate::entered::Entered;

/// Challenges change when a code is sent or used up; more often than this in one check
/// is no accident.
const MOST_STARTS: u32 = 10;

/// What an entered code is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is right; if asked to, it was used up, by this caller alone.
    Right,
    /// No code works for this address: none was sent, it expired, or it was used up.
    NoCode,
    /// Its tries, or the address's for the day, are used up; so long until a new code can be asked
    /// for.
    Dead(Duration),
    /// It is wrong.
    Wrong,
    /// The client network made too many unsuccessful checks; so long until one more fits.
    NetworkLimit(Duration),
}

/// What the script is told of a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flag {
    Match,
    Other,
    /// Its key is gone: as good as never sent.
    KeyGone,
}

/// What is asked of the script.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) claim: &'a Claim,
    pub(super) flags: Vec<(Challenge, Flag)>,
    pub(super) consume: bool,
    /// It has not the digits of a code, and costs no try.
    pub(super) malformed: bool,
}

/// What the script says; `None` when the challenges have changed meanwhile.
pub(super) type Answer = Option<Verdict>;

impl Throttle {
    /// Checks an entered code.
    ///
    /// # Errors
    /// When no decision can be had in time. Unless it was not asked, the check may be counted,
    /// and the code used up.
    pub async fn verify(
        &self,
        claim: &Claim,
        entered: &Entered,
        consume: bool,
    ) -> Result<Verdict, ThrottleError> {
        for _ in 0..MOST_STARTS {
            let challenges = match self {
                Self::Redis(throttle) => throttle.challenges(claim).await?,
                Self::Memory(throttle) => Ok(throttle.challenges(&claim.address)),
            };
            let challenges = match challenges {
                Ok(challenges) => challenges,
                Err(retry_after) => return Ok(Verdict::NetworkLimit(retry_after)),
            };
            let question = self.question(claim, challenges, entered, consume);
            let answer = match self {
                Self::Redis(throttle) => match throttle.check(&question).await {
                    // The code may be used up by now: what changed something, and is heard twice, is
                    // one check.
                    Err(ThrottleError::Unknown(_)) => {
                        throttle.check(&question).await.map_err(ThrottleError::unknown)
                    }
                    answer => answer,
                },
                Self::Memory(throttle) => Ok(throttle.check(&question)),
            };
            if let Some(verdict) = answer? {
                return Ok(verdict);
            }
        }
        let cause = "the challenges change faster than they can be checked";
        Err(ThrottleError::NotSent(cause.to_owned()))
    }

    fn question<'a>(
        &self,
        claim: &'a Claim,
        challenges: Vec<Challenge>,
        entered: &Entered,
        consume: bool,
    ) -> Question<'a> {
        let address = &claim.address;
        let digits = entered.digits().unwrap_or_default();
        let Limits { code_keys, test_codes, .. } = self.limits();
        let fixed = test_codes.code("verify", address, self.now());
        let mut malformed = true;
        let flags = challenges
            .into_iter()
            .map(|challenge| {
                let flag = match code_keys.code(&challenge, address) {
                    None => Flag::KeyGone,
                    Some(derived) => {
                        let code = fixed.as_ref().unwrap_or(&derived);
                        malformed &= code.expose().len() != digits.len();
                        if code.matches(digits) { Flag::Match } else { Flag::Other }
                    }
                };
                (challenge, flag)
            })
            .collect();
        Question { claim, flags, consume, malformed }
    }
}
