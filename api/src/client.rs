//! Which network a request comes from: what its limit is kept for.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::atomic::{AtomicBool, Ordering},
};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use tracing::warn;

/// A text would be parsed with each request.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// `64:ff9b::/96`, before an IPv4 address.
const TRANSLATED: [u16; 6] = [0x64, 0xff9b, 0, 0, 0, 0];
/// Longest chain of proxies that is followed.
const MAX_HOPS: usize = 32;

/// A client's network: one IPv4 address, or an IPv6 /64, the smallest that a site is given.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientNetwork(IpAddr);

impl ClientNetwork {
    /// The network of an address. IPv4-mapped IPv6 (RFC 4291 §2.5.5.2) is IPv4, and so is what a
    /// translator makes of it (RFC 6052 §2.1).
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) if address.segments()[..6] == TRANSLATED => {
                let [.., a, b, c, d] = address.octets();
                Ipv4Addr::new(a, b, c, d).into()
            }
            IpAddr::V6(address) => {
                Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into()
            }
        })
    }

    /// For what is made of it: a key.
    pub fn octets(self) -> [u8; 16] {
        match self.0 {
            IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
            IpAddr::V6(address) => address.octets(),
        }
    }
}

impl fmt::Debug for ClientNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientNetwork(***)")
    }
}

/// The proxies whose `X-Forwarded-For` counts.
#[derive(Debug, Default)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    warned_of_stranger: AtomicBool,
    warned_of_silence: AtomicBool,
    warned_of_outer: AtomicBool,
    warned_of_sharing: AtomicBool,
}

impl TrustedProxies {
    /// Trusts these networks.
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self { networks, ..Self::default() }
    }

    /// The network that a request comes from: the peer's, or, when the peer is a trusted
    /// proxy, that of the first hop from the right that is not one.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientNetwork {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            let is_told = headers.contains_key(FORWARDED_FOR) && is_private(peer);
            if is_told && !self.warned_of_stranger.swap(true, Ordering::Relaxed) {
                warn!(
                    "a peer in a private network sends X-Forwarded-For and is no trusted proxy: \
                     everyone behind it shares one limit; SIGNPOST_TRUSTED_PROXIES names proxies"
                );
            }
            return ClientNetwork::of(peer);
        }
        let mut client = None;
        let chain: Vec<&[u8]> = headers
            .get_all(FORWARDED_FOR)
            .iter()
            .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
            // None at all (RFC 9110, section 5.6.1.2).
            .filter(|hop| !hop.trim_ascii().is_empty())
            .collect();
        for hop in chain.iter().rev().take(MAX_HOPS) {
            // What a trusted proxy did not write is anybody's word, and need be no text: stop
            // before it.
            let Some(address) = str::from_utf8(hop).ok().and_then(parse) else { break };
            client = Some(address);
            if !self.trusts(address) {
                break;
            }
        }
        match client {
            None if !self.warned_of_silence.swap(true, Ordering::Relaxed) => warn!(
                "a trusted proxy sends no address in X-Forwarded-For, or none that can be read: \
                 everyone who comes through it so shares one limit"
            ),
            Some(client)
                if self.trusts(client) && !self.warned_of_outer.swap(true, Ordering::Relaxed) =>
            {
                warn!(
                    "X-Forwarded-For names, as far as it can be read, trusted proxies alone: a client on such a machine, or \
                     an outer proxy that sends none, so that everyone who comes through it shares \
                     one limit"
                );
            }
            _ => {}
        }
        ClientNetwork::of(client.unwrap_or(peer))
    }

    /// A network's share is used up: one in a private network may be a proxy of our own.
    pub fn used_up_by(&self, client: ClientNetwork) {
        if is_private(client.0) && !self.warned_of_sharing.swap(true, Ordering::Relaxed) {
            warn!(
                "a client in a private network has used up its limit: if it is a proxy or a \
                 balancer, everyone behind it shares that one. SIGNPOST_TRUSTED_PROXIES names \
                 proxies, and each of them must send X-Forwarded-For"
            );
        }
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }
}

/// A hop: an address, perhaps with a port, perhaps in brackets.
fn parse(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address = hop.parse::<IpAddr>().ok().or_else(|| {
        let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        bare.and_then(|bare| bare.parse().ok())
    });
    address
        .or_else(|| hop.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()))
        .map(|address| address.to_canonical())
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            address.is_private() || address.is_loopback() || address.is_link_local()
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &[&str], peer: &str, chain: &[&str]) -> String {
        let proxies =
            TrustedProxies::new(trusted.iter().map(|network| network.parse().unwrap()).collect());
        let mut headers = HeaderMap::new();
        for value in chain {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        proxies.client(peer.parse().unwrap(), &headers).0.to_string()
    }

    #[test]
    fn a_network_is_an_ipv4_address_or_an_ipv6_64() {
        for (peer, network) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("64:ff9b::192.0.2.1", "192.0.2.1"),
            ("64:ff9b:1::192.0.2.1", "64:ff9b:1::"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
            ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ] {
            assert_eq!(client(&[], peer, &[]), network);
        }
    }

    #[test]
    fn the_first_hop_from_the_right_that_is_not_trusted_counts() {
        let trusted = ["10.0.0.0/8", "2001:db8:ffff::/48"];
        for (chain, network) in [
            (&["192.0.2.1"][..], "192.0.2.1"),
            (&["203.0.113.9, 192.0.2.1"], "192.0.2.1"),
            (&["203.0.113.9, 192.0.2.1, 10.1.1.1"], "192.0.2.1"),
            (&["203.0.113.9", "192.0.2.1, 10.1.1.1"], "192.0.2.1"),
            (&["192.0.2.1:4711, 10.1.1.1"], "192.0.2.1"),
            (&["[2001:db8::1]:4711"], "2001:db8::"),
            (&["::ffff:192.0.2.1"], "192.0.2.1"),
            (&["10.2.2.2, 10.1.1.1"], "10.2.2.2"),
            // Malformed: what is right of it is all that a proxy vouches for.
            (&["192.0.2.1, unknown, 10.1.1.1"], "10.1.1.1"),
            (&["192.0.2.1,, 10.1.1.1,", ""], "192.0.2.1"),
            (&["garbage"], "10.0.0.1"),
            (&[""], "10.0.0.1"),
            (&[], "10.0.0.1"),
        ] {
            assert_eq!(client(&trusted, "10.0.0.1", chain), network, "{chain:?}");
        }
        assert_eq!(client(&trusted, "::ffff:10.0.0.1", &["192.0.2.1"]), "192.0.2.1");
    }

    #[test]
    fn what_may_be_a_proxy_is_told_when_its_share_is_used_up() {
        for (client, is_told) in [("10.0.0.1", true), ("fd00::1", true), ("192.0.2.1", false)] {
            let proxies = TrustedProxies::default();
            proxies.used_up_by(ClientNetwork::of(client.parse().unwrap()));
            assert_eq!(proxies.warned_of_sharing.load(Ordering::Relaxed), is_told, "{client}");
        }
    }

    #[test]
    fn a_silent_proxy_is_told_from_one_that_names_another() {
        for (chain, silence, outer) in [
            ("", true, false),
            ("garbage", true, false),
            ("10.0.0.1", false, true),
            ("192.0.2.1", false, false),
        ] {
            let proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
            let headers = HeaderMap::from_iter([(FORWARDED_FOR, chain.parse().unwrap())]);
            proxies.client("10.0.0.1".parse().unwrap(), &headers);
            let warned = [&proxies.warned_of_silence, &proxies.warned_of_outer];
            assert_eq!(warned.map(|of| of.load(Ordering::Relaxed)), [silence, outer], "{chain}");
        }
    }

    #[test]
    fn nobody_else_can_say_where_they_come_from() {
        assert_eq!(client(&["10.0.0.0/8"], "203.0.113.9", &["192.0.2.1"]), "203.0.113.9");
        assert_eq!(client(&[], "10.0.0.1", &["192.0.2.1"]), "10.0.0.1");
        let endless = vec!["10.0.0.1"; 5000].join(",");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &[&endless]), "10.0.0.1");
    }
}
