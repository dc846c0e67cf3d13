//! The real binaries against a real Redis, a real RabbitMQ and a relay that follows a script.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod alerts;
mod broker;
mod browser;
mod chaos;
mod check;
mod cluster;
mod contract;
mod dead;
mod docs;
mod everything;
mod examples;
mod faults;
mod hygiene;
mod kubernetes;
mod mail_checks;
mod mails;
mod network;
mod observability;
mod openapi;
mod operation;
mod outages;
mod packages;
mod privacy;
mod publishing;
mod queues;
mod redis;
mod relays;
mod rig;
mod settling;
mod story;
mod systemd;
mod templates;
mod templates_desk;
mod tls;
mod traces;
mod verify;
mod wrong_password;
