//! The names under which Redis knows an address: never the address itself.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use signpost_shared::{address::EmailAddress, code::Key};

use super::{Lane, Token};

/// Turns addresses into Redis keys by HMAC under the address key, which does not
/// rotate with the code keys.
#[derive(Clone, Debug)]
pub struct AddressKeys(Arc<Key>);

/// An address's two keys; they share a hash tag, so one script may use both on a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Keys {
    /// Cooldown and counts, for the address as throttled.
    pub(super) address: String,
    /// Challenges, for the address as bound.
    pub(super) challenges: String,
    /// The hash tag of both.
    tag: String,
}

impl Keys {
    /// Where it stands that a request was given up before its answer.
    pub(super) fn void(&self, token: Token) -> String {
        format!("signpost:v1:{{{}}}:void:{}", self.tag, token.0.simple())
    }
}

impl AddressKeys {
    /// Keys under this secret.
    pub fn new(key: Key) -> Self {
        Self(Arc::new(key))
    }

    pub(super) fn of(&self, address: &EmailAddress) -> Keys {
        let throttled = self.name("throttled", &address.throttled());
        let bound = self.name("bound", &address.bound());
        Keys {
            address: format!("signpost:v1:{{{throttled}}}:address"),
            challenges: format!("signpost:v1:{{{throttled}}}:challenges:{bound}"),
            tag: throttled,
        }
    }

    /// The key of a lane's limit: a client network is as much a secret as an address.
    pub(super) fn of_lane(&self, lane: Lane) -> String {
        match lane {
            Lane::Send(network) => {
                format!("signpost:v1:{{{}}}:sends", self.name("network", &network.expose()))
            }
            Lane::Verify(network) => {
                format!("signpost:v1:{{{}}}:checks", self.name("network", &network.expose()))
            }
            Lane::Service => format!("signpost:v1:{{{}}}:service", self.name("service", "")),
        }
    }

    /// 128 bits of the tag: no two names meet.
    fn name(&self, kind: &str, form: &str) -> String {
        URL_SAFE_NO_PAD.encode(&self.0.tag(&[kind, form])[..16])
    }
}
