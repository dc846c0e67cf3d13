//! What a call's answer leaves in the metrics.

use std::sync::LazyLock;

use axum::{
    Json,
    response::{IntoResponse as _, Response},
};
use metrics::{Gauge, Histogram, gauge, histogram};
use signpost_shared::telemetry::Counters;
use tokio::time::Instant;

use crate::answer::{ACCEPTED, Refusal, Speaker};

/// The call that sends a code.
pub static SEND: LazyLock<Endpoint> = LazyLock::new(|| Endpoint::new("send"));
/// The call that checks one.
pub static VERIFY: LazyLock<Endpoint> = LazyLock::new(|| Endpoint::new("verify"));

/// The metrics of one call.
#[derive(Debug)]
pub struct Endpoint {
    in_flight: Gauge,
    durations: Histogram,
    outcomes: Counters,
}

impl Endpoint {
    fn new(endpoint: &'static str) -> Self {
        Self {
            in_flight: gauge!("signpost_requests_in_flight"),
            durations: histogram!("signpost_request_duration_seconds", "endpoint" => endpoint),
            outcomes: Counters::of("signpost_requests_total", &[("endpoint", endpoint)], "outcome"),
        }
    }

    /// Begins to watch a call.
    pub fn begin(&'static self) -> Observed {
        self.in_flight.increment(1);
        Observed { endpoint: self, started: Instant::now() }
    }
}

/// A call being worked on; in flight until it is dropped.
#[derive(Debug)]
pub struct Observed {
    endpoint: &'static Endpoint,
    started: Instant,
}

impl Observed {
    /// Answers, and counts the answer.
    pub fn answer(self, outcome: Result<(), Refusal>, speaker: &Speaker<'_>) -> Response {
        self.endpoint.outcomes.count(outcome.map_or_else(Refusal::code, |()| "success"));
        self.endpoint.durations.record(self.started.elapsed());
        match outcome {
            Ok(()) => Json(ACCEPTED).into_response(),
            Err(refusal) => refusal.answer(speaker),
        }
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        self.endpoint.in_flight.decrement(1);
    }
}
