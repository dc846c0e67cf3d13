//! Logs and metrics. Fields plus a readable sentence; no address, code,
//! password or mail body in either.

use std::{io, time::Duration};

use clap::{Args, ValueEnum};
use metrics::Counter;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use thiserror::Error;
use tracing_subscriber::{EnvFilter, fmt::format::FmtSpan, util::SubscriberInitExt as _};

use crate::lifecycle::Lifecycle;

/// What is logged, and how.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Logging")]
pub struct LogOptions {
    /// What to log: a level, or directives such as `info,signpost_worker=debug`
    #[arg(long, env = "SIGNPOST_LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,
    /// How a log line looks
    #[arg(long, env = "SIGNPOST_LOG_FORMAT", value_enum, default_value_t = LogFormat::Json)]
    pub log_format: LogFormat,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// Coloured text, for people.
    Pretty,
}

/// Counters that differ in one label, looked up once: by name and labels it costs more than
/// to count.
#[derive(Clone, Debug)]
pub struct Counters(Vec<(&'static str, Counter)>);

impl Counters {
    /// Registers one for each value of the label.
    pub fn new(values: &[&'static str], counter: impl Fn(&'static str) -> Counter) -> Self {
        Self(values.iter().map(|value| (*value, counter(value))).collect())
    }

    /// Counts one more; a value that was not registered is a mistake that tests find.
    pub fn count(&self, value: &'static str) {
        let found = self.0.iter().find(|(known, _)| *known == value);
        debug_assert!(found.is_some(), "{value} is no value of this label");
        if let Some((_, counter)) = found {
            counter.increment(1);
        }
    }
}

/// Why logs or metrics can't be set up.
#[derive(Debug, Error)]
pub enum TelemetryError {
    /// The filter can't be parsed.
    #[error("SIGNPOST_LOG is no log filter: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// There is a logger already.
    #[error("logging is set up already: {0}")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
    /// There is a recorder already.
    #[error("metrics can't be recorded: {0}")]
    Metrics(#[from] BuildError),
}

/// Starts logging to standard error.
///
/// # Errors
/// When the filter can't be parsed, or logging was started before.
pub fn start_logging(options: &LogOptions) -> Result<(), TelemetryError> {
    // lapin logs whole frames (so whole jobs) at trace, and every lost connection at
    // error, which the supervisor reports once and in context.
    let filter = EnvFilter::try_new(format!("{},lapin=off", options.log))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::NONE)
        .with_writer(io::stderr);
    match options.log_format {
        LogFormat::Json => builder.json().flatten_event(true).finish().try_init()?,
        LogFormat::Pretty => builder.with_target(false).finish().try_init()?,
    }
    Ok(())
}

/// Starts recording metrics; the handle renders them in Prometheus' text format.
///
/// # Errors
/// When metrics were started before.
pub fn start_metrics(lifecycle: &Lifecycle) -> Result<PrometheusHandle, TelemetryError> {
    const FAST: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];
    const SLOW: &[f64] =
        &[0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 1800.0];
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_duration_seconds".to_owned()), FAST)?
        .set_buckets_for_metric(Matcher::Suffix("_latency_seconds".to_owned()), SLOW)?
        .install_recorder()?;
    let upkeep = handle.clone();
    let stopping = lifecycle.clone();
    lifecycle.spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_secs(5));
        loop {
            tokio::select! {
                _ = ticks.tick() => upkeep.run_upkeep(),
                () = stopping.stopping() => return,
            }
        }
    });
    Ok(handle)
}
