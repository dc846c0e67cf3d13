//! Codes are derived, never stored: whoever holds the keys and the challenge can
//! compute a code, and neither the queue nor Redis nor a log ever holds one.

use std::{collections::HashMap, fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use thiserror::Error;
use uuid::Uuid;

use crate::{address::EmailAddress, clock::Timestamp};

/// A new key in base64, as the settings take it.
pub fn new_key() -> String {
    STANDARD.encode(rand::random::<[u8; KEY_BYTES]>())
}

/// Bytes in a key.
pub const KEY_BYTES: usize = 32;
const MAX_KID: usize = 32;

/// The name of a code key. At most 32 of `A-Z a-z 0-9 _ -`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Kid(String);

impl Kid {
    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Kid {
    type Error = KeyError;

    fn try_from(name: String) -> Result<Self, KeyError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if name.is_empty() || name.len() > MAX_KID || !name.bytes().all(allowed) {
            return Err(KeyError::Kid);
        }
        Ok(Self(name))
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How many digits a code has: 4 to 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u8")]
pub struct Digits(u8);

impl Default for Digits {
    fn default() -> Self {
        Self(6)
    }
}

impl TryFrom<u8> for Digits {
    type Error = KeyError;

    fn try_from(digits: u8) -> Result<Self, KeyError> {
        if (4..=10).contains(&digits) { Ok(Self(digits)) } else { Err(KeyError::Digits) }
    }
}

impl From<Digits> for u8 {
    fn from(digits: Digits) -> Self {
        digits.0
    }
}

/// What a code is derived from, but for the key and the address.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Challenge {
    /// Random; a new one for every code.
    pub id: Uuid,
    /// The key that signs.
    pub kid: Kid,
    /// How many digits the code has.
    pub digits: Digits,
    /// When the code ends to work.
    pub expires_at: Timestamp,
}

/// A code, leading zeros kept. `Debug` is masked.
#[derive(Clone)]
pub struct Code(String);

impl Code {
    /// A code that is not derived: 4 to 10 ASCII digits.
    pub fn fixed(digits: &str) -> Option<Self> {
        let count = u8::try_from(digits.len()).ok()?;
        let fits = Digits::try_from(count).is_ok() && digits.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| Self(digits.to_owned()))
    }

    /// The digits.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Compares in constant time.
    pub fn matches(&self, entered: &str) -> bool {
        self.0.as_bytes().ct_eq(entered.as_bytes()).into()
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(***)")
    }
}

/// A 32-byte secret: a code key, or the address key. `Debug` is masked. It is kept as the MAC
/// that it begins, which is half of the work of a short message, with 32 bits that are made by it
/// and say nothing of it.
pub struct Key(Hmac<Sha256>, u32);

impl Key {
    /// HMAC-SHA256 (RFC 2104) of the parts, each preceded by its length, so that
    /// no two lists of parts are one message.
    pub fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// By which people tell keys apart.
    pub fn fingerprint(&self) -> String {
        format!("{:08x}", self.1)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(base64: &str) -> Result<Self, KeyError> {
        let bytes = STANDARD.decode(base64.trim()).map_err(|_| KeyError::Base64)?;
        if bytes.len() != KEY_BYTES {
            return Err(KeyError::Length);
        }
        let mut key = Self(Hmac::new_from_slice(&bytes).map_err(|_| KeyError::Length)?, 0);
        let [a, b, c, d, ..] = key.tag(&[b"fingerprint"]);
        key.1 = u32::from_be_bytes([a, b, c, d]);
        Ok(key)
    }
}

/// Why a key, or a list of keys, can't be used. Holds nothing of the key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The list is empty.
    #[error("no key is given; expected kid:base64[,kid:base64…]")]
    Empty,
    /// An entry without a colon.
    #[error("an entry is not of the form kid:base64")]
    Form,
    /// Not base64 (RFC 4648 §4).
    #[error("a key is not base64 (RFC 4648 §4, with padding)")]
    Base64,
    /// Not 32 bytes.
    #[error("a key has not 32 bytes; `openssl rand -base64 32` makes one")]
    Length,
    /// A kid with other characters, or too long.
    #[error("a kid has 1 to 32 characters of A-Z a-z 0-9 _ -")]
    Kid,
    /// What is wrong with one of several keys.
    #[error("{0}: {1}")]
    Of(Kid, Box<KeyError>),
    /// The same kid twice.
    #[error("kid {0} is given twice")]
    Twice(Kid),
    /// Not 4 to 10.
    #[error("a code has 4 to 10 digits")]
    Digits,
}

/// The code keys: the first signs, all verify.
#[derive(Debug)]
pub struct CodeKeys {
    signing: Kid,
    keys: HashMap<Kid, Key>,
}

impl CodeKeys {
    /// The key for new challenges.
    pub fn signing(&self) -> &Kid {
        &self.signing
    }

    /// All names, in no order.
    pub fn kids(&self) -> impl Iterator<Item = &Kid> {
        self.keys.keys()
    }

    /// What tells a key of this name from another of the same name.
    pub fn check(&self, kid: &Kid) -> Option<u32> {
        self.keys.get(kid).map(|key| key.1)
    }

    /// Each name with its key's fingerprint, the one that signs first.
    pub fn fingerprints(&self) -> String {
        let mut kids: Vec<_> = self.keys.iter().collect();
        kids.sort_by_key(|(kid, _)| (**kid != self.signing, kid.as_str()));
        let each = kids.iter().map(|(kid, key)| format!("{kid} {}", key.fingerprint()));
        each.collect::<Vec<_>>().join(", ")
    }

    /// The code of a challenge for an address:
    /// HMAC-SHA256(key, "register" ‖ challenge id ‖ address as bound) mod 10^digits; none when the
    /// challenge names a key that is not here.
    pub fn code(&self, challenge: &Challenge, address: &EmailAddress) -> Option<Code> {
        let mut mac = self.keys.get(&challenge.kid)?.0.clone();
        mac.update(b"register");
        mac.update(challenge.id.as_bytes());
        mac.update(address.bound().as_bytes());
        let modulus = 10_u64.pow(u32::from(challenge.digits.0));
        let number = mac.finalize().into_bytes().iter().fold(0, |rest, byte| {
            // Below 2^34 × 2^8: no overflow, and the whole MAC counts, so no digit is favoured.
            (rest * 256 + u64::from(*byte)) % modulus
        });
        Some(Code(format!("{number:0width$}", width = usize::from(challenge.digits.0))))
    }
}

impl FromStr for CodeKeys {
    type Err = KeyError;

    fn from_str(list: &str) -> Result<Self, KeyError> {
        let mut keys = HashMap::new();
        let mut signing = None;
        for entry in list.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (kid, key) = entry.split_once(':').ok_or(KeyError::Form)?;
            let kid = Kid::try_from(kid.trim().to_owned())?;
            let key = key.parse().map_err(|error| KeyError::Of(kid.clone(), Box::new(error)))?;
            if keys.insert(kid.clone(), key).is_some() {
                return Err(KeyError::Twice(kid));
            }
            signing.get_or_insert(kid);
        }
        Ok(Self { signing: signing.ok_or(KeyError::Empty)?, keys })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZEROS: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    const ONES: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

    fn challenge(kid: &str, digits: u8) -> Challenge {
        Challenge {
            id: Uuid::from_u128(7),
            kid: Kid::try_from(kid.to_owned()).unwrap(),
            digits: digits.try_into().unwrap(),
            expires_at: Timestamp::from_millis(0),
        }
    }

    #[test]
    fn a_code_is_what_an_independent_computation_gives() {
        // python3 -c "import hmac,hashlib,uuid;print(int.from_bytes(hmac.new(bytes(32),
        //   b'register'+uuid.UUID(int=7).bytes+b'jane@example.com',hashlib.sha256).digest(),'big')%10**6)"
        let keys: CodeKeys = format!("a:{ZEROS}").parse().unwrap();
        let address = EmailAddress::parse("Jane@Example.com").unwrap();
        let code = keys.code(&challenge("a", 6), &address).unwrap();
        assert_eq!(code.expose(), "319879");
        assert!(code.matches(code.expose()) && !code.matches("") && !code.matches("00000"));
    }

    #[test]
    fn a_fingerprint_tells_keys_apart_and_the_signing_one_first() {
        // python3 -c "import hmac,hashlib;print(hmac.new(bytes(32),
        //   (11).to_bytes(8,'big')+b'fingerprint',hashlib.sha256).hexdigest()[:8])"
        let keys: CodeKeys = format!("b:{ZEROS},a:{ONES}").parse().unwrap();
        assert_eq!(keys.fingerprints(), "b 739af89d, a 7091d234");
    }

    #[test]
    fn digits_set_the_length_and_leading_zeros_stay() {
        let keys: CodeKeys = format!("a:{ONES}").parse().unwrap();
        let mut leading_zero = false;
        for n in 0..200 {
            let address = EmailAddress::parse(&format!("a{n}@example.com")).unwrap();
            for digits in [4, 6, 10] {
                let code = keys.code(&challenge("a", digits), &address).unwrap();
                assert_eq!(code.expose().len(), usize::from(digits));
                leading_zero |= code.expose().starts_with('0');
            }
        }
        assert!(leading_zero);
    }

    #[test]
    fn the_first_key_signs_and_all_verify() {
        let keys: CodeKeys = format!("new:{ZEROS}, old:{ONES}").parse().unwrap();
        assert_eq!(keys.signing().as_str(), "new");
        let address = EmailAddress::parse("jane@example.com").unwrap();
        let new = keys.code(&challenge("new", 6), &address).unwrap();
        let old = keys.code(&challenge("old", 6), &address).unwrap();
        assert_ne!(new.expose(), old.expose());
        assert!(keys.code(&challenge("gone", 6), &address).is_none());
    }

    #[test]
    fn a_bad_list_says_what_is_wrong_and_not_what_it_holds() {
        let of_a = |error| KeyError::Of(Kid("a".to_owned()), Box::new(error));
        for (list, error) in [
            (String::new(), KeyError::Empty),
            ("secretsecret".to_owned(), KeyError::Form),
            ("a:secret!".to_owned(), of_a(KeyError::Base64)),
            ("a:c2VjcmV0".to_owned(), of_a(KeyError::Length)),
            (format!("a b:{ZEROS}"), KeyError::Kid),
            (format!("a:{ZEROS},a:{ONES}"), KeyError::Twice(Kid("a".to_owned()))),
        ] {
            let found = list.parse::<CodeKeys>().unwrap_err();
            assert!(!found.to_string().contains("secret"));
            assert_eq!(found, error);
        }
    }

    #[test]
    fn printing_masks() {
        let keys: CodeKeys = format!("a:{ZEROS}").parse().unwrap();
        assert!(!format!("{keys:?}").contains("AAAA"));
        assert_eq!(format!("{:?}", Code("123456".to_owned())), "Code(***)");
    }
}
