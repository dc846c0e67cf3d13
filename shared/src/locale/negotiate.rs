//! Negotiate: what was asked for, then what the browser prefers, then the default.
//!
//! People get a mail in their language or in the default one, never an error: a locale that nobody
//! has translated is no reason to refuse a sign-up.

use std::sync::LazyLock;

use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use unic_langid::LanguageIdentifier;

use super::Locale;

/// The longest language tag that is looked at, in bytes. RFC 5646 §4.4.1 asks for 35 at least.
const TAG_BYTES: usize = 64;
/// How much of an `Accept-Language` header is looked at, in bytes.
const HEADER_BYTES: usize = 1024;
/// How many of its entries are looked at.
const HEADER_ENTRIES: usize = 16;

/// The locale for a request: what it asked for, else what its `Accept-Language` prefers, else
/// `default`. Whatever the input, there is an answer.
pub fn negotiate(
    requested: Option<&str>,
    accept_language: Option<&str>,
    default: Locale,
) -> Locale {
    requested
        // Most front ends ask for one of ours by its name.
        .and_then(|tag| tag.parse().ok().or_else(|| nearest(&[identifier(tag)?])))
        .or_else(|| accept_language.and_then(|header| nearest(&accepted(header))))
        .unwrap_or(default)
}

/// One of ours, as the negotiation sees it: with its likely script and region (CLDR). Against
/// plain `zh-TW` the library would match `zh-Hans-TW` before it ever considers the script.
#[derive(PartialEq)]
struct Available(Locale, LanguageIdentifier);

impl AsRef<LanguageIdentifier> for Available {
    fn as_ref(&self) -> &LanguageIdentifier {
        &self.1
    }
}

static AVAILABLE: LazyLock<[Available; 9]> = LazyLock::new(|| {
    Locale::ALL.map(|locale| {
        let mut identifier = locale.language_identifier();
        identifier.maximize();
        Available(locale, identifier)
    })
});

fn nearest(requested: &[LanguageIdentifier]) -> Option<Locale> {
    let available = AVAILABLE.as_slice();
    negotiate_languages(requested, available, None, NegotiationStrategy::Lookup)
        .first()
        .map(|found| found.0)
}

/// The languages of an `Accept-Language` header, most wanted first (RFC 9110 §12.5.4).
fn accepted(header: &str) -> Vec<LanguageIdentifier> {
    let whole = if header.len() <= HEADER_BYTES {
        header
    } else {
        // The last entry may be cut in two.
        let head = &header[..header.floor_char_boundary(HEADER_BYTES)];
        head.rfind(',').map_or("", |end| &head[..end])
    };
    let mut weighted: Vec<(u16, LanguageIdentifier)> = whole
        .split(',')
        .take(HEADER_ENTRIES)
        .filter_map(|entry| {
            let (tag, weight) = match entry.split_once(';') {
                Some((tag, parameter)) => (tag, weight(parameter)?),
                None => (entry, 1000),
            };
            (weight > 0).then_some((weight, identifier(tag)?))
        })
        .collect();
    // A stable sort: of equal weights the earlier one wins.
    weighted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    weighted.into_iter().map(|(_, identifier)| identifier).collect()
}

/// A weight in thousandths, from `q=0.8` (RFC 9110 §12.4.2).
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.trim().split_once('=')?;
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !name.eq_ignore_ascii_case("q") || !digits {
        return None;
    }
    match whole {
        "0" => format!("{fraction:0<3}").parse().ok(),
        "1" if fraction.bytes().all(|byte| byte == b'0') => Some(1000),
        _ => None,
    }
}

/// Reads a tag as people and platforms write it: `zh-Hant`, `zh_CN`, `de_DE.UTF-8`, `es-u-nu-latn`.
fn identifier(tag: &str) -> Option<LanguageIdentifier> {
    let tag = tag.trim();
    if tag.len() > TAG_BYTES {
        return None;
    }
    // POSIX appends an encoding and a modifier: de_DE.UTF-8@euro.
    let name = tag.split(['.', '@']).next()?;
    let mut subtags = name.split(['-', '_']).peekable();
    let mut canonical = match subtags.next()?.to_ascii_lowercase().as_str() {
        // Mandarin and standard Arabic by names of their own; CLDR calls them zh and ar.
        "cmn" => String::from("zh"),
        "arb" => String::from("ar"),
        language => String::from(language),
    };
    // An extended language narrows the language it follows (RFC 5646 §2.2.2): zh-cmn-Hans-CN.
    // Old Windows wrote the script there.
    if let Some(extended) = subtags.next_if(|subtag| is_extended_language(subtag)) {
        match extended.to_ascii_lowercase().as_str() {
            "cht" => canonical.push_str("-Hant"),
            "chs" => canonical.push_str("-Hans"),
            _ => {}
        }
    }
    // A subtag of one character begins an extension or private use, which choose no language.
    for subtag in subtags.take_while(|subtag| subtag.len() != 1) {
        canonical.push('-');
        canonical.push_str(subtag);
    }
    canonical.parse().ok()
}

fn is_extended_language(subtag: &str) -> bool {
    subtag.len() == 3 && subtag.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Asked for, and what it comes to; `None` where the next source decides.
    const REQUESTED: &[(&str, Option<Locale>)] = &[
        ("en-US", Some(Locale::EnUs)),
        ("EN_us", Some(Locale::EnUs)),
        ("en", Some(Locale::EnUs)),
        ("en-GB", Some(Locale::EnUs)),
        ("en-AU", Some(Locale::EnUs)),
        ("en_IN", Some(Locale::EnUs)),
        ("zh-CN", Some(Locale::ZhCn)),
        ("zh_CN", Some(Locale::ZhCn)),
        ("ZH_cn", Some(Locale::ZhCn)),
        ("zh", Some(Locale::ZhCn)),
        ("zh-SG", Some(Locale::ZhCn)),
        ("zh-Hans", Some(Locale::ZhCn)),
        ("zh-Hans-TW", Some(Locale::ZhCn)),
        ("zh-Hans-HK", Some(Locale::ZhCn)),
        ("zh-cmn-Hans-CN", Some(Locale::ZhCn)),
        ("cmn-Hans", Some(Locale::ZhCn)),
        ("zh-CHS", Some(Locale::ZhCn)),
        ("zh_CN.UTF-8", Some(Locale::ZhCn)),
        ("zh-TW", Some(Locale::ZhTw)),
        ("zh_TW", Some(Locale::ZhTw)),
        ("zh_TW.Big5", Some(Locale::ZhTw)),
        ("zh-Hant", Some(Locale::ZhTw)),
        ("zh_hant_tw", Some(Locale::ZhTw)),
        ("zh-Hant-CN", Some(Locale::ZhTw)),
        ("zh-Hant-HK", Some(Locale::ZhTw)),
        ("zh-HK", Some(Locale::ZhTw)),
        ("zh-MO", Some(Locale::ZhTw)),
        ("zh-CHT", Some(Locale::ZhTw)),
        ("es", Some(Locale::Es)),
        ("es-MX", Some(Locale::Es)),
        ("es-419", Some(Locale::Es)),
        ("es-ES", Some(Locale::Es)),
        ("es-u-nu-latn", Some(Locale::Es)),
        ("fr-CA", Some(Locale::Fr)),
        ("fr-x-private", Some(Locale::Fr)),
        ("de-AT", Some(Locale::De)),
        ("de-CH-1996", Some(Locale::De)),
        ("de_DE.UTF-8", Some(Locale::De)),
        ("de_DE@euro", Some(Locale::De)),
        (" de ", Some(Locale::De)),
        ("pt", Some(Locale::PtBr)),
        ("pt-BR", Some(Locale::PtBr)),
        ("PT-pt", Some(Locale::PtBr)),
        ("pt_AO", Some(Locale::PtBr)),
        ("ja", Some(Locale::Ja)),
        ("ja-JP", Some(Locale::Ja)),
        ("ja_JP.eucJP", Some(Locale::Ja)),
        ("ja-JP-u-ca-japanese", Some(Locale::Ja)),
        ("ar", Some(Locale::Ar)),
        ("ar-EG", Some(Locale::Ar)),
        ("ar-SA", Some(Locale::Ar)),
        ("ar-MA", Some(Locale::Ar)),
        ("arb", Some(Locale::Ar)),
        ("", None),
        (" ", None),
        ("*", None),
        ("C", None),
        ("POSIX", None),
        ("und", None),
        ("und-TW", None),
        ("xx-YY", None),
        ("tlh", None),
        ("ko", None),
        ("zh-Latn", None),
        ("i-klingon", None),
        ("x-private", None),
        ("-", None),
        ("--", None),
        ("en--US", None),
        ("en US", None),
        ("en-US,de", None),
        ("../../etc", None),
        ("{$code}", None),
        ("日本語", None),
        ("\0", None),
        ("de-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd-eeeeeeee-ffffffff-gggggggg-h", None),
    ];

    #[test]
    fn what_is_asked_for_is_met() {
        for (asked, expected) in REQUESTED {
            for default in [Locale::EnUs, Locale::Fr] {
                let met = negotiate(Some(asked), None, default);
                assert_eq!(met, expected.unwrap_or(default), "{asked:?}, default {default}");
            }
            // An unknown one leaves the choice to the header.
            let met = negotiate(Some(asked), Some("ja"), Locale::EnUs);
            assert_eq!(met, expected.unwrap_or(Locale::Ja), "{asked:?}, header ja");
        }
    }

    const HEADERS: &[(&str, Option<Locale>)] = &[
        ("de", Some(Locale::De)),
        ("de-CH, en;q=0.5", Some(Locale::De)),
        ("en;q=0.5, de-CH", Some(Locale::De)),
        ("en;q=0.5,fr;q=0.9,de;q=0.8", Some(Locale::Fr)),
        ("fr;q=0.8,de;q=0.8", Some(Locale::Fr)),
        ("ko-KR,ko;q=0.9,ja;q=0.2", Some(Locale::Ja)),
        ("zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7", Some(Locale::ZhTw)),
        ("zh-HK, zh-CN;q=0.9", Some(Locale::ZhTw)),
        ("de;q=0, fr;q=0.1", Some(Locale::Fr)),
        ("de;q=0.000, fr;q=0.001", Some(Locale::Fr)),
        ("*, es;q=0.1", Some(Locale::Es)),
        ("de ; Q=0.9 , fr;q=0.95", Some(Locale::Fr)),
        (",,de,,", Some(Locale::De)),
        ("de;q=2, fr;q=0.1", Some(Locale::Fr)),
        ("de;q=0.1234, fr;q=0.1", Some(Locale::Fr)),
        ("de;q=, fr;q=x, es;v=1, ja;q=1.000", Some(Locale::Ja)),
        ("*", None),
        ("de;q=0", None),
        ("", None),
        ("ko", None),
        ("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,de", None),
    ];

    #[test]
    fn accept_language_is_met() {
        for (header, expected) in HEADERS {
            let met = negotiate(None, Some(header), Locale::PtBr);
            assert_eq!(met, expected.unwrap_or(Locale::PtBr), "{header:?}");
        }
    }

    #[test]
    fn only_the_beginning_of_a_long_header_counts() {
        let padding = "k".repeat(HEADER_BYTES - 3);
        // The header is cut in the middle of zh-TW, which must not become zh.
        let cut = format!("{padding},zh-TW");
        assert_eq!(negotiate(None, Some(&cut), Locale::Fr), Locale::Fr);
        let after = format!("{padding},kkkkkk,de");
        assert_eq!(negotiate(None, Some(&after), Locale::Fr), Locale::Fr);
        let before = format!("de,{padding},kkkkkk");
        assert_eq!(negotiate(None, Some(&before), Locale::Fr), Locale::De);
        // A character that straddles the cut.
        let wide = format!("de,{}日", "k".repeat(HEADER_BYTES - 4));
        assert_eq!(negotiate(None, Some(&wide), Locale::Fr), Locale::De);
    }

    proptest! {
        #[test]
        fn there_is_always_an_answer(requested in ".{0,80}", header in ".{0,1200}") {
            negotiate(Some(&requested), Some(&header), Locale::EnUs);
        }

        #[test]
        fn tag_like_input_has_an_answer(
            requested in "[a-zA-Z0-9_.@*-]{0,70}",
            header in "([a-zA-Z*]{1,8}(-[a-zA-Z0-9]{1,8}){0,3}( ?; ?q=[0-9.]{0,6})?, ?){0,20}",
        ) {
            negotiate(Some(&requested), Some(&header), Locale::EnUs);
        }

        #[test]
        fn asking_wins_over_the_header(index in 0..Locale::ALL.len(), header in ".{0,100}") {
            let locale = Locale::ALL[index];
            prop_assert_eq!(negotiate(Some(locale.tag()), Some(&header), Locale::Fr), locale);
        }
    }
}
