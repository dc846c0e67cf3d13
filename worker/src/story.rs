//! Story: what became of a mail is told once for each attempt, in one line with what comes next.
//! docs/LOGGING.md names the fields.

use signpost_shared::{
    job::Job,
    queue::{Message, Route},
    telemetry::trace_id,
};
use tracing::{debug, error, info, warn};

use crate::{process::Outcome, settle::Settlement};

/// Tells it. Without a job nothing is known of the mail but what its message says.
pub(crate) fn tell(job: Option<&Job>, message: &Message, outcome: &Outcome, settled: &Settlement) {
    let (id, tag) = (job.map(|job| tracing::field::display(job.id)), job.and_then(|job| job.tag));
    let tag = tag.map(tracing::field::display);
    // People count from one.
    let attempt = message.attempt.saturating_add(1);
    let trace = trace_id(message.traceparent.as_deref());
    // The fields of every line, and then its own.
    macro_rules! line {
        ($level:ident, $($own:tt)*) => {
            $level!(
                job.id = id,
                to.tag = tag,
                job.attempt = attempt,
                trace.id = trace,
                outcome = outcome.name(),
                $($own)*
            )
        };
    }
    match (outcome, settled) {
        (Outcome::Delivered(taken), _) => line!(
            info,
            relay = %taken.relay,
            reply = taken.words,
            latency_seconds = taken.latency.as_secs_f64(),
            "a relay has taken the mail"
        ),
        (Outcome::Duplicate, _) => line!(info, "a relay has this mail already"),
        (Outcome::Lost, _) => line!(debug, "the broker will deliver the job again"),
        (Outcome::Expired, _) => line!(warn, "the code expired before a relay took its mail"),
        (_, Settlement::Expire { reason }) => {
            line!(warn, reason, "the code expires before the next attempt");
        }
        (_, Settlement::Publish { route: Route::Dead, reason, .. }) => {
            line!(error, reason, "the job is parked in mail.v1.dead");
        }
        (_, Settlement::Publish { route: Route::Wait(rung), reason, .. }) => {
            line!(info, reason, next = rung.name(), "the mail is tried again later");
        }
        (
            _,
            Settlement::Publish { route: Route::Send, .. } | Settlement::Ack | Settlement::Leave,
        ) => {}
    }
}
