//! `cargo dev inbox`: the inbox without the rest, for a Signpost that runs elsewhere.

use std::net::SocketAddr;

use clap::Args;
use signpost_shared::{
    http_server::{ConnectionLimits, serve},
    lifecycle::{Lifecycle, bind},
};
use signpost_smtp_server::Mailbox;

use super::Settings;
use crate::{everything::until_ended, relay::Relay, texts::Texts};

/// More than a mail of ours ever has.
const MAIL_BYTES: usize = 64 * 1024;

/// Where it listens, and what it keeps.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Where mails are taken over SMTP
    #[arg(long, default_value = "127.0.0.1:1025", value_name = "ADDR")]
    smtp_listen: SocketAddr,
    /// Where the page to read them is, and MailHog's API
    #[arg(long, default_value = "127.0.0.1:8025", value_name = "ADDR")]
    inbox_listen: SocketAddr,
    /// How many mails are kept; beyond, the oldest goes
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    keep: usize,
}

/// Runs until a signal ends it.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let lifecycle = Lifecycle::new();
    let smtp_listener = bind(options.smtp_listen, "--smtp-listen")?;
    let inbox_listener = bind(options.inbox_listen, "--inbox-listen")?;
    let smtp = smtp_listener.local_addr()?;
    say(smtp, inbox_listener.local_addr()?);
    let mails = Mailbox::bounded(options.keep, options.keep.saturating_mul(MAIL_BYTES));
    // Whoever sends the mails runs elsewhere, so nobody here knows their ways.
    let relay = Relay::default();
    let _smtp = relay.serve(smtp_listener, mails.clone());
    let settings = Settings {
        command: format!("SIGNPOST_SMTP_URL=smtp://{smtp} signpost-worker"),
        framers: Vec::new(),
        texts: Texts::built_in(),
        gallery: None,
    };
    let page = super::router(mails, relay, settings, lifecycle.stopping_token());
    let serving = serve(inbox_listener, page, ConnectionLimits::default(), lifecycle.clone());
    lifecycle.spawn_essential("inbox", serving);
    until_ended(&lifecycle).await
}

#[expect(clippy::print_stdout, reason = "what a person who types `cargo dev inbox` waits for")]
fn say(smtp: SocketAddr, inbox: SocketAddr) {
    println!(
        "An inbox that catches every mail.\n\n  Inbox  http://{inbox}\n  SMTP   {smtp}\n\nCtrl-C ends it."
    );
}
