//! The relay of the bench: takes mails into the ledger, and at times behaves as relays do.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use mail_parser::MessageParser;
use rand::{Rng as _, rngs::StdRng};
use signpost_smtp_server::{
    Answer::{Close, Say, Stall},
    Mailbox, Rule, SmtpServer,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::ledger::Ledger;
use crate::rig::code_in;

/// The share of addresses that the relay does not know, and of those it first puts off.
const ONE_IN: u32 = 100;

/// An SMTP server that can misbehave. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Relay {
    /// The server itself.
    pub(super) server: Arc<SmtpServer>,
    put_off: Arc<Mutex<HashSet<String>>>,
    unanswered: Arc<Mutex<u64>>,
}

impl Relay {
    /// Starts one whose mails go into the ledger.
    pub(super) async fn start(ledger: &Ledger) -> Self {
        let server = SmtpServer::polite().await;
        TaskTracker::new().spawn(collect(server.mails.clone(), ledger.clone()));
        let (put_off, unanswered) = Default::default();
        let relay = Self { server: Arc::new(server), put_off, unanswered };
        relay.behave();
        relay
    }

    /// How many final dots it left without an answer, after it had taken the mail.
    pub(super) fn unanswered(&self) -> u64 {
        *self.unanswered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As most relays on most days: some mailboxes do not exist.
    pub(super) fn behave(&self) {
        let script = &self.server.script;
        script.clear();
        let unknown = |address: &str| share(address, "unknown");
        script.rule(Rule::at("RCPT", Say("550 5.1.1 no such mailbox")).to(unknown));
    }

    /// Puts an address off, but each only once: a second time would wait minutes.
    fn once(&self, kind: &'static str) -> impl Fn(&str) -> bool + Send + Sync + use<> {
        let put_off = Arc::clone(&self.put_off);
        move |address| {
            share(address, kind)
                && put_off.lock().unwrap_or_else(PoisonError::into_inner).insert(address.to_owned())
        }
    }
}

/// A fixed share of addresses, another one for each kind.
fn share(address: &str, kind: &str) -> bool {
    use std::hash::{Hash as _, Hasher as _};
    let mut hasher = std::hash::DefaultHasher::new();
    (address, kind).hash(&mut hasher);
    hasher.finish().is_multiple_of(u64::from(ONE_IN))
}

/// Behaves and misbehaves in turn until it is told to stop.
pub(super) async fn misbehave(relay: Relay, mut random: StdRng, stop: CancellationToken) {
    let script = &relay.server.script;
    while !stop.is_cancelled() {
        relay.behave();
        match random.random_range(0..7) {
            0 => script.rule(Rule::at("RCPT", Say("451 4.3.0 later")).to(relay.once("RCPT"))),
            1 => script.rule(Rule::at("BODY", Say("451 4.3.0 later")).to(relay.once("BODY"))),
            2 => script.rule(Rule::at("GREETING", Say("421 4.3.2 closing"))),
            3 => script.rule(Rule::at("MAIL", Say("421 4.3.2 closing")).times(3)),
            4 => script.rule(Rule::at("DATA", Stall).times(2)),
            5 => script.rule(Rule::at("GREETING", Close)),
            _ => {
                let once = relay.once("no answer");
                let unanswered = Arc::clone(&relay.unanswered);
                let counted = move |address: &str| {
                    let fits = once(address);
                    *unanswered.lock().unwrap_or_else(PoisonError::into_inner) += u64::from(fits);
                    fits
                };
                script.rule(Rule::at("BODY", Close.keeping()).to(counted));
            }
        }
        let while_ = Duration::from_millis(random.random_range(500..4000));
        let () = stop.run_until_cancelled(tokio::time::sleep(while_)).await.unwrap_or(());
    }
    relay.behave();
}

async fn collect(mails: Mailbox, ledger: Ledger) {
    let mut changes = mails.subscribe();
    loop {
        changes.mark_unchanged();
        for mail in mails.take() {
            let parsed = MessageParser::default().parse(&mail.raw);
            let id = parsed.as_ref().and_then(|mail| mail.message_id()).unwrap_or_default();
            let (id, code) = (id.to_owned(), code_in(&mail.raw));
            let address = mail.to.first().cloned().unwrap_or_default();
            ledger.entries().mails.entry(address).or_default().push((id, code));
        }
        if changes.changed().await.is_err() {
            return;
        }
    }
}
