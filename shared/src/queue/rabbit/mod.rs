//! RabbitMQ: where the queues are, how to reach them, how to publish.

mod connect;
mod declaration;
mod publisher;
mod topology;
mod wire;

pub use connect::{Backoff, Broker, BrokerError, BrokerOptions, ConnectError};
pub use declaration::{DeclareError, declare};
pub use publisher::Publisher;
pub use topology::{DEAD, EXCHANGE, SEND, UNROUTED, wait_queue};
pub use wire::message_from;
