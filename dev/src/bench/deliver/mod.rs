//! `cargo dev bench deliver`: how fast what is queued reaches a relay, and what that costs,
//! beside the least that could do it and beside Postfix's own load generator; and how long the
//! whole way takes, from a request to the relay's 250.

mod bare;
mod queue;
mod sink;
mod whole_way;

use std::{net::SocketAddr, path::Path, path::PathBuf, time::Duration};

use anyhow::{Context as _, ensure};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use tokio::{
    process::Command,
    time::{Instant, sleep, timeout},
};

pub(super) use self::bare::{Options as BareOptions, run as bare};
use self::{queue::JobQueue, sink::Sink, whole_way::Way};
use super::{measure::spent, table::Results};
use crate::rig::{Admin, Process, Proxy, Server, amqp_url, find};

/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(300);
/// What is not measured at the beginning of a round: connecting, and the first of each mail.
const FIRST: u64 = 20;
/// How often it is asked how many were delivered, which costs a worker as much as many mails.
const LOOK: Duration = Duration::from_millis(100);
/// Bytes of the mail that `smtp-source` and the bare worker send, about those of ours.
const MAIL_BYTES: usize = 6100;

/// A queue is emptied into a sink by a release build of the worker, by a bare worker (a mail made
/// beforehand, no rendering, no metrics), and the sink is filled by smtp-source, in turns. Needs
/// rabbitmq-server, redis-server, and Postfix's smtp-sink and smtp-source.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Connections to the relay, with commas between
    #[arg(long, default_value = "1,20,100", value_delimiter = ',', value_name = "NS", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub connections: Vec<u16>,
    /// Rounds for each number of connections
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u8).range(1..))]
    pub rounds: u8,
    /// Mails a round
    #[arg(long, default_value_t = 50_000, value_name = "N", value_parser = clap::value_parser!(u64).range(1000..=10_000_000))]
    pub mails: u64,
    /// How long a relay that is far takes for an answer
    #[arg(long, default_value = "50ms", value_parser = humantime::parse_duration, value_name = "TIME")]
    pub delay: Duration,
    /// Requests a second for the whole way, with commas between; 0 leaves it out
    #[arg(long, default_value = "100,1000,3000", value_delimiter = ',', value_name = "NS")]
    pub rates: Vec<u32>,
    /// Another build of signpost-worker to measure
    #[arg(long, value_name = "FILE")]
    pub worker: Option<PathBuf>,
    /// Another build of signpost-api for the whole way
    #[arg(long, value_name = "FILE")]
    pub api: Option<PathBuf>,
    /// JSON instead of the tables
    #[arg(long)]
    pub json: bool,
}

/// Who empties the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Signpost,
    Bare,
    SmtpSource,
}

impl Who {
    fn name(self) -> &'static str {
        match self {
            Self::Signpost => "signpost",
            Self::Bare => "bare",
            Self::SmtpSource => "smtp-source",
        }
    }
}

/// What is measured of a round: mails a second, microseconds of processor time a mail of who sends
/// and of the broker, and the most memory in use.
const COLUMNS: [(&str, &str); 4] = [
    ("mails/s", "mails_per_second"),
    ("CPU µs", "cpu_us"),
    ("RabbitMQ µs", "rabbitmq_us"),
    ("memory MiB", "memory_mib"),
];
/// What two round trips a mail allow, where the relay is far.
const TWO_TRIPS: &str = "two trips";

/// What empties the queue; ours tells of it on its admin listener.
struct Worker {
    process: Process,
    admin: Option<Admin>,
}

/// All that runs.
struct Stage {
    broker: Server,
    queue: JobQueue,
    sink: Server,
    far: Proxy,
    worker: String,
    folder: tempfile::TempDir,
}

/// Measures, and prints what was measured.
pub(super) async fn run(options: &Options) -> anyhow::Result<()> {
    let bar = ProgressBar::no_length().with_message("RabbitMQ and smtp-sink");
    bar.enable_steady_tick(Duration::from_millis(100));
    let stage = Stage::start(options).await?;
    let contestants = [Who::Signpost, Who::Bare, Who::SmtpSource];
    let turns = options.connections.len() * usize::from(options.rounds) * 2 * contestants.len();
    bar.set_length(turns as u64);
    bar.set_style(ProgressStyle::with_template("{wide_bar} {pos} of {len}  {msg}")?);
    let mut results = Results::new(COLUMNS, &[TWO_TRIPS, "smtp-source"]);
    for far in [false, true] {
        for &connections in &options.connections {
            let place = format!("{} {connections}", if far { "far" } else { "near" });
            if far {
                let rate = two_trips(connections, options.delay);
                results.add(place.clone(), TWO_TRIPS, [rate, f64::NAN, f64::NAN, f64::NAN]);
            }
            for _ in 0..options.rounds {
                for who in contestants {
                    bar.set_message(format!("{place} connections: {}", who.name()));
                    let round = stage.round(who, connections, far, options).await?;
                    bar.inc(1);
                    results.add(place.clone(), who.name(), round);
                }
            }
        }
    }
    bar.finish_and_clear();
    let ways = whole_way::run(options, &stage).await?;
    print(options, &results, &ways);
    Ok(())
}

impl Stage {
    async fn start(options: &Options) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("signpost-bench.").tempdir()?;
        let sink = Server::smtp_sink()?;
        let broker = Server::rabbit(folder.path(), "").await?;
        broker.ready().await?;
        sink.ready().await?;
        let far = Proxy::far_from(sink.address(), options.delay / 2).await;
        let worker = options.worker.as_deref().unwrap_or(Path::new("signpost-worker"));
        Ok(Self {
            queue: JobQueue::open(amqp_url(broker.address())).await?,
            worker: worker.to_string_lossy().into_owned(),
            broker,
            sink,
            far,
            folder,
        })
    }

    async fn round(
        &self,
        who: Who,
        connections: u16,
        far: bool,
        options: &Options,
    ) -> anyhow::Result<[f64; 4]> {
        let relay = if far { self.far.address() } else { self.sink.address() };
        // A far relay is sent what takes a few seconds.
        let mails = if far {
            let most = two_trips(connections, options.delay);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
            let few = (most * 4.0) as u64;
            few.clamp(50, options.mails)
        } else {
            options.mails
        };
        if who == Who::SmtpSource {
            return smtp_source(relay, connections, mails).await;
        }
        self.queue.fill(mails).await?;
        let worker = match who {
            Who::Bare => self.bare(relay, connections, mails)?,
            _ => self.queue.worker(&self.worker, relay, connections)?,
        };
        let process = &worker.process;
        let processes = [process.id(), self.broker.process.id()];
        let measured = async {
            let (mut began, mut ended) = (None, None);
            loop {
                let delivered = match &worker.admin {
                    None => bare::delivered(process),
                    Some(admin) => queue::delivered(admin).await,
                };
                if delivered >= mails {
                    break;
                }
                let now = (delivered, Instant::now(), spent(processes)?);
                if delivered > mails / FIRST {
                    began.get_or_insert(now);
                    ended = Some(now);
                }
                sleep(LOOK).await;
            }
            let ((already, began, before), (delivered, ended, after)) =
                began.zip(ended).context("too few mails to measure")?;
            ensure!(delivered > already, "too few mails to measure");
            #[expect(clippy::cast_precision_loss, reason = "fewer mails than 2^52")]
            let count = (delivered - already) as f64;
            let [own, broker] = [0, 1].map(|index| (after[index] - before[index]) / count);
            let rate = count / (ended - began).as_secs_f64();
            anyhow::Ok([rate, own, broker, most_memory(process.id())?])
        };
        let in_time = timeout(PATIENCE, measured).await;
        in_time.with_context(|| {
            format!("{} did not deliver; its log:\n{}", who.name(), process.log().join("\n"))
        })?
    }

    fn bare(&self, relay: SocketAddr, connections: u16, mails: u64) -> anyhow::Result<Worker> {
        let this = std::env::current_exe()?;
        let (relay, url) = (relay.to_string(), self.queue.url());
        let (connections, mails) = (connections.to_string(), mails.to_string());
        let arguments = ["bench", "bare-worker", &relay, url, &connections, &mails];
        let process = Process::start_with(&this.to_string_lossy(), &arguments, &[]);
        Ok(Worker { process, admin: None })
    }
}

async fn smtp_source(relay: SocketAddr, connections: u16, mails: u64) -> anyhow::Result<[f64; 4]> {
    let began = Instant::now();
    let sent = Command::new(find("smtp-source", &["/usr/sbin/smtp-source"])?)
        .args(["-s", &connections.to_string(), "-m", &mails.to_string()])
        .args(["-l", &MAIL_BYTES.to_string(), "-f", "a@a.example", "-t", "b@b.example"])
        .args(["-d", &relay.to_string()])
        .kill_on_drop(true)
        .status();
    let status = timeout(PATIENCE, sent).await.context("smtp-source takes too long")??;
    ensure!(status.success(), "smtp-source failed");
    #[expect(clippy::cast_precision_loss, reason = "fewer mails than 2^52")]
    let rate = mails as f64 / began.elapsed().as_secs_f64();
    Ok([rate, f64::NAN, f64::NAN, f64::NAN])
}

/// The most memory that a process has had, in MiB.
fn most_memory(id: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kib: f64 = line.split_whitespace().next().context("no number")?.parse()?;
    Ok(kib / 1024.0)
}

fn two_trips(connections: u16, delay: Duration) -> f64 {
    f64::from(connections) / (2.0 * delay.as_secs_f64())
}

#[expect(clippy::print_stdout, reason = "what the person who runs it waits for")]
fn print(options: &Options, results: &Results<4>, ways: &[Way]) {
    if options.json {
        return println!("{:#}", json!({"deliveries": results.json(), "whole_way": ways}));
    }
    results.print("mail; ratios: near, to smtp-source; far, to two round trips a mail");
    if ways.is_empty() {
        return;
    }
    println!("\nThe whole way, from a request to the relay's 250, open loop:");
    println!("requests/s   mails   p50 ms   p99 ms  p99.9 ms");
    for Way { requests_per_second, mails, p50_ms, p99_ms, p999_ms } in ways {
        println!(
            "{requests_per_second:>10}  {mails:>6}  {p50_ms:>7.1}  {p99_ms:>7.1}  {p999_ms:>8.1}"
        );
    }
}
