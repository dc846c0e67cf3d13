//! Addresses as people write them in many scripts: what goes into the envelope,
//! what counts as the same mailbox, and what only looks like an address.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use proptest::prelude::*;
use signpost_shared::address::{AddressError, EmailAddress};

fn domain(typed: &str) -> Result<String, AddressError> {
    EmailAddress::parse(&format!("a@{typed}")).map(|address| address.domain().to_owned())
}

/// U-labels and the A-labels that they are; both must be taken and be one domain.
const PAIRS: [(&str, &str, &str); 17] = [
    ("Han", "例子.广告", "xn--fsqu00a.xn--4rr70v"),
    ("Han, traditional", "郵件.商務", "xn--5nqv22n.xn--lhr59c"),
    ("kana, long vowel mark", "ドメイン.テスト", "xn--eckwd4c7c.xn--zckzah"),
    ("Hangul", "실례.테스트", "xn--9n2bp8q.xn--9t4b11yi5a"),
    ("Arabic", "مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv"),
    ("Persian with a non-joiner", "نامه\u{200C}ای.example", "xn--mgba3gch31f060k.example"),
    ("Hebrew", "דוגמה.טעסט", "xn--6dbbec0c.xn--deba0ad"),
    ("Cyrillic", "пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f"),
    ("Devanagari", "उदाहरण.परीक्षा", "xn--p1b6ci4b4b3a.xn--11b5bs3a9aj6g"),
    ("Devanagari with a joiner", "क्\u{200D}ष.example", "xn--11b2ezcw70k.example"),
    ("Sinhala with a joiner", "ශ්\u{200D}රී.example", "xn--10cl1a0b660p.example"),
    ("Tamil", "உதாரணம்.பரிட்சை", "xn--zkc6cc5bi7f6e.xn--hlcj6aya9esc7a"),
    ("Thai", "ตัวอย่าง.ไทย", "xn--72c1a1bt4awk9o.xn--o3cw4h"),
    ("Greek, final sigma kept", "φάρος.example", "xn--hxa2bffq.example"),
    ("German, ß kept", "straße.example", "xn--strae-oqa.example"),
    ("Latin", "bücher.example", "xn--bcher-kva.example"),
    ("Armenian", "օրինակ.հայ", "xn--y9atn0a2c3a.xn--y9a3aq"),
];

#[test]
fn u_labels_and_a_labels_are_one_domain() {
    let mut wrong = Vec::new();
    for (script, u_labels, a_labels) in PAIRS {
        let both = [domain(u_labels), domain(a_labels)];
        if both != [Ok(a_labels.to_owned()), Ok(a_labels.to_owned())] {
            wrong.push(format!("{script}: {both:?}, expected {a_labels}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_way_to_type_a_domain_is_one_domain() {
    let mut wrong = Vec::new();
    for (typed, expected) in [
        ("xn--fsqu00a.广告", "xn--fsqu00a.xn--4rr70v"),
        ("例子.xn--4rr70v", "xn--fsqu00a.xn--4rr70v"),
        ("XN--FSQU00A.Xn--4rr70v", "xn--fsqu00a.xn--4rr70v"),
        ("例子。广告", "xn--fsqu00a.xn--4rr70v"),
        ("例子．广告｡", "xn--fsqu00a.xn--4rr70v"),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", "example.com"),
        ("exam\u{AD}ple\u{200B}.com", "example.com"),
        ("BU\u{308}CHER.example", "xn--bcher-kva.example"),
        ("STRASSE.example", "strasse.example"),
        ("STRAẞE.example", "xn--strae-oqa.example"),
        // A capital sigma is σ wherever it stands; only a typed ς is ς (UTS 46 §4).
        ("ΦΆΡΟΣ.example", "xn--hxa2bfjl.example"),
        ("ПРИМЕР.Example", "xn--e1afmkfd.example"),
        ("İ.example", "xn--i-9bb.example"),
        ("xn--a-0ua.example", "xn--a-0ua.example"),
        // Cyrillic letters that look like Latin ones are another domain, and seen to be.
        ("раураl.example", "xn--l-7sba6dbr.example"),
        // So is a slash that only looks like one.
        ("a⁄b.example", "xn--ab-c6t.example"),
        ("1.example", "1.example"),
    ] {
        if domain(typed).as_deref() != Ok(expected) {
            wrong.push(format!("{typed}: {:?}, expected {expected}", domain(typed)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_no_domain_in_any_script() {
    let long = format!("{}.example", "中".repeat(60));
    let mut wrong = Vec::new();
    for (why, typed) in [
        ("bidi: a Latin letter in a Hebrew label", "אa.example"),
        ("bidi: a Hebrew letter in a Latin label", "aא.example"),
        ("bidi: a label that ends in neither letter nor digit", "א-ב!.example"),
        ("bidi: a label of digits beside a Hebrew one", "1.xn--4dbc.com"),
        ("bidi: European and Arabic digits in one label", "ا1١.example"),
        ("bidi: starts with a digit", "1א.example"),
        ("bidi: the same in A-labels", "xn--a-zhc.example"),
        ("a joiner where nothing joins", "a\u{200D}b.example"),
        ("a non-joiner between letters that never join", "a\u{200C}b.example"),
        ("the same in A-labels", "xn--ab-m1t.example"),
        ("a mark that has no letter", "\u{301}a.example"),
        ("an A-label of nothing", "xn--.example"),
        ("an A-label that is no Punycode", "xn--0.example"),
        ("an A-label of ASCII", "xn--abc-.example"),
        ("an A-label in upper case inside", "xn--dca.example"),
        ("an A-label that is not NFC", "xn--e-xbb.example"),
        ("an A-label of full-width letters", "xn--mi7c.example"),
        ("a right-to-left override", "a\u{202E}b.example"),
        ("a label over 63 bytes as A-label", long.as_str()),
        ("a private-use character", "a\u{E000}.example"),
        ("a full stop that NFKC makes", "⒈com"),
        ("a slash that NFKC makes", "a℀b.example"),
        ("a small at sign", "b﹫c.example"),
        ("only an ideographic full stop", "。"),
        ("no label before the dot", "。example"),
        ("full-width digits", "１２７．０．０．１"),
        ("no dot", "例子"),
        ("a top-level domain of Arabic digits", "a.١٢٣"),
    ] {
        if domain(typed) != Err(AddressError::Domain) {
            wrong.push(format!("{why}: {typed} {:?}", domain(typed)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_at_sign_may_be_wide_and_there_is_one() {
    for typed in ["jane﹫a.example", "jane\u{E0040}a.example"] {
        assert_eq!(EmailAddress::parse(typed), Err(AddressError::Form), "{typed}");
    }
    for typed in ["ja＠ne@a.example", "ja@ne＠a.example", "＠jane＠a.example"] {
        assert_eq!(EmailAddress::parse(typed), Err(AddressError::LocalPart), "{typed}");
    }
    let address = EmailAddress::parse("ｊａｎｅ＠a.example").unwrap();
    assert_eq!(address.expose(), "jane@a.example");
}

/// Whether two local parts are one mailbox to limits and codes.
#[test]
fn which_local_parts_are_one_mailbox() {
    let mut wrong = Vec::new();
    for (one, other, same) in [
        ("jos\u{E9}", "jose\u{301}", true),
        ("JOSÉ", "jose\u{301}", true),
        ("ПЁТР", "пе\u{308}тр", true),
        ("ΟΔΟΣ", "οδος", true),
        ("Ｊane", "ｊane", true),
        ("ｊane", "jane", true),
        ("ガ", "ｶﾞ", true),
        ("가", "ﾡￂ", true),
        ("राम", "राम", true),
        ("\u{958}", "\u{915}\u{93C}", true),
        ("한글", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}", true),
        ("ạ\u{302}", "â\u{323}", true),
        ("jane+ñ", "JANE+n\u{303}", true),
        // A provider may tell these apart, so they are not ours to merge.
        ("straße", "strasse", false),
        ("οδοσ", "οδος", false),
        ("ﬁn", "fin", false),
        ("раура", "paypa", false),
        ("jose", "josé", false),
        ("j.ane", "jane", false),
        ("क्\u{200D}ष", "क्ष", false),
        ("ılk", "ilk", false),
    ] {
        let [one, other] = [one, other]
            .map(|local| EmailAddress::parse(&format!("{local}@a.example")).expect(local));
        let bound = one.bound() == other.bound();
        let throttled = one.throttled() == other.throttled();
        if (bound, throttled) != (same, same) {
            wrong.push(format!("{} {}: {bound} {throttled}", one.expose(), other.expose()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest! {
    #[test]
    fn a_wide_keyboard_types_the_same_address(local in "[!#-'*+/-9=?A-Z^-~-]{1,20}", around in "[ \t\n\u{A0}\u{3000}\u{FEFF}\u{200E}\u{200F}\u{202A}-\u{202C}\u{2066}-\u{2069}\u{200B}\u{2060}\u{61C}]{0,3}") {
        let typed = format!("{local}@Example.com");
        let wide: String =
            typed.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
        let wide = EmailAddress::parse(&format!("{around}{wide}{around}"));
        prop_assert_eq!(wide.map(|a| a.expose()), EmailAddress::parse(&typed).map(|a| a.expose()));
    }

    #[test]
    fn the_form_typed_in_never_matters(local in "[a-zA-ZÀ-žΑ-ωА-яऀ-ॿกา가-힣İẞſK\u{300}-\u{345}]{1,12}") {
        let forms = [
            local.clone(),
            ComposingNormalizerBorrowed::new_nfc().normalize(&local).into_owned(),
            DecomposingNormalizerBorrowed::new_nfd().normalize(&local).into_owned(),
        ];
        let parsed: Vec<_> =
            forms.iter().filter_map(|f| EmailAddress::parse(&format!("{f}@a.example")).ok()).collect();
        for address in &parsed {
            prop_assert_eq!(address.bound(), parsed[0].bound());
            prop_assert_eq!(address.throttled(), parsed[0].throttled());
        }
    }
}
