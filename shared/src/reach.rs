//! From a host's name to a connection: its addresses, and which of them answers first.
//!
//! The system's resolver waits five seconds for a name server that is silent before it asks the
//! next, for each lookup anew. So a lookup goes on when nobody waits for it any more, and what was
//! found last is used while another one takes its time. An address that swallows packets must not
//! hide the next one until the deadline: each gets a short lead, and the first to connect wins
//! (RFC 8305, "Happy Eyeballs").

use std::{
    collections::HashMap,
    future::Future,
    io,
    net::SocketAddr,
    sync::{Arc, LazyLock},
    time::Duration,
};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared},
    stream::{FuturesUnordered, StreamExt as _},
};
use parking_lot::Mutex;
use tokio::{
    net::lookup_host,
    time::{Instant, sleep, timeout},
};

/// How long a lookup may take before what was found last is used: a name server that is well
/// answers much sooner, and what it says now is better.
const PROMPT: Duration = Duration::from_millis(1500);
/// How long that may be: an address may be another host's by then.
const KEPT: Duration = Duration::from_mins(2);

/// What is said of a lookup that goes on.
pub const UNANSWERED: &str = "the name service does not answer: is a name server away?";

/// What names stand for.
static NAMES: LazyLock<Names> = LazyLock::new(Names::default);

/// The addresses of a host. Waits for so long where none was found lately.
///
/// # Errors
/// The name service's, or that it has not answered.
pub async fn addresses(host: &str, port: u16, patience: Duration) -> io::Result<Vec<SocketAddr>> {
    let (name, asked) = (format!("{host}:{port}"), (host.to_owned(), port));
    NAMES.of(name, patience, async { Ok(lookup_host(asked).await?.collect()) }).await
}

/// What is known of each.
#[derive(Clone, Default)]
struct Names(Arc<Mutex<HashMap<String, Name>>>);

#[derive(Default)]
struct Name {
    /// What was found last, and when that was asked for.
    found: Option<(Instant, Vec<SocketAddr>)>,
    /// The lookup that is under way: one at a time, since each holds a thread.
    asked: Option<Lookup>,
}

type Lookup = Shared<BoxFuture<'static, Result<Vec<SocketAddr>, (io::ErrorKind, String)>>>;

impl Names {
    async fn of(
        &self,
        name: String,
        patience: Duration,
        lookup: impl Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'static,
    ) -> io::Result<Vec<SocketAddr>> {
        let (lookup, known) = {
            let mut names = self.0.lock();
            let Name { found, asked } = names.entry(name.clone()).or_default();
            let lookup = asked.get_or_insert_with(|| self.begin(name, lookup)).clone();
            let known = found.as_ref().filter(|(asked, _)| asked.elapsed() < KEPT);
            (lookup, known.map(|(_, found)| found.clone()))
        };
        let wait = if known.is_some() { patience.min(PROMPT) } else { patience };
        let found = timeout(wait, lookup)
            .await
            .unwrap_or_else(|_| Err((io::ErrorKind::TimedOut, UNANSWERED.to_owned())));
        found.or_else(|(kind, why)| known.ok_or_else(|| io::Error::new(kind, why)))
    }

    fn begin(
        &self,
        name: String,
        lookup: impl Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'static,
    ) -> Lookup {
        let (names, begun) = (self.clone(), Instant::now());
        #[expect(clippy::disallowed_methods, reason = "a shutdown has nothing to wait for here")]
        let lookup = tokio::spawn(async move {
            let found = lookup.await;
            let mut names = names.0.lock();
            let known = names.entry(name).or_default();
            known.asked = None;
            if let Ok(found) = &found {
                known.found = Some((begun, found.clone()));
            }
            found
        });
        let told = |error: io::Error| (error.kind(), error.to_string());
        lookup
            .map(move |found| found.map_err(io::Error::from).flatten().map_err(told))
            .boxed()
            .shared()
    }
}

/// What an address has before the next one is tried beside it (RFC 8305, section 5).
const LEAD: Duration = Duration::from_millis(250);

/// Tries the addresses in this order, and returns the first that connects. With none, or when all
/// fail, the last error.
///
/// # Errors
/// The last of theirs.
pub async fn race<T, F>(
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
pub fn interleaved(
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

    #[tokio::test(start_paused = true)]
    async fn what_was_found_last_stands_in_for_a_slow_name_service() {
        let names = Names::default();
        let of = async |seconds: u64, found: io::Result<&'static str>| {
            let lookup = async move {
                sleep(Duration::from_secs(seconds)).await;
                found.map(|text| vec![address(text)])
            };
            let (begun, patience) = (Instant::now(), Duration::from_secs(3));
            let found = names.of("redis:6379".to_owned(), patience, lookup).await;
            let found = found.map(|found| found[0]).map_err(|error| error.kind());
            (found, begun.elapsed().as_millis())
        };
        assert_eq!(of(5, Ok("192.0.2.1")).await, (Err(io::ErrorKind::TimedOut), 3000));
        let first = Ok(address("192.0.2.1"));
        assert_eq!(of(0, Ok("192.0.2.2")).await, (first, 2000), "one lookup at a time");
        assert_eq!(of(5, Ok("192.0.2.2")).await, (first, 1500), "it went on, and was found");
        sleep(Duration::from_secs(5)).await;
        let away = io::ErrorKind::HostUnreachable;
        let second = Ok(address("192.0.2.2"));
        assert_eq!(of(0, Err(away.into())).await, (second, 0));
        assert_eq!(of(1, Ok("192.0.2.3")).await, (Ok(address("192.0.2.3")), 1000));
        sleep(KEPT).await;
        assert_eq!(of(0, Err(away.into())).await, (Err(away), 0), "somebody else's by now");
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
