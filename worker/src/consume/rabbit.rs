//! Consuming from RabbitMQ: a supervised connection of its own, since a blocked
//! publisher would freeze the acks of a shared one.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use lapin::{
    Channel,
    message::Delivery,
    options::{BasicCancelOptions, BasicConsumeOptions, BasicQosOptions},
    types::FieldTable,
};
use parking_lot::Mutex;
use signpost_shared::queue::{
    Route,
    rabbit::{
        Broker, ConnectError, Connection, Refusal, Retries, SEND, UNROUTED, answer, declare,
        message_from, route_of,
    },
};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc},
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::{Intake, Received, acks::acknowledge};

/// Longest time that a channel's end goes unnoticed while nothing arrives.
const WATCH: Duration = Duration::from_millis(250);

/// Consumes from a broker. Clones share its state.
#[derive(Clone, Debug)]
pub struct RabbitConsumer {
    broker: Broker,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    consuming: Result<(), ConnectError>,
    /// The broker has let us in once.
    reached: bool,
}

impl RabbitConsumer {
    /// A consumer that is not connected yet.
    pub fn new(broker: Broker) -> Self {
        let consuming = Err(ConnectError::new("not connected yet"));
        Self { broker, state: Arc::new(Mutex::new(State { consuming, reached: false })) }
    }

    /// Whether the broker has let us in once, whatever it said then.
    pub fn was_reached(&self) -> bool {
        self.state.lock().reached
    }

    /// Whether a channel is consuming, or would be if a relay took mails.
    ///
    /// # Errors
    /// What is in the way.
    pub fn health(&self) -> Result<(), String> {
        self.state.lock().consuming.as_ref().copied().map_err(ToString::to_string)
    }

    /// Consumes until shutdown; comes back by itself after any outage.
    pub(super) async fn run(self, intake: Intake) {
        let mut retries = Retries::default();
        loop {
            let session = tokio::select! {
                () = intake.lifecycle.stopping() => return,
                session = Session::open(&self, &intake) => session,
            };
            let since = Instant::now();
            let consumed = match session {
                Ok(session) => session.run().await,
                Err(cause) => Err(cause),
            };
            let Err(cause) = consumed else { return };
            debug!(%cause, "not consuming from the broker");
            self.set(Err(cause.clone()));
            tokio::select! {
                () = intake.lifecycle.stopping() => return,
                () = retries.wait(&cause, since.elapsed()) => {}
            }
        }
    }

    fn set(&self, consuming: Result<(), ConnectError>) {
        let mut state = self.state.lock();
        state.reached |= consuming.as_ref().err().is_none_or(ConnectError::let_us_in);
        state.consuming = consuming;
    }
}

/// One connection with one channel, until either ends.
struct Session<'a> {
    intake: &'a Intake,
    consumer: &'a RabbitConsumer,
    connection: Arc<Connection>,
    channel: Channel,
    ended: CancellationToken,
    /// Where the tags of settled messages go.
    settled: mpsc::UnboundedSender<u64>,
}

impl<'a> Session<'a> {
    async fn open(consumer: &'a RabbitConsumer, intake: &'a Intake) -> Result<Self, ConnectError> {
        let (broker, prefetch) = (&consumer.broker, intake.prefetch);
        let connection = Arc::new(broker.connect("signpost-worker consume").await?);
        declare(broker, &connection).await?;
        let channel = answer(async {
            let channel = connection.create_channel().await?;
            channel.basic_qos(prefetch, BasicQosOptions::default()).await?;
            Ok(channel)
        })
        .await?;
        let (settled, settlements) = mpsc::unbounded_channel();
        let ended = CancellationToken::new();
        let session = Self { intake, consumer, connection, channel, ended, settled };
        let (channel, connection) = (session.channel.clone(), Arc::clone(&session.connection));
        let ended = session.ended.clone();
        intake.lifecycle.spawn(async move {
            // Ends when the last delivery is settled, or the channel has ended. The broker may
            // cancel a consumer and leave its channel open: what was in hand is no longer ours.
            tokio::select! {
                () = acknowledge(&channel, settlements, usize::from(prefetch / 4)) => ended.cancel(),
                () = ended.cancelled() => {}
            }
            connection.close("nothing left to settle").await;
            // Let go before, it would be closed by itself meanwhile, and lapin would give up the
            // connection with the last acks unsent (4.12, `InternalCommand::CloseChannel`).
            drop(channel);
        });
        Ok(session)
    }

    /// Consumes, with pauses while no relay takes mails, until shutdown or a fault.
    async fn run(self) -> Result<(), ConnectError> {
        let ended = self.consume().await;
        if ended.is_err() {
            debug!("what is in hand comes again from the broker");
            self.ended.cancel();
        }
        ended
    }

    async fn consume(&self) -> Result<(), ConnectError> {
        while self.wait_for_relay().await? {
            self.subscription().await?;
            debug!("no relay takes mails, or it is time to stop: consuming is paused");
        }
        Ok(())
    }

    /// `false` on shutdown.
    async fn wait_for_relay(&self) -> Result<bool, ConnectError> {
        loop {
            match timeout(WATCH, self.intake.reopened()).await {
                Ok(true) => return Ok(true),
                Ok(false) => return self.whole().map(|()| false),
                // Whatever is in the way now, it is not the broker.
                Err(_) => self.whole().map(|()| self.consumer.set(Ok(())))?,
            }
        }
    }

    async fn subscription(&self) -> Result<(), ConnectError> {
        let subscription = answer(Subscription::open(&self.channel)).await;
        let mut subscription = subscription.map_err(|error| {
            let user = self.connection.status().username();
            let lacking = format!("user {user} lacks the permission to read {SEND} and {UNROUTED}");
            error.explained(Refusal::Permission, &lacking)
        })?;
        debug!("consuming from the broker");
        self.consumer.set(Ok(()));
        self.receive(&mut subscription).await?;
        // What is already here is in hand: it is worked on, not handed back, since
        // each return counts towards the broker's delivery limit.
        for delivery in answer(subscription.cancel(&self.channel)).await? {
            self.take(delivery, self.intake.place().await);
        }
        Ok(())
    }

    async fn receive(&self, subscription: &mut Subscription) -> Result<(), ConnectError> {
        let mut watch = tokio::time::interval(WATCH);
        let mut waiting = None;
        loop {
            tokio::select! {
                () = self.intake.closed() => {
                    if let Some(delivery) = waiting {
                        self.take(delivery, self.intake.place().await);
                    }
                    return Ok(());
                }
                place = self.intake.place(), if waiting.is_some() => {
                    if let Some(delivery) = waiting.take() {
                        self.take(delivery, place);
                    }
                }
                // Listened to without a place too, or its end would go unnoticed.
                delivery = subscription.next(), if waiting.is_none() => match delivery {
                    Some(delivery) => waiting = Some(delivery?),
                    // A stream that ends is a fault: the queue was deleted, its node is gone, or
                    // a message was held for longer than `consumer_timeout`.
                    None => return Err(ConnectError::new("the broker cancelled the consumer")),
                },
                _ = watch.tick() => self.whole()?,
            }
        }
    }

    fn take(&self, delivery: Delivery, place: OwnedSemaphorePermit) {
        // What a wait queue lets go has the key of the jobs that are due.
        let route = route_of(delivery.routing_key.as_str());
        let received = Received {
            message: message_from(&delivery.properties, delivery.data),
            bound_for: route.filter(|route| *route != Route::Send),
            lost: self.ended.clone(),
            tag: Some((delivery.delivery_tag, self.settled.clone())),
        };
        self.intake.take(received, place);
    }

    fn whole(&self) -> Result<(), ConnectError> {
        let whole = self.connection.status().connected() && self.channel.status().connected();
        whole.then_some(()).ok_or_else(|| ConnectError::new("the connection or its channel ended"))
    }
}

/// The consumers of the jobs that are due and of those that no queue was bound for.
struct Subscription {
    due: lapin::Consumer,
    unrouted: lapin::Consumer,
}

impl Subscription {
    async fn open(channel: &Channel) -> lapin::Result<Self> {
        let consume = async |queue: &str| {
            let options = BasicConsumeOptions::default();
            channel.basic_consume(queue.into(), queue.into(), options, FieldTable::default()).await
        };
        Ok(Self { due: consume(SEND).await?, unrouted: consume(UNROUTED).await? })
    }

    /// The next message of either; `None` when the broker has cancelled one of them.
    async fn next(&mut self) -> Option<lapin::Result<Delivery>> {
        tokio::select! {
            delivery = self.due.next() => delivery,
            delivery = self.unrouted.next() => delivery,
        }
    }

    /// Receives no more; returns what had arrived already.
    async fn cancel(self, channel: &Channel) -> lapin::Result<Vec<Delivery>> {
        let mut arrived = Vec::new();
        for mut consumer in [self.due, self.unrouted] {
            channel.basic_cancel(consumer.tag(), BasicCancelOptions::default()).await?;
            while let Some(delivery) = consumer.next().await {
                arrived.push(delivery?);
            }
        }
        Ok(arrived)
    }
}
