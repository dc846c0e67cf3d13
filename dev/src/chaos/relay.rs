//! The relay of the bench: takes mails into the ledger, and at times behaves as relays do.

use std::{collections::HashSet, sync::Arc, time::Duration};

use clap::ValueEnum as _;
use mail_parser::MessageParser;
use parking_lot::Mutex;
use rand::{Rng as _, rngs::StdRng, seq::IndexedRandom as _};
use signpost_smtp_server::{
    Answer::{Close, Normal, Say, Stall},
    Mailbox, Rule, SmtpServer,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{ledger::Ledger, named::Named};
use crate::rig::code_in;

/// The share of addresses that the relay does not know, and of those it first puts off.
const ONE_IN: u32 = 100;

/// An SMTP server that can misbehave. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Relay {
    /// The server itself.
    pub(super) server: Arc<SmtpServer>,
    /// The relay that it is all the time; without one it is another by turns.
    named: Option<Named>,
    put_off: Arc<Mutex<HashSet<String>>>,
    ledger: Ledger,
}

impl Relay {
    /// Starts one whose mails go into the ledger.
    pub(super) async fn start(ledger: &Ledger, named: Option<Named>) -> Self {
        let server = SmtpServer::polite().await;
        TaskTracker::new().spawn(collect(server.mails.clone(), ledger.clone()));
        let (server, put_off) = (Arc::new(server), Arc::default());
        let relay = Self { server, named, put_off, ledger: ledger.clone() };
        if let Some(named) = named {
            named.play(&relay.server.script);
        }
        relay.behave();
        relay
    }

    /// What the report calls it.
    pub(super) fn name(&self) -> String {
        let value = self.named.and_then(|named| named.to_possible_value());
        value.map_or("by turns".to_owned(), |value| value.get_name().to_owned())
    }

    /// As most relays on most days: some mailboxes do not exist.
    pub(super) fn behave(&self) {
        let script = &self.server.script;
        script.clear();
        if self.named.is_none() {
            script.play(|_| Normal);
        }
        let unknown = |address: &str| share(address, "unknown");
        script.rule(Rule::at("RCPT", Say("550 5.1.1 no such mailbox")).to(unknown));
    }

    /// Puts an address off, but each only once: a second time would wait minutes.
    fn once(&self, kind: &'static str) -> impl Fn(&str) -> bool + Send + Sync + use<> {
        let put_off = Arc::clone(&self.put_off);
        move |address| share(address, kind) && put_off.lock().insert(address.to_owned())
    }
}

/// A fixed share of addresses, another one for each kind.
fn share(address: &str, kind: &str) -> bool {
    use std::hash::{Hash as _, Hasher as _};
    let mut hasher = std::hash::DefaultHasher::new();
    (address, kind).hash(&mut hasher);
    hasher.finish().is_multiple_of(u64::from(ONE_IN))
}

/// Behaves in another way by turns until it is told to stop; if it has a name, in this way alone.
pub(super) async fn misbehave(relay: Relay, mut random: StdRng, stop: CancellationToken) {
    let script = &relay.server.script;
    while relay.named.is_none() && !stop.is_cancelled() {
        relay.behave();
        match random.random_range(0..12) {
            0 => script.rule(Rule::at("RCPT", Say("451 4.3.0 later")).to(relay.once("RCPT"))),
            1 => script.rule(Rule::at("BODY", Say("451 4.3.0 later")).to(relay.once("BODY"))),
            2 => script.rule(Rule::at("GREETING", Say("421 4.3.2 closing"))),
            3 => script.rule(Rule::at("MAIL", Say("421 4.3.2 closing")).times(3)),
            4 => script.rule(Rule::at("DATA", Stall).times(2)),
            5 => script.rule(Rule::at("GREETING", Close)),
            6 => {
                let once = relay.once("no answer");
                let ledger = relay.ledger.clone();
                let counted = move |address: &str| {
                    let fits = once(address);
                    ledger.entries().unanswered += u64::from(fits);
                    fits
                };
                script.rule(Rule::at("BODY", Close.keeping()).to(counted));
            }
            _ => {
                if let Some(named) = Named::value_variants().choose(&mut random) {
                    named.play(script);
                }
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
