//! A process's life: its listeners first, every task tracked, and a shutdown in stages. The
//! first signal makes it unready; after the drain delay, intake stops and what is in hand is
//! finished; a second signal, or the grace time, abandons the rest.

use std::{
    error::Error,
    fmt::Display,
    future::Future,
    io::{self, Write as _},
    net::SocketAddr,
    process::{self, ExitCode},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use clap::Args;
use metrics::counter;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    net::{TcpListener, TcpSocket},
    runtime::Builder,
    signal::unix::{Signal, SignalKind, signal},
    task::{JoinHandle, spawn_blocking},
    time::timeout,
};
use tokio_util::{
    sync::{CancellationToken, WaitForCancellationFuture},
    task::TaskTracker,
};
use tracing::{error, info, warn};

use crate::{
    config::{ConfigError, duration},
    systemd,
};

/// Connections that wait to be accepted; the kernel may allow fewer.
const BACKLOG: u32 = 4096;
/// What a runtime, two listeners and connections to a few servers take, and some to spare.
const FEWEST_DESCRIPTORS: usize = 64;
/// What SIGHUP has read takes far less.
const SLOW: Duration = Duration::from_secs(10);

/// How a process ends, as both binaries are told.
#[derive(Clone, Copy, Debug, Args)]
pub struct Shutdown {
    /// How long after the first signal work still comes in, while /readyz already says 503: a proxy turns elsewhere before the listener closes, and a worker still takes jobs
    #[arg(long, env = "SIGNPOST_DRAIN_DELAY", default_value = "0s", value_parser = duration, value_name = "TIME")]
    pub drain_delay: Duration,
    /// How long a shutdown waits, after that delay, for what is in hand
    #[arg(long, env = "SIGNPOST_GRACE", default_value = "25s", value_parser = duration, value_name = "TIME")]
    pub grace: Duration,
}

impl Shutdown {
    /// Without a delay.
    pub fn within(grace: Duration) -> Self {
        Self { drain_delay: Duration::ZERO, grace }
    }
}

/// Listens on an address; before anything is connected, so that an error is all that is said.
/// The backlog takes a burst: that of `TcpListener::bind` has 128 places, and whoever finds it
/// full tries again after a second.
///
/// # Errors
/// Names the address and the setting that chooses another.
pub fn bind(address: SocketAddr, setting: &str) -> io::Result<TcpListener> {
    let listen = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    listen().map_err(|error| {
        let text = format!("{address} can't be listened on: {error}; {setting} chooses another");
        io::Error::new(error.kind(), text)
    })
}

/// Raises the soft limit of open descriptors to the hard one, and says what it is now.
pub fn raise_descriptors() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let limit = if raised.is_ok() { maximum } else { current };
    limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX)
}

/// The whole of every `main`, on so many threads: one for each processor, if it is not said.
pub fn run_to_end<E: Display + AsRef<dyn Error + Send + Sync> + From<io::Error>>(
    threads: Option<usize>,
    work: impl Future<Output = Result<ExitCode, E>>,
) -> ! {
    let soft = getrlimit(Resource::Nofile).current;
    let are_few = soft.is_some_and(|soft| soft < FEWEST_DESCRIPTORS as u64);
    if are_few && raise_descriptors() < FEWEST_DESCRIPTORS {
        // The runtime's own would be a panic.
        eprintln!(
            "error: this process needs {FEWEST_DESCRIPTORS} open files and may have fewer: raise \
             the hard limit (ulimit -Hn, LimitNOFILE)"
        );
        process::exit(1)
    }
    let mut runtime = Builder::new_multi_thread();
    threads.map(|threads| runtime.worker_threads(threads));
    match runtime.enable_all().build() {
        Ok(runtime) => runtime.block_on(async { end(work.await) }),
        Err(error) => end(Err::<ExitCode, _>(E::from(error))),
    }
}

/// An error is one message: its causes (`{:#}`), never a backtrace; one
/// of the settings ends with 2, as clap's do, so that nobody starts the process again for it. The
/// runtime is not taken down: lapin's thread would panic if it was just connecting.
fn end<E: Display + AsRef<dyn Error + Send + Sync>>(outcome: Result<ExitCode, E>) -> ! {
    let code = match outcome {
        Ok(code) => (code != ExitCode::SUCCESS).into(),
        Err(error) => {
            let text = format!("error: {error:#}\n");
            let (tell, told) = mpsc::channel();
            let (words, tell) = (text.clone(), move |written| drop(tell.send(written)));
            // A full disk there is no reason to panic, nor is one that nobody reads one to stay.
            let writing = thread::Builder::new()
                .spawn(move || tell(io::stderr().write_all(words.as_bytes())));
            let _ = match writing {
                Ok(_) => told.recv_timeout(Duration::from_secs(1)).is_ok(),
                Err(_) => io::stderr().write_all(text.as_bytes()).is_ok(),
            };
            if error.as_ref().is::<ConfigError>() { 2 } else { 1 }
        }
    };
    process::exit(code)
}

/// Spawns every task of a process and ends them. Clones are one lifecycle.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    tracker: TaskTracker,
    leaving: Arc<AtomicBool>,
    stopping: CancellationToken,
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
}

impl Lifecycle {
    /// A lifecycle with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs a task that shutdown waits for. When the rest is abandoned, it ends with the process.
    pub fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.tracker.spawn(task)
    }

    /// Runs a task that others in hand may still need while they finish, such as a
    /// connection's supervisor: shutdown does not wait for it, and drops it last.
    pub fn spawn_background(&self, task: impl Future<Output: Send> + Send + 'static) {
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
        self.spawn(self.essential(name, task));
    }

    /// The same, run by [`Lifecycle::spawn_background`].
    pub fn essential(
        &self,
        name: &'static str,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> impl Future<Output = ()> + Send + 'static {
        let guard = Essential { name, lifecycle: self.clone() };
        async move {
            let _guard = guard;
            task.await;
        }
    }

    /// Whether a shutdown has begun: not ready, though work may still come in.
    pub fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// Resolves when intake stops.
    pub fn stopping(&self) -> WaitForCancellationFuture<'_> {
        self.stopping.cancelled()
    }

    /// Cancelled when intake stops, for those that take a token.
    pub fn stopping_token(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Begins shutdown without a delay: intake stops, what is in hand is finished.
    pub fn stop(&self) {
        self.leaving.store(true, Ordering::Relaxed);
        self.stopping.cancel();
    }

    /// Waits for the end: a signal (or [`Lifecycle::stop`]), the drain delay, then at most the
    /// grace time for what is in hand; less when a second signal comes. A hang-up calls `hung_up`
    /// and ends nothing; on a thread of its own, since a file may be on a disk that hangs.
    ///
    /// # Errors
    /// When the process can't listen to signals, or a task that must last has ended.
    pub async fn run(
        &self,
        shutdown: Shutdown,
        hang_ups: HangUps,
        hung_up: impl Fn() + Send + Sync + 'static,
    ) -> io::Result<Ended> {
        let mut signals = Signals::new()?;
        self.spawn_background(hang_ups.call(Arc::new(hung_up)));
        systemd::ready(self);
        tokio::select! {
            signal = signals.next() => {
                let delay = shutdown.drain_delay;
                info!(signal, ?delay, "shutting down: not ready, and intake stops after the delay");
            }
            () = self.stopping() => {}
        }
        self.leaving.store(true, Ordering::Relaxed);
        systemd::stopping(shutdown.drain_delay + shutdown.grace);
        let ended = tokio::select! {
            ended = self.drain(shutdown) => ended,
            signal = signals.next() => {
                warn!(signal, "second signal: abandoning what is in hand");
                Ended::Abandoned
            }
        };
        self.stop();
        self.tracker.close();
        self.background.cancel();
        if self.failed.load(Ordering::Relaxed) {
            return Err(io::Error::other("a task that must last has ended; the log says which"));
        }
        Ok(ended)
    }

    async fn drain(&self, Shutdown { drain_delay, grace }: Shutdown) -> Ended {
        // Over at once if a task that must last has ended.
        let _ = timeout(drain_delay, self.stopping()).await;
        self.stop();
        self.tracker.close();
        if timeout(grace, self.tracker.wait()).await.is_ok() {
            return Ended::Drained;
        }
        warn!(?grace, "grace time is over: abandoning what is in hand");
        Ended::Abandoned
    }
}

struct Essential {
    name: &'static str,
    lifecycle: Lifecycle,
}

impl Drop for Essential {
    fn drop(&mut self) {
        let Self { name: task, lifecycle } = self;
        if !lifecycle.stopping.is_cancelled() {
            error!(task, "a task that must last has ended: shutting down");
            lifecycle.failed.store(true, Ordering::Relaxed);
            lifecycle.stop();
        }
    }
}

/// Each SIGHUP from [`HangUps::listen`] on. Before that one ends the process.
#[derive(Debug)]
pub struct HangUps(Signal);

impl HangUps {
    /// Listens from now on: before the first of the files is read that SIGHUP has read again.
    ///
    /// # Errors
    /// When the process can't listen to signals.
    pub fn listen() -> io::Result<Self> {
        signal(SignalKind::hangup()).map(Self)
    }

    /// One after the other; those that come meanwhile are one.
    async fn call(mut self, hung_up: Arc<impl Fn() + Send + Sync + 'static>) {
        while self.0.recv().await.is_some() {
            let called = Arc::clone(&hung_up);
            let mut call = spawn_blocking(move || called());
            if timeout(SLOW, &mut call).await.is_err() {
                error!(
                    waited = ?SLOW,
                    "SIGHUP: a file is still being read, nothing has changed, and no other SIGHUP is \
                     heard before it ends"
                );
                counter!("signpost_reloads_total", "outcome" => "failed").increment(1);
                let _ = call.await;
            }
        }
    }
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    /// The next one that ends the process.
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.quit.recv() => "SIGQUIT",
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::{sync::oneshot, time::Instant};

    use super::*;

    fn shutdown(drain_delay: u64, grace: u64) -> Shutdown {
        let [drain_delay, grace] = [drain_delay, grace].map(Duration::from_secs);
        Shutdown { drain_delay, grace }
    }

    async fn run(lifecycle: &Lifecycle) -> Ended {
        lifecycle.run(shutdown(5, 60), HangUps::listen().unwrap(), || ()).await.unwrap()
    }

    #[tokio::test]
    async fn what_is_in_hand_is_finished() {
        let lifecycle = Lifecycle::new();
        let (finish, finished) = oneshot::channel();
        let task = lifecycle.clone();
        lifecycle.spawn(async move {
            task.stopping().await;
            finish.send(()).unwrap();
        });
        assert!(!lifecycle.is_leaving());
        lifecycle.stop();
        assert!(lifecycle.is_leaving());
        assert_eq!(run(&lifecycle).await, Ended::Drained);
        finished.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn the_grace_time_begins_after_the_delay_and_ends_what_does_not_finish() {
        let (lifecycle, began) = (Lifecycle::new(), Instant::now());
        let (tell, told) = oneshot::channel();
        let stopping = lifecycle.stopping_token();
        lifecycle.spawn(async move {
            stopping.cancelled().await;
            tell.send(began.elapsed()).unwrap();
            std::future::pending::<()>().await;
        });
        assert_eq!(lifecycle.drain(shutdown(5, 2)).await, Ended::Abandoned);
        assert_eq!(told.await.unwrap(), Duration::from_secs(5), "intake goes on");
        assert_eq!(began.elapsed(), Duration::from_secs(7));
    }

    #[tokio::test(start_paused = true)]
    async fn an_essential_task_that_ends_ends_the_process_without_delay() {
        let (lifecycle, began) = (Lifecycle::new(), Instant::now());
        lifecycle.spawn_essential("short-lived", async {});
        assert!(lifecycle.run(shutdown(5, 2), HangUps::listen().unwrap(), || ()).await.is_err());
        assert_eq!(began.elapsed(), Duration::ZERO);
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_named_with_the_way_out() {
        let taken = bind("127.0.0.1:0".parse().unwrap(), "").unwrap();
        let address = taken.local_addr().unwrap();
        let error = bind(address, "SIGNPOST_LISTEN").unwrap_err().to_string();
        let named = error.starts_with(&address.to_string()) && error.contains("SIGNPOST_LISTEN");
        assert!(named, "{error}");
    }
}
