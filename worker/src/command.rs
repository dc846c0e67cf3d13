//! What the binary is called for: the worker, or one of its tools. They read their own
//! settings only, so that the desk for dead letters works where no mail could be sent.

use std::{env, ffi::OsString, net::SocketAddr};

use clap::{CommandFactory as _, Parser, Subcommand};
use signpost_shared::{
    config::{Asked, ask, names_a_tool, parse, socket},
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
#[derive(Debug)]
pub enum Command {
    /// Deliver mails.
    Work(Box<Config>),
    /// Look whether mails could be delivered.
    Check(Asked<check::Options>),
    /// Use a tool.
    Tool(Tool),
}

#[derive(Debug, Parser)]
#[command(name = "signpost-worker", version)]
struct Tools {
    #[command(subcommand)]
    tool: Tool,
}

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

impl Command {
    /// From the command line and the environment; ends the process when they are wrong
    /// or ask for help.
    pub fn parse() -> Self {
        Self::try_from_arguments(&env::args_os().collect::<Vec<_>>())
            .unwrap_or_else(|error| error.exit())
    }

    /// What the service itself can be told, for its manual.
    pub fn service() -> clap::Command {
        Config::command()
    }

    /// The tools. A person reads their log, between the lines of a table.
    pub fn tools() -> clap::Command {
        let tools = Tools::command().subcommand(check::Options::command().name("check"));
        tools.mut_subcommand("dead", |dead| {
            let verbs: Vec<_> =
                dead.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
            verbs.into_iter().fold(dead, |dead, verb| {
                dead.mut_subcommand(verb, |verb| {
                    verb.mut_arg("log", |log| log.default_value("warn"))
                        .mut_arg("log_format", |format| format.default_value("pretty"))
                })
            })
        })
    }

    fn try_from_arguments(arguments: &[OsString]) -> Result<Self, clap::Error> {
        if arguments.get(1).is_some_and(|first| first == "check") {
            return ask(check::Options::command(), &arguments[2..]).map(Self::Check);
        }
        // Not subcommands of the worker's own: a setting of the worker that is missing or
        // wrong would be an error there too.
        if arguments.get(1).is_some_and(names_a_tool) {
            parse(Self::tools(), arguments).map(|Tools { tool }| Self::Tool(tool))
        } else {
            parse(Config::command(), arguments).map(|config| Self::Work(Box::new(config)))
        }
    }

    /// How it logs, if it does.
    pub fn logging(&self) -> Option<&LogOptions> {
        match self {
            Self::Work(config) => Some(&config.logging),
            Self::Tool(Tool::Dead(verb)) => Some(verb.logging()),
            Self::Check(_) | Self::Tool(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;

    fn parse(line: &str) -> Result<Command, clap::Error> {
        Command::try_from_arguments(&line.split(' ').map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn the_desk_needs_no_setting_of_the_worker() {
        let desk = parse("signpost-worker dead list --amqp-url amqp://a").unwrap();
        assert!(matches!(&desk, Command::Tool(Tool::Dead(Verb::List(_)))));
        assert_eq!(desk.logging().unwrap().log, "warn");
        let worker = parse("signpost-worker --brand dead").unwrap_err();
        assert_eq!(worker.kind(), ErrorKind::MissingRequiredArgument);
        let mistyped = parse("signpost-worker daed").unwrap_err().to_string();
        assert!(mistyped.contains("'dead'"), "{mistyped}");
        let worker = parse("signpost-worker --mail-from a@b.example").unwrap();
        assert!(matches!(&worker, Command::Work(_)));
        assert_eq!(worker.logging().unwrap().log, "info");
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
        Tools::command().debug_assert();
        check::Options::command().debug_assert();
    }
}
