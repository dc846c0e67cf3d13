//! `signpost-api address`: why somebody gets no code, a fresh start for them, what logs call them,
//! and an end to all that is known of them. It works on Redis alone, and shows no code and no
//! whole address.

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
    clock::Clock,
    code::Key,
    config::{file_name, invalid, secret},
    consent::agreed,
    reload::Files,
};

use crate::{
    config::RedisOptions,
    status::Store,
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
        /// What is known of it then, as `show --json` prints it
        #[arg(long)]
        json: bool,
        /// Whose
        #[command(flatten)]
        of: Subject,
    },
    /// Prints its tag, the to.tag of log lines; asks no server
    Tag(Named),
    /// Forgets all that Redis holds of it: limits, codes, delivery status
    Erase {
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
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    redis: RedisSubject,
}

/// An address, and the key under which it has its names.
#[derive(Debug, Args)]
pub struct Named {
    /// The address; without one, a line of standard input, which no history keeps
    #[arg(value_name = "ADDRESS")]
    address: Option<String>,
    /// A file that holds the address key, the API's
    #[arg(long, env = "SIGNPOST_ADDRESS_KEY_FILE", value_parser = file_name, value_name = "FILE")]
    address_key_file: Option<PathBuf>,
}

/// The API's Redis.
#[derive(Debug, Args)]
pub struct RedisSubject {
    #[command(flatten)]
    redis: RedisOptions,
    /// Certificate authorities (PEM), added to the system's
    #[arg(long, env = "SIGNPOST_CA_FILE", value_parser = file_name, value_name = "FILE")]
    ca_file: Option<PathBuf>,
}

impl Verb {
    /// Does it.
    ///
    /// # Errors
    /// When the address or a setting is no such thing, or Redis does not answer.
    pub async fn run(self) -> anyhow::Result<()> {
        let mut out = io::stdout();
        match self {
            Self::Show { json, of } => {
                let (address, keys, redis) = of.read().await?;
                let state = redis.state_of(&keys, &address).await?;
                if json {
                    writeln!(out, "{}", serde_json::to_string(&state)?)?;
                } else {
                    write!(out, "{address}\n{}", words(&state))?;
                }
            }
            Self::Reset { yes, json, of } => {
                let (address, keys, redis) = of.read().await?;
                if !may_go_on(yes, &format!("Lift all limits of {address}?"))? {
                    return Ok(());
                }
                redis.lift_limits(&keys, &address).await?;
                if json {
                    let state = redis.state_of(&keys, &address).await?;
                    writeln!(out, "{}", serde_json::to_string(&state)?)?;
                } else {
                    writeln!(out, "{address}: its limits are lifted, its codes are as they were")?;
                }
            }
            Self::Tag(named) => {
                let (address, keys) = named.read()?;
                writeln!(out, "{}", keys.tag(&address))?;
            }
            Self::Erase { yes, of } => {
                let (address, keys, redis) = of.read().await?;
                if !may_go_on(yes, &format!("Forget all that Redis holds of {address}?"))? {
                    return Ok(());
                }
                let tag = keys.tag(&address);
                redis.erase(&keys, &address).await?;
                let store = Store::new(redis, Clock::system(), Duration::ZERO);
                let jobs = store.forget(tag).await.with_context(|| {
                    format!("{address}: its limits and codes are forgotten, its status is not")
                })?;
                writeln!(
                    out,
                    "{address}: its limits, its codes and the status of {jobs} jobs are forgotten. \
                     Dead letters: signpost-worker dead purge --tag {tag}"
                )?;
            }
        }
        Ok(())
    }
}

impl Subject {
    async fn read(&self) -> anyhow::Result<(EmailAddress, AddressKeys, RedisConnection)> {
        let (address, keys) = self.named.read()?;
        Ok((address, keys, self.redis.connection().await?))
    }
}

impl Named {
    fn read(&self) -> anyhow::Result<(EmailAddress, AddressKeys)> {
        let mut typed = self.address.clone().unwrap_or_default();
        if self.address.is_none() {
            if io::stdin().is_terminal() {
                write!(io::stderr(), "Address: ")?;
            }
            io::stdin().lock().read_line(&mut typed)?;
        }
        let address = EmailAddress::parse(&typed).map_err(|error| {
            invalid("ADDRESS", &format!("no address that codes are sent to: {error}"))
        })?;
        let key: Key =
            secret("SIGNPOST_ADDRESS_KEY", self.address_key_file.as_deref(), "It is the API's.")?;
        Ok((address, AddressKeys::new(key)))
    }
}

impl RedisSubject {
    /// A connection to it, waited for: Sentinels are asked one after the other, for longer than a
    /// request has time.
    ///
    /// # Errors
    /// When a setting is no such thing.
    pub async fn connection(&self) -> anyhow::Result<RedisConnection> {
        let redis = self.redis.connection(self.ca_file.as_deref(), &mut Files::default())?;
        // What is wrong is said of what is asked next.
        let _ = redis.let_in().await;
        Ok(redis)
    }
}

/// Whether it may be changed; a no is told.
fn may_go_on(yes: bool, question: &str) -> anyhow::Result<bool> {
    if !(yes || io::stdin().is_terminal()) {
        bail!("nobody can be asked here: --yes goes on without asking");
    }
    let agreed = yes || agreed(question)?;
    if !agreed {
        writeln!(io::stdout(), "nothing was changed")?;
    }
    Ok(agreed)
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
