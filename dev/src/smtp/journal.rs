//! What happened, for tests to assert: how many connections there were, and which commands came
//! over each. Bounded, and without anything secret: AUTH is noted by its name alone.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// How many commands are remembered; past it the oldest is forgotten.
const MAX_COMMANDS: usize = 20_000;
/// How much of a command is remembered, in characters.
const MAX_LENGTH: usize = 400;

/// The connections of one server so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Connections {
    /// All that were ever made.
    pub total: u64,
    /// Those that are open now.
    pub open: u64,
    /// The most that were open at once.
    pub peak: u64,
}

#[derive(Debug, Default)]
pub(super) struct Journal {
    commands: Mutex<VecDeque<(u64, String)>>,
    connections: watch::Sender<Connections>,
}

impl Journal {
    /// Counts a new connection and returns its number, from 1.
    pub(super) fn opened(&self) -> u64 {
        let mut number = 0;
        self.connections.send_modify(|connections| {
            connections.total += 1;
            connections.open += 1;
            connections.peak = connections.peak.max(connections.open);
            number = connections.total;
        });
        number
    }

    pub(super) fn closed(&self) {
        self.connections.send_modify(|connections| connections.open -= 1);
    }

    pub(super) fn note(&self, connection: u64, command: &str) {
        let mut commands = self.lock();
        if commands.len() == MAX_COMMANDS {
            commands.pop_front();
        }
        commands.push_back((connection, command.chars().take(MAX_LENGTH).collect()));
    }

    pub(super) fn commands(&self) -> Vec<(u64, String)> {
        self.lock().iter().cloned().collect()
    }

    pub(super) fn connections(&self) -> watch::Receiver<Connections> {
        self.connections.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(u64, String)>> {
        self.commands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
