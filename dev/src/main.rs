//! `signpost-dev`, behind `cargo dev`: everything in one process, to try and to develop, and
//! the bench that breaks it.

use std::process::ExitCode;

use clap::Parser as _;
use signpost_dev::{
    bench, chaos,
    everything::{Command, Options, run},
    inbox,
};
use signpost_shared::{lifecycle::run_to_end, telemetry::start_logging, tls};

#[cfg(feature = "jemalloc")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() {
    run_to_end(None, start())
}

async fn start() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    tls::install_provider();
    let _guard = start_logging(&options.logging())?;
    match options.command {
        Some(Command::Chaos(options)) => {
            let clean = chaos::run(options).await?;
            Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Some(Command::Bench(command)) => bench::run(command).await.map(|()| ExitCode::SUCCESS),
        Some(Command::Inbox(options)) => {
            inbox::alone::run(options).await.map(|()| ExitCode::SUCCESS)
        }
        None => run(options).await.map(|()| ExitCode::SUCCESS),
    }
}
