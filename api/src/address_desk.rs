//! `signpost-api address`: why somebody gets no code, and a fresh start for them. It works on
//! Redis alone, and shows no code and no whole address.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use humantime::format_duration;
use signpost_shared::{
    address::EmailAddress,
    code::Key,
    config::{secret, secret_file},
    reload::Files,
};

use crate::{
    config::RedisOptions,
    throttle::{AddressKeys, AddressState, DayCount, LiveCode, RedisConnection},
};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Shows its cooldown, what its day has used up, and which codes live (never a code)
    Show {
        /// One JSON object: times in whole seconds from now
        #[arg(long)]
        json: bool,
        /// Whose
        #[command(flatten)]
        of: Subject,
    },
    /// Lifts its cooldown and the counts of its day; its codes stay as they are
    Reset {
        /// Does not ask
        #[arg(long)]
        yes: bool,
        /// Whose
        #[command(flatten)]
        of: Subject,
    },
}

/// Whose, and where that is kept.
#[derive(Debug, Args)]
pub struct Subject {
    /// The address; without one, a line of standard input, which no history keeps
    #[arg(value_name = "ADDRESS")]
    address: Option<String>,
    #[command(flatten)]
    redis: RedisOptions,
    /// Certificate authorities (PEM), added to the system's
    #[arg(long, env = "SIGNPOST_CA_FILE", value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// A file that holds the address key, the API's
    #[arg(long, env = "SIGNPOST_ADDRESS_KEY_FILE", value_parser = secret_file, value_name = "FILE")]
    address_key_file: Option<PathBuf>,
}

impl Verb {
    /// Does it.
    ///
    /// # Errors
    /// When the address or a setting is no such thing, or Redis does not answer.
    pub async fn run(self) -> anyhow::Result<()> {
        let (Self::Show { of, .. } | Self::Reset { of, .. }) = &self;
        let address = of.address()?;
        let (redis, keys) = of.redis()?;
        let mut out = io::stdout();
        match self {
            Self::Show { json, .. } => {
                let state = redis.state_of(&keys, &address).await?;
                if json {
                    writeln!(out, "{}", serde_json::to_string(&state)?)?;
                } else {
                    write!(out, "{address}\n{}", words(&state))?;
                }
            }
            Self::Reset { yes, .. } => {
                if !yes && !asked(&address)? {
                    writeln!(out, "nothing was changed")?;
                    return Ok(());
                }
                redis.lift_limits(&keys, &address).await?;
                writeln!(out, "{address}: its limits are lifted, its codes are as they were")?;
            }
        }
        Ok(())
    }
}

impl Subject {
    fn address(&self) -> anyhow::Result<EmailAddress> {
        let mut typed = self.address.clone().unwrap_or_default();
        if self.address.is_none() {
            io::stdin().lock().read_line(&mut typed)?;
        }
        EmailAddress::parse(&typed).context("this is no address that codes are sent to")
    }

    fn redis(&self) -> anyhow::Result<(RedisConnection, AddressKeys)> {
        let key: Key =
            secret("SIGNPOST_ADDRESS_KEY", self.address_key_file.as_deref(), "It is the API's.")?;
        let redis = self.redis.connection(self.ca_file.as_deref(), &mut Files::default())?;
        Ok((redis, AddressKeys::new(key)))
    }
}

fn asked(address: &EmailAddress) -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        bail!("nobody can be asked here: --yes resets without asking");
    }
    write!(io::stderr(), "Lift all limits of {address}? [y/N] ")?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "yes"))
}

fn words(state: &AddressState) -> String {
    let span = |seconds| format_duration(Duration::from_secs(seconds));
    let day = |DayCount { count, ends_in_seconds }: &DayCount| match count {
        0 => "none today".to_owned(),
        _ => format!("{count}, counted anew in {}", span(*ends_in_seconds)),
    };
    let next = match state.cooldown_seconds {
        0 => "now, if its day's count allows it".to_owned(),
        seconds => format!("in {}", span(seconds)),
    };
    let lines: Vec<_> = state
        .codes
        .iter()
        .map(|LiveCode { key, wrong_tries, ends_in_seconds }| {
            let ends = span(*ends_in_seconds);
            format!("    ends in {ends}, {wrong_tries} wrong tries, key {key}\n")
        })
        .collect();
    let codes = lines.concat();
    format!(
        "  next code    {next}\n  codes sent   {}\n  wrong tries  {}\n  codes alive  {}\n{codes}",
        day(&state.sends),
        day(&state.wrong_tries),
        state.codes.len()
    )
}
