//! What `EmailAddress` takes, held against lists that others published and
//! against the writing systems of the world.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod corpora;
