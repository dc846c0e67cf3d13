//! Tags and headers, what each comes to, and why.

use proptest::prelude::*;

use super::*;

fn shipped() -> Locales {
    Locales::with([])
}

fn met(requested: Option<&str>, header: Option<&str>, default: Locale) -> Locale {
    shipped().negotiate(requested, header, default)
}

/// Asked for, what it comes to (`-`: the next source decides), and why.
const REQUESTED: &str = "
    en-US en-US itself
    EN_us en-US RFC 5646 §2.1.1: case has no meaning
    en en-US likely subtags
    en-GB en-GB itself
    en-AU en-GB parentLocales en-001
    en_IN en-GB parentLocales en-001
    en-ZA en-GB parentLocales en-001
    en-PH en-US parent
    en_US.UTF-8 en-US POSIX
    en-US-POSIX en-US variants choose no language
    zh-CN zh-CN itself
    zh_CN zh-CN Java, POSIX
    ZH_cn zh-CN case
    zh zh-CN likely subtags
    zh-SG zh-CN likely subtags
    zh-MY zh-CN likely subtags
    zh-Hans zh-CN likely subtags
    zh-Hans-TW zh-CN the script wins over the region
    zh-Hans-HK zh-CN the script wins over the region
    zh-cmn-Hans-CN zh-CN RFC 5646 §4.5
    cmn-Hans zh-CN languageAlias
    zh-CHS zh-CN Windows
    zh_CN.UTF-8 zh-CN POSIX
    zh-TW zh-TW itself
    zh_TW zh-TW Java, POSIX
    zh_TW.Big5 zh-TW POSIX
    zh-Hant zh-TW likely subtags
    zh_hant_tw zh-TW likely subtags
    zh-Hant-CN zh-TW the script wins over the region
    zh-Hant-HK zh-HK likely subtags
    zh-HK zh-HK itself
    zh-MO zh-HK parentLocales zh-Hant-HK
    zh-Hant-MO zh-HK parentLocales
    zh-CHT zh-TW Windows
    zh-yue-HK zh-HK RFC 5646 §4.5
    yue zh-HK close, likely subtags
    yue-HK zh-HK close
    yue-Hans zh-CN close
    nan zh-CN close, likely subtags
    nan-TW zh-TW close
    wuu zh-CN close
    hak-TW zh-TW close
    es es itself
    es-ES es likely subtags
    es-MX es-419 parentLocales
    es-AR es-419 parentLocales
    es-US es-419 parentLocales
    es-419 es-419 itself
    es-u-nu-latn es extensions choose no language
    es-419-u-nu-latn es-419 extensions choose no language
    fr-CA fr-CA itself
    fr-CH fr parent
    fr-x-private fr RFC 5646 §2.2.7
    de-AT de parent
    de-CH-1996 de variants choose no language
    de_DE.UTF-8 de POSIX
    de_DE@euro de POSIX
    pt pt-BR likely subtags
    pt-BR pt-BR itself
    PT-pt pt-PT itself
    pt_AO pt-PT parentLocales
    pt-MZ pt-PT parentLocales
    ja-JP ja likely subtags
    ja_JP.eucJP ja POSIX
    ja-JP-u-ca-japanese ja extensions choose no language
    ar-EG ar parent
    ar-SA ar parent
    arb ar languageAlias
    no nb close
    nn nb close
    no-NO nb close
    nb-NO nb likely subtags
    sr sr itself
    sr-RS sr likely subtags
    sr-Latn sr-Latn itself
    sr-Latn-RS sr-Latn likely subtags
    sr_RS@latin sr-Latn POSIX
    sr-Cyrl-BA sr parent
    sr-ME sr-Latn likely subtags
    sh sr-Latn languageAlias
    bs hr close
    iw he languageAlias
    in id languageAlias
    tl fil languageAlias
    mo ro languageAlias
    gsw de close
    lb de close
    ca ca itself
    gl es close
    eu es close
    br fr close
    oc fr close
    be ru close
    af en-GB close
    cy en-GB close
    hi-Latn en-GB parentLocales
    de-CH,fr;q=0.9 de a list is read as Accept-Language
    tlh;q=0.9,fr;q=0.5 fr a list is read as Accept-Language
    en-US,de en-US a list is read as Accept-Language
    C - POSIX
    POSIX - POSIX
    C.UTF-8 - POSIX
    * - any
    und - no language
    und-TW - no language
    xx-YY - no language of CLDR
    tlh - nobody reads it here
    zh-Latn - another script
    i-klingon - malformed today
    x-private - private
    - - malformed
    -- - malformed
    en--US en-US what is empty is left out
    zh_HK_#Hant zh-HK Java
    zh_TW_#Hant zh-TW Java
    zh__#Hant zh-TW Java
    sr_RS_#Latn sr-Latn Java
    ja_JP_JP_#u-ca-japanese ja Java
    th_TH_TH_#u-nu-thai th Java
    no_NO_NY nb Java
    de_AT_EURO de Java
    en-GB-oed en-GB grandfathered
    pt_BRA pt-BR what is no region is left out
    zh_TWN zh-CN what is no region is left out
    en US - malformed
    ../../etc - malformed
    {$code} - malformed
    日本語 - malformed
    de-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd-eeeeeeee-ffffffff-gggggggg-h - too long";

/// As in the tables above and below, `-` for none.
fn expected(tag: &str) -> Option<Locale> {
    (tag != "-").then(|| tag.parse().unwrap())
}

#[test]
fn what_is_asked_for_is_met() {
    for row in REQUESTED.lines().skip(1) {
        let row = row.trim();
        // A tag may hold a space: the locale is the last word before the reason.
        let (asked, want) = match row.strip_prefix("en US ") {
            Some(_) => ("en US", "-"),
            None => row
                .split_once(' ')
                .map(|(asked, rest)| (asked, rest.split(' ').next().unwrap()))
                .unwrap(),
        };
        for default in [Locale::EN_US, Locale::FR] {
            let got = met(Some(asked), None, default);
            assert_eq!(got, expected(want).unwrap_or(default), "{row}");
        }
        // An unknown one leaves the choice to the header.
        let got = met(Some(asked), Some("ja"), Locale::EN_US);
        assert_eq!(got, expected(want).unwrap_or(Locale::JA), "{row}, header ja");
    }
    for empty in ["", " ", "\0", &"x".repeat(10_240), &"de-".repeat(5_000)] {
        assert_eq!(met(Some(empty), Some("ja"), Locale::FR), Locale::JA, "{empty:.20}");
    }
    assert_eq!(met(Some(" de "), None, Locale::FR), Locale::DE);
}

#[test]
fn every_close_language_is_met() {
    let rows = BY_CLDR.iter().chain(BY_REGION);
    for (close, language) in rows.flat_map(|(close, all)| all.split(' ').map(move |l| (close, l))) {
        let id: LanguageIdentifier = language.parse().unwrap();
        assert_eq!(id.language.as_str(), language);
        let got = met(Some(language), None, Locale::TH);
        let language_of = |tag: &str| tag.split('-').next().unwrap().to_owned();
        let want = if language == "sh" { "sr" } else { close };
        assert_eq!(language_of(got.tag()), language_of(want), "{language}");
    }
    assert!(BY_CLDR.is_sorted() && BY_REGION.is_sorted(), "so that a reader finds a row");
}

#[test]
fn a_locale_that_an_operator_adds_is_met() {
    let locales = Locales::with(["eu".parse().unwrap(), "en-AU".parse().unwrap()]);
    let met = |tag| locales.negotiate(Some(tag), None, Locale::FR).tag().to_owned();
    assert_eq!(met("eu-ES"), "eu");
    assert_eq!(met("en-AU"), "en-AU");
    assert_eq!(met("en-NZ"), "en-GB");
}

const HEADERS: &[(&str, &str)] = &[
    ("de", "de"),
    ("de-CH, en;q=0.5", "de"),
    ("en;q=0.5, de-CH", "de"),
    ("en;q=0.5,fr;q=0.9,de;q=0.8", "fr"),
    ("fr;q=0.8,de;q=0.8", "fr"),
    ("tlh,tlh;q=0.9,ja;q=0.2", "ja"),
    ("zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7", "zh-TW"),
    ("zh-HK, zh-CN;q=0.9", "zh-HK"),
    ("de;q=0, fr;q=0.1", "fr"),
    ("de;q=0.000, fr;q=0.001", "fr"),
    ("*, es;q=0.1", "es"),
    ("de ; Q=0.9 , fr;q=0.95", "fr"),
    (",,de,,", "de"),
    ("de;q=2, fr;q=0.1", "fr"),
    ("de;q=0.1234, fr;q=0.1", "fr"),
    ("de;q=, fr;q=x, es;v=1, ja;q=1.000", "ja"),
    ("*", "-"),
    ("de;q=0", "-"),
    ("", "-"),
    ("tlh", "-"),
    ("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,de", "-"),
];

#[test]
fn accept_language_is_met() {
    for (header, want) in HEADERS {
        let got = met(None, Some(header), Locale::PT_BR);
        assert_eq!(got, expected(want).unwrap_or(Locale::PT_BR), "{header:?}");
    }
}

#[test]
fn only_the_beginning_of_a_long_header_counts() {
    let padding = "k".repeat(HEADER_BYTES - 3);
    // The header is cut in the middle of zh-TW, which must not become zh.
    let cut = format!("{padding},zh-TW");
    assert_eq!(met(None, Some(&cut), Locale::FR), Locale::FR);
    let after = format!("{padding},kkkkkk,de");
    assert_eq!(met(None, Some(&after), Locale::FR), Locale::FR);
    let before = format!("de,{padding},kkkkkk");
    assert_eq!(met(None, Some(&before), Locale::FR), Locale::DE);
    // A character that straddles the cut.
    let wide = format!("de,{}日", "k".repeat(HEADER_BYTES - 4));
    assert_eq!(met(None, Some(&wide), Locale::FR), Locale::DE);
}

proptest! {
    #[test]
    fn there_is_always_an_answer(requested in ".{0,80}", header in ".{0,1200}") {
        met(Some(&requested), Some(&header), Locale::EN_US);
    }

    #[test]
    fn tag_like_input_has_an_answer(
        requested in "[a-zA-Z0-9_.@*-]{0,70}",
        header in "([a-zA-Z*]{1,8}(-[a-zA-Z0-9]{1,8}){0,3}( ?; ?q=[0-9.]{0,6})?, ?){0,20}",
    ) {
        met(Some(&requested), Some(&header), Locale::EN_US);
    }

    #[test]
    fn asking_wins_over_the_header(index in 0..Locale::SHIPPED.len(), header in ".{0,100}") {
        let locale = Locale::SHIPPED[index];
        prop_assert_eq!(met(Some(locale.tag()), Some(&header), Locale::FR), locale);
    }
}
