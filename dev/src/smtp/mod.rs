//! An SMTP server that does what a script tells it: the inbox of `cargo dev`, and the relay that
//! integration tests and fault runs deliver to.
//!
//! Left alone it is a correct RFC 5321 server that accepts every mail. A [`Script`] makes it refuse,
//! stall, hang up or crawl at any [`Stage`], and can be changed while it runs.

mod auth;
mod body;
mod command;
mod dialogue;
mod journal;
mod mailbox;
mod reply;
mod script;
mod server;
mod session;
mod wire;

#[cfg(test)]
mod tests;

pub use journal::Connections;
pub use mailbox::{Mailbox, ReceivedMail};
pub use script::{Rule, Script, Stage};
pub use server::SmtpServer;
pub use session::Options;
