//! Gives back what a failed send took, once that can be done or is known to be right: when
//! Redis answers again, and when the broker has had its last word. One task, bounded, so that an
//! outage costs bounded memory; shutdown waits for it within the grace time.

use std::time::Duration;

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use metrics::counter;
use signpost_shared::{lifecycle::Lifecycle, queue::Late};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout},
};
use tracing::debug;

use crate::throttle::{Claim, Release, Throttle, ThrottleError};

/// How long it is tried: after the usual cooldown there is little to give back any more.
const PATIENCE: Duration = Duration::from_secs(60);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// As many as there may be sends in flight.
const MOST: usize = 4096;

/// The way to that task.
#[derive(Clone, Debug)]
pub struct GiveBack(mpsc::Sender<Entry>);

#[derive(Debug)]
struct Entry {
    claim: Claim,
    /// What is still to be given back.
    owed: Option<Release>,
    /// What hears whether the mail is sent after all.
    late: Option<Late>,
}

impl GiveBack {
    /// Starts the task, which ends when nobody can give it anything any more.
    pub fn start(throttle: Throttle, lifecycle: &Lifecycle) -> Self {
        let (sender, entries) = mpsc::channel(MOST);
        lifecycle.spawn(run(throttle, entries));
        Self(sender)
    }

    /// A send that was taken, or may have been: `owed` is to be given back, unless that is
    /// done already; if `late` says that its mail is sent after all, the day's count is kept.
    pub fn later(&self, claim: Claim, owed: Option<Release>, late: Option<Late>) {
        if self.0.try_send(Entry { claim, owed, late }).is_err() {
            counted("dropped");
        }
    }
}

async fn run(throttle: Throttle, mut entries: mpsc::Receiver<Entry>) {
    let mut in_hand = FuturesUnordered::new();
    loop {
        tokio::select! {
            entry = entries.recv(), if in_hand.len() < MOST => match entry {
                Some(entry) => in_hand.push(entry.settle(&throttle)),
                None => break,
            },
            Some(()) = in_hand.next() => {}
        }
    }
    in_hand.collect::<()>().await;
}

impl Entry {
    async fn settle(self, throttle: &Throttle) {
        let Self { claim, owed, late } = self;
        // What was never given back is counted already.
        if let Some(owed) = owed
            && !release(throttle, &claim, owed).await
        {
            return;
        }
        if let Some(late) = late
            && timeout(PATIENCE, late.stored()).await == Ok(true)
        {
            release(throttle, &claim, Release::Sent).await;
        }
    }
}

/// Whether it was done.
async fn release(throttle: &Throttle, claim: &Claim, what: Release) -> bool {
    let give_up = Instant::now() + PATIENCE;
    let mut pause = FIRST_PAUSE;
    while Instant::now() < give_up {
        match throttle.release(claim, what).await {
            Ok(_) => {
                counted("done");
                return true;
            }
            // It may be counted: not twice.
            Err(ThrottleError::Unknown(_)) if what == Release::Sent => break,
            Err(error) => debug!(%error, "a failed send can't be given back yet"),
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    counted("abandoned");
    false
}

fn counted(outcome: &'static str) {
    counter!("signpost_give_backs_total", "outcome" => outcome).increment(1);
}
