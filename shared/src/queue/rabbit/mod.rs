//! RabbitMQ: where the queues are, how to reach them, how to publish.

mod connect;
mod publisher;
mod topology;
mod wire;

pub use connect::{Backoff, Broker, BrokerError, BrokerOptions, ConnectError};
pub use publisher::Publisher;
pub use topology::{DEAD, EXCHANGE, SEND, UNROUTED, declare, wait_queue};
pub use wire::message_from;
