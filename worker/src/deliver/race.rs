//! Deliver: which of a relay's addresses answers first (RFC 8305, "Happy Eyeballs").
//!
//! An address that swallows packets must not hide the next one until the deadline: each gets a
//! short lead, and the first to connect wins.

use std::{future::Future, io, net::SocketAddr, time::Duration};

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::time::sleep;

/// What an address has before the next one is tried beside it (RFC 8305, section 5).
const LEAD: Duration = Duration::from_millis(250);

/// Tries the addresses in this order, and returns the first that connects. With none, or when all
/// fail, the last error.
pub(super) async fn race<T, F>(
    addresses: impl IntoIterator<Item = SocketAddr>,
    connect: impl Fn(SocketAddr) -> F,
) -> io::Result<T>
where
    F: Future<Output = io::Result<T>>,
{
    let mut waiting = addresses.into_iter();
    let mut running = FuturesUnordered::new();
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "no address");
    loop {
        let started = waiting.next().map(|address| running.push(connect(address))).is_some();
        tokio::select! {
            Some(result) = running.next() => match result {
                Ok(connected) => return Ok(connected),
                Err(error) => failed = error,
            },
            () = sleep(LEAD), if started => {}
            else => return Err(failed),
        }
    }
}

/// Alternates between the families, beginning with the one that the system prefers (RFC 8305,
/// section 4); then begins so many places later.
pub(super) fn interleaved(
    addresses: impl IntoIterator<Item = SocketAddr>,
    turn: usize,
) -> Vec<SocketAddr> {
    let mut addresses: Vec<_> = addresses.into_iter().collect();
    let preferred = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let mut met = [0; 2];
    addresses.sort_by_cached_key(|address| {
        let family = usize::from(address.is_ipv6() != preferred);
        met[family] += 1;
        (met[family], family)
    });
    let turn = turn % addresses.len().max(1);
    addresses.rotate_left(turn);
    addresses
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::time::Instant;

    use super::*;

    fn address(text: &str) -> SocketAddr {
        format!("{text}:25").parse().unwrap()
    }

    const SILENT: [&str; 2] = ["[2001:db8::1]", "192.0.2.9"];

    /// Refuses at `192.0.2.8`, connects elsewhere, or swallows packets.
    async fn connect(to: SocketAddr) -> io::Result<SocketAddr> {
        match to {
            to if SILENT.map(address).contains(&to) => pending().await,
            to if to == address("192.0.2.8") => Err(io::ErrorKind::ConnectionRefused.into()),
            to => Ok(to),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_black_hole_costs_a_quarter_of_a_second() {
        for (addresses, winner, wait) in [
            (&["192.0.2.1", "192.0.2.9"][..], Some("192.0.2.1"), 0),
            (&["[2001:db8::1]", "192.0.2.1"], Some("192.0.2.1"), 250),
            (&["[2001:db8::1]", "192.0.2.9", "192.0.2.1"], Some("192.0.2.1"), 500),
            (&["192.0.2.8", "192.0.2.1"], Some("192.0.2.1"), 0),
            (&["[2001:db8::1]", "192.0.2.8", "192.0.2.1"], Some("192.0.2.1"), 250),
            (&["192.0.2.8"], None, 0),
            (&[], None, 0),
        ] {
            let begun = Instant::now();
            let result = race(addresses.iter().map(|text| address(text)), connect).await;
            assert_eq!(result.ok(), winner.map(address), "{addresses:?}");
            assert_eq!(begun.elapsed(), Duration::from_millis(wait), "{addresses:?}");
        }
    }

    #[test]
    fn families_take_turns() {
        let texts = ["[2001:db8::1]", "[2001:db8::2]", "[2001:db8::3]", "192.0.2.1"];
        let expected = ["[2001:db8::1]", "192.0.2.1", "[2001:db8::2]", "[2001:db8::3]"];
        assert_eq!(interleaved(texts.map(address), 0), expected.map(address));
        let expected = ["192.0.2.1", "[2001:db8::2]", "[2001:db8::3]", "[2001:db8::1]"];
        assert_eq!(interleaved(texts.map(address), 5), expected.map(address));
        assert_eq!(interleaved([], 1), []);
    }
}
