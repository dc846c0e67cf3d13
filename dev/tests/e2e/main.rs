//! The real binaries against a real Redis, a real RabbitMQ and a relay that follows a script.

mod contract;
mod faults;
mod mails;
mod operation;
mod relays;
mod settling;
