//! A panic in the log: where it was, never what it said. A message may quote what was worked on,
//! as slicing a text does with the text.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    panic::{self, PanicHookInfo},
    thread,
};

use tracing::error;

/// From now on panics are told so, and no longer on standard error.
pub(super) fn log_panics() {
    panic::set_hook(Box::new(tell));
}

fn tell(panic: &PanicHookInfo<'_>) {
    let backtrace = Backtrace::capture();
    let is_wanted = backtrace.status() == BacktraceStatus::Captured;
    error!(
        thread = thread::current().name(),
        location = panic.location().map(tracing::field::display),
        backtrace = is_wanted.then(|| tracing::field::display(backtrace)),
        "a panic; what it said may hold personal data and is left out"
    );
}

#[cfg(test)]
mod tests {
    use super::{
        super::{json_line::JsonLine, tests::Lines},
        *,
    };

    #[test]
    fn a_panic_is_told_without_its_words() {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = tracing_subscriber::fmt().json().event_format(JsonLine);
        let log = log.with_writer(move || writer.clone()).finish();
        let address = "jané@a.example".to_owned();
        let before = panic::take_hook();
        log_panics();
        let panicked = tracing::subscriber::with_default(log, || {
            panic::catch_unwind(|| address[..4].to_owned()).is_err()
        });
        panic::set_hook(before);
        let told = lines.told();
        assert!(
            panicked && told.contains("\"location\":") && told.contains("panics.rs:"),
            "{told}"
        );
        assert!(!told.contains("a.example") && !told.contains("jan"), "{told}");
    }
}
