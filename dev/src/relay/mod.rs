//! The relay that `cargo dev` delivers to, and its moods: what a mail server may say to a mail, for
//! whoever wants to see what Signpost makes of it.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use signpost_smtp_server::{Answer, Mailbox, Options as SmtpOptions, Rule, Script, SmtpServer};
use tokio::{net::TcpListener, sync::watch};

pub use self::ways::{Step, Way, What};

#[cfg(test)]
mod tests;
mod ways;

/// How the relay behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mood {
    /// Takes every mail.
    #[default]
    Accept,
    /// Knows no mailbox. `5.1.1` and not `5.7.1`, which is the relay's policy and may change, so
    /// that the mail would be tried again for as long as its code works: an address that nobody
    /// has is what sign-ups meet, and what must be given up at once.
    Refuse,
    /// Refuses each address for the first seconds after it saw it first. A while, because a relay's
    /// refusal on a connection that was used before is answered by another try at once; and less
    /// than the five seconds after which the worker makes its second attempt.
    Greylist,
    /// Never answers to RCPT. There, and not at the final dot, where a mail may have been taken
    /// and waits two minutes: this shows an attempt and its end within ten seconds.
    Stall,
}

const REFUSED: &str = "550 5.1.1 no such mailbox here";
const GREY: Duration = Duration::from_secs(3);
const GREYLISTED: &str = "451 4.7.1 greylisted, try again in a moment";

impl Mood {
    fn rule(self) -> Option<Rule> {
        let rcpt = |answer| Some(Rule::at("RCPT", answer));
        match self {
            Self::Accept => None,
            Self::Refuse => rcpt(Answer::Say(REFUSED)),
            Self::Greylist => {
                let list = Greylist::default();
                let early = move |address: &str| list.holds(address, Instant::now());
                rcpt(Answer::Say(GREYLISTED)).map(|rule| rule.to(early))
            }
            Self::Stall => rcpt(Answer::Stall),
        }
    }
}

/// Who was seen first when.
#[derive(Debug, Default)]
struct Greylist(Mutex<HashMap<String, Instant>>);

impl Greylist {
    /// Whether it is too early for this address; from the first time on, it is known.
    fn holds(&self, address: &str, now: Instant) -> bool {
        let mut seen = self.0.lock();
        let first = seen.entry(address.to_owned()).or_insert(now);
        now.duration_since(*first) < GREY
    }
}

/// The relay's words for what the worker kept of them, stage and code: a log must not hold what a
/// relay says, since it may quote the address.
fn words(reason: &str) -> String {
    let said = [REFUSED, GREYLISTED].into_iter().find(|reply| {
        let mut parts = reply.splitn(3, ' ');
        let code = [parts.next(), parts.next()].map(Option::unwrap_or_default).join(" ");
        reason.ends_with(&code)
    });
    said.unwrap_or(reason).to_owned()
}

/// The relay, and the ways of the newest mails. Clones are one.
#[derive(Clone, Debug, Default)]
pub struct Relay {
    script: Script,
    state: Arc<watch::Sender<Memory>>,
}

/// How it behaves, and what happened to mails.
#[derive(Debug, Default)]
pub struct Memory {
    mood: Mood,
    /// Oldest first.
    ways: VecDeque<Way>,
}

impl Relay {
    /// Takes mails for this mailbox.
    pub(crate) fn serve(&self, listener: TcpListener, mails: Mailbox) -> SmtpServer {
        let script = self.script.clone();
        let options = SmtpOptions { script, mails, smtputf8: true, ..SmtpOptions::default() };
        SmtpServer::start(listener, options)
    }

    /// How it behaves.
    pub fn mood(&self) -> Mood {
        self.state.borrow().mood
    }

    /// Behaves so from now on. A dialogue that stalls goes on stalling.
    pub fn be(&self, mood: Mood) {
        self.script.clear();
        if let Some(rule) = mood.rule() {
            self.script.rule(rule);
        }
        self.state.send_modify(|state| state.mood = mood);
    }

    /// Changes whenever its mood or a way does.
    pub fn subscribe(&self) -> watch::Receiver<Memory> {
        self.state.subscribe()
    }
}
