//! Exchanges and queues, declared by both binaries at every connect. Their
//! arguments can't be changed later, so the version is in the names.

use lapin::{
    Channel, ExchangeKind,
    options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable, ShortString},
};

use crate::queue::{Route, Rung};

/// The direct exchange that every message is published to.
pub const EXCHANGE: &str = "mail.v1";
/// The jobs that are due.
pub const SEND: &str = "mail.v1.send";
/// The parking lot for an operator.
pub const DEAD: &str = "mail.v1.dead";
/// The delivery status, on its way to the APIs; there when one of them keeps it.
pub const STATUS: &str = "mail.v1.status";
/// Messages that no queue was bound for; workers consume it too.
pub const UNROUTED: &str = "mail.v1.unrouted";

/// Dead letters hold addresses: they are kept for a week.
const DEAD_TTL_MS: u32 = 7 * 24 * 60 * 60 * 1000;
/// Deliveries that the broker may repeat, worker crashes included, before it
/// parks a message itself.
const DELIVERY_LIMIT: i32 = 20;
/// Batches of delivery status that wait for an API.
const STATUS_BATCHES: i32 = 100_000;
const STATUS_TTL_MS: u32 = 24 * 60 * 60 * 1000;
/// No limit, in effect. Whoever looks at dead letters gives them back, and each return
/// counts. Without a limit of its own a queue has 20 on RabbitMQ 4.x, after which letters
/// are dropped; -1 says "none" there, but on 3.10 drops a letter at its first return.
const LOOKS: i32 = i32::MAX;

/// The queue that a route leads to.
pub fn queue_of(route: Route) -> String {
    format!("{EXCHANGE}.{}", routing_key(route))
}

pub(super) fn routing_key(route: Route) -> String {
    match route {
        Route::Send => "send".to_owned(),
        Route::Wait(rung) => format!("wait.{}", rung.name()),
        Route::Dead => "dead".to_owned(),
        Route::Status => "status".to_owned(),
    }
}

/// The route of a routing key.
pub fn route_of(key: &str) -> Option<Route> {
    let waiting = Rung::ALL.map(Route::Wait);
    [Route::Send, Route::Dead, Route::Status]
        .into_iter()
        .chain(waiting)
        .find(|route| routing_key(*route) == key)
}

/// Every queue that messages wait in, with its arguments.
fn arguments() -> Vec<(String, FieldTable)> {
    // Workers consume both of these. No maximum length here: operators set one by policy,
    // and a full queue nacks.
    let consumed = [UNROUTED, SEND].map(|name| {
        let limit = [("x-delivery-limit", DELIVERY_LIMIT.into())];
        (name.to_owned(), dead_lettering_to(Route::Dead, limit))
    });
    let waiting = Rung::ALL.map(|rung| {
        let ttl = u32::try_from(rung.wait().as_millis()).unwrap_or(u32::MAX);
        let ttl = [("x-message-ttl", AMQPValue::LongUInt(ttl))];
        (queue_of(Route::Wait(rung)), dead_lettering_to(Route::Send, ttl))
    });
    let dead = table([
        ("x-message-ttl", AMQPValue::LongUInt(DEAD_TTL_MS)),
        ("x-delivery-limit", LOOKS.into()),
    ]);
    consumed.into_iter().chain(waiting).chain([(DEAD.to_owned(), dead)]).collect()
}

/// The names of all of them.
pub(super) fn queues() -> Vec<String> {
    arguments().into_iter().map(|(name, _)| name).collect()
}

/// All places of ours, those that matter most first. An exchange is told from the queue that is
/// called the same.
pub(super) fn places() -> Vec<String> {
    let mut places = [exchange(EXCHANGE), exchange(UNROUTED), SEND.to_owned()].to_vec();
    places.extend(queues().into_iter().filter(|name| name != SEND));
    places
}

pub(super) fn exchange(name: &str) -> String {
    format!("exchange {name}")
}

/// A number that a queue is declared with.
pub(super) fn limit(queue: &str, argument: &str) -> Option<i64> {
    let (_, arguments) = arguments().into_iter().find(|(name, _)| name == queue)?;
    match *arguments.inner().get(argument)? {
        AMQPValue::LongInt(number) => Some(number.into()),
        AMQPValue::LongUInt(number) => Some(number.into()),
        _ => None,
    }
}

/// Declares one of the places.
pub(super) async fn declare_place(channel: &Channel, place: &str) -> lapin::Result<()> {
    match place.strip_prefix("exchange ") {
        Some(exchange) => declare_exchange(channel, exchange).await,
        None => declare_queue(channel, place).await,
    }
}

/// Declares one of the queues.
pub(super) async fn declare_queue(channel: &Channel, name: &str) -> lapin::Result<()> {
    let ours = arguments().into_iter().find(|(ours, _)| ours == name);
    queue(channel, name, ours.map(|(_, arguments)| arguments).unwrap_or_default()).await
}

/// Declares the queue of the delivery status and the way to it. Nobody waits for what is in it, so
/// the oldest makes room for the newest.
///
/// # Errors
/// What the broker says instead.
pub async fn declare_status(channel: &Channel) -> lapin::Result<()> {
    let bounds = table([
        ("x-max-length", STATUS_BATCHES.into()),
        ("x-message-ttl", AMQPValue::LongUInt(STATUS_TTL_MS)),
        ("x-delivery-limit", DELIVERY_LIMIT.into()),
    ]);
    queue(channel, STATUS, bounds).await?;
    bind(channel, STATUS, EXCHANGE, &routing_key(Route::Status)).await
}

/// Declares the exchanges and the ways from them to the queues.
pub(super) async fn declare_routes(channel: &Channel) -> lapin::Result<()> {
    declare_exchange(channel, UNROUTED).await?;
    bind(channel, UNROUTED, UNROUTED, "").await?;
    declare_exchange(channel, EXCHANGE).await?;
    for route in [Route::Send].into_iter().chain(Rung::ALL.map(Route::Wait)).chain([Route::Dead]) {
        bind(channel, &queue_of(route), EXCHANGE, &routing_key(route)).await?;
    }
    Ok(())
}

/// Declares one of the exchanges.
async fn declare_exchange(channel: &Channel, name: &str) -> lapin::Result<()> {
    let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    let (kind, arguments) = match name {
        UNROUTED => (ExchangeKind::Fanout, FieldTable::default()),
        _ => (ExchangeKind::Direct, table([("alternate-exchange", text(UNROUTED))])),
    };
    channel.exchange_declare(name.into(), kind, durable, arguments).await
}

/// At-least-once dead-lettering, which silently is at-most-once without reject-publish.
fn dead_lettering_to<const N: usize>(
    route: Route,
    more: [(&'static str, AMQPValue); N],
) -> FieldTable {
    let mut arguments = table([
        ("x-dead-letter-exchange", text(EXCHANGE)),
        ("x-dead-letter-routing-key", text(&routing_key(route))),
        ("x-dead-letter-strategy", text("at-least-once")),
        ("x-overflow", text("reject-publish")),
    ]);
    for (name, value) in more {
        arguments.insert(name.into(), value);
    }
    arguments
}

async fn bind(channel: &Channel, queue: &str, exchange: &str, key: &str) -> lapin::Result<()> {
    let (options, none) = (QueueBindOptions::default(), FieldTable::default());
    channel.queue_bind(queue.into(), exchange.into(), key.into(), options, none).await
}

pub(super) async fn queue(
    channel: &Channel,
    name: &str,
    mut arguments: FieldTable,
) -> lapin::Result<()> {
    arguments.insert("x-queue-type".into(), text("quorum"));
    let options = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    channel.queue_declare(name.into(), options, arguments).await.map(|_| ())
}

fn table<const N: usize>(entries: [(&'static str, AMQPValue); N]) -> FieldTable {
    let mut table = FieldTable::default();
    for (name, value) in entries {
        table.insert(ShortString::from(name), value);
    }
    table
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metric_of_lost_queues_knows_all() {
        let known = crate::telemetry::table::values("signpost_queues_lost_total", "queue");
        assert_eq!(known, queues());
    }
}
