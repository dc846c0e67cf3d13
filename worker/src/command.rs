//! What the binary is called for: the worker, or one of its tools. They read their own
//! settings only, so that the desk for dead letters works where no mail could be sent.

use std::net::SocketAddr;

use clap::{CommandFactory as _, Subcommand};
use signpost_shared::{
    config::{Called, socket},
    manual::Manual,
    telemetry::LogOptions,
};

use crate::{
    check,
    config::{ADMIN_LISTEN, Config},
    dead::Verb,
    templates,
};

/// What to do.
pub type Command = Called<Config, check::Options, Tool>;

/// A tool, which reads its own settings only.
#[derive(Debug, Subcommand)]
pub enum Tool {
    /// Lists, shows, replays and deletes dead letters
    #[command(subcommand)]
    Dead(Verb),
    /// Checks, exports and previews templates
    #[command(subcommand)]
    Templates(templates::Verb),
    /// Writes the manual pages and a commented configuration, for packages
    Manual(Manual),
    /// Asks a running worker for its /healthz, whether it could deliver now; exit status 0 says yes
    Health {
        /// Its admin listener
        #[arg(
            long,
            env = "SIGNPOST_ADMIN_LISTEN",
            default_value = ADMIN_LISTEN,
            value_parser = socket,
            value_name = "ADDR"
        )]
        admin_listen: SocketAddr,
    },
}

/// The tools.
pub fn tools() -> clap::Command {
    let tools = clap::Command::new("signpost-worker").version(env!("CARGO_PKG_VERSION"));
    let tools = Tool::augment_subcommands(tools.subcommand_required(true));
    tools.subcommand(check::Options::command().name("check"))
}

/// How it logs, if it does.
pub fn logging(command: &Command) -> Option<&LogOptions> {
    match command {
        Command::Serve(config) => Some(&config.logging),
        Command::Tool(Tool::Dead(verb)) => Some(verb.logging()),
        Command::Check(_) | Command::Tool(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::error::ErrorKind;

    use super::*;

    fn parse(line: &str) -> Result<Command, clap::Error> {
        Command::try_parse(tools(), &line.split(' ').map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn the_desk_needs_no_setting_of_the_worker() {
        let desk = parse("signpost-worker dead list --amqp-url amqp://a").unwrap();
        assert!(matches!(&desk, Command::Tool(Tool::Dead(Verb::List(_)))));
        assert_eq!(logging(&desk).unwrap().log, "warn");
        let worker = parse("signpost-worker --brand dead").unwrap_err();
        assert_eq!(worker.kind(), ErrorKind::MissingRequiredArgument);
        let mistyped = parse("signpost-worker daed").unwrap_err().to_string();
        assert!(mistyped.contains("'dead'"), "{mistyped}");
        let worker = parse("signpost-worker --mail-from a@b.example").unwrap();
        assert!(matches!(&worker, Command::Serve(_)));
        assert_eq!(logging(&worker).unwrap().log, "info");
        let health = parse("signpost-worker health").unwrap();
        assert!(
            matches!(health, Command::Tool(Tool::Health { admin_listen }) if admin_listen.port() == 9091)
        );
    }

    #[test]
    fn what_is_replayed_or_purged_is_always_said() {
        for line in ["replay", "purge", "show", "purge --all --reason 550", "replay jane@a.example"]
        {
            assert!(parse(&format!("signpost-worker dead {line}")).is_err(), "{line}");
        }
        let id = "01900000-0000-7000-8000-000000000001";
        for line in ["replay --all", &format!("replay {id} {id}"), "purge --reason 550 --yes"] {
            assert!(parse(&format!("signpost-worker dead {line}")).is_ok(), "{line}");
        }
        tools().debug_assert();
        check::Options::command().debug_assert();
    }
}
