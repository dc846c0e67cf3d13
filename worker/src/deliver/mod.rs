//! Deliver: a mail goes to the first relay that can take it.
//!
//! `relay` parses the URL, `dialer` opens a connection (`race`, `tls`, `login`), `connection`
//! holds a mail's dialogue over a `wire`, `reply` and `capabilities` read what the relay says,
//! `pool` keeps connections, `classify` says what a `fault` means, and `breaker` takes a relay out
//! of use. Why the dialogue is our own: see docs/ARCHITECTURE.md.

mod availability;
mod body;
mod breaker;
mod capabilities;
mod classify;
mod connection;
mod dialer;
mod fault;
mod helo;
mod login;
mod pool;
mod race;
mod relay;
mod reply;
mod settings;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod tls;
mod trust;
mod wire;

use std::{fmt, sync::Arc, time::Duration};

use lettre::address::Envelope;
use rustls::pki_types::ServerName;
use signpost_shared::{backoff::Backoff, reload::Files};
use tokio::{sync::watch, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::debug;

use self::{
    availability::Availability,
    breaker::{Breaker, Standing},
    classify::{Verdict, classify},
    dialer::Dialer,
    helo::HeloName,
    login::Login,
    pool::{Limits, Pool},
};
pub use self::{
    availability::Capacity,
    breaker::BreakerState,
    connection::Deadlines,
    fault::{Cause, CauseKind, Stage},
    relay::{RelayUrl, RelayUrlError, Security},
    settings::{Settings, SettingsError},
};

/// How long [`Deliverer::close`] waits for farewells.
const CLOSE_DEADLINE: Duration = Duration::from_secs(3);

/// The relay's word that the mail is now its to deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// `host:port`.
    pub relay: Arc<str>,
    /// A 2xx, as a rule 250.
    pub code: u16,
}

/// What to do with a mail that was not delivered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Try it again later.
    #[error("not delivered for now: {0}")]
    Temporary(Cause),
    /// Never try it again.
    #[error("not deliverable: {0}")]
    Permanent(Cause),
    /// No relay is in use. It says nothing about the mail, and counts as no attempt.
    #[error("no relay in use")]
    Unavailable,
}

/// A relay and whether it is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayStatus {
    /// `host:port`.
    pub name: Arc<str>,
    /// Whether it is in use.
    pub state: BreakerState,
}

/// Delivers mails. Clones share connections and breakers.
#[derive(Clone)]
pub struct Deliverer(Arc<Inner>);

struct Inner {
    routes: Vec<Route>,
    availability: Arc<Availability>,
    backoff: Backoff,
    tasks: TaskTracker,
    stop: CancellationToken,
}

struct Route {
    name: Arc<str>,
    pool: Arc<Pool>,
    breaker: Arc<Breaker>,
}

/// What one relay made of a mail.
enum Attempt {
    Done(Result<Receipt, Failure>),
    /// Out of use, or it was its fault: the next one may take the mail.
    Next,
    /// It cannot carry this mail, and is not to blame: the next one may.
    Unfit(Cause),
}

impl Deliverer {
    /// Reads the trusted roots, as `files` will again. Connects nowhere yet.
    pub fn new(settings: Settings, files: &mut Files) -> Result<Self, SettingsError> {
        Self::build(settings, Limits::default(), Backoff::PATIENT, files)
    }

    fn build(
        settings: Settings,
        limits: Limits,
        backoff: Backoff,
        files: &mut Files,
    ) -> Result<Self, SettingsError> {
        if settings.relays.is_empty() {
            return Err(SettingsError::NoRelays);
        }
        if settings.connections == 0 {
            return Err(SettingsError::NoConnections);
        }
        let helo = HeloName::new(settings.helo_name.as_deref())?;
        if settings.token_file.is_some() && settings.relays.iter().all(|r| r.login().is_none()) {
            return Err(SettingsError::NoUser);
        }
        let encrypted = settings.relays.iter().any(|relay| relay.security() != Security::Plain);
        let tls = if encrypted || settings.ca_file.is_some() {
            let ca_file = settings.ca_file;
            Some(files.read(move || tls::client_config(ca_file.as_deref()))?)
        } else {
            None
        };
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let availability = Arc::new(Availability::new(settings.relays.len()));
        let mut routes = Vec::with_capacity(settings.relays.len());
        for (index, relay) in settings.relays.into_iter().enumerate() {
            let name: Arc<str> = relay.name().into();
            let tls = match &tls {
                Some(config) if relay.security() != Security::Plain => {
                    let host = ServerName::try_from(relay.host().to_owned())
                        .map_err(|_| SettingsError::Host(relay.name()))?;
                    Some((config.clone(), host))
                }
                _ => None,
            };
            let token_file = settings.token_file.clone();
            let login = relay.login().cloned().map(|login| Login { token_file, ..login });
            if login.as_ref().is_some_and(|l| l.password.is_none() && l.token_file.is_none()) {
                return Err(SettingsError::NoProof(relay.name()));
            }
            let breaker = Breaker::new(Arc::clone(&name), index, Arc::clone(&availability));
            let dialer = Dialer {
                relay,
                name: Arc::clone(&name),
                helo: helo.clone(),
                login,
                deadlines: settings.deadlines,
                tls,
            };
            let pool = Pool::new(dialer, settings.connections, limits, tasks.clone(), stop.clone());
            routes.push(Route { name, pool, breaker: Arc::new(breaker) });
        }
        Ok(Self(Arc::new(Inner { routes, availability, backoff, tasks, stop })))
    }

    /// Delivers one mail through the first relay in use, or the next if it is the relay that
    /// fails before the body has been sent. Waits for a free connection.
    ///
    /// # Errors
    ///
    /// [`Failure`] says what to do with the mail.
    pub async fn deliver(&self, envelope: &Envelope, mail: &[u8]) -> Result<Receipt, Failure> {
        let mut unfit = None;
        let mut all_tried = true;
        for route in &self.0.routes {
            match self.attempt(route, envelope, mail).await {
                Attempt::Done(result) => return result,
                Attempt::Next => all_tried = false,
                Attempt::Unfit(cause) => unfit = Some(cause),
            }
        }
        // A relay that is out of use may carry what the others cannot.
        Err(unfit.filter(|_| all_tried).map_or(Failure::Unavailable, Failure::Permanent))
    }

    /// What the relays can take, now and whenever it changes.
    pub fn capacity(&self) -> watch::Receiver<Capacity> {
        self.0.availability.subscribe()
    }

    /// The relays in order of preference.
    pub fn relays(&self) -> Vec<RelayStatus> {
        let status = |route: &Route| RelayStatus {
            name: Arc::clone(&route.name),
            state: route.breaker.state(),
        };
        self.0.routes.iter().map(status).collect()
    }

    /// Stops probing and says QUIT on idle connections; done within 3 seconds. Mails on their way
    /// go on, and their connections close after them; later ones are [`Failure::Unavailable`].
    pub async fn close(&self) {
        self.0.stop.cancel();
        for route in &self.0.routes {
            route.pool.drain();
        }
        self.0.tasks.close();
        let _ = timeout(CLOSE_DEADLINE, self.0.tasks.wait()).await;
    }

    async fn attempt(&self, route: &Route, envelope: &Envelope, mail: &[u8]) -> Attempt {
        if self.0.stop.is_cancelled() || !route.breaker.lets() {
            return Attempt::Next;
        }
        let Some(permit) = route.pool.permit().await else {
            return Attempt::Next;
        };
        // The breaker may have opened while this mail waited.
        let Some(admission) = route.breaker.admit() else {
            return Attempt::Next;
        };
        let fault = match route.pool.send(permit, envelope, mail).await {
            Ok(code) => {
                admission.succeeded();
                return Attempt::Done(Ok(Receipt { relay: Arc::clone(&route.name), code }));
            }
            Err(fault) => fault,
        };
        let verdict = classify(&fault.cause);
        let standing = admission.failed(&fault, verdict, envelope);
        debug!(relay = %route.name, cause = %fault.cause, detail = fault.detail, "not delivered");
        if standing == Standing::JustOpened {
            self.recover(route);
        }
        let cause = fault.cause;
        match verdict {
            Verdict::Permanent => Attempt::Done(Err(Failure::Permanent(cause))),
            Verdict::Temporary => Attempt::Done(Err(Failure::Temporary(cause))),
            Verdict::Unfit => Attempt::Unfit(cause),
            Verdict::Suspect(_) if standing == Standing::Serving => {
                Attempt::Done(Err(Failure::Temporary(cause)))
            }
            // The body is out: another relay might deliver it a second time.
            Verdict::Relay if cause.stage == Stage::Body => {
                Attempt::Done(Err(Failure::Temporary(cause)))
            }
            Verdict::Suspect(_) | Verdict::Relay => Attempt::Next,
        }
    }

    /// What idles was opened before the fault: the relay starts afresh with the probe's login.
    fn recover(&self, route: &Route) {
        route.pool.drain();
        let (breaker, pool) = (Arc::clone(&route.breaker), Arc::clone(&route.pool));
        let (backoff, stop) = (self.0.backoff, self.0.stop.clone());
        self.0.tasks.spawn(async move {
            let probing = breaker.probe(backoff, || pool.warm());
            stop.run_until_cancelled(probing).await;
        });
    }
}

impl fmt::Debug for Deliverer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Deliverer").field(&self.relays()).finish()
    }
}
