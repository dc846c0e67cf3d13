//! A name for an address that is not the address: whoever has it can search logs, dead letters
//! and the delivery status for one person, and nobody can tell from it who that is.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{address::EmailAddress, code::Key};

const BYTES: usize = 8;

/// 64 bits of an HMAC-SHA256 (RFC 2104) over the address as it is throttled, so that spellings
/// that share limits share a tag. In hexadecimal wherever it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AddressTag(u64);

/// Not sixteen hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a tag has 16 hexadecimal digits, as `signpost-api address tag` prints it")]
pub struct NoTag;

impl AddressTag {
    /// The address's tag under the address key.
    pub fn new(key: &Key, address: &EmailAddress) -> Self {
        let hash = key.tag(&[b"tag", address.throttled().as_bytes()]);
        let mut first = [0; BYTES];
        first.copy_from_slice(&hash[..BYTES]);
        Self(u64::from_be_bytes(first))
    }
}

impl fmt::Display for AddressTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for AddressTag {
    type Err = NoTag;

    fn from_str(text: &str) -> Result<Self, NoTag> {
        let is_one = text.len() == 2 * BYTES && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_one {
            return Err(NoTag);
        }
        u64::from_str_radix(text, 16).map(Self).map_err(|_| NoTag)
    }
}

impl TryFrom<String> for AddressTag {
    type Error = NoTag;

    fn try_from(text: String) -> Result<Self, NoTag> {
        text.parse()
    }
}

impl From<AddressTag> for String {
    fn from(tag: AddressTag) -> Self {
        tag.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_that_share_limits_share_a_tag_and_keys_do_not() {
        let key = |text: &str| text.parse::<Key>().unwrap();
        let a = key("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        let b = key("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        let tag = |key: &Key, address| AddressTag::new(key, &EmailAddress::parse(address).unwrap());
        let jane = tag(&a, "jane@a.example");
        assert_eq!(jane, tag(&a, "Jane+news@A.example"));
        assert_ne!(jane, tag(&a, "joan@a.example"));
        assert_ne!(jane, tag(&b, "jane@a.example"));
        assert_eq!(jane.to_string().parse(), Ok(jane));
        assert_eq!(jane.to_string().to_uppercase().parse(), Ok(jane));
        for wrong in
            ["", "jane@a.example", "0123456789abcde", "0123456789abcdefg", "+123456789abcdef"]
        {
            assert_eq!(wrong.parse::<AddressTag>(), Err(NoTag), "{wrong}");
        }
    }
}
