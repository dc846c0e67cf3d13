//! Logs and metrics. Fields plus a readable sentence; no address, code,
//! password or mail body in either.

use std::{
    fs::File,
    io::{self, Write},
    os::fd::AsFd as _,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use clap::{Args, ValueEnum};
use metrics::{Counter, Label, counter};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder};
use tracing_subscriber::{
    EnvFilter, filter::LevelFilter, fmt::format::FmtSpan, util::SubscriberInitExt as _,
};

use self::json_line::JsonLine;
use crate::lifecycle::Lifecycle;

mod json_line;
pub mod metric;
mod panics;
pub mod table;
pub mod trace;

pub use self::metric::Binary;
pub use tracing_appender::non_blocking::WorkerGuard as LogGuard;

/// Whose log lines are ours.
const OURS: [&str; 4] = ["signpost_api", "signpost_worker", "signpost_shared", "signpost_dev"];

/// Lines that wait to be written: some seconds of a busy process, and 3 MB of memory.
const LOG_BUFFER: usize = 8192;

/// How long lines are gathered before they are written together.
const GATHERING: Duration = Duration::from_millis(5);

/// So many bytes are not gathered any longer.
const GATHERED: usize = 64 * 1024;

/// What was dropped since the buffer was full.
static DROPPED: OnceLock<ErrorCounter> = OnceLock::new();
/// What could not be written.
static LOST: AtomicUsize = AtomicUsize::new(0);

/// What is logged, and how.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Logging")]
pub struct LogOptions {
    /// What to log: a level, or directives such as `info,signpost_worker=debug`
    #[arg(long, env = "SIGNPOST_LOG", default_value = "info", value_parser = log_filter, value_name = "FILTER")]
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
    /// Registers one of this metric for each value of its last label.
    pub fn of(
        metric: &'static str,
        others: &[(&'static str, &'static str)],
        last: &'static str,
    ) -> Self {
        let label = |(name, value)| Label::from_static_parts(name, value);
        let counter = |value: &&'static str| {
            let labels = others.iter().copied().chain([(last, *value)]);
            (*value, counter!(metric, labels.map(label).collect::<Vec<_>>()))
        };
        Self(table::values(metric, last).iter().map(counter).collect())
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

/// Lines on their way to the log. The thread that writes them flushes when it has written all that
/// there were; were it to wait for the next one then, each line would have to wake it.
#[derive(Debug)]
struct Gathered<W: Write> {
    lines: Vec<u8>,
    output: W,
    /// A line was begun that could not be ended.
    is_torn: bool,
}

impl<W: Write> Gathered<W> {
    fn to(output: W) -> Self {
        Self { lines: Vec::with_capacity(GATHERED), output, is_torn: false }
    }

    /// What can't be written, to a full disk or a reader who has gone, is lost, and counted.
    fn write_out(&mut self) {
        let ends_torn = usize::from(self.is_torn && !self.lines.is_empty());
        if ends_torn == 1 {
            self.lines.insert(0, b'\n');
        }
        let mut left = self.lines.as_slice();
        while !left.is_empty() {
            match self.output.write(left) {
                Ok(length @ 1..) => left = &left[length..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Somebody shares it who does not wait.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(GATHERING),
                Ok(_) | Err(_) => break,
            }
        }
        let written = self.lines.len() - left.len();
        self.is_torn = match written.checked_sub(1) {
            Some(last) => self.lines[last] != b'\n',
            None => self.is_torn,
        };
        let lost = left.split(|byte| *byte == b'\n').count() - 1;
        let of_ours = if written == 0 { ends_torn } else { 0 };
        LOST.fetch_add(lost - of_ours, Ordering::Relaxed);
        self.lines.clear();
    }
}

impl<W: Write> Write for Gathered<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.lines.extend_from_slice(line);
        if self.lines.len() >= GATHERED {
            self.write_out();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_out();
        thread::sleep(GATHERING);
        Ok(())
    }
}

/// Directives for the log, `off` to `trace` or `target=level`, with commas between. A
/// word alone is a level or one of our targets: taken for another's, a misspelt level
/// would turn the log off. So would targets that are all others'.
///
/// # Errors
/// Says what is expected.
pub fn log_filter(text: &str) -> Result<String, &'static str> {
    // Spaces would become part of a target.
    let directives: Vec<_> = text.split(',').map(str::trim).collect();
    let is_level = |word: &str| !word.is_empty() && word.parse::<LevelFilter>().is_ok();
    let is_ours = |word: &str| {
        let target = word.split([':', '=', '[']).next().unwrap_or_default();
        OURS.contains(&target) || target.is_empty() && word.starts_with('[')
    };
    let known = |word: &&str| {
        // A target is the path of a module, which has no hyphen.
        let target = word.split(['=', '[']).next().unwrap_or_default();
        let is_target = target.len() < word.len() && !target.contains('-');
        word.is_empty() || is_target || is_level(word) || is_ours(word)
    };
    let filter = directives.join(",");
    let of_ours = directives.iter().any(|word| is_level(word) || is_ours(word));
    if of_ours && directives.iter().all(known) && EnvFilter::try_new(&filter).is_ok() {
        return Ok(filter);
    }
    Err("expected off, error, warn, info, debug or trace, or directives such as \
         info,signpost_worker=debug")
}

/// Starts logging to standard error, through a buffer that drops lines when it is full: whoever
/// stops reading the log stalls no mail. Panics are told there too. Dropping the guard waits, a
/// second at most, until what is in the buffer is written.
///
/// # Errors
/// When logging was started before, or there is no standard error.
pub fn start_logging(options: &LogOptions) -> io::Result<LogGuard> {
    // Not `io::stderr()`, whose lock a stuck write would hold while a panic wants it.
    let output = File::from(io::stderr().as_fd().try_clone_to_owned()?);
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(LOG_BUFFER)
        .thread_name("log")
        .finish(Gathered::to(output));
    let _ = DROPPED.set(writer.error_counter());
    // lapin logs whole frames (so whole jobs) at trace, and every attempt to connect, which is
    // reported once and in context. What others tell the crate `log`, nobody hears.
    let filter = EnvFilter::new(format!("{},lapin=off", options.log));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::NONE)
        .with_writer(writer);
    let begun = match options.log_format {
        LogFormat::Json => builder.json().event_format(JsonLine).finish().try_init(),
        LogFormat::Pretty => builder.with_target(false).finish().try_init(),
    };
    begun.map_err(io::Error::other)?;
    panics::log_panics();
    Ok(guard)
}

/// The part of a `traceparent` (W3C Trace Context) that all parts of a trace share. Anybody who
/// reaches the broker may have written a message's.
pub fn trace_id(traceparent: Option<&str>) -> Option<&str> {
    traceparent?.get(3..35).filter(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Starts recording the metrics of this binary; the handle renders them in Prometheus' text format.
///
/// # Errors
/// When metrics were started before.
pub fn start_metrics(
    binary: Binary,
    lifecycle: &Lifecycle,
) -> Result<PrometheusHandle, BuildError> {
    const FAST: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];
    const SLOW: &[f64] =
        &[0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 1800.0];
    // A relay may take its time: the longest deadline is 120 s.
    const STAGES: &str = "signpost_smtp_stage_duration_seconds";
    const RELAYS: &[f64] = &[
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0,
    ];
    let [duration, latency] = metric::HISTOGRAMS;
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix(duration.to_owned()), FAST)?
        .set_buckets_for_metric(Matcher::Suffix(latency.to_owned()), SLOW)?
        .set_buckets_for_metric(Matcher::Full(STAGES.to_owned()), RELAYS)?
        .install_recorder()?;
    metric::begin(binary);
    metrics_process::Collector::default().describe();
    let upkeep = handle.clone();
    lifecycle.spawn_background(async move {
        let mut ticks = tokio::time::interval(Duration::from_secs(5));
        loop {
            ticks.tick().await;
            upkeep.run_upkeep();
            let dropped =
                DROPPED.get().map_or(0, ErrorCounter::dropped_lines) + LOST.load(Ordering::Relaxed);
            counter!("signpost_log_lines_dropped_total").absolute(dropped as u64);
        }
    });
    Ok(handle)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// A log that is kept.
    #[derive(Clone, Default)]
    pub(super) struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Lines {
        pub(super) fn told(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A disk with room for so many bytes.
    struct Disk(Vec<u8>, usize);

    impl Write for &mut Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let room = bytes.len().min(self.1 - self.0.len());
            if room == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.0.write(&bytes[..room])
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_that_find_no_room_are_counted_and_tear_no_other() {
        let mut disk = Disk(Vec::new(), 10);
        let mut log = Gathered::to(&mut disk);
        for line in [b"first\n", b"third\n", b"other\n"] {
            log.write_all(line).unwrap();
        }
        log.write_out();
        log.write_all(b"fifth\n").unwrap();
        log.write_out();
        assert_eq!(LOST.load(Ordering::Relaxed), 3);
        log.output.1 = 100;
        log.write_all(b"again\n").unwrap();
        log.write_out();
        assert_eq!(str::from_utf8(&disk.0), Ok("first\nthir\nagain\n"));
    }

    #[test]
    fn what_is_no_trace_is_not_told() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(trace_id(Some(good)), Some("0af7651916cd43dd8448eb211c80319c"));
        let bad = "00-jane.doe@a.example-000000000000000-b7ad6b7169203331-01";
        assert_eq!((trace_id(Some(bad)), trace_id(Some("00-0af7"))), (None, None));
    }

    #[test]
    fn a_misspelt_level_is_not_a_silent_log() {
        for (text, filter) in [
            ("info", "info"),
            ("WARN", "WARN"),
            ("off", "off"),
            ("signpost_api=debug,hyper=warn", "signpost_api=debug,hyper=warn"),
            (" info, signpost_worker=debug ,", "info,signpost_worker=debug,"),
            ("warn,signpost_worker::deliver", "warn,signpost_worker::deliver"),
            ("info,[request]=debug", "info,[request]=debug"),
        ] {
            assert_eq!(log_filter(text).as_deref(), Ok(filter));
        }
        for text in [
            "verbose", "info,verbose", "hyper", "signpost_apl", "on", "info debug",
            "signpost_api=loud", "=debug", "", "hyper=warn", "inof=debug", "signpost-api=info",
            "info,signpost-api=debug",
        ] {
            let refused = log_filter(text).unwrap_err();
            assert!(refused.contains("debug"), "{text}: {refused}");
        }
    }
}
