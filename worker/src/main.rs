//! `signpost-worker`: turns queued jobs into delivered mails; `signpost-worker dead`
//! looks after those that were given up.

use std::process::ExitCode;

use clap::CommandFactory as _;
use signpost_shared::{
    config::refuse_unknown_variables, health, lifecycle::run_to_end, telemetry::start_logging, tls,
};
use signpost_worker::{
    check,
    command::{Command, Tool, logging, tools},
    config::Config,
    dead,
    startup::run,
    templates,
};

#[cfg(feature = "jemalloc")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

// One thread takes some 15,000 mails a second, and waking another costs a seventh of that
// (docs/PERFORMANCE.md). More workers, not more threads.
fn main() {
    run_to_end(Some(1), start())
}

async fn start() -> anyhow::Result<ExitCode> {
    let command = Command::parse(tools());
    if !matches!(command, Command::Check(_)) {
        refuse_unknown_variables()?;
    }
    tls::install_provider();
    let _guard = logging(&command).map(start_logging).transpose()?;
    match command {
        Command::Check(asked) => Ok(check::run(asked).await),
        Command::Serve(config) => run(*config).await.map(|()| ExitCode::SUCCESS),
        Command::Tool(Tool::Dead(verb)) => dead::run(verb).await,
        Command::Tool(Tool::Manual(manual)) => {
            manual.write(Config::command(), &tools())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Tool(Tool::Templates(verb)) => templates::run(verb),
        Command::Tool(Tool::Health { admin_listen }) => Ok(health::report(admin_listen).await?),
    }
}
