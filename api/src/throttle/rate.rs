//! Rates: `10/m` with a burst, by the generic cell rate algorithm (ITU-T I.371),
//! for client networks and for the whole service.

use std::{str::FromStr, time::Duration};

use signpost_shared::clock::Timestamp;

/// So many in a second, minute, hour or day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// From one to the next.
    pub interval: Duration,
}

impl FromStr for Rate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "expected a rate such as 10/m (per s, m, h or d), or off";
        let (count, unit) = text.split_once('/').ok_or(wrong)?;
        let count: u32 = count.trim().parse().map_err(|_| wrong)?;
        let seconds = match unit.trim() {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86_400,
            _ => return Err(wrong),
        };
        let interval = Duration::from_secs(seconds).checked_div(count).ok_or(wrong)?;
        // Milliseconds are what Redis counts in, with fractions.
        if interval.is_zero() { Err(wrong) } else { Ok(Self { interval }) }
    }
}

/// A limit: a rate and how many may come at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The rate in the long run.
    pub rate: Rate,
    /// How many at once; at least 1.
    pub burst: u32,
}

/// The theoretical arrival time of the next one, in memory. The same rule as `rates.lua`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cell {
    arrival_us: u64,
}

impl Cell {
    /// What it is when one more is taken; `Err` says how long until one fits.
    pub(super) fn room(self, limit: Limit, now: Timestamp) -> Result<Self, Duration> {
        let now_us = micros(now);
        let latest_us = now_us.saturating_add(interval(limit).saturating_mul(limit.burst.into()));
        let kept_us = match self.arrival_us {
            later if later > latest_us => latest_us.saturating_sub(interval(limit)),
            kept => kept,
        };
        let arrival_us = kept_us.max(now_us).saturating_add(interval(limit));
        match arrival_us.saturating_sub(latest_us) {
            0 => Ok(Self { arrival_us }),
            wait => Err(Duration::from_millis(wait.div_ceil(1000))),
        }
    }

    /// What it is when one is given back.
    pub(super) fn refunded(self, limit: Limit) -> Self {
        Self { arrival_us: self.arrival_us.saturating_sub(interval(limit)) }
    }

    pub(super) fn is_idle(self, now: Timestamp) -> bool {
        self.arrival_us <= micros(now)
    }
}

fn micros(moment: Timestamp) -> u64 {
    moment.as_millis().saturating_mul(1000)
}

fn interval(limit: Limit) -> u64 {
    u64::try_from(limit.rate.interval.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_is_raised_holds_from_now_on() {
        let limit =
            |seconds| Limit { rate: Rate { interval: Duration::from_secs(seconds) }, burst: 2 };
        let (now, mut cell) = (Timestamp::from_millis(1_000_000), Cell::default());
        for _ in 0..2 {
            cell = cell.room(limit(3600), now).unwrap();
        }
        assert_eq!(cell.room(limit(3600), now).unwrap_err(), Duration::from_secs(3600));
        let raised = cell.room(limit(1), now).unwrap();
        assert_eq!(raised.room(limit(1), now).unwrap_err(), Duration::from_secs(1));
    }

    #[test]
    fn rates_are_read() {
        let of = |text: &str| text.parse::<Rate>();
        let rate = |interval| Ok(Rate { interval });
        assert_eq!(of("10/m"), rate(Duration::from_secs(6)));
        assert_eq!(of("1/d"), rate(Duration::from_secs(86_400)));
        for bad in ["", "10", "0/m", "-1/s", "10/y", "ten/m"] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
