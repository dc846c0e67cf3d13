//! The real binaries against a real Redis, a real RabbitMQ and a relay that follows a script.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod broker;
mod browser;
mod chaos;
mod cluster;
mod contract;
mod dead;
mod everything;
mod examples;
mod faults;
mod hygiene;
mod mail_checks;
mod mails;
mod network;
mod observability;
mod openapi;
mod operation;
mod outages;
mod publishing;
mod queues;
mod redis;
mod relays;
mod settling;
mod story;
mod templates;
mod templates_desk;
mod tls;
mod traces;
mod verify;
mod wrong_password;
