//! Deliver: a few connections to one relay, kept between mails.
//!
//! A connection goes back only through [`Lease::finish`], after a whole dialogue; a lease that is
//! dropped, as when its future is, closes it. The one used last is used next, so that the others
//! can idle out; a relay closes idle connections when it likes, so one that has spoken or gone
//! gets no mail, and a mail that meets its end there, or a 4xx, is tried on a fresh one at once.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use lettre::address::Envelope;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep_until, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{connection::Connection, dialer::Dialer, fault::Fault};

/// QUIT is a courtesy; it does not get the time of a mail.
const QUIT_DEADLINE: Duration = Duration::from_secs(2);

/// How long a connection is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Mails over one connection.
    pub(super) mails: u32,
    /// Since it was opened: relays behind a balancer shift, certificates change.
    pub(super) age: Duration,
    /// Unused, until it is closed.
    pub(super) idle: Duration,
    /// Unused, until NOOP must show that it is still there.
    pub(super) noop_after: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            mails: 100,
            age: Duration::from_mins(5),
            idle: Duration::from_mins(1),
            noop_after: Duration::from_secs(30),
        }
    }
}

/// The connections to one relay.
pub(super) struct Pool {
    dialer: Dialer,
    limits: Limits,
    permits: Arc<Semaphore>,
    kept: Mutex<Kept>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

#[derive(Default)]
struct Kept {
    /// The one used last is at the end.
    idle: Vec<Idle>,
    /// Whether a task waits to close those that nobody uses.
    watched: bool,
}

struct Idle {
    connection: Connection,
    since: Instant,
}

impl Pool {
    pub(super) fn new(
        dialer: Dialer,
        connections: usize,
        limits: Limits,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(connections));
        Arc::new(Self { dialer, limits, permits, kept: Mutex::default(), tasks, stop })
    }

    /// Waits until one of the connections is free; none if the pool was closed.
    pub(super) async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.permits).acquire_owned().await.ok()
    }

    /// Sends one mail, over a kept connection if there is one that still works.
    pub(super) async fn send(
        self: &Arc<Self>,
        permit: OwnedSemaphorePermit,
        envelope: &Envelope,
        mail: &[u8],
    ) -> Result<u16, Fault> {
        let mut lease = self.lease(permit).await?;
        let mut result = lease.connection.send(envelope, mail).await;
        if lease.reused && result.as_ref().is_err_and(Fault::spares_the_mail) {
            lease = lease.renew().await?;
            result = lease.connection.send(envelope, mail).await;
        }
        lease.finish();
        result
    }

    /// Opens a connection and keeps it for the next mail.
    pub(super) async fn warm(self: &Arc<Self>) -> Result<(), Fault> {
        let connection = self.dialer.dial().await?;
        self.keep(connection);
        Ok(())
    }

    /// Closes what idles: in the background, politely.
    pub(super) fn drain(&self) {
        let idle = std::mem::take(&mut self.lock().idle);
        for idle in idle {
            self.retire(idle.connection);
        }
    }

    async fn lease(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Result<Lease, Fault> {
        let pool = Arc::clone(self);
        while let Some(Idle { mut connection, since }) = self.take() {
            if !connection.is_alive().await {
                continue;
            }
            if since.elapsed() < self.limits.noop_after || connection.noop().await.is_ok() {
                return Ok(Lease { connection, pool, reused: true, _permit: permit });
            }
            // The others have idled for longer still.
            self.drain();
        }
        let connection = self.dialer.dial().await?;
        Ok(Lease { connection, pool, reused: false, _permit: permit })
    }

    fn take(&self) -> Option<Idle> {
        loop {
            let idle = self.lock().idle.pop()?;
            if idle.since.elapsed() < self.limits.idle && self.may_go_on(&idle.connection) {
                return Some(idle);
            }
            self.retire(idle.connection);
        }
    }

    fn may_go_on(&self, connection: &Connection) -> bool {
        connection.in_step()
            && connection.mails() < self.limits.mails
            && connection.age() < self.limits.age
    }

    fn keep(self: &Arc<Self>, connection: Connection) {
        if self.stop.is_cancelled() || !self.may_go_on(&connection) {
            return self.retire(connection);
        }
        let mut kept = self.lock();
        kept.idle.push(Idle { connection, since: Instant::now() });
        if !std::mem::replace(&mut kept.watched, true) {
            self.tasks.spawn(Arc::clone(self).watch());
        }
    }

    /// Closes connections as they idle out, until none is left.
    async fn watch(self: Arc<Self>) {
        while let Some(next) = self.close_expired() {
            tokio::select! {
                () = self.stop.cancelled() => return self.drain(),
                () = sleep_until(next) => {}
            }
        }
    }

    fn close_expired(&self) -> Option<Instant> {
        let mut kept = self.lock();
        let now = Instant::now();
        let expired = kept.idle.partition_point(|idle| idle.since + self.limits.idle <= now);
        for idle in kept.idle.drain(..expired) {
            self.retire(idle.connection);
        }
        let next = kept.idle.first().map(|idle| idle.since + self.limits.idle);
        kept.watched = next.is_some();
        next
    }

    fn retire(&self, connection: Connection) {
        if connection.in_step() {
            self.tasks.spawn(async {
                let _ = timeout(QUIT_DEADLINE, connection.quit()).await;
            });
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The use of one connection.
struct Lease {
    connection: Connection,
    pool: Arc<Pool>,
    /// It has carried a mail or a login before.
    reused: bool,
    /// Freed last, so that the next one finds the connection kept.
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    /// Puts a fresh connection in the place of this one, which is closed first: the relay may
    /// allow no more.
    async fn renew(self) -> Result<Self, Fault> {
        let _ = timeout(QUIT_DEADLINE, self.connection.quit()).await;
        let connection = self.pool.dialer.dial().await?;
        Ok(Self { connection, reused: false, ..self })
    }

    /// Gives the connection back; one that is out of step is closed instead.
    fn finish(self) {
        self.pool.keep(self.connection);
    }
}
