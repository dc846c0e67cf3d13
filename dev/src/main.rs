//! `signpost-dev`, behind `cargo dev`: everything in one process, to try and to develop.

use clap::Parser as _;
use signpost_dev::everything::{Options, run};
use signpost_shared::{telemetry::start_logging, tls};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    tls::install_provider();
    start_logging(&options.logging())?;
    run(options).await
}
