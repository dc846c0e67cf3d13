//! Deliver: a relay's words as they may be kept, for its queue id is what its operator asks for.
//!
//! Relays quote addresses, in whatever encoding. So a word is kept only if it is a usual one, or
//! looks like a queue id and tells nothing, however it is read.

#[cfg(test)]
mod tests;

use std::{cell::OnceCell, ops::RangeInclusive};

use signpost_shared::address::EmailAddress;

use super::reply::is_status;

const LONGEST: usize = 200;
const LEFT_OUT: &str = "…";
/// A part of an address that is shorter is in too many words by chance; and in what they are
/// decoded to.
const TELLING: usize = 3;
const TELLING_DECODED: usize = 4;
/// So many bytes that make sense are no chance in what a word is decoded to.
const TEXT: usize = 7;
/// How long a queue id is: Amazon's has 60 characters. Shorter ones could tell a code bit by bit.
const ID: RangeInclusive<usize> = 6..=64;
/// The most letters and digits of an id that could be a digest of the address: `SendGrid`'s. Digests
/// are longer, but for MD5 in base64.
const RUN: usize = 22;

/// What relays say around an id, in lower case.
const USUAL: [&str; 40] = [
    "-", "accepted", "as", "at", "been", "completed", "data", "delivery", "done", "email", "for",
    "gsmtp", "has", "id", "in", "internalid", "hostname", "is", "it", "mail", "message",
    "messageid", "ok", "okay", "processed", "queue", "queued", "queueid", "received", "requested",
    "sent", "submitted", "success", "successful", "successfully", "taken", "thank", "the",
    "transfer", "you",
];

/// What must not be told.
pub(super) struct Secrets {
    /// In lower case; no run of letters and digits may be this.
    local: String,
    /// Letters and digits in lower case; no word may hold one of these.
    parts: Vec<String>,
    /// The longer ones forwards and backwards, as they are and by rot13: nor what it decodes to.
    /// Made when a word is decoded.
    turned: OnceCell<Vec<String>>,
}

impl Secrets {
    pub(super) fn new(address: &EmailAddress, code: &str) -> Self {
        let local = address.expose_local_part().to_lowercase();
        // Anybody's address has the last one.
        let (labels, _) = address.domain().rsplit_once('.').unwrap_or_default();
        let parts = local.split(|c: char| !c.is_alphanumeric()).chain(labels.split(['.', '-']));
        let parts = parts.chain([&*local, address.domain(), code]).map(squeezed);
        let parts: Vec<_> = parts.filter(|part| part.len() >= TELLING).collect();
        Self { local, turned: OnceCell::new(), parts }
    }

    fn turned(&self) -> &[String] {
        self.turned.get_or_init(|| {
            let longer = self.parts.iter().filter(|part| part.len() >= TELLING_DECODED);
            let turned = longer.flat_map(|part| {
                let other: String = part.chars().map(rot13).collect();
                let backwards = [part, &other].map(|part| part.chars().rev().collect());
                backwards.into_iter().chain([part.clone(), other])
            });
            turned.collect()
        })
    }

    /// The words that tell nothing, of these.
    pub(super) fn left_out_of(&self, text: &str) -> String {
        let mut kept = String::new();
        for (place, word) in text.split_whitespace().enumerate() {
            let word = if self.may_keep(word, place == 0) { word } else { LEFT_OUT };
            // What is left out is left out once.
            if word == LEFT_OUT && kept.ends_with(LEFT_OUT) {
                continue;
            }
            if kept.len() + word.len() >= LONGEST {
                return kept + LEFT_OUT;
            }
            if !kept.is_empty() {
                kept.push(' ');
            }
            kept += word;
        }
        kept
    }

    fn may_keep(&self, word: &str, is_first: bool) -> bool {
        let bare = word.trim_matches(|c: char| "<>[](),;:'\"!.".contains(c));
        let (label, value) = bare.split_once('=').unwrap_or(("", bare));
        if !label.is_empty() && !is_usual(label) {
            return false;
        }
        let is_plain = is_usual(value) || (is_first && is_status(value));
        let is_id = is_id(value) && !is_long_and_mixed(value);
        (is_plain || is_id) && !self.are_told_by(bare, is_plain)
    }

    /// What `is_plain` is of our own list, so it hides nothing.
    fn are_told_by(&self, word: &str, is_plain: bool) -> bool {
        let plain = squeezed(word);
        let mut runs = word.split(|c: char| !c.is_ascii_alphanumeric());
        self.parts.iter().any(|part| plain.contains(part))
            || runs.clone().any(|run| run.eq_ignore_ascii_case(&self.local))
            || !is_plain
                && (self.are_in(&plain)
                    || runs.any(|run| could_be_a_digest(run) || self.are_hidden_in(run)))
    }

    fn are_hidden_in(&self, run: &str) -> bool {
        readings(run).iter().any(|read| is_text(read) || self.are_in(&read.to_lowercase()))
    }

    fn are_in(&self, text: &str) -> bool {
        self.turned().iter().any(|part| text.contains(part))
    }
}

fn is_usual(word: &str) -> bool {
    USUAL.iter().any(|usual| usual.eq_ignore_ascii_case(word))
}

/// A word of letters alone may be a name.
fn is_id(word: &str) -> bool {
    ID.contains(&word.len())
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// In base64.
fn is_long_and_mixed(word: &str) -> bool {
    let letters = word.bytes().filter(u8::is_ascii_alphanumeric).count();
    letters > RUN
        && word.bytes().any(|byte| byte.is_ascii_uppercase())
        && word.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// In hexadecimal or base32. The ids of Gmail are as long, with more letters than the one has and
/// more digits than the other.
fn could_be_a_digest(run: &str) -> bool {
    let is_of_gmail = run.bytes().any(|byte| byte.to_ascii_lowercase() > b'f')
        && run.bytes().any(|byte| b"0189".contains(&byte));
    run.len() > RUN && !is_of_gmail
}

fn squeezed(text: &str) -> String {
    if text.is_ascii() {
        let mut squeezed = text.to_ascii_lowercase();
        squeezed.retain(|c| c.is_ascii_alphanumeric());
        return squeezed;
    }
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether it makes sense to people, whatever sense.
fn is_text(text: &str) -> bool {
    let is_sense = |c: char| c.is_alphanumeric() || "@.+-_".contains(c);
    text.split(|c| !is_sense(c)).any(|run| run.len() >= TEXT)
}

fn rot13(c: char) -> char {
    match c {
        'a'..='m' => char::from(c as u8 + 13),
        'n'..='z' => char::from(c as u8 - 13),
        _ => c,
    }
}

/// What it is as hexadecimal, base32 and base64 (RFC 4648), wherever that begins.
fn readings(run: &str) -> Vec<String> {
    let lower = &*run.to_ascii_lowercase();
    // The digits by their value, the bits of each, and the least distance of its places from a
    // whole byte. The last two digits of base64 are in no run.
    let encodings = [
        (lower, "0123456789abcdef", 4, 4),
        (lower, "abcdefghijklmnopqrstuvwxyz234567", 5, 1),
        (run, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 6, 2),
    ];
    let mut read = Vec::new();
    for (run, alphabet, bits, step) in encodings {
        for digits in run.split(|c| !alphabet.contains(c)) {
            // Too little to tell anything.
            if digits.len() * bits < 8 * TELLING_DECODED {
                continue;
            }
            let values: Vec<_> = digits.chars().filter_map(|digit| alphabet.find(digit)).collect();
            read.extend((0..8).step_by(step).map(|skipped| text(&values, bits, skipped)));
        }
    }
    read
}

/// Without its first bits, and without NUL, which UTF-16 has between letters.
fn text(values: &[usize], bits: usize, skipped: usize) -> String {
    let (mut bytes, mut held) = (Vec::new(), 0_u64);
    for (place, value) in values.iter().enumerate() {
        held = held << bits | *value as u64;
        let whole = ((place + 1) * bits).checked_sub(skipped + 8 * (bytes.len() + 1));
        if let Some(rest) = whole {
            bytes.push((held >> rest & 0xff) as u8);
        }
    }
    bytes.retain(|byte| *byte != 0);
    String::from_utf8_lossy(&bytes).into_owned()
}
