//! A log line as one JSON object, written once and in one piece. tracing-subscriber's own hands
//! each character that it escapes through four layers, which was an eighth of all that the API
//! computes for a request.

use std::{
    fmt::{self, Write as _},
    time::SystemTime,
};

use humantime::format_rfc3339_micros;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormattedFields,
        format::{JsonFields, Writer},
    },
    registry::LookupSpan,
};

use crate::json::{is_plain, push_text};

/// Formats events; the fields of spans are tracing-subscriber's.
pub(super) struct JsonLine;

impl<S> FormatEvent<S, JsonFields> for JsonLine
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Line(String::with_capacity(512));
        line.add("timestamp", format_args!("{}", format_rfc3339_micros(SystemTime::now())));
        line.add_text("level", event.metadata().level().as_str());
        event.record(&mut line);
        line.add_text("target", event.metadata().target());
        if let Some(span) = context.parent_span() {
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<JsonFields>>();
            let fields = fields.and_then(|object| object.strip_suffix('}')).unwrap_or("{");
            line.key("span");
            line.0.push_str(fields);
            line.add_text("name", span.name());
            line.0.push('}');
        }
        line.0.push_str("}\n");
        writer.write_str(&line.0)
    }
}

struct Line(String);

impl Line {
    fn key(&mut self, name: &str) {
        match self.0.bytes().next_back() {
            None => self.0.push('{'),
            Some(b'{') => {}
            Some(_) => self.0.push(','),
        }
        push_text(&mut self.0, name);
        self.0.push(':');
    }

    fn add_text(&mut self, name: &str, text: &str) {
        self.key(name);
        push_text(&mut self.0, text);
    }

    /// Numbers and the like look the same in JSON.
    fn add_number(&mut self, name: &str, number: impl fmt::Display) {
        self.key(name);
        let _ = write!(self.0, "{number}");
    }

    /// Adds what a value looks like, as a text.
    fn add(&mut self, name: &str, value: fmt::Arguments<'_>) {
        self.key(name);
        self.0.push('"');
        let begin = self.0.len();
        let _ = self.0.write_fmt(value);
        if is_plain(&self.0[begin..]) {
            self.0.push('"');
        } else {
            let text = self.0.split_off(begin);
            self.0.pop();
            push_text(&mut self.0, &text);
        }
    }
}

impl Visit for Line {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add_number(field.name(), serde_json::Value::from(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add_number(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add_number(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add_number(field.name(), value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add_text(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field.name(), format_args!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tracing::{debug_span, info, subscriber::with_default, warn};

    use super::{super::tests::Lines, *};

    fn tell() {
        info!(
            request.id = %"a-1",
            text = "\u{202E}\"quoted\"\\ \n\u{0}\u{7F}é🦀",
            shown = ?Some("\t"),
            absent = Option::<&str>::None,
            count = 7_u64,
            below = -7_i64,
            share = 0.25,
            none = f64::NAN,
            wide = u128::MAX,
            yes = true,
            error = &fmt::Error as &dyn std::error::Error,
            "{} of it",
            "all"
        );
        let span = debug_span!("request", method = %"POST", later = tracing::field::Empty);
        span.in_scope(|| {
            warn!("inside");
            span.record("later", 1);
            debug_span!("bare").in_scope(|| warn!(target: "elsewhere", "deeper"));
        });
        warn!(parent: &span, "for another");
    }

    #[test]
    fn a_line_holds_what_tracing_subscribers_own_does() {
        let (ours, theirs) = (Lines::default(), Lines::default());
        let (kept, known) = (ours.clone(), theirs.clone());
        let log = || tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).json();
        let log_ours = log().event_format(JsonLine).with_writer(move || kept.clone()).finish();
        let log_theirs = log().flatten_event(true).with_span_list(false);
        with_default(log_ours, tell);
        with_default(log_theirs.with_writer(move || known.clone()).finish(), tell);
        let read = |lines: &Lines| {
            let read = |line: &str| {
                let mut line: Value = serde_json::from_str(line).unwrap();
                let timestamp = line["timestamp"].take();
                assert!(humantime::parse_rfc3339(timestamp.as_str().unwrap()).is_ok());
                line.to_string() // in the order of its fields
            };
            lines.told().lines().map(read).collect::<Vec<_>>()
        };
        assert_eq!(read(&ours), read(&theirs));
        assert_eq!(read(&ours).len(), 4);
    }
}
