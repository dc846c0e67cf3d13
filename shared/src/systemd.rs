//! What systemd is told of a process that it has started (`Type=notify`, `sd_notify(3)`);
//! without `NOTIFY_SOCKET`, nothing.
//!
//! Ready is who has settings that can be used, and its ports: what only this machine decides. It
//! does not wait for Redis and the broker, as `/readyz` does: both may come later, and systemd
//! would end who waits for them, and hold up all that is ordered after it. The status says what
//! is missing.

use std::time::Duration;

use sd_notify::{NotifyState, notify, watchdog_enabled};
use tokio::time::interval;
use tracing::warn;

use crate::lifecycle::Lifecycle;

/// For what comes after the grace time, such as a farewell to relays.
const AFTER: Duration = Duration::from_secs(10);

/// Tells that the process is ready, and from now on that it is alive.
pub(crate) fn ready(lifecycle: &Lifecycle) {
    tell(&[NotifyState::Ready]);
    if let Some(limit) = watchdog_enabled().filter(|limit| !limit.is_zero()) {
        let alive = || tell(&[NotifyState::Watchdog]);
        lifecycle.spawn_background(beat(limit / 2, alive));
    }
}

/// What `systemctl status` shows.
pub(crate) fn status(text: &str) {
    tell(&[NotifyState::Status(text)]);
}

/// Tells that the process stops and how long that may take, whatever `TimeoutStopSec` says.
pub(crate) fn stopping(longest: Duration) {
    let longest = u32::try_from((longest + AFTER).as_micros()).unwrap_or(u32::MAX);
    tell(&[NotifyState::Stopping, NotifyState::ExtendTimeoutUsec(longest)]);
}

/// A task as others are: it stands still when the runtime does.
async fn beat(every: Duration, alive: impl Fn()) {
    let mut ticks = interval(every);
    loop {
        ticks.tick().await;
        alive();
    }
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = notify(states) {
        warn!(%error, "systemd can't be told how this process is");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{RecvTimeoutError, channel};

    use super::*;

    /// The one worker of a runtime is held up, as by an endless loop: the watchdog must see it.
    #[test]
    fn a_runtime_that_is_stuck_does_not_say_that_it_is_alive() {
        let runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = { runtime }.worker_threads(1).enable_time().build().unwrap();
        let (alive, beats) = channel();
        let (hold, held) = channel::<()>();
        let (holding, holds) = channel();
        runtime.spawn(beat(Duration::from_millis(10), move || alive.send(()).unwrap()));
        beats.recv().unwrap();
        runtime.spawn(async move {
            holding.send(()).unwrap();
            held.recv()
        });
        holds.recv().unwrap();
        while beats.try_recv().is_ok() {}
        let silence = beats.recv_timeout(Duration::from_millis(200));
        assert_eq!(silence, Err(RecvTimeoutError::Timeout));
        hold.send(()).unwrap();
        beats.recv().unwrap();
        runtime.shutdown_background();
    }
}
