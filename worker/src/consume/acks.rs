//! Acknowledges settled messages, many with one frame where the order allows it. A frame for each
//! wakes lapin's thread and the broker, and is an entry in the log of the queue's replicas.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use lapin::{Channel, options::BasicAckOptions};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until, timeout},
};
use tracing::debug;

/// How long settled messages are gathered. A worker that is killed has sent what it has not
/// acknowledged, so no longer than is of use.
const GATHERING: Duration = Duration::from_millis(1);
/// How long a message settled above a gap may wait for the gap to close.
const GAP: Duration = Duration::from_millis(5);
const BATCH: usize = 256;

/// Which tags may be acknowledged. Tags of a channel are 1, 2, 3, … Each costs the same, however
/// many wait above a gap.
#[derive(Debug, Default)]
struct Ledger {
    /// Every tag up to this one is acknowledged.
    prefix: u64,
    /// Settled above the prefix, and whether it is acknowledged already.
    above: HashMap<u64, bool>,
    /// Tags in the order in which they were settled, for those that wait above a gap.
    waiting: VecDeque<(Instant, u64)>,
}

/// One frame to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ack {
    tag: u64,
    multiple: bool,
}

impl Ledger {
    fn settle(&mut self, tag: u64, now: Instant) {
        self.above.insert(tag, false);
        self.waiting.push_back((now, tag));
    }

    /// The frames that are due: the settled prefix with one, and singly whatever has
    /// waited above a gap (`multiple` there would acknowledge what is not settled).
    fn due(&mut self, now: Instant) -> Vec<Ack> {
        let mut acks = Vec::new();
        let (mut last, mut outstanding) = (None, 0);
        while let Some(acknowledged) = self.above.remove(&(self.prefix + 1)) {
            self.prefix += 1;
            if !acknowledged {
                last = Some(self.prefix);
                outstanding += 1;
            }
        }
        // The tag itself must be outstanding, with `multiple` too: for one that was
        // acknowledged singly before, the broker closes the channel.
        acks.extend(last.map(|tag| Ack { tag, multiple: outstanding > 1 }));
        while let Some((_, tag)) =
            self.waiting.pop_front_if(|(settled, tag)| *tag <= self.prefix || now >= *settled + GAP)
        {
            if let Some(acknowledged) = self.above.get_mut(&tag) {
                *acknowledged = true;
                acks.push(Ack { tag, multiple: false });
            }
        }
        acks
    }

    /// When the next tag above a gap is due.
    fn next_due(&self) -> Option<Instant> {
        self.waiting.front().map(|(settled, _)| *settled + GAP)
    }
}

/// Acknowledges until every delivery of the channel is settled or dropped. When there are
/// `enough` it waits for no more: the broker may be waiting, too, for room in the prefetch.
pub(super) async fn acknowledge(
    channel: &Channel,
    mut settled: mpsc::UnboundedReceiver<u64>,
    enough: usize,
) {
    let mut ledger = Ledger::default();
    let mut tags = Vec::with_capacity(BATCH);
    loop {
        let next_due = ledger.next_due();
        tokio::select! {
            _ = settled.recv_many(&mut tags, BATCH) => {}
            () = sleep_until(next_due.unwrap_or_else(Instant::now)), if next_due.is_some() => {}
        }
        gather(&mut settled, &mut tags, enough).await;
        let last = settled.is_closed() && settled.is_empty();
        let now = Instant::now();
        tags.drain(..).for_each(|tag| ledger.settle(tag, now));
        let due = ledger.due(if last { now + GAP } else { now });
        for Ack { tag, multiple } in due {
            if let Err(error) = channel.basic_ack(tag, BasicAckOptions { multiple }).await {
                debug!(%error, "the channel has ended: what was not acknowledged comes again");
                return;
            }
        }
        if last {
            return;
        }
    }
}

/// What else is settled soon, or until there are enough.
async fn gather(settled: &mut mpsc::UnboundedReceiver<u64>, tags: &mut Vec<u64>, enough: usize) {
    let gathered =
        async { while tags.len() < enough && settled.recv_many(tags, BATCH).await > 0 {} };
    let _ = timeout(GATHERING, gathered).await;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn ack(tag: u64, multiple: bool) -> Ack {
        Ack { tag, multiple }
    }

    #[tokio::test(start_paused = true)]
    async fn a_prefix_takes_one_frame_and_a_gap_holds_the_rest_for_5_ms() {
        let (mut ledger, start) = (Ledger::default(), Instant::now());
        for tag in [1, 2, 3, 5] {
            ledger.settle(tag, start);
        }
        assert_eq!(ledger.due(start), [ack(3, true)]);
        assert_eq!(ledger.next_due(), Some(start + GAP));
        assert_eq!(ledger.due(start + GAP), [ack(5, false)]);
        assert_eq!(ledger.next_due(), None);
        ledger.settle(4, start + GAP);
        assert_eq!(ledger.due(start + GAP), [ack(4, false)], "5 is acknowledged");
        ledger.settle(6, start + GAP);
        assert_eq!(ledger.due(start + GAP), [ack(6, false)]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_settled_soon_goes_together_but_enough_at_once() {
        let (settling, mut settled) = mpsc::unbounded_channel();
        let (mut tags, start) = (vec![1], Instant::now());
        let later = async {
            settling.send(2).unwrap();
            tokio::task::yield_now().await;
            settling.send(3).unwrap();
            tokio::time::sleep(GATHERING * 2).await;
            settling.send(4).unwrap();
        };
        tokio::join!(gather(&mut settled, &mut tags, 9), later);
        assert_eq!((tags.len(), start.elapsed() >= GATHERING), (3, true));
        let start = Instant::now();
        gather(&mut settled, &mut tags, 4).await;
        assert_eq!((tags, start.elapsed()), (vec![1, 2, 3, 4], Duration::ZERO));
    }

    proptest! {
        #[test]
        fn everything_settled_is_acknowledged_and_nothing_else(
            steps in proptest::collection::vec((1_u64..40, 0_u64..4), 0..80)
        ) {
            let start = std::time::Instant::now().into();
            let (mut ledger, mut now): (_, Instant) = (Ledger::default(), start);
            let (mut settled, mut acknowledged) = (BTreeSet::new(), BTreeSet::new());
            let mut apply = |acks: Vec<Ack>, settled: &BTreeSet<u64>| {
                for Ack { tag, multiple } in acks {
                    assert!(!acknowledged.contains(&tag), "{tag} is not outstanding");
                    let range = if multiple { 1..=tag } else { tag..=tag };
                    for tag in range {
                        assert!(settled.contains(&tag), "{tag} is not settled");
                        acknowledged.insert(tag);
                    }
                }
                acknowledged.clone()
            };
            for (tag, wait) in steps {
                now += Duration::from_millis(wait);
                if settled.insert(tag) {
                    ledger.settle(tag, now);
                }
                apply(ledger.due(now), &settled);
            }
            prop_assert_eq!(apply(ledger.due(now + GAP), &settled), settled);
        }
    }
}
