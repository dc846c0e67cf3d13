//! Settle: an outcome becomes an acknowledgement, after whatever must be stored first.
//!
//! Nothing is acknowledged before its next place has confirmed it: a crash at any
//! point leaves a message in at least one queue.

use std::{panic::AssertUnwindSafe, sync::LazyLock};

use futures_util::FutureExt as _;
use metrics::counter;
use signpost_shared::{
    backoff::Backoff,
    clock::Timestamp,
    job::Job,
    queue::{Message, Queue, Route, Rung, rabbit::SEND},
    telemetry::{
        Counters,
        trace::{KeyValue, Span},
    },
};
use tracing::debug;

use crate::{
    consume::Received,
    process::{Outcome, Postponed, Processor},
    status::Reporter,
    story,
};

/// Where what was not tried waits: a relay that is back should not be waited for.
const POSTPONED: Rung = Rung::S5;
/// Where a mail waits when its relay refuses all: it may be greylisting by the mail, which takes
/// its time.
const REFUSED: Rung = Rung::S30;

/// Where a mail waits that a relay may have taken: long enough for it to come to itself.
const UNKNOWN: Rung = Rung::M2;
/// After so many tries, a wait queue that can't be made anew is passed over.
const PATIENCE: u32 = 5;

/// What the reason of such a mail begins with, from then on.
const MAYBE: &str = "unknown: ";

static OUTCOMES: LazyLock<Counters> =
    LazyLock::new(|| Counters::of("signpost_jobs_total", &[], "outcome"));

/// Works on messages to their end.
#[derive(Debug)]
pub struct Settler {
    /// Makes outcomes.
    pub processor: Processor,
    /// Where messages go that are not done with.
    pub queue: Queue,
    /// Tells the API what became of mails.
    pub reporter: Reporter,
}

/// What is done with a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Settlement {
    /// It is done with.
    Ack,
    /// Its code would be of no use at the next attempt.
    Expire {
        /// Why there would be one.
        reason: String,
    },
    /// The broker delivers it again.
    Leave,
    /// It goes on.
    Publish {
        /// Where.
        route: Route,
        /// Attempts that were made.
        attempt: u32,
        /// Why.
        reason: String,
    },
}

impl Settlement {
    /// What became of the message, in metrics and logs: an attempt may have been the last one.
    pub(crate) fn name(&self, outcome: &Outcome) -> &'static str {
        match self {
            Self::Publish { route: Route::Dead, .. } => "dead",
            Self::Expire { .. } => "expired",
            _ => outcome.name(),
        }
    }

    /// Why the mail was not delivered this time.
    fn reason(&self) -> Option<&str> {
        match self {
            Self::Expire { reason } | Self::Publish { reason, .. } => Some(reason),
            Self::Ack | Self::Leave => None,
        }
    }
}

impl Settler {
    /// Processes a message and settles it.
    pub async fn settle(&self, mut received: Received) {
        if received.message.is_probe {
            return received.ack();
        }
        match received.bound_for {
            // Nobody keeps it any more.
            Some(Route::Status) => return received.ack(),
            Some(route) => return self.send_on(received, route).await,
            None => {}
        }
        let message = &mut received.message;
        let span = Span::message("process mail.v1.send", message.traceparent.as_deref(), || {
            [
                KeyValue::new("messaging.system", "rabbitmq"),
                KeyValue::new("messaging.operation.name", "process"),
                KeyValue::new("messaging.operation.type", "process"),
                KeyValue::new("messaging.destination.name", SEND),
                KeyValue::new("messaging.message.id", message.id.clone().unwrap_or_default()),
                KeyValue::new("signpost.job.attempt", i64::from(message.attempt) + 1),
            ]
        });
        // So that later attempts, and log lines, belong to the same trace.
        message.traceparent = message.traceparent.take().or_else(|| span.traceparent());
        span.around(Box::pin(self.work(received, &span))).await;
    }

    async fn work(&self, received: Received, span: &Span) {
        let job = Job::decode(&received.message.body);
        let outcome = match &job {
            Ok(job) => {
                let (attempt, lost) = (received.message.attempt, &received.lost);
                // A panic must cost one mail, not a place in hand for ever.
                AssertUnwindSafe(self.processor.process(job, attempt, lost))
                    .catch_unwind()
                    .await
                    .unwrap_or_else(|_| Outcome::Dead("panic".to_owned()))
            }
            Err(error) => self.processor.without_a_job(error),
        };
        let job = job.as_ref().ok();
        let expires_at = job.map(|job| job.challenge.expires_at);
        let settlement = self.settlement(&received.message, expires_at, &outcome);
        let name = settlement.name(&outcome);
        OUTCOMES.count(name);
        span.set(|| KeyValue::new("signpost.outcome", name));
        if let Some(reason) = settlement.reason() {
            span.failed(|| reason);
        }
        if let Settlement::Publish { route, attempt, reason } = &settlement {
            let message = Message {
                attempt: *attempt,
                reason: Some(reason.clone()),
                dead_at: (*route == Route::Dead).then(|| self.processor.clock.now()),
                ..received.message.clone()
            };
            // When the channel ends before, the broker delivers the original again.
            let stored = self.queue.publish_until_confirmed(*route, &message);
            if received.lost.run_until_cancelled(stored).await.is_none() {
                return;
            }
        }
        count_dead(&settlement, &outcome);
        story::tell(job, &received.message, &outcome, &settlement);
        if let Some(job) = job.filter(|job| job.wants_status) {
            let now = self.processor.clock.now();
            if let Some(status) = story::status(job, &received.message, &outcome, &settlement, now)
            {
                self.reporter.tell(status);
            }
        }
        if settlement != Settlement::Leave {
            received.ack();
        }
    }

    fn settlement(
        &self,
        message: &Message,
        expires_at: Option<Timestamp>,
        outcome: &Outcome,
    ) -> Settlement {
        let attempt = message.attempt.saturating_add(1);
        let maybe = message.reason.as_deref().filter(|reason| reason.starts_with(MAYBE));
        let maybe = if maybe.is_some() { MAYBE } else { "" };
        match outcome {
            Outcome::Delivered(_) | Outcome::Duplicate => Settlement::Ack,
            Outcome::Lost => Settlement::Leave,
            Outcome::Expired => {
                counter!("signpost_jobs_expired_total", "when" => "queued").increment(1);
                Settlement::Ack
            }
            Outcome::Dead(reason) => dead(attempt, maybe, reason),
            Outcome::Postponed(postponed) => {
                counter!("signpost_jobs_postponed_total", "reason" => postponed.name())
                    .increment(1);
                let reason = format!("{maybe}{}", postponed.name());
                let is_refused = *postponed == Postponed::Refused;
                let route = Route::Wait(if is_refused { REFUSED } else { POSTPONED });
                Settlement::Publish { route, attempt: message.attempt, reason }
            }
            // The second time: a third copy would be worse than none.
            Outcome::Unknown(reason) if !maybe.is_empty() => dead(attempt, MAYBE, reason),
            Outcome::Unknown(reason) => {
                self.retry(message, UNKNOWN, format!("{MAYBE}{reason}"), expires_at)
            }
            Outcome::Retry(reason) => match Rung::after(attempt) {
                None => dead(attempt, &format!("{maybe}attempts used up: "), reason),
                Some(rung) => self.retry(message, rung, format!("{maybe}{reason}"), expires_at),
            },
        }
    }

    /// Another attempt, if the code lives to see it.
    fn retry(
        &self,
        message: &Message,
        rung: Rung,
        reason: String,
        expires_at: Option<Timestamp>,
    ) -> Settlement {
        let next = self.processor.clock.now().plus(rung.wait());
        if expires_at.is_some_and(|expires_at| expires_at <= next) {
            counter!("signpost_jobs_expired_total", "when" => "retrying").increment(1);
            return Settlement::Expire { reason };
        }
        counter!("signpost_retries_total", "rung" => rung.name()).increment(1);
        let attempt = message.attempt.saturating_add(1);
        Settlement::Publish { route: Route::Wait(rung), attempt, reason }
    }

    /// Sends a message on to where it was going when its queue was gone.
    async fn send_on(&self, received: Received, route: Route) {
        // Boxed: it is rare, and would make every message's future large.
        let sent = Box::pin(async {
            let route = self.restored(route).await;
            self.queue.publish_until_confirmed(route, &received.message).await;
        });
        if received.lost.run_until_cancelled(sent).await.is_some() {
            received.ack();
        }
    }

    /// Makes its queue anew, and says where a message can go then.
    async fn restored(&self, route: Route) -> Route {
        for failures in 0.. {
            match (self.queue.restore().await, route) {
                (Ok(()), _) => break,
                // Waiting elsewhere is better than holding a place that others need.
                (Err(cause), Route::Wait(rung)) if cause.is_refusal() && failures >= PATIENCE => {
                    return Route::Wait(rung.beside());
                }
                (Err(cause), _) => debug!(%cause, "a message waits for its queue to be made anew"),
            }
            tokio::time::sleep(Backoff::EAGER.delay(failures)).await;
        }
        route
    }
}

/// Parks it. `how` it came to that stands before the reason.
fn dead(attempt: u32, how: &str, reason: &str) -> Settlement {
    Settlement::Publish { route: Route::Dead, attempt, reason: format!("{how}{reason}") }
}

/// Counts what is parked now.
fn count_dead(settlement: &Settlement, outcome: &Outcome) {
    let Settlement::Publish { route: Route::Dead, .. } = settlement else { return };
    if let Outcome::Dead(reason) | Outcome::Unknown(reason) | Outcome::Retry(reason) = outcome {
        counter!("signpost_jobs_dead_total", "reason" => label(reason)).increment(1);
    }
}

/// The first words only, stage and code: a metric must not have as many labels as there are
/// reasons.
fn label(reason: &str) -> String {
    reason.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use signpost_shared::{
        clock::Clock, lifecycle::Lifecycle, queue::memory::MemoryQueue, reload::Files,
        templates::Folder,
    };
    use tokio::sync::watch;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::{
        deliver::{self, Deadlines, Deliverer},
        in_hand::InHand,
        render::{self, Templates},
    };

    fn settler() -> Settler {
        let from = "no-reply@a.example".parse().unwrap();
        let mails = render::Settings::new("Example", from);
        let templates = Templates::new(mails, &Folder::default()).unwrap();
        let settings = deliver::Settings {
            relays: vec!["smtp://127.0.0.1".parse().unwrap()],
            connections: 1,
            helo_name: Some("worker.example".to_owned()),
            token_file: None,
            ca_file: None,
            deadlines: Deadlines::default(),
        };
        let keys = "a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".parse().unwrap();
        let processor = Processor {
            code_keys: Arc::new(keys),
            templates: watch::channel(Arc::new(templates)).1,
            deliverer: Deliverer::new(settings, &mut Files::default()).unwrap(),
            clock: Clock::system(),
            in_hand: InHand::default(),
        };
        let lifecycle = Lifecycle::new();
        let queue = Queue::Memory(MemoryQueue::new(lifecycle.clone()));
        let reporter = Reporter::start(queue.clone(), &lifecycle);
        Settler { processor, queue, reporter }
    }

    fn to(route: Route, attempt: u32, reason: &str) -> Settlement {
        Settlement::Publish { route, attempt, reason: reason.to_owned() }
    }

    #[tokio::test]
    async fn what_a_relay_may_have_taken_is_tried_once_more_and_then_parked() {
        let settler = settler();
        let expires_at = settler.processor.clock.now().plus(Duration::from_secs(1800));
        let settle = |attempt, before: &str, outcome| {
            let reason = (!before.is_empty()).then(|| before.to_owned());
            let message = Message { attempt, reason, ..Message::default() };
            settler.settlement(&message, Some(expires_at), &outcome)
        };
        let unknown = || Outcome::Unknown("body timeout".to_owned());
        let retry = || Outcome::Retry("rcpt 450 4.2.0".to_owned());
        let (m2, s30) = (Route::Wait(Rung::M2), Route::Wait(Rung::S30));
        assert_eq!(settle(0, "", unknown()), to(m2, 1, "unknown: body timeout"));
        let again = "unknown: body timeout";
        assert_eq!(settle(1, again, unknown()), to(Route::Dead, 2, again));
        // Whatever comes in between, there is no third copy.
        let waiting = "unknown: rcpt 450 4.2.0";
        assert_eq!(settle(1, again, retry()), to(s30, 2, waiting));
        assert_eq!(settle(2, waiting, unknown()), to(Route::Dead, 3, again));
        // Whoever replays it must know.
        let used_up = "unknown: attempts used up: rcpt 450 4.2.0";
        assert_eq!(settle(5, waiting, retry()), to(Route::Dead, 6, used_up));
        let postponed = Outcome::Postponed(Postponed::NoRelay);
        let route = Route::Wait(POSTPONED);
        assert_eq!(settle(1, again, postponed), to(route, 1, "unknown: no-relay"));
        let refused = Outcome::Postponed(Postponed::Refused);
        assert_eq!(settle(1, "", refused), to(s30, 1, "refused"));
        assert_eq!(settle(0, "", Outcome::Lost), Settlement::Leave);
    }

    /// A clock that is ahead by more than a code's life drops every mail.
    #[tokio::test]
    async fn a_job_that_has_expired_long_ago_says_that_a_clock_may_be_wrong() {
        let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
        let _recording = metrics::set_default_local_recorder(&recorder);
        let job = crate::dead::letter::tests::job(1);
        let outcome = settler().processor.process(&job, 0, &CancellationToken::new()).await;
        assert_eq!(outcome, Outcome::Expired);
        let metrics = recorder.handle().render();
        assert!(metrics.contains("signpost_clock_skew_total{direction=\"past\"} 1"), "{metrics}");
    }

    #[tokio::test]
    async fn the_metric_of_dead_jobs_keeps_stage_and_code() {
        let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
        metrics::with_local_recorder(&recorder, || {
            let settler = settler();
            let expires_at = settler.processor.clock.now().plus(Duration::from_secs(1800));
            let message = Message { attempt: 5, ..Message::default() };
            let outcome = Outcome::Retry("rcpt 450 4.2.0".to_owned());
            let settlement = settler.settlement(&message, Some(expires_at), &outcome);
            assert_eq!(settlement, to(Route::Dead, 6, "attempts used up: rcpt 450 4.2.0"));
            assert_eq!(settlement.name(&outcome), "dead");
            count_dead(&settlement, &outcome);
        });
        let metrics = recorder.handle().render();
        assert!(metrics.contains("signpost_jobs_dead_total{reason=\"rcpt 450\"} 1"), "{metrics}");
    }
}
