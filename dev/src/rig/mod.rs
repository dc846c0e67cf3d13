//! A rig for the real binaries: processes, servers of their own, and a proxy that can cut any
//! line between them.
//!
//! Chaos, benches and tests drive it; whatever fails to start or to answer is a panic with its log.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a panic fails the test or the run that needs it"
)]

mod admin;
mod process;
mod proxy;
mod servers;

pub use admin::Admin;
pub use process::{Process, path_of};
pub use proxy::Proxy;
pub(crate) use servers::find;
pub use servers::{Server, amqp_url, free_address, free_port, node_name};

use std::time::Duration;

use anyhow::{bail, ensure};
use tokio::{
    process::Command,
    signal::unix::{SignalKind, signal},
};

/// How long a condition may take to come true before a test has failed.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The contract's path for sending.
pub const SEND_PATH: &str = "/plugin/datafor-auth/api/user/sendRegisterCode";

/// The contract's path for checking.
pub const VERIFY_PATH: &str = "/plugin/datafor-auth/api/user/verifyRegisterCode";

/// Under `cargo run`, which builds this program alone: builds the binaries as well.
pub(crate) async fn build(arguments: &[&str]) -> anyhow::Result<()> {
    let Some(cargo) = std::env::var_os("CARGO") else {
        return Ok(());
    };
    let status = Command::new(cargo).arg("build").args(arguments).status().await?;
    ensure!(status.success(), "the binaries do not build");
    Ok(())
}

/// Runs to the end, or to Ctrl-C or SIGTERM: dropping the run ends its servers, which the
/// signal's own way would leave behind.
pub(crate) async fn unless_interrupted<T>(
    run: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        end = run => end,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        _ = terminated.recv() => bail!("interrupted"),
    }
}

/// Awaits a condition that can only be asked for, such as a metric.
pub async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let asked = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let came_true = tokio::time::timeout(PATIENCE, asked).await.is_ok();
    assert!(came_true, "waited in vain until {what}");
}

/// Awaits a future that must come to its end.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future)
        .await
        .unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// The code that a mail's text has alone on a line.
pub fn code_in(raw: &[u8]) -> String {
    let mail = mail_parser::MessageParser::default().parse(raw);
    let text = mail.as_ref().and_then(|mail| mail.body_text(0)).unwrap_or_default();
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
    text.lines().find(is_code).expect("the mail has a code").to_owned()
}
