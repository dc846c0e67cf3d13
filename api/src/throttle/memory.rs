//! The throttle in memory, for everything in one process. The same rules as the
//! scripts, held to them by the same tests.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use signpost_shared::{
    address::EmailAddress,
    clock::{Clock, Timestamp},
    code::Challenge,
};
use uuid::Uuid;

use super::{
    Decision, Fits, Lane, Limit, Limits, Mode, Release, Ticket, Token, Verdict,
    rate::Cell,
    send::Asked,
    verify::{Answer, Flag, Question},
};
use crate::client::ClientNetwork;

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
    cells: HashMap<Lane, Cell>,
}

#[derive(Debug)]
struct Counts {
    cooldown_until: Timestamp,
    token: Option<Token>,
    day_until: Timestamp,
    day_sends: u32,
    tries_until: Timestamp,
    day_tries: u32,
}

impl Counts {
    fn none(now: Timestamp) -> Self {
        Self {
            cooldown_until: now,
            token: None,
            day_until: now,
            day_sends: 0,
            tries_until: now,
            day_tries: 0,
        }
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

    pub(super) fn ask(
        &self,
        address: &EmailAddress,
        network: ClientNetwork,
        token: Token,
    ) -> Asked {
        let decision = self.take(address, token);
        let Limits { network: share, ceiling, .. } = self.limits;
        let [network_fits, service_fits] = [(Lane::Send(network), share), (Lane::Service, ceiling)]
            .map(|(lane, limit)| limit.map_or(Ok(()), |limit| self.rate(lane, limit, Mode::Take)));
        Asked { decision, network_fits, service_fits }
    }

    fn take(&self, address: &EmailAddress, token: Token) -> Decision {
        let now = self.clock.now();
        let mut state = self.state();
        state.sweep(now);
        let State { addresses, challenges, .. } = &mut *state;
        let counts = addresses.entry(address.throttled()).or_insert_with(|| Counts::none(now));
        if counts.cooldown_until > now {
            return Decision::Later { retry_after: counts.cooldown_until.since(now) };
        }
        if counts.day_until <= now {
            (counts.day_until, counts.day_sends) = (now.plus(DAY), 0);
        }
        if counts.day_sends >= self.limits.daily_cap {
            return Decision::Limit { retry_after: counts.day_until.since(now) };
        }
        if counts.tries_until > now && counts.day_tries >= self.limits.daily_tries {
            return Decision::Limit { retry_after: counts.tries_until.since(now) };
        }
        counts.cooldown_until = now.plus(self.limits.cooldown);
        counts.token = Some(token);
        counts.day_sends += 1;
        let kept = challenges.entry(address.bound()).or_default();
        let (challenge, created) = self.choose(kept, now);
        Decision::Accepted(Ticket { challenge, accepted_at: now, created })
    }

    /// The newest challenge while it may be sent again, else a new one.
    fn choose(&self, kept: &mut Vec<Kept>, now: Timestamp) -> (Challenge, bool) {
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
            return (again.challenge.clone(), false);
        }
        let challenge = Challenge {
            id: Uuid::new_v4(),
            kid: code_keys.signing().clone(),
            digits: *digits,
            expires_at: now.plus(*code_ttl),
        };
        kept.push(Kept { challenge: challenge.clone(), wrong: 0 });
        (challenge, true)
    }

    pub(super) fn release(&self, address: &EmailAddress, token: Token, release: Release) -> bool {
        let mut state = self.state();
        let Some(counts) = state.addresses.get_mut(&address.throttled()) else {
            return false;
        };
        if counts.token != Some(token) {
            return false;
        }
        counts.token = None;
        counts.cooldown_until = Timestamp::from_millis(0);
        if release != Release::Cooldown {
            counts.day_sends = counts.day_sends.saturating_sub(1);
            if counts.day_sends == 0 {
                counts.day_until = Timestamp::from_millis(0);
            }
        }
        if let (Release::Trace(Some(id)), Some(kept)) =
            (release, state.challenges.get_mut(&address.bound()))
        {
            kept.retain(|kept| kept.challenge.id != id);
        }
        true
    }

    pub(super) fn rate(&self, lane: Lane, limit: Limit, mode: Mode) -> Fits {
        let now = self.clock.now();
        let mut state = self.state();
        state.cells.retain(|_, cell| !cell.is_idle(now));
        state.cells.entry(lane).or_default().apply(limit, mode, now)
    }

    pub(super) fn challenges(&self, address: &EmailAddress) -> Vec<Challenge> {
        let state = self.state();
        let kept = state.challenges.get(&address.bound()).into_iter().flatten();
        kept.map(|kept| kept.challenge.clone()).collect()
    }

    pub(super) fn decide(&self, question: &Question<'_>) -> Answer {
        let now = self.clock.now();
        let Limits { tries, daily_tries, .. } = self.limits;
        let mut state = self.state();
        state.sweep(now);
        let State { addresses, challenges, .. } = &mut *state;
        let bound = question.address.bound();
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
        let counts =
            addresses.entry(question.address.throttled()).or_insert_with(|| Counts::none(now));
        if counts.tries_until <= now {
            (counts.tries_until, counts.day_tries) = (now.plus(DAY), 0);
        }
        if counts.day_tries >= daily_tries {
            return Some(Verdict::Dead { retry_after: counts.tries_until.since(now) });
        }
        let right = known.iter().any(|kept| matches(kept) && kept.wrong < tries);
        let right_is_dead = known.iter().any(|kept| matches(kept) && kept.wrong >= tries);
        if known.iter().all(|kept| kept.wrong >= tries) || (right_is_dead && !right) {
            return Some(Verdict::Dead { retry_after: counts.cooldown_until.since(now) });
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

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
