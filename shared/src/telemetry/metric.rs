//! What a metric is: its name, its labels and their values, and what it says. At start each
//! binary describes its own, and begins its counters at zero, since a counter that appears with
//! its first event is one whose first event no `rate()` sees.

use metrics::{
    Key, Label as KeyLabel, Level, Metadata, Unit, describe_counter, describe_gauge,
    describe_histogram, gauge, with_recorder,
};

use super::table::METRICS;

/// How the names of histograms end: short times, and those that waiting is part of.
pub(super) const HISTOGRAMS: [&str; 2] = ["_duration_seconds", "_latency_seconds"];

/// Who keeps metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// `signpost-api`.
    Api,
    /// `signpost-worker`.
    Worker,
}

/// How its values are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Is what it is now.
    Gauge,
    /// Counts by size.
    Histogram,
}

/// What a label may say.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// One of these.
    Closed(&'static [&'static str]),
    /// What is found out while the process runs; few, and never an address. This says what.
    Found(&'static str),
    /// The same, and what is found most.
    Usual(&'static str, &'static [&'static str]),
}

/// A label and its values.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    /// As Prometheus is told.
    pub name: &'static str,
    /// What it may say.
    pub values: Values,
}

/// A metric of ours.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// As Prometheus is told.
    pub name: &'static str,
    /// Who keeps it.
    pub of: &'static [Binary],
    /// In the order of the documentation.
    pub labels: &'static [Label],
    /// What it says, in Markdown.
    pub help: &'static str,
}

impl Metric {
    /// As its name says: those that have buckets are the times that something took.
    pub fn kind(&self) -> Kind {
        if self.name.ends_with("_total") {
            Kind::Counter
        } else if HISTOGRAMS.iter().any(|end| self.name.ends_with(end)) {
            Kind::Histogram
        } else {
            Kind::Gauge
        }
    }

    fn describe(&self) {
        let name = self.name;
        let unit = if name.ends_with("_seconds") { Unit::Seconds } else { Unit::Count };
        let help = self.help.replace('`', "");
        match self.kind() {
            Kind::Counter => describe_counter!(name, unit, help),
            Kind::Gauge => describe_gauge!(name, unit, help),
            Kind::Histogram => describe_histogram!(name, unit, help),
        }
    }

    /// All label sets that can be known.
    fn label_sets(&self) -> Vec<Vec<KeyLabel>> {
        self.labels.iter().fold(vec![Vec::new()], |sets, label| {
            let values = match label.values {
                Values::Closed(values) | Values::Usual(_, values) => values,
                Values::Found(_) => &[],
            };
            let with = |set: &Vec<KeyLabel>, value: &'static str| {
                let mut set = set.clone();
                set.push(KeyLabel::from_static_parts(label.name, value));
                set
            };
            sets.iter().flat_map(|set| values.iter().map(move |value| with(set, value))).collect()
        })
    }

    /// Begins counting from zero. A gauge is left alone: zero would say something.
    fn begin(&self) {
        static METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, None);
        for labels in self.label_sets() {
            let key = Key::from_parts(self.name, labels);
            with_recorder(|recorder| match self.kind() {
                Kind::Counter => recorder.register_counter(&key, &METADATA).increment(0),
                Kind::Histogram => drop(recorder.register_histogram(&key, &METADATA)),
                Kind::Gauge => {}
            });
        }
    }
}

/// Describes the metrics of this binary, and begins those that count.
pub(super) fn begin(binary: Binary) {
    for metric in METRICS.iter().filter(|metric| metric.of.contains(&binary)) {
        metric.describe();
        metric.begin();
    }
    gauge!("signpost_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1);
}
