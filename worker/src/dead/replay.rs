//! `dead replay`: back to the workers, as the same job at its first attempt.
//!
//! A letter is acknowledged when the broker has confirmed its copy in the queue that
//! workers send from. Whatever happens before leaves it where it is; between the two it
//! is in both, and then its mail is sent twice: the same mail with the same code.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail};
use clap::Args;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use signpost_shared::{
    clock::Clock,
    job::Job,
    lifecycle::Lifecycle,
    queue::{Message, PublishError, Queue, Route, rabbit::Publisher},
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{
    DeskOptions,
    desk::{ANSWER, Desk, Held},
    interrupt::listen_for_ctrl_c,
    letter::Obstacle,
    progress::bar,
    selection::Selection,
    wording::{letters, remark, say},
};

const TWICE: &str = "what was replayed last may still be here; replayed again, it is the same mail \
                     twice";
const OTHERS: &str = "the other letters are where they were";
/// Letters whose confirms are awaited together.
const BATCH: usize = 256;

/// Which letters.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    pub(super) desk: DeskOptions,
}

/// How far it came.
#[derive(Debug, Default)]
struct Tally {
    replayed: BTreeSet<String>,
    seen: BTreeSet<String>,
    kept: BTreeMap<Obstacle, usize>,
}

pub(super) async fn run(options: &Options) -> anyhow::Result<bool> {
    let (broker, lifecycle) = (options.desk.broker()?, Lifecycle::new());
    let interrupt = listen_for_ctrl_c(&lifecycle)?;
    let mut desk = Desk::open(&broker).await?;
    let publisher = Publisher::start(broker, "signpost-worker dead replay", &lifecycle);
    if timeout(ANSWER, publisher.connected()).await.is_err() {
        bail!("can't publish: {}", publisher.health().await.err().unwrap_or_default());
    }
    let (queue, mut tally) = (Queue::Rabbit(publisher.clone()), Tally::default());
    desk.bar = bar("replaying", desk.waiting);
    let ended = tally.replay_all(&mut desk, &queue, options, &interrupt).await;
    // It may have ended before all was read.
    desk.bar.finish_and_clear();
    let done = matches!(ended, Ok(None));
    // Ids that were not come to are no news after an end before the end.
    let missing = done && options.selection.remark_missing(&tally.seen);
    tally.sum_up();
    if let Ok(Some(why)) = &ended {
        remark(why);
    }
    // Whatever went wrong, what was replayed is let go of if that can be done.
    let closed = desk.close().await;
    publisher.close().await;
    let saw_all = match (ended.and(closed), tally.replayed.len()) {
        (ended, 0) => ended?,
        (ended, _) => ended.context(TWICE)?,
    };
    Ok(done && saw_all && !missing && tally.kept.is_empty())
}

impl Tally {
    /// Says why it came to no end, if it did not.
    async fn replay_all(
        &mut self,
        desk: &mut Desk,
        queue: &Queue,
        options: &Options,
        interrupt: &CancellationToken,
    ) -> anyhow::Result<Option<String>> {
        loop {
            let (mut batch, mut last) = (Vec::new(), false);
            while batch.len() < BATCH && !last {
                if interrupt.is_cancelled() {
                    return Ok(Some(format!("interrupted: {OTHERS}")));
                }
                let Some(held) = desk.next().await? else {
                    last = true;
                    continue;
                };
                if options.selection.means(&held.letter) {
                    match self.judge(&held) {
                        Ok(job) => batch.push((again(&held, job), held)),
                        Err(obstacle) => {
                            *self.kept.entry(obstacle).or_default() += 1;
                            if !options.selection.ids.is_empty() {
                                say(&format!("{} stays: {}", held.letter.id, obstacle.words()))?;
                            }
                        }
                    }
                }
            }
            match self.publish(queue, batch, desk).await? {
                Ok(()) if last => return Ok(None),
                Ok(()) => {}
                Err(PublishError::Unknown(_)) => {
                    return Ok(Some(format!("stopped: the broker did not answer. {TWICE}")));
                }
                Err(_) => {
                    let why = queue.health().await.err();
                    let why = why.as_deref().unwrap_or("the broker did not take a job");
                    return Ok(Some(format!("stopped: {why}; {OTHERS}")));
                }
            }
        }
    }

    fn judge<'a>(&mut self, held: &'a Held) -> Result<&'a Job, Obstacle> {
        let is_new = self.seen.insert(held.letter.id.clone());
        let job = held.letter.replayable(Clock::system().now())?;
        // One that died again meanwhile would go round for ever.
        if is_new { Ok(job) } else { Err(Obstacle::Again) }
    }

    /// Publishes a batch and acknowledges each letter as its confirm comes.
    async fn publish(
        &mut self,
        queue: &Queue,
        batch: Vec<(Message, Held)>,
        desk: &mut Desk,
    ) -> anyhow::Result<Result<(), PublishError>> {
        let mut worst = Ok(());
        let published = batch.into_iter().map(|(message, held)| async move {
            (queue.publish(Route::Send, message).await, held)
        });
        let mut published: FuturesUnordered<_> = published.collect();
        while let Some((outcome, held)) = published.next().await {
            match outcome {
                Ok(()) => {
                    self.replayed.insert(held.letter.id);
                    desk.ack(held.place).await?;
                }
                // That a job may be there is worse than that it is not.
                Err(_) if matches!(worst, Err(PublishError::Unknown(_))) => {}
                Err(error) => worst = Err(error),
            }
        }
        Ok(worst)
    }

    fn sum_up(&self) {
        for (obstacle, count) in &self.kept {
            remark(&format!("{} not replayed: {}", letters(*count), obstacle.words()));
        }
        remark(&format!("{} replayed", letters(self.replayed.len())));
    }
}

/// The same job, as new: its id is its mail's `Message-ID`, and its code the same.
fn again(held: &Held, job: &Job) -> Message {
    Message {
        body: held.letter.message.body.clone(),
        id: Some(job.id.to_string()),
        traceparent: held.letter.message.traceparent.clone(),
        ..Message::default()
    }
}
