//! A binary as a process, with its log kept.

use std::{
    borrow::Cow,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::Context as _;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    process::{Child, Command},
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::task::TaskTracker;

use super::soon;

/// A running binary. Dropped, it is killed.
#[derive(Debug)]
pub struct Process {
    /// Boxed, since futures hold many processes and a command is large.
    command: Box<Command>,
    child: Child,
    log: Log,
    readers: TaskTracker,
}

#[derive(Clone, Debug)]
struct Log {
    lines: watch::Sender<Vec<String>>,
    /// Whether anybody reads what the process writes.
    read: watch::Sender<bool>,
}

impl Log {
    async fn keep(self, output: impl AsyncRead + Unpin) {
        let mut lines = BufReader::new(output).lines();
        let mut read = self.read.subscribe();
        while read.wait_for(|read| *read).await.is_ok()
            && let Ok(Some(line)) = lines.next_line().await
        {
            self.lines.send_modify(|lines| lines.push(line));
        }
    }
}

impl Process {
    /// Starts a binary that was built beside this one, with these settings and no others.
    pub fn start(binary: &str, settings: &[(String, String)]) -> Self {
        Self::start_with(binary, &[], settings)
    }

    /// Starts a binary with arguments too.
    pub fn start_with(binary: &str, arguments: &[&str], settings: &[(String, String)]) -> Self {
        let mut command = Command::new(path_of(binary));
        command
            .args(arguments)
            .env_clear()
            .envs(settings.iter().cloned())
            .env("RUST_BACKTRACE", "1");
        Self::of(command)
    }

    /// Starts what this command says.
    pub fn of(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.kill_on_drop(true);
        let log = Log { lines: watch::Sender::default(), read: watch::Sender::new(true) };
        let readers = TaskTracker::new();
        readers.close();
        let child = spawn(&mut command, &log, &readers);
        Self { command: Box::new(command), child, log, readers }
    }

    /// Starts it again, as it was started; its log goes on.
    pub fn restart(&mut self) {
        self.child = spawn(&mut self.command, &self.log, &self.readers);
    }

    /// Where its binary is.
    pub fn name(&self) -> Cow<'_, str> {
        self.command.as_std().get_program().to_string_lossy()
    }

    /// Leaves what it writes in the pipe from now on.
    pub fn stop_reading(&self) {
        self.log.read.send_replace(false);
    }

    /// All that it has logged.
    pub fn log(&self) -> Vec<String> {
        self.log.lines.borrow().clone()
    }

    /// Awaits a line of the JSON log that satisfies the condition, and returns what was found.
    pub async fn logged<T>(&self, what: &str, find: impl Fn(&Value) -> Option<T>) -> T {
        let (mut lines, mut found) = (self.log.lines.subscribe(), None);
        let logging = lines.wait_for(|lines| {
            let mut parsed = lines.iter().filter_map(|line| serde_json::from_str(line).ok());
            found = parsed.find_map(|line: Value| find(&line));
            found.is_some()
        });
        let _ = timeout(super::PATIENCE, logging).await;
        found.unwrap_or_else(|| {
            panic!("{} did not log {what}:\n{}", self.name(), self.log().join("\n"))
        })
    }

    /// Awaits that something comes true of it; if it does not, the error shows its log.
    pub async fn becomes(
        &self,
        what: &str,
        limit: Duration,
        is_so: impl AsyncFn() -> bool,
    ) -> anyhow::Result<()> {
        let asked = async {
            while !is_so().await {
                sleep(Duration::from_millis(50)).await;
            }
        };
        let log = || format!("{} is not {what}; its log:\n{}", self.name(), self.log().join("\n"));
        timeout(limit, asked).await.with_context(log)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id().expect("the process runs")
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends a signal by its short name.
    pub fn signal(&self, name: &str) {
        let sent = std::process::Command::new("kill")
            .args([&format!("-{name}"), &self.id().to_string()])
            .status();
        assert!(sent.is_ok_and(|status| status.success()), "{} is gone", self.name());
    }

    /// Kills it as a power cut does.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("the process can be killed");
    }

    /// Awaits its end and the last of its log.
    pub async fn ended(&mut self) -> ExitStatus {
        soon("a process to end", self.status()).await
    }

    /// The same, for as long as it takes.
    pub async fn status(&mut self) -> ExitStatus {
        let status = self.child.wait().await.expect("its status is known");
        self.readers.wait().await;
        status
    }
}

fn spawn(command: &mut Command, log: &Log, readers: &TaskTracker) -> Child {
    let mut child = command.spawn().unwrap_or_else(|error| {
        let name = command.as_std().get_program().display();
        panic!("{name} can't be started ({error}): `cargo build --workspace --bins` makes ours")
    });
    if let Some(output) = child.stderr.take() {
        readers.spawn(log.clone().keep(output));
    }
    if let Some(output) = child.stdout.take() {
        readers.spawn(log.clone().keep(output));
    }
    child
}

/// Where a binary is that was built beside this one.
pub fn path_of(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("a running binary has a path");
    // target/debug/deps/e2e-… or target/debug/signpost-dev
    let folders = this.ancestors().skip(1).map(|folder| folder.join(name));
    let mut candidates = folders.filter(|path| path.is_file());
    candidates.next().unwrap_or_else(|| PathBuf::from(name))
}
