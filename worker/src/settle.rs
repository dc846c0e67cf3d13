//! Settle: an outcome becomes an acknowledgement, after whatever must be stored first.
//!
//! Nothing is acknowledged before its next place has confirmed it: a crash at any
//! point leaves a message in at least one queue.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use metrics::counter;
use signpost_shared::{
    backoff::Backoff,
    queue::{Message, Queue, Route, Rung},
};
use tracing::{debug, error, warn};

use crate::{
    process::{Outcome, Processor},
    received::Received,
};

/// Where what was not tried waits: a relay that is back should not be waited for.
const POSTPONED: Rung = Rung::S5;

/// Works on messages to their end.
#[derive(Debug)]
pub struct Settler {
    /// Makes outcomes.
    pub processor: Processor,
    /// Where messages go that are not done with.
    pub queue: Queue,
}

/// What is done with a message.
#[derive(Debug, PartialEq, Eq)]
enum Settlement {
    Ack,
    Publish { route: Route, attempt: u32, reason: String },
}

impl Settler {
    /// Processes a message and settles it.
    pub async fn settle(&self, received: Received) {
        if received.message.is_probe {
            return received.ack();
        }
        if let Some(route) = received.bound_for {
            return self.send_on(received, route).await;
        }
        // A panic must cost one mail, not a place in hand for ever.
        let outcome = AssertUnwindSafe(self.processor.process(&received.message))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| {
                error!("processing a job panicked: it is parked");
                Outcome::Dead("panic".to_owned())
            });
        self.settle_as(received, outcome).await;
    }

    async fn settle_as(&self, received: Received, outcome: Outcome) {
        counter!("signpost_jobs_total", "outcome" => outcome.name()).increment(1);
        match self.settlement(&received.message, outcome) {
            Settlement::Ack => received.ack(),
            Settlement::Publish { route, attempt, reason } => {
                let dead_at = (route == Route::Dead).then(|| self.processor.clock.now());
                let reason = Some(reason);
                let message = Message { attempt, reason, dead_at, ..received.message.clone() };
                if self.publish_until_confirmed(&received, route, message).await {
                    received.ack();
                }
            }
        }
    }

    fn settlement(&self, message: &Message, outcome: Outcome) -> Settlement {
        let attempt = message.attempt;
        match outcome {
            Outcome::Delivered | Outcome::Duplicate => Settlement::Ack,
            Outcome::Expired => {
                counter!("signpost_jobs_expired_total", "when" => "queued").increment(1);
                Settlement::Ack
            }
            Outcome::Dead(reason) => dead(attempt.saturating_add(1), reason),
            Outcome::Postponed(postponed) => {
                counter!("signpost_jobs_postponed_total", "reason" => postponed.name())
                    .increment(1);
                let reason = postponed.name().to_owned();
                Settlement::Publish { route: Route::Wait(POSTPONED), attempt, reason }
            }
            Outcome::Retry { reason, expires_at } => match Rung::after(attempt.saturating_add(1)) {
                None => dead(attempt.saturating_add(1), format!("attempts used up: {reason}")),
                Some(rung) if expires_at <= self.processor.clock.now().plus(rung.wait()) => {
                    warn!(job.id = message.id, reason, "a code expires before its next attempt");
                    counter!("signpost_jobs_expired_total", "when" => "retrying").increment(1);
                    Settlement::Ack
                }
                Some(rung) => {
                    counter!("signpost_retries_total", "rung" => rung.name()).increment(1);
                    let attempt = attempt.saturating_add(1);
                    Settlement::Publish { route: Route::Wait(rung), attempt, reason }
                }
            },
        }
    }

    /// Sends a message on to where it was going when its queue was gone.
    async fn send_on(&self, received: Received, route: Route) {
        for failures in 0.. {
            match self.queue.restore().await {
                Ok(()) => break,
                Err(cause) => debug!(cause, "a message waits for its queue to be made anew"),
            }
            tokio::select! {
                () = tokio::time::sleep(Backoff::EAGER.delay(failures)) => {}
                () = received.lost.cancelled() => return,
            }
        }
        let message = received.message.clone();
        if self.publish_until_confirmed(&received, route, message).await {
            received.ack();
        }
    }

    /// Says whether the message is stored. It is not when the channel ends before: then
    /// the broker delivers the original again.
    async fn publish_until_confirmed(
        &self,
        received: &Received,
        route: Route,
        message: Message,
    ) -> bool {
        for failures in 0.. {
            if received.lost.is_cancelled() {
                return false;
            }
            match self.queue.publish(route, message.clone()).await {
                Ok(()) => return true,
                // The health of the queue is told of elsewhere, once.
                Err(error) => debug!(%error, job.id = message.id, "a message can't be moved yet"),
            }
            tokio::select! {
                () = tokio::time::sleep(Backoff::EAGER.delay(failures)) => {}
                () = received.lost.cancelled() => return false,
            }
        }
        false
    }
}

fn dead(attempt: u32, reason: String) -> Settlement {
    // The first words only: a metric must not have as many labels as there are reasons.
    let label: String = reason.split(' ').take(2).collect::<Vec<_>>().join(" ");
    counter!("signpost_jobs_dead_total", "reason" => label).increment(1);
    error!(reason, "a job is parked in mail.v1.dead");
    Settlement::Publish { route: Route::Dead, attempt, reason }
}
