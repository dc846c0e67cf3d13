//! Deliver: a few connections to one relay, kept between mails.
//!
//! A connection goes back only by [`Pool::keep`], after a whole dialogue; one that is dropped, as
//! when the future of its mail is, closes. The one that took the last mail is used next, so that
//! the others can idle out; a relay closes idle connections when it likes, so one that has spoken or
//! gone gets no mail. How many there may be is not decided here: whoever asks for one has a place.

use std::{pin::pin, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::{
    sync::Notify,
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    classify::About,
    connection::Connection,
    dialer::{Dialed, Dialer},
    fault::Fault,
    health::RelayHealth,
};

/// How often to look whether places have become scarce.
const LOOK: Duration = Duration::from_secs(1);
/// Whoever has left us for so long, before a mail, has dropped the command; others say so at once.
const UNANSWERED: Duration = Duration::from_secs(1);
/// After so long, a connection that is being made gives way to one that comes back. A relay may
/// take more than it greets.
const SLOW: Duration = Duration::from_secs(2);

/// How long a connection is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lifetime {
    /// Mails over one connection.
    pub(super) mails: u32,
    /// Since it was opened: relays behind a balancer shift, certificates change.
    pub(super) age: Duration,
    /// Unused, until it is closed.
    pub(super) idle: Duration,
}

impl Default for Lifetime {
    fn default() -> Self {
        Self { mails: 100, age: Duration::from_mins(5), idle: Duration::from_mins(1) }
    }
}

/// The connections to one relay.
pub(super) struct Pool {
    pub(super) dialer: Dialer,
    health: Arc<RelayHealth>,
    lifetime: Lifetime,
    kept: Mutex<Kept>,
    /// One has come back.
    returned: Notify,
    tasks: TaskTracker,
    stop: CancellationToken,
}

#[derive(Default)]
struct Kept {
    /// The one used last is at the end.
    idle: Vec<Idle>,
    /// Whether a task waits to close those that nobody uses.
    watched: bool,
    /// What was opened before is not kept.
    drained: Option<Instant>,
}

struct Idle {
    connection: Box<Connection>,
    since: Instant,
}

impl Pool {
    pub(super) fn new(
        dialer: Dialer,
        health: Arc<RelayHealth>,
        lifetime: Lifetime,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Arc<Self> {
        let (kept, returned) = (Mutex::default(), Notify::new());
        Arc::new(Self { dialer, health, lifetime, kept, returned, tasks, stop })
    }

    /// Opens a connection and keeps it for the next mail.
    pub(super) async fn warm(self: &Arc<Self>) -> Result<(), Fault> {
        self.keep(self.dialer.dial().await?, true);
        Ok(())
    }

    /// Closes what idles, in the background and politely, and what is in use after its mail.
    pub(super) fn drain(&self) {
        self.kept.lock().drained = Some(Instant::now());
        self.close_idle();
    }

    /// A connection for one mail: one that is kept and still works, or else a fresh one; or one that
    /// comes back meanwhile, until the mail has lost its patience.
    pub(super) async fn lease(self: Arc<Self>, patience: Duration) -> Dialed {
        if let Some(connection) = self.alive().await {
            return Ok(connection);
        }
        let greeted = tokio::select! {
            greeted = self.dialer.greeted() => greeted?,
            // Boxed, as what is dialed: few mails wait for it.
            Ok(connection) = Box::pin(timeout(patience, self.come_back())) => {
                self.health.connects_slowly();
                return Ok(connection);
            }
        };
        // If that takes its time, it is no lack of connections.
        self.dialer.logged_in(greeted).await
    }

    /// A fresh connection in the place of this one, which is closed first: the relay may allow no
    /// more.
    pub(super) async fn renew(self: Arc<Self>, connection: Box<Connection>) -> Dialed {
        connection.quit().await;
        self.dialer.dial().await
    }

    /// One that is kept and still works.
    async fn alive(&self) -> Option<Box<Connection>> {
        while let Some(mut connection) = self.take() {
            let asked = Instant::now();
            if connection.is_alive().await {
                return Some(connection);
            }
            self.health.count(About::Connection);
            // The others would be waited for as long, one after the other.
            if asked.elapsed() >= UNANSWERED {
                self.close_idle();
            }
        }
        None
    }

    /// Waits for one that other mails no longer need, when another has not been greeted for a while.
    async fn come_back(&self) -> Box<Connection> {
        sleep(SLOW).await;
        loop {
            let mut returned = pin!(self.returned.notified());
            returned.as_mut().enable();
            if let Some(connection) = self.alive().await {
                return connection;
            }
            returned.await;
        }
    }

    pub(super) fn close_idle(&self) {
        let idle = std::mem::take(&mut self.kept.lock().idle);
        for idle in idle {
            self.retire(idle.connection);
        }
    }

    fn take(&self) -> Option<Box<Connection>> {
        loop {
            let Idle { connection, since } = self.kept.lock().idle.pop()?;
            if since.elapsed() < self.idle() && connection.may_go_on(self.lifetime) {
                return Some(connection);
            }
            self.retire(connection);
        }
    }

    /// How long one is kept unused.
    fn idle(&self) -> Duration {
        let idle = self.lifetime.idle;
        self.health.keeps_unused().map_or(idle, |unused| unused.min(idle))
    }

    /// Takes a connection back; one that is out of step is closed instead. One over which a mail
    /// was not taken is used last: behind a name may be several machines, and one be sick.
    pub(super) fn keep(self: &Arc<Self>, mut connection: Box<Connection>, is_good: bool) {
        let mut kept = self.kept.lock();
        let is_old = kept.drained.is_some_and(|drained| connection.opened <= drained);
        if is_old || self.stop.is_cancelled() || !connection.may_go_on(self.lifetime) {
            return self.retire(connection);
        }
        connection.reused = true;
        match kept.idle.first() {
            Some(first) if !is_good => {
                let since = first.since;
                kept.idle.insert(0, Idle { connection, since });
            }
            _ => kept.idle.push(Idle { connection, since: Instant::now() }),
        }
        let was_watched = std::mem::replace(&mut kept.watched, true);
        drop(kept);
        self.returned.notify_one();
        if !was_watched {
            self.tasks.spawn(Arc::clone(self).watch());
        }
    }

    /// Closes connections as they idle out, until none is left.
    async fn watch(self: Arc<Self>) {
        while let Some(next) = self.close_expired() {
            tokio::select! {
                () = self.stop.cancelled() => return self.drain(),
                // Places may become scarce meanwhile.
                () = sleep_until(next.min(Instant::now() + LOOK)) => {}
            }
        }
    }

    fn close_expired(&self) -> Option<Instant> {
        let idle_for = self.idle();
        let mut kept = self.kept.lock();
        let now = Instant::now();
        let expired = kept.idle.partition_point(|idle| idle.since + idle_for <= now);
        for idle in kept.idle.drain(..expired) {
            self.retire(idle.connection);
        }
        let next = kept.idle.first().map(|idle| idle.since + idle_for);
        kept.watched = next.is_some();
        next
    }

    fn retire(&self, connection: Box<Connection>) {
        if connection.in_step() {
            self.tasks.spawn(connection.quit());
        }
    }
}
