//! What the server does instead of accepting: rules, each for one stage of the dialogue.
//!
//! The first rule that fits and is not used up applies, so two rules of the same stage make a
//! sequence: `451` twice, then `550` once, then all is well.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// A point in the dialogue at which the server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The connection was made. A reply other than `220` leaves the client only QUIT.
    Greeting,
    /// EHLO or HELO.
    Ehlo,
    /// STARTTLS; with implicit TLS, the moment before the handshake.
    StartTls,
    /// AUTH, once the client has sent its credentials.
    Auth,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA, before the mail is sent.
    Data,
    /// The final dot was read.
    Body,
}

/// What to do at a stage. Without further calls it only counts that the stage was reached.
pub struct Rule {
    pub(super) stage: Stage,
    pub(super) effect: Effect,
    remaining: Option<u64>,
    address: Option<Predicate>,
}

type Predicate = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// What a rule changes about the answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Effect {
    pub(super) answer: Answer,
    pub(super) delay: Duration,
    pub(super) drip: Option<Duration>,
    /// Whether the mail is kept, where that is not to follow from the answer.
    pub(super) store: Option<bool>,
}

#[derive(Debug, Clone, Default)]
pub(super) enum Answer {
    #[default]
    Normal,
    Reply(String),
    Stall,
    Close,
}

impl Rule {
    /// A rule for that stage.
    pub fn at(stage: Stage) -> Self {
        Self { stage, effect: Effect::default(), remaining: None, address: None }
    }

    /// Answers this instead, e.g. `451 4.3.0 try later`; lines of a longer reply are parted by
    /// `\n`. The server then behaves as its own answer says: after a `250` at RCPT the recipient
    /// is accepted, after a `421` the connection ends (RFC 5321 §3.8).
    #[must_use]
    pub fn reply(mut self, reply: impl Into<String>) -> Self {
        self.effect.answer = Answer::Reply(reply.into());
        self
    }

    /// Never answers; the connection stays until the client goes.
    #[must_use]
    pub fn stall(mut self) -> Self {
        self.effect.answer = Answer::Stall;
        self
    }

    /// Drops the connection without an answer.
    #[must_use]
    pub fn close(mut self) -> Self {
        self.effect.answer = Answer::Close;
        self
    }

    /// Waits before it answers (or closes). A mail that is kept is kept before the wait.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.effect.delay = delay;
        self
    }

    /// Sends the answer byte by byte, with this pause after each.
    #[must_use]
    pub fn drip(mut self, pause: Duration) -> Self {
        self.effect.drip = Some(pause);
        self
    }

    /// At [`Stage::Body`]: whether the mail is kept, whatever the answer. `close().store(true)` is
    /// the relay that took the mail and died before it could say so.
    #[must_use]
    pub fn store(mut self, store: bool) -> Self {
        self.effect.store = Some(store);
        self
    }

    /// Applies this many times only.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.remaining = Some(times);
        self
    }

    /// Only for these recipients; at [`Stage::Mail`], these senders. At [`Stage::Data`] and
    /// [`Stage::Body`] one such recipient is enough; earlier stages have no address and never fit.
    #[must_use]
    pub fn to(mut self, address: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.address = Some(Box::new(address));
        self
    }

    /// [`to`](Self::to) exactly this address.
    #[must_use]
    pub fn to_address(self, address: impl Into<String>) -> Self {
        let wanted = address.into();
        self.to(move |address| address == wanted)
    }

    fn fits(&self, stage: Stage, addresses: &[String]) -> bool {
        self.stage == stage
            && self.remaining != Some(0)
            && self
                .address
                .as_ref()
                .is_none_or(|fits| addresses.iter().any(|address| fits(address)))
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule")
            .field("stage", &self.stage)
            .field("effect", &self.effect)
            .field("remaining", &self.remaining)
            .finish_non_exhaustive()
    }
}

/// The rules of a running server. Clones share them, so a test keeps one and changes it.
#[derive(Clone, Default)]
pub struct Script {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    plot: Mutex<Plot>,
    total: watch::Sender<u64>,
}

#[derive(Default)]
struct Plot {
    rules: Vec<Rule>,
    hits: Vec<u64>,
    credentials: Credentials,
}

#[derive(Default)]
enum Credentials {
    /// The options of each server decide.
    #[default]
    Unset,
    Set(Option<(String, String)>),
}

impl Script {
    /// No rules: everything is accepted.
    pub fn accept_all() -> Self {
        Self::default()
    }

    /// Adds a rule behind those that are there.
    pub fn rule(&self, rule: Rule) {
        let mut plot = self.plot();
        plot.rules.push(rule);
        plot.hits.push(0);
    }

    /// Removes all rules and forgets their hits. A client that is being stalled stays so.
    pub fn clear(&self) {
        let mut plot = self.plot();
        plot.rules.clear();
        plot.hits.clear();
        self.shared.total.send_replace(0);
    }

    /// Replaces the credentials that AUTH takes, for all servers of this script; `None` takes AUTH
    /// away. Open connections that have authenticated stay so.
    pub fn set_credentials(&self, credentials: Option<(String, String)>) {
        self.plot().credentials = Credentials::Set(credentials);
    }

    /// How often each rule applied, in the order in which they were added.
    pub fn hits(&self) -> Vec<u64> {
        self.plot().hits.clone()
    }

    /// Waits until rules applied `total` times together since the last `clear`: how a test learns
    /// that a client is being stalled.
    pub async fn wait_for_hits(&self, total: u64) {
        let mut changes = self.shared.total.subscribe();
        // Cannot fail: `self` holds the sender.
        let _ = changes.wait_for(|hits| *hits >= total).await;
    }

    /// The effect of the first rule that fits, which is thereby used once.
    pub(super) fn apply(&self, stage: Stage, addresses: &[String]) -> Effect {
        let mut plot = self.plot();
        let mut rules = plot.rules.iter_mut();
        let Some(index) = rules.position(|rule| rule.fits(stage, addresses)) else {
            return Effect::default();
        };
        plot.hits[index] += 1;
        let rule = &mut plot.rules[index];
        rule.remaining = rule.remaining.map(|remaining| remaining - 1);
        let effect = rule.effect.clone();
        self.shared.total.send_modify(|hits| *hits += 1);
        effect
    }

    pub(super) fn credentials(
        &self,
        otherwise: Option<&(String, String)>,
    ) -> Option<(String, String)> {
        match &self.plot().credentials {
            Credentials::Set(set) => set.clone(),
            Credentials::Unset => otherwise.cloned(),
        }
    }

    fn plot(&self) -> MutexGuard<'_, Plot> {
        self.shared.plot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").field("rules", &self.plot().rules).finish_non_exhaustive()
    }
}
