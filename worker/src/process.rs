//! Process: one job becomes an outcome. expired? → render → deliver.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use metrics::{Histogram, counter, histogram};
use parking_lot::Mutex;
use signpost_shared::{
    clock::{Clock, Timestamp},
    code::CodeKeys,
    job::{DecodeError, Job},
    queue::Rung,
    telemetry::trace::{Span, SpanKind},
};
use strum::{IntoStaticStr, VariantArray};
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use crate::{
    deliver::{Deliverer, Failure},
    in_hand::InHand,
    render::{Letter, Templates},
};

/// How long after its end a code is still mailed: clocks differ.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);
/// A clock that runs this far ahead of ours is worth a word.
const SKEW: Duration = Duration::from_secs(5);
/// Whole minutes are counted with this much to spare, so that a mail rendered a moment
/// after its code was made says 30 minutes and not 29.
const MINUTE_TOLERANCE: Duration = Duration::from_secs(5);

/// Looked up once.
static LATENCIES: LazyLock<Histogram> =
    LazyLock::new(|| histogram!("signpost_delivery_latency_seconds"));

/// What became of a message, and so where it goes. A reason is what went wrong, or what was heard
/// instead of an answer.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Outcome {
    /// A relay has it.
    Delivered(Taken),
    /// A fault that will pass: the ladder's next rung, if the code lives to see it.
    Retry(String),
    /// A relay may have it: once more, later.
    Unknown(String),
    /// It was no longer ours before it was begun: the broker delivers it again.
    Lost,
    /// Nothing to do with this mail: it waits, with no attempt burned.
    Postponed(Postponed),
    /// It will never be delivered: to the parking lot.
    Dead(String),
    /// Its code is of no use any more.
    Expired,
    /// A relay has it already.
    Duplicate,
}

/// A relay's word that it has a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// `host:port`.
    pub relay: Arc<str>,
    /// What it said, without words that could tell whose mail it is.
    pub words: String,
    /// From acceptance to that word.
    pub latency: Duration,
}

/// Why a message waits though nothing was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Postponed {
    /// No relay takes mails.
    NoRelay,
    /// None that takes mails had a place for this one in time, or was through with it.
    Busy,
    /// A relay refuses all mails for now, however slowly they come.
    Refused,
    /// Signed with a key that this worker does not hold yet.
    UnknownKey,
    /// Written by a newer API.
    NewerVersion,
}

impl Postponed {
    /// In metrics and in a waiting message's reason.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Turns messages into mails.
#[derive(Debug)]
pub struct Processor {
    /// The keys that codes are derived with.
    pub code_keys: Arc<CodeKeys>,
    /// What mails are made of, as it was read last.
    pub templates: watch::Receiver<Arc<Templates>>,
    /// Hands them to a relay.
    pub deliverer: Deliverer,
    /// What time it is.
    pub clock: Clock,
    /// What is being worked on, and what a relay has.
    pub in_hand: InHand,
}

/// When it was told last.
type Told = Mutex<Option<Instant>>;

static UNKNOWN_KEY: Told = Told::new(None);
static NEWER: Told = Told::new(None);
static SKEWED: Told = Told::new(None);

/// Once a minute: it concerns every job.
fn is_due(told: &Told) -> bool {
    let (mut told, now) = (told.lock(), Instant::now());
    let is_due = told.is_none_or(|told| now.duration_since(told) >= Duration::from_secs(60));
    if is_due {
        *told = Some(now);
    }
    is_due
}

impl Processor {
    /// Does everything that is to be done for a job but settling it; `attempt` counts those
    /// before. When `lost` is cancelled, what is not begun is not begun any more.
    pub async fn process(&self, job: &Job, attempt: u32, lost: &CancellationToken) -> Outcome {
        let Some(held) = self.in_hand.begin(job).await else {
            return Outcome::Duplicate;
        };
        self.watch_clocks(job, attempt);
        if self.is_over(job.challenge.expires_at) {
            return Outcome::Expired;
        }
        let outcome = self.mail(job, attempt, lost).await;
        if let Outcome::Delivered(_) = outcome {
            held.taken();
        }
        outcome
    }

    /// What becomes of a message without a job for this build.
    pub fn without_a_job(&self, error: &DecodeError) -> Outcome {
        match *error {
            DecodeError::Newer { expires_at: Some(at), .. } if self.is_over(at) => Outcome::Expired,
            DecodeError::Newer { version, .. } => {
                if is_due(&NEWER) {
                    error!(
                        job.version = version,
                        "jobs of a newer version wait for a newer worker"
                    );
                }
                Outcome::Postponed(Postponed::NewerVersion)
            }
            DecodeError::Unreadable(_) => Outcome::Dead(error.to_string()),
        }
    }

    async fn mail(&self, job: &Job, attempt: u32, lost: &CancellationToken) -> Outcome {
        let kid = &job.challenge.kid;
        // With another key of that name the reader would get a code that is wrong.
        let is_same = job.key_check.is_none_or(|check| self.code_keys.check(kid) == Some(check));
        let code = self.code_keys.code(&job.challenge, &job.to).filter(|_| is_same);
        let Some(code) = code else {
            if is_due(&UNKNOWN_KEY) {
                error!(code.kid = %kid, "jobs wait for a code key that is not here");
            }
            return Outcome::Postponed(Postponed::UnknownKey);
        };
        let now = self.clock.now();
        let span = Span::child("render", SpanKind::Internal, || []);
        let mail = self.templates.borrow().render(&Letter {
            to: &job.to,
            locale: job.locale,
            code: code.expose(),
            // No more than there ever were, for a clock that is behind.
            minutes_left: whole_minutes(job.challenge.expires_at.since(now.max(job.accepted_at))),
            job_id: job.id,
            date: now.into(),
        });
        if mail.is_err() {
            span.failed(|| "render");
        }
        drop(span);
        let mail = match mail {
            Ok(mail) => mail,
            Err(error) => {
                error!(%error, "a mail can't be rendered");
                return Outcome::Retry("render: a template fails".to_owned());
            }
        };
        match self.deliverer.deliver(&mail.envelope, &mail.bytes, attempt, lost).await {
            Ok(receipt) => {
                let latency = self.clock.now().since(job.accepted_at);
                LATENCIES.record(latency);
                let words = receipt.words(&job.to, code.expose());
                Outcome::Delivered(Taken { relay: receipt.relay, words, latency })
            }
            Err(Failure::Temporary(cause)) => Outcome::Retry(cause.to_string()),
            Err(Failure::Permanent(cause)) => Outcome::Dead(cause.to_string()),
            Err(Failure::Unknown(cause)) => Outcome::Unknown(cause.to_string()),
            Err(Failure::Lost) => Outcome::Lost,
            Err(Failure::Refused) => Outcome::Postponed(Postponed::Refused),
            Err(Failure::Unavailable) if *self.deliverer.relays_in_use().borrow() > 0 => {
                Outcome::Postponed(Postponed::Busy)
            }
            Err(Failure::Unavailable) => Outcome::Postponed(Postponed::NoRelay),
        }
    }

    fn is_over(&self, expires_at: Timestamp) -> bool {
        self.clock.now().since(expires_at) >= CLOCK_TOLERANCE
    }

    /// A job from the future, or one far older than its waits explain, means that the
    /// clocks of Redis and this worker differ, or that a queue has stood still.
    fn watch_clocks(&self, job: &Job, attempt: u32) {
        let now = self.clock.now();
        let attempts = usize::try_from(attempt).unwrap_or(usize::MAX);
        let waited: Duration = Rung::ALL.into_iter().take(attempts).map(Rung::wait).sum();
        let direction = if job.accepted_at.since(now) > SKEW {
            "future"
        } else if now.since(job.accepted_at) > waited + Duration::from_secs(20 * 60) {
            "past"
        } else {
            return;
        };
        counter!("signpost_clock_skew_total", "direction" => direction).increment(1);
        if is_due(&SKEWED) {
            warn!(
                job.id = %job.id,
                direction,
                "a job's age makes no sense: do the clocks of Redis and this worker agree?"
            );
        }
    }
}

impl Outcome {
    /// In metrics and logs.
    pub fn name(&self) -> &'static str {
        self.into()
    }
}

fn whole_minutes(left: Duration) -> u64 {
    (left + MINUTE_TOLERANCE).as_secs() / 60
}

#[cfg(test)]
mod tests {
    use signpost_shared::telemetry::table::values;

    use super::*;

    #[test]
    fn the_metrics_know_all_outcomes_and_reasons_to_wait() {
        let reason = String::new();
        let taken = Taken { relay: "a:25".into(), words: String::new(), latency: Duration::ZERO };
        for outcome in [
            Outcome::Delivered(taken),
            Outcome::Retry(reason.clone()),
            Outcome::Unknown(reason.clone()),
            Outcome::Lost,
            Outcome::Postponed(Postponed::NoRelay),
            Outcome::Dead(reason.clone()),
            Outcome::Expired,
            Outcome::Duplicate,
        ] {
            assert!(values("signpost_jobs_total", "outcome").contains(&outcome.name()));
        }
        let known = values("signpost_jobs_postponed_total", "reason");
        let postponed: Vec<_> = Postponed::VARIANTS.iter().map(|why| why.name()).collect();
        assert_eq!(known, postponed);
        assert_eq!(values("signpost_retries_total", "rung"), Rung::ALL.map(Rung::name));
    }

    #[test]
    fn minutes_are_whole_and_never_more_than_a_moment_too_many() {
        for (seconds, minutes) in
            [(1800, 30), (1799, 30), (1796, 30), (1794, 29), (65, 1), (55, 1), (54, 0), (0, 0)]
        {
            assert_eq!(whole_minutes(Duration::from_secs(seconds)), minutes, "{seconds}");
        }
    }
}
