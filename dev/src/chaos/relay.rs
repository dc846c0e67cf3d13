//! The relay of the bench: takes mails into the ledger, and at times behaves as relays do.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use mail_parser::MessageParser;
use rand::{Rng as _, rngs::StdRng};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::ledger::Ledger;
use crate::{
    rig::code_in,
    smtp::{Mailbox, Options, Rule, Script, SmtpServer, Stage},
};

/// The share of addresses that the relay does not know, and of those it first puts off.
const ONE_IN: u32 = 100;

/// An SMTP server that can misbehave. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Relay {
    /// The server itself.
    pub(super) server: Arc<SmtpServer>,
    script: Script,
    put_off: Arc<Mutex<HashSet<String>>>,
    unanswered: Arc<Mutex<u64>>,
}

impl Relay {
    /// Starts one whose mails go into the ledger.
    pub(super) async fn start(ledger: &Ledger) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (script, mails) = (Script::accept_all(), Mailbox::new());
        let server = SmtpServer::start(listener, Options::default(), script.clone(), mails.clone());
        TaskTracker::new().spawn(collect(mails, ledger.clone()));
        let relay = Self {
            server: Arc::new(server),
            script,
            put_off: Arc::default(),
            unanswered: Arc::default(),
        };
        relay.behave();
        Ok(relay)
    }

    /// How many final dots it left without an answer, after it had taken the mail.
    pub(super) fn unanswered(&self) -> u64 {
        *self.unanswered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As most relays on most days: some mailboxes do not exist.
    pub(super) fn behave(&self) {
        self.script.clear();
        let unknown = |address: &str| share(address, "unknown");
        self.script.rule(Rule::at(Stage::Rcpt).reply("550 5.1.1 no such mailbox").to(unknown));
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
    while !stop.is_cancelled() {
        relay.behave();
        let rule = match random.random_range(0..7) {
            0 => Rule::at(Stage::Rcpt).reply("451 4.3.0 later").to(relay.once("451 at RCPT")),
            1 => Rule::at(Stage::Body).reply("451 4.3.0 later").to(relay.once("451 at the body")),
            2 => Rule::at(Stage::Greeting).reply("421 4.3.2 closing"),
            3 => Rule::at(Stage::Mail).reply("421 4.3.2 closing").times(3),
            4 => Rule::at(Stage::Data).stall().times(2),
            5 => Rule::at(Stage::Greeting).close(),
            _ => {
                let once = relay.once("no answer");
                let unanswered = Arc::clone(&relay.unanswered);
                let counted = move |address: &str| {
                    let fits = once(address);
                    *unanswered.lock().unwrap_or_else(PoisonError::into_inner) += u64::from(fits);
                    fits
                };
                Rule::at(Stage::Body).close().store(true).to(counted)
            }
        };
        relay.script.rule(rule);
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
