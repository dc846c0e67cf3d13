//! What the binary is called for: the API, or one of its tools, which read their own
//! settings only.

use std::net::SocketAddr;

use clap::{CommandFactory as _, Subcommand};
use signpost_shared::{
    config::{Called, socket},
    manual::Manual,
};

use crate::{
    address_desk, check,
    config::{ADMIN_LISTEN, Config},
    keygen::Keygen,
    status::desk,
};

/// What to do.
pub type Command = Called<Config, check::Options, Tool>;

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

/// The tools, for the command line and their manual.
pub fn tools() -> clap::Command {
    let tools = clap::Command::new("signpost-api").version(env!("CARGO_PKG_VERSION"));
    let tools = Tool::augment_subcommands(tools.subcommand_required(true));
    tools.subcommand(check::Options::command().name("check"))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn no_tool_takes_a_secret_for_a_file() {
        let line = "signpost-api address show --ca-file amqp://u:s3cret@h jane@a.example";
        let arguments: Vec<_> = line.split(' ').map(OsString::from).collect();
        let said = Command::try_parse(tools(), &arguments).unwrap_err().to_string();
        assert!(said.contains("SIGNPOST_CA_FILE") && !said.contains("s3cret"), "{said}");
    }

    #[test]
    fn every_tool_is_told_from_a_setting() {
        let parse = |line: &str| {
            Command::try_parse(tools(), &line.split(' ').map(OsString::from).collect::<Vec<_>>())
        };
        for tool in tools().get_subcommands().filter(|tool| tool.get_name() != "check") {
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
        tools().debug_assert();
        check::Options::command().debug_assert();
        assert!(matches!(parse("signpost-api check --cooldown 1"), Ok(Command::Check(_))));
    }
}
