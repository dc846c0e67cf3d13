//! Deliver: one mail's leave to use a relay, through which the relay's health hears how it went.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use lettre::address::Envelope;
use metrics::counter;
use tokio::time::Instant;
use tracing::{info, warn};

use super::{RelayHealth, SinceTaken, State};
use crate::deliver::{
    breaker::BreakerState,
    classify::{About, Known, classify, is_bare, puts_off},
    fault::{CauseKind, Fault, Stage},
    pace::Refusal,
    route::Attempt,
};

/// How long a mail taken for one domain says that another domain's mails are let in.
const RECENT: Duration = Duration::from_secs(600);
/// How long one taken for this domain says that its mails are let in.
const LATELY: Duration = Duration::from_secs(60);
/// So many mails are known again, and not taken for first contacts.
const SEEN: usize = 512;
/// How long other workers may have all connections.
const STARVING: Duration = Duration::from_secs(30);
/// After such a pause it is counted anew.
const PAUSE: Duration = Duration::from_secs(10);
/// So many domains are remembered.
const DOMAINS: usize = 16;
/// So many mails taken at first sight in a row are more than strangers who asked twice.
const FEW: usize = 3;
/// So many mails refused or put off in a row are more than strangers whose servers are away.
const MANY: usize = 8;

/// What a failure turned out to be about.
#[derive(Clone, Copy, Debug)]
pub(in crate::deliver) struct Heard {
    pub(in crate::deliver) about: About,
    /// It took the relay out of use: somebody must probe.
    pub(in crate::deliver) opened: bool,
    /// The relay is in use, and not on trial.
    pub(in crate::deliver) in_use: bool,
}

/// A mail's place at the relay, with a connection for as long as it lasts, and its duty to say
/// how it went. Dropped without a word, it only frees the place.
#[derive(Debug)]
pub(in crate::deliver) struct Admission {
    pub(super) health: Arc<RelayHealth>,
    pub(super) era: u64,
}

impl Admission {
    /// The relay took the mail, which it may never have seen before.
    pub(in crate::deliver) fn taken(&self, envelope: &Envelope, at_first_sight: bool) {
        let health = &self.health;
        let domain = health.domain(envelope);
        let now = Instant::now();
        let mut state = health.state.lock();
        state.pace.taken(now);
        state.since_taken = SinceTaken::default();
        let mail = health.mail(envelope);
        if at_first_sight && !state.seen.contains(&mail) {
            let (mails, since) = &mut state.at_first_sight;
            note(mails, mail, FEW);
            *since = (mails.len() == FEW).then_some(now).or(*since);
        }
        state.taken.retain(|(other, _)| *other != domain);
        state.taken.insert(0, (domain, now));
        state.taken.truncate(DOMAINS);
        let most = state.breaker.most();
        let enough = state.limit.at(now);
        state.breaker.taken(self.era, enough);
        if state.breaker.most() != most {
            health.changed.notify_waiters();
            if state.breaker.state() == BreakerState::Closed {
                info!(relay = %health.relay, "relay back in use: breaker closed");
            }
        }
        // It may have been raised or freed when a mail was let through.
        let (was_slowed, is_slowed) = (state.shown.1, state.pace.is_slowed());
        if most.is_some() || is_slowed || state.shown != (enough, is_slowed) {
            health.show(&mut state);
        }
        if was_slowed && !is_slowed {
            info!(relay = %health.relay, "relay takes our pace again");
        }
    }

    /// The relay did not take the mail, and had refused it `refusals` times before in this
    /// attempt.
    pub(in crate::deliver) fn failed(
        &self,
        fault: &Fault,
        attempt: Attempt<'_>,
        reused: bool,
        refusals: u32,
    ) -> Heard {
        let health = &self.health;
        let (mail, domain) = (health.mail(attempt.envelope), health.domain(attempt.envelope));
        let now = Instant::now();
        let mut state = health.state.lock();
        let (in_use, connected) = (state.in_use, health.connected.load(Ordering::Relaxed));
        let takes_mails = state
            .taken
            .first()
            .is_some_and(|(_, at)| now.saturating_duration_since(*at) < health.takes_mails_for);
        let stage = fault.cause.stage;
        let mut known = state.known(fault, attempt, (mail, domain), now);
        (known.reused, known.refusals, known.takes_mails) = (reused, refusals, takes_mails);
        known.others_work = in_use > 1;
        // One that no mail uses may be on its way out.
        known.others_are_ready = in_use > 1 && connected > 0 && !stage.is_in_a_mail();
        // To a used connection it may speak of how much that one has carried.
        known.speaks_to_others = fault.topics.rate
            && (!reused || known.slowed)
            && state.spoke_of_rate_to.replace(domain).is_some_and(|other| other != domain);
        let all_others = known.others_refused + 1 >= usize::try_from(in_use).unwrap_or(usize::MAX);
        known.refuses_any = stage == Stage::Mail && !takes_mails && all_others;
        let about = classify(&fault.cause, known);
        health.count(about);
        let is_told = fault.cause.kind == CauseKind::Reply;
        // Of what may be our pace, others that are refused can tell.
        let may_be_pace = match about {
            About::Pace | About::PaceOrMail | About::AllMails => true,
            // Every kept connection may hear of it first.
            About::Connection if !fault.topics.this_connection => {
                let fresh = classify(&fault.cause, Known { reused: false, ..known });
                matches!(fresh, About::Pace | About::PaceOrMail | About::AllMails)
            }
            About::Relay => stage == Stage::Auth && fault.class() == "4xx",
            // No answer, too: a recipient that is slow to check, or a relay that is.
            About::Mail => !is_told,
            _ => false,
        };
        if may_be_pace {
            note(&mut state.since_taken.refused, (mail, domain), MANY);
        }
        match about {
            About::Connections => {
                if state.limit.raised_at().is_none() {
                    let cause = &fault.cause;
                    info!(
                        relay = %health.relay, stage = %cause.stage, code = cause.code,
                        kind = cause.kind.as_str(), detail = fault.detail,
                        "a connection to the relay fails while others work: fewer are used"
                    );
                }
                let others = state.in_use.saturating_sub(1);
                if others == 0 {
                    let starved = &mut state.since_taken.starved;
                    let since = starved.filter(|(_, last)| now <= *last + PAUSE);
                    *starved = Some((since.map_or(now, |(since, _)| since), now));
                }
                // One of ours is let in, then.
                state.limit.refused(others.max(takes_mails.into()), now);
            }
            About::Mail if is_told && stage == Stage::Rcpt => {}
            About::Pace | About::PaceOrMail | About::AllMails | About::Mail => {
                state.seen.truncate(SEEN - 1);
                state.seen.push_front(mail);
                // Else it may be a limit of its domain, or a first contact's after the mail.
                let is_doubt = about == About::PaceOrMail || about == About::Mail && is_told;
                let is_mixed = is_doubt
                    && state.doubted.replace(domain).is_some_and(|last| last != domain)
                    && state.takes_at_first_sight(now);
                let counts = match about {
                    About::PaceOrMail if fault.topics.rate => known.speaks_to_others,
                    About::PaceOrMail => state.pace.is_slowed() || is_mixed,
                    _ => is_mixed,
                };
                let suspect = counts.then_some(mail);
                if about == About::Pace || suspect.is_some() {
                    health.slow_down(fault, suspect, &mut state, now);
                }
            }
            _ => {}
        }
        let by_itself = matches!(stage, Stage::Rcpt | Stage::Data | Stage::Body)
            && (about == About::Policy || !is_told);
        let is_no_news = by_itself && state.breaker.suspects(mail, now);
        // Some readers' own, whom its policy does not like, or whom nobody knows.
        let is_nobody = known.is_denied && is_bare(&fault.cause);
        let is_no_news = is_no_news || is_nobody || about == About::Policy && takes_mails;
        let opened = !is_no_news && state.breaker.failed(self.era, about, domain);
        if !opened && state.breaker.has_just_failed(about) {
            health.warn(fault, about, "relay fails");
        }
        if opened {
            // It was the relay, not our number: coming back is by doubling.
            state.limit.forget();
            state.why = Some(fault.to_string());
            health.relays_in_use.send_modify(|relays| *relays -= 1);
            counter!("signpost_relay_breaker_opened_total", "relay" => Arc::clone(&health.relay))
                .increment(1);
            health.warn(fault, about, "relay out of use: breaker opened");
            health.changed.notify_waiters();
            health.is_out.send_replace(true);
        }
        health.show(&mut state);
        Heard { about, opened, in_use: state.breaker.state() == BreakerState::Closed }
    }
}

impl State {
    /// Whether it has lately taken mails that it had never seen before.
    fn takes_at_first_sight(&self, now: Instant) -> bool {
        let at = self.at_first_sight.1;
        at.is_some_and(|at| now.saturating_duration_since(at) <= RECENT)
    }

    /// Notes what a failure says of the relay, and tells what is known of it now.
    fn known(
        &mut self,
        fault: &Fault,
        Attempt { is_first, is_denied, .. }: Attempt<'_>,
        (mail, domain): (u64, u64),
        now: Instant,
    ) -> Known {
        let SinceTaken { refused, denied, put_off, starved } = &mut self.since_taken;
        let denies_others = denied.iter().any(|other| *other != domain);
        if is_bare(&fault.cause) && !is_denied {
            note(denied, domain, 2);
        }
        if puts_off(&fault.cause) {
            note(put_off, mail, MANY);
            self.at_first_sight.0.clear();
        }
        let has_put_off_many = put_off.len() == MANY;
        let is_slowed = self.pace.is_slowed();
        let age = |at: Instant| now.saturating_duration_since(at);
        let takes_other_domains =
            self.taken.iter().any(|(taken, at)| *taken != domain && age(*at) <= RECENT);
        let takes_this =
            self.taken.iter().any(|(taken, at)| *taken == domain && age(*at) <= LATELY);
        let refuses_others = refused.iter().any(|(_, other)| *other != domain);
        let on_their_way = usize::try_from(self.in_use).unwrap_or(usize::MAX);
        Known {
            // Those on their way may say that it takes mails, if none has been taken yet.
            enough: if self.taken.is_empty() { (on_their_way / 2).clamp(2, MANY - 1) } else { 2 },
            others_refused: refused.iter().filter(|(other, _)| *other != mail).count(),
            slowed: is_slowed || self.pace.is_in_vain(now),
            slowed_in_vain: self.pace.is_in_vain(now),
            topics: fault.topics,
            fellows_work: self.limit.is_shared()
                && starved.is_none_or(|(since, last)| age(last) > PAUSE || age(since) < STARVING),
            puts_off_again: has_put_off_many && !is_first,
            puts_off_all: (has_put_off_many || is_slowed) && self.takes_at_first_sight(now),
            refuses_one_domain: takes_other_domains && !takes_this && !refuses_others,
            takes_other_domains,
            denies_others,
            is_denied,
            ..Known::default()
        }
    }
}

/// Notes one more, of as many as say something.
fn note<T: PartialEq>(noted: &mut Vec<T>, one: T, most: usize) {
    if !noted.contains(&one) && noted.len() < most {
        noted.push(one);
    }
}

impl RelayHealth {
    /// A connection that came back was there before one that is being made.
    pub(in crate::deliver) fn connects_slowly(&self) {
        self.count(About::Connections);
        let mut state = self.state.lock();
        if state.limit.raised_at().is_none() {
            info!(relay = %self.relay, "relay is slow to greet another connection: fewer are used");
        }
        let others = state.in_use.saturating_sub(1);
        state.limit.slow(others, Instant::now());
        self.show(&mut state);
    }

    /// After a refusal of our pace, or one that may be so.
    fn slow_down(&self, fault: &Fault, suspect: Option<u64>, state: &mut State, now: Instant) {
        let (was_slowed, refused_all) = (state.pace.is_slowed(), state.pace.refuses_all());
        let refusal = match fault.cause.stage {
            _ if fault.topics.rate => Refusal::Rate,
            Stage::Mail => Refusal::AnyMail,
            _ => Refusal::Unclear,
        };
        match suspect {
            Some(mail) => state.pace.suspected(refusal, mail, now),
            None => state.pace.refused(refusal, now),
        }
        if !refused_all && state.pace.refuses_all() {
            state.why = Some(fault.to_string());
            self.warn(
                fault,
                About::Pace,
                "relay refuses mails however slowly they come: they wait",
            );
        } else if !was_slowed && state.pace.is_slowed() {
            self.warn(fault, About::Pace, "relay refuses our pace: slowed down");
        }
    }

    fn warn(&self, fault: &Fault, about: About, what: &str) {
        let cause = &fault.cause;
        warn!(
            relay = %self.relay, stage = %cause.stage, code = cause.code,
            enhanced = cause.enhanced, kind = cause.kind.as_str(), detail = fault.detail,
            about = about.as_str(), "{what}"
        );
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut state = self.health.state.lock();
        state.in_use -= 1;
        state.breaker.leave(self.era);
        drop(state);
        self.health.changed.notify_one();
    }
}
