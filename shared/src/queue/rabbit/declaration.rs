//! Declaring everything, and the care that the first time takes.
//!
//! A `RabbitMQ` node keeps a list of which log on its disk is which quorum queue's, and
//! writes a new entry late: with the next queue's, or after up to a second (Ra's
//! `names.dets`; seen on 3.10.8, 4.0.5 and 4.3.6). Killed before that, it comes back with
//! the queue and without its messages, confirmed or not; and on 3.10 and 4.0 with a queue that
//! answers nobody any more (rabbitmq-server issue 15725). So:
//!
//! - after the queues, one more is declared, which puts the entries of all others on disk,
//!   and deleted again;
//! - the exchange that messages are published to comes last, so that none is in a queue
//!   before. That it is there says that all of this was done once;
//! - while it is not there, a queue that does not answer is one of a broker that was killed
//!   in the middle: it never held a message, and is made anew.

use std::{sync::atomic::Ordering, time::Duration};

use lapin::{
    Channel,
    options::{BasicGetOptions, QueueDeclareOptions, QueueDeleteOptions},
    protocol::AMQPSoftError,
    types::{AMQPValue, FieldTable},
};
use metrics::counter;
use tokio::time::{sleep, timeout};
use tracing::{debug, error, info, warn};

use super::{
    asking::{self, Asking},
    connect::Broker,
    connection::{ConnectError, Connection, Refusal, is},
    topology::{EXCHANGE, declare_queue, declare_routes, exchange, places, queue, queues},
};

/// What is there already answers at once.
const ANSWER: Duration = Duration::from_secs(5);
/// The first time may wait for another process that is at it, and for a broker that
/// takes five seconds to delete a queue that does not answer.
const FIRST_TIME: Duration = Duration::from_secs(30);
/// A queue whose leader has just been elected answers within a second.
const UNANSWERED: Duration = Duration::from_secs(3);
/// How often to look whether another process is done.
const LOOK: Duration = Duration::from_millis(100);

/// Held by the one process that makes the queues; gone with its connection.
const LOCK: &str = "mail.v1.declaring";
/// The queue that puts the entries of the others on disk.
const LAST: &str = "mail.v1.last";

const OTHER: &str = "something of ours is there with other arguments; when it is empty, delete it";

/// Declares everything over this connection; harmless when it is there already. The first
/// time takes connections of its own. A user who may not declare uses what is there.
///
/// # Errors
/// When something is missing that this user may not make, something of that name has other
/// arguments, the connection ends, or the broker does not answer.
pub async fn declare(broker: &Broker, connection: &Connection) -> Result<(), ConnectError> {
    let mut asking = Asking::default();
    if let Some(missing) = first_missing(connection, &mut asking).await? {
        let user = connection.status().username();
        within(FIRST_TIME, make(broker)).await.map_err(|error| {
            let lacking = format!(
                "{missing} is missing, and user {user} lacks a permission to make it, which \
                 takes configure, write and read on ^mail\\.v1"
            );
            error.explained(Refusal::Permission, &lacking).explained(Refusal::Arguments, OTHER)
        })?;
    }
    let declared = within(ANSWER, async {
        let channel = asking.over(connection).await?;
        for name in queues() {
            declare_queue(channel, &name).await?;
        }
        declare_routes(channel).await?;
        Ok(channel.close(200, "declared".into()).await?)
    });
    match declared.await {
        Err(error) if error.refusal == Some(Refusal::Permission) => {
            debug!(%error, "this user may not declare: everything is used as it is there");
        }
        declared => declared.map_err(|error| error.explained(Refusal::Arguments, OTHER))?,
    }
    broker.stood.store(true, Ordering::Relaxed);
    Ok(())
}

async fn within<T>(
    limit: Duration,
    asked: impl Future<Output = Result<T, ConnectError>>,
) -> Result<T, ConnectError> {
    let silent = || ConnectError::new("no answer to the declaration of the queues");
    timeout(limit, asked).await.unwrap_or_else(|_| Err(silent()))
}

/// Looks without declaring: what may not be looked at is taken to be there.
pub(super) async fn first_missing(
    connection: &Connection,
    asking: &mut Asking,
) -> Result<Option<String>, ConnectError> {
    within(ANSWER, async {
        for place in places() {
            if asking.unseen.contains(&place) {
                continue;
            }
            match asking.look(connection, &place).await {
                Ok(Some(_)) => {}
                Ok(None) => return Ok(Some(place)),
                Err(error) if error.refusal == Some(Refusal::Permission) => {
                    asking.unseen.insert(place);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    })
    .await
}

/// Makes what is missing, in an order in which a kill at any moment loses nothing.
async fn make(broker: &Broker) -> Result<(), ConnectError> {
    // Closed at the end whatever happens, and the lock with it.
    let connection = broker.connect("signpost declare").await?;
    let mut asking = Asking::default();
    while !lock(&connection).await? {
        sleep(LOOK).await;
        if first_missing(&connection, &mut asking).await?.is_none() {
            return Ok(());
        }
    }
    let was_made = asking.look(&connection, &exchange(EXCHANGE)).await?.is_some();
    if !was_made {
        for name in queues() {
            delete_if_stuck(broker, &connection, &mut asking, &name).await?;
        }
    }
    for name in queues() {
        // Somebody may have taken the exchange away, too, or the whole virtual host.
        let is_lost = (was_made || broker.stood.load(Ordering::Relaxed))
            && asking.look(&connection, &name).await?.is_none();
        declare_queue(asking.over(&connection).await?, &name).await?;
        // Told when it is there again: until then it would be told with each try.
        if is_lost {
            counter!("signpost_queues_lost_total", "queue" => name.clone()).increment(1);
            error!(
                queue = name,
                "a queue was gone, and with it all that it held: it was made anew; did somebody \
                 delete it, or does a policy (rabbitmqctl list_policies) expire it?"
            );
        }
    }
    let channel = asking.over(&connection).await?;
    // One that an earlier try left behind would add no entry.
    delete(channel, LAST).await?;
    queue(channel, LAST, FieldTable::default()).await?;
    delete(channel, LAST).await?;
    declare_routes(channel).await?;
    info!("made the queues");
    connection.close("declared").await;
    Ok(())
}

/// Whether the lock is ours now.
async fn lock(connection: &Connection) -> Result<bool, ConnectError> {
    lock_with(connection, FieldTable::default()).await
}

/// Takes the lock for a moment, with arguments that take every permission that making the queues
/// takes. Whoever has it may make them as well.
pub(super) async fn may_declare(connection: &Connection) -> Result<(), ConnectError> {
    let mut dead_lettering = FieldTable::default();
    let exchange = AMQPValue::LongString(EXCHANGE.into());
    dead_lettering.insert("x-dead-letter-exchange".into(), exchange);
    if within(ANSWER, lock_with(connection, dead_lettering)).await? {
        within(ANSWER, async { delete(&connection.create_channel().await?, LOCK).await }).await?;
    }
    Ok(())
}

async fn lock_with(connection: &Connection, mut classic: FieldTable) -> Result<bool, ConnectError> {
    let channel = asking::open(connection).await?;
    let exclusive = QueueDeclareOptions { exclusive: true, ..QueueDeclareOptions::default() };
    let name = AMQPValue::LongString("classic".into());
    // A virtual host can have another default, which knows no exclusive queues.
    classic.insert("x-queue-type".into(), name);
    match channel.queue_declare(LOCK.into(), exclusive, classic).await {
        Ok(_) => Ok(true),
        Err(error) if is(&error, AMQPSoftError::RESOURCELOCKED) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn delete_if_stuck(
    broker: &Broker,
    connection: &Connection,
    asking: &mut Asking,
    name: &str,
) -> Result<(), ConnectError> {
    if asking.look(connection, name).await? != Some((0, 0)) {
        return Ok(());
    }
    // A question that gets no answer holds its connection up.
    let another = broker.connect("signpost declare").await?;
    let channel = another.create_channel().await?;
    let message = channel.basic_get(name.into(), BasicGetOptions::default());
    if timeout(UNANSWERED, message).await.is_ok() {
        // A message would go back to its queue with the connection.
        another.close("it answers").await;
        return Ok(());
    }
    warn!(queue = name, "a queue does not answer and never held a message: making it anew");
    delete(asking.over(connection).await?, name).await
}

async fn delete(channel: &Channel, name: &str) -> Result<(), ConnectError> {
    channel.queue_delete(name.into(), QueueDeleteOptions::default()).await?;
    Ok(())
}
