//! The HTTP side: validate, throttle, publish.

pub mod throttle;
