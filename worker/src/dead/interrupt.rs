//! Ctrl-C: the first one finishes what is under way, the second ends at once. Either
//! loses nothing; the first one also says how far it came, and sends nothing twice.

use std::{
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use signpost_shared::lifecycle::Lifecycle;
use tokio::signal::unix::{SignalKind, signal};

use super::wording::remark;

/// What a shell reports for a process that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// Whether somebody wants this to end.
#[derive(Clone, Debug, Default)]
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on.
    pub(super) fn listen(lifecycle: &Lifecycle) -> anyhow::Result<Self> {
        let interrupt = Self::default();
        let (wanted, mut signals) = (interrupt.clone(), signal(SignalKind::interrupt())?);
        lifecycle.spawn_background(async move {
            while signals.recv().await.is_some() {
                if wanted.0.swap(true, Ordering::Relaxed) {
                    process::exit(INTERRUPTED);
                }
                remark("finishing what is under way; once more to end at once");
            }
        });
        Ok(interrupt)
    }

    /// Whether to begin nothing new.
    pub(super) fn is_wanted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
