//! Every published case is judged as its list judges it, or for a reason that
//! `differences.json` gives. `corpora/README.md` says where the lists are from.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use signpost_shared::address::EmailAddress;

/// Name, cases, and what in its words is valid.
type Corpus = (&'static str, &'static str, fn(&str) -> bool);

const CORPORA: [Corpus; 3] = [
    ("isemail", include_str!("corpora/isemail.json"), |diagnosis| {
        diagnosis == "valid" || diagnosis.starts_with("dnsWarn") || diagnosis.starts_with("rfc5321")
    }),
    ("pyisemail", include_str!("corpora/pyisemail.json"), |diagnosis| {
        diagnosis == "ISEMAIL_VALID"
            || diagnosis.starts_with("ISEMAIL_DNSWARN")
            || diagnosis.starts_with("ISEMAIL_RFC5321")
    }),
    ("email_validator", include_str!("corpora/email_validator.json"), |verdict| {
        verdict.starts_with("valid")
    }),
];

/// The rules by which Signpost judges otherwise, and the addresses that it judges so.
#[derive(Deserialize)]
struct Table {
    reasons: BTreeMap<String, String>,
    differences: Vec<(Difference, String)>,
}

/// List, address, its verdict in its own words, ours: `accepted` or the error.
type Difference = (String, String, String, String);

#[test]
fn every_difference_from_a_published_list_has_its_reason() {
    let table: Table = serde_json::from_str(include_str!("differences.json")).unwrap();
    let listed: BTreeSet<_> = table.differences.iter().map(|(found, _)| found.clone()).collect();
    assert_eq!(listed.len(), table.differences.len(), "a difference is listed twice");
    let given: BTreeSet<_> = table.differences.iter().map(|(_, reason)| reason).collect();
    assert_eq!(given, table.reasons.keys().collect(), "reasons that are used, and that there are");

    let found = differences();
    let line = |difference: &Difference| serde_json::to_string(difference).unwrap();
    let unlisted: Vec<_> = found.difference(&listed).map(line).collect();
    let gone: Vec<_> = listed.difference(&found).map(line).collect();
    assert!(unlisted.is_empty(), "judged otherwise, but not listed:\n{}", unlisted.join("\n"));
    assert!(gone.is_empty(), "listed, but no difference any more:\n{}", gone.join("\n"));
}

fn differences() -> BTreeSet<Difference> {
    let mut found = BTreeSet::new();
    for (corpus, cases, is_valid) in CORPORA {
        let cases: Vec<(String, String)> = serde_json::from_str(cases).unwrap();
        assert!(cases.len() > 100, "{corpus}: the list is cut short");
        for (address, verdict) in cases {
            let ours = EmailAddress::parse(&address);
            if ours.is_ok() != is_valid(&verdict) {
                let ours = ours.map_or_else(|error| format!("{error:?}"), |_| "accepted".into());
                found.insert((corpus.to_owned(), address, verdict, ours));
            }
        }
    }
    found
}
