//! `cargo dev bench`: how much the API does and what it costs, beside the least that could do
//! the same work. Everything is on this machine, so ratios tell more than numbers do.

mod deliver;
mod load;
mod measure;
mod peer;
mod prototype;
mod stage;
mod table;

use std::{os::unix::process::CommandExt as _, path::PathBuf, time::Duration};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use self::{stage::PROTOTYPE, table::Results};
use crate::rig::{build, unless_interrupted};

/// Descriptors that are enough; Erlang walks through every one that is allowed at its start.
const DESCRIPTORS: u64 = 65536;

/// What is measured.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Requests for a code: one script in Redis and one confirmed publish each
    Accept(Options),
    /// Checks of a code, one in twenty of them wrong
    Verify(Options),
    /// Mails from the queue to a relay, and the whole way
    Deliver(deliver::Options),
    /// What the API is held against
    #[command(hide = true)]
    Prototype(prototype::Options),
    /// What the worker is held against
    #[command(hide = true)]
    BareWorker(deliver::BareOptions),
}

/// Release builds of the API and of a prototype take turns under the same load. Needs
/// redis-server and rabbitmq-server, which are started for this and are gone afterwards.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Connections at a time, with commas between
    #[arg(long, default_value = "16,64,256,1024", value_delimiter = ',', value_name = "NS", value_parser = clap::value_parser!(u16).range(1..=8192))]
    pub connections: Vec<u16>,
    /// Rounds for each number of connections
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u8).range(1..))]
    pub rounds: u8,
    /// How long a round is measured
    #[arg(long, default_value = "3s", value_parser = humantime::parse_duration, value_name = "TIME")]
    pub length: Duration,
    /// How long it runs before that
    #[arg(long, default_value = "1s", value_parser = humantime::parse_duration, value_name = "TIME")]
    pub warm_up: Duration,
    /// Another build of signpost-api to measure
    #[arg(long, value_name = "FILE")]
    pub binary: Option<PathBuf>,
    /// Measure a Node service too, of Fastify, ioredis and amqplib; needs node and npm
    #[arg(long)]
    pub peer: bool,
    /// JSON instead of the table
    #[arg(long)]
    pub json: bool,
}

/// Runs what was asked for.
#[expect(clippy::print_stdout, reason = "what the person who runs it waits for")]
pub async fn run(command: Command) -> anyhow::Result<()> {
    let (options, checks) = match command {
        Command::Prototype(options) => return prototype::run(options).await,
        Command::BareWorker(options) => return deliver::bare(options).await,
        _ if cfg!(debug_assertions) || !cfg!(feature = "jemalloc") => return released().await,
        Command::Deliver(options) => {
            raise_descriptors()?;
            return unless_interrupted(Box::pin(deliver::run(&options))).await;
        }
        Command::Accept(options) => (options, false),
        Command::Verify(options) => (options, true),
    };
    raise_descriptors()?;
    let mut results = Results::new(measure::COLUMNS, &[PROTOTYPE]);
    let ended = unless_interrupted(measure::run(&options, checks, &mut results)).await;
    // What was measured before something went wrong is worth having.
    if options.json {
        println!("{:#}", results.json());
    } else {
        results.print("request, and ratios are to the prototype");
    }
    ended
}

/// Builds the API and this program as they are released, and becomes the latter.
async fn released() -> anyhow::Result<()> {
    let packages =
        "--release --package signpost-api --package signpost-worker --package signpost-dev";
    let features = "--features signpost-dev/jemalloc";
    build(&packages.split(' ').chain(features.split(' ')).collect::<Vec<_>>()).await?;
    let this = std::env::current_exe()?;
    let target = this.ancestors().nth(2).context("run it as `cargo dev bench`")?;
    let program = target.join("release").join("signpost-dev");
    // Cargo alone builds it anew with what it lacks.
    anyhow::ensure!(this != program, "run it as `cargo dev bench`");
    let error = std::process::Command::new(&program).args(std::env::args_os().skip(1)).exec();
    Err(error).with_context(|| format!("{}: run it as `cargo dev bench`", program.display()))
}

/// Each connection is a descriptor here and one in the server.
fn raise_descriptors() -> std::io::Result<()> {
    let hard = getrlimit(Resource::Nofile).maximum;
    let soft = Some(hard.map_or(DESCRIPTORS, |hard| hard.min(DESCRIPTORS)));
    Ok(setrlimit(Resource::Nofile, Rlimit { current: soft, maximum: hard })?)
}
