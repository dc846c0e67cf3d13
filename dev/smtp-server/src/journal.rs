//! What happened, for tests to assert: a line for whatever a client said, after the number of its
//! connection (`0 MAIL FROM:<…>`), and for its coming and going (`0 connected`, `0 closed`). The
//! lines are whole, with passwords and mails: they stay in this process.

use std::collections::{BTreeSet, VecDeque};

use tokio::sync::watch;

/// How many lines are remembered; past it the oldest is forgotten.
const MAX_LINES: usize = 20_000;

/// One server's record. Whoever waits for a line awaits a change; nobody polls.
#[derive(Debug, Default)]
pub(super) struct Journal(pub(super) watch::Sender<Entries>);

#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) lines: VecDeque<String>,
    /// All connections that were ever made.
    pub(super) connections: usize,
    /// Those that are open now.
    pub(super) open: BTreeSet<usize>,
}

impl Entries {
    fn note(&mut self, connection: usize, line: &str) {
        if self.lines.len() == MAX_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(format!("{connection} {line}"));
    }
}

impl Journal {
    /// Counts a new connection and returns its number, from 0.
    pub(super) fn opened(&self) -> usize {
        let mut number = 0;
        self.0.send_modify(|entries| {
            number = entries.connections;
            entries.connections += 1;
            entries.open.insert(number);
            entries.note(number, "connected");
        });
        number
    }

    pub(super) fn closed(&self, connection: usize) {
        self.0.send_modify(|entries| {
            entries.open.remove(&connection);
            entries.note(connection, "closed");
        });
    }

    pub(super) fn note(&self, connection: usize, line: &str) {
        self.0.send_modify(|entries| entries.note(connection, line));
    }

    /// How many of the open connections are older than this one.
    pub(super) fn before(&self, connection: usize) -> usize {
        self.0.borrow().open.range(..connection).count()
    }
}
