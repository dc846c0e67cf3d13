//! Email addresses: parsed once, and never printed whole by accident.
//!
//! What people type is delivered to; two derived forms decide what counts as
//! the same address (see `EmailAddress::bound` and `EmailAddress::throttled`).

use std::{borrow::Cow, fmt};

use icu_normalizer::{ComposingNormalizerBorrowed, properties::CanonicalCombiningClassMapBorrowed};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use thiserror::Error;

/// Longest address in bytes (RFC 5321 §4.5.3.1.3 as corrected by RFC 3696 erratum 1690).
pub const MAX_ADDRESS: usize = 254;
/// Longest local part in bytes (RFC 5321 §4.5.3.1.1).
pub const MAX_LOCAL_PART: usize = 64;

/// An address that mail can be sent to: a dot-atom local part (RFC 5322 §3.2.3,
/// with UTF-8 as RFC 6531 §3.3 allows) and a domain name with a dot.
///
/// `Display` and `Debug` are masked; [`EmailAddress::expose`] is not.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress {
    local: String,
    /// Lower-case A-labels, no trailing dot.
    domain: String,
}

/// Why a text is not an address that Signpost sends to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// Over [`MAX_ADDRESS`] or [`MAX_LOCAL_PART`] bytes.
    #[error("the address is too long")]
    TooLong,
    /// There is no `@`, or nothing on one side of it.
    #[error("the address is not of the form local@domain")]
    Form,
    /// The local part is quoted, has a forbidden character or a route, or dots out of place.
    #[error("the part before the @ is not allowed")]
    LocalPart,
    /// The domain is no public host name: no dot, a literal, or not valid IDNA (UTS 46).
    #[error("the part after the @ is no domain name")]
    Domain,
}

const BYTE_ORDER_MARK: char = '\u{FEFF}';

impl EmailAddress {
    /// Reads an address as a person typed or pasted it: white space and layout marks around it
    /// are none of it, and full-width forms mean their ASCII ones.
    ///
    /// # Errors
    /// [`AddressError`] says which part is wrong; it never holds the text.
    pub fn parse(raw: &str) -> Result<Self, AddressError> {
        let typed = raw.trim_matches(|c: char| c.is_whitespace() || is_layout_mark(c));
        let typed = without_width(typed);
        if typed.len() > MAX_ADDRESS {
            return Err(AddressError::TooLong);
        }
        let (local, domain) = typed.rsplit_once('@').ok_or(AddressError::Form)?;
        // In a domain it would be passed over.
        if local.is_empty() || domain.is_empty() || domain.contains(BYTE_ORDER_MARK) {
            return Err(AddressError::Form);
        }
        if local.len() > MAX_LOCAL_PART {
            return Err(AddressError::TooLong);
        }
        // The normalized form is what limits and codes go by, and what others on the
        // way may make of it: U+037E is allowed as typed, but would become a `;`.
        if !is_dot_atom(local) || !is_dot_atom(&nfc(local)) || starts_with_mark(local) {
            return Err(AddressError::LocalPart);
        }
        let domain = ascii_domain(domain)?;
        if local.len() + 1 + domain.len() > MAX_ADDRESS {
            return Err(AddressError::TooLong);
        }
        Ok(Self { local: local.to_owned(), domain })
    }

    /// Whether mail to it takes SMTPUTF8 (RFC 6531), which many relays do not speak.
    pub fn needs_smtputf8(&self) -> bool {
        !self.local.is_ascii()
    }

    /// The whole address, as it goes into the envelope: the local part as typed,
    /// the domain as A-labels.
    pub fn expose(&self) -> String {
        self.with_domain(&self.local)
    }

    /// The local part as typed.
    pub fn expose_local_part(&self) -> &str {
        &self.local
    }

    /// The domain: lower-case A-labels without a trailing dot.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// What a challenge and its code are bound to: the local part in lower case and
    /// NFC, so that every way to write `é` is one (RFC 6532 §3.1), with its tag, since
    /// where `+` is no subaddress `a+1@x` is not `a@x`.
    pub fn bound(&self) -> String {
        self.with_domain(&caseless(&self.local))
    }

    /// What cooldown and counts are kept for: the bound form without what makes many
    /// addresses of one mailbox, so that it is no way round a limit. That is the `+tag`
    /// (RFC 5233), and at Gmail the dots and which of its two domains it is.
    pub fn throttled(&self) -> String {
        let local = caseless(&self.local);
        let untagged = match local.split_once('+') {
            Some((before, _)) if !before.is_empty() => before,
            _ => &local,
        };
        if matches!(&*self.domain, "gmail.com" | "googlemail.com") {
            return untagged.replace('.', "") + "@gmail.com";
        }
        self.with_domain(untagged)
    }

    fn with_domain(&self, local: &str) -> String {
        [local, "@", &self.domain].concat()
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.local.chars().next().unwrap_or('*');
        write!(f, "{first}***@{}", self.domain)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({self})")
    }
}

/// What lays a text out and is not seen: marks of direction, which come along when an address is
/// copied out of a text from right to left, zero-width spaces and joiners, byte-order marks.
pub fn is_layout_mark(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

fn nfc(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

/// Full-width and half-width forms as NFKC has them (RFC 8265 §3.3.2), `ｊ＠` as `j@`.
fn without_width(text: &str) -> Cow<'_, str> {
    let has_width = |c: char| matches!(c, '\u{FF01}'..='\u{FFEE}');
    if !text.contains(has_width) {
        return text.into();
    }
    let nfkc = ComposingNormalizerBorrowed::new_nfkc();
    let mut mapped = String::new();
    for c in text.chars() {
        if has_width(c) {
            mapped += &nfkc.normalize(c.encode_utf8(&mut [0; 4]));
        } else {
            mapped.push(c);
        }
    }
    // `ｶﾞ` is two characters, `ガ` one.
    nfc(&mapped).into_owned().into()
}

/// Lower case, the same for all canonically equivalent texts. Normalized on both
/// sides of it: it treats equals alike only as NFC, and may itself decompose (`İ`).
fn caseless(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    nfc(&nfc(text).to_lowercase()).into_owned()
}

/// A combining mark would change the character before the address: `<` and U+0338 are `≮`.
fn starts_with_mark(local: &str) -> bool {
    let class = CanonicalCombiningClassMapBorrowed::new();
    let is_mark = |c: char| class.get_u8(c) != 0 || matches!(c, '\u{FE00}'..='\u{FE0F}');
    local.chars().next().is_some_and(is_mark)
}

/// atext of RFC 5322 §3.2.3 and UTF8-non-ascii of RFC 6531 §3.3, in dot-separated runs. But for
/// `%` and `!`: relays may read a route into them (RFC 1123 §5.2.16, as Postfix does by default),
/// and who gets `x%b@a` is at b, whose limits and whose place among the denied are not those of a.
fn is_dot_atom(local: &str) -> bool {
    local.split('.').all(|run| !run.is_empty() && run.chars().all(is_atext))
}

fn is_atext(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || "#$&'*+-/=?^_`{|}~".contains(c)
    } else {
        !(c.is_control() || c.is_whitespace() || is_invisible(c))
    }
}

/// Characters that change how a text looks without being seen, those that mean
/// nothing to others (private use, noncharacters), and the one that stands for bytes
/// that were no UTF-8. The joiners U+200C and U+200D stay: some scripts need them.
fn is_invisible(c: char) -> bool {
    let is_joiner = matches!(c, '\u{200C}' | '\u{200D}');
    (is_layout_mark(c) && !is_joiner)
        || matches!(c, '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
            | '\u{2800}' | '\u{3164}' | '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFD}' | '\u{E0000}'..='\u{E0FFF}'
            | '\u{F0000}'..='\u{10FFFF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

fn ascii_domain(domain: &str) -> Result<String, AddressError> {
    let ascii = Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::VerifyAllowRootDot,
        )
        .map_err(|_| AddressError::Domain)?;
    let ascii = ascii.strip_suffix('.').unwrap_or(&ascii);
    let (_, top) = ascii.rsplit_once('.').ok_or(AddressError::Domain)?;
    // A numeric last label is an IPv4 address, not a name (RFC 3696 §2).
    if top.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AddressError::Domain);
    }
    Ok(ascii.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accepts_what_people_have() {
        for (typed, exposed) in [
            ("jane@example.com", "jane@example.com"),
            ("\u{2068}\u{200E}jane@example.com\u{2069} \u{200B}", "jane@example.com"),
            ("Jane.Doe+news@Example.COM", "Jane.Doe+news@example.com"),
            ("o'hara_{x}|~=?^`/*&$#-@example.org", "o'hara_{x}|~=?^`/*&$#-@example.org"),
            ("用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v"),
            ("jörg@bücher.example", "jörg@xn--bcher-kva.example"),
            ("a@xn--bcher-kva.example.", "a@xn--bcher-kva.example"),
            ("a@sub.1and1.example", "a@sub.1and1.example"),
            (" jane@example.com", "jane@example.com"),
            ("\t\r\njane@example.com\n", "jane@example.com"),
            ("\u{FEFF}\u{A0}jane@example.com\u{3000}\u{2028}", "jane@example.com"),
            ("Ｊａｎｅ．Ｄｏｅ＋ｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "Jane.Doe+n@example.com"),
            ("\u{3000}jane＠bücher。example", "jane@xn--bcher-kva.example"),
            ("ｶﾞﾊﾟ@a.example", "ガパ@a.example"),
            ("संपर्क@a.example", "संपर्क@a.example"),
            ("o’brien@a.example", "o’brien@a.example"),
            ("jose\u{301}@a.example", "jose\u{301}@a.example"),
            ("👩‍🚀❤️@a.example", "👩‍🚀❤️@a.example"),
        ] {
            let address = EmailAddress::parse(typed).map(|a| a.expose());
            assert_eq!(address.as_deref(), Ok(exposed), "{typed}");
        }
    }

    #[test]
    fn refuses_with_the_part_that_is_wrong() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long = format!("a@{}.com", "b.".repeat(130));
        for (typed, error) in [
            ("", AddressError::Form),
            ("jane", AddressError::Form),
            ("@example.com", AddressError::Form),
            ("jane@", AddressError::Form),
            (long_local.as_str(), AddressError::TooLong),
            (long.as_str(), AddressError::TooLong),
            ("\"jane doe\"@example.com", AddressError::LocalPart),
            ("jane doe@example.com", AddressError::LocalPart),
            ("a@b@example.com", AddressError::LocalPart),
            (".jane@example.com", AddressError::LocalPart),
            ("jane.@example.com", AddressError::LocalPart),
            ("ja..ne@example.com", AddressError::LocalPart),
            ("jane\u{202E}@example.com", AddressError::LocalPart),
            ("jane\u{0}@example.com", AddressError::LocalPart),
            ("jane\u{85}@example.com", AddressError::LocalPart),
            ("jane\r\nBcc: x@example.com", AddressError::LocalPart),
            ("jane@example.com\r\nBcc: x", AddressError::Domain),
            ("ja\u{FFFD}ne@example.com", AddressError::LocalPart),
            ("jane@localhost", AddressError::Domain),
            ("jane@com.", AddressError::Domain),
            ("jane@[127.0.0.1]", AddressError::Domain),
            ("jane@127.0.0.1", AddressError::Domain),
            ("jane@exa mple.com", AddressError::Domain),
            ("jane@example..com", AddressError::Domain),
            ("jane@-example.com", AddressError::Domain),
            ("jane@exam_ple.com", AddressError::Domain),
            ("jane @example.com", AddressError::LocalPart),
            ("ja\u{A0}ne@example.com", AddressError::LocalPart),
            ("ja\u{FEFF}ne@example.com", AddressError::LocalPart),
            ("jane@exam\u{FEFF}ple.com", AddressError::Form),
            ("jane@\u{FEFF}example.com", AddressError::Form),
            ("jane@\u{3000}example.com", AddressError::Domain),
            ("\u{FFFD}jane@example.com", AddressError::LocalPart),
            ("\u{FE0F}jane@example.com", AddressError::LocalPart),
            ("jane\u{2800}@example.com", AddressError::LocalPart),
            ("ｊａ＠ｎｅ@example.com", AddressError::LocalPart),
            ("jane＜x＞@example.com", AddressError::LocalPart),
            ("jane\u{FFA0}@example.com", AddressError::LocalPart),
            ("jane\u{FFE3}@example.com", AddressError::LocalPart),
            ("jane@xn--a.com", AddressError::Domain),
            ("jane%b.example@a.example", AddressError::LocalPart),
            ("jane％b.example＠a.example", AddressError::LocalPart),
            ("b.example!jane@a.example", AddressError::LocalPart),
        ] {
            assert_eq!(EmailAddress::parse(typed), Err(error), "{typed:?}");
        }
    }

    #[test]
    fn length_limits_count_bytes() {
        let local = "é".repeat(32);
        assert!(EmailAddress::parse(&format!("{local}@example.com")).is_ok());
        assert_eq!(
            EmailAddress::parse(&format!("{local}x@example.com")),
            Err(AddressError::TooLong)
        );
    }

    #[test]
    fn one_mailbox_many_spellings() {
        let forms = ["A.b+x@Bücher.example", "a.B+x@XN--BCHER-KVA.example."];
        let [one, other] = forms.map(|f| EmailAddress::parse(f).unwrap());
        assert_eq!(one.bound(), other.bound());
        assert_eq!(one.bound(), "a.b+x@xn--bcher-kva.example");
        assert_eq!(one.throttled(), "a.b@xn--bcher-kva.example");
        assert_eq!(EmailAddress::parse("+x@a.example").unwrap().throttled(), "+x@a.example");
    }

    #[test]
    fn the_dots_of_gmail_are_one_mailbox_to_limits_alone() {
        for (typed, throttled) in [
            ("j.a.n.e@gmail.com", "jane@gmail.com"),
            ("J.ane+x.y@GoogleMail.com.", "jane@gmail.com"),
            ("ｊ．ａｎｅ＠ｇｍａｉｌ．ｃｏｍ", "jane@gmail.com"),
            ("+j.ane@gmail.com", "+jane@gmail.com"),
            ("j.ane@gmail.com.example", "j.ane@gmail.com.example"),
            ("j.ane@mail.gmail.com", "j.ane@mail.gmail.com"),
        ] {
            let address = EmailAddress::parse(typed).unwrap();
            assert_eq!(address.throttled(), throttled, "{typed}");
        }
        let [dotted, plain, other] = ["j.ane@gmail.com", "jane@gmail.com", "jane@googlemail.com"]
            .map(|typed| EmailAddress::parse(typed).unwrap().bound());
        assert!(dotted != plain && plain != other);
    }

    #[test]
    fn canonically_equal_spellings_are_one_address() {
        for (one, other) in [
            ("jos\u{E9}", "jose\u{301}"),
            ("JOS\u{C9}", "jose\u{301}"),
            ("\u{212A}ai", "kai"),
            ("\u{1E69}", "s\u{307}\u{323}"),
            ("\u{130}nce", "I\u{307}nce"),
            ("\u{1FBC}", "\u{391}\u{345}"),
            ("\u{AC00}", "\u{1100}\u{1161}"),
        ] {
            let [one, other] =
                [one, other].map(|l| EmailAddress::parse(&format!("{l}+x@a.example")).unwrap());
            assert_eq!(one.bound(), other.bound());
            assert_eq!(one.throttled(), other.throttled());
            assert_ne!(one.expose(), other.expose(), "each is delivered to as typed");
        }
        for refused in ["a.\u{37E}", "\u{338}jane", "j\u{E000}ne", "j\u{FDD0}ne", "\u{3164}"] {
            let parsed = EmailAddress::parse(&format!("{refused}@a.example"));
            assert_eq!(parsed, Err(AddressError::LocalPart), "{refused:?}");
        }
    }

    #[test]
    fn printing_masks() {
        let address = EmailAddress::parse("jane@example.com").unwrap();
        assert_eq!(address.to_string(), "j***@example.com");
        assert_eq!(format!("{address:?}"), "EmailAddress(j***@example.com)");
    }

    proptest! {
        #[test]
        fn any_text_is_judged_and_what_is_accepted_stays_accepted(raw in "\\PC{0,80}|[ -~]{1,20}@[a-zA-Z.-]{1,20}") {
            if let Ok(address) = EmailAddress::parse(&raw) {
                let again = EmailAddress::parse(&address.expose());
                prop_assert_eq!(again.as_ref(), Ok(&address));
                prop_assert!(!address.expose().chars().any(char::is_control));
            }
        }
    }
}
