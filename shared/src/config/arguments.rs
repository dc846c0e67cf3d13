//! Command line and environment, read by clap. Its errors name the flag and repeat the
//! value; ours name the variable too, and no value that may hold a password.

use std::{env, ffi::OsString};

use clap::{
    Arg, Command, FromArgMatches, Id, Parser, Subcommand,
    builder::{Resettable, ValueParser},
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{VARIABLES, refuse_unknown_variables, secrets::may_be_secret};

/// Reads settings. A variable that is set to nothing counts as absent.
///
/// # Errors
/// What is wrong, or the help that was asked for.
pub fn parse<T: FromArgMatches>(
    command: Command,
    arguments: &[OsString],
) -> Result<T, clap::Error> {
    let read = |command: Command| T::from_arg_matches(&command.try_get_matches_from(arguments)?);
    read(without_empty(command.clone())).or_else(|error| match error.kind() {
        // Help names every variable.
        ErrorKind::DisplayHelp => read(command),
        _ => Err(reworded(error)),
    })
}

/// What a binary is called for: to serve, to look whether it could, or as a tool, each of which
/// reads its own settings only. One that is missing or wrong is no error of the others.
#[derive(Debug)]
pub enum Called<S, C, T> {
    /// The service.
    Serve(Box<S>),
    /// Its check.
    Check(Asked<C>),
    /// A tool.
    Tool(T),
}

impl<S: Parser, C: Parser, T: Subcommand> Called<S, C, T> {
    /// From the command line and the environment; ends the process when they are wrong or ask for
    /// help.
    pub fn parse(tools: Command) -> Self {
        let line: Vec<_> = env::args_os().collect();
        Self::try_parse(tools, &line).unwrap_or_else(|error| error.exit())
    }

    /// From a command line.
    ///
    /// # Errors
    /// What is wrong, or the help that was asked for.
    pub fn try_parse(tools: Command, line: &[OsString]) -> Result<Self, clap::Error> {
        match line.get(1) {
            Some(first) if first == "check" => ask(C::command(), &line[2..]).map(Self::Check),
            // Known or mistyped: a service takes flags alone.
            Some(first) if !first.as_encoded_bytes().starts_with(b"-") => {
                parse(tools, line).map(Self::Tool)
            }
            _ => parse(S::command(), line).map(|config| Self::Serve(Box::new(config))),
        }
    }
}

/// What a check of the settings themselves was asked.
#[derive(Debug)]
pub struct Asked<T> {
    /// What is wrong with them, a sentence each.
    pub wrong: Vec<String>,
    /// The settings, if they can be used.
    pub settings: Option<Box<T>>,
    /// Whether `--json` was said, which must be known though the settings are wrong.
    pub json: bool,
}

/// Reads settings whose mistakes are to be reported, all of them. The arguments begin with the
/// first flag.
///
/// # Errors
/// Wrong usage, or the help that was asked for.
pub fn ask<T: FromArgMatches>(
    command: Command,
    arguments: &[OsString],
) -> Result<Asked<T>, clap::Error> {
    let mut command = without_empty(command.no_binary_name(true));
    let (mut wrong, mut left_out) = (Vec::new(), Vec::new());
    let settings = loop {
        let error = match command.clone().try_get_matches_from(arguments) {
            Ok(matches) if wrong.is_empty() => break Some(T::from_arg_matches(&matches)?),
            // What can't be used has no type any more.
            Ok(_) => break None,
            Err(error) => error,
        };
        let mistaken = settings_in(&error, &command);
        if mistaken.is_empty() {
            // Help names every variable.
            let help = error.kind() == ErrorKind::DisplayHelp;
            return Err(if help { error } else { reworded(error) });
        }
        wrong.push(sentence(&reworded(error)));
        if mistaken.iter().any(|id| left_out.contains(id)) {
            break None;
        }
        for id in mistaken {
            left_out.push(id.clone());
            command = command.mut_arg(id, |arg| {
                let anything = arg.required(false).value_parser(ValueParser::os_string());
                anything.env(Resettable::Reset).conflicts_with(Resettable::Reset)
            });
        }
    };
    wrong.extend(refuse_unknown_variables().err().map(|error| error.to_string()));
    let json = arguments.iter().any(|argument| argument == "--json");
    Ok(Asked { wrong, settings: settings.map(Box::new), json })
}

/// The settings that an error is about and that can still be left out.
fn settings_in(error: &clap::Error, command: &Command) -> Vec<Id> {
    let is_name = |kind| matches!(kind, ContextKind::InvalidArg | ContextKind::PriorArg);
    let named = error.context().filter(|(kind, _)| is_name(*kind));
    let named: Vec<_> = named
        .flat_map(|(_, value)| match value {
            ContextValue::String(flag) => vec![flag.clone()],
            ContextValue::Strings(flags) => flags.clone(),
            _ => Vec::new(),
        })
        .collect();
    let is_meant = |arg: &&Arg| {
        let flag = format!("--{}", arg.get_long().unwrap_or_default());
        let is_setting = with_variable(flag.clone()) != flag;
        is_setting && named.iter().any(|named| named.split(' ').next() == Some(&flag))
    };
    command.get_arguments().filter(is_meant).map(|arg| arg.get_id().clone()).collect()
}

/// What an error says before it shows how it is used.
fn sentence(error: &clap::Error) -> String {
    let text = error.to_string();
    let said = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<_> = said.strip_prefix("error: ").unwrap_or(said).split_whitespace().collect();
    words.join(" ")
}

fn without_empty(command: Command) -> Command {
    let read = |arg: Arg| {
        let is_empty = arg.get_env().and_then(env::var_os).is_some_and(|value| value.is_empty());
        if is_empty { arg.env(Resettable::Reset) } else { arg }
    };
    command.mut_args(read).mut_subcommands(without_empty)
}

fn reworded(mut error: clap::Error) -> clap::Error {
    if error.kind() == ErrorKind::InvalidUtf8 {
        // It names nothing; an argument that is none is seen where it was typed.
        let is_not = |name: &&str| env::var_os(name).is_some_and(|value| value.to_str().is_none());
        let names: Vec<_> = VARIABLES.iter().copied().filter(is_not).collect();
        if !names.is_empty() {
            let said = format!("not UTF-8: {}\n", names.join(", "));
            return clap::Error::raw(ErrorKind::InvalidUtf8, said);
        }
    }
    let context: Vec<_> = error.context().map(|(kind, value)| (kind, value.clone())).collect();
    for (kind, value) in context {
        let word = |text: String| match kind {
            _ if may_be_secret(&text) => "(not shown)".to_owned(),
            ContextKind::InvalidArg | ContextKind::PriorArg => with_variable(text),
            _ => text,
        };
        let value = match value {
            ContextValue::String(text) => ContextValue::String(word(text)),
            ContextValue::Strings(texts) => {
                ContextValue::Strings(texts.into_iter().map(word).collect())
            }
            // "To pass '…' as a value, use '-- …'".
            ContextValue::StyledStrs(tips)
                if tips.iter().any(|tip| may_be_secret(&tip.to_string())) =>
            {
                ContextValue::None
            }
            other => other,
        };
        error.insert(kind, value);
    }
    error
}

/// `--mail-from <ADDRESS>` as `SIGNPOST_MAIL_FROM (--mail-from <ADDRESS>)`.
fn with_variable(flag: String) -> String {
    let name = flag.split(' ').next().and_then(|long| long.strip_prefix("--")).unwrap_or_default();
    let variable = format!("SIGNPOST_{}", name.to_uppercase().replace('-', "_"));
    if VARIABLES.contains(&&*variable) { format!("{variable} ({flag})") } else { flag }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use secrecy::SecretString;

    use super::*;
    use crate::{config::duration, queue::rabbit::BrokerOptions, telemetry::LogOptions};

    #[derive(Debug, Parser)]
    struct Settings {
        #[command(flatten)]
        _broker: BrokerOptions,
        #[command(flatten)]
        _logging: LogOptions,
        #[arg(long, value_parser = duration, default_value = "1s")]
        _grace: std::time::Duration,
        #[arg(long)]
        _mail_from: SecretString,
    }

    fn said(line: &str) -> String {
        let arguments: Vec<_> = line.split(' ').map(OsString::from).collect();
        match parse::<Settings>(Settings::command(), &arguments) {
            Ok(settings) => format!("{settings:?}"),
            Err(error) => format!("{error}\n{error:?}"),
        }
    }

    #[test]
    fn errors_name_the_variable_and_what_is_expected() {
        for (line, expected) in [
            ("x", "SIGNPOST_MAIL_FROM (--mail-from <MAIL_FROM>)"),
            ("x --grace 9", "'9' for 'SIGNPOST_GRACE (--grace <GRACE>)': time unit needed"),
            ("x --log verbose", "'verbose' for 'SIGNPOST_LOG (--log <FILTER>)': expected off, err"),
            ("x --log-format xml", "'xml' for 'SIGNPOST_LOG_FORMAT (--log-format <LOG_FORMAT>)'"),
            ("x --nonsense", "unexpected argument '--nonsense'"),
            (
                "x --amqp-url a --amqp-url-file b",
                "'SIGNPOST_AMQP_URL (--amqp-url <URL>)' cannot be used with 'SIGNPOST_AMQP_URL_FILE",
            ),
        ] {
            assert!(said(line).contains(expected), "{line}: {}", said(line));
        }
    }

    #[test]
    fn a_check_is_told_of_every_mistake() {
        let told = |line: &str| {
            let arguments: Vec<_> = line.split(' ').map(OsString::from).collect();
            ask::<Settings>(Settings::command(), &arguments).map(|asked| asked.wrong)
        };
        let wrong = told("--grace 9 --log verbose --json").unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::UnknownArgument, "no setting of this command");
        let wrong = told("--grace 9 --log verbose --amqp-url a --amqp-url-file b").unwrap();
        let named = ["SIGNPOST_GRACE", "SIGNPOST_LOG", "SIGNPOST_AMQP_URL", "SIGNPOST_MAIL_FROM"];
        assert_eq!(wrong.len(), named.len(), "{wrong:?}");
        for name in named {
            assert_eq!(wrong.iter().filter(|wrong| wrong.contains(name)).count(), 1, "{wrong:?}");
        }
        assert!(told("--mail-from a").unwrap().is_empty());
    }

    #[test]
    fn no_error_and_no_debug_output_shows_what_may_be_a_password() {
        let secret = "guest:s3cret@host:5672";
        let flags = Settings::command();
        let flags =
            flags.get_arguments().filter_map(Arg::get_long).filter(|flag| *flag != "ca-file");
        let lines = flags.map(|flag| format!("x --mail-from=a --{flag}={secret}"));
        let odd = ["x {}", "x --{}", "x --nonsense={}", "x -- {}"];
        for line in lines.chain(odd.map(|line| line.replace("{}", secret))) {
            assert!(!said(&line).contains("s3cret"), "{line}: {}", said(&line));
        }
    }
}
