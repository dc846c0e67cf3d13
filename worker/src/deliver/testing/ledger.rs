//! Deliver, in tests: which mails the relays of a test have taken, and how often.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use super::{
    Answer::{self, Say, SayAfter, SayAndClose, SayThenExpect},
    Step,
};

/// Which mails were taken, by any relay of a test, and how often.
#[derive(Clone, Debug, Default)]
pub(in crate::deliver) struct Ledger(Arc<Mutex<HashMap<String, usize>>>);

impl Ledger {
    /// The same relay, whose 2xx after the final dot are noted. Without a recipient it awaits no
    /// mail.
    pub(in crate::deliver) fn noting<S: Fn(&Step<'_>) -> Answer + Send + Sync>(
        &self,
        script: S,
    ) -> impl Fn(&Step<'_>) -> Answer + Send + Sync + use<S> {
        let taken = Arc::clone(&self.0);
        // Whom the mail is for that is under way on each connection.
        let recipients: Mutex<HashMap<usize, String>> = Mutex::default();
        move |step| {
            let mut recipients = recipients.lock().unwrap();
            if step.verb == "MAIL" {
                recipients.remove(&step.connection);
            }
            if step.verb == "DATA" && !recipients.contains_key(&step.connection) {
                return Say("554 5.5.1 Error: no valid recipients");
            }
            let answer = script(step);
            if step.verb == "RCPT" && answer.takes() {
                recipients.insert(step.connection, step.line.to_owned());
            }
            if step.verb == "BODY" && answer.takes() {
                let recipient = recipients.remove(&step.connection).unwrap();
                *taken.lock().unwrap().entry(recipient).or_default() += 1;
            }
            answer
        }
    }

    /// How many mails were taken at all.
    pub(in crate::deliver) fn mails(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// How many copies were taken beyond the first of each.
    pub(in crate::deliver) fn duplicates(&self) -> usize {
        self.0.lock().unwrap().values().map(|copies| copies - 1).sum()
    }
}

impl Answer {
    fn takes(&self) -> bool {
        match self {
            Say(reply) | SayAfter(_, reply) | SayAndClose(reply) | SayThenExpect { reply, .. } => {
                reply.starts_with('2')
            }
            _ => false,
        }
    }
}
