//! `signpost-api status`: what became of a job, or of all mails to an address. It reads Redis
//! alone, and needs no running API.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Args;
use signpost_shared::{
    clock::Clock,
    status::{State, Status},
    tag::AddressTag,
};
use uuid::Uuid;

use super::{Store, routes::for_people};
use crate::address_desk::RedisSubject;

/// Whose status.
#[derive(Debug, Args)]
pub struct Options {
    /// A job, by the job.id of a log line
    #[arg(value_name = "JOB", required_unless_present = "tag", conflicts_with = "tag", value_parser = job)]
    job: Option<Uuid>,
    /// All jobs of an address, by the to.tag of a log line or of `signpost-api address tag`
    #[arg(long, value_name = "TAG")]
    tag: Option<AddressTag>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    redis: RedisSubject,
}

fn job(text: &str) -> Result<Uuid, &'static str> {
    let wrong = "expected a job's id, a UUID; --tag takes what `signpost-api address tag` prints";
    text.parse().map_err(|_| wrong)
}

impl Options {
    /// Prints it; without anything to print the exit status is 1.
    ///
    /// # Errors
    /// When Redis can't be asked.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let store =
            Store::new(self.redis.connection().await?, Clock::system(), std::time::Duration::ZERO);
        let statuses = match (self.job, self.tag) {
            (Some(job), _) => store.of_job(job).await?.into_iter().collect(),
            (None, Some(tag)) => store.of_tag(tag).await?,
            (None, None) => Vec::new(),
        };
        let mut out = io::stdout();
        for status in &statuses {
            if self.json {
                writeln!(out, "{}", for_people(status))?;
            } else {
                writeln!(out, "{}", line(status))?;
            }
        }
        if statuses.is_empty() {
            writeln!(
                io::stderr(),
                "no status is kept of this: no send was accepted, SIGNPOST_STATUS was off then, \
                 SIGNPOST_STATUS_TTL has passed since, it was erased, or this is not the API's \
                 Redis or SIGNPOST_ADDRESS_KEY"
            )?;
            return Ok(ExitCode::FAILURE);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn line(Status { job, at, state, .. }: &Status) -> String {
    let (word, attempt, rest) = match state {
        State::Accepted => ("accepted", None, String::new()),
        State::Waiting { attempt, reason, next } => {
            ("waiting", Some(attempt), format!("{reason}; again in {next}"))
        }
        State::Relayed { attempt, relay, reply } => {
            ("relayed", Some(attempt), format!("{relay} said {reply}"))
        }
        State::Parked { attempt, reason } => ("parked", Some(attempt), reason.clone()),
        State::Expired { attempt, reason } => {
            ("expired", Some(attempt), reason.clone().unwrap_or_default())
        }
    };
    let attempt = attempt.map(|attempt| format!("attempt {attempt}")).unwrap_or_default();
    format!("{at}  {job}  {word:8}  {attempt:10}  {rest}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use signpost_shared::clock::Timestamp;

    use super::*;

    #[test]
    fn a_tag_in_the_place_of_a_job_is_told_where_it_belongs() {
        assert!(job("0123456789abcdef").unwrap_err().contains("--tag"));
        assert_eq!(job("00000000-0000-0000-0000-000000000001"), Ok(Uuid::from_u128(1)));
    }

    #[test]
    fn a_line_says_what_and_why() {
        let status = |state| Status {
            job: Uuid::from_u128(1),
            tag: "0123456789abcdef".parse().unwrap(),
            at: Timestamp::from_millis(1),
            state,
        };
        let reason = || "rcpt 450 4.2.0".to_owned();
        let lines = [
            State::Accepted,
            State::Waiting { attempt: 1, reason: reason(), next: "5s".to_owned() },
            State::Relayed { attempt: 2, relay: "mx:25".into(), reply: "250 queued as 4X".into() },
            State::Parked { attempt: 6, reason: reason() },
            State::Expired { attempt: 1, reason: None },
        ]
        .map(|state| line(&status(state)));
        insta::assert_snapshot!(lines.join("\n"), @r"
        1970-01-01T00:00:00.001Z  00000000-0000-0000-0000-000000000001  accepted
        1970-01-01T00:00:00.001Z  00000000-0000-0000-0000-000000000001  waiting   attempt 1   rcpt 450 4.2.0; again in 5s
        1970-01-01T00:00:00.001Z  00000000-0000-0000-0000-000000000001  relayed   attempt 2   mx:25 said 250 queued as 4X
        1970-01-01T00:00:00.001Z  00000000-0000-0000-0000-000000000001  parked    attempt 6   rcpt 450 4.2.0
        1970-01-01T00:00:00.001Z  00000000-0000-0000-0000-000000000001  expired   attempt 1
        ");
    }
}
