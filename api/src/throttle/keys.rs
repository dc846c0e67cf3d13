//! The names under which Redis knows addresses and networks: never these themselves.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use signpost_shared::{address::EmailAddress, code::Key};

use super::Lane;

/// Turns addresses into Redis keys by HMAC under the address key, which does not
/// rotate with the code keys.
#[derive(Clone, Debug)]
pub struct AddressKeys(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    key: Key,
    service: String,
}

/// Where an address's state is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Keys {
    /// The hash, for the address as throttled.
    pub(super) hash: String,
    /// What the names of its challenges in there begin with, for the address as bound.
    pub(super) bound: String,
}

impl AddressKeys {
    /// Keys under this secret.
    pub fn new(key: Key) -> Self {
        let service = hash_key(&name(&key, "service", ""), "service");
        Self(Arc::new(Inner { key, service }))
    }

    pub(super) fn of(&self, address: &EmailAddress) -> Keys {
        let (throttled, bound) = (address.throttled(), address.bound());
        let tag = name(&self.0.key, "address", &throttled);
        let hash = hash_key(&tag, "address");
        // Without a tag and a capital both forms are one.
        let bound = if bound == throttled { tag } else { name(&self.0.key, "address", &bound) };
        Keys { hash, bound }
    }

    /// Keys that no request has: a hash and a rate.
    pub(super) fn probe(&self) -> [String; 2] {
        let tag = name(&self.0.key, "probe", "");
        ["address", "sends"].map(|what| hash_key(&tag, what))
    }

    /// The key of a lane's rate: a client network is as much a secret as an address.
    pub(super) fn of_lane(&self, lane: Lane) -> String {
        let (network, what) = match lane {
            Lane::Send(network) => (network, "sends"),
            Lane::Verify(network) => (network, "checks"),
            Lane::Service => return self.0.service.clone(),
        };
        hash_key(&name(&self.0.key, "network", &network.expose()), what)
    }
}

/// 128 bits of the tag: no two names meet.
fn name(key: &Key, kind: &str, form: &str) -> String {
    URL_SAFE_NO_PAD.encode(&key.tag(&[kind, form])[..16])
}

fn hash_key(tag: &str, what: &str) -> String {
    format!("signpost:v2:{{{tag}}}:{what}")
}
