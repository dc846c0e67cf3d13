//! Deliver against a relay that misbehaves on purpose, a file each for one connection's dialogue,
//! keeping connections, whole relays, and TLS.

mod dialogue;
mod encryption;
mod keeping;
mod relays;
