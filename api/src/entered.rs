//! A code as people enter it: pasted with spaces, split by a hyphen, in the digits
//! of their own script.

use signpost_shared::address::is_layout_mark;

/// Longer texts are no code, whatever is in them.
const MAX_CHARS: usize = 64;

/// The zeros of the scripts' decimal digits (Unicode general category Nd) in the basic plane, of
/// Chakma and of Adlam: each is followed by the other nine.
const ZEROS: [char; 39] = [
    '0', '\u{0660}', '\u{06F0}', '\u{07C0}', '\u{0966}', '\u{09E6}', '\u{0A66}', '\u{0AE6}',
    '\u{0B66}', '\u{0BE6}', '\u{0C66}', '\u{0CE6}', '\u{0D66}', '\u{0DE6}', '\u{0E50}', '\u{0ED0}',
    '\u{0F20}', '\u{1040}', '\u{1090}', '\u{17E0}', '\u{1810}', '\u{1946}', '\u{19D0}', '\u{1A80}',
    '\u{1A90}', '\u{1B50}', '\u{1BB0}', '\u{1C40}', '\u{1C50}', '\u{A620}', '\u{A8D0}', '\u{A900}',
    '\u{A9D0}', '\u{A9F0}', '\u{AA50}', '\u{ABF0}', '\u{FF10}', '\u{11136}', '\u{1E950}',
];

/// An entered code: the digits it amounts to, or nothing that could be one.
#[derive(Clone, PartialEq, Eq)]
pub struct Entered(Option<String>);

impl std::fmt::Debug for Entered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entered(***)")
    }
}

impl Entered {
    /// Reads what was entered.
    pub fn parse(text: &str) -> Self {
        if text.chars().nth(MAX_CHARS).is_some() {
            return Self(None);
        }
        let digits: Option<String> = text.chars().filter(|c| !is_filler(*c)).map(digit).collect();
        Self(digits.filter(|digits| !digits.is_empty()))
    }

    /// ASCII digits, if it is made of digits.
    pub fn digits(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

/// What may stand around and between digits: space, hyphens and dashes, marks of direction.
fn is_filler(c: char) -> bool {
    c.is_whitespace()
        || is_layout_mark(c)
        || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}')
}

fn digit(c: char) -> Option<char> {
    ZEROS.iter().find_map(|zero| {
        let value = u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10)?;
        char::from_digit(value, 10)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_paste_is_understood() {
        for text in [
            "012345", " 012345\n", "012 345", "012-345", "012–345", "０１２３４５", "٠١٢٣٤٥",
            "۰۱۲۳۴۵", "०१२३४५", "០១២៣៤៥", "၀၁၂၃၄၅", "\u{2068}012345\u{2069}", "\u{FEFF}012345",
            "0 1 2 3 4 5", "012\u{00A0}345",
        ] {
            assert_eq!(Entered::parse(text).digits(), Some("012345"), "{text:?}");
        }
        for text in ["", " ", "12a456", "+12345", "1.5", "①②③④⑤⑥", "十二万三千", &"1".repeat(65)]
        {
            assert_eq!(Entered::parse(text).digits(), None, "{text:?}");
        }
        assert_eq!(Entered::parse("1234567").digits(), Some("1234567"));
    }
}
