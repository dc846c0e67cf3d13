//! Deliver: one mail's way from relay to relay within one attempt. `classify` says what each
//! refusal is about; here is what then becomes of the mail.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use futures_util::future::select_ok;
use lettre::address::Envelope;
use signpost_shared::telemetry::trace::{KeyValue, Span, SpanKind};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::{
    BreakerState, Deliverer, Failure, Receipt,
    classify::{About, is_bare},
    fault::Cause,
    health::{Admission, Busy},
    route::{Attempt, FOR_EVER, Met, Route, SLOW},
};

/// How long a mail waits for a place at a relay before one that is less preferred is asked, too:
/// far longer than a quick relay takes for a mail, and nothing beside what a slow one takes.
const HEAD_START: Duration = Duration::from_millis(250);
/// How long it waits in all: less than the grace of a shutdown, since what waits is in hand.
const PATIENCE: Duration = Duration::from_secs(20);

/// A relay that the mail may still go to.
struct Candidate<'a> {
    route: &'a Arc<Route>,
    /// How often it has refused the mail.
    refusals: u32,
    /// The mail has turned away from it, since there was no connection for a while.
    was_slow: bool,
}

impl Candidate<'_> {
    fn may_take(&self) -> bool {
        let health = &self.route.health;
        health.breaker() == BreakerState::Closed && !health.is_refusing()
    }
}

/// What is to be said when no relay is left.
#[derive(Default)]
struct Refused {
    /// It was about the mail, or might be.
    for_now: Option<Cause>,
    /// The relay cannot carry it.
    unfit: Option<Cause>,
    /// By a relay that takes others' mails, without a word why.
    bare: Option<Cause>,
    /// A relay takes no mail at all for now.
    all: bool,
    /// A relay did not get to see it.
    unseen: bool,
}

impl Refused {
    fn failure(self, attempt: u32) -> Failure {
        match (self.bare, self.for_now, self.unfit) {
            // Another relay may take it, some other time.
            (Some(cause), ..) if self.unseen || self.all => Failure::Temporary(cause),
            (_, Some(cause), _) => Failure::Temporary(cause),
            (None, None, _) if self.all => Failure::Refused,
            // A relay that is out of use may carry what the others cannot.
            (None, None, _) if self.unseen => Failure::Unavailable,
            // Not every machine behind a name is upgraded at once.
            (None, None, Some(cause)) if attempt == 0 => Failure::Temporary(cause),
            (Some(cause), None, _) | (None, None, Some(cause)) => Failure::Permanent(cause),
            (None, None, None) => Failure::Unavailable,
        }
    }
}

impl Deliverer {
    /// Delivers one mail through the first relay that takes it. Waits for a place, for 20 seconds
    /// at most. `attempt` counts those before this one; once `lost` is cancelled, nothing is begun.
    ///
    /// # Errors
    ///
    /// [`Failure`] says what to do with the mail.
    pub async fn deliver(
        &self,
        envelope: &Envelope,
        mail: &[u8],
        attempt: u32,
        lost: &CancellationToken,
    ) -> Result<Receipt, Failure> {
        let candidate = |route| Candidate { route, refusals: 0, was_slow: false };
        let mut left: VecDeque<_> = self.0.routes.iter().map(candidate).collect();
        // A retry begins at another relay than the attempt before. The attempt's number travels
        // with the job, so that it holds for whichever worker gets it.
        left.rotate_left(usize::try_from(attempt).unwrap_or_default() % left.len().max(1));
        let mut refused = Refused::default();
        let patience = Instant::now() + PATIENCE;
        while !left.is_empty() {
            let found = tokio::select! {
                biased;
                () = lost.cancelled() => return Err(Failure::Lost),
                () = self.0.stop.cancelled() => None,
                // First: a relay that has kept it for longer than that leaves it to the next.
                found = first_place(&left, envelope) => found,
                () = sleep_until(patience) => None,
            };
            let Some((mut candidate, admission)) =
                found.and_then(|(place, admission)| Some((left.remove(place)?, admission)))
            else {
                refused.all |= left.iter().all(|candidate| candidate.route.health.is_refusing());
                refused.unseen = true;
                break;
            };
            let route = candidate.route;
            let span = Span::child("deliver", SpanKind::Client, || {
                let relay = &route.pool.dialer.relay;
                [
                    KeyValue::new("server.address", relay.host.clone()),
                    KeyValue::new("server.port", i64::from(relay.port)),
                ]
            });
            let refusals = &mut candidate.refusals;
            // Boxed: it is large, and a span around it would hold it twice.
            let is_denied = refused.bare.is_some();
            let this = Attempt { envelope, mail, is_first: attempt == 0, is_denied };
            // It turns away once from each.
            let may_leave = !candidate.was_slow && left.iter().any(Candidate::may_take);
            let patience = if may_leave { SLOW } else { FOR_EVER };
            let sending = route.send(&admission, this, refusals, patience, lost);
            let met = span.around(Box::pin(sending)).await;
            if let Met::Failure(cause, _) = &met {
                span.failed(|| cause.to_string());
            }
            drop(span);
            let (cause, heard) = match met {
                Met::Taken(reply) => {
                    return Ok(Receipt { relay: Arc::clone(&route.pool.dialer.name), reply });
                }
                Met::Lost => return Err(Failure::Lost),
                Met::OutOfUse => {
                    refused.unseen = true;
                    continue;
                }
                Met::Slow(dialing) => {
                    let route = Arc::clone(route);
                    self.0.spawn(route.see_through(dialing, admission, envelope.clone()));
                    candidate.was_slow = true;
                    left.push_back(candidate);
                    continue;
                }
                Met::Failure(cause, heard) => (cause, heard),
            };
            if heard.opened {
                self.0.spawn(Arc::clone(route).recover());
            }
            // Most leave the mail to another relay at once, if there is one that has not refused it.
            match heard.about {
                About::Mailbox if is_bare(&cause) => refused.bare = Some(cause),
                About::Mailbox => return Err(Failure::Permanent(cause)),
                About::Unknown => return Err(Failure::Unknown(cause)),
                // Or to this one, as soon as it has a place and the pace allows.
                About::Connections | About::Pace | About::PaceOrMail => left.push_back(candidate),
                About::AllMails => refused.all = true,
                About::Offer => refused.unfit = Some(cause),
                // What a relay says that is out of use for its policy is not about the mail.
                About::Policy if !heard.in_use => refused.unseen = true,
                // It says no more than the other one, which takes others' mails.
                About::Policy if is_bare(&cause) && refused.bare.is_some() => {}
                About::Mail | About::Policy => refused.for_now = Some(cause),
                About::Connection | About::Credentials | About::Relay => refused.unseen = true,
            }
        }
        Err(refused.failure(attempt))
    }
}

/// Waits until one of these relays lets the mail through: the first, or soon any. None when all
/// are out of use.
async fn first_place(
    left: &VecDeque<Candidate<'_>>,
    envelope: &Envelope,
) -> Option<(usize, Admission)> {
    for (place, candidate) in left.iter().enumerate() {
        let health = &candidate.route.health;
        match health.try_admit(envelope) {
            Ok(admission) => return Some((place, admission)),
            Err(Busy::Full(_)) if place + 1 < left.len() => {
                if let Ok(Some(admission)) = timeout(HEAD_START, health.admit(envelope)).await {
                    return Some((place, admission));
                }
            }
            Err(_) => {}
        }
    }
    let waiting = left.iter().enumerate().map(|(place, candidate)| {
        let admit = candidate.route.health.admit(envelope);
        Box::pin(async move { admit.await.map(|admission| (place, admission)).ok_or(()) })
    });
    select_ok(waiting).await.ok().map(|(found, _)| found)
}
