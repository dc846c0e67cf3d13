//! The same work as it is often written: a Node service, whose packages come from npm.

use std::{net::SocketAddr, path::Path};

use anyhow::{Context as _, ensure};
use tokio::process::Command;

use super::prototype::{CHECK, TAKE};
use crate::rig::Process;

/// Where its messages are.
pub(super) const QUEUE: &str = "bench.fastify";

const SCRIPT: &str = include_str!("peer/peer.js");
const PACKAGES: &str = include_str!("peer/package.json");

/// Installs it beside what cargo builds, and starts it.
pub(super) async fn start(
    address: SocketAddr,
    redis_url: &str,
    amqp_url: &str,
) -> anyhow::Result<Process> {
    let this = std::env::current_exe()?;
    let folder = this.ancestors().nth(2).unwrap_or(Path::new(".")).join("bench-peer");
    let script = folder.join("peer.js");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(&script, SCRIPT)?;
    std::fs::write(folder.join("package.json"), PACKAGES)?;
    let mut install = Command::new("npm");
    install.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(&folder);
    ensure!(install.status().await.context("npm")?.success(), "npm does not install the peer");
    let path = std::env::var_os("PATH").unwrap_or_default().to_string_lossy().into_owned();
    let settings = [("PATH".to_owned(), path), ("NODE_ENV".to_owned(), "production".to_owned())];
    let (script, port) = (script.to_string_lossy(), address.port().to_string());
    let arguments = [&script, port.as_str(), redis_url, amqp_url, QUEUE, TAKE, CHECK];
    Ok(Process::start_with("node", &arguments, &settings))
}
