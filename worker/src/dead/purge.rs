//! `dead purge`: letters are deleted for good, and only those that were counted when
//! the question was asked.

use std::{
    collections::BTreeSet,
    io::{self, IsTerminal as _, Write as _},
};

use anyhow::{Context as _, bail};
use clap::Args;

use super::{
    DeskOptions,
    desk::Desk,
    progress::bar,
    selection::Selection,
    wording::{letters, remark},
};

/// Which letters, and whether to ask.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    selection: Selection,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    pub(super) desk: DeskOptions,
}

pub(super) async fn run(options: &Options) -> anyhow::Result<bool> {
    if !options.yes && !io::stdin().is_terminal() {
        bail!("there is no terminal to ask at: --yes deletes without asking");
    }
    let mut desk = Desk::open(&options.desk.broker()?).await?;
    let (mut tags, mut seen) = (Vec::new(), BTreeSet::new());
    desk.bar = bar("reading", desk.waiting());
    while let Some(held) = desk.next().await? {
        if options.selection.means(&held.letter) {
            tags.push(held.tag);
            seen.insert(held.letter.id);
        }
    }
    desk.stop_taking().await?;
    let missing = options.selection.remark_missing(&seen);
    if tags.is_empty() {
        desk.close().await?;
        remark("nothing to delete");
        return Ok(!missing);
    }
    if !options.yes && !agreed(tags.len()).await? {
        desk.close().await?;
        remark("nothing was deleted");
        return Ok(false);
    }
    let bar = bar("deleting", u32::try_from(tags.len()).unwrap_or(u32::MAX));
    for tag in &tags {
        desk.ack(*tag).await.context("some may be deleted, the others are where they were")?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    // Its answer comes after the broker has seen every acknowledgement.
    desk.close().await.context("some may not be deleted")?;
    remark(&format!("{} deleted", letters(tags.len())));
    Ok(!missing)
}

/// Asks; anything but a yes is a no.
async fn agreed(count: usize) -> anyhow::Result<bool> {
    let question = format!("Delete {} for good? [y/N] ", letters(count));
    let answer = tokio::task::spawn_blocking(move || {
        io::stderr().write_all(question.as_bytes())?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok::<_, io::Error>(answer)
    });
    Ok(is_yes(&answer.await??))
}

fn is_yes(answer: &str) -> bool {
    ["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for yes in ["y\n", "Y\n", "yes\r\n", " YES "] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "n\n", "yy\n", "yes please\n", "1\n"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}
