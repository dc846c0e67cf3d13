//! The name that the mail speaks for: what it may be, and how it stands in a text of either
//! direction.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{BidiClass, BidiControl, DefaultIgnorableCodePoint},
};
use signpost_shared::locale::Direction;
use unicode_segmentation::UnicodeSegmentation as _;

use super::skeletons::has_placeholder;

/// The longest brand, in what a reader takes for letters; subjects are cut at about this length.
const LETTERS: usize = 64;

/// Unicode's marks around a text of another direction (UAX #9): "first strong isolate", and its end.
const FSI: char = '\u{2068}';
const PDI: char = '\u{2069}';

/// Refuses a brand that could not be shown as it is: one that nobody sees, that breaks a line or
/// turns it around, or that a check for unfilled variables would take for one.
///
/// # Errors
/// Says what is wrong with it.
pub fn check(brand: &str) -> Result<(), &'static str> {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let controls = CodePointSetData::new::<BidiControl>();
    let unseen = |character: char| character.is_whitespace() || ignorable.contains(character);
    if brand.chars().all(unseen) {
        Err("is empty, or has nothing in it that can be seen")
    } else if brand.graphemes(true).count() > LETTERS {
        Err("is longer than 64 characters")
    } else if brand.contains(unprintable) {
        Err("has a control character in it")
    } else if brand.chars().any(|character| controls.contains(character)) {
        Err("has a mark in it that turns the direction of text")
    } else if has_placeholder(brand) || is_encoded_word(brand) {
        Err("looks like a template")
    } else {
        Ok(())
    }
}

/// Refuses a text that is no line, or would be taken for a template.
///
/// # Errors
/// Says what is wrong with it.
pub fn check_line(text: &str) -> Result<(), &'static str> {
    if text.trim().is_empty() {
        Err("is empty")
    } else if text.contains(unprintable) {
        Err("has a control character in it; it is one line")
    } else if text.contains(|mark| matches!(mark, '\u{202a}'..='\u{202e}')) {
        Err("has a mark in it that turns the direction of text")
    } else if has_placeholder(text) {
        Err("looks like a template")
    } else {
        Ok(())
    }
}

/// Line and paragraph separators too, at which some clients break a line.
fn unprintable(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// Mail clients would decode it (RFC 2047 §2), and show something else.
pub(super) fn is_encoded_word(text: &str) -> bool {
    text.contains("=?")
}

/// As messages are given it: marked, so that each part of a mail can isolate it in its own way.
pub(super) fn marked(brand: &str) -> String {
    format!("{FSI}{brand}{PDI}")
}

/// A message as plain text: the marks stay where the brand may run another way than the text.
pub(super) fn in_text(message: &str, brand: &str, direction: Direction) -> String {
    if differs(brand, direction) { message.to_owned() } else { message.replace([FSI, PDI], "") }
}

/// A message as HTML, escaped. `dir="auto"` isolates as `<bdi>` does, which Gmail and Outlook drop.
pub(super) fn in_html(message: &str) -> String {
    let text = message.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let text = text.replace('"', "&quot;");
    text.replace(FSI, "<span dir=\"auto\">").replace(PDI, "</span>")
}

/// Whether a letter of the brand runs another way; from right to left, digits do too.
fn differs(brand: &str, direction: Direction) -> bool {
    let classes = CodePointMapData::<BidiClass>::new();
    brand.chars().map(|character| classes.get(character)).any(|class| {
        let rtl = class == BidiClass::RightToLeft || class == BidiClass::ArabicLetter;
        match direction {
            Direction::Ltr => rtl,
            Direction::Rtl => class == BidiClass::LeftToRight || class == BidiClass::EuropeanNumber,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brand_can_be_seen_and_turns_nothing() {
        let family = "👩‍👩‍👧‍👦".repeat(64);
        for good in ["Yahoo!", "C++", "Acme, Inc.", "例", "مثال", "नमस्ते", &family, "می‌شود"]
        {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("", "is empty, or has nothing in it that can be seen"),
            (" \u{a0}\u{200b}", "is empty, or has nothing in it that can be seen"),
            ("\u{200b}", "is empty, or has nothing in it that can be seen"),
            ("\u{feff}\u{2060}", "is empty, or has nothing in it that can be seen"),
            ("a\u{202e}b", "has a mark in it that turns the direction of text"),
            ("a\u{2066}b", "has a mark in it that turns the direction of text"),
            ("a\u{200f}", "has a mark in it that turns the direction of text"),
            ("a\nb", "has a control character in it"),
            ("a\u{2028}b", "has a control character in it"),
            ("{{ a }}", "looks like a template"),
            ("=?utf-8?q?a?=", "looks like a template"),
            (&"a".repeat(65), "is longer than 64 characters"),
        ] {
            assert_eq!(check(bad), Err(why), "{bad:?}");
        }
    }

    #[test]
    fn it_is_isolated_where_it_runs_another_way() {
        let text = |brand, direction| in_text(&format!("a {} b", marked(brand)), brand, direction);
        assert_eq!(text("Yahoo!", Direction::Ltr), "a Yahoo! b");
        assert_eq!(text("Yahoo!", Direction::Rtl), "a \u{2068}Yahoo!\u{2069} b");
        assert_eq!(text("360", Direction::Rtl), "a \u{2068}360\u{2069} b");
        assert_eq!(text("مثال!", Direction::Rtl), "a مثال! b");
        assert_eq!(text("مثال!", Direction::Ltr), "a \u{2068}مثال!\u{2069} b");
        assert_eq!(
            in_html(&marked("<A & \"B\">")),
            "<span dir=\"auto\">&lt;A &amp; &quot;B&quot;&gt;</span>"
        );
    }
}
