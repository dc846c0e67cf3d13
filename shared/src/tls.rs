//! One TLS implementation for Redis, RabbitMQ and SMTP: rustls with ring.

/// Makes ring the process's provider. Call it first in `main`; later calls change nothing.
pub fn install_provider() {
    // An error means that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
