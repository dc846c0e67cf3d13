//! Deliver against a relay that misbehaves on purpose, a file each for one connection's dialogue,
//! keeping connections, whole relays, metrics, and TLS.

mod dialogue;
mod encryption;
mod hostile;
mod keeping;
mod metrics;
mod relays;
