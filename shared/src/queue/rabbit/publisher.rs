//! Publishing: a supervised connection of its own, many confirms in flight on a
//! few channels, and a bound on how many.

use std::{
    num::NonZeroU32,
    sync::{Arc, LazyLock},
    time::Duration,
};

use metrics::{Histogram, histogram};
use parking_lot::Mutex;
use tokio::{
    sync::{Semaphore, oneshot, watch},
    time::{Instant, sleep, timeout},
};
use tracing::debug;

use super::{
    backlog::{watch_consumers, watch_depth},
    connect::Broker,
    connection::{ANSWER, ConnectError, Retries},
    declaration::{declare, first_missing},
    link::{BLOCKED, Link, Missing, Order, Place, Published},
    topology::queue_of,
};
use crate::{
    config::OrOff,
    lifecycle::Lifecycle,
    queue::{Late, Message, PublishError, Route},
    telemetry::Counters,
};

/// Publishes in flight; at 5 s each this is far beyond what a broker that is well ever holds.
const IN_FLIGHT: usize = 4096;
/// How often to look whether all queues are there; and after one could not be made, since somebody
/// must act first.
const LOOK: Duration = Duration::from_secs(3);
pub(super) const LOOK_AGAIN: Duration = Duration::from_secs(15);
/// How long after a refusal a probe asks again, if no message has done so before.
const ASK_AGAIN: Duration = Duration::from_secs(2);
const UNCONFIRMED: &str = "the broker does not confirm messages within 5 s";

/// Looked up once.
struct Metrics {
    durations: Histogram,
    outcomes: Counters,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(|| Metrics {
    durations: histogram!("signpost_publish_confirm_duration_seconds"),
    outcomes: Counters::of("signpost_publishes_total", &[], "outcome"),
});

/// Publishes with confirms. Clones share one connection.
#[derive(Clone, Debug)]
pub struct Publisher(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    state: watch::Receiver<State>,
    permits: Arc<Semaphore>,
    /// Whether there is room for another job, or when there will be.
    pub(super) room: Mutex<Result<(), Duration>>,
    broker: Broker,
    lifecycle: Lifecycle,
}

#[derive(Debug)]
struct State {
    link: Result<Arc<Link>, ConnectError>,
    /// The broker has let us in once.
    reached: bool,
}

impl Publisher {
    /// Connects in the background, and again whenever the connection ends. It stays
    /// connected while a shutdown drains, since settling needs it.
    pub fn start(broker: Broker, purpose: &'static str, lifecycle: &Lifecycle) -> Self {
        let link = Err(ConnectError::new("the broker has not answered yet"));
        let (sender, state) = watch::channel(State { link, reached: false });
        // Without threads lapin panics. Nobody would connect again.
        let supervised = supervise(broker.clone(), purpose, sender);
        lifecycle.spawn_background(lifecycle.essential("publisher", supervised));
        let publisher = Self(Arc::new(Inner {
            state,
            broker,
            permits: Arc::new(Semaphore::new(IN_FLIGHT)),
            room: Mutex::new(Ok(())),
            lifecycle: lifecycle.clone(),
        }));
        let watched = publisher.clone();
        lifecycle.spawn_background(async move {
            loop {
                sleep(LOOK).await;
                let _ = watched.restore().await;
            }
        });
        publisher
    }

    /// Makes queues anew that are gone: deleted by somebody, or expired by a policy.
    ///
    /// # Errors
    /// What is in the way. Asked again soon after a refusal, it says the same.
    pub(in crate::queue) async fn restore(&self) -> Result<(), ConnectError> {
        let link = self.link().map_err(ConnectError::new)?;
        // One for all that wait for it.
        let mut asking = link.known.asking.lock().await;
        let known = link.known.missing.lock().clone();
        if let Some(Missing { why, .. }) = known.filter(|known| known.at.elapsed() < LOOK_AGAIN) {
            return Err(why);
        }
        let (what, restored) = match first_missing(&link.connection, &mut asking).await? {
            None => (String::new(), Ok(())),
            Some(what) => (what, declare(&self.0.broker, &link.connection).await),
        };
        // What says nothing of it changes nothing.
        let refusal = restored.as_ref().err();
        if refusal.is_none_or(ConnectError::is_refusal) {
            let missing = refusal.map(|why| Missing { what, why: why.clone(), at: Instant::now() });
            *link.known.missing.lock() = missing;
        }
        restored
    }

    /// Finds room for so many waiting jobs only.
    pub fn limit(&self, limit: OrOff<NonZeroU32>) {
        if let Some(jobs) = limit {
            self.0.lifecycle.spawn_background(watch_depth(self.clone(), jobs.get()));
        }
    }

    /// How many workers take jobs, looked at every few seconds; one until that is known.
    pub fn consumers(&self) -> watch::Receiver<u32> {
        let (sender, consumers) = watch::channel(1);
        self.0.lifecycle.spawn_background(watch_consumers(self.clone(), sender));
        consumers
    }

    /// Whether there is room for another job.
    ///
    /// # Errors
    /// How long until there will be.
    pub fn has_room(&self) -> Result<(), Duration> {
        *self.0.room.lock()
    }

    /// Whether the broker has let us in once, whatever it said then.
    pub fn was_reached(&self) -> bool {
        self.0.state.borrow().reached
    }

    /// Whether a publish could succeed now. A rehearsal asks for everything but a place in the
    /// queue, which only a message can ask for: the last one counts, and while it was refused
    /// and no other comes, probes do. The one that is taken in the end is stored, as are those of
    /// channels that have to prove themselves; a worker drops them.
    ///
    /// # Errors
    /// What is in the way.
    pub async fn health(&self) -> Result<(), String> {
        // The first attempt to connect tells more than that it has not ended.
        let _ = timeout(ANSWER, self.0.state.clone().changed()).await;
        let link = self.link()?;
        let missing = link.known.missing.lock().clone();
        if let Some(missing) = missing {
            return Err(missing.why.to_string());
        }
        if let Err(error) = link.rehearse().await {
            // What the broker said meanwhile tells more than its silence.
            return Err(self.link().err().unwrap_or_else(|| error.to_string()));
        }
        let refused = *link.known.refused.lock();
        if let Some((route, at)) = refused
            && route != Route::Dead
            && at.elapsed() >= ASK_AGAIN
        {
            let _ = self.attempt(route, Message::probe()).await;
        }
        let refused = *link.known.refused.lock();
        let Some((route, _)) = refused else { return self.ready() };
        let queue = queue_of(route);
        Err(format!(
            "{queue} refuses messages: is it full? Or has it lost its majority \
             (rabbitmq-queues quorum_status {queue})?"
        ))
    }

    /// Whether a message would be sent now, and its confirm not be waited for in vain.
    ///
    /// # Errors
    /// What is in the way.
    pub fn ready(&self) -> Result<(), String> {
        if self.link()?.confirms() { Ok(()) } else { Err(UNCONFIRMED.to_owned()) }
    }

    /// Resolves when it is connected.
    pub async fn connected(&self) {
        // Its supervisor holds the sender until the process ends.
        let _ = self.0.state.clone().wait_for(|state| state.link.is_ok()).await;
    }

    /// Ends its connection in order, when nothing is left to publish.
    pub async fn close(&self) {
        let link = self.0.state.borrow().link.clone();
        if let Ok(link) = link {
            link.connection.close("nothing left to publish").await;
        }
    }

    pub(super) fn link(&self) -> Result<Arc<Link>, String> {
        let link = match &self.0.state.borrow().link {
            Ok(link) => Arc::clone(link),
            Err(error) => return Err(error.to_string()),
        };
        if link.connection.status().blocked() {
            return Err(BLOCKED.to_owned());
        }
        if !link.is_whole() {
            return Err("the connection to the broker was lost".to_owned());
        }
        Ok(link)
    }

    pub(in crate::queue) async fn publish(&self, route: Route, message: Message) -> Published {
        let started = Instant::now();
        let published = self.attempt(route, message).await;
        METRICS.outcomes.count(match &published {
            Ok(()) => "confirmed",
            Err(PublishError::NotSent) => return published,
            Err(PublishError::Refused) => "refused",
            Err(PublishError::Unknown(_)) => "unknown",
        });
        METRICS.durations.record(started.elapsed());
        published
    }

    async fn attempt(&self, route: Route, message: Message) -> Published {
        let place = Place::take(&self.0.permits).ok_or(PublishError::NotSent)?;
        let link = self.link().ok().filter(|link| !link.is_missing(route));
        let link = link.ok_or(PublishError::NotSent)?;
        let (tell, mut told) = oneshot::channel();
        if link.order(Order { route, message, tell, place }) {
            self.0.lifecycle.spawn_background(Arc::clone(&link).publish_all());
        }
        let in_time = timeout(ANSWER, &mut told).await;
        in_time.map_or_else(
            |_| {
                // A confirm that nobody awaits piles up inside lapin: it is seen through, and holds
                // its place, so that a broker that has stopped answering costs bounded memory.
                let (tell, late) = Late::channel();
                self.0.lifecycle.spawn_background(async move {
                    let _ = tell.send(link.overdue(told).await);
                });
                Err(PublishError::Unknown(late))
            },
            |told| told.unwrap_or_else(|_| Err(PublishError::Unknown(Late::never()))),
        )
    }
}

async fn supervise(broker: Broker, purpose: &'static str, sender: watch::Sender<State>) {
    let (mut retries, mut last) = (Retries::default(), None::<Arc<Link>>);
    loop {
        let opened = match broker.connect(purpose).await {
            Ok(connection) => Link::open(&broker, connection, last.as_deref()).await,
            Err(error) => Err(error),
        };
        let since = Instant::now();
        let cause = match opened {
            Ok(link) => {
                debug!(purpose, "connected to the broker");
                let (link, cause) = serve(link, &sender).await;
                last = Some(link);
                cause
            }
            Err(cause) => cause,
        };
        debug!(purpose, %cause, "not connected to the broker");
        sender.send_modify(|state| {
            state.reached |= cause.let_us_in();
            state.link = Err(cause.clone());
        });
        if let Some(link) = &last {
            // A channel may have ended alone: its siblings must not linger.
            link.connection.close("reconnecting").await;
        }
        retries.wait(&cause, since.elapsed()).await;
    }
}

/// Lets a link be used, with new channels where need be, until its connection ends.
async fn serve(link: Link, sender: &watch::Sender<State>) -> (Arc<Link>, ConnectError) {
    let mut link = Arc::new(link);
    loop {
        sender.send_replace(State { link: Ok(Arc::clone(&link)), reached: true });
        let renewed = match link.used().await {
            Ok(()) => link.renewed().await,
            Err(cause) => Err(cause),
        };
        match renewed {
            Ok(renewed) => {
                debug!("the broker refused or did not confirm a message: new channels");
                link = Arc::new(renewed);
            }
            Err(cause) => return (link, cause),
        }
    }
}
