//! Deliver against a relay that misbehaves on purpose, a file each for one connection's dialogue,
//! pipelining, logging in, keeping connections, whole relays, several machines that are one, strict
//! ones, named ones, metrics, and TLS.

mod balanced;
mod dialogue;
mod encryption;
mod hostile;
mod keeping;
mod login;
mod metrics;
mod named;
mod pipelining;
mod relays;
mod strict;
pub(super) mod support;
