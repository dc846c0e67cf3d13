//! A question before what can't be undone.

use std::io::{self, Write as _};

/// Asks on the terminal; anything but a yes is a no.
///
/// # Errors
/// When nobody can be asked.
pub fn agreed(question: &str) -> io::Result<bool> {
    write!(io::stderr(), "{question} [y/N] ")?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(is_yes(&answer))
}

fn is_yes(answer: &str) -> bool {
    ["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for yes in ["y\n", "Y\n", "yes\r\n", " YES "] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "n\n", "yy\n", "yes please\n", "1\n"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}
