//! Mails made beforehand. All mails of a locale, so many minutes and so many digits are one, but
//! for date, reader, ids and digits; so each is made once, encoding included, and filled in.
//!
//! Where a digit stands is found by making the mail with other digits, whatever the template and
//! its encoding made of them: in quoted-printable and in base64 alike, a byte of the output depends
//! on one digit at most. What is found is proven by another mail, or the mail is made anew for
//! each letter.

use std::{
    collections::HashMap,
    io::Write as _,
    sync::Arc,
    time::{Duration, SystemTime},
};

use lettre::message::{
    Mailbox, Mailboxes,
    header::{Date, Header, Headers, To},
};
use parking_lot::RwLock;
use signpost_shared::{address::EmailAddress, locale::Locale};
use uuid::Uuid;

use super::Letter;

/// Most mails are made in the first minutes of their codes; beyond, all are made again.
const MOST: usize = 1024;

/// What is there already.
#[derive(Debug, Default)]
pub(super) struct Stock(RwLock<HashMap<Kind, Option<Arc<Prepared>>>>);

/// Locale, minutes and digits. A kind that can't be prepared is made anew for each letter.
type Kind = (Locale, u64, usize);

/// A mail with places to fill in.
#[derive(Debug)]
pub(super) struct Prepared {
    base: Vec<u8>,
    /// In their order, without overlap.
    places: Vec<Place>,
}

#[derive(Debug)]
struct Place {
    at: usize,
    len: usize,
    holds: Holds,
}

#[derive(Clone, Copy, Debug)]
enum Holds {
    /// The whole line.
    Date,
    /// The whole line.
    To,
    MessageId,
    Boundary,
    /// The byte for each of the ten digits that can be at this position of the code.
    Digit {
        position: usize,
        bytes: [u8; 10],
    },
}

impl Stock {
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.read().len()
    }

    /// The mail for this letter; made by `anew` when there is none.
    pub(super) fn get(
        &self,
        letter: &Letter<'_>,
        anew: impl Fn(&Letter<'_>) -> Option<Vec<u8>>,
    ) -> Option<Arc<Prepared>> {
        let key = (letter.locale, letter.minutes_left, letter.code.len());
        if let Some(prepared) = self.0.read().get(&key) {
            return prepared.clone();
        }
        let prepared = Prepared::new(letter, anew).map(Arc::new);
        let mut stock = self.0.write();
        if stock.len() >= MOST {
            stock.clear();
        }
        stock.insert(key, prepared.clone());
        prepared
    }
}

impl Prepared {
    fn new(letter: &Letter<'_>, anew: impl Fn(&Letter<'_>) -> Option<Vec<u8>>) -> Option<Self> {
        let to = EmailAddress::parse("reader@example.com").ok()?;
        let job_id = Uuid::from_u128(0x5349_474e_504f_7354_8053_4947_4e50_4f54);
        let date = SystemTime::UNIX_EPOCH;
        let with = |code: &str| anew(&Letter { to: &to, code, job_id, date, ..*letter });
        let digits = letter.code.len();
        let same = |digit: u8| with(&char::from(b'0' + digit).to_string().repeat(digits));
        let alike = (0..10).map(same).collect::<Option<Vec<_>>>()?;
        let base = alike.first()?.clone();
        if alike.iter().any(|mail| mail.len() != base.len()) {
            return None;
        }
        let mut places = Vec::new();
        for (holds, text) in [
            (Holds::Date, line(Date::new(date))),
            (Holds::To, to_line(&to)),
            (Holds::MessageId, job_id.to_string()),
            (Holds::Boundary, job_id.simple().to_string()),
        ] {
            let found = base.windows(text.len()).enumerate();
            let found = found.filter(|(_, bytes)| *bytes == text.as_bytes());
            places.extend(found.map(|(at, _)| Place { at, len: text.len(), holds }));
        }
        for position in 0..digits {
            let mut code = vec![b'0'; digits];
            code[position] = b'5';
            let other = with(str::from_utf8(&code).ok()?)?;
            let changed = (0..base.len()).filter(|at| other.get(*at) != base.get(*at));
            places.extend(changed.map(|at| {
                let bytes = std::array::from_fn(|digit| alike[digit][at]);
                Place { at, len: 1, holds: Holds::Digit { position, bytes } }
            }));
        }
        places.sort_by_key(|place| place.at);
        let apart = |pair: &[Place]| pair[0].at + pair[0].len <= pair[1].at;
        if !places.windows(2).all(apart) {
            return None;
        }
        let prepared = Self { base, places };
        let code: String = "8270914635".chars().cycle().take(digits).collect();
        let proof = Letter {
            to: &EmailAddress::parse("somebody.else@mail.example.org").ok()?,
            code: &code,
            job_id: Uuid::from_u128(0x0123_4567_89ab_7def_8123_4567_89ab_cdef),
            date: date + Duration::from_secs(1_234_567_890),
            ..*letter
        };
        (anew(&proof)? == prepared.filled(&proof)).then_some(prepared)
    }

    /// The mail of a letter.
    pub(super) fn filled(&self, letter: &Letter<'_>) -> Vec<u8> {
        let mut mail = Vec::with_capacity(self.base.len() + 256);
        let (digits, mut done) = (letter.code.as_bytes(), 0);
        for Place { at, len, holds } in &self.places {
            mail.extend_from_slice(&self.base[done..*at]);
            done = at + len;
            match holds {
                Holds::Date => mail.extend_from_slice(line(Date::new(letter.date)).as_bytes()),
                Holds::To => mail.extend_from_slice(to_line(letter.to).as_bytes()),
                Holds::MessageId => drop(write!(mail, "{}", letter.job_id)),
                Holds::Boundary => drop(write!(mail, "{}", letter.job_id.simple())),
                Holds::Digit { position, bytes } => {
                    let digit = digits.get(*position).copied().unwrap_or(b'0');
                    let digit = usize::from(digit.wrapping_sub(b'0')).min(9);
                    mail.push(bytes[digit]);
                }
            }
        }
        mail.extend_from_slice(&self.base[done..]);
        mail
    }
}

/// A header as it stands in a mail.
fn line(header: impl Header) -> String {
    let mut headers = Headers::new();
    headers.set(header);
    headers.to_string()
}

fn to_line(to: &EmailAddress) -> String {
    let mailbox = Mailbox::new(None, super::mime::address(to));
    line(To::from(Mailboxes::from(mailbox)))
}
