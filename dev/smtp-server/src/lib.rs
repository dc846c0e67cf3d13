//! The SMTP server of everything that is not production: the inbox of `cargo dev`, and the relay
//! that unit tests, integration tests and chaos runs deliver to.
//!
//! Left alone it is a correct RFC 5321 server that takes every mail. At each step of a dialogue it
//! works out its own reply and then asks a [`Script`], which has the last word: it may say
//! something else, stall, hang up, crawl, or talk nonsense. [`named`] has scripts that behave as
//! relays of the world do.

mod auth;
mod body;
mod command;
mod journal;
mod mailbox;
pub mod named;
mod reply;
mod script;
mod server;
mod session;
mod wire;

#[cfg(test)]
mod tests;

pub use mailbox::{Mailbox, ReceivedMail};
pub use script::{Answer, Rule, Script, Step};
pub use server::{Options, SmtpServer};
