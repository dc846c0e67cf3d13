//! The mail side: consume → render → deliver → settle, and the
//! desk for what could not be delivered.

pub mod check;
pub mod command;
pub mod config;
pub mod consume;
pub mod dead;
pub mod deliver;
pub mod in_hand;
pub mod process;
pub mod render;
pub mod settle;
pub mod startup;
pub mod status;
mod story;
pub mod templates;
