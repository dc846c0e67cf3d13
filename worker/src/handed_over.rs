//! Which jobs a relay has taken in the last minutes, and which are on their way to one. A broker
//! delivers again what was in hand when a channel ended; that is no reason to mail it again.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, time::Instant};
use uuid::Uuid;

/// At least so long, and at most twice as long, a job is remembered.
const MEMORY: Duration = Duration::from_secs(300);
/// So many are remembered at least, and twice as many at most: some 5 MB.
const MOST: usize = 65_536;

/// What this process has handed over. Clones are one memory.
#[derive(Clone, Debug)]
pub struct HandedOver(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    on_their_way: HashMap<Uuid, watch::Receiver<()>>,
    taken: HashSet<Uuid>,
    taken_earlier: HashSet<Uuid>,
    since: Instant,
}

impl Default for HandedOver {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(State {
            on_their_way: HashMap::new(),
            taken: HashSet::new(),
            taken_earlier: HashSet::new(),
            since: Instant::now(),
        })))
    }
}

impl HandedOver {
    /// Begins to hand a job over; `None` when a relay has it. Waits while it is on its way.
    pub async fn begin(&self, job: Uuid) -> Option<OnItsWay> {
        loop {
            let mut ended = {
                let mut state = self.state();
                if state.taken.contains(&job) || state.taken_earlier.contains(&job) {
                    return None;
                }
                match state.on_their_way.entry(job) {
                    Entry::Occupied(other) => other.get().clone(),
                    Entry::Vacant(place) => {
                        let (running, ended) = watch::channel(());
                        place.insert(ended);
                        return Some(OnItsWay { memory: self.clone(), job, _running: running });
                    }
                }
            };
            // An error says that it has ended.
            let _ = ended.changed().await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job that is being handed over, until this is dropped.
#[derive(Debug)]
pub struct OnItsWay {
    memory: HandedOver,
    job: Uuid,
    _running: watch::Sender<()>,
}

impl OnItsWay {
    /// A relay has it.
    pub fn taken(self) {
        let mut state = self.memory.state();
        if state.taken.len() >= MOST || state.since.elapsed() >= MEMORY {
            state.taken_earlier = mem::take(&mut state.taken);
            state.since = Instant::now();
        }
        state.taken.insert(self.job);
    }
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        self.memory.state().on_their_way.remove(&self.job);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_job_is_handed_over_once_and_again_only_when_that_failed() {
        let (memory, job) = (HandedOver::default(), Uuid::from_u128(1));
        let first = memory.begin(job).await.unwrap();
        #[expect(clippy::disallowed_methods, reason = "ends with the test")]
        let waiting = tokio::spawn({
            let memory = memory.clone();
            async move { memory.begin(job).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished(), "it is on its way");
        drop(first);
        waiting.await.unwrap().unwrap().taken();
        assert!(memory.begin(job).await.is_none());
        assert!(memory.state().on_their_way.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_remembered_is_bounded_in_time_and_number() {
        let memory = HandedOver::default();
        let hand_over = async |job: u128| match memory.begin(Uuid::from_u128(job)).await {
            Some(begun) => begun.taken(),
            None => panic!("{job} was handed over"),
        };
        hand_over(0).await;
        tokio::time::advance(MEMORY).await;
        hand_over(1).await;
        assert!(memory.begin(Uuid::from_u128(0)).await.is_none(), "for the time at least");
        tokio::time::advance(MEMORY).await;
        hand_over(2).await;
        assert!(memory.begin(Uuid::from_u128(0)).await.is_some());
        for job in 3..=3 + 2 * MOST as u128 {
            hand_over(job).await;
        }
        let state = memory.state();
        assert!(state.taken.len() + state.taken_earlier.len() <= 2 * MOST);
    }
}
