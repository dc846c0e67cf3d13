//! `signpost-api`: accepts requests for sign-up codes.

use clap::Parser as _;
use signpost_api::{config::Config, startup::run};
use signpost_shared::{config::refuse_unknown_variables, telemetry::start_logging, tls};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::parse();
    refuse_unknown_variables()?;
    tls::install_provider();
    start_logging(&config.logging)?;
    run(config).await
}
