//! Rates: `10/m` with a burst, by the generic cell rate algorithm (ITU-T I.371),
//! for client networks and for the whole service.

use std::{str::FromStr, time::Duration};

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

#[cfg(test)]
mod tests {
    use super::*;

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
