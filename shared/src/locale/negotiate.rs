//! Negotiate: what was asked for, then what the browser prefers, then the default.
//!
//! People get a mail in a language that they read or in the default one, never an error: a locale
//! that nobody has translated is no reason to refuse a sign-up.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

use icu_locale::{
    LanguageIdentifier, LocaleCanonicalizer, LocaleExpander, LocaleFallbacker,
    fallback::LocaleFallbackConfig, subtags::Language,
};

use super::{
    Locale,
    close::{BY_CLDR, BY_REGION},
};

#[cfg(test)]
mod tests;

/// The longest language tag that is looked at, in bytes. RFC 5646 §4.4.1 asks for 35 at least.
const TAG_BYTES: usize = 64;
/// Languages that others extend (IANA's registry, extlang); elsewhere three letters are none.
const EXTENDED: [&str; 8] = ["ar", "kok", "lv", "ms", "sgn", "sw", "uz", "zh"];
/// How much of an `Accept-Language` header is looked at, in bytes.
const HEADER_BYTES: usize = 1024;
/// How many of its entries are looked at.
const HEADER_ENTRIES: usize = 16;

/// Tags beside a locale's own that it is found by.
const ALSO: [(&str, Locale); 2] = [
    // The English of the world: CLDR's parentLocales lead there from Sydney, Delhi and Cape Town.
    ("en-001", Locale::EN_GB),
    // parentLocales has zh-Hant-HK for zh-Hant-MO; ICU4X 2.4 drops the script before it looks.
    ("zh-MO", Locale::ZH_HK),
];

/// The locales that there are, and how one is found.
#[derive(Clone, Debug)]
pub struct Locales {
    all: BTreeSet<Locale>,
    /// By their shortest tag (CLDR's likely subtags): `zh-TW` for `zh-Hant-TW`, `pt` for `pt-BR`.
    shortest: HashMap<LanguageIdentifier, Locale>,
}

impl Locales {
    /// Those that are compiled in, and these.
    pub fn with(added: impl IntoIterator<Item = Locale>) -> Self {
        let all: BTreeSet<_> = Locale::SHIPPED.iter().copied().chain(added).collect();
        let mut shortest = HashMap::new();
        shortest.extend(ALSO.iter().filter_map(|(tag, found)| Some((tag.parse().ok()?, *found))));
        shortest.extend(all.iter().map(|locale| (short(locale.language_identifier()), *locale)));
        Self { all, shortest }
    }

    /// Every one, by name.
    pub fn iter(&self) -> impl Iterator<Item = Locale> {
        self.all.iter().copied()
    }

    /// Whether it is there.
    pub fn contains(&self, locale: Locale) -> bool {
        self.all.contains(&locale)
    }

    /// The locale for a request: what it asked for, else what its `Accept-Language` prefers, else
    /// `default`. Whatever the input, there is an answer. What is asked for may be a list as in
    /// `Accept-Language`.
    pub fn negotiate(
        &self,
        requested: Option<&str>,
        accept_language: Option<&str>,
        default: Locale,
    ) -> Locale {
        // Most front ends ask for one of ours by its name.
        let named = |tag: &str| {
            Locale::spelt(&tag.replace('_', "-")).filter(|locale| self.contains(*locale))
        };
        requested
            .and_then(|tag| named(tag).or_else(|| self.nearest(&accepted(tag))))
            .or_else(|| accept_language.and_then(|header| self.nearest(&accepted(header))))
            .unwrap_or(default)
    }

    fn nearest(&self, requested: &[LanguageIdentifier]) -> Option<Locale> {
        requested.iter().find_map(|id| {
            let id = canonical(id);
            self.ancestor(&id).or_else(|| self.ancestor(&close(id)?))
        })
    }

    /// The first that is there of the tag and its parents (CLDR): `es-AR`, `es-419`, `es`.
    fn ancestor(&self, id: &LanguageIdentifier) -> Option<Locale> {
        let config = LocaleFallbackConfig::default();
        let mut parents = LocaleFallbacker::new().for_config(config).fallback_for(id.into());
        while !parents.get().is_unknown() {
            let id = LanguageIdentifier::from((
                parents.get().language,
                parents.get().script,
                parents.get().region,
            ));
            if let Some(found) = self.shortest.get(&short(id)) {
                return Some(*found);
            }
            parents.step();
        }
        None
    }
}

/// Without what CLDR has replaced: `he` for `iw`, `fil` for `tl`, `zh` for `cmn`.
fn canonical(id: &LanguageIdentifier) -> LanguageIdentifier {
    let mut locale = icu_locale::Locale::from(id.clone());
    LocaleCanonicalizer::new_extended().canonicalize(&mut locale);
    locale.id.variants.clear();
    locale.id
}

/// Without what CLDR takes for granted.
fn short(mut id: LanguageIdentifier) -> LanguageIdentifier {
    let expander = LocaleExpander::new_extended();
    expander.maximize(&mut id);
    expander.minimize(&mut id);
    id
}

/// The language that is read beside this one. Of Chinese, the characters and the region stay.
fn close(mut id: LanguageIdentifier) -> Option<LanguageIdentifier> {
    let language = id.language.as_str();
    let stands_in = |others: &str| others.split(' ').any(|other| other == language);
    let row = BY_CLDR.iter().chain(BY_REGION).find(|(_, others)| stands_in(others))?;
    let close: LanguageIdentifier = row.0.parse().ok()?;
    if close.language != CHINESE {
        return Some(close);
    }
    LocaleExpander::new_extended().maximize(&mut id);
    id.language = CHINESE;
    Some(id)
}

const CHINESE: Language = icu_locale::subtags::language!("zh");

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
    weighted.sort_by_key(|(weight, _)| Reverse(*weight));
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

/// Reads a tag as people and platforms write it: `zh-Hant`, `zh_CN`, `de_DE.UTF-8`, `es-u-nu-latn`,
/// Java's `zh_HK_#Hant`. What is neither language, script nor region is left out.
fn identifier(tag: &str) -> Option<LanguageIdentifier> {
    let tag = tag.trim();
    if tag.len() > TAG_BYTES {
        return None;
    }
    // POSIX appends an encoding and a modifier: de_DE.UTF-8@euro, sr_RS@latin.
    let (name, modifier) = tag.split_once('@').unwrap_or((tag, ""));
    let mut subtags = name.split('.').next()?.split(['-', '_']).peekable();
    let mut canonical = subtags.next()?.to_ascii_lowercase();
    // An extended language is a language of its own, and stands in place of the one that it
    // follows (RFC 5646 §4.5): zh-yue-HK. Old Windows wrote the script there.
    let is_prefix = EXTENDED.contains(&canonical.as_str());
    if let Some(extended) = subtags.next_if(|subtag| is_prefix && is_extended_language(subtag)) {
        match extended.to_ascii_lowercase().as_str() {
            "cht" => canonical.push_str("-Hant"),
            "chs" => canonical.push_str("-Hans"),
            extended => extended.clone_into(&mut canonical),
        }
    }
    if modifier == "latin" {
        canonical.push_str("-Latn");
    }
    let (mut script, mut region) = (None, None);
    for subtag in subtags {
        let (javas, subtag) = match subtag.strip_prefix('#') {
            Some(subtag) => (true, subtag),
            None => (false, subtag),
        };
        let is_all = |is: fn(&u8) -> bool| subtag.as_bytes().iter().all(is);
        match subtag.len() {
            // It begins an extension or private use, which choose no language.
            1 => break,
            4 if is_all(u8::is_ascii_alphabetic) && (javas || region.is_none()) => {
                script.get_or_insert(subtag);
            }
            2 if is_all(u8::is_ascii_alphabetic) => drop(region.get_or_insert(subtag)),
            3 if is_all(u8::is_ascii_digit) => drop(region.get_or_insert(subtag)),
            _ => {}
        }
    }
    for subtag in [script, region].into_iter().flatten() {
        canonical.push('-');
        canonical.push_str(subtag);
    }
    canonical.parse().ok().filter(|id: &LanguageIdentifier| !id.language.is_unknown())
}

/// Three capitals are a country, but where they are a script.
fn is_extended_language(subtag: &str) -> bool {
    let is_small = subtag.bytes().all(|byte| byte.is_ascii_lowercase());
    subtag.len() == 3 && is_small || ["CHT", "CHS"].contains(&subtag)
}
