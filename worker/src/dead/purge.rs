//! `dead purge`: letters are deleted for good, and only those that were counted when
//! the question was asked.

use std::{
    collections::BTreeSet,
    io::{self, IsTerminal as _},
};

use anyhow::{Context as _, bail};
use clap::Args;
use signpost_shared::{consent::agreed, lifecycle::Lifecycle};
use tokio::task::spawn_blocking;

use super::{
    DeskOptions,
    desk::Desk,
    interrupt::listen_for_ctrl_c,
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
    let (mut places, mut seen) = (Vec::new(), BTreeSet::new());
    desk.bar = bar("reading", desk.waiting);
    while let Some(held) = desk.next().await? {
        if options.selection.means(&held.letter) {
            places.push(held.place);
            seen.insert(held.letter.id);
        }
    }
    desk.stop_taking().await.context("nothing was deleted")?;
    let missing = options.selection.remark_missing(&seen);
    if places.is_empty() {
        let saw_all = desk.close().await?;
        remark("nothing to delete");
        return Ok(saw_all && !missing);
    }
    let question = format!("Delete {} for good?", letters(places.len()));
    if !(options.yes || spawn_blocking(move || agreed(&question)).await??) {
        desk.close().await?;
        remark("nothing was deleted");
        return Ok(false);
    }
    // Earlier it ends at once, and nothing is deleted.
    let interrupt = listen_for_ctrl_c(&Lifecycle::new())?;
    let bar = bar("deleting", u32::try_from(places.len()).unwrap_or(u32::MAX));
    let mut deleted = 0;
    for place in &places {
        if interrupt.is_cancelled() {
            break;
        }
        desk.ack(*place).await.with_context(|| {
            format!("up to {} deleted, the others are where they were", letters(deleted))
        })?;
        deleted += 1;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let saw_all = desk.close().await.with_context(|| {
        format!("{} deleted, but for some that may be where they were", letters(deleted))
    })?;
    remark(&format!("{} deleted", letters(deleted)));
    if deleted < places.len() {
        remark("interrupted: the other letters are where they were");
    }
    Ok(saw_all && !missing && deleted == places.len())
}
