//! `signpost-worker`: turns queued jobs into delivered mails.

use clap::Parser as _;
use signpost_shared::{config::refuse_unknown_variables, telemetry::start_logging, tls};
use signpost_worker::{config::Config, startup::run};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::parse();
    refuse_unknown_variables()?;
    tls::install_provider();
    start_logging(&config.logging)?;
    run(config).await
}
