//! Deliver: takes a relay out of use when it is the relay that fails, so that its outage or a
//! wrong password uses up no mail's attempts, and tries it again by itself.
//!
//! Closed lets every mail through, open none. While open, a probe logs in without a mail; then,
//! half-open, one mail at a time decides.

use std::{
    collections::{HashSet, hash_map::RandomState},
    fmt,
    future::Future,
    hash::BuildHasher,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::FutureExt as _;
use lettre::{Address, address::Envelope};
use metrics::{counter, gauge};
use signpost_shared::backoff::Backoff;
use tracing::{debug, info, warn};

use super::{
    availability::{Availability, Capacity},
    classify::{Suspicion, Verdict},
    fault::{CauseKind, Fault, Stage},
};

/// Refusals in a row, each of another mail or domain, that make it the relay's fault.
const ROW: usize = 5;

/// Whether a relay is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// In use.
    Closed,
    /// Its login works again; one mail at a time is tried.
    HalfOpen,
    /// Out of use; a probe tries to log in.
    Open,
}

impl fmt::Display for BreakerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half-open",
            Self::Open => "open",
        })
    }
}

/// One relay's breaker.
#[derive(Debug)]
pub(super) struct Breaker {
    relay: Arc<str>,
    /// Its place in the order of preference.
    index: usize,
    availability: Arc<Availability>,
    hasher: RandomState,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: BreakerState,
    /// Changes with the state: what a mail admitted earlier reports is no news.
    era: u64,
    /// Half-open, and a mail is on its way.
    busy: bool,
    /// Hashes, so that no address is kept.
    refused_mails: HashSet<u64>,
    refused_domains: HashSet<u64>,
    /// Probes since it was last closed.
    probes: u32,
}

/// What a failure left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The relay is in use.
    Serving,
    /// This failure opened the breaker: somebody must probe.
    JustOpened,
    /// It is not (fully) in use, because of others.
    Down,
}

impl Breaker {
    pub(super) fn new(relay: Arc<str>, index: usize, availability: Arc<Availability>) -> Self {
        let inner = Inner {
            state: BreakerState::Closed,
            era: 0,
            busy: false,
            refused_mails: HashSet::new(),
            refused_domains: HashSet::new(),
            probes: 0,
        };
        let breaker = Self {
            relay,
            index,
            availability,
            hasher: RandomState::new(),
            inner: Mutex::new(inner),
        };
        breaker.show(BreakerState::Closed);
        breaker
    }

    pub(super) fn state(&self) -> BreakerState {
        self.lock().state
    }

    /// Whether a mail would be let through now.
    pub(super) fn lets(&self) -> bool {
        let inner = self.lock();
        match inner.state {
            BreakerState::Closed => true,
            BreakerState::HalfOpen => !inner.busy,
            BreakerState::Open => false,
        }
    }

    /// Lets a mail through. It must report; dropped, it frees the place and says nothing.
    pub(super) fn admit(self: &Arc<Self>) -> Option<Admission> {
        let mut inner = self.lock();
        match inner.state {
            BreakerState::Closed => {}
            BreakerState::HalfOpen if !inner.busy => inner.busy = true,
            BreakerState::HalfOpen | BreakerState::Open => return None,
        }
        Some(Admission { breaker: Arc::clone(self), era: inner.era })
    }

    /// Logs in again and again until it works, and then lets one mail at a time through.
    pub(super) async fn probe<F>(&self, backoff: Backoff, mut dial: impl FnMut() -> F)
    where
        F: Future<Output = Result<(), Fault>>,
    {
        loop {
            let tries = {
                let mut inner = self.lock();
                inner.probes = inner.probes.saturating_add(1);
                inner.probes - 1
            };
            tokio::time::sleep(backoff.delay(tries)).await;
            // A dial that panics is one that failed: without a probe the relay would stay away.
            let dialled = AssertUnwindSafe(dial()).catch_unwind().await.unwrap_or_else(|_| {
                Err(Fault::new(Stage::Connect, CauseKind::Protocol, "the probe panicked"))
            });
            match dialled {
                Ok(()) => {
                    let mut inner = self.lock();
                    self.turn(&mut inner, BreakerState::HalfOpen);
                    info!(relay = %self.relay, "relay answers again: one mail at a time is tried");
                    return;
                }
                Err(fault) => debug!(
                    relay = %self.relay, cause = %fault.cause, detail = fault.detail,
                    "relay still out of use"
                ),
            }
        }
    }

    fn turn(&self, inner: &mut Inner, to: BreakerState) {
        inner.state = to;
        inner.era += 1;
        inner.busy = false;
        inner.refused_mails.clear();
        inner.refused_domains.clear();
        let capacity = match to {
            BreakerState::Closed => Capacity::Full,
            BreakerState::HalfOpen => Capacity::One,
            BreakerState::Open => Capacity::None,
        };
        self.availability.set(self.index, capacity);
        self.show(to);
    }

    fn show(&self, state: BreakerState) {
        gauge!("signpost_relay_breaker_state", "relay" => Arc::clone(&self.relay)).set(
            match state {
                BreakerState::Closed => 0.0,
                BreakerState::HalfOpen => 1.0,
                BreakerState::Open => 2.0,
            },
        );
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A mail's leave to use the relay, and its duty to say how it went.
#[derive(Debug)]
pub(super) struct Admission {
    breaker: Arc<Breaker>,
    era: u64,
}

impl Admission {
    /// The relay accepted the mail.
    pub(super) fn succeeded(self) {
        let mut inner = self.breaker.lock();
        if inner.era != self.era {
            return;
        }
        inner.refused_mails.clear();
        inner.refused_domains.clear();
        if inner.state == BreakerState::HalfOpen {
            inner.probes = 0;
            self.breaker.turn(&mut inner, BreakerState::Closed);
            info!(relay = %self.breaker.relay, "relay back in use: breaker closed");
        }
    }

    /// The mail was not delivered.
    pub(super) fn failed(self, fault: &Fault, verdict: Verdict, envelope: &Envelope) -> Standing {
        let mut inner = self.breaker.lock();
        if inner.era == self.era && self.opens(&mut inner, fault.cause.stage, verdict, envelope) {
            self.breaker.turn(&mut inner, BreakerState::Open);
            let relay = &self.breaker.relay;
            counter!("signpost_relay_breaker_opened_total", "relay" => Arc::clone(relay))
                .increment(1);
            let cause = &fault.cause;
            warn!(
                %relay, stage = %cause.stage, code = cause.code, enhanced = cause.enhanced,
                kind = cause.kind.as_str(), detail = fault.detail,
                "relay out of use: breaker opened"
            );
            return Standing::JustOpened;
        }
        match inner.state {
            BreakerState::Closed => Standing::Serving,
            BreakerState::HalfOpen | BreakerState::Open => Standing::Down,
        }
    }

    fn opens(
        &self,
        inner: &mut Inner,
        stage: Stage,
        verdict: Verdict,
        envelope: &Envelope,
    ) -> bool {
        if matches!(stage, Stage::Rcpt | Stage::Data | Stage::Body) {
            inner.refused_mails.clear();
        }
        let hasher = &self.breaker.hasher;
        match verdict {
            Verdict::Permanent | Verdict::Temporary | Verdict::Unfit => false,
            Verdict::Relay => true,
            Verdict::Suspect(_) if inner.state == BreakerState::HalfOpen => true,
            Verdict::Suspect(Suspicion::Mails) => {
                // A retry of the same mail goes to the same address.
                inner.refused_mails.insert(hasher.hash_one(envelope.to()));
                inner.refused_mails.len() >= ROW
            }
            Verdict::Suspect(Suspicion::Domains) => {
                let domain = envelope.to().first().map(Address::domain).unwrap_or_default();
                inner.refused_domains.insert(hasher.hash_one(domain.to_ascii_lowercase()));
                inner.refused_domains.len() >= ROW
            }
        }
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut inner = self.breaker.lock();
        if inner.era == self.era {
            inner.busy = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, time::Duration};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_panics_is_not_the_last() {
        let breaker = Breaker::new("relay".into(), 0, Arc::new(Availability::new(1)));
        let dials = Cell::new(0);
        let backoff = Backoff { first: Duration::from_secs(1), longest: Duration::from_secs(2) };
        let probing = breaker.probe(backoff, async || {
            dials.set(dials.get() + 1);
            assert!(dials.get() > 1, "the first one panics");
            Ok(())
        });
        probing.await;
        assert_eq!((dials.get(), breaker.state()), (2, BreakerState::HalfOpen));
    }
}
