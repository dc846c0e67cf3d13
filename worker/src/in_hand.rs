//! Which jobs are being worked on, and which a relay has taken in the last minutes: a broker
//! delivers again what was in hand when a channel ended; that is no reason to mail it again.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    mem,
    sync::Arc,
    time::Duration,
};

use metrics::gauge;
use parking_lot::Mutex;
use signpost_shared::{
    clock::{Clock, Timestamp},
    job::Job,
    lifecycle::Lifecycle,
};
use tokio::{sync::Notify, time::Instant};
use uuid::Uuid;

/// At least so long, and at most twice as long, a job is remembered.
const MEMORY: Duration = Duration::from_secs(300);
/// So many are remembered at least, and twice as many at most: some 5 MB.
const MOST: usize = 65_536;

/// The jobs of this process. Clones are one register.
#[derive(Clone, Debug, Default)]
pub struct InHand(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    /// One has ended.
    ended: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// With when they were accepted.
    jobs: HashMap<Uuid, Timestamp>,
    taken: HashSet<Uuid>,
    taken_earlier: HashSet<Uuid>,
    /// When the first of `taken` was.
    since: Option<Instant>,
}

impl InHand {
    /// Begins to work on a job; `None` when a relay has it. Waits while it is worked on.
    pub async fn begin(&self, job: &Job) -> Option<Held> {
        loop {
            let ended = self.0.ended.notified();
            {
                let mut state = self.0.state.lock();
                if state.taken.contains(&job.id) || state.taken_earlier.contains(&job.id) {
                    return None;
                }
                if let Entry::Vacant(place) = state.jobs.entry(job.id) {
                    place.insert(job.accepted_at);
                    return Some(Held { register: self.clone(), job: job.id });
                }
            }
            ended.await;
        }
    }

    /// Sets the gauges once a second until shutdown ends.
    pub fn report(&self, clock: Clock, lifecycle: &Lifecycle) {
        let register = self.clone();
        lifecycle.spawn_background(async move {
            let mut ticks = tokio::time::interval(Duration::from_secs(1));
            loop {
                ticks.tick().await;
                let (jobs, age) = register.jobs(&clock);
                gauge!("signpost_jobs_in_hand").set(f64::from(jobs));
                gauge!("signpost_oldest_job_age_seconds").set(age.as_secs_f64());
            }
        });
    }

    /// How many there are, and the age of the oldest.
    fn jobs(&self, clock: &Clock) -> (u32, Duration) {
        let state = self.0.state.lock();
        let oldest = state.jobs.values().min();
        let age = oldest.map_or(Duration::ZERO, |at| clock.now().since(*at));
        (u32::try_from(state.jobs.len()).unwrap_or(u32::MAX), age)
    }
}

/// A job in hand, until this is dropped.
#[derive(Debug)]
pub struct Held {
    register: InHand,
    job: Uuid,
}

impl Held {
    /// A relay has it.
    pub fn taken(self) {
        let mut state = self.register.0.state.lock();
        let is_over = state.since.is_none_or(|since| since.elapsed() >= MEMORY);
        if state.taken.len() >= MOST || is_over {
            state.taken_earlier = mem::take(&mut state.taken);
            state.since = Some(Instant::now());
        }
        state.taken.insert(self.job);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.register.0.state.lock().jobs.remove(&self.job);
        self.register.0.ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use signpost_shared::{
        address::EmailAddress,
        code::{Challenge, Digits},
        locale::Locale,
    };

    use super::*;

    fn job(number: u128, accepted_at: Timestamp) -> Job {
        Job {
            id: Uuid::from_u128(number),
            to: EmailAddress::parse("jane@a.example").unwrap(),
            locale: Locale::default(),
            challenge: Challenge {
                id: Uuid::nil(),
                kid: "k1".to_owned().try_into().unwrap(),
                digits: Digits::default(),
                expires_at: accepted_at,
            },
            accepted_at,
            key_check: None,
            tag: None,
            wants_status: false,
        }
    }

    #[tokio::test]
    async fn the_oldest_counts_until_it_is_done() {
        let (register, clock) = (InHand::default(), Clock::system());
        let old = register.begin(&job(1, clock.now())).await;
        clock.advance(Duration::from_secs(10));
        let young = register.begin(&job(2, clock.now())).await;
        let (jobs, age) = register.jobs(&clock);
        assert_eq!((jobs, age.as_secs()), (2, 10));
        drop(old);
        let (jobs, age) = register.jobs(&clock);
        assert_eq!((jobs, age.as_secs()), (1, 0));
        drop(young);
        assert_eq!(register.jobs(&clock), (0, Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_is_handed_over_once_and_again_only_when_that_failed() {
        let (register, job) = (InHand::default(), job(1, Timestamp::from_millis(1)));
        let first = register.begin(&job).await.unwrap();
        let (again, third) = (register.clone(), job.clone());
        #[expect(clippy::disallowed_methods, reason = "ends with the test")]
        let waiting = tokio::spawn(async move { again.begin(&third).await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished(), "it is on its way");
        drop(first);
        waiting.await.unwrap().unwrap().taken();
        assert!(register.begin(&job).await.is_none());
        assert!(register.0.state.lock().jobs.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_remembered_is_bounded_in_time_and_number() {
        let register = InHand::default();
        let numbered = |number| job(number, Timestamp::from_millis(1));
        let hand_over = async |number: u128| match register.begin(&numbered(number)).await {
            Some(begun) => begun.taken(),
            None => panic!("{number} was handed over"),
        };
        hand_over(0).await;
        tokio::time::advance(MEMORY).await;
        hand_over(1).await;
        assert!(register.begin(&numbered(0)).await.is_none(), "for the time at least");
        tokio::time::advance(MEMORY).await;
        hand_over(2).await;
        assert!(register.begin(&numbered(0)).await.is_some());
        for number in 3..=3 + 2 * MOST as u128 {
            hand_over(number).await;
        }
        let state = register.0.state.lock();
        assert!(state.taken.len() + state.taken_earlier.len() <= 2 * MOST);
    }
}
