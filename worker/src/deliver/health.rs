//! Deliver: all that is known of one relay. It hears how everything ended that was tried there,
//! and lets a mail through when the breaker, the limit of connections and the pace allow.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher as _,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use lettre::{Address, address::Envelope};
use metrics::{Gauge, counter, gauge};
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};
use tracing::{debug, info, warn};

use super::{
    availability::{Availability, Capacity},
    breaker::{Breaker, BreakerState},
    classify::{About, Known, classify},
    connection_limit::ConnectionLimit,
    fault::{CauseKind, Fault},
    pace::Pace,
};

/// How long a mail taken for one domain says that another domain's mails are let in.
const RECENT: Duration = Duration::from_secs(600);
/// A mail that waits looks again at least so often.
const LOOK: Duration = Duration::from_secs(1);

/// One relay's health.
#[derive(Debug)]
pub(super) struct RelayHealth {
    relay: Arc<str>,
    /// Its place in the order of preference.
    index: usize,
    availability: Arc<Availability>,
    hasher: RandomState,
    gauges: Gauges,
    state: Mutex<State>,
    /// A mail that waits for a place may find one.
    changed: Notify,
    /// It was taken out of use.
    opened: Notify,
}

#[derive(Debug)]
struct State {
    breaker: Breaker,
    limit: ConnectionLimit,
    pace: Pace,
    /// Mails on their way, each with a connection.
    in_use: u32,
    /// Hashes of two mails refused for now since one was taken: more say no more.
    refused: Vec<u64>,
    /// Hashes of the last two domains that a mail was taken for, the newest first.
    taken: Vec<(u64, Instant)>,
}

struct Gauges {
    breaker: Gauge,
    connections: Gauge,
    pace: Gauge,
}

/// Why a mail is not let through now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Busy {
    /// Out of use.
    Out,
    /// Every place is taken. It may change at this time.
    Full(Option<Instant>),
    /// It is too early by the pace.
    Early(Instant),
}

/// What a failure turned out to be about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    pub(super) about: About,
    /// It took the relay out of use: somebody must probe.
    pub(super) opened: bool,
    /// The relay is in use.
    pub(super) in_use: bool,
}

impl RelayHealth {
    /// A relay in use, of which nothing is known but what the settings allow.
    pub(super) fn new(
        relay: Arc<str>,
        index: usize,
        availability: Arc<Availability>,
        connections: u32,
        rate: Option<f64>,
    ) -> Arc<Self> {
        let gauges = Gauges {
            breaker: gauge!("signpost_relay_breaker_state", "relay" => Arc::clone(&relay)),
            connections: gauge!("signpost_relay_connection_limit", "relay" => Arc::clone(&relay)),
            pace: gauge!("signpost_relay_pace", "relay" => Arc::clone(&relay)),
        };
        let state = State {
            breaker: Breaker::new(),
            limit: ConnectionLimit::new(connections),
            pace: Pace::new(rate),
            in_use: 0,
            refused: Vec::new(),
            taken: Vec::new(),
        };
        let health = Self {
            relay,
            index,
            availability,
            hasher: RandomState::new(),
            gauges,
            state: Mutex::new(state),
            changed: Notify::new(),
            opened: Notify::new(),
        };
        health.show(&mut health.lock());
        Arc::new(health)
    }

    pub(super) fn breaker(&self) -> BreakerState {
        self.lock().breaker.state()
    }

    /// Sets what the settings allow this worker.
    pub(super) fn allow(&self, connections: u32, rate: Option<f64>) {
        let mut state = self.lock();
        state.limit.allow(connections);
        state.pace.allow(rate);
        self.show(&mut state);
        drop(state);
        self.changed.notify_waiters();
    }

    /// Lets a mail through now, or says why not.
    pub(super) fn try_admit(self: &Arc<Self>) -> Result<Admission, Busy> {
        let now = Instant::now();
        let mut state = self.lock();
        if state.breaker.state() == BreakerState::Open {
            return Err(Busy::Out);
        }
        if state.in_use >= state.limit.at(now) || !state.breaker.has_room() {
            return Err(Busy::Full(state.limit.raised_at()));
        }
        if let Some(due) = state.pace.wait(now) {
            return Err(Busy::Early(due));
        }
        state.pace.begin(now);
        state.in_use += 1;
        let era = state.breaker.enter();
        Ok(Admission { health: Arc::clone(self), era })
    }

    /// Waits until a mail is let through; none when the relay is out of use.
    pub(super) async fn admit(self: &Arc<Self>) -> Option<Admission> {
        loop {
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            let at = match self.try_admit() {
                Ok(admission) => return Some(admission),
                Err(Busy::Out) => return None,
                Err(Busy::Full(at)) => at,
                Err(Busy::Early(at)) => Some(at),
            };
            let look = Instant::now() + LOOK;
            tokio::select! {
                () = changed => {}
                () = sleep_until(at.map_or(look, |at| at.min(look))) => {}
            }
        }
    }

    /// Resolves when the relay is out of use.
    pub(super) async fn out_of_use(&self) {
        loop {
            let mut opened = pin!(self.opened.notified());
            opened.as_mut().enable();
            if self.breaker() == BreakerState::Open {
                return;
            }
            opened.await;
        }
    }

    /// A connection was closed by the relay, or has spoken, while it idled.
    pub(super) fn idle_connection_ended(&self) {
        self.count(About::Connection);
    }

    /// The wait before a probe: how many came before, and whether it is a wrong login's.
    pub(super) fn probe(&self) -> (u32, bool) {
        self.lock().breaker.probe()
    }

    pub(super) fn probe_failed(&self, fault: &Fault) {
        let mut state = self.lock();
        let known = Known { others_work: state.in_use > 0, ..Known::default() };
        let about = classify(&fault.cause, known);
        state.breaker.probe_failed(about);
        self.count(about);
        debug!(
            relay = %self.relay, cause = %fault.cause, detail = fault.detail, about = about.as_str(),
            "relay still out of use"
        );
    }

    /// A probe has logged in: mails may be tried.
    pub(super) fn try_mails(&self) {
        let mut state = self.lock();
        state.breaker.try_mails();
        self.show(&mut state);
        drop(state);
        self.changed.notify_waiters();
        info!(relay = %self.relay, "relay answers again: one mail is tried, then more at a time");
    }

    fn count(&self, about: About) {
        counter!("signpost_relay_failures_total",
            "relay" => Arc::clone(&self.relay), "about" => about.as_str())
        .increment(1);
    }

    fn mail(&self, envelope: &Envelope) -> u64 {
        // A retry of the same mail goes to the same address.
        self.hasher.hash_one(envelope.to())
    }

    fn domain(&self, envelope: &Envelope) -> u64 {
        let domain = envelope.to().first().map(Address::domain).unwrap_or_default();
        self.hasher.hash_one(domain.to_ascii_lowercase())
    }

    fn show(&self, state: &mut State) {
        let now = Instant::now();
        let (capacity, value) = match (state.breaker.state(), state.breaker.most()) {
            (BreakerState::Open, _) => (Capacity::None, 2.0),
            (BreakerState::HalfOpen, most) => (Capacity::Few(most.unwrap_or(1)), 1.0),
            (BreakerState::Closed, _) => (Capacity::Full, 0.0),
        };
        self.availability.set(self.index, capacity);
        self.gauges.breaker.set(value);
        self.gauges.connections.set(f64::from(state.limit.at(now)));
        self.gauges.pace.set(state.pace.rate(now).unwrap_or(0.0));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Gauges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gauges")
    }
}

/// A mail's place at the relay, with a connection for as long as it lasts, and its duty to say
/// how it went. Dropped without a word, it only frees the place.
#[derive(Debug)]
pub(super) struct Admission {
    health: Arc<RelayHealth>,
    era: u64,
}

impl Admission {
    /// The relay took the mail.
    pub(super) fn taken(&self, envelope: &Envelope) {
        let health = &self.health;
        let domain = health.domain(envelope);
        let now = Instant::now();
        let mut state = health.lock();
        let was_slowed = state.pace.is_slowed();
        state.pace.taken(now);
        state.refused.clear();
        state.taken.retain(|(other, _)| *other != domain);
        state.taken.insert(0, (domain, now));
        state.taken.truncate(2);
        let most = state.breaker.most();
        let enough = state.limit.at(now);
        state.breaker.taken(self.era, enough);
        if state.breaker.most() != most {
            health.changed.notify_waiters();
            if state.breaker.state() == BreakerState::Closed {
                info!(relay = %health.relay, "relay back in use: breaker closed");
            }
        }
        // What is full and free stays so until a failure.
        if most.is_some() || was_slowed || state.limit.raised_at().is_some() {
            health.show(&mut state);
        }
        if was_slowed && !state.pace.is_slowed() {
            info!(relay = %health.relay, "relay takes our pace again");
        }
    }

    /// The relay did not take the mail, and had refused it `refusals` times before in this
    /// attempt.
    pub(super) fn failed(
        &self,
        fault: &Fault,
        reused: bool,
        refusals: u32,
        envelope: &Envelope,
    ) -> Heard {
        let health = &self.health;
        let (mail, domain) = (health.mail(envelope), health.domain(envelope));
        let now = Instant::now();
        let mut state = health.lock();
        let is_recent = |at: Instant| now.saturating_duration_since(at) <= RECENT;
        let known = Known {
            others_work: state.in_use > 1,
            reused,
            refusals,
            others_refused: state.refused.iter().any(|other| *other != mail),
            slowed: state.pace.is_slowed(),
            takes_other_domains: state.taken.iter().any(|(d, at)| *d != domain && is_recent(*at)),
        };
        let about = classify(&fault.cause, known);
        health.count(about);
        match about {
            About::Connections => {
                let (others, was_free) =
                    (state.in_use.saturating_sub(1), state.limit.raised_at().is_none());
                state.limit.refused(others, now);
                if was_free {
                    info!(relay = %health.relay, "relay refuses a connection: fewer are used");
                }
            }
            // No answer, too: a recipient that is slow to check, or a relay that is.
            About::Mail if fault.cause.kind == CauseKind::Reply => {}
            About::Pace | About::PaceOrMail | About::Mail => {
                if !state.refused.contains(&mail) && state.refused.len() < 2 {
                    state.refused.push(mail);
                }
                if about == About::Pace {
                    health.slow_down(&mut state, now);
                }
            }
            _ => {}
        }
        let opened = state.breaker.failed(self.era, about, domain);
        if !opened && state.breaker.has_just_failed(about) {
            health.warn(fault, about, "relay fails");
        }
        if opened {
            // It was the relay, not our number: coming back is by doubling.
            state.limit.forget();
            counter!("signpost_relay_breaker_opened_total", "relay" => Arc::clone(&health.relay))
                .increment(1);
            health.warn(fault, about, "relay out of use: breaker opened");
            health.changed.notify_waiters();
            health.opened.notify_waiters();
        }
        health.show(&mut state);
        Heard { about, opened, in_use: state.breaker.state() != BreakerState::Open }
    }
}

impl RelayHealth {
    fn slow_down(&self, state: &mut State, now: Instant) {
        let was_slowed = state.pace.is_slowed();
        state.pace.refused(now);
        if !was_slowed {
            let rate = state.pace.rate(now);
            info!(relay = %self.relay, rate, "relay refuses our pace: slowed down");
        }
    }

    fn warn(&self, fault: &Fault, about: About, what: &str) {
        let cause = &fault.cause;
        warn!(
            relay = %self.relay, stage = %cause.stage, code = cause.code,
            enhanced = cause.enhanced, kind = cause.kind.as_str(), detail = fault.detail,
            about = about.as_str(), "{what}"
        );
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut state = self.health.lock();
        state.in_use -= 1;
        state.breaker.leave(self.era);
        drop(state);
        self.health.changed.notify_one();
    }
}
