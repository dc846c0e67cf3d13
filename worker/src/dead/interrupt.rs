//! Ctrl-C at the desk, and other signals that ask for an end.

use std::process;

use signpost_shared::lifecycle::Lifecycle;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::wording::remark;

/// What a shell reports for a process that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// The first Ctrl-C, or whatever else asks for an end, finishes what is under way, the second ends at
/// once. Either loses nothing; the first one also says how far it came, and sends nothing twice.
/// After the second, what was just replayed may be in both places.
pub(super) fn listen_for_ctrl_c(lifecycle: &Lifecycle) -> anyhow::Result<CancellationToken> {
    let interrupt = CancellationToken::new();
    for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
        let (wanted, mut signals) = (interrupt.clone(), signal(kind)?);
        lifecycle.spawn_background(async move {
            while signals.recv().await.is_some() {
                // A terminal that closes may say so twice.
                if wanted.is_cancelled() && kind != SignalKind::hangup() {
                    process::exit(INTERRUPTED);
                }
                wanted.cancel();
                remark("finishing what is under way; once more to end at once");
            }
        });
    }
    Ok(interrupt)
}
