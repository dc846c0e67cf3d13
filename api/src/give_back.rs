//! Gives back what a failed send took, once that can be done or is known to be right: when
//! Redis answers again, and when the broker has had its last word. One task, bounded, so that an
//! outage costs bounded memory; shutdown waits for it within the grace time.

use std::{
    collections::{HashMap, hash_map},
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use metrics::counter;
use parking_lot::Mutex;
use signpost_shared::{address::EmailAddress, lifecycle::Lifecycle, queue::Late};
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
pub struct GiveBack {
    entries: mpsc::Sender<Entry>,
    owed: Owed,
}

/// The addresses, as the throttle tells them apart, that something is owed to.
type Owed = Arc<Mutex<HashMap<String, usize>>>;

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
        let ((sender, entries), owed) = (mpsc::channel(MOST), Owed::default());
        lifecycle.spawn(run(throttle, entries, Arc::clone(&owed)));
        Self { entries: sender, owed }
    }

    /// Whether something is still to be given back to this address: asked now, the throttle could
    /// say that it was sent a code.
    pub fn owes(&self, address: &EmailAddress) -> bool {
        let owed = self.owed.lock();
        !owed.is_empty() && owed.contains_key(&address.throttled())
    }

    /// A send that was taken, or may have been: `owed` is to be given back, unless that is
    /// done already; if `late` says that its mail is sent after all, the day's count is kept.
    pub fn later(&self, claim: Claim, owed: Option<Release>, late: Option<Late>) {
        let Ok(place) = self.entries.try_reserve() else {
            return counted("dropped");
        };
        if owed.is_some() {
            *self.owed.lock().entry(claim.address.throttled()).or_default() += 1;
        }
        place.send(Entry { claim, owed, late });
    }
}

async fn run(throttle: Throttle, mut entries: mpsc::Receiver<Entry>, owed: Owed) {
    let mut in_hand = FuturesUnordered::new();
    loop {
        tokio::select! {
            entry = entries.recv(), if in_hand.len() < MOST => match entry {
                Some(entry) => in_hand.push(entry.settle(&throttle, &owed)),
                None => break,
            },
            Some(()) = in_hand.next() => {}
        }
    }
    in_hand.collect::<()>().await;
}

impl Entry {
    async fn settle(self, throttle: &Throttle, all_owed: &Owed) {
        let Self { claim, owed, late } = self;
        if let Some(owed) = owed {
            let is_done = release(throttle, &claim, owed).await;
            if let hash_map::Entry::Occupied(mut of_address) =
                all_owed.lock().entry(claim.address.throttled())
            {
                *of_address.get_mut() -= 1;
                if *of_address.get() == 0 {
                    of_address.remove();
                }
            }
            // What was never given back is counted already.
            if !is_done {
                return;
            }
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

#[cfg(test)]
mod tests {
    use signpost_shared::locale::Locale;
    use tokio::task::yield_now;
    use uuid::Uuid;

    use super::*;
    use crate::{answer::Refusal, client::ClientNetwork, hygiene::RequestId, send::Sending};

    #[tokio::test]
    async fn who_is_owed_something_is_not_told_that_a_mail_was_sent() {
        let api = crate::state::tests::api();
        let sending = |address: &str| {
            let address: EmailAddress = EmailAddress::parse(address).unwrap();
            let tag = api.address_keys.tag(&address);
            let network = ClientNetwork::of([192, 0, 2, 1].into());
            let claim = Claim { address, network, token: Uuid::now_v7() };
            let request_id = RequestId::of_ours("test");
            Sending { claim, locale: Locale::default(), tag, traceparent: None, request_id }
        };
        let given_up = sending("jane@example.com").claim;
        api.throttle.take(&given_up).await.unwrap();
        api.give_back.later(given_up, Some(Release::Void), None);
        let told = api.send(sending("Jane+more@example.com")).await;
        assert_eq!(told.err(), Some(Refusal::UNAVAILABLE));
        api.send(sending("john@example.com")).await.unwrap();
        while api.give_back.owes(&sending("jane@example.com").claim.address) {
            yield_now().await;
        }
        api.send(sending("jane@example.com")).await.unwrap();
    }
}
