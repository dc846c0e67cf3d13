//! A progress bar, when there are many letters and somebody watches.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Fewer are done before a bar could be read.
const MANY: u32 = 200;

/// For a command that says nothing meanwhile. The bar is on standard error, and only when that is a
/// terminal.
pub(super) fn bar(what: &'static str, letters: u32) -> ProgressBar {
    if letters < MANY || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let target = ProgressDrawTarget::stderr();
    let bar = ProgressBar::with_draw_target(Some(letters.into()), target).with_message(what);
    // What indicatif draws by itself will do if this template is ever wrong.
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len}  {eta}") {
        bar.set_style(style);
    }
    bar
}

/// For a command whose output would run into the bar on the same terminal.
pub(super) fn bar_beside_output(what: &'static str, letters: u32) -> ProgressBar {
    if io::stdout().is_terminal() { ProgressBar::hidden() } else { bar(what, letters) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_that_nobody_watches_is_not_drawn() {
        // Tests' standard error may be a terminal; few letters have no bar even there.
        assert!(bar("reading", MANY - 1).is_hidden());
    }
}
