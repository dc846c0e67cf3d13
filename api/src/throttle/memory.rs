//! The throttle in memory, for everything in one process: an address's rules as the scripts have
//! them, held to them by the same tests. There are no rates, since there are no strangers.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::Mutex;
use signpost_shared::{
    address::EmailAddress,
    clock::{Clock, Timestamp},
    code::Challenge,
};
use uuid::Uuid;

use super::{
    Claim, DAY, Decision, Limits, Release, Ticket, Verdict,
    verify::{Answer, Flag, Question},
};

/// Decides in this process alone. Clones are one throttle.
#[derive(Clone, Debug)]
pub struct MemoryThrottle {
    pub(super) limits: Limits,
    pub(super) clock: Clock,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// By the address as throttled.
    addresses: HashMap<String, Counts>,
    /// By the address as bound.
    challenges: HashMap<String, Vec<Kept>>,
}

/// At first all of it is over.
#[derive(Debug, Default)]
struct Counts {
    cooldown_until: Timestamp,
    token: Option<Uuid>,
    day_until: Timestamp,
    day_sends: u32,
    tries_until: Timestamp,
    day_tries: u32,
}

impl Counts {
    /// How long until a code can be sent.
    fn until_next(&self, limits: &Limits, now: Timestamp) -> Duration {
        let used_up = [
            (true, self.cooldown_until),
            (self.day_sends >= limits.daily_cap, self.day_until),
            (self.day_tries >= limits.daily_tries, self.tries_until),
        ];
        let ends = used_up.into_iter().filter(|(is_used_up, _)| *is_used_up);
        ends.map(|(_, until)| until.since(now)).max().unwrap_or_default()
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.day_until <= now && self.cooldown_until <= now && self.tries_until <= now
    }
}

#[derive(Debug)]
struct Kept {
    challenge: Challenge,
    wrong: u32,
}

impl MemoryThrottle {
    /// An empty throttle.
    pub fn new(limits: Limits, clock: Clock) -> Self {
        Self { limits, clock, state: Arc::default() }
    }

    pub(super) fn take(&self, claim: &Claim) -> Decision {
        let now = self.clock.now();
        let mut state = self.state.lock();
        state.sweep(now);
        let State { addresses, challenges } = &mut *state;
        let counts = addresses.entry(claim.address.throttled()).or_default();
        let (in_cooldown, retry_after) =
            (counts.cooldown_until > now, counts.until_next(&self.limits, now));
        if in_cooldown {
            return Decision::Later(retry_after);
        }
        if !retry_after.is_zero() {
            return Decision::Limit(retry_after);
        }
        let (day_until, day_sends) = if counts.day_until <= now {
            (now.plus(DAY), 0)
        } else {
            (counts.day_until, counts.day_sends)
        };
        counts.cooldown_until = now.plus(self.limits.cooldown);
        counts.token = Some(claim.token);
        (counts.day_until, counts.day_sends) = (day_until, day_sends + 1);
        let kept = challenges.entry(claim.address.bound()).or_default();
        Decision::Accepted(Ticket {
            challenge: self.choose(kept, claim.token, now),
            accepted_at: now,
        })
    }

    /// The newest challenge while it may be sent again, else a new one.
    fn choose(&self, kept: &mut Vec<Kept>, token: Uuid, now: Timestamp) -> Challenge {
        let Limits { code_ttl, digits, tries, code_keys, .. } = &self.limits;
        let again = kept
            .iter()
            .filter(|kept| {
                kept.wrong < *tries
                    && code_keys.kids().any(|kid| *kid == kept.challenge.kid)
                    && kept.challenge.expires_at.since(now) * 2 >= *code_ttl
            })
            .max_by_key(|kept| kept.challenge.expires_at);
        if let Some(again) = again {
            return again.challenge.clone();
        }
        let challenge = Challenge {
            id: token,
            kid: code_keys.signing().clone(),
            digits: *digits,
            expires_at: now.plus(*code_ttl),
        };
        kept.push(Kept { challenge: challenge.clone(), wrong: 0 });
        challenge
    }

    pub(super) fn release(&self, claim: &Claim, release: Release) -> bool {
        let now = self.clock.now();
        let mut state = self.state.lock();
        let counts = state.addresses.entry(claim.address.throttled()).or_default();
        if release == Release::Sent {
            if counts.day_until <= now {
                (counts.day_until, counts.day_sends) = (now.plus(DAY), 0);
            }
            counts.day_sends += 1;
            return true;
        }
        if counts.token != Some(claim.token) {
            return false;
        }
        counts.token = None;
        counts.cooldown_until = now;
        counts.day_sends = counts.day_sends.saturating_sub(1);
        if counts.day_sends == 0 {
            counts.day_until = now;
        }
        true
    }

    pub(super) fn challenges(&self, address: &EmailAddress) -> Vec<Challenge> {
        let state = self.state.lock();
        let kept = state.challenges.get(&address.bound()).into_iter().flatten();
        kept.map(|kept| kept.challenge.clone()).collect()
    }

    pub(super) fn check(&self, question: &Question<'_>) -> Answer {
        let now = self.clock.now();
        let mut state = self.state.lock();
        state.sweep(now);
        let Limits { tries, daily_tries, .. } = self.limits;
        let State { addresses, challenges } = &mut *state;
        let address = &question.claim.address;
        let bound = address.bound();
        let flag = |kept: &Kept| {
            let told = question.flags.iter().find(|(told, _)| told.id == kept.challenge.id);
            told.map(|(_, flag)| *flag)
        };
        let kept = challenges.entry(bound.clone()).or_default();
        if kept.iter().any(|kept| flag(kept).is_none()) {
            return None;
        }
        let matches = |kept: &Kept| flag(kept) == Some(Flag::Match);
        let mut known: Vec<_> =
            kept.iter_mut().filter(|kept| flag(kept) != Some(Flag::KeyGone)).collect();
        if known.is_empty() {
            return Some(Verdict::NoCode);
        }
        let counts = addresses.entry(address.throttled()).or_default();
        if counts.day_tries == 0 || counts.tries_until <= now {
            (counts.tries_until, counts.day_tries) = (now.plus(DAY), 0);
        }
        let right = known.iter().any(|kept| matches(kept) && kept.wrong < tries);
        let right_is_dead = known.iter().any(|kept| matches(kept) && kept.wrong >= tries);
        if counts.day_tries >= daily_tries
            || known.iter().all(|kept| kept.wrong >= tries)
            || (right_is_dead && !right)
        {
            return Some(Verdict::Dead(counts.until_next(&self.limits, now)));
        }
        if right {
            if question.consume {
                challenges.remove(&bound);
            }
            return Some(Verdict::Right);
        }
        if !question.malformed {
            known.iter_mut().filter(|kept| kept.wrong < tries).for_each(|kept| kept.wrong += 1);
            counts.day_tries += 1;
        }
        Some(Verdict::Wrong)
    }
}

impl State {
    /// Forgets what is over.
    fn sweep(&mut self, now: Timestamp) {
        self.addresses.retain(|_, counts| !counts.is_over(now));
        self.challenges.retain(|_, kept| {
            kept.retain(|kept| kept.challenge.expires_at > now);
            !kept.is_empty()
        });
    }
}
