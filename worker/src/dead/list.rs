//! `dead list`: a line for every letter.

use clap::{Args, builder::NonEmptyStringValueParser};
use signpost_shared::{
    clock::{Clock, Timestamp},
    tag::AddressTag,
};

use super::{
    DeskOptions,
    desk::Desk,
    letter::Letter,
    progress::bar_beside_output,
    selection::has_reason,
    wording::{cut, letters, remark, say, span},
};

/// What to list.
#[derive(Debug, Args)]
pub struct Options {
    /// Only letters whose reason contains this text, in whatever case: 550, "rcpt 550", unreadable
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    reason: Option<String>,
    /// Only letters to the address with this tag, the to.tag of log lines or of `signpost-api address tag`
    #[arg(long, value_name = "TAG")]
    tag: Option<AddressTag>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub(super) desk: DeskOptions,
}

pub(super) async fn run(options: &Options) -> anyhow::Result<bool> {
    let mut desk = Desk::open(&options.desk.broker()?).await?;
    let (mut listed, now) = (0, Clock::system().now());
    desk.bar = bar_beside_output("reading", desk.waiting);
    while let Some(held) = desk.next().await? {
        let (letter, tag) = (&held.letter, options.tag);
        let other_reason =
            options.reason.is_some() && !has_reason(letter, options.reason.as_deref());
        if other_reason || tag.is_some_and(|tag| letter.tag() != Some(tag)) {
            continue;
        }
        if options.json {
            say(&held.letter.row(now).to_string())?;
        } else {
            if listed == 0 {
                say(&line(
                    ["ID", "AGE", "TRIES", "CODE", "REASON", "TAG", "TO"].map(str::to_owned),
                ))?;
            }
            say(&row(&held.letter, now))?;
        }
        listed += 1;
    }
    let saw_all = desk.close().await?;
    if !options.json {
        let chosen = options.reason.is_some() || options.tag.is_some();
        let matching = if chosen { " match" } else { "" };
        remark(&format!("{}{matching}", letters(listed)));
    }
    Ok(saw_all)
}

fn row(letter: &Letter, now: Timestamp) -> String {
    line([
        letter.id.clone(),
        letter.age(now).map_or_else(|| "-".to_owned(), span),
        letter.message.attempt.to_string(),
        letter.code(now),
        letter.reason.clone().unwrap_or_else(|| "-".to_owned()),
        letter.tag().map_or_else(|| "-".to_owned(), |tag| tag.to_string()),
        letter.reader(),
    ])
}

/// Widths are fixed, so that a line is out as soon as its letter is in.
fn line([id, age, tries, code, reason, tag, to]: [String; 7]) -> String {
    format!("{id:36}  {age:>7}  {tries:>5}  {code:12}  {:30}  {tag:16}  {to}", cut(&reason, 30))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dead::letter::tests::{at, job, letter};

    #[test]
    fn a_table_is_neat_whatever_is_in_it() {
        let long = "render: a reason that is longer than its column";
        let rows = [
            line(["ID", "AGE", "TRIES", "CODE", "REASON", "TAG", "TO"].map(str::to_owned)),
            row(&letter(&job(1).encode(), Some("rcpt 550 5.1.1")), at(400)),
            row(&letter(&job(2).encode(), Some(long)), at(11_620)),
            row(&letter(b"\xff", None), at(11_620)),
        ];
        insta::assert_snapshot!(rows.join("\n"), @r"
        ID                                        AGE  TRIES  CODE          REASON                          TAG               TO
        00000000-0000-0000-0000-000000000001    5m 0s      3  10m 0s left   rcpt 550 5.1.1                  0123456789abcdef  j***@a.example
        00000000-0000-0000-0000-000000000002   3h 12m      3  expired       render: a reason that is long…  0123456789abcdef  j***@a.example
        body-a8100ae6aa19                      3h 12m      3  -             -                               -                 (unreadable job: not JSON with a version; 1 bytes)
        ");
    }
}
