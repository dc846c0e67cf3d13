//! What never ships: everything in one process, the page to try it, and the inbox.

pub mod bench;
pub mod chaos;
pub mod everything;
pub mod gallery;
pub mod inbox;
mod page;
pub mod relay;
pub mod rig;
pub mod signup;
pub mod texts;
