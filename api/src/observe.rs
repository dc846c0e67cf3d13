//! What a call's answer leaves in the metrics.

use axum::response::Response;
use metrics::{counter, gauge, histogram};
use tokio::time::Instant;

use crate::answer::{Refusal, Speaker, accepted};

/// A call being worked on; in flight until it is dropped.
#[derive(Debug)]
pub struct Observed {
    endpoint: &'static str,
    started: Instant,
}

impl Observed {
    /// Begins to watch a call to this endpoint.
    pub fn begin(endpoint: &'static str) -> Self {
        gauge!("signpost_requests_in_flight").increment(1);
        Self { endpoint, started: Instant::now() }
    }

    /// Answers, and counts the answer.
    pub fn answer(self, outcome: Result<(), Refusal>, speaker: &Speaker<'_>) -> Response {
        let (endpoint, label) = (self.endpoint, outcome.map_or_else(Refusal::code, |()| "success"));
        counter!("signpost_requests_total", "endpoint" => endpoint, "outcome" => label)
            .increment(1);
        histogram!("signpost_request_duration_seconds", "endpoint" => endpoint)
            .record(self.started.elapsed());
        match outcome {
            Ok(()) => accepted(),
            Err(refusal) => refusal.answer(speaker),
        }
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        gauge!("signpost_requests_in_flight").decrement(1);
    }
}
