//! How things are said to a person at a terminal: counts, ages, and texts that
//! strangers may have written.

use std::{
    io::{self, Write as _},
    time::Duration,
};

/// `1 letter`, `2 letters`.
pub(super) fn letters(count: usize) -> String {
    if count == 1 { "1 letter".to_owned() } else { format!("{count} letters") }
}

/// The two largest units: `3h 12m`, `6d 1h`, `45s`.
pub(super) fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => format!("{minutes}m {seconds}s"),
        (0, _, _) => format!("{hours}h {minutes}m"),
        _ => format!("{days}d {hours}h"),
    }
}

/// A header's text without what could drive a terminal or be an address: anybody who
/// reaches the broker may have written it.
pub(super) fn plain(text: &str) -> String {
    const LONGEST: usize = 200;
    let words = text.split(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c));
    let words = words.filter(|word| !word.is_empty());
    let words = words.map(|word| if word.contains(['@', '＠']) { "***" } else { word });
    let plain = words.collect::<Vec<_>>().join(" ");
    cut(&plain.replace(|c: char| ('\u{200B}'..='\u{206F}').contains(&c), ""), LONGEST)
}

/// At most so many characters, with an ellipsis where some are missing.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

/// A line of what was asked for.
pub(super) fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}

/// A line about how it went, which is no part of what was asked for. When nobody can read
/// it any more, there is nobody to tell.
pub(super) fn remark(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_two_units() {
        for (seconds, said) in [
            (0, "0s"),
            (59, "59s"),
            (61, "1m 1s"),
            (3_599, "59m 59s"),
            (11_520, "3h 12m"),
            (86_399, "23h 59m"),
            (86_400, "1d 0h"),
            (600_000, "6d 22h"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), said);
        }
    }

    #[test]
    fn texts_of_strangers_neither_drive_a_terminal_nor_tell_an_address() {
        assert_eq!(plain("rcpt 550 5.1.1"), "rcpt 550 5.1.1");
        assert_eq!(plain("a\u{1b}[2Jb\r\nc\u{202E}d"), "a [2Jb cd");
        assert_eq!(plain("no <jane@a.example>, \"b＠c\"; x"), "no *** *** x");
        assert_eq!(plain(&"x".repeat(300)).chars().count(), 200);
        assert_eq!((cut("héé", 3), cut("héééé", 3)), ("héé".to_owned(), "hé…".to_owned()));
        assert_eq!((letters(1), letters(0)), ("1 letter".to_owned(), "0 letters".to_owned()));
    }
}
