//! What the binary is called for: the API, or one of its tools, which read their own
//! settings only.

use std::{env, ffi::OsString, net::SocketAddr};

use clap::{CommandFactory as _, Parser, Subcommand};
use signpost_shared::{
    config::{Asked, ask, names_a_tool, parse, socket},
    manual::Manual,
};

use crate::{
    address_desk, check,
    config::{ADMIN_LISTEN, Config},
    keygen::Keygen,
    status::desk,
};

/// What to do.
#[derive(Debug)]
pub enum Command {
    /// Take requests.
    Serve(Box<Config>),
    /// Look whether requests could be taken.
    Check(Asked<check::Options>),
    /// A tool.
    Tool(Tool),
}

#[derive(Debug, Parser)]
#[command(name = "signpost-api", version)]
struct Tools {
    #[command(subcommand)]
    tool: Tool,
}

/// What the binary can do besides.
#[derive(Debug, Subcommand)]
pub enum Tool {
    /// Asks a running API for its /healthz, whether a send could succeed now; exit status 0 says yes
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
    /// Makes the keys that API and worker need
    Keygen(Keygen),
    /// Writes the manual pages and a commented configuration, for packages
    Manual(Manual),
    /// Shows why an address gets no code, lifts its limits, tells its tag, forgets it
    #[command(subcommand)]
    Address(address_desk::Verb),
    /// Shows what became of a job, or of all mails to an address (`SIGNPOST_STATUS=on`)
    Status(desk::Options),
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

    /// The tools, for theirs.
    pub fn tools() -> clap::Command {
        Tools::command().subcommand(check::Options::command().name("check"))
    }

    fn try_from_arguments(arguments: &[OsString]) -> Result<Self, clap::Error> {
        if arguments.get(1).is_some_and(|first| first == "check") {
            return ask(check::Options::command(), &arguments[2..]).map(Self::Check);
        }
        // Not subcommands of the API's own: a setting of the API that is missing or wrong
        // would be an error there too.
        if arguments.get(1).is_some_and(names_a_tool) {
            parse(Self::tools(), arguments).map(|Tools { tool }| Self::Tool(tool))
        } else {
            parse(Config::command(), arguments).map(|config| Self::Serve(Box::new(config)))
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn no_tool_takes_a_secret_for_a_file() {
        let line = "signpost-api address show --ca-file amqp://u:s3cret@h jane@a.example";
        let arguments: Vec<_> = line.split(' ').map(OsString::from).collect();
        let said = Command::try_from_arguments(&arguments).unwrap_err().to_string();
        assert!(said.contains("SIGNPOST_CA_FILE") && !said.contains("s3cret"), "{said}");
    }

    #[test]
    fn every_tool_is_told_from_a_setting() {
        let parse = |line: &str| {
            Command::try_from_arguments(&line.split(' ').map(OsString::from).collect::<Vec<_>>())
        };
        for tool in Tools::command().get_subcommands() {
            let needed = match tool.get_name() {
                "address" => " show",
                "status" => " --tag 0123456789abcdef",
                _ => "",
            };
            let line = format!("signpost-api {}{needed}", tool.get_name());
            assert!(matches!(parse(&line), Ok(Command::Tool(_))), "{line}");
        }
        assert!(matches!(parse("signpost-api --cooldown 1s"), Ok(Command::Serve(_))));
        let told = |line| parse(line).unwrap_err().to_string();
        assert!(told("signpost-api heal").contains("'health'"), "{}", told("signpost-api heal"));
        assert!(!told("signpost-api amqp://u:s3cret@h").contains("s3cret"));
        Tools::command().debug_assert();
        check::Options::command().debug_assert();
        assert!(matches!(parse("signpost-api check --cooldown 1"), Ok(Command::Check(_))));
    }
}
