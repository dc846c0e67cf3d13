//! Deliver: how many mails a second a relay lets us begin, found out by being refused.
//!
//! Unlimited until then, or as fast as the operator says. A refusal halves what the relay took in
//! the last second. From there it grows by a fixed step a second up to what was refused, and beyond
//! that by a part of itself, since nothing is known there; far above, it is given up. Mails begin
//! evenly spaced, so a thousand that come back at once from a wait queue are spread like any others.

use std::time::Duration;

use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);
/// Never slower, in mails a second.
const SLOWEST: f64 = 1.0;
/// What it grows by in a second, as a part of the rate that was refused.
const STEP: f64 = 0.05;
/// And at least by so much.
const LEAST_STEP: f64 = 0.1;
/// What it grows by in a second beyond what was refused, as a part of itself.
const UNKNOWN_STEP: f64 = 0.5;
/// It grows for so long after a mail: without any it proves nothing (RFC 7661).
const BUSY: Duration = Duration::from_secs(2);
/// Forgotten when none has come for so long.
const FORGOTTEN: Duration = Duration::from_secs(300);
/// Given up at so many times the rate that was refused, and at so many mails a second.
const FREE: f64 = 4.0;
const FREE_AT: f64 = 50.0;
/// So many refusals in a row at the slowest pace say that it refuses all mails.
const IN_VAIN: u32 = 3;
/// How long pace is not what refusals are about, then.
const LET_BE: Duration = Duration::from_secs(60);
/// Unless the relay says that it is: some count what they refuse, too. Then a mail now and then
/// finds out when it takes one again, in mails a second.
const NOW_AND_THEN: f64 = 0.2;
/// A mail may begin so much before its time, or timers would slow us down.
const EARLY: Duration = Duration::from_millis(50);

/// How long mails are counted together that the relay took, or may have refused for our pace; and
/// how many of the former at most.
const TOGETHER: Duration = Duration::from_secs(10);
const MANY: usize = 2 * SUSPECTS;
/// So many of the latter are too many, if there are half as many as of the former. With words about
/// a rate each counts twice.
const TOO_MANY: usize = 6;
/// So many of them are remembered.
const SUSPECTS: usize = 64;

/// Mails to one relay.
#[derive(Debug)]
pub(super) struct Pace {
    /// Our share of what the operator says, in mails a second.
    ceiling: Option<f64>,
    slowed: Option<Slowed>,
    /// When the last mail began.
    begun: Instant,
    /// When the next mail's time is.
    due: Option<Instant>,
    taken: Taken,
    share: Share,
    /// Refusals at the slowest pace since a mail was taken.
    in_vain: u32,
    /// Until when pace is not what refusals are about.
    let_be: Option<Instant>,
    /// Only a mail now and then is tried.
    silenced: bool,
    /// It was in vain, and no mail has been taken since.
    refuses_all: bool,
}

/// What the relay refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Our rate: it says so.
    Rate,
    /// Any mail: it has not heard yet whom this one is for.
    AnyMail,
    /// Our rate, or this mail.
    Unclear,
}

#[derive(Debug)]
struct Slowed {
    rate: f64,
    /// Up to here it grows slowly.
    known_to: f64,
    halved: Instant,
    grown: Instant,
}

/// How mails fared that came one after the other.
#[derive(Debug)]
struct Share {
    since: Instant,
    taken: usize,
    /// Hashes of the mails.
    suspected: Vec<u64>,
}

/// Mails that the relay took, in this second and the one before.
#[derive(Debug)]
struct Taken {
    since: Instant,
    now: u32,
    before: u32,
}

impl Pace {
    pub(super) fn new(ceiling: Option<f64>) -> Self {
        let now = Instant::now();
        let taken = Taken { since: now, now: 0, before: 0 };
        Self {
            ceiling,
            slowed: None,
            begun: now,
            due: None,
            taken,
            share: Share::new(now),
            in_vain: 0,
            let_be: None,
            silenced: false,
            refuses_all: false,
        }
    }

    /// Mails a second; none: unlimited.
    pub(super) fn rate(&mut self, now: Instant) -> Option<f64> {
        if self.silenced {
            return Some(NOW_AND_THEN);
        }
        if let Some(slowed) = &mut self.slowed {
            let until = now.min(self.begun + BUSY);
            slowed.grow(until.saturating_duration_since(slowed.grown).as_secs_f64());
            slowed.grown = now;
            let is_free = slowed.rate >= (slowed.known_to * FREE).max(FREE_AT);
            if is_free || now > self.begun + FORGOTTEN {
                self.slowed = None;
            }
        }
        let slowed = self.slowed.as_ref().map(|slowed| slowed.rate);
        match (slowed, self.ceiling) {
            (Some(slowed), Some(ceiling)) => Some(slowed.min(ceiling)),
            (rate, ceiling) => rate.or(ceiling),
        }
    }

    /// Whether refusals have slowed it.
    pub(super) fn is_slowed(&self) -> bool {
        self.slowed.is_some()
    }

    /// Whether sending as slowly as we do has lately made no difference.
    pub(super) fn is_in_vain(&self, now: Instant) -> bool {
        self.silenced || self.let_be.is_some_and(|until| now < until)
    }

    /// Whether that was so, and no mail has been taken since.
    pub(super) fn refuses_all(&self) -> bool {
        self.refuses_all
    }

    /// Whether only a mail now and then is tried.
    pub(super) fn is_silenced(&self) -> bool {
        self.silenced
    }

    /// When the next mail may begin, if not now.
    pub(super) fn wait(&mut self, now: Instant) -> Option<Instant> {
        self.rate(now)?;
        self.due.filter(|due| *due > now + EARLY).map(|due| due - EARLY)
    }

    /// A mail begins.
    pub(super) fn begin(&mut self, now: Instant) {
        self.due = self.rate(now).map(|rate| self.due.unwrap_or(now).max(now) + interval(rate));
        self.begun = now;
    }

    /// The relay took a mail.
    pub(super) fn taken(&mut self, now: Instant) {
        self.taken.turn(now);
        self.taken.now = self.taken.now.saturating_add(1);
        self.share.at(now).taken += 1;
        (self.in_vain, self.refuses_all) = (0, false);
        if std::mem::take(&mut self.silenced) {
            let (rate, known_to) = (SLOWEST, SLOWEST);
            self.slowed = Some(Slowed { rate, known_to, halved: now, grown: now });
            self.due = Some(now + interval(rate));
        }
    }

    /// The relay refused us for our pace.
    pub(super) fn refused(&mut self, refusal: Refusal, now: Instant) {
        let rate = self.rate(now);
        let has_just_halved =
            self.slowed.as_ref().is_some_and(|slowed| now < slowed.halved + SECOND);
        if self.silenced || has_just_halved {
            return;
        }
        let refused = rate.unwrap_or_else(|| self.taken.rate(now));
        let is_slowest = self.slowed.is_some() && refused < 2.0 * SLOWEST;
        self.in_vain = if is_slowest { self.in_vain + 1 } else { 0 };
        self.share = Share::new(now);
        let is_vain = self.in_vain >= IN_VAIN;
        self.refuses_all |= is_vain;
        // Of any mail one a second finds out when it is over.
        if is_vain && refusal != Refusal::AnyMail {
            (self.slowed, self.in_vain) = (None, 0);
            if refusal == Refusal::Rate {
                (self.silenced, self.due) = (true, Some(now + interval(NOW_AND_THEN)));
            } else {
                self.let_be = Some(now + LET_BE);
            }
            return;
        }
        let halved = (refused / 2.0).max(SLOWEST);
        // What it took until it refused is no more than it allows.
        let known_to = if rate.is_some() { refused.max(SLOWEST) } else { halved };
        self.slowed = Some(Slowed { rate: halved, known_to, halved: now, grown: now });
        self.due = Some(now + interval(halved));
    }

    /// It may have, when it refused this mail: from here it grows as after a refusal. One mail of
    /// three is too many to be strangers', with words about a rate one of five.
    pub(super) fn suspected(&mut self, refusal: Refusal, mail: u64, now: Instant) {
        self.rate(now);
        let share = self.share.at(now);
        if share.suspected.len() < SUSPECTS && !share.suspected.contains(&mail) {
            share.suspected.push(mail);
        }
        let suspected = share.suspected.len() * if refusal == Refusal::Rate { 2 } else { 1 };
        if suspected >= TOO_MANY && 2 * suspected >= share.taken {
            return self.refused(refusal, now);
        }
        if let Some(slowed) = &mut self.slowed {
            slowed.known_to = (2.0 * slowed.rate).min(FREE_AT);
        }
    }

    /// Our share of what the operator says has changed.
    pub(super) fn allow(&mut self, ceiling: Option<f64>) {
        self.ceiling = ceiling;
    }
}

impl Slowed {
    fn grow(&mut self, seconds: f64) {
        let step = (self.known_to * STEP).max(LEAST_STEP);
        let known = ((self.known_to - self.rate) / step).clamp(0.0, seconds);
        self.rate += step * known;
        self.rate *= (1.0 + UNKNOWN_STEP).powf(seconds - known);
    }
}

fn interval(rate: f64) -> Duration {
    SECOND.div_f64(rate.max(0.001))
}

impl Share {
    fn new(since: Instant) -> Self {
        Self { since, taken: 0, suspected: Vec::new() }
    }

    /// This one, or a new one.
    fn at(&mut self, now: Instant) -> &mut Self {
        if self.taken >= MANY || now.saturating_duration_since(self.since) >= TOGETHER {
            *self = Self::new(now);
        }
        self
    }
}

impl Taken {
    fn turn(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.since);
        if passed >= SECOND {
            self.before = if passed < 2 * SECOND { self.now } else { 0 };
            (self.since, self.now) = (now, 0);
        }
    }

    fn rate(&mut self, now: Instant) -> f64 {
        self.turn(now);
        f64::from(self.now.max(self.before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many mails begin in so many seconds if they are there.
    fn begun(pace: &mut Pace, now: &mut Instant, seconds: u64) -> u32 {
        let (end, mut begun) = (*now + SECOND * u32::try_from(seconds).unwrap(), 0);
        while *now < end {
            if pace.wait(*now).is_none() {
                pace.begin(*now);
                begun += 1;
            }
            *now += Duration::from_millis(1);
        }
        begun
    }

    #[test]
    fn off_until_it_is_refused_and_off_again_in_the_end() {
        let (mut pace, mut now) = (Pace::new(None), Instant::now());
        assert_eq!((pace.rate(now), begun(&mut pace, &mut now, 1)), (None, 1000));
        for _ in 0..20 {
            pace.taken(now);
        }
        pace.refused(Refusal::Unclear, now);
        assert_eq!(pace.rate(now), Some(10.0));
        assert!(pace.wait(now).is_some(), "the next one waits, too");
        // All that were on their way are refused as well.
        for _ in 0..50 {
            pace.refused(Refusal::Unclear, now);
        }
        assert_eq!(pace.rate(now), Some(10.0));
        let first = begun(&mut pace, &mut now, 1);
        assert!((12..=13).contains(&first), "{first}");
        assert!((14.9..=15.0).contains(&pace.rate(now).unwrap()), "nothing is known above it");
        pace.refused(Refusal::Unclear, now);
        assert!((7.4..=7.5).contains(&pace.rate(now).unwrap()), "a second later it counts");
        begun(&mut pace, &mut now, 10);
        assert!((14.9..=15.1).contains(&pace.rate(now).unwrap()), "by a fixed step to what it was");
        assert!(pace.is_slowed());
        begun(&mut pace, &mut now, 7);
        assert_eq!((pace.rate(now), pace.is_slowed()), (None, false));
    }

    #[test]
    fn never_below_one_a_second() {
        let (mut pace, mut now) = (Pace::new(None), Instant::now());
        for _ in 0..10 {
            pace.refused(Refusal::Unclear, now);
            now += SECOND;
        }
        assert!(pace.rate(now).unwrap() >= SLOWEST);
        pace.refused(Refusal::Unclear, now);
        assert_eq!(pace.rate(now), Some(SLOWEST));
        let begun = begun(&mut pace, &mut now, 4);
        assert!((4..=7).contains(&begun), "{begun}");
    }

    #[test]
    fn a_relay_that_counts_what_it_refuses_is_left_alone() {
        let (mut pace, mut now) = (Pace::new(None), Instant::now());
        for _ in 0..4 {
            assert!(!pace.is_silenced());
            pace.refused(Refusal::Rate, now);
            now += SECOND;
        }
        assert!(pace.is_silenced() && pace.is_in_vain(now));
        for _ in 0..100 {
            let begun = begun(&mut pace, &mut now, 60);
            assert!((11..=13).contains(&begun), "{begun}");
            pace.refused(Refusal::Rate, now);
        }
        pace.taken(now);
        assert_eq!(pace.rate(now), Some(SLOWEST), "not all at once");
        now += SECOND * 200;
        assert!(pace.rate(now).is_some_and(|rate| rate < 2.0), "nothing was sent meanwhile");
        begun(&mut pace, &mut now, 18);
        assert_eq!(pace.rate(now), None);
        pace.refused(Refusal::Unclear, now);
        assert!(pace.is_slowed());
        now += FORGOTTEN + SECOND;
        assert_eq!(pace.rate(now), None);
    }

    /// A relay that takes so many mails a second, evenly spaced, and a queue without end: how many
    /// of the first minute it takes, and refuses.
    fn first_minute(allowed: f64) -> (u32, u32) {
        let (mut pace, mut now) = (Pace::new(None), Instant::now());
        let (mut free, mut taken, mut refused) = (now, 0, 0);
        for _ in 0..60_000 {
            // Of those that are on their way at once.
            for _ in 0..20 {
                if pace.wait(now).is_some() {
                    break;
                }
                pace.begin(now);
                if now < free {
                    refused += 1;
                    pace.refused(Refusal::Rate, now);
                } else {
                    taken += 1;
                    free = now + interval(allowed);
                    pace.taken(now);
                }
            }
            now += Duration::from_millis(1);
        }
        (taken, refused)
    }

    #[test]
    fn what_a_relay_allows_is_found_soon() {
        for (allowed, least) in [(1.0, 0.5), (2.0, 0.6), (8.0, 0.6), (15.0, 0.6), (50.0, 0.5)] {
            let (taken, refused) = first_minute(allowed);
            // The first burst, and then one in five seconds; at the slowest pace one of two.
            assert!(refused <= 19 + 12 || allowed < 2.0, "{allowed}: {refused} refused");
            assert!(f64::from(taken) >= least * allowed * 60.0, "{allowed}: {taken}");
        }
    }

    #[test]
    fn a_third_is_too_many_however_quick_the_relay_is() {
        for (quick, third) in [(10, true), (1000, true), (10, false), (1000, false)] {
            let (mut pace, mut now) = (Pace::new(None), Instant::now());
            pace.slowed = Some(Slowed { rate: 40.0, known_to: 50.0, halved: now, grown: now });
            now += SECOND;
            for mail in 0..quick {
                pace.taken(now);
                pace.taken(now);
                if third || mail % 5 == 0 {
                    pace.suspected(Refusal::Unclear, mail, now);
                }
            }
            let rate = pace.rate(now).unwrap();
            assert_eq!(rate < 30.0, third, "{quick} {third}: {rate}");
        }
    }

    #[test]
    fn strangers_mails_keep_it_slowed_no_longer_than_they_come() {
        let (mut pace, mut now) = (Pace::new(None), Instant::now());
        pace.refused(Refusal::Unclear, now);
        for mail in 0..10_000 {
            now += SECOND;
            for _ in 0..3 {
                pace.taken(now);
            }
            pace.suspected(Refusal::Unclear, mail, now);
        }
        assert!(pace.rate(now).is_none_or(|rate| rate > FREE_AT), "{:?}", pace.rate(now));
        now += 20 * SECOND;
        assert_eq!(pace.rate(now), None);
    }

    #[test]
    fn what_is_refused_before_its_reader_is_named_is_tried_again_each_second() {
        let (mut pace, mut now) = (Pace::new(None), Instant::now());
        for refusals in 0..100 {
            assert_eq!(pace.refuses_all(), refusals > 3);
            pace.refused(Refusal::AnyMail, now);
            assert!(begun(&mut pace, &mut now, 1) <= 1);
        }
        assert!(!pace.is_in_vain(now));
        pace.taken(now);
        assert!(!pace.refuses_all());
    }

    #[test]
    fn what_the_operator_says_is_kept_to() {
        let (mut pace, mut now) = (Pace::new(Some(14.0)), Instant::now());
        let begun_at_first = begun(&mut pace, &mut now, 10);
        assert!((140..=142).contains(&begun_at_first), "{begun_at_first}");
        pace.refused(Refusal::Unclear, now);
        assert_eq!(pace.rate(now), Some(7.0));
        begun(&mut pace, &mut now, 60);
        assert_eq!(pace.rate(now), Some(14.0));
        // Nothing is saved up for later.
        now += SECOND * 60;
        let after_silence = begun(&mut pace, &mut now, 1);
        assert!(after_silence <= 16, "{after_silence}");
        pace.allow(Some(0.5));
        let shared = begun(&mut pace, &mut now, 10);
        assert!((4..=6).contains(&shared), "{shared}");
    }
}
