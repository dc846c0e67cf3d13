//! One dead letter: what is known of it, and nothing that would give its reader away.

use std::{str::FromStr as _, time::Duration};

use serde_json::json;
use sha2::{Digest as _, Sha256};
use signpost_shared::{
    clock::Timestamp,
    job::{DecodeError, Job},
    queue::Message,
    tag::AddressTag,
};
use uuid::Uuid;

use super::wording::{plain, span};

const DIGEST: &str = "body-";

/// The least that a code must have left to be sent again: the mail has to be delivered,
/// read, and the code typed.
const LEAST_LEFT: Duration = Duration::from_secs(60);

/// Reads what commands call a letter.
pub(super) fn letter_id(text: &str) -> Result<String, &'static str> {
    let is_digest = |digits: &str| digits.bytes().all(|b| b.is_ascii_hexdigit());
    match (Uuid::from_str(text), text.strip_prefix(DIGEST)) {
        (Ok(id), _) => Ok(id.to_string()),
        (_, Some(digits)) if digits.len() == 12 && is_digest(digits) => {
            Ok(text.to_ascii_lowercase())
        }
        _ => Err("not an id as `signpost-worker dead list` shows them"),
    }
}

/// A dead letter.
#[derive(Debug)]
pub(super) struct Letter {
    /// What commands call it: its job's id, or for one without an id a digest of its body.
    pub(super) id: String,
    /// Why it is dead.
    pub(super) reason: Option<String>,
    /// The job in it, or why there is none.
    pub(super) job: Result<Job, DecodeError>,
    /// As it was found.
    pub(super) message: Message,
}

/// Why a letter is not replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Obstacle {
    /// Its code is of no use any more.
    Expired,
    /// There is no job in it.
    Unreadable,
    /// A newer build wrote it.
    Newer,
    /// This run has replayed it already, and it is dead again or was there twice.
    Again,
}

impl Obstacle {
    /// As said to a person, of one letter or of several.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Expired => "the code has expired: its reader must ask for a new one",
            Self::Unreadable => "not readable: look with `show`, delete with `purge`",
            Self::Newer => "written by a newer version of Signpost: use that version's desk",
            Self::Again => "replayed a moment ago and here again",
        }
    }
}

impl Letter {
    /// What a message says of itself.
    pub(super) fn of(message: Message) -> Self {
        let job = Job::decode(&message.body);
        let named = message.id.as_deref().and_then(|id| id.parse::<Uuid>().ok());
        let id = match (&job, named) {
            (Ok(job), _) => job.id.to_string(),
            (_, Some(id)) => id.to_string(),
            _ => digest(&message.body),
        };
        Self { id, reason: message.reason.as_deref().map(plain), job, message }
    }

    /// How long it has been dead.
    pub(super) fn age(&self, now: Timestamp) -> Option<Duration> {
        self.message.dead_at.map(|at| now.since(at))
    }

    /// When its code ends to work, where that is known.
    pub(super) fn expires_at(&self) -> Option<Timestamp> {
        match &self.job {
            Ok(job) => Some(job.challenge.expires_at),
            Err(DecodeError::Newer { expires_at, .. }) => *expires_at,
            Err(DecodeError::Unreadable(_)) => None,
        }
    }

    /// What is left of its code, in words.
    pub(super) fn code(&self, now: Timestamp) -> String {
        match self.expires_at().map(|at| at.since(now)) {
            None => "-".to_owned(),
            Some(Duration::ZERO) => "expired".to_owned(),
            Some(left) => format!("{} left", span(left)),
        }
    }

    /// What logs call its reader.
    pub(super) fn tag(&self) -> Option<AddressTag> {
        self.job.as_ref().ok().and_then(|job| job.tag)
    }

    /// Whom it is for, masked, or why that is not known.
    pub(super) fn reader(&self) -> String {
        match &self.job {
            Ok(job) => job.to.to_string(),
            Err(error) => format!("({error}; {} bytes)", self.message.body.len()),
        }
    }

    /// The job, if sending it makes sense.
    pub(super) fn replayable(&self, now: Timestamp) -> Result<&Job, Obstacle> {
        match &self.job {
            Ok(job) if job.challenge.expires_at.since(now) < LEAST_LEFT => Err(Obstacle::Expired),
            Ok(job) => Ok(job),
            Err(DecodeError::Newer { .. }) => Err(Obstacle::Newer),
            Err(DecodeError::Unreadable(_)) => Err(Obstacle::Unreadable),
        }
    }

    /// As a line of `--json` has it. Fields may be added.
    pub(super) fn row(&self, now: Timestamp) -> serde_json::Value {
        let job = self.job.as_ref().ok();
        json!({
            "id": self.id,
            "reason": self.reason,
            "dead_at": self.message.dead_at.map(|at| at.to_string()),
            "age_seconds": self.age(now).map(|age| age.as_secs()),
            "attempts": self.message.attempt,
            "to": job.map(|job| job.to.to_string()),
            "tag": self.tag(),
            "locale": job.map(|job| job.locale),
            "accepted_at": job.map(|job| job.accepted_at.to_string()),
            "expires_at": self.expires_at().map(|at| at.to_string()),
            "obstacle": self.replayable(now).err().map(Obstacle::words),
            "bytes": self.message.body.len(),
        })
    }
}

/// For a letter that has no id of its own.
fn digest(body: &[u8]) -> String {
    let digits = Sha256::digest(body).into_iter().take(6).map(|byte| format!("{byte:02x}"));
    format!("{DIGEST}{}", digits.collect::<String>())
}

#[cfg(test)]
pub(crate) mod tests {
    use signpost_shared::{address::EmailAddress, code::Challenge, locale::Locale};

    use super::*;

    /// A job whose code ends at 1,000 s.
    pub(crate) fn job(id: u128) -> Job {
        Job {
            id: Uuid::from_u128(id),
            to: EmailAddress::parse("jane@a.example").unwrap(),
            locale: Locale::EN_US,
            challenge: Challenge {
                id: Uuid::from_u128(2),
                kid: "k1".to_owned().try_into().unwrap(),
                digits: 6.try_into().unwrap(),
                expires_at: at(1_000),
            },
            accepted_at: at(1),
            key_check: None,
            tag: Some("0123456789abcdef".parse().unwrap()),
            wants_status: false,
        }
    }

    pub(in crate::dead) fn letter(body: &[u8], reason: Option<&str>) -> Letter {
        let reason = reason.map(str::to_owned);
        let (attempt, dead_at) = (3, Some(at(100)));
        Letter::of(Message { body: body.to_vec(), attempt, reason, dead_at, ..Message::default() })
    }

    pub(in crate::dead) fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn a_code_needs_a_minute_to_be_worth_sending() {
        let letter = letter(&job(1).encode(), None);
        assert_eq!(letter.replayable(at(940)), Ok(&job(1)));
        assert_eq!(letter.replayable(at(941)), Err(Obstacle::Expired));
        assert_eq!(
            (letter.code(at(941)), letter.code(at(1_000))),
            ("59s left".into(), "expired".into())
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_from_what_cannot_be_read_yet() {
        let (newer, rubbish) = (letter(br#"{"v":2}"#, None), letter(b"jane@a.example", None));
        assert_eq!(newer.replayable(at(0)), Err(Obstacle::Newer));
        assert_eq!(rubbish.replayable(at(0)), Err(Obstacle::Unreadable));
        assert_eq!(rubbish.reader(), "(unreadable job: not JSON with a version; 14 bytes)");
        assert!(rubbish.id.starts_with("body-"));
        let mut message = rubbish.message.clone();
        message.id = Some("jane@a.example".to_owned());
        assert_eq!(Letter::of(message.clone()).id, rubbish.id, "what is no id is not shown");
        message.id = Some(Uuid::from_u128(5).to_string());
        assert_eq!(Letter::of(message).id, Uuid::from_u128(5).to_string());
    }

    #[test]
    fn a_row_has_what_is_known_and_the_address_masked() {
        let row = letter(&job(1).encode(), Some("rcpt 550")).row(at(160)).to_string();
        insta::assert_snapshot!(row, @r#"{"id":"00000000-0000-0000-0000-000000000001","reason":"rcpt 550","dead_at":"1970-01-01T00:01:40.000Z","age_seconds":60,"attempts":3,"to":"j***@a.example","tag":"0123456789abcdef","locale":"en-US","accepted_at":"1970-01-01T00:00:01.000Z","expires_at":"1970-01-01T00:16:40.000Z","obstacle":null,"bytes":235}"#);
        let rubbish = letter(b"jane@a.example", None).row(at(0));
        assert_eq!((&rubbish["to"], &rubbish["bytes"]), (&serde_json::Value::Null, &14.into()));
        assert!(!rubbish.to_string().contains("jane@"));
    }

    #[test]
    fn an_id_reads_as_it_is_shown() {
        for id in [Uuid::from_u128(7).to_string(), digest(b"rubbish")] {
            assert_eq!(letter_id(&id.to_uppercase().replace("BODY", "body")), Ok(id));
        }
        for wrong in ["", "jane@a.example", "body-", "body-0123456789ag", "body-0123456789abc"] {
            assert!(letter_id(wrong).is_err(), "{wrong}");
        }
    }
}
