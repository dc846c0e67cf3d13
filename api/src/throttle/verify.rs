//! What an entered code is worth. Codes are computed here, in constant time; then one
//! script, told which challenges match, decides alone: dead, wrong, right or used up.
//! If the challenges have changed meanwhile, it starts again.

use std::time::Duration;

use signpost_shared::{address::EmailAddress, code::Challenge};

use super::{Lane, Limits, Mode, Throttle, ThrottleError};
use crate::{client::ClientNetwork, entered::Entered};

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
    /// Its tries, or the address's for the day, are used up.
    Dead {
        /// Until a new code can be asked for.
        retry_after: Duration,
    },
    /// It is wrong.
    Wrong,
    /// The client network made too many unsuccessful checks.
    NetworkLimit {
        /// Until one more fits.
        retry_after: Duration,
    },
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
    pub(super) address: &'a EmailAddress,
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
    /// When no decision can be had in time; nothing is known to be counted or used up.
    pub async fn verify(
        &self,
        address: &EmailAddress,
        network: ClientNetwork,
        entered: &Entered,
        consume: bool,
    ) -> Result<Verdict, ThrottleError> {
        let lane = Lane::Verify(network);
        let (fits, challenges) =
            tokio::join!(self.rate(lane, Mode::Peek), self.challenges(address));
        if let Err(retry_after) = fits? {
            return Ok(Verdict::NetworkLimit { retry_after });
        }
        let verdict = self.decide(address, challenges?, entered, consume).await?;
        if verdict != Verdict::Right {
            // Counted after the fact, so that right checks cost nothing, however many at
            // once. What parallel guesses gain by it, the address's own tries bound.
            let _ = self.rate(lane, Mode::Take).await?;
        }
        Ok(verdict)
    }

    async fn decide(
        &self,
        address: &EmailAddress,
        mut challenges: Vec<Challenge>,
        entered: &Entered,
        consume: bool,
    ) -> Result<Verdict, ThrottleError> {
        for _ in 0..MOST_STARTS {
            let question = self.question(address, challenges, entered, consume);
            let answer = match self {
                Self::Redis(throttle) => throttle.decide(&question).await?,
                Self::Memory(throttle) => throttle.decide(&question),
            };
            if let Some(verdict) = answer {
                return Ok(verdict);
            }
            challenges = self.challenges(address).await?;
        }
        Err(ThrottleError("the challenges change faster than they can be checked".to_owned()))
    }

    fn question<'a>(
        &self,
        address: &'a EmailAddress,
        challenges: Vec<Challenge>,
        entered: &Entered,
        consume: bool,
    ) -> Question<'a> {
        let digits = entered.digits().unwrap_or_default();
        let Limits { code_keys, test_codes, .. } = self.limits();
        let fixed = test_codes.code("verify", address, self.now());
        let mut malformed = true;
        let flags = challenges
            .into_iter()
            .map(|challenge| {
                let flag = match code_keys.code(&challenge, address) {
                    Err(_) => Flag::KeyGone,
                    Ok(derived) => {
                        let code = fixed.unwrap_or(&derived);
                        malformed &= code.expose().len() != digits.len();
                        if code.matches(digits) { Flag::Match } else { Flag::Other }
                    }
                };
                (challenge, flag)
            })
            .collect();
        Question { address, flags, consume, malformed }
    }

    /// The address's challenges, expired ones perhaps included.
    async fn challenges(&self, address: &EmailAddress) -> Result<Vec<Challenge>, ThrottleError> {
        match self {
            Self::Redis(throttle) => throttle.challenges(address).await,
            Self::Memory(throttle) => Ok(throttle.challenges(address)),
        }
    }
}
