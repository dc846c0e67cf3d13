//! Where received mails are kept: in memory, newest first, and bounded, so that a load run can
//! pour mails in for hours.
//!
//! Whoever waits for a mail awaits a change of the mailbox; nobody polls.

use std::{collections::VecDeque, mem, sync::Arc, time::SystemTime};

use tokio::sync::watch;
use uuid::Uuid;

/// How many mails are kept; past it the oldest goes.
const MAX_MAILS: usize = 10_000;
/// How many bytes of mail are kept; past it the oldest goes.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// One mail as it came over the wire, with its envelope.
#[derive(Debug, Clone)]
pub struct ReceivedMail {
    /// Unique in its mailbox and safe in a URL.
    pub id: String,
    /// The envelope's sender, without angle brackets; empty for the null sender.
    pub from: String,
    /// The envelope's recipients that were accepted, in order.
    pub to: Vec<String>,
    /// The mail, dots unstuffed, lines ending in CRLF.
    pub raw: Vec<u8>,
    /// When the final dot was read.
    pub received_at: SystemTime,
    /// The name that the client gave in EHLO or HELO.
    pub helo: String,
    /// The connection it came over, counted from 0 in its server.
    pub connection: usize,
    /// Whether the connection was encrypted.
    pub tls: bool,
    /// Whether the client had authenticated.
    pub authenticated: bool,
    /// Whether MAIL asked for SMTPUTF8 (RFC 6531).
    pub smtputf8: bool,
}

impl ReceivedMail {
    /// A mail with an id of its own, received now, in plain text over connection 0.
    pub fn new(from: impl Into<String>, to: Vec<String>, raw: Vec<u8>) -> Self {
        Self {
            id: Uuid::now_v7().simple().to_string(),
            from: from.into(),
            to,
            raw,
            received_at: SystemTime::now(),
            helo: String::new(),
            connection: 0,
            tls: false,
            authenticated: false,
            smtputf8: false,
        }
    }
}

/// The store of received mails. Clones share it.
#[derive(Debug, Clone)]
pub struct Mailbox(Arc<watch::Sender<Store>>);

/// What is kept. Oldest first, since that end is cut.
#[derive(Debug, Default)]
pub struct Store {
    mails: VecDeque<Arc<ReceivedMail>>,
    bytes: usize,
    pushed: u64,
    max_mails: usize,
    max_bytes: usize,
}

impl Store {
    /// Newest first.
    fn page(&self, start: usize, limit: usize) -> Vec<Arc<ReceivedMail>> {
        self.mails.iter().rev().skip(start).take(limit).cloned().collect()
    }
}

impl Default for Mailbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Mailbox {
    /// An empty mailbox that keeps the newest 10,000 mails, and no more than 256 MiB of them.
    pub fn new() -> Self {
        Self::bounded(MAX_MAILS, MAX_BYTES)
    }

    /// An empty mailbox that keeps the newest mails within both bounds.
    pub fn bounded(max_mails: usize, max_bytes: usize) -> Self {
        Self(Arc::new(watch::Sender::new(Store { max_mails, max_bytes, ..Store::default() })))
    }

    /// Keeps a mail, dropping the oldest ones if there is no room.
    pub fn push(&self, mail: ReceivedMail) -> Arc<ReceivedMail> {
        let mail = Arc::new(mail);
        self.0.send_modify(|store| {
            store.bytes += mail.raw.len();
            store.pushed += 1;
            store.mails.push_back(Arc::clone(&mail));
            while store.mails.len() > store.max_mails || store.bytes > store.max_bytes {
                let Some(oldest) = store.mails.pop_front() else { break };
                store.bytes -= oldest.raw.len();
            }
        });
        mail
    }

    /// All mails, newest first.
    pub fn list(&self) -> Vec<Arc<ReceivedMail>> {
        self.page(0, usize::MAX)
    }

    /// Up to `limit` mails after the `start` newest ones, newest first.
    pub fn page(&self, start: usize, limit: usize) -> Vec<Arc<ReceivedMail>> {
        self.0.borrow().page(start, limit)
    }

    /// The mail of that id, if it is still there.
    pub fn get(&self, id: &str) -> Option<Arc<ReceivedMail>> {
        self.0.borrow().mails.iter().rev().find(|mail| mail.id == id).cloned()
    }

    /// Removes one mail; `false` when there is none of that id.
    pub fn delete(&self, id: &str) -> bool {
        self.0.send_if_modified(|store| {
            let position = store.mails.iter().position(|mail| mail.id == id);
            let removed = position.and_then(|position| store.mails.remove(position));
            store.bytes -= removed.as_ref().map_or(0, |mail| mail.raw.len());
            removed.is_some()
        })
    }

    /// Removes every mail.
    pub fn clear(&self) {
        self.take();
    }

    /// Takes every mail out, oldest first: none that comes in meanwhile is missed.
    pub fn take(&self) -> Vec<Arc<ReceivedMail>> {
        let mut taken = VecDeque::new();
        // Whoever takes at each change must not be woken by taking nothing.
        self.0.send_if_modified(|store| {
            store.bytes = 0;
            taken = mem::take(&mut store.mails);
            !taken.is_empty()
        });
        taken.into()
    }

    /// How many mails are kept.
    pub fn len(&self) -> usize {
        self.0.borrow().mails.len()
    }

    /// Whether no mail is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many mails ever came in, the dropped and deleted ones too.
    pub fn received(&self) -> u64 {
        self.0.borrow().pushed
    }

    /// Changes whenever the mailbox does; several changes may be seen as one.
    pub fn subscribe(&self) -> watch::Receiver<Store> {
        self.0.subscribe()
    }

    /// Waits until the mails (newest first) satisfy `condition`, and returns them as they then were.
    pub async fn wait_for(
        &self,
        condition: impl Fn(&[Arc<ReceivedMail>]) -> bool,
    ) -> Vec<Arc<ReceivedMail>> {
        let (mut changes, mut seen) = (self.subscribe(), Vec::new());
        // Cannot fail: `self` holds the sender.
        let _ = changes
            .wait_for(|store| {
                seen = store.page(0, usize::MAX);
                condition(&seen)
            })
            .await;
        seen
    }

    /// Waits until `total` mails ever came in. Unlike [`wait_for`](Self::wait_for) it costs nothing
    /// for each mail, so load runs can use it.
    pub async fn wait_for_received(&self, total: u64) {
        // Cannot fail: `self` holds the sender.
        let _ = self.subscribe().wait_for(|store| store.pushed >= total).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str) -> ReceivedMail {
        ReceivedMail::new("from@example.com", vec![to.to_owned()], vec![b'x'; 10])
    }

    fn recipients(mailbox: &Mailbox) -> Vec<String> {
        let mails = mailbox.list();
        mails.iter().map(|mail| mail.to[0].clone()).collect()
    }

    #[test]
    fn newest_first_and_oldest_dropped() {
        let mailbox = Mailbox::bounded(2, 1000);
        for to in ["a@x", "b@x", "c@x"] {
            mailbox.push(mail(to));
        }
        assert_eq!(recipients(&mailbox), ["c@x", "b@x"]);
        assert_eq!(mailbox.received(), 3);
    }

    #[test]
    fn bytes_are_bounded_and_given_back() {
        let mailbox = Mailbox::bounded(10, 25);
        let first = mailbox.push(mail("a@x"));
        mailbox.push(mail("b@x"));
        mailbox.push(mail("c@x"));
        assert_eq!(recipients(&mailbox), ["c@x", "b@x"]);
        assert!(!mailbox.delete(&first.id), "it was dropped already");

        let newest = mailbox.list().remove(0);
        assert!(mailbox.delete(&newest.id));
        mailbox.push(mail("d@x"));
        assert_eq!(recipients(&mailbox), ["d@x", "b@x"]);
        mailbox.clear();
        assert!(mailbox.is_empty());
    }

    #[tokio::test]
    async fn waiting_ends_when_the_condition_holds() {
        let mailbox = Mailbox::new();
        let waiting = mailbox.wait_for(|mails| mails.iter().any(|mail| mail.to[0] == "b@x"));
        let pushing = async {
            mailbox.push(mail("a@x"));
            tokio::task::yield_now().await;
            mailbox.push(mail("b@x"));
        };
        let (seen, ()) = tokio::join!(waiting, pushing);
        assert_eq!(seen.len(), 2);
        mailbox.wait_for_received(2).await;
    }
}
