//! What the API and the worker must agree on.

pub mod catalog;
pub mod locale;
