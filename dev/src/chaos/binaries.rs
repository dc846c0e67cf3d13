//! The two binaries beside this one, built when `cargo run` has built this one alone.

use anyhow::ensure;
use tokio::process::Command;

/// Under `cargo run`, which builds this program alone: builds the two binaries as well.
pub(super) async fn build() -> anyhow::Result<()> {
    let Some(cargo) = std::env::var_os("CARGO") else {
        return Ok(());
    };
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--package", "signpost-api", "--package", "signpost-worker"]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    ensure!(command.status().await?.success(), "the API and the worker do not build");
    Ok(())
}
