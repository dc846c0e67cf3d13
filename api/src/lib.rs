//! The HTTP side: validate → throttle → publish.

pub mod answer;
pub mod config;
pub mod publish;
pub mod routes;
pub mod send;
pub mod startup;
pub mod throttle;
pub mod validate;
