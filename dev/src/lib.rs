//! What never ships: everything in one process, and the SMTP inbox.

pub mod everything;
pub mod inbox;
pub mod rig;
pub mod smtp;
