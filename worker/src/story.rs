//! Story: what became of a mail is told once for each attempt, in one line with what comes next.
//! docs/LOGGING.md names the fields.

use signpost_shared::{
    clock::Timestamp,
    job::Job,
    queue::{Message, Route},
    status::{State, Status},
    telemetry::trace_id,
};
use tracing::{debug, error, info, warn};

use crate::{process::Outcome, settle::Settlement};

/// Tells it in the log. Without a job nothing is known of the mail but what its message says.
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
                outcome = settled.name(outcome),
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
        (_, Settlement::Publish { .. } | Settlement::Ack | Settlement::Leave) => {}
    }
}

/// The same for whoever asks for the job's status. None when nothing has changed.
pub(crate) fn status(
    job: &Job,
    message: &Message,
    outcome: &Outcome,
    settled: &Settlement,
    at: Timestamp,
) -> Option<Status> {
    let attempt = message.attempt.saturating_add(1);
    let state = match (outcome, settled) {
        (Outcome::Delivered(taken), _) => {
            State::Relayed { attempt, relay: taken.relay.to_string(), reply: taken.words.clone() }
        }
        (Outcome::Expired, _) => State::Expired { attempt, reason: message.reason.clone() },
        (_, Settlement::Expire { reason }) => {
            State::Expired { attempt, reason: Some(reason.clone()) }
        }
        (_, Settlement::Publish { route: Route::Dead, reason, .. }) => {
            State::Parked { attempt, reason: reason.clone() }
        }
        (_, Settlement::Publish { route: Route::Wait(rung), reason, .. }) => {
            State::Waiting { attempt, reason: reason.clone(), next: rung.name().to_owned() }
        }
        _ => return None,
    };
    Some(Status { job: job.id, tag: job.tag?, at, state })
}
