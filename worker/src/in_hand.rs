//! What is being worked on, for the gauge that says how old the oldest job in hand is.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use metrics::gauge;
use signpost_shared::{
    clock::{Clock, Timestamp},
    lifecycle::Lifecycle,
};

/// The jobs in hand, by when they were accepted. Clones are one register.
#[derive(Clone, Debug, Default)]
pub struct InHand(Arc<Mutex<BTreeMap<Timestamp, usize>>>);

impl InHand {
    /// Counts a job as in hand until the guard is dropped.
    pub fn enter(&self, accepted_at: Timestamp) -> Entry {
        *self.jobs().entry(accepted_at).or_default() += 1;
        Entry { register: self.clone(), accepted_at }
    }

    /// Sets the gauges once a second until shutdown ends.
    pub fn report(&self, clock: Clock, lifecycle: &Lifecycle) {
        let register = self.clone();
        lifecycle.spawn_background(async move {
            let mut ticks = tokio::time::interval(Duration::from_secs(1));
            loop {
                ticks.tick().await;
                let (jobs, age) = register.state(&clock);
                gauge!("signpost_jobs_in_hand").set(f64::from(jobs));
                gauge!("signpost_oldest_job_age_seconds").set(age.as_secs_f64());
            }
        });
    }

    fn state(&self, clock: &Clock) -> (u32, Duration) {
        let jobs = self.jobs();
        let oldest = jobs.keys().next().map_or(Duration::ZERO, |at| clock.now().since(*at));
        (u32::try_from(jobs.values().sum::<usize>()).unwrap_or(u32::MAX), oldest)
    }

    fn jobs(&self) -> MutexGuard<'_, BTreeMap<Timestamp, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One job in hand.
#[derive(Debug)]
pub struct Entry {
    register: InHand,
    accepted_at: Timestamp,
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut jobs = self.register.jobs();
        if let Some(count) = jobs.get_mut(&self.accepted_at) {
            *count -= 1;
            if *count == 0 {
                jobs.remove(&self.accepted_at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_counts_until_it_is_done() {
        let (register, clock) = (InHand::default(), Clock::system());
        let old = register.enter(clock.now());
        clock.advance(Duration::from_secs(10));
        let young = register.enter(clock.now());
        let (jobs, age) = register.state(&clock);
        assert_eq!((jobs, age.as_secs()), (2, 10));
        drop(old);
        let (jobs, age) = register.state(&clock);
        assert_eq!((jobs, age.as_secs()), (1, 0));
        drop(young);
        assert_eq!(register.state(&clock), (0, Duration::ZERO));
    }
}
