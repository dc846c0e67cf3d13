//! The HTTP side: validate → throttle → publish.

pub mod address_desk;
pub mod answer;
pub mod check;
pub mod client;
pub mod command;
pub mod config;
pub mod deny;
pub mod entered;
pub mod give_back;
pub mod hygiene;
pub mod keygen;
pub mod observe;
mod openapi;
pub mod path_prefix;
pub mod routes;
pub mod send;
pub mod startup;
pub mod state;
pub mod status;
pub mod test_codes;
pub mod texts;
pub mod throttle;
pub mod used;
pub mod validate;
pub mod verify;
