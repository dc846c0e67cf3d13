//! What `EmailAddress` takes, held against lists that others published and
//! against the writing systems of the world.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod corpora;
mod international;
