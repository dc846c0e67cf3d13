//! The mail side: consume, render, deliver, settle.

pub mod deliver;
pub mod render;
