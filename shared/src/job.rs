//! The job that the API publishes and the worker reads: versioned JSON, no raw
//! strings inside once it is decoded, and never a code.

use std::{borrow::Cow, fmt::Write as _};

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;
use uuid::Uuid;

use crate::{
    address::EmailAddress, clock::Timestamp, code::Challenge, json::push_text, locale::Locale,
    tag::AddressTag,
};

/// The version that this build writes and reads.
pub const VERSION: u32 = 1;
/// Longest encoded job in bytes; a real one is under 1 KiB.
pub const MAX_BYTES: usize = 16 * 1024;

/// One mail to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// UUID v7; also the AMQP message id and the left side of the mail's `Message-ID`.
    pub id: Uuid,
    /// Whom the mail goes to.
    pub to: EmailAddress,
    /// The language that it is written in.
    pub locale: Locale,
    /// What its code is derived from.
    pub challenge: Challenge,
    /// When the API accepted the request.
    pub accepted_at: Timestamp,
    /// What tells the key that the API derived its code with from another of the same name;
    /// older APIs do not say.
    pub key_check: Option<u32>,
    /// What logs call the address; older APIs give it none.
    pub tag: Option<AddressTag>,
    /// Whether the API keeps the delivery status, so that it wants to be told.
    pub wants_status: bool,
}

/// Why a message is no job for this build.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Written by a newer build: wait, this worker is about to be replaced.
    #[error("job version {version} is newer than this build's {VERSION}")]
    Newer {
        /// Its version.
        version: u32,
        /// When its code ends to work, which every version says in the same place.
        expires_at: Option<Timestamp>,
    },
    /// Nothing that any build wrote. The cause names a field at most, never a value.
    #[error("unreadable job: {0}")]
    Unreadable(&'static str),
}

#[derive(Deserialize)]
struct Wire<'a> {
    v: u32,
    id: Uuid,
    to: String,
    locale: Cow<'a, str>,
    challenge: Challenge,
    accepted_at: Timestamp,
    // What came after the first release is optional: old workers pass over it, and old APIs
    // do not write it.
    #[serde(rename = "key")]
    key_check: Option<u32>,
    tag: Option<AddressTag>,
    #[serde(default, rename = "status")]
    wants_status: bool,
}

impl Job {
    /// As versioned JSON.
    pub fn encode(&self) -> Vec<u8> {
        // In one piece: by serde it was a twentieth of all that the API computes for a request.
        let mut to = String::with_capacity(64);
        push_text(&mut to, &self.to.expose());
        let Challenge { id, kid, digits, expires_at } = &self.challenge;
        let mut json = String::with_capacity(384);
        let _ = write!(
            json,
            concat!(
                r#"{{"v":{},"id":"{}","to":{},"locale":"{}","#,
                r#""challenge":{{"id":"{}","kid":"{}","digits":{},"expires_at":{}}},"accepted_at":{}"#
            ),
            VERSION,
            self.id,
            to,
            self.locale.tag(),
            id,
            kid,
            u8::from(*digits),
            expires_at.as_millis(),
            self.accepted_at.as_millis(),
        );
        if let Some(check) = self.key_check {
            let _ = write!(json, r#","key":{check}"#);
        }
        if let Some(tag) = self.tag {
            let _ = write!(json, r#","tag":"{tag}""#);
        }
        if self.wants_status {
            json.push_str(r#","status":true"#);
        }
        json.push('}');
        json.into_bytes()
    }

    /// From versioned JSON.
    ///
    /// # Errors
    /// [`DecodeError::Newer`] for a later version, else [`DecodeError::Unreadable`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() > MAX_BYTES {
            return Err(DecodeError::Unreadable("too long"));
        }
        let wire: Wire<'_> = match serde_json::from_slice(bytes) {
            Ok(wire @ Wire { v: VERSION, .. }) => wire,
            _ => return Err(Self::why_not(bytes)),
        };
        Ok(Self {
            id: wire.id,
            to: EmailAddress::parse(&wire.to)
                .map_err(|_| DecodeError::Unreadable("address malformed"))?,
            // The worker knows which ones there are, and finds the nearest.
            locale: wire.locale.parse().unwrap_or_default(),
            challenge: wire.challenge,
            accepted_at: wire.accepted_at,
            key_check: wire.key_check,
            tag: wire.tag,
            wants_status: wire.wants_status,
        })
    }

    /// Of what is no job of this version.
    fn why_not(bytes: &[u8]) -> DecodeError {
        let any: Value = serde_json::from_slice(bytes).unwrap_or_default();
        match any["v"].as_u64().and_then(|version| u32::try_from(version).ok()) {
            None => DecodeError::Unreadable("not JSON with a version"),
            Some(0) => DecodeError::Unreadable("version 0"),
            Some(VERSION) => DecodeError::Unreadable("fields missing or malformed"),
            Some(version) => {
                let expires_at = any["challenge"]["expires_at"].as_u64();
                DecodeError::Newer { version, expires_at: expires_at.map(Timestamp::from_millis) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn job() -> Job {
        Job {
            id: Uuid::from_u128(1),
            to: EmailAddress::parse("Jörg+x@bücher.example").unwrap(),
            locale: "zh-TW".parse().unwrap(),
            challenge: Challenge {
                id: Uuid::from_u128(2),
                kid: "k1".to_owned().try_into().unwrap(),
                digits: 6.try_into().unwrap(),
                expires_at: Timestamp::from_millis(1_800_000),
            },
            accepted_at: Timestamp::from_millis(1),
            key_check: Some(7),
            tag: Some("0123456789abcdef".parse().unwrap()),
            wants_status: true,
        }
    }

    #[test]
    fn the_wire_format_of_version_1_stays() {
        let json = String::from_utf8(job().encode()).unwrap();
        insta::assert_snapshot!(json, @r#"{"v":1,"id":"00000000-0000-0000-0000-000000000001","to":"Jörg+x@xn--bcher-kva.example","locale":"zh-TW","challenge":{"id":"00000000-0000-0000-0000-000000000002","kid":"k1","digits":6,"expires_at":1800000},"accepted_at":1,"key":7,"tag":"0123456789abcdef","status":true}"#);
        assert_eq!(Job::decode(json.as_bytes()), Ok(job()));
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "read only")]
    struct OldWire<'a> {
        v: u32,
        id: Uuid,
        to: String,
        locale: Cow<'a, str>,
        challenge: Cow<'a, Challenge>,
        accepted_at: Timestamp,
    }

    /// As release 0.1.0 wrote it, and read it: what it did not know it passed over.
    #[test]
    fn jobs_travel_between_releases() {
        let old = r#"{"v":1,"id":"00000000-0000-0000-0000-000000000001","to":"Jörg+x@xn--bcher-kva.example","locale":"zh-TW","challenge":{"id":"00000000-0000-0000-0000-000000000002","kid":"k1","digits":6,"expires_at":1800000},"accepted_at":1}"#;
        let bare = Job { key_check: None, tag: None, wants_status: false, ..job() };
        assert_eq!(Job::decode(old.as_bytes()), Ok(bare.clone()));
        assert_eq!(String::from_utf8(bare.encode()).unwrap(), old);
        assert!(serde_json::from_slice::<OldWire<'_>>(&job().encode()).is_ok());
    }

    #[test]
    fn a_newer_version_is_told_from_rubbish() {
        let changed = |from: &str, to: &str| {
            Job::decode(String::from_utf8(job().encode()).unwrap().replace(from, to).as_bytes())
        };
        assert_eq!(
            changed("\"v\":1", "\"v\":2"),
            Err(DecodeError::Newer {
                version: 2,
                expires_at: Some(Timestamp::from_millis(1_800_000)),
            })
        );
        let bare = DecodeError::Newer { version: 3, expires_at: None };
        assert_eq!(Job::decode(br#"{"v":3,"challenge":{}}"#), Err(bare));
        assert!(matches!(changed("\"v\":1", "\"v\":0"), Err(DecodeError::Unreadable(_))));
        assert!(matches!(changed("\"v\":1", "\"w\":1"), Err(DecodeError::Unreadable(_))));
        assert!(matches!(changed("@xn", "xn"), Err(DecodeError::Unreadable("address malformed"))));
        assert!(matches!(changed("\"k1\"", "\"k 1\""), Err(DecodeError::Unreadable(_))));
        assert_eq!(changed("zh-TW", "tlh").unwrap().locale.tag(), "tlh");
        assert_eq!(changed("zh-TW", "?").unwrap().locale, Locale::default());
        assert!(matches!(
            Job::decode(&vec![b' '; MAX_BYTES + 1]),
            Err(DecodeError::Unreadable("too long"))
        ));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Job::decode(&bytes);
        }
    }
}
