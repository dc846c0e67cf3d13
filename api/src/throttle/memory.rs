//! The throttle in memory, for everything in one process. The same rules as
//! `take.lua` and `release.lua`, held to them by the same tests.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use signpost_shared::{
    address::EmailAddress,
    clock::{Clock, Timestamp},
    code::Challenge,
};
use uuid::Uuid;

use super::{Decision, Limits, Release, Ticket, Token};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Decides in this process alone. Clones are one throttle.
#[derive(Clone, Debug)]
pub struct MemoryThrottle {
    limits: Limits,
    clock: Clock,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// By the address as throttled.
    addresses: HashMap<String, Counts>,
    /// By the address as bound.
    challenges: HashMap<String, Vec<Kept>>,
}

#[derive(Debug)]
struct Counts {
    cooldown_until: Timestamp,
    token: Option<Token>,
    day_until: Timestamp,
    day_sends: u32,
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

    pub(super) fn take(&self, address: &EmailAddress, token: Token) -> Decision {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { addresses, challenges } = &mut *state;
        addresses.retain(|_, counts| counts.day_until > now || counts.cooldown_until > now);
        challenges.retain(|_, kept| {
            kept.retain(|kept| kept.challenge.expires_at > now);
            !kept.is_empty()
        });
        let counts = addresses.entry(address.throttled()).or_insert(Counts {
            cooldown_until: now,
            token: None,
            day_until: now.plus(DAY),
            day_sends: 0,
        });
        if counts.cooldown_until > now {
            return Decision::Later { retry_after: counts.cooldown_until.since(now) };
        }
        if counts.day_until <= now {
            (counts.day_until, counts.day_sends) = (now.plus(DAY), 0);
        }
        if counts.day_sends >= self.limits.daily_cap {
            return Decision::Limit { retry_after: counts.day_until.since(now) };
        }
        counts.cooldown_until = now.plus(self.limits.cooldown);
        counts.token = Some(token);
        counts.day_sends += 1;
        let kept = challenges.entry(address.bound()).or_default();
        let challenge = self.choose(kept, now);
        Decision::Accepted(Ticket { challenge, accepted_at: now, token })
    }

    /// The newest challenge while it may be sent again, else a new one.
    fn choose(&self, kept: &mut Vec<Kept>, now: Timestamp) -> Challenge {
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
            id: Uuid::new_v4(),
            kid: code_keys.signing().clone(),
            digits: *digits,
            expires_at: now.plus(*code_ttl),
        };
        kept.push(Kept { challenge: challenge.clone(), wrong: 0 });
        challenge
    }

    pub(super) fn release(&self, address: &EmailAddress, token: Token, release: Release) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(counts) = state.addresses.get_mut(&address.throttled()) else {
            return false;
        };
        if counts.token != Some(token) {
            return false;
        }
        counts.token = None;
        counts.cooldown_until = Timestamp::from_millis(0);
        if release == Release::Whole {
            counts.day_sends = counts.day_sends.saturating_sub(1);
        }
        true
    }
}
