//! Which fault comes next: a seed makes the same schedule again.

use std::{fmt, time::Duration};

use rand::{Rng as _, rngs::StdRng};
use strum::Display;

/// A part that can be killed or paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Display)]
pub(super) enum Part {
    #[strum(to_string = "RabbitMQ")]
    Broker,
    Redis,
    #[strum(to_string = "the API")]
    Api,
    #[strum(to_string = "a worker")]
    Worker(u8),
}

/// A line between two parts that can be cut or go dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Display)]
pub(super) enum Line {
    #[strum(to_string = "API to Redis")]
    ApiRedis,
    #[strum(to_string = "API to RabbitMQ")]
    ApiBroker,
    #[strum(to_string = "workers to RabbitMQ")]
    WorkerBroker,
    #[strum(to_string = "workers to the relay")]
    WorkerRelay,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Display)]
pub(super) enum Kind {
    /// SIGKILL, and a start after a while.
    #[strum(to_string = "kill {0}")]
    Kill(Part),
    /// SIGSTOP, and SIGCONT after a while.
    #[strum(to_string = "pause {0}")]
    Pause(Part),
    /// All connections end, in the middle of whatever they carried; new ones are refused.
    #[strum(to_string = "cut {0}")]
    Cut(Line),
    /// Connections stay, and nothing passes.
    #[strum(to_string = "freeze {0}")]
    Freeze(Line),
}

/// A fault, and how long it lasts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    pub(super) kind: Kind,
    pub(super) lasts: Duration,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for {:.1} s", self.kind, self.lasts.as_secs_f64())
    }
}

/// An endless list of faults.
#[derive(Debug)]
pub(super) struct Schedule {
    random: StdRng,
    /// Those left of the present round: each round has every kind once, in another order.
    round: Vec<Kind>,
}

impl Schedule {
    pub(super) fn new(random: StdRng) -> Self {
        Self { random, round: Vec::new() }
    }

    pub(super) fn next(&mut self, workers: u8) -> Fault {
        if self.round.is_empty() {
            let parts = [Part::Broker, Part::Redis, Part::Api].into_iter();
            let parts: Vec<Part> = parts.chain((0..workers).map(Part::Worker)).collect();
            let lines = [Line::ApiRedis, Line::ApiBroker, Line::WorkerBroker, Line::WorkerRelay];
            let parts = parts.into_iter().flat_map(|part| [Kind::Kill(part), Kind::Pause(part)]);
            let lines = lines.into_iter().flat_map(|line| [Kind::Cut(line), Kind::Freeze(line)]);
            self.round = parts.chain(lines).collect();
        }
        let chosen = self.random.random_range(0..self.round.len());
        let lasts = Duration::from_millis(self.random.random_range(200..3000));
        Fault { kind: self.round.swap_remove(chosen), lasts }
    }

    /// How long all is well between two faults.
    pub(super) fn pause(&mut self) -> Duration {
        Duration::from_millis(self.random.random_range(300..2000))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand::SeedableRng as _;

    use super::*;

    fn kinds(seed: u64, count: usize) -> Vec<Kind> {
        let mut schedule = Schedule::new(StdRng::seed_from_u64(seed));
        (0..count).map(|_| schedule.next(2).kind).collect()
    }

    #[test]
    fn a_seed_makes_its_schedule_again_and_a_round_has_every_kind() {
        assert_eq!(kinds(7, 40), kinds(7, 40));
        assert_ne!(kinds(7, 18), kinds(8, 18));
        assert_eq!(kinds(7, 18).into_iter().collect::<BTreeSet<_>>().len(), 18);
    }
}
