//! What the server says instead of its own reply: a closure that is asked at every step, and
//! before it rules, each for one verb, which a test adds while the server runs.

use std::{fmt, sync::Arc, time::Duration};

use tokio::sync::watch;

/// What is to be answered.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The number of the connection, from 0.
    pub connection: usize,
    /// How many of the connections that are open now were so before this one.
    pub before: usize,
    /// The verb of a command in upper case; or `GREETING`, `BODY` (a mail up to its final dot) or
    /// `CONTINUE` (what follows a 334).
    pub verb: &'a str,
    /// How often this verb has come on this connection, from 0.
    pub nth: usize,
    /// What was said, without its ending; of a mail the last line.
    pub line: &'a str,
    /// At MAIL the sender, at RCPT the recipient, at DATA and BODY all that were taken.
    pub addresses: &'a [String],
    /// A line of it ended in LF without CR.
    pub bare_lf: bool,
}

/// What the server does at a step. Whatever it says, it then behaves as its reply does: after a
/// `250` to RCPT the recipient is taken, after a `421` the connection ends (RFC 5321 §3.8). A
/// reply of several lines has CRLF between them.
#[derive(Clone, Debug, Default)]
pub enum Answer {
    /// What a correct server would say.
    #[default]
    Normal,
    /// The same, after a while.
    After(Duration),
    /// The same; when nothing comes after it for so long, says the other and closes.
    ThenExpect {
        /// So long.
        within: Duration,
        /// What it says then.
        or: &'static str,
    },
    /// A reply of the script's own.
    Say(&'static str),
    /// The same, and closes.
    SayAndClose(&'static str),
    /// Says something, and then something more that nobody asked for.
    SayThenSay(&'static str, &'static str),
    /// Sends these bytes, which need be no reply, and goes on.
    Send(Vec<u8>),
    /// The same, a packet for each byte.
    Bytewise(&'static str),
    /// Sends a byte at a time, with this pause after each, and no end of line.
    Drip(Duration),
    /// Says something without an end.
    Flood,
    /// Says nothing more, until the other side closes.
    Stall,
    /// Closes without a word.
    Close,
    /// At BODY: keeps the mail, whatever the answer says. `Close.keeping()` is the relay that took
    /// the mail and died before it could say so.
    Keep(Box<Answer>),
}

impl Answer {
    /// Keeps the mail all the same.
    #[must_use]
    pub fn keeping(self) -> Self {
        Self::Keep(Box::new(self))
    }

    /// What it says first, where that would be `normal` otherwise.
    pub(super) fn reply<'a>(&'a self, normal: &'a str) -> &'a [u8] {
        match self {
            Self::Normal | Self::After(_) | Self::ThenExpect { .. } => normal.as_bytes(),
            Self::Say(reply)
            | Self::SayAndClose(reply)
            | Self::SayThenSay(reply, _)
            | Self::Bytewise(reply) => reply.as_bytes(),
            Self::Send(bytes) => bytes,
            Self::Drip(_) | Self::Flood | Self::Stall | Self::Close => b"",
            Self::Keep(answer) => answer.reply(normal),
        }
    }
}

type Behaviour = Arc<dyn Fn(&Step<'_>) -> Answer + Send + Sync>;

/// An answer to one verb. The first rule that fits and is not used up applies, so two of the same
/// verb make a sequence: `451` twice, then `550` once, then all is well.
pub struct Rule {
    verb: &'static str,
    answer: Answer,
    remaining: u64,
    to: Option<Predicate>,
}

type Predicate = Box<dyn Fn(&str) -> bool + Send + Sync>;

impl Rule {
    /// Answers so whenever this verb comes.
    pub fn at(verb: &'static str, answer: Answer) -> Self {
        Self { verb, answer, remaining: u64::MAX, to: None }
    }

    /// Applies this many times only.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.remaining = times;
        self
    }

    /// Only when one of the step's [addresses](Step::addresses) is such.
    #[must_use]
    pub fn to(mut self, address: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.to = Some(Box::new(address));
        self
    }

    fn fits(&self, step: &Step<'_>) -> bool {
        self.verb == step.verb
            && self.remaining > 0
            && self.to.as_ref().is_none_or(|to| step.addresses.iter().any(|one| to(one)))
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.verb, self.answer)
    }
}

/// What a server does. Clones share it, so a test keeps one and changes it.
#[derive(Clone, Default)]
pub struct Script(Arc<watch::Sender<Plot>>);

#[derive(Default)]
struct Plot {
    behaviour: Option<Behaviour>,
    rules: Vec<(Rule, u64)>,
    credentials: Option<(String, String)>,
}

impl Script {
    /// One that answers so.
    pub fn playing(behaviour: impl Fn(&Step<'_>) -> Answer + Send + Sync + 'static) -> Self {
        let script = Self::default();
        script.play(behaviour);
        script
    }

    /// From now on answers so where no rule applies.
    pub fn play(&self, behaviour: impl Fn(&Step<'_>) -> Answer + Send + Sync + 'static) {
        self.0.send_modify(|plot| plot.behaviour = Some(Arc::new(behaviour)));
    }

    /// Adds a rule behind those that are there.
    pub fn rule(&self, rule: Rule) {
        self.0.send_modify(|plot| plot.rules.push((rule, 0)));
    }

    /// Removes all rules and forgets their hits. A client that is being stalled stays so.
    pub fn clear(&self) {
        self.0.send_modify(|plot| plot.rules.clear());
    }

    /// From now on takes these alone, and no mail without a login; with `None`, whatever a client
    /// says, and mails without a login. Connections that have logged in stay so.
    pub fn set_credentials(&self, credentials: Option<(String, String)>) {
        self.0.send_modify(|plot| plot.credentials = credentials);
    }

    /// How often each rule applied, in the order in which they were added.
    pub fn hits(&self) -> Vec<u64> {
        self.0.borrow().rules.iter().map(|(_, hits)| *hits).collect()
    }

    /// Waits until rules applied `total` times together since the last `clear`: how a test learns
    /// that a client is being stalled.
    pub async fn wait_for_hits(&self, total: u64) {
        // Cannot fail: `self` holds the sender.
        let hits = |plot: &Plot| plot.rules.iter().map(|(_, hits)| hits).sum::<u64>();
        let _ = self.0.subscribe().wait_for(|plot| hits(plot) >= total).await;
    }

    pub(super) fn answer(&self, step: &Step<'_>) -> Answer {
        let mut answer = None;
        self.0.send_if_modified(|plot| {
            let rule = plot.rules.iter_mut().find(|(rule, _)| rule.fits(step));
            answer = rule.map(|(rule, hits)| {
                (rule.remaining, *hits) = (rule.remaining - 1, *hits + 1);
                rule.answer.clone()
            });
            answer.is_some()
        });
        let behaviour = || self.0.borrow().behaviour.clone();
        answer.or_else(|| Some(behaviour()?(step))).unwrap_or_default()
    }

    pub(super) fn credentials(&self) -> Option<(String, String)> {
        self.0.borrow().credentials.clone()
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").field("rules", &self.0.borrow().rules).finish_non_exhaustive()
    }
}
