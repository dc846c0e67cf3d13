//! The rounds: who takes part takes turns, and each turn is counted and paid for by itself.

use std::{fs, sync::Arc, time::Duration};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::{Instant, sleep};

use super::{
    Options,
    load::{Load, Work},
    stage::{Contestant, Stage},
    table::Results,
};

/// Microseconds in which Linux counts the time of a process, on every machine of today.
const TICK: u32 = 10_000;
/// Connections that ask for the codes which are checked then.
const ASKING: u16 = 64;

/// What is measured of a round: requests a second, and microseconds of processor time a request of
/// who answers, Redis, the broker, and the load.
pub(super) const COLUMNS: [(&str, &str); 5] = [
    ("requests/s", "requests_per_second"),
    ("CPU µs", "cpu_us"),
    ("Redis µs", "redis_us"),
    ("RabbitMQ µs", "rabbitmq_us"),
    ("load µs", "load_us"),
];

/// Measures, for every number of connections, everybody in turn.
pub(super) async fn run(
    options: &Options,
    checks: bool,
    results: &mut Results<5>,
) -> anyhow::Result<()> {
    let bar = ProgressBar::no_length().with_message("Redis, RabbitMQ, the API and the prototype");
    bar.enable_steady_tick(Duration::from_millis(100));
    let stage = Stage::start(options).await?;
    let work = if checks { Work::Check(codes(&stage, options).await?) } else { Work::Send };
    let load = Load::new(work);
    let turns = options.connections.len() * usize::from(options.rounds) * stage.contestants.len();
    bar.set_length(turns as u64);
    bar.set_style(ProgressStyle::with_template("{wide_bar} {pos} of {len}  {msg}")?);
    for connections in &options.connections {
        for _ in 0..options.rounds {
            for who in &stage.contestants {
                bar.set_message(format!("{connections} connections: {}", who.name));
                let round = round(&stage, who, &load, *connections, options).await;
                let round =
                    round.with_context(|| format!("{connections} connections: {}", who.name))?;
                results.add(connections.to_string(), who.name, round);
                bar.inc(1);
            }
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// Asks for codes, and takes them from the queue.
async fn codes(stage: &Stage, options: &Options) -> anyhow::Result<Vec<(String, String)>> {
    let ours = &stage.contestants[0];
    let running = Load::new(Work::Send).start(ours.address, ASKING);
    sleep(options.warm_up + options.length).await;
    stage.codes(running.stop().await?).await
}

async fn round(
    stage: &Stage,
    who: &Contestant,
    load: &Arc<Load>,
    connections: u16,
    options: &Options,
) -> anyhow::Result<[f64; 5]> {
    let (redis, broker) = (&stage.redis.process, &stage.broker.process);
    let processes = [who.process.id(), redis.id(), broker.id(), std::process::id()];
    let running = load.start(who.address, connections);
    sleep(options.warm_up).await;
    let (began, answered, spent) = (Instant::now(), running.answered(), spent(processes)?);
    sleep(options.length).await;
    let (took, until_now) = (began.elapsed(), self::spent(processes)?);
    #[expect(clippy::cast_precision_loss, reason = "a round has fewer requests than 2^52")]
    let requests = (running.answered() - answered) as f64;
    let right = running.stop().await?;
    if matches!(load.work, Work::Send) {
        stage.has_stored(who, right).await?;
        stage.clear(who).await?;
    }
    let [own, redis, broker, load] =
        [0, 1, 2, 3].map(|index: usize| (until_now[index] - spent[index]) / requests);
    Ok([requests / took.as_secs_f64(), own, redis, broker, load])
}

/// The microseconds that these processes have run, all their threads together.
pub(super) fn spent<const N: usize>(processes: [u32; N]) -> anyhow::Result<[f64; N]> {
    let mut spent = [0.0; N];
    for (spent, id) in spent.iter_mut().zip(processes) {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).context("a process has ended")?;
        // The second field is a name in parentheses; utime and stime are the 14th and 15th.
        let rest = stat.rsplit_once(')').context("a name")?.1;
        let ticks = rest.split_whitespace().skip(11).take(2).map(str::parse::<u32>);
        *spent = f64::from(ticks.sum::<Result<u32, _>>()?) * f64::from(TICK);
    }
    Ok(spent)
}
