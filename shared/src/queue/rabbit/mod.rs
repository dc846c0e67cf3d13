//! RabbitMQ: where the queues are, how to reach them, how to publish.

mod asking;
mod backlog;
mod connect;
mod connection;
mod declaration;
mod inspect;
mod link;
mod management;
mod policies;
mod publisher;
mod topology;
mod wire;

pub use connect::{Broker, BrokerError, BrokerOptions};
pub use connection::{ConnectError, Connection, Refusal, Retries, answer, answer_within};
pub use declaration::declare;
pub use inspect::{Side, inspect, wait_until_taken};
pub use management::{ManagementOptions, ManagementUrl};
pub use publisher::Publisher;
pub use topology::{DEAD, EXCHANGE, SEND, STATUS, UNROUTED, declare_status, queue_of, route_of};
pub use wire::message_from;
