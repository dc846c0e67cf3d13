//! Close languages: what somebody who reads a language that nobody has translated reads most
//! likely beside it. A language that we have, and those that it stands in for.

/// From CLDR 48's `languageMatching` (type `written-new`), as far as Signpost has the other one.
pub(super) const BY_CLDR: &[(&str, &str)] = &[
    ("da", "fo"),
    ("de", "gsw lb rm"),
    ("en-GB", "af cy ga gd"),
    ("es", "eu gl"),
    ("es-419", "ay gn qu"),
    ("fil", "ceb"),
    ("fr", "br co oc"),
    ("hi", "mai"),
    ("hr", "sh"),
    ("id", "jv su"),
    ("it", "scn"),
    ("nb", "nn"),
    ("nl", "fy"),
    ("ru", "be kk ky tg tt"),
    ("zh", "gan hak hsn nan wuu yue"),
];

/// Not there: languages of a region whose schools and offices speak the other one, and names that
/// CLDR takes for one language.
pub(super) const BY_REGION: &[(&str, &str)] = &[
    ("da", "kl"),
    ("de", "dsb hsb nds stq"),
    ("en-GB", "gv kw sco"),
    ("es", "an ast"),
    ("fa", "prs"),
    ("fil", "ilo"),
    ("fr", "frp wa"),
    ("hi", "awa bho"),
    ("hr", "bs"),
    ("id", "min"),
    ("it", "fur lij lmo nap pms sc vec"),
    ("nb", "no se"),
    ("nl", "li"),
    ("pl", "szl"),
    ("ru", "ba ce cv os"),
];
