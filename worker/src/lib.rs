//! The mail side: consume → render → deliver → settle.

pub mod config;
pub mod consume;
pub mod deliver;
pub mod delivery;
pub mod in_hand;
pub mod process;
pub mod render;
pub mod settle;
pub mod startup;
