//! Locales: a language, and where it matters the script and the region that it is written for.
//!
//! Which ones there are is up to a folder of templates, so one that is well-formed need not be
//! there; [`Locales`] finds the nearest one that is.

use std::{borrow::Cow, fmt, str::FromStr};

use icu_locale::{LanguageIdentifier, LocaleDirectionality};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use tinystr::{TinyAsciiStr, tinystr};

pub use self::negotiate::Locales;

mod close;
mod negotiate;

/// A language tag (BCP 47) of language, script and region: `en-US`, `sr-Latn`, `es-419`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Locale(TinyAsciiStr<12>);

macro_rules! shipped {
    ($($name:ident $tag:literal)+) => {
        impl Locale {
            $(#[doc = concat!("`", $tag, "`")] pub const $name: Self = Self(tinystr!(12, $tag));)+

            /// Every locale that is compiled in, by name.
            pub const SHIPPED: &[Self] = &[$(Self::$name),+];
        }

        /// What is compiled in of each file of [`Locale::SHIPPED`], in its order.
        pub(crate) mod files {
            $crate::locale::texts!(API "api.ftl" $($tag)+);
            $crate::locale::texts!(MAIL "mail.ftl" $($tag)+);
            $crate::locale::texts!(PAGE "page.ftl" $($tag)+);
        }
    };
}

macro_rules! texts {
    ($name:ident $file:literal $($tag:literal)+) => {
        pub(crate) const $name: &[&str] =
            &[$(include_str!(concat!("../../templates/locales/", $tag, "/", $file))),+];
    };
}

use texts;

shipped! {
    AR "ar"  BG "bg"  BN "bn"  CA "ca"  CS "cs"  DA "da"  DE "de"  EL "el"  EN_GB "en-GB"
    EN_US "en-US"  ES "es"  ES_419 "es-419"  ET "et"  FA "fa"  FI "fi"  FIL "fil"  FR "fr"
    FR_CA "fr-CA"  HE "he"  HI "hi"  HR "hr"  HU "hu"  ID "id"  IS "is"  IT "it"  JA "ja"  KO "ko"
    LT "lt"  LV "lv"  MS "ms"  NB "nb"  NL "nl"  PL "pl"  PT_BR "pt-BR"  PT_PT "pt-PT"  RO "ro"
    RU "ru"  SK "sk"  SL "sl"  SR "sr"  SR_LATN "sr-Latn"  SV "sv"  SW "sw"  TA "ta"  TH "th"
    TR "tr"  UK "uk"  UR "ur"  VI "vi"  ZH_CN "zh-CN"  ZH_HK "zh-HK"  ZH_TW "zh-TW"
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
    /// The language tag, also the name of the locale's folder under `templates/locales`.
    pub const fn tag(&self) -> &str {
        self.0.as_str()
    }

    /// The locale of a tag that is spelt as CLDR does; of another text, none that there is.
    fn spelt(tag: &str) -> Option<Self> {
        TinyAsciiStr::try_from_str(tag).ok().map(Self)
    }

    /// Which way its script runs.
    pub fn direction(self) -> Direction {
        let scripts = LocaleDirectionality::new_extended();
        let rtl = scripts.is_right_to_left(&self.language_identifier());
        if rtl { Direction::Rtl } else { Direction::Ltr }
    }

    /// The tag, parsed.
    pub(crate) fn language_identifier(self) -> LanguageIdentifier {
        // A tag always parses: it was made of one.
        LanguageIdentifier::try_from_str(self.tag()).unwrap_or(LanguageIdentifier::UNKNOWN)
    }
}

/// English: what the contract is written in.
impl Default for Locale {
    fn default() -> Self {
        Self::EN_US
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.tag())
    }
}

impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// No tag of language, script and region alone.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a language tag such as en-US, es-419 or zh-Hant-HK")]
pub struct MalformedLocale;

impl FromStr for Locale {
    type Err = MalformedLocale;

    fn from_str(tag: &str) -> Result<Self, MalformedLocale> {
        let tag = tag.replace('_', "-");
        let id = LanguageIdentifier::try_from_str(&tag).map_err(|_| MalformedLocale)?;
        // Names of more letters are reserved (RFC 5646 §2.2.1): deutsch, german.
        let named = (2..=3).contains(&id.language.as_str().len()) && !id.language.is_unknown();
        if !named || !id.variants.is_empty() {
            return Err(MalformedLocale);
        }
        Self::spelt(&id.to_string()).ok_or(MalformedLocale)
    }
}

impl Serialize for Locale {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag())
    }
}

impl<'de> Deserialize<'de> for Locale {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_round_trip() {
        for locale in Locale::SHIPPED {
            assert_eq!(locale.tag().parse::<Locale>().unwrap(), *locale, "in CLDR's spelling");
            let json = serde_json::to_string(locale).unwrap();
            assert_eq!(json, format!("\"{locale}\""));
            assert_eq!(serde_json::from_str::<Locale>(&json).unwrap(), *locale);
        }
        assert!(Locale::SHIPPED.is_sorted());
        assert_eq!(Locale::default(), Locale::EN_US);
        assert_eq!("ZH_hant_hk".parse::<Locale>().unwrap().tag(), "zh-Hant-HK");
        for malformed in ["", "und", "de-1996", "en-u-nu-latn", "x", "C", "german", "de-AT-1901"] {
            assert_eq!(malformed.parse::<Locale>(), Err(MalformedLocale), "{malformed}");
        }
    }

    #[test]
    fn scripts_run_their_way() {
        for tag in ["ar", "he", "fa", "ur", "ckb", "yi", "az-Arab"] {
            assert_eq!(tag.parse::<Locale>().unwrap().direction(), Direction::Rtl, "{tag}");
        }
        for tag in ["en-US", "ja", "ru", "ku", "pa", "az"] {
            assert_eq!(tag.parse::<Locale>().unwrap().direction(), Direction::Ltr, "{tag}");
        }
    }
}
