//! Deliver: how long each stage of the dialogue took, for the metric and for the mail's trace.

use std::sync::LazyLock;

use metrics::{Histogram, histogram};
use signpost_shared::telemetry::trace::{KeyValue, Span};
use strum::VariantArray as _;
use tokio::time::Instant;

use super::fault::{Cause, Fault, Stage};

/// Looked up once.
static DURATIONS: LazyLock<Vec<Histogram>> = LazyLock::new(|| {
    let duration = |stage: &Stage| histogram!("signpost_smtp_stage_duration_seconds", "stage" => stage.as_str());
    Stage::VARIANTS.iter().map(duration).collect()
});

/// Measures stages that follow each other.
pub(super) struct Stopwatch(Instant);

impl Stopwatch {
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    /// Tells how long a stage took and with which code or failure it ended. The next one begins.
    pub(super) fn tell(&mut self, stage: Stage, ended: Result<Option<u16>, &Cause>) {
        let span = Span::past(stage.as_str(), self.0);
        if let Some(code) = ended.unwrap_or_else(|cause| cause.code) {
            span.set(|| KeyValue::new("smtp.reply.code", i64::from(code)));
        }
        if let Err(cause) = ended {
            span.failed(|| cause.to_string());
        }
        drop(span);
        let now = Instant::now();
        DURATIONS[stage as usize].record(now - std::mem::replace(&mut self.0, now));
    }

    /// The same, of whatever a stage led to.
    pub(super) fn told<T>(&mut self, stage: Stage, result: Result<T, Fault>) -> Result<T, Fault> {
        self.tell(stage, result.as_ref().map(|_| None).map_err(|fault| &fault.cause));
        result
    }
}

#[cfg(test)]
mod tests {
    use signpost_shared::telemetry::table::values;

    use super::*;
    use crate::deliver::{classify::About, fault::CauseKind};

    #[test]
    fn the_metrics_know_all_stages_classes_and_what_failures_are_about() {
        let stages: Vec<_> = Stage::VARIANTS.iter().map(|stage| stage.as_str()).collect();
        for metric in ["signpost_smtp_stage_duration_seconds", "signpost_smtp_replies_total"] {
            assert_eq!(values(metric, "stage"), stages);
        }
        for (place, stage) in Stage::VARIANTS.iter().enumerate() {
            assert_eq!(*stage as usize, place);
        }
        let class = |kind: &CauseKind| Fault::new(Stage::Mail, *kind, "").class();
        let classes = CauseKind::VARIANTS.iter().map(class);
        let others = ["2xx", "3xx", "4xx"].into_iter().chain(classes);
        assert_eq!(values("signpost_smtp_replies_total", "class"), others.collect::<Vec<_>>());
        let abouts: Vec<_> = About::VARIANTS.iter().map(|about| about.as_str()).collect();
        assert_eq!(values("signpost_relay_failures_total", "about"), abouts);
    }
}
