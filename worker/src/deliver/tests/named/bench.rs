//! What the tests of named relays count, and how they retry.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use futures_util::future::join_all;
use metrics::with_local_recorder;
use metrics_exporter_prometheus::PrometheusBuilder;
use signpost_shared::queue::Rung;
use signpost_smtp_server::{Answer, Mailbox, Options, Script, SmtpServer, Step};
use tokio::{sync::Semaphore, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::deliver::{
    Deliverer, Failure, Settings,
    pool::Lifetime,
    tests::support::{envelope, scaled, settings, soon},
};

/// Relays that mind are told nothing but CRLF.
pub(super) const MAIL: &[u8] = b"Subject: hello\n\nHello.\n.\nBye.\r";

/// How many of them each test delivers.
pub(super) const MAILS: usize = 1_000;

/// What the wait queues' seconds are here, and those of relays.
pub(super) const SECOND: Duration = Duration::from_millis(1);

/// How long a line may take on a busy machine; most take less than a tenth of it.
const WITHIN: Duration = Duration::from_secs(15);

/// What some mails took.
#[derive(Debug)]
pub(super) struct Toll {
    /// What its wait queues take for a second.
    second: Duration,
    /// As many as a worker has in hand.
    in_hand: Semaphore,
    /// Those of all its relays.
    mails: Mailbox,
    attempts: AtomicUsize,
    postponed: AtomicUsize,
    unknown: AtomicUsize,
}

/// The same, once they are delivered.
#[derive(Debug)]
pub(super) struct Measured {
    /// Beyond the first of each.
    pub(super) attempts: usize,
    pub(super) postponed: usize,
    /// Mails that a relay may have taken without a word.
    pub(super) unknown: usize,
    pub(super) openings: usize,
}

/// Delivers a mail as `settle` does, by the same ladder.
async fn settle(deliverer: &Deliverer, to: &str, toll: &Toll) {
    let (to, held) = (envelope(to), CancellationToken::new());
    let (mut attempt, mut maybe) = (0, false);
    let mut relays_in_use = deliverer.relays_in_use();
    loop {
        let in_hand = toll.in_hand.acquire().await.unwrap();
        let outcome = deliverer.deliver(&to, MAIL, attempt, &held).await;
        drop(in_hand);
        let rung = match outcome {
            Ok(_) => return,
            Err(Failure::Unavailable) => {
                toll.postponed.fetch_add(1, Ordering::SeqCst);
                toll.wait(Rung::S5).await;
                // A worker takes no jobs until a relay takes mails.
                let _ = relays_in_use.wait_for(|relays| *relays > 0).await;
                continue;
            }
            Err(Failure::Refused) => {
                toll.postponed.fetch_add(1, Ordering::SeqCst);
                toll.wait(Rung::S30).await;
                continue;
            }
            Err(Failure::Temporary(cause)) => {
                toll.attempts.fetch_add(1, Ordering::SeqCst);
                Rung::after(attempt + 1).unwrap_or_else(|| panic!("attempts used up: {cause}"))
            }
            Err(Failure::Unknown(_)) if !maybe => {
                toll.unknown.fetch_add(1, Ordering::SeqCst);
                maybe = true;
                Rung::M2
            }
            Err(other) => panic!("parked: {other:?}"),
        };
        attempt += 1;
        toll.wait(rung).await;
    }
}

impl Toll {
    fn new(second: Duration, connections: u32) -> Self {
        let (mails, attempts, postponed, unknown) = Default::default();
        let in_hand = Semaphore::new(2 * connections as usize);
        Self { second, in_hand, mails, attempts, postponed, unknown }
    }

    /// A relay that behaves so.
    pub(super) async fn relay(
        &self,
        behaviour: impl Fn(&Step<'_>) -> Answer + Send + Sync + 'static,
    ) -> SmtpServer {
        let (script, mails) = (Script::playing(behaviour), self.mails.clone());
        SmtpServer::on_loopback(Options { script, mails, ..Options::default() }).await
    }

    async fn wait(&self, rung: Rung) {
        tokio::time::sleep(self.second.mul_f64(rung.wait().as_secs_f64())).await;
    }
}

/// So many mails to as many domains at once.
pub(super) async fn wave(deliverer: &Deliverer, mails: std::ops::Range<usize>, toll: &Toll) {
    let addresses: Vec<_> = mails.map(|mail| format!("jane@{mail}.example")).collect();
    soon(join_all(addresses.iter().map(|to| settle(deliverer, to, toll)))).await;
}

/// A line of the table.
pub(super) struct Bench {
    pub(super) name: &'static str,
    pub(super) second: Duration,
    pub(super) connections: u32,
    /// Before the relay's host in its URL.
    pub(super) user: &'static str,
}

impl Bench {
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, second: SECOND, connections: 20, user: "" }
    }

    pub(super) fn settings(&self, urls: &[&str]) -> Settings {
        Settings { connections: self.connections, ..settings(urls) }
    }

    /// With the relay alone, and with a good one after it.
    pub(super) fn alone_and_not<S: Fn(&Step<'_>) -> Answer + Send + Sync + 'static>(
        &self,
        script: impl Fn() -> S,
        with: impl Fn(Settings) -> Deliverer,
    ) -> [Measured; 2] {
        let url = |relay: &SmtpServer| format!("smtp://{}{}", self.user, relay.addr);
        let alone = self.measure(self.name, async |toll: &Toll| {
            let relay = toll.relay(script()).await;
            wave(&with(self.settings(&[&url(&relay)])), 0..MAILS, toll).await;
        });
        let name = format!("{}, and a good one", self.name);
        let beside = self.measure(&name, async |toll: &Toll| {
            let relay = toll.relay(script()).await;
            let good = toll.relay(|_| Answer::Normal).await;
            wave(&with(self.settings(&[&url(&relay), &good.url()])), 0..MAILS, toll).await;
        });
        [alone, beside]
    }

    /// Runs a test, prints its line, and checks that each mail was taken once.
    pub(super) fn measure(&self, name: &str, test: impl AsyncFnOnce(&Toll)) -> Measured {
        let recorder = PrometheusBuilder::new().build_recorder();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let toll = Toll::new(self.second, self.connections);
        let took = with_local_recorder(&recorder, || {
            runtime.block_on(async {
                let begun = Instant::now();
                test(&toll).await;
                begun.elapsed()
            })
        });
        let metrics = recorder.handle().render();
        let opened =
            metrics.lines().filter(|line| line.starts_with("signpost_relay_breaker_opened_total{"));
        let measured = Measured {
            attempts: toll.attempts.into_inner(),
            unknown: toll.unknown.into_inner(),
            postponed: toll.postponed.into_inner(),
            openings: opened.map(|line| line.rsplit(' ').next().unwrap()).map(openings).sum(),
        };
        let Measured { attempts, unknown, postponed, openings } = measured;
        let taken = toll.mails.list();
        let mails = taken.iter().map(|mail| &mail.to).collect::<HashSet<_>>().len();
        let duplicates = taken.len() - mails;
        println!(
            "| {name} | {mails} | {attempts} | {unknown} | {postponed} | {openings} \
             | {duplicates} | {:.1} s |",
            took.as_secs_f64()
        );
        assert_eq!((mails, duplicates), (MAILS, 0), "{name}: each mail once");
        assert!(took < WITHIN, "{name} took {took:?}");
        measured
    }
}

fn openings(value: &str) -> usize {
    value.parse().unwrap()
}

pub(super) fn deliverer(settings: Settings) -> Deliverer {
    scaled(settings, Lifetime::default(), SECOND)
}
