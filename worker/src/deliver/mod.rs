//! Deliver: a mail goes to the first relay that can take it.
//!
//! `relay` parses the URL, `dialer` opens a connection (`tls`, `login`), `connection` holds
//! a mail's dialogue over a `wire`, `reply` and `capabilities` read what the relay says, `words`
//! says what of it may be kept, and `pool` keeps connections. `journey` takes a mail from `route`
//! to route: `health` lets it through (`breaker`, `connection_limit`, `pace`) and hears how it
//! went, and `classify` says what a `fault` is about. Why all this is so: see docs/ARCHITECTURE.md.

mod body;
mod breaker;
mod capabilities;
mod classify;
mod connection;
mod connection_limit;
mod dialer;
mod examine;
mod fault;
mod health;
mod helo;
mod journey;
mod login;
mod pace;
mod pool;
mod relay;
mod reply;
mod route;
mod stage_time;
#[cfg(test)]
mod tests;
mod tls;
mod wire;
mod words;

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use rustls::pki_types::ServerName;
use signpost_shared::{
    address::EmailAddress,
    config::{ConfigError, invalid},
    reload::Files,
};
use tokio::{sync::watch, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::{
    breaker::BreakerState,
    connection::Deadlines,
    examine::Examined,
    fault::{Cause, CauseKind, Stage},
    relay::{RelayUrl, Security},
};
use self::{
    dialer::Dialer,
    health::RelayHealth,
    helo::HeloName,
    login::Login,
    pool::{Lifetime, Pool},
    reply::Reply,
    route::{Recovery, Route},
    words::Secrets,
};

/// How long [`Deliverer::close`] waits for farewells.
const CLOSE_DEADLINE: Duration = Duration::from_secs(3);
/// How often the gauges are shown when nothing else does.
const SHOWN: Duration = Duration::from_secs(5);

/// What a [`Deliverer`] is built from.
#[derive(Clone, Debug)]
pub struct Settings {
    /// In order of preference.
    pub relays: Vec<RelayUrl>,
    /// At most so many connections to each relay.
    pub connections: u32,
    /// Our name in EHLO: a host name or an IP address. None: the host's full name, or the address
    /// of our end of the connection.
    pub helo_name: Option<String>,
    /// An access token for relays whose URL has a user and no password; read for every login.
    pub token_file: Option<PathBuf>,
    /// PEM, added to the system's roots.
    pub ca_file: Option<PathBuf>,
    /// How long each stage may take.
    pub deadlines: Deadlines,
}

/// The relay's word that the mail is now its to deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// `host:port`.
    pub relay: Arc<str>,
    reply: Reply,
}

impl Receipt {
    /// What the relay said, its queue id as a rule, without words that hold the address or
    /// the code.
    pub fn words(&self, address: &EmailAddress, code: &str) -> String {
        let words = Secrets::new(address, code).left_out_of(&self.reply.text());
        format!("{} {words}", self.reply.code).trim_end().to_owned()
    }
}

/// What to do with a mail that was not delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Try it again later: it was about this mail, as far as can be told.
    Temporary(Cause),
    /// Never try it again.
    Permanent(Cause),
    /// A relay may have taken it. Try it once more, later, and through no other before.
    Unknown(Cause),
    /// A relay refuses all mails for now, and no other has taken this one. It counts as no attempt.
    Refused,
    /// No relay has a place for it now. It says nothing about the mail, and counts as no attempt.
    Unavailable,
    /// It was no longer ours to send before it was begun.
    Lost,
}

/// A relay and whether it is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayStatus {
    /// `host:port`.
    pub name: Arc<str>,
    /// Whether it is in use.
    pub state: BreakerState,
    /// Whether it takes mails, or may, as far as is known.
    pub is_well: bool,
    /// Why it is not in use, in words of ours.
    pub why: Option<String>,
}

/// Delivers mails. Clones share connections and what is known of the relays.
#[derive(Clone)]
pub struct Deliverer(Arc<Inner>);

struct Inner {
    routes: Vec<Arc<Route>>,
    /// At most so many to each relay.
    connections: u32,
    /// How many of them are in use.
    in_use: watch::Sender<usize>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Deliverer {
    /// Reads the trusted roots, as `files` will again. Connects nowhere yet.
    pub fn new(settings: Settings, files: &mut Files) -> Result<Self, ConfigError> {
        Self::build(settings, Lifetime::default(), Recovery::default(), files)
    }

    fn build(
        settings: Settings,
        lifetime: Lifetime,
        recovery: Recovery,
        files: &mut Files,
    ) -> Result<Self, ConfigError> {
        let helo = HeloName::new(settings.helo_name.as_deref())?;
        let needs_token = |r: &RelayUrl| matches!(r.login, Some(Login { password: None, .. }));
        if settings.token_file.is_some() && !settings.relays.iter().any(needs_token) {
            let problem = "it needs a user without a password in a relay's URL: smtps://user@host";
            return Err(invalid("SIGNPOST_SMTP_TOKEN_FILE", &problem));
        }
        let encrypted = settings.relays.iter().any(|relay| relay.security != Security::Plain);
        let tls = if encrypted || settings.ca_file.is_some() {
            let ca_file = settings.ca_file;
            Some(files.read(move || tls::client_config(ca_file.as_deref()))?)
        } else {
            None
        };
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let connections = settings.connections;
        let in_use = watch::Sender::new(settings.relays.len());
        let mut routes = Vec::with_capacity(settings.relays.len());
        for mut relay in settings.relays {
            let name: Arc<str> = relay.to_string().into();
            let unusable =
                |problem| invalid("SIGNPOST_SMTP_URL", &format!("relay {name}: {problem}"));
            let tls = match &tls {
                Some(config) if relay.security != Security::Plain => {
                    let host = ServerName::try_from(relay.host.clone())
                        .map_err(|_| unusable("TLS needs a host name or an IP address"))?;
                    Some((config.clone(), host))
                }
                _ => None,
            };
            if let Some(login) = &mut relay.login {
                login.waits = recovery.login;
                if login.password.is_none() {
                    login.token_file.clone_from(&settings.token_file);
                    if login.token_file.is_none() {
                        let problem = "a user needs a password, or SIGNPOST_SMTP_TOKEN_FILE";
                        return Err(unusable(problem));
                    }
                }
            }
            let allowance = relay.allowance;
            let health = RelayHealth::new(
                Arc::clone(&name),
                in_use.clone(),
                allowance.connections(connections, 1),
                allowance.rate(1),
                recovery.taken,
            );
            let dialer = Dialer {
                relay,
                name,
                helo: helo.clone(),
                deadlines: settings.deadlines,
                tls,
                connected: Arc::clone(&health.connected),
                pipelining_works: Arc::default(),
                turn: Arc::default(),
            };
            let pool =
                Pool::new(dialer, Arc::clone(&health), lifetime, tasks.clone(), stop.clone());
            routes.push(Arc::new(Route { pool, health, recovery }));
        }
        let inner = Inner { routes, connections, in_use, tasks, stop };
        Ok(Self(Arc::new(inner)))
    }

    /// What relays allow is the fleet's, so each of so many workers takes its share.
    pub fn share(&self, mut workers: watch::Receiver<u32>) {
        let deliverer = self.clone();
        let following = async move {
            loop {
                let workers_now = *workers.borrow_and_update();
                for route in &deliverer.0.routes {
                    // What the fleet may do there, as the relay's URL says.
                    let fleet = route.pool.dialer.relay.allowance;
                    let connections = fleet.connections(deliverer.0.connections, workers_now);
                    route.health.allow(connections, fleet.rate(workers_now), workers_now <= 1);
                }
                // What a pace has grown to is shown meanwhile, too.
                if let Ok(Err(_)) = timeout(SHOWN, workers.changed()).await {
                    return;
                }
            }
        };
        self.0.spawn(following);
    }

    /// How many relays take mails, if only on trial: now, and whenever it changes.
    pub fn relays_in_use(&self) -> watch::Receiver<usize> {
        self.0.in_use.subscribe()
    }

    /// The relays in order of preference.
    pub fn relays(&self) -> Vec<RelayStatus> {
        self.0.routes.iter().map(|route| route.health.status()).collect()
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
}

impl Inner {
    /// In the background, until all ends.
    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(self.stop.clone().run_until_cancelled_owned(work));
    }
}

impl fmt::Debug for Deliverer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Deliverer").field(&self.relays()).finish()
    }
}
