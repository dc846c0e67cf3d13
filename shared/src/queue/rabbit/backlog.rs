//! How many jobs wait, how long one must wait until there is room for another, and how many
//! workers share them.
//!
//! Asked of the broker every second or few, since all APIs fill the same queue.

use std::time::Duration;

use tokio::{
    sync::watch,
    time::{Instant, Interval},
};

use super::{
    asking::Load,
    connection::ConnectError,
    publisher::{LOOK_AGAIN, Publisher},
    topology::SEND,
};

/// From one question to the next.
const ASK: Duration = Duration::from_secs(1);
/// The same for the number of workers.
const COUNT: Duration = Duration::from_secs(2);
/// A limit is sized to be worked off in this time, so this is the longest that anybody is told
/// to wait, and what the first one is told by.
const WHOLE: Duration = Duration::from_secs(300);

/// Tells a publisher whether there is room.
pub(super) async fn watch_depth(publisher: Publisher, limit: u32) {
    let mut pace = Pace::new(limit);
    let mut ticks = tokio::time::interval(ASK);
    loop {
        ticks.tick().await;
        let depth = look(&publisher, &mut ticks).await.map(|(messages, _)| messages);
        // Unknown: publishing finds out what is wrong.
        let room = depth.map_or(Ok(()), |depth| pace.room(depth, Instant::now()));
        *publisher.0.room.lock() = room;
    }
}

/// Tells how many consumers the queue has, until nobody listens.
pub(super) async fn watch_consumers(publisher: Publisher, consumers: watch::Sender<u32>) {
    let mut ticks = tokio::time::interval(COUNT);
    while !consumers.is_closed() {
        ticks.tick().await;
        publisher.connected().await;
        if let Some((_, count)) = look(&publisher, &mut ticks).await {
            consumers.send_if_modified(|known| std::mem::replace(known, count) != count);
        }
    }
}

/// How many messages and consumers it has; none: not known.
async fn look(publisher: &Publisher, ticks: &mut Interval) -> Option<Load> {
    let link = publisher.link().ok()?;
    let looked = link.known.asking.lock().await.look(&link.connection, SEND).await;
    if looked.as_ref().map_or_else(ConnectError::is_refusal, Option::is_none) {
        // Somebody must act first, and each answer of this kind costs a channel.
        ticks.reset_after(LOOK_AGAIN);
    }
    looked.ok()?
}

/// How fast the queue shrinks while nothing is let in.
struct Pace {
    limit: u32,
    jobs_per_second: f64,
    last: Option<(u32, Instant)>,
}

impl Pace {
    /// What the newest second counts for.
    const WEIGHT: f64 = 0.2;

    fn new(limit: u32) -> Self {
        Self { limit, jobs_per_second: f64::from(limit) / WHOLE.as_secs_f64(), last: None }
    }

    fn room(&mut self, depth: u32, now: Instant) -> Result<(), Duration> {
        // Below the limit the queue shrinks by less than what leaves it.
        if let Some((before, then)) = self.last.replace((depth, now))
            && before >= self.limit
        {
            let left = f64::from(before) - f64::from(depth);
            let newest = left / now.duration_since(then).as_secs_f64().max(0.001);
            self.jobs_per_second += Self::WEIGHT * (newest - self.jobs_per_second);
        }
        let Some(excess) = depth.checked_sub(self.limit) else { return Ok(()) };
        let seconds = f64::from(excess.saturating_add(1)) / self.jobs_per_second.max(0.001);
        Err(Duration::from_secs_f64(seconds.clamp(1.0, WHOLE.as_secs_f64())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_what_is_too_much_by_the_pace_at_which_it_leaves() {
        let start = Instant::now();
        let mut pace = Pace::new(3000);
        let mut room = |second: u64, depth: u32| {
            let wait = pace.room(depth, start + Duration::from_secs(second));
            wait.map_err(|wait| wait.as_millis().div_ceil(1000))
        };
        assert_eq!(room(0, 2999), Ok(()));
        assert_eq!(room(1, 3999), Err(100), "as the limit is sized: ten a second");
        for second in 2..62 {
            let _ = room(second, 3999 - 5 * u32::try_from(second).unwrap());
        }
        assert_eq!(room(62, 3689), Err(138), "five a second were seen");
        for second in 63..163 {
            let _ = room(second, 3689);
        }
        assert_eq!(room(163, 3689), Err(300), "nothing leaves");
        assert_eq!(room(164, 10), Ok(()));
    }
}
