//! The locales that Signpost speaks, and how one is chosen.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use unic_langid::LanguageIdentifier;

pub use self::negotiate::negotiate;

mod negotiate;

/// A language and, where it matters, the region it is written for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// English.
    #[default]
    EnUs,
    /// Chinese in simplified characters.
    ZhCn,
    /// Chinese in traditional characters.
    ZhTw,
    /// Spanish.
    Es,
    /// French.
    Fr,
    /// German.
    De,
    /// Portuguese.
    PtBr,
    /// Japanese.
    Ja,
    /// Arabic.
    Ar,
}

/// Which way a script runs, as HTML's `dir` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

impl Direction {
    /// The value of HTML's `dir` attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

impl Locale {
    /// Every locale; the order has no meaning.
    pub const ALL: [Self; 9] = [
        Self::EnUs,
        Self::ZhCn,
        Self::ZhTw,
        Self::Es,
        Self::Fr,
        Self::De,
        Self::PtBr,
        Self::Ja,
        Self::Ar,
    ];

    /// The language tag (BCP 47), also the name of the locale's folder under `templates/locales`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::EnUs => "en-US",
            Self::ZhCn => "zh-CN",
            Self::ZhTw => "zh-TW",
            Self::Es => "es",
            Self::Fr => "fr",
            Self::De => "de",
            Self::PtBr => "pt-BR",
            Self::Ja => "ja",
            Self::Ar => "ar",
        }
    }

    /// Which way its script runs.
    pub const fn direction(self) -> Direction {
        match self {
            Self::Ar => Direction::Rtl,
            _ => Direction::Ltr,
        }
    }

    /// The tag, parsed, as Fluent wants it.
    pub fn language_identifier(self) -> LanguageIdentifier {
        parsed(self.tag())
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.tag())
    }
}

/// A tag that is none of ours to the letter; [`negotiate`] finds the nearest one instead.
#[derive(Debug, thiserror::Error)]
#[error("not one of the locales {}", Locale::ALL.map(Locale::tag).join(", "))]
pub struct UnknownLocale;

impl FromStr for Locale {
    type Err = UnknownLocale;

    fn from_str(tag: &str) -> Result<Self, UnknownLocale> {
        Self::ALL
            .into_iter()
            .find(|locale| locale.tag().eq_ignore_ascii_case(tag))
            .ok_or(UnknownLocale)
    }
}

impl Serialize for Locale {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag())
    }
}

impl<'de> Deserialize<'de> for Locale {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[expect(clippy::expect_used, reason = "only called with our own tags, all of which a test parses")]
fn parsed(tag: &'static str) -> LanguageIdentifier {
    tag.parse().expect("a tag of ours is well-formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_round_trip() {
        for locale in Locale::ALL {
            assert_eq!(locale.language_identifier().to_string(), locale.tag());
            assert_eq!(locale.tag().parse::<Locale>().unwrap(), locale);
            let json = serde_json::to_string(&locale).unwrap();
            assert_eq!(json, format!("\"{locale}\""));
            assert_eq!(serde_json::from_str::<Locale>(&json).unwrap(), locale);
        }
        assert_eq!(Locale::default(), Locale::EnUs);
        let error = "tlh".parse::<Locale>().unwrap_err().to_string();
        assert!(error.ends_with("en-US, zh-CN, zh-TW, es, fr, de, pt-BR, ja, ar"), "{error}");
    }
}
