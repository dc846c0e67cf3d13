//! `signpost-api`: accepts requests for sign-up codes.

use std::process::ExitCode;

use signpost_api::{
    command::{Command, Tool},
    startup::run,
};
use signpost_shared::{
    config::refuse_unknown_variables, health, lifecycle::end, telemetry::start_logging, tls,
};

#[cfg(feature = "jemalloc")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[tokio::main]
async fn main() {
    end(start().await)
}

async fn start() -> anyhow::Result<ExitCode> {
    let command = Command::parse();
    refuse_unknown_variables()?;
    match command {
        Command::Serve(config) => {
            tls::install_provider();
            start_logging(&config.logging)?;
            run(*config).await.map(|()| ExitCode::SUCCESS)
        }
        Command::Tool(Tool::Health { admin_listen }) => Ok(health::report(admin_listen).await?),
        Command::Tool(Tool::Address(verb)) => {
            tls::install_provider();
            verb.run().await.map(|()| ExitCode::SUCCESS)
        }
        Command::Tool(Tool::Manual(manual)) => {
            manual.write(Command::service(), &Command::tools())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Tool(Tool::Keygen(keygen)) => keygen.run().map(|()| ExitCode::SUCCESS),
    }
}
