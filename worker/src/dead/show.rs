//! `dead show`: all that is known of one letter, but for what would give its reader
//! away.

use clap::Args;
use lapin::types::{AMQPValue, FieldTable};
use signpost_shared::clock::{Clock, Timestamp};

use super::{
    DeskOptions,
    desk::{Desk, Held},
    letter::{Obstacle, letter_id},
    progress::bar_beside_output,
    wording::{plain, remark, say, span},
};

/// Which letter.
#[derive(Debug, Args)]
pub struct Options {
    /// Its id, as `list` shows it
    #[arg(value_name = "ID", value_parser = letter_id)]
    id: String,
    /// One JSON object, with the fields that `list` has
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub(super) desk: DeskOptions,
}

pub(super) async fn run(options: &Options) -> anyhow::Result<bool> {
    let mut desk = Desk::open(&options.desk.broker()?).await?;
    let (mut found, now) = (false, Clock::system().now());
    desk.bar = bar_beside_output("reading", desk.waiting);
    while let Some(held) = desk.next().await? {
        if held.letter.id != options.id {
            continue;
        }
        // A job can be dead twice: after a crash between two steps.
        if options.json {
            say(&held.letter.row(now).to_string())?;
        } else {
            if found {
                say("")?;
            }
            for (name, value) in facts(&held, now) {
                say(&format!("{name:18} {value}"))?;
            }
        }
        found = true;
    }
    desk.close().await?;
    if !found {
        remark(&format!("{} was not found: it is not dead, or another desk holds it", options.id));
    }
    Ok(found)
}

fn facts(held: &Held, now: Timestamp) -> Vec<(String, String)> {
    let letter = &held.letter;
    let unknown = || "unknown".to_owned();
    let moment = |at: Timestamp| format!("{at}, {} ago", span(now.since(at)));
    let mut facts = vec![
        ("id", letter.id.clone()),
        ("reason", letter.reason.clone().unwrap_or_else(unknown)),
        ("dead since", letter.message.dead_at.map_or_else(unknown, moment)),
        ("attempts", letter.message.attempt.to_string()),
        ("to", letter.reader()),
        ("tag", letter.tag().map_or_else(|| "-".to_owned(), |tag| tag.to_string())),
        ("code", letter.code(now)),
    ];
    if let Some(at) = letter.expires_at() {
        facts.push(("code expires", at.to_string()));
    }
    if let Ok(job) = &letter.job {
        facts.push(("language", job.locale.to_string()));
        facts.push(("accepted", moment(job.accepted_at)));
        facts.push(("code key", job.challenge.kid.to_string()));
        facts.push(("digits", u8::from(job.challenge.digits).to_string()));
    }
    facts.push(("size", format!("{} bytes", letter.message.body.len())));
    facts.push(("replay", letter.replayable(now).err().map_or("possible", Obstacle::words).into()));
    let mut facts: Vec<_> = facts.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect();
    facts.extend(headers(held.properties.headers().as_ref()));
    facts
}

/// Headers of ours and of the broker. Others may hold anything: only their names are told.
fn headers(headers: Option<&FieldTable>) -> impl Iterator<Item = (String, String)> {
    const OF_THE_BROKER: [&str; 3] = ["x-delivery-count", "x-acquired-count", "traceparent"];
    let headers = headers.into_iter().flat_map(FieldTable::inner);
    headers.map(|(name, value)| {
        let name = name.as_str();
        let is_ours = name.starts_with("x-signpost-")
            || name.contains("-death")
            || OF_THE_BROKER.contains(&name);
        let value = if is_ours { text(value) } else { "(not shown)".to_owned() };
        (format!("header {}", plain(name)), value)
    })
}

fn text(value: &AMQPValue) -> String {
    match value {
        AMQPValue::LongString(value) => plain(&String::from_utf8_lossy(value.as_bytes())),
        AMQPValue::ShortString(value) => plain(value.as_str()),
        AMQPValue::LongLongInt(value) => value.to_string(),
        AMQPValue::LongInt(value) => value.to_string(),
        AMQPValue::LongUInt(value) => value.to_string(),
        AMQPValue::Timestamp(seconds) => {
            Timestamp::from_millis(seconds.saturating_mul(1000)).to_string()
        }
        AMQPValue::FieldArray(values) => {
            values.as_slice().iter().map(text).collect::<Vec<_>>().join("; ")
        }
        AMQPValue::FieldTable(table) => {
            let entries = table.inner().iter();
            let entries =
                entries.map(|(name, value)| format!("{}={}", plain(name.as_str()), text(value)));
            entries.collect::<Vec<_>>().join(" ")
        }
        _ => "(not shown)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_strangers_are_named_and_not_told() {
        let mut table = FieldTable::default();
        for (name, value) in [
            ("x-signpost-reason", "rcpt 550 jane@a.example"),
            ("reply-to", "secret"),
            ("traceparent", "00-1-2-01"),
        ] {
            table.insert(name.into(), AMQPValue::LongString(value.into()));
        }
        let shown: Vec<_> =
            headers(Some(&table)).map(|(name, value)| name + "=" + &value).collect();
        assert_eq!(
            shown,
            [
                "header reply-to=(not shown)",
                "header traceparent=00-1-2-01",
                "header x-signpost-reason=rcpt 550 ***"
            ]
        );
    }
}
