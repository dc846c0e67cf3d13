//! A progress bar, when there are many letters and somebody watches.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Fewer are done before a bar could be read.
const MANY: u32 = 200;

/// How far a command is. It is on standard error, and only when that is a terminal.
#[derive(Debug)]
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// For a command that says nothing meanwhile.
    pub(super) fn of(what: &'static str, letters: u32) -> Self {
        if letters < MANY || !io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let target = ProgressDrawTarget::stderr();
        let bar = ProgressBar::with_draw_target(Some(letters.into()), target).with_message(what);
        // What indicatif draws by itself will do if this template is ever wrong.
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len}  {eta}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// For a command whose output would run into the bar on the same terminal.
    pub(super) fn beside_output(what: &'static str, letters: u32) -> Self {
        if io::stdout().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        Self::of(what, letters)
    }

    /// One letter more is done.
    pub(super) fn step(&self) {
        self.0.inc(1);
    }

    /// Takes the bar away, so that lines can be written.
    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_that_nobody_watches_is_not_drawn() {
        // Tests' standard error may be a terminal; few letters have no bar even there.
        let progress = Progress::of("reading", MANY - 1);
        progress.step();
        assert!(progress.0.is_hidden());
        progress.end();
    }
}
