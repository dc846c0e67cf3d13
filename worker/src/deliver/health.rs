//! Deliver: all that is known of one relay. It hears how everything ended that was tried there,
//! and lets a mail through when the breaker, the limit of connections and the pace allow.

use std::{
    collections::{VecDeque, hash_map::RandomState},
    hash::BuildHasher as _,
    pin::pin,
    sync::{Arc, atomic::AtomicU32},
    time::Duration,
};

use lettre::{Address, address::Envelope};
use metrics::{counter, gauge};
use parking_lot::Mutex;
use tokio::{
    sync::{Mutex as AsyncMutex, Notify, watch},
    time::{Instant, sleep_until},
};
use tracing::{debug, info};

pub(super) use self::admission::{Admission, Heard};
use super::{
    RelayStatus,
    breaker::{Breaker, BreakerState},
    classify::{About, Known, classify},
    connection_limit::ConnectionLimit,
    fault::Fault,
    pace::Pace,
};

mod admission;

/// A mail that waits looks again at least so often.
const LOOK: Duration = Duration::from_secs(1);

/// One relay's health.
#[derive(Debug)]
pub(super) struct RelayHealth {
    relay: Arc<str>,
    /// How many relays are in use, this one and the others.
    relays_in_use: watch::Sender<usize>,
    /// A mail that was taken says for so long that some are.
    takes_mails_for: Duration,
    hasher: RandomState,
    state: Mutex<State>,
    /// Connections that are ready for mails, or have been.
    pub(super) connected: Arc<AtomicU32>,
    /// A mail that waits for a place may find one.
    changed: Notify,
    /// Held by the one mail that waits to find out whether it takes any again.
    scout: AsyncMutex<()>,
    /// Whether it is out of use.
    is_out: watch::Sender<bool>,
}

#[derive(Debug)]
struct State {
    breaker: Breaker,
    limit: ConnectionLimit,
    pace: Pace,
    /// Mails on their way, each with a connection.
    in_use: u32,
    since_taken: SinceTaken,
    /// Hashes of the last mails refused for now.
    seen: VecDeque<u64>,
    /// Hashes of three mails taken at first sight since one was put off, and when there were three
    /// last: a relay that greylists takes none.
    at_first_sight: (Vec<u64>, Option<Instant>),
    /// A hash of the domain whose mail was refused last with words about a rate, and without.
    spoke_of_rate_to: Option<u64>,
    doubted: Option<u64>,
    /// The limit that the gauges show, and whether they show a pace.
    shown: (u32, bool),
    /// Hashes of the last domains that a mail was taken for, the newest first.
    taken: Vec<(u64, Instant)>,
    /// What took it out of use, and in the way of its last probe.
    why: Option<String>,
}

/// What has failed since a mail was taken.
#[derive(Debug, Default)]
struct SinceTaken {
    /// Hashes of some mails and their domains, refused for now.
    refused: Vec<(u64, u64)>,
    /// Hashes of two domains refused without a word why.
    denied: Vec<u64>,
    /// Hashes of eight mails put off at RCPT.
    put_off: Vec<u64>,
    /// When we were first and last refused our only connection.
    starved: Option<(Instant, Instant)>,
}

/// Why a mail is not let through now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Busy {
    /// Out of use, or on trial by other mails.
    Out,
    /// Every place is taken. It may change at this time.
    Full(Option<Instant>),
    /// It is too early by the pace.
    Early(Instant),
    /// It refuses all mails. At this time another one may find out whether it still does.
    Refusing(Instant),
}

impl RelayHealth {
    /// A relay in use, of which nothing is known but what the settings allow.
    pub(super) fn new(
        relay: Arc<str>,
        relays_in_use: watch::Sender<usize>,
        connections: u32,
        rate: Option<f64>,
        takes_mails_for: Duration,
    ) -> Arc<Self> {
        let state = State {
            breaker: Breaker::default(),
            limit: ConnectionLimit::new(connections),
            pace: Pace::new(rate),
            in_use: 0,
            since_taken: SinceTaken::default(),
            spoke_of_rate_to: None,
            doubted: None,
            seen: VecDeque::new(),
            shown: (0, false),
            at_first_sight: (Vec::new(), None),
            taken: Vec::new(),
            why: None,
        };
        let health = Self {
            relay,
            relays_in_use,
            takes_mails_for,
            hasher: RandomState::new(),
            state: Mutex::new(state),
            connected: Arc::default(),
            changed: Notify::new(),
            scout: AsyncMutex::default(),
            is_out: watch::Sender::new(false),
        };
        health.show(&mut health.state.lock());
        Arc::new(health)
    }

    pub(super) fn breaker(&self) -> BreakerState {
        self.state.lock().breaker.state()
    }

    pub(super) fn status(&self) -> RelayStatus {
        let state = self.state.lock();
        let (breaker, refuses_all) = (state.breaker.state(), state.pace.refuses_all());
        RelayStatus {
            name: Arc::clone(&self.relay),
            state: breaker,
            is_well: state.breaker.is_well() && !refuses_all,
            why: state.why.clone().filter(|_| breaker != BreakerState::Closed || refuses_all),
        }
    }

    /// How long an unused connection may be kept while the relay lets us have fewer than the
    /// settings do: another worker may wait for its place.
    pub(super) fn keeps_unused(&self) -> Option<Duration> {
        self.state.lock().limit.keeps_unused()
    }

    /// Sets what the settings allow this worker, which may be alone.
    pub(super) fn allow(&self, connections: u32, rate: Option<f64>, alone: bool) {
        let mut state = self.state.lock();
        state.limit.allow(connections, alone, Instant::now());
        state.pace.allow(rate);
        self.show(&mut state);
        drop(state);
        self.changed.notify_waiters();
    }

    /// Lets a mail through now, or says why not.
    pub(super) fn try_admit(self: &Arc<Self>, envelope: &Envelope) -> Result<Admission, Busy> {
        let now = Instant::now();
        let mut state = self.state.lock();
        match state.breaker.state() {
            BreakerState::Open => return Err(Busy::Out),
            BreakerState::HalfOpen if state.breaker.keeps_back(self.mail(envelope), now) => {
                return Err(Busy::Out);
            }
            BreakerState::HalfOpen | BreakerState::Closed => {}
        }
        if state.in_use >= state.limit.at(now) || !state.breaker.has_room(now) {
            return Err(Busy::Full(state.limit.raised_at()));
        }
        if let Some(due) = state.pace.wait(now) {
            let is_silenced = state.pace.is_silenced();
            return Err(if is_silenced { Busy::Refusing(due) } else { Busy::Early(due) });
        }
        state.pace.begin(now);
        state.in_use += 1;
        let era = state.breaker.enter(now);
        Ok(Admission { health: Arc::clone(self), era })
    }

    /// Whether it refuses all mails for their rate, however slowly they come.
    pub(super) fn is_refusing(&self) -> bool {
        self.state.lock().pace.is_silenced()
    }

    /// Waits until a mail is let through; none when the relay is out of use for it, or refuses all
    /// and another mail waits already.
    pub(super) async fn admit(self: &Arc<Self>, envelope: &Envelope) -> Option<Admission> {
        let mut scout = None;
        loop {
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            let at = match self.try_admit(envelope) {
                Ok(admission) => return Some(admission),
                Err(Busy::Out) => return None,
                Err(Busy::Refusing(at)) => {
                    scout = Some(scout.or_else(|| self.scout.try_lock().ok())?);
                    Some(at)
                }
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
        let _ = self.is_out.subscribe().wait_for(|is_out| *is_out).await;
    }

    /// A probe begins to wait: how many came before.
    pub(super) fn probe(&self) -> u32 {
        self.state.lock().breaker.probe()
    }

    pub(super) fn probe_failed(&self, fault: &Fault) {
        let known = Known {
            others_work: self.state.lock().in_use > 0,
            topics: fault.topics,
            ..Known::default()
        };
        let about = classify(&fault.cause, known);
        self.count(about);
        self.state.lock().why = Some(fault.to_string());
        debug!(
            relay = %self.relay, cause = %fault.cause, detail = fault.detail, about = about.as_str(),
            "relay still out of use"
        );
    }

    /// A probe has logged in: mails may be tried.
    pub(super) fn try_mails(&self) {
        let mut state = self.state.lock();
        state.breaker.try_mails(Instant::now());
        self.is_out.send_replace(false);
        self.relays_in_use.send_modify(|relays| *relays += 1);
        self.show(&mut state);
        drop(state);
        self.changed.notify_waiters();
        info!(relay = %self.relay, "relay answers again: one mail is tried, then more at a time");
    }

    /// Counts a failure, which may need no more than that.
    pub(super) fn count(&self, about: About) {
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
        let gauge = |name| gauge!(name, "relay" => Arc::clone(&self.relay));
        gauge("signpost_relay_breaker_state").set(match state.breaker.state() {
            BreakerState::Closed => 0.0,
            BreakerState::HalfOpen if state.breaker.is_well() => 1.0,
            BreakerState::HalfOpen | BreakerState::Open => 2.0,
        });
        let limit = state.limit.at(now);
        gauge("signpost_relay_connection_limit").set(f64::from(limit));
        gauge("signpost_relay_pace").set(state.pace.rate(now).unwrap_or(0.0));
        state.shown = (limit, state.pace.is_slowed());
    }
}

#[cfg(test)]
mod tests;
