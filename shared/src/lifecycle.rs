//! Start with the listeners, and a shutdown in two stages: the first signal stops intake and
//! drains; a second one, or the grace time, abandons the rest.

use std::{
    fmt::Display,
    future::Future,
    io,
    net::SocketAddr,
    process::{self, ExitCode},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};
use tokio_util::{
    sync::{CancellationToken, WaitForCancellationFuture},
    task::TaskTracker,
};
use tracing::{error, info, warn};

/// Listens on an address; before anything is connected, so that an error is all that is said.
///
/// # Errors
/// Names the address and the setting that chooses another.
pub async fn bind(address: SocketAddr, setting: &str) -> io::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let text = format!("{address} can't be listened on: {error}; {setting} chooses another");
        io::Error::new(error.kind(), text)
    })
}

/// The end of every `main`. An error is one message: its causes (`{:#}`), never a backtrace. The
/// runtime is not taken down: lapin's thread would panic if it was just connecting.
pub fn end(outcome: Result<ExitCode, impl Display>) -> ! {
    let code = outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    });
    process::exit((code != ExitCode::SUCCESS).into())
}

/// Spawns every task of a process and ends them. Clones are one lifecycle.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    tracker: TaskTracker,
    stopping: CancellationToken,
    abandoned: CancellationToken,
    background: CancellationToken,
    failed: Arc<AtomicBool>,
}

/// How a process came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Everything in hand was finished.
    Drained,
    /// Work was left: what was not settled, the broker redelivers.
    Abandoned,
    /// A task that must run for ever ended.
    Failed,
}

impl Lifecycle {
    /// A lifecycle with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs a task that shutdown waits for. It is dropped when the rest is abandoned.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let abandoned = self.abandoned.clone();
        // Boxed: each layer of futures around it would hold it twice.
        let task = Box::pin(task);
        self.tracker.spawn(async move {
            abandoned.run_until_cancelled_owned(task).await;
        });
    }

    /// Runs a task that others in hand may still need while they finish, such as a
    /// connection's supervisor: shutdown does not wait for it, and drops it last.
    pub fn spawn_background(&self, task: impl Future<Output = ()> + Send + 'static) {
        let background = self.background.clone();
        #[expect(clippy::disallowed_methods, reason = "ends with the last stage, see `run`")]
        tokio::spawn(async move {
            background.run_until_cancelled_owned(task).await;
        });
    }

    /// Runs a task that must last until shutdown; when it ends before, by
    /// returning or by a panic, the whole process stops and says so.
    pub fn spawn_essential(
        &self,
        name: &'static str,
        task: impl Future<Output = ()> + Send + 'static,
    ) {
        let guard = Essential { name, lifecycle: self.clone() };
        self.spawn(async move {
            let _guard = guard;
            task.await;
        });
    }

    /// Resolves when shutdown begins.
    pub fn stopping(&self) -> WaitForCancellationFuture<'_> {
        self.stopping.cancelled()
    }

    /// Cancelled when shutdown begins, for those that take a token.
    pub fn stopping_token(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Whether shutdown has begun.
    pub fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }

    /// Begins shutdown: intake stops, what is in hand is finished.
    pub fn stop(&self) {
        self.stopping.cancel();
    }

    /// Waits for the end: SIGTERM or SIGINT (or [`Lifecycle::stop`]), then at most
    /// `grace` for what is in hand, less when a second signal comes.
    ///
    /// # Errors
    /// When the process can't listen to signals.
    pub async fn run(&self, grace: Duration) -> io::Result<Ended> {
        let mut signals = Signals::new()?;
        tokio::select! {
            name = signals.next() => info!(signal = name, "shutting down: finishing what is in hand"),
            () = self.stopping() => {}
        }
        self.stop();
        self.tracker.close();
        let ended = tokio::select! {
            () = self.tracker.wait() => Ended::Drained,
            name = signals.next() => {
                warn!(signal = name, "second signal: abandoning what is in hand");
                Ended::Abandoned
            }
            () = tokio::time::sleep(grace) => {
                warn!(grace = ?grace, "grace time is over: abandoning what is in hand");
                Ended::Abandoned
            }
        };
        self.abandoned.cancel();
        self.tracker.wait().await;
        self.background.cancel();
        Ok(if self.failed.load(Ordering::Relaxed) { Ended::Failed } else { ended })
    }
}

struct Essential {
    name: &'static str,
    lifecycle: Lifecycle,
}

impl Drop for Essential {
    fn drop(&mut self) {
        if !self.lifecycle.is_stopping() {
            error!(task = self.name, "a task that must last has ended: shutting down");
            self.lifecycle.failed.store(true, Ordering::Relaxed);
            self.lifecycle.stop();
        }
    }
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_is_in_hand_is_finished() {
        let lifecycle = Lifecycle::new();
        let (finish, finished) = oneshot::channel();
        let task = lifecycle.clone();
        lifecycle.spawn(async move {
            task.stopping().await;
            finish.send(()).unwrap();
        });
        lifecycle.stop();
        assert_eq!(lifecycle.run(Duration::from_secs(60)).await.unwrap(), Ended::Drained);
        finished.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn the_grace_time_ends_what_does_not_finish() {
        let lifecycle = Lifecycle::new();
        lifecycle.spawn(std::future::pending());
        lifecycle.stop();
        assert_eq!(lifecycle.run(Duration::from_secs(1)).await.unwrap(), Ended::Abandoned);
    }

    #[tokio::test]
    async fn an_essential_task_that_ends_ends_the_process() {
        let lifecycle = Lifecycle::new();
        lifecycle.spawn_essential("short-lived", async {});
        assert_eq!(lifecycle.run(Duration::from_secs(60)).await.unwrap(), Ended::Failed);
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_named_with_the_way_out() {
        let taken = bind("127.0.0.1:0".parse().unwrap(), "").await.unwrap();
        let address = taken.local_addr().unwrap();
        let error = bind(address, "SIGNPOST_LISTEN").await.unwrap_err().to_string();
        let named = error.starts_with(&address.to_string()) && error.contains("SIGNPOST_LISTEN");
        assert!(named, "{error}");
    }
}
