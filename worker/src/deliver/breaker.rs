//! Deliver: whether a relay is in use.
//!
//! Closed lets every mail through, open none. While open, a probe logs in without a mail; then,
//! half-open, one mail at a time decides, then two, four and so on: a relay that has just come
//! back is not run over. A mail that failed there before decides nothing: a few readers whose
//! servers are slow, or whom the relay does not like, come back again and again.

use std::{
    collections::{HashSet, VecDeque},
    time::Duration,
};

use tokio::time::Instant;

use super::classify::About;

/// Failures of the relay in a row that take it out of use; refused domains, too.
const ROW: usize = 5;
/// So many mails are a few. When more fail, it is the relay.
const SUSPECTS: usize = 16;
/// How long a mail may be on its way before another one is tried beside it, and how many are.
const SLOW: Duration = Duration::from_secs(5);
const BESIDE: u32 = 3;
/// How long a relay that has come back is tried with other mails only.
const OTHERS_FIRST: Duration = Duration::from_secs(10);

/// Whether a relay is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "kebab-case")]
pub enum BreakerState {
    /// In use.
    #[default]
    Closed,
    /// Its login works again; a few mails at a time are tried.
    HalfOpen,
    /// Out of use; a probe tries to log in.
    Open,
}

/// One relay's breaker.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: BreakerState,
    /// Changes with the state: what a mail let through earlier reports is no news.
    era: u64,
    /// Half-open: mails on their way, mails taken of this round, and how many may be on their way.
    on_trial: u32,
    taken: u32,
    round: u32,
    /// Half-open: when the last mail went.
    went: Option<Instant>,
    /// Failures of the relay in a row.
    failures: usize,
    /// Hashes, so that no address is kept.
    refused_domains: HashSet<u64>,
    /// It was opened for refusals by policy: one more is enough to open it again.
    by_policy: bool,
    /// A trial has failed, and no mail was taken since: that a login works says little.
    failed_trial: bool,
    /// Probes since it was last closed.
    probes: u32,
    /// Hashes of mails that failed by themselves since one was taken in use, the newest last.
    suspects: VecDeque<u64>,
    /// Half-open: suspects may go from then on.
    suspects_from: Option<Instant>,
}

impl Breaker {
    pub(super) fn state(&self) -> BreakerState {
        self.state
    }

    /// Whether it takes mails, or may, as far as is known.
    pub(super) fn is_well(&self) -> bool {
        self.state != BreakerState::Open && !self.failed_trial
    }

    /// Mails that may be on their way at once; none: any number.
    pub(super) fn most(&self) -> Option<u32> {
        match self.state {
            BreakerState::Closed => None,
            BreakerState::HalfOpen => Some(self.round),
            BreakerState::Open => Some(0),
        }
    }

    /// Whether another mail may go. One that takes its time must not keep all others.
    pub(super) fn has_room(&self, now: Instant) -> bool {
        let is_slow = self.went.is_some_and(|went| now >= went + SLOW);
        let beside = if is_slow { BESIDE } else { 0 };
        self.most().is_none_or(|most| most > 0 && self.on_trial < most + beside)
    }

    /// Whether this mail must leave the trial to others.
    pub(super) fn keeps_back(&self, mail: u64, now: Instant) -> bool {
        self.state == BreakerState::HalfOpen
            && self.suspects_from.is_some_and(|from| now < from)
            && self.suspects.contains(&mail)
    }

    /// A mail failed by itself. Whether that is no news.
    pub(super) fn suspects(&mut self, mail: u64, now: Instant) -> bool {
        if self.suspects.contains(&mail) {
            self.suspects_from = Some(now + OTHERS_FIRST);
            return true;
        }
        if self.suspects.len() == SUSPECTS {
            self.suspects.pop_front();
        }
        self.suspects.push_back(mail);
        false
    }

    /// A mail goes; it must come back with this era.
    pub(super) fn enter(&mut self, now: Instant) -> u64 {
        self.on_trial += 1;
        self.went = Some(now);
        self.era
    }

    pub(super) fn leave(&mut self, era: u64) {
        if era == self.era {
            self.on_trial = self.on_trial.saturating_sub(1);
        }
    }

    /// The relay took a mail. `enough` mails at a time are as many as there can be.
    pub(super) fn taken(&mut self, era: u64, enough: u32) {
        if era != self.era {
            return;
        }
        self.failures = 0;
        self.refused_domains.clear();
        if self.state == BreakerState::Closed {
            self.suspects.clear();
        } else {
            // It works for some: if others close it again, it need not be left alone for long.
            (self.probes, self.failed_trial) = (0, false);
            self.taken += 1;
            if self.taken >= self.round {
                (self.taken, self.round) = (0, self.round.saturating_mul(2));
            }
            if self.round >= enough {
                self.turn(BreakerState::Closed);
            }
        }
    }

    /// A mail was not taken. Whether this opens the breaker.
    pub(super) fn failed(&mut self, era: u64, about: About, domain: u64) -> bool {
        let opens = match about {
            _ if era != self.era => false,
            About::Credentials => true,
            About::Relay => {
                self.failures += 1;
                self.failures >= ROW || self.state == BreakerState::HalfOpen
            }
            About::Policy => {
                self.failures = 0;
                self.refused_domains.insert(domain);
                let on_trial_for_it = self.state == BreakerState::HalfOpen && self.by_policy;
                self.refused_domains.len() >= ROW || on_trial_for_it
            }
            // The relay works, at least.
            About::Mail | About::Mailbox | About::Pace | About::PaceOrMail | About::AllMails => {
                self.failures = 0;
                false
            }
            About::Connection | About::Connections | About::Offer | About::Unknown => false,
        };
        if opens {
            self.by_policy = about == About::Policy;
            self.failed_trial = self.state == BreakerState::HalfOpen;
            self.turn(BreakerState::Open);
        }
        opens
    }

    /// Whether this failure of the relay was the first in a row.
    pub(super) fn has_just_failed(&self, about: About) -> bool {
        about == About::Relay && self.failures == 1
    }

    /// A probe begins to wait: how many came before.
    pub(super) fn probe(&mut self) -> u32 {
        self.probes = self.probes.saturating_add(1);
        self.probes - 1
    }

    /// A probe got in.
    pub(super) fn try_mails(&mut self, now: Instant) {
        self.suspects_from = Some(now + OTHERS_FIRST);
        self.turn(BreakerState::HalfOpen);
    }

    fn turn(&mut self, to: BreakerState) {
        self.state = to;
        self.era += 1;
        (self.on_trial, self.taken, self.round, self.failures) = (0, 0, 1, 0);
        self.refused_domains.clear();
        self.went = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(breaker: &mut Breaker, about: About, domain: u64) -> bool {
        let era = breaker.enter(Instant::now());
        breaker.failed(era, about, domain)
    }

    fn take(breaker: &mut Breaker) {
        let era = breaker.enter(Instant::now());
        breaker.taken(era, 8);
        breaker.leave(era);
    }

    #[test]
    fn five_failures_of_the_relay_in_a_row() {
        let mut breaker = Breaker::default();
        for _ in 0..2 {
            for _ in 0..4 {
                assert!(!fail(&mut breaker, About::Relay, 1));
            }
            take(&mut breaker);
        }
        for _ in 0..4 {
            assert!(!fail(&mut breaker, About::Relay, 1));
            assert!(!fail(&mut breaker, About::Connections, 1), "says nothing either way");
        }
        assert!(fail(&mut breaker, About::Relay, 1));
        assert_eq!(breaker.state(), BreakerState::Open);
    }

    #[test]
    fn five_domains_refused_by_policy_in_a_row() {
        let mut breaker = Breaker::default();
        for _ in 0..10 {
            assert!(!fail(&mut breaker, About::Policy, 1), "one domain is never enough");
        }
        for domain in 2..5 {
            assert!(!fail(&mut breaker, About::Policy, domain));
        }
        take(&mut breaker);
        for domain in 1..5 {
            assert!(!fail(&mut breaker, About::Policy, domain));
        }
        assert!(fail(&mut breaker, About::Policy, 5));
    }

    #[test]
    fn a_mail_that_failed_here_is_no_news_and_leaves_the_trial_to_others() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for mail in 0..5 {
            assert!(!breaker.suspects(mail, now));
            assert_eq!(fail(&mut breaker, About::Policy, mail), mail == 4);
        }
        breaker.try_mails(now);
        assert!(breaker.keeps_back(3, now) && !breaker.keeps_back(5, now));
        let later = now + OTHERS_FIRST;
        assert!(!breaker.keeps_back(3, later));
        assert!(breaker.suspects(3, later));
        assert!(breaker.keeps_back(4, later), "and again");
        // More than a few are the relay.
        for mail in 10..10 + SUSPECTS as u64 {
            assert!(!breaker.suspects(mail, later));
        }
        assert!(!breaker.suspects(3, later));
    }

    #[test]
    fn what_a_strangers_address_can_provoke_opens_nothing() {
        let mut breaker = Breaker::default();
        for about in [About::Mail, About::Mailbox, About::Pace, About::PaceOrMail, About::Unknown] {
            for domain in 0..20 {
                assert!(!fail(&mut breaker, about, domain), "{about:?}");
            }
        }
    }

    #[test]
    fn it_comes_back_by_doubling() {
        let mut breaker = Breaker::default();
        assert!(fail(&mut breaker, About::Credentials, 1));
        assert_eq!((breaker.has_room(Instant::now()), breaker.probe()), (false, 0));
        assert_eq!(breaker.probe(), 1);
        breaker.try_mails(Instant::now());
        for round in [1, 2, 4] {
            let eras: Vec<_> = (0..round)
                .map(|_| {
                    assert!(breaker.has_room(Instant::now()));
                    breaker.enter(Instant::now())
                })
                .collect();
            assert_eq!((breaker.most(), breaker.has_room(Instant::now())), (Some(round), false));
            for era in eras {
                breaker.taken(era, 8);
                breaker.leave(era);
            }
        }
        assert_eq!((breaker.state(), breaker.most()), (BreakerState::Closed, None));
        assert_eq!(breaker.probe(), 0, "the next outage begins anew");
    }

    #[test]
    fn a_mail_that_takes_its_time_does_not_keep_the_others() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        assert!(fail(&mut breaker, About::Credentials, 1));
        assert!(!breaker.has_room(now + SLOW));
        breaker.try_mails(now);
        let slow = breaker.enter(now);
        assert!(!breaker.has_room(now) && breaker.has_room(now + SLOW));
        breaker.enter(now + SLOW);
        assert!(!breaker.has_room(now + SLOW), "each has its time");
        breaker.taken(slow, 8);
        assert_eq!(breaker.most(), Some(2));
    }

    #[test]
    fn half_open_one_failure_is_enough_and_old_news_is_none() {
        for about in [About::Relay, About::Policy] {
            let mut breaker = Breaker::default();
            let old = breaker.enter(Instant::now());
            for domain in 0..4 {
                assert!(!fail(&mut breaker, about, domain));
            }
            assert!(fail(&mut breaker, about, 4));
            breaker.try_mails(Instant::now());
            assert!(!breaker.failed(old, about, 1));
            breaker.leave(old);
            breaker.taken(old, 1);
            assert_eq!((breaker.state(), breaker.is_well()), (BreakerState::HalfOpen, true));
            assert!(fail(&mut breaker, about, 1));
            breaker.try_mails(Instant::now());
            assert!(!breaker.is_well(), "not since it lets us in");
            take(&mut breaker);
            assert!(breaker.is_well());
        }
        let mut breaker = Breaker::default();
        assert!(fail(&mut breaker, About::Credentials, 1));
        breaker.try_mails(Instant::now());
        assert!(!fail(&mut breaker, About::Policy, 1), "that is not what it is on trial for");
    }
}
