//! The names under which Redis knows addresses and networks: never these themselves.

use std::{fmt, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use signpost_shared::{address::EmailAddress, code::Key, tag::AddressTag};

use super::Lane;

/// Turns addresses into Redis keys by HMAC under the address key, which does not
/// rotate with the code keys.
#[derive(Clone, Debug)]
pub struct AddressKeys(Arc<Key>);

/// 128 bits of a tag, in base64url: no two names meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Name([u8; 22]);

/// A key of Redis. What stands in braces decides on which node of a cluster it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RedisKey(Name, &'static str);

impl AddressKeys {
    /// Keys under this secret.
    pub fn new(key: Key) -> Self {
        Self(Arc::new(key))
    }

    /// What logs call an address.
    pub fn tag(&self, address: &EmailAddress) -> AddressTag {
        AddressTag::new(&self.0, address)
    }

    /// Where an address's state is, for the address as throttled; and whom the challenges in
    /// there are for, the address as bound.
    pub(super) fn of(&self, address: &EmailAddress) -> (RedisKey, Name) {
        let (throttled, bound) = (address.throttled(), address.bound());
        let name = self.name("address", throttled.as_bytes());
        // Without a tag and a capital both forms are one.
        let bound = if bound == throttled { name } else { self.name("address", bound.as_bytes()) };
        (RedisKey(name, "address"), bound)
    }

    /// A key of each kind, which no request has.
    pub(super) fn probe(&self) -> [RedisKey; 4] {
        let name = self.name("probe", b"");
        ["address", "sends", "checks", "service"].map(|kind| RedisKey(name, kind))
    }

    /// The key of a lane's rate: a client network is as much a secret as an address.
    pub(super) fn of_lane(&self, lane: Lane) -> RedisKey {
        match lane {
            Lane::Send(network) => RedisKey(self.name("network", &network.octets()), "sends"),
            Lane::Verify(network) => RedisKey(self.name("network", &network.octets()), "checks"),
            Lane::Service => RedisKey(self.name("service", b""), "service"),
        }
    }

    fn name(&self, kind: &str, form: &[u8]) -> Name {
        let mut name = [0; 22];
        let written =
            URL_SAFE_NO_PAD.encode_slice(&self.0.tag(&[kind.as_bytes(), form])[..16], &mut name);
        debug_assert_eq!(written, Ok(name.len()), "16 bytes are 22 characters");
        Name(name)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.0).unwrap_or_default())
    }
}

impl fmt::Display for RedisKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("signpost:v4:{")?;
        self.0.fmt(f)?;
        f.write_str("}:")?;
        f.write_str(self.1)
    }
}
