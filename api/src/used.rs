//! Which codes are used: a provider that puts mails into the spam folder, or a language whose
//! mail nobody understands, shows as codes that were sent and never came back.

use std::{iter, sync::LazyLock};

use metrics::{Counter, counter};
use signpost_shared::{address::EmailAddress, locale::Locale, telemetry::Counters};

const BY_LOCALE: &str = "signpost_codes_total";
const BY_SITE: &str = "signpost_codes_by_site_total";
const OTHER: &str = "other";

/// What happened to a code. It expired if it was sent and nothing more.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// A job for its mail is queued.
    Sent,
    /// It was entered, and right; a front end may ask more than once.
    Right,
    /// The same, and it works no more.
    Consumed,
}

struct Counts {
    /// In the order of those that are shipped; then the others'.
    by_locale: Vec<Counter>,
    by_site: Counters,
}

static COUNTS: LazyLock<[Counts; 3]> = LazyLock::new(|| {
    ["sent", "right", "consumed"].map(|event| {
        let locales = Locale::SHIPPED.iter().map(Locale::tag).chain(iter::once(OTHER));
        let counter = |locale| counter!(BY_LOCALE, "event" => event, "locale" => locale);
        Counts {
            by_locale: locales.map(counter).collect(),
            by_site: Counters::of(BY_SITE, &[("event", event)], "site"),
        }
    })
});

/// Counts all from zero.
pub fn begin() {
    LazyLock::force(&COUNTS);
}

/// Counts one more, for an address and the language of its request.
pub fn count(event: Event, address: &EmailAddress, locale: Locale) {
    let Counts { by_locale, by_site } = &COUNTS[event as usize];
    let place = Locale::SHIPPED.binary_search(&locale).unwrap_or(Locale::SHIPPED.len());
    by_locale[place].increment(1);
    by_site.count(site(address.domain()));
}

/// The provider of a mailbox, as far as its domain tells: a few that have most of the world's.
fn site(domain: &str) -> &'static str {
    match domain {
        "gmail.com" | "googlemail.com" => "gmail",
        "icloud.com" | "me.com" | "mac.com" => "icloud",
        "qq.com" | "foxmail.com" => "qq",
        "163.com" | "126.com" | "yeah.net" => "netease",
        "naver.com" => "naver",
        "aol.com" => "yahoo",
        "gmx.de" | "gmx.net" | "gmx.at" | "gmx.ch" | "gmx.com" | "web.de" => "gmx",
        "mail.ru" | "bk.ru" | "inbox.ru" | "list.ru" => "mail.ru",
        "yandex.ru" | "yandex.com" | "ya.ru" => "yandex",
        "proton.me" | "protonmail.com" | "pm.me" => "proton",
        "orange.fr" | "wanadoo.fr" => "orange",
        _ => match domain.split('.').next() {
            Some("outlook" | "hotmail" | "live" | "msn") => "outlook",
            Some("yahoo" | "ymail" | "rocketmail") => "yahoo",
            _ => OTHER,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_site_is_one_of_the_table() {
        let known = [
            ("googlemail.com", "gmail"),
            ("me.com", "icloud"),
            ("qq.com", "qq"),
            ("126.com", "netease"),
            ("naver.com", "naver"),
            ("yahoo.co.jp", "yahoo"),
            ("web.de", "gmx"),
            ("bk.ru", "mail.ru"),
            ("ya.ru", "yandex"),
            ("pm.me", "proton"),
            ("wanadoo.fr", "orange"),
            ("hotmail.fr", "outlook"),
            ("a.example", "other"),
            ("notgmail.com", "other"),
        ];
        for (domain, expected) in known {
            assert_eq!(site(domain), expected, "{domain}");
        }
        let all: BTreeSet<_> = known.map(|(_, site)| site).into();
        assert_eq!(
            all,
            signpost_shared::telemetry::table::values(BY_SITE, "site").iter().copied().collect()
        );
    }
}
