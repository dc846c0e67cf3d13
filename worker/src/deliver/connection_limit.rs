//! Deliver: how many connections a relay lets us have, found out by being refused.
//!
//! A refusal lowers the limit to what works, which costs no mail anything; it creeps up again, so
//! that a relay which has more to give is used, at the price of a refusal now and then.

use std::time::Duration;

use tokio::time::Instant;

/// How long without a refusal until one more is tried.
const RAISE_AFTER: Duration = Duration::from_secs(10);
/// How long an unused connection is kept after a refusal; and where the relay was only slow to
/// greet, or nobody else is seen.
const SCARCE: Duration = Duration::from_secs(1);
const LONGER: Duration = Duration::from_secs(10);
/// How long a refusal holds to the letter: whoever was refused would only be so again.
const MOMENT: Duration = Duration::from_secs(1);

/// Connections to one relay.
#[derive(Debug)]
pub(super) struct ConnectionLimit {
    /// What the settings allow.
    most: u32,
    /// What was found; more than anybody allows, if nothing was.
    limit: u32,
    /// When it was last lowered or raised.
    moved: Instant,
    /// What was in use at the last refusal, and until when no more may be.
    held: Option<(u32, Instant)>,
    /// It was lowered since the relay was slow, and by no refusal.
    is_guess: bool,
    /// No other worker is seen; one whose relays are out of use is not.
    alone: bool,
}

impl ConnectionLimit {
    pub(super) fn new(most: u32) -> Self {
        let moved = Instant::now();
        Self { most, limit: u32::MAX, moved, held: None, is_guess: false, alone: true }
    }

    /// So many now.
    pub(super) fn at(&mut self, now: Instant) -> u32 {
        if self.limit >= self.most {
            self.moved = now;
        }
        while self.limit < self.most && self.moved + RAISE_AFTER <= now {
            self.limit += 1;
            self.moved += RAISE_AFTER;
            if self.limit == self.most {
                self.limit = u32::MAX;
            }
        }
        self.held = self.held.filter(|(_, until)| now < *until);
        self.held.map_or(u32::MAX, |(others, _)| others).min(self.limit).min(self.most)
    }

    /// When it will be raised, if it will be.
    pub(super) fn raised_at(&self) -> Option<Instant> {
        let raised = (self.limit < self.most).then(|| self.moved + RAISE_AFTER);
        self.held.map(|(_, until)| until).or(raised)
    }

    /// The relay refused one, while so many others were in use. They may be few since there was
    /// little to send, so the limit is halved at most: several that are refused say more.
    pub(super) fn refused(&mut self, others: u32, now: Instant) {
        self.at(now);
        let limit = self.limit.min(self.most);
        self.limit = others.max(limit / 2).clamp(1, limit);
        self.held = Some((others, now + MOMENT));
        self.moved = now;
        self.is_guess = false;
    }

    /// It was slow to greet one.
    pub(super) fn slow(&mut self, others: u32, now: Instant) {
        let was_refused = self.raised_at().is_some() && !self.is_guess;
        self.refused(others.max(1), now);
        self.is_guess = !was_refused;
    }

    /// How long an unused connection may be kept, if they are few. For longer where no other worker
    /// is seen to wait for one: a relay may count how many are made in a minute.
    pub(super) fn keeps_unused(&self) -> Option<Duration> {
        self.raised_at()?;
        Some(if self.is_guess || self.alone { LONGER } else { SCARCE })
    }

    /// The settings, or our share of them, have changed.
    pub(super) fn allow(&mut self, most: u32, alone: bool, now: Instant) {
        self.at(now);
        self.alone = alone;
        self.most = most.max(1);
    }

    /// Whether others may have what we are refused.
    pub(super) fn is_shared(&self) -> bool {
        !self.alone
    }

    /// What was refused was not our number.
    pub(super) fn forget(&mut self) {
        (self.limit, self.held) = (u32::MAX, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_falls_to_what_works_and_creeps_up() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut limit = ConnectionLimit::new(20);
        limit.allow(20, false, start);
        limit.refused(19, start);
        for others in (3..19).rev() {
            limit.refused(others, start);
        }
        assert_eq!(limit.at(start), 3);
        // A late word about more than that changes nothing.
        limit.refused(7, start);
        assert_eq!((limit.at(after(9)), limit.raised_at()), (3, Some(after(10))));
        assert_eq!((limit.at(after(10)), limit.at(after(39))), (4, 6));
        assert_eq!(limit.keeps_unused(), Some(SCARCE));
        limit.slow(1, after(40));
        assert_eq!(limit.keeps_unused(), Some(SCARCE), "it was refused before");
        assert_eq!((limit.at(after(40)), limit.raised_at()), (1, Some(after(41))));
        assert_eq!((limit.at(after(41)), limit.at(after(49)), limit.at(after(50))), (3, 3, 4));
        assert_eq!((limit.at(after(10_000)), limit.raised_at()), (20, None));
        assert_eq!(limit.keeps_unused(), None);
        limit.slow(10, after(10_000));
        assert_eq!(limit.keeps_unused(), Some(LONGER));
        limit.refused(1, after(10_000));
        assert_eq!(limit.keeps_unused(), Some(SCARCE));
        limit.allow(20, true, start);
        assert_eq!(limit.keeps_unused(), Some(LONGER), "nobody waits for one");
    }

    #[test]
    fn a_share_is_a_ceiling() {
        let start = Instant::now();
        let mut limit = ConnectionLimit::new(20);
        limit.allow(10, false, start);
        assert_eq!(limit.at(start), 10);
        limit.refused(4, start);
        limit.refused(4, start);
        limit.allow(20, false, start);
        assert_eq!(limit.at(start), 4);
        limit.allow(0, false, start);
        assert_eq!(limit.at(start), 1);
        let later = start + Duration::from_secs(3600);
        limit.allow(20, false, later);
        assert_eq!(limit.at(later), 4, "it was found, whatever was allowed since");
        assert_eq!(limit.at(later + RAISE_AFTER), 5);
        limit.refused(0, later + RAISE_AFTER);
        let at = |seconds| later + RAISE_AFTER + Duration::from_secs(seconds);
        assert_eq!((limit.at(at(0)), limit.at(at(1))), (0, 2), "not at once again");
        limit.allow(5, false, at(1));
        limit.forget();
        assert_eq!(limit.at(start), 5);
    }
}
