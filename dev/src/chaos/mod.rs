//! `cargo dev chaos`: real processes under a steady load while parts of them are killed,
//! paused and cut off, and then an account of every request that was accepted.
//!
//! What must hold: an accepted request's mail reached the relay, or its job is parked with
//! a reason, or its code has expired and a counter says so.

mod ledger;
mod load;
mod named;
mod relay;
mod report;
mod schedule;
mod stage;

use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use rand::{SeedableRng as _, rngs::StdRng};
use tokio::time::Instant;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::named::Named;
use self::{ledger::Ledger, load::Load, relay::Relay, report::report, stage::Stage};
use crate::rig::{build, unless_interrupted};

/// Kills, pauses and cuts off parts of a private Signpost under load, then accounts for
/// every accepted request. Needs redis-server and rabbitmq-server, and ends with 1 if
/// anything is lost.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// How long faults and load last; settling comes on top
    #[arg(long, default_value = "60s", value_parser = humantime::parse_duration, value_name = "TIME")]
    pub length: Duration,
    /// Requests a second
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=2000))]
    pub rate: u32,
    /// Makes the same schedule of faults again; random if not given, and printed
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How many workers
    #[arg(long, default_value_t = 2, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=8))]
    pub workers: u8,
    /// Plays one relay of docs/RELAYS.md all the time; if not given, the relay is each of them, and
    /// fails in other ways, by turns
    #[arg(long, value_enum, value_name = "NAME")]
    pub relay: Option<Named>,
    /// How long the end may take until everything has settled
    #[arg(long, default_value = "10m", value_parser = humantime::parse_duration, value_name = "TIME")]
    pub settle: Duration,
}

/// Runs the bench, and says whether every accepted request is accounted for.
pub async fn run(options: Options) -> anyhow::Result<bool> {
    unless_interrupted(run_to_the_end(options)).await
}

#[expect(clippy::print_stdout, reason = "what the person who runs it waits for")]
async fn run_to_the_end(options: Options) -> anyhow::Result<bool> {
    let seed = options.seed.unwrap_or_else(rand::random);
    println!("seed {seed}; starting Redis, RabbitMQ, the API and {} workers", options.workers);
    let release = if cfg!(debug_assertions) { &[][..] } else { &["--release"] };
    let both = ["--quiet", "--package", "signpost-api", "--package", "signpost-worker"];
    build(&[&both, release].concat()).await?;
    let ledger = Ledger::default();
    let relay = Relay::start(&ledger, options.relay).await;
    let mut stage = Stage::start(&relay, options.workers).await.context("the stage")?;
    let load = Load::new(&stage, &ledger, options.rate, seed);
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    tasks.spawn(load.clone().run(stop.clone()));
    tasks.spawn(relay::misbehave(relay.clone(), StdRng::seed_from_u64(!seed), stop.clone()));
    let began = Instant::now();
    let mut schedule = schedule::Schedule::new(StdRng::seed_from_u64(seed));
    let mut faults = Vec::new();
    while began.elapsed() < options.length {
        let fault = schedule.next(options.workers);
        stage.suffer(fault, &ledger).await?;
        faults.push(fault);
        progress(began, &options, &ledger, &fault.to_string());
        tokio::time::sleep(schedule.pause()).await;
        stage.watch(&ledger).await;
    }
    stop.cancel();
    relay.behave();
    // Every fault has passed by itself: all is whole again soon.
    stage.ready().await?;
    tasks.close();
    let settled = Instant::now() + options.settle;
    while Instant::now() < settled && !(tasks.is_empty() && ledger.entries().missing() == 0) {
        tokio::time::sleep(Duration::from_secs(1)).await;
        stage.empty_parking_lot(&ledger).await?;
        stage.watch(&ledger).await;
        progress(began, &options, &ledger, "settling");
    }
    // A mail that is sent twice is sent soon after: let the last ones come in.
    tokio::time::sleep(Duration::from_secs(2)).await;
    stage.empty_parking_lot(&ledger).await?;
    let (report, is_clean) = report(&ledger.entries(), &faults, &relay, seed, began.elapsed());
    println!("\n\n{report}");
    Ok(is_clean)
}

#[expect(clippy::print_stdout, reason = "a progress line")]
fn progress(began: Instant, options: &Options, ledger: &Ledger, now: &str) {
    use std::io::Write as _;
    let entries = ledger.entries();
    print!(
        "\r\x1b[2K{:>4} of {} s  {} accepted  {} to come  {now}",
        began.elapsed().as_secs(),
        options.length.as_secs(),
        entries.accepted.len(),
        entries.missing(),
    );
    // A terminal that is gone is no reason to stop.
    let _ = std::io::stdout().flush();
}
