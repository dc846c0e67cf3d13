//! What was accepted, and what became of it.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use parking_lot::{Mutex, MutexGuard};
use tokio::time::Instant;

/// The account of one run. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger(Arc<Mutex<Entries>>);

/// The entries, by address.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// Addresses whose request was accepted.
    pub(super) accepted: HashSet<String>,
    /// Each mail that the relay took: its `Message-ID` and code.
    pub(super) mails: HashMap<String, Vec<(String, String)>>,
    /// Reasons of those in the parking lot.
    pub(super) dead: HashMap<String, String>,
    /// Answers other than acceptance, by their code; `none` when there was no answer.
    pub(super) refused: BTreeMap<String, u64>,
    /// Requests sent.
    pub(super) asked: u64,
    /// Answers that took longer than any deadline allows.
    pub(super) hung: u64,
    /// Addresses that a failed send locked out.
    pub(super) locked_out: u64,
    /// The slowest answer.
    pub(super) slowest: Duration,
    /// What each worker process, by its id, last said of jobs whose code had expired.
    pub(super) expired: HashMap<u32, u64>,
    /// When the API was last killed.
    pub(super) api_killed: Option<Instant>,
    /// How many deliveries can have been unsettled at all faults together.
    pub(super) unsettled: u64,
    /// How many final dots the relay left without an answer, after it had taken the mail.
    pub(super) unanswered: u64,
}

impl Ledger {
    /// The entries themselves.
    pub(super) fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock()
    }

    /// Notes the answer to a first request.
    pub(super) fn answered(&self, address: &str, code: &str) {
        let mut entries = self.entries();
        entries.asked += 1;
        if code == "accepted" {
            entries.accepted.insert(address.to_owned());
        } else {
            *entries.refused.entry(code.to_owned()).or_default() += 1;
        }
    }
}

impl Entries {
    /// Accepted, neither delivered nor parked.
    pub(super) fn missing(&self) -> usize {
        let found = |address: &&String| {
            self.mails.contains_key(*address) || self.dead.contains_key(*address)
        };
        self.accepted.iter().filter(|address| !found(address)).count()
    }

    /// Jobs that workers dropped because their code had expired.
    pub(super) fn expired(&self) -> u64 {
        self.expired.values().sum()
    }

    /// Mails that were sent again: same address, same `Message-ID`.
    pub(super) fn duplicates(&self) -> u64 {
        let again = |mails: &Vec<(String, String)>| {
            let ids: HashSet<_> = mails.iter().map(|(id, _)| id).collect();
            (mails.len() - ids.len()) as u64
        };
        self.mails.values().map(again).sum()
    }

    /// Addresses with two codes, which no duplicate may have.
    pub(super) fn inconsistent(&self) -> usize {
        let differ = |mails: &&Vec<(String, String)>| {
            mails.iter().map(|(_, code)| code).collect::<HashSet<_>>().len() > 1
        };
        self.mails.values().filter(differ).count()
    }
}
