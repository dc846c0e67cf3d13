//! `signpost-api`: accepts requests for sign-up codes.

use std::process::ExitCode;

use clap::CommandFactory as _;
use signpost_api::{
    check,
    command::{Command, Tool, tools},
    config::Config,
    startup::run,
};
use signpost_shared::{
    config::refuse_unknown_variables, health, lifecycle::run_to_end, telemetry::start_logging, tls,
};

#[cfg(feature = "jemalloc")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() {
    run_to_end(None, start())
}

async fn start() -> anyhow::Result<ExitCode> {
    let command = Command::parse(tools());
    if !matches!(command, Command::Check(_)) {
        refuse_unknown_variables()?;
    }
    match command {
        Command::Check(asked) => {
            tls::install_provider();
            Ok(check::run(asked).await)
        }
        Command::Serve(config) => {
            tls::install_provider();
            let _guard = start_logging(&config.logging)?;
            run(*config).await.map(|()| ExitCode::SUCCESS)
        }
        Command::Tool(Tool::Health { admin_listen }) => Ok(health::report(admin_listen).await?),
        Command::Tool(Tool::Address(verb)) => {
            tls::install_provider();
            verb.run().await.map(|()| ExitCode::SUCCESS)
        }
        Command::Tool(Tool::Status(options)) => {
            tls::install_provider();
            options.run().await
        }
        Command::Tool(Tool::Manual(manual)) => {
            manual.write(Config::command(), &tools())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Tool(Tool::Keygen(keygen)) => keygen.run().map(|()| ExitCode::SUCCESS),
    }
}
