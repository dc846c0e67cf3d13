//! What the API and the worker must agree on.

pub mod address;
pub mod admin;
pub mod backoff;
pub mod catalog;
pub mod check;
pub mod clock;
pub mod code;
pub mod config;
pub mod consent;
pub mod gather;
pub mod health;
mod http_client;
pub mod http_server;
pub mod job;
mod json;
pub mod lifecycle;
pub mod locale;
pub mod manual;
pub mod queue;
pub mod reach;
pub mod reload;
pub mod status;
mod systemd;
pub mod tag;
pub mod telemetry;
pub mod templates;
pub mod tls;
