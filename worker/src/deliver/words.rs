//! Deliver: a relay's words as they may be kept, for its queue id is what its operator asks for.
//!
//! Relays quote addresses, so a word that holds the recipient, or the code, in whatever usual
//! encoding, is left out.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use percent_encoding::percent_decode_str;
use signpost_shared::address::EmailAddress;

const LONGEST: usize = 200;
const LEFT_OUT: &str = "…";
/// A part of an address that is shorter is in too many words by chance.
const TELLING: usize = 3;

/// What must not be told, in the forms in which a relay may say it.
pub(super) struct Secrets {
    /// In lower case; a word must not be one of these.
    whole: Vec<String>,
    /// In lower case; a word must not hold one of these.
    within: Vec<String>,
}

impl Secrets {
    pub(super) fn new(address: &EmailAddress, code: &str) -> Self {
        let address = address.expose().to_lowercase();
        let (local, domain) = address.rsplit_once('@').unwrap_or((&address, ""));
        let mut whole = vec![local.to_owned()];
        let mut within = vec![code.to_owned(), domain.to_owned()];
        within.extend(
            local
                .split(|c: char| !c.is_alphanumeric())
                .map(str::to_owned)
                .chain([local.to_owned()]),
        );
        let encoded: Vec<_> = [&address, local, code].into_iter().flat_map(encodings).collect();
        within.extend(encoded);
        within.retain(|part| part.len() >= TELLING);
        whole.retain(|part| !part.is_empty());
        Self { whole, within }
    }

    /// The words that tell nothing, of these.
    pub(super) fn left_out_of(&self, text: &str) -> String {
        let mut kept = String::new();
        for word in text.split_whitespace() {
            let word = if self.are_told_by(word) { LEFT_OUT } else { word };
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
            kept.extend(word.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }));
        }
        kept
    }

    fn are_told_by(&self, word: &str) -> bool {
        let quoted = word.replace('=', "%");
        let decoded = [word, &quoted].map(|word| percent_decode_str(word).decode_utf8_lossy());
        decoded.iter().any(|word| {
            let word = word.to_lowercase();
            word.contains('@')
                || self.within.iter().any(|part| word.contains(part))
                || word
                    .split(|c: char| !c.is_alphanumeric())
                    .any(|run| self.whole.iter().any(|whole| run == whole))
        })
    }
}

/// In hexadecimal, and what base64 has of it wherever it begins.
fn encodings(secret: &str) -> Vec<String> {
    let mut hexadecimal = String::new();
    for byte in secret.bytes() {
        let _ = write!(hexadecimal, "{byte:02x}");
    }
    let mut found = vec![hexadecimal];
    for offset in 0..3 {
        let shifted = [&vec![b' '; offset], secret.as_bytes()].concat();
        let encoded = STANDARD_NO_PAD.encode(&shifted);
        // The first and the last digit hold bits of what stands beside.
        let (begin, end) = ((offset * 8).div_ceil(6), shifted.len() * 8 / 6);
        found.extend(encoded.get(begin..end).map(str::to_lowercase));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(said: &str) -> String {
        let address = EmailAddress::parse("Jane.Doe+x@bücher.example").unwrap();
        Secrets::new(&address, "123456").left_out_of(said)
    }

    #[test]
    fn a_queue_id_is_kept() {
        for said in [
            "2.0.0 Ok: queued as 4XyZ1c0pqrz9vLK",
            "OK id=1tFabc-0001Xy-2B",
            "2.6.0 <0190-7000.mail> [InternalId=123, Hostname=AM0PR01.example] Queued mail for delivery",
            "Ok 0100018f-abcd-000000",
            "2.0.0 OK 1700000000 a640c23a62f3a-aa5 - gsmtp",
        ] {
            assert_eq!(kept(said), said);
        }
    }

    #[test]
    fn what_names_the_reader_is_not() {
        for word in [
            "<jane.doe+x@xn--bcher-kva.example>",
            "JANE.DOE",
            "doe",
            "jane=xn--bcher-kva.example",
            "jane%2Edoe%2Bx%40xn--bcher-kva.example",
            "jane=2Edoe=2Bx=40xn--bcher-kva.example",
            "someone@else.example",
            "6a616e652e646f652b78",
            "code:123456.",
            "MTIzNDU2",
            "amFuZS5kb2UreEB4bi0tYmNoZXIta3ZhLmV4YW1wbGU=",
            "VG86IGphbmUuZG9lK3hAeG4tLWJjaGVyLWt2YS5leGFtcGxl",
        ] {
            assert_eq!(kept(&format!("ok {word} queued")), "ok … queued", "{word}");
        }
    }

    #[test]
    fn they_are_one_short_line() {
        assert_eq!(kept("ok\u{7} a@b c@d\r\n fine"), "ok\u{fffd} … fine");
        assert_eq!(kept(&"x".repeat(500)), "…");
        assert!(kept(&"word ".repeat(100)).len() <= LONGEST + LEFT_OUT.len());
    }

    /// A short local part is no part of every word.
    #[test]
    fn a_short_name_hides_itself_alone() {
        let address = EmailAddress::parse("a@b.example").unwrap();
        let secrets = Secrets::new(&address, "1234");
        assert_eq!(
            secrets.left_out_of("queued as A1B2 for a at once"),
            "queued as A1B2 for … at once"
        );
    }
}
