//! What workers tell of their mails, from the broker into the store.

use std::time::Duration;

use futures_util::StreamExt as _;
use lapin::{
    Consumer,
    message::Delivery,
    options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions},
    types::FieldTable,
};
use signpost_shared::{
    backoff::Backoff,
    lifecycle::Lifecycle,
    queue::rabbit::{
        Broker, ConnectError, Connection, EXCHANGE, Refusal, Retries, STATUS, answer, declare,
        declare_status,
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

/// Collects until shutdown; comes back by itself after any outage.
pub async fn collect(broker: Broker, store: Store, lifecycle: Lifecycle) {
    let (mut retries, mut told) = (Retries::default(), false);
    loop {
        let since = Instant::now();
        let session = tokio::select! {
            () = lifecycle.stopping() => return,
            session = Session::open(&broker) => session,
        };
        let ended = match session {
            Ok(session) => session.run(&store, &lifecycle, &mut told).await,
            Err(cause) => Err(cause),
        };
        let Err(cause) = ended else { return };
        // The health of the broker is told elsewhere; what lasts until somebody acts, here.
        if cause.let_us_in() && !std::mem::replace(&mut told, true) {
            warn!(%cause, "the delivery status can't be collected");
        } else {
            debug!(%cause, "not collecting the delivery status");
        }
        tokio::select! {
            () = lifecycle.stopping() => return,
            () = retries.wait(&cause, since.elapsed()) => {}
        }
    }
}

/// One connection, until it ends.
struct Session {
    connection: Connection,
    consumer: Consumer,
}

impl Session {
    async fn open(broker: &Broker) -> Result<Self, ConnectError> {
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
            channel
                .basic_consume(STATUS.into(), STATUS.into(), options, FieldTable::default())
                .await
        });
        let consuming = consuming.await;
        let consumer = consuming.map_err(|error| error.explained(Refusal::Permission, &lacking))?;
        Ok(Self { connection, consumer })
    }

    async fn run(
        mut self,
        store: &Store,
        lifecycle: &Lifecycle,
        told: &mut bool,
    ) -> Result<(), ConnectError> {
        loop {
            let noted = async {
                let Some(delivery) = self.consumer.next().await else {
                    return Err(ConnectError::new("the broker cancelled the consumer"));
                };
                let delivery = delivery?;
                note(store, &delivery).await?;
                Ok(delivery.ack(BasicAckOptions::default()).await?)
            };
            tokio::select! {
                () = lifecycle.stopping() => break,
                noted = noted => noted?,
            };
            *told = false;
        }
        self.connection.close("collected").await;
        Ok(())
    }
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
