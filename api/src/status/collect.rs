//! What workers tell of their mails, from the broker into the store.

use std::{convert::Infallible, time::Duration};

use futures_util::StreamExt as _;
use lapin::{
    message::Delivery,
    options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions},
    types::FieldTable,
};
use signpost_shared::{
    backoff::Backoff,
    queue::rabbit::{
        Broker, ConnectError, EXCHANGE, Refusal, Retries, STATUS, answer, declare, declare_status,
    },
    status::Status,
};
use tokio::time::{Instant, sleep};
use tracing::{debug, warn};

use super::{Store, dropped};

/// Batches in hand.
const PREFETCH: u16 = 8;
/// How often a batch that Redis does not take is tried: the broker gives it to another API then.
const TRIES: u32 = 8;

/// Collects for as long as it is let; comes back by itself after any outage.
pub async fn collect(broker: Broker, store: Store) {
    let (mut retries, mut told) = (Retries::default(), false);
    loop {
        let since = Instant::now();
        let Err(cause) = session(&broker, &store, &mut told).await;
        // The health of the broker is told elsewhere; what lasts until somebody acts, here.
        if cause.let_us_in() && !std::mem::replace(&mut told, true) {
            warn!(%cause, "the delivery status can't be collected");
        } else {
            debug!(%cause, "not collecting the delivery status");
        }
        retries.wait(&cause, since.elapsed()).await;
    }
}

/// One connection, until it ends.
async fn session(
    broker: &Broker,
    store: &Store,
    told: &mut bool,
) -> Result<Infallible, ConnectError> {
    let connection = broker.connect("signpost-api status").await?;
    declare(broker, &connection).await?;
    let user = connection.status().username();
    let lacking = format!(
        "user {user} lacks a permission: SIGNPOST_STATUS=on takes configure, write and read on \
         {STATUS}, and write and read on {EXCHANGE}"
    );
    let consuming = answer(async {
        let channel = connection.create_channel().await?;
        declare_status(&channel).await?;
        channel.basic_qos(PREFETCH, BasicQosOptions::default()).await?;
        let options = BasicConsumeOptions::default();
        channel.basic_consume(STATUS.into(), STATUS.into(), options, FieldTable::default()).await
    });
    let mut consumer =
        consuming.await.map_err(|error| error.explained(Refusal::Permission, &lacking))?;
    while let Some(delivery) = consumer.next().await {
        let delivery = delivery?;
        note(store, &delivery).await?;
        delivery.ack(BasicAckOptions::default()).await?;
        *told = false;
    }
    Err(ConnectError::new("the broker cancelled the consumer"))
}

async fn note(store: &Store, delivery: &Delivery) -> Result<(), ConnectError> {
    let Ok(batch) = serde_json::from_slice::<Vec<Status>>(&delivery.data) else {
        warn!(bytes = delivery.data.len(), "a report of the delivery status can't be read");
        dropped(1);
        return Ok(());
    };
    for failures in 0..TRIES {
        match store.note(&batch).await {
            Ok(()) => return Ok(()),
            Err(error) => debug!(%error, "the delivery status can't be noted yet"),
        }
        sleep(Backoff::EAGER.delay(failures).max(Duration::from_millis(50))).await;
    }
    Err(ConnectError::new("Redis does not take the delivery status"))
}
