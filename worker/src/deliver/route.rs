//! Deliver: one relay, its connections and its health, and what a mail meets there.

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures_util::{FutureExt as _, future::BoxFuture};
use lettre::address::Envelope;
use signpost_shared::backoff::Backoff;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::{
    classify::About,
    dialer::Dialed,
    fault::{Cause, CauseKind, Fault, Stage},
    health::{Admission, Heard, RelayHealth},
    pool::Pool,
    reply::Reply,
};

/// After so long without a connection a mail turns to another relay, if there is one: longer than
/// it waits for another mail's.
pub(super) const SLOW: Duration = Duration::from_secs(3);
/// Where there is none.
pub(super) const FOR_EVER: Duration = Duration::MAX;

/// A connection that is being made.
pub(super) type Dialing = BoxFuture<'static, Dialed>;

/// When a relay that is out of use is tried again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recovery {
    /// A relay that fails.
    pub(super) relay: Backoff,
    /// After our login was refused: the first wait, and the longest.
    pub(super) login: (Duration, Duration),
    /// How long a mail that was taken says that a relay's policy refuses some and not all.
    pub(super) taken: Duration,
}

impl Default for Recovery {
    fn default() -> Self {
        let login = (Duration::from_secs(30), Duration::from_secs(600));
        Self { relay: Backoff::PATIENT, login, taken: Duration::from_secs(5) }
    }
}

/// A mail in one attempt.
#[derive(Clone, Copy)]
pub(super) struct Attempt<'a> {
    pub(super) envelope: &'a Envelope,
    pub(super) mail: &'a [u8],
    /// It is its first attempt.
    pub(super) is_first: bool,
    /// Another relay, which takes others' mails, has refused its recipient without a word why.
    pub(super) is_denied: bool,
}

/// What a mail met at a relay.
pub(super) enum Met {
    /// It was taken, with this reply.
    Taken(Reply),
    /// Nothing: it is no longer ours to send.
    Lost,
    /// Nothing: the relay was taken out of use before it had a connection.
    OutOfUse,
    /// Nothing yet: the connection is still being made, and holds the mail's place.
    Slow(Dialing),
    /// A failure.
    Failure(Cause, Heard),
}

/// One relay.
pub(super) struct Route {
    pub(super) pool: Arc<Pool>,
    pub(super) health: Arc<RelayHealth>,
    pub(super) recovery: Recovery,
}

impl Route {
    /// Sends a mail, which this relay has refused so often before, in this attempt.
    pub(super) async fn send(
        &self,
        admission: &Admission,
        attempt: Attempt<'_>,
        refusals: &mut u32,
        patience: Duration,
        lost: &CancellationToken,
    ) -> Met {
        let Attempt { envelope, mail, is_first, .. } = attempt;
        let leasing = Box::pin(Arc::clone(&self.pool).lease(patience));
        let mut connected = self.connect(leasing, patience, lost).await;
        loop {
            let (fault, connection) = match connected {
                Err(met) => return met,
                Ok(Err(fault)) => (fault, None),
                Ok(Ok(mut connection)) => match connection.send(envelope, mail).await {
                    Ok(reply) => {
                        self.pool.keep(connection, true);
                        admission.taken(envelope, is_first && *refusals == 0);
                        return Met::Taken(reply);
                    }
                    Err(fault) => (fault, Some(connection)),
                },
            };
            let reused = connection.as_ref().is_some_and(|connection| connection.reused);
            let heard = admission.failed(&fault, attempt, reused, *refusals);
            debug!(
                relay = %self.pool.dialer.name, cause = %fault.cause, detail = fault.detail,
                about = heard.about.as_str(), "not delivered"
            );
            let said = [CauseKind::Reply, CauseKind::Smtputf8, CauseKind::TooLarge];
            if said.contains(&fault.cause.kind) {
                *refusals += 1;
            }
            match (heard.about, connection) {
                (About::Connection, Some(connection)) => {
                    if fault.cause.kind == CauseKind::Timeout {
                        // The others may be as dead.
                        self.pool.close_idle();
                    }
                    let renewing = Box::pin(Arc::clone(&self.pool).renew(connection));
                    connected = self.connect(renewing, patience, lost).await;
                    continue;
                }
                // One less is what the relay wants, which counts it until it is closed.
                (About::Connections, Some(connection)) => Box::pin(connection.quit()).await,
                // Or it may be this connection that the relay has had enough of.
                (About::Pace | About::PaceOrMail, Some(connection)) if reused => {
                    Box::pin(connection.quit()).await;
                }
                (_, Some(connection)) => self.pool.keep(connection, false),
                (_, None) => {}
            }
            return Met::Failure(fault.cause, heard);
        }
    }

    /// Nothing is begun for a mail that is lost, or at a relay that went out of use.
    async fn connect(
        &self,
        mut leasing: Dialing,
        patience: Duration,
        lost: &CancellationToken,
    ) -> Result<Dialed, Met> {
        tokio::select! {
            () = lost.cancelled() => Err(Met::Lost),
            leased = &mut leasing => Ok(leased),
            () = self.health.out_of_use() => Err(Met::OutOfUse),
            () = sleep(patience) => Err(Met::Slow(leasing)),
        }
    }

    /// Sees a connection through that its mail no longer waits for, within the mail's place.
    pub(super) async fn see_through(
        self: Arc<Self>,
        dialing: Dialing,
        admission: Admission,
        envelope: Envelope,
    ) {
        let fault = tokio::select! {
            leased = dialing => match leased {
                Ok(connection) => return self.pool.keep(connection, false),
                Err(fault) => fault,
            },
            () = self.health.out_of_use() => return,
        };
        let attempt = Attempt { envelope: &envelope, mail: &[], is_first: false, is_denied: false };
        let heard = admission.failed(&fault, attempt, false, 0);
        drop(admission);
        if heard.opened {
            self.recover().await;
        }
    }

    /// Probes until a login works. What was opened before the failure is closed: the relay starts
    /// afresh.
    pub(super) async fn recover(self: Arc<Self>) {
        self.pool.drain();
        loop {
            let wait = self.recovery.relay.delay(self.health.probe());
            match &self.pool.dialer.relay.login {
                Some(login) if login.was_refused() => login.rested().await,
                _ => sleep(wait).await,
            }
            self.pool.dialer.turn.fetch_add(1, Ordering::Relaxed);
            match survive(self.pool.warm()).await {
                Ok(()) => return self.health.try_mails(),
                Err(fault) => self.health.probe_failed(&fault),
            }
        }
    }
}

/// A probe that panics is one that failed: without a next one the relay would stay away.
async fn survive(probe: impl Future<Output = Result<(), Fault>>) -> Result<(), Fault> {
    AssertUnwindSafe(probe).catch_unwind().await.unwrap_or_else(|_| {
        Err(Fault::new(Stage::Connect, CauseKind::Protocol, "the probe panicked"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_probe_that_panics_has_failed() {
        let panicking = async { panic!("so what") };
        assert!(survive(panicking).await.is_err());
    }
}
