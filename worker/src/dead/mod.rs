//! The desk for dead letters: `signpost-worker dead list|show|replay|purge`.
//!
//! It holds letters unacknowledged while it looks at them, and acknowledges one only
//! when it is stored elsewhere or was to be deleted: whatever ends the desk, the
//! broker gives the rest back.

use std::{io, process::ExitCode};

use clap::{Args, Subcommand};
use signpost_shared::{
    config::ConfigError,
    queue::rabbit::{Broker, BrokerOptions},
    reload::Files,
    telemetry::LogOptions,
};

mod desk;
mod interrupt;
pub(crate) mod letter;
mod list;
mod progress;
mod purge;
mod replay;
mod selection;
mod show;
mod wording;

const DESK: &str = "\
A job is parked in the queue mail.v1.dead when its mail is refused for good, when all
attempts have failed, or when it can't be read. It stays there for a week.

Letters are held while a command looks at them and go back when it ends, however it
ends. Meanwhile a second desk does not see them; workers are not disturbed. Ctrl-C loses
nothing, at any time. Addresses are masked.

Examples:
  signpost-worker dead list                 what is there, and why
  signpost-worker dead list --reason 550    only those whose reason has 550 in it
  signpost-worker dead show ID              all that is known of one
  signpost-worker dead replay ID            send this mail after all
  signpost-worker dead replay --all         the relay is well again: send all
  signpost-worker dead purge --reason 'rcpt 550'

Exit status: 0 all was done; 1 something was not, and the last lines say what; 2 wrong usage.";

/// What to do with dead letters.
#[derive(Debug, Subcommand)]
#[command(after_help = DESK)]
pub enum Verb {
    /// Lists them: reason, age, attempts, masked address
    List(list::Options),
    /// Shows all that is known of one, headers included
    Show(show::Options),
    /// Puts them back into the queue that workers send from
    Replay(replay::Options),
    /// Deletes them for good
    Purge(purge::Options),
}

/// What every verb needs. A person reads its log, between the lines of a table.
#[derive(Debug, Args)]
#[command(
    mut_arg("log", |log| log.default_value("warn")),
    mut_arg("log_format", |format| format.default_value("pretty"))
)]
pub struct DeskOptions {
    #[command(flatten)]
    broker: BrokerOptions,
    #[command(flatten)]
    logging: LogOptions,
}

impl DeskOptions {
    /// The broker; a desk is not open for long enough to read files again.
    fn broker(&self) -> Result<Broker, ConfigError> {
        self.broker.broker(&mut Files::default())
    }
}

impl Verb {
    /// How it logs.
    pub fn logging(&self) -> &LogOptions {
        let desk = match self {
            Self::List(options) => &options.desk,
            Self::Show(options) => &options.desk,
            Self::Replay(options) => &options.desk,
            Self::Purge(options) => &options.desk,
        };
        &desk.logging
    }
}

/// Does it. The status tells whether all that was asked for was done.
///
/// # Errors
/// When the broker can't be used, or a setting can't.
pub async fn run(verb: Verb) -> anyhow::Result<ExitCode> {
    let all_done = match verb {
        Verb::List(options) => list::run(&options).await,
        Verb::Show(options) => show::run(&options).await,
        Verb::Replay(options) => replay::run(&options).await,
        Verb::Purge(options) => purge::run(&options).await,
    };
    match all_done {
        Ok(true) => Ok(ExitCode::SUCCESS),
        Ok(false) => Ok(ExitCode::FAILURE),
        // `… | head` has read enough.
        Err(error) if is_broken_pipe(&error) => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref::<io::Error>();
    cause.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
