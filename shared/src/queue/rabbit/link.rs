//! A connection to publish over: its channels, and the question whether they would take a
//! message.

use std::{
    future::ready,
    pin::pin,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use lapin::{
    BasicProperties, Channel, Confirmation, ErrorKind,
    options::{BasicPublishOptions, ConfirmSelectOptions},
};
use metrics::{Gauge, gauge};
use parking_lot::Mutex;
use tokio::{
    sync::{Mutex as AsyncMutex, OwnedSemaphorePermit, Semaphore, oneshot},
    time::{Instant, sleep, timeout},
};
use tracing::debug;

use super::{
    asking::{self, Asking},
    connect::Broker,
    connection::{ANSWER, ConnectError, Connection, Refusal, answer},
    declaration::declare,
    topology::{EXCHANGE, queue_of, routing_key},
    wire::properties,
};
use crate::{
    gather::Gathering,
    queue::{Late, Message, PublishError, Route},
};

const CHANNELS: usize = 2;
/// How long the broker's word may take from its connection's task.
const TOLD: Duration = Duration::from_secs(1);
/// Longest time that a channel's end goes unnoticed when no event tells of it.
const WATCH: Duration = Duration::from_millis(250);
/// What is in the way then.
pub(super) const BLOCKED: &str = "the broker blocks publishers (memory or disk alarm)";
/// How much longer a confirm that is late may take before channels are tried that are not
/// waiting for one.
const OVERDUE: Duration = Duration::from_secs(10);
/// From one such try to the next.
const PROVE: Duration = Duration::from_millis(500);
/// Channels that were refused a message are used no longer than this.
const RENEW: Duration = Duration::from_secs(1);

/// A connection and the channels in use; these close when their last confirm has come.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) connection: Arc<Connection>,
    channels: Vec<Channel>,
    rehearsals: Channel,
    turn: AtomicUsize,
    opened: Instant,
    /// One of these channels was refused a message, or waits in vain for a confirm.
    is_suspect: AtomicBool,
    /// Publishes over these channels whose confirm is late, or will not come.
    overdue: AtomicUsize,
    orders: Gathering<Order>,
    pub(super) known: Arc<Known>,
}

/// What is known of the connection, and outlives the channels.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The last message on this way was refused, and none taken there since.
    pub(super) refused: Mutex<Option<(Route, Instant)>>,
    /// When a confirm was late or did not come, on this connection or the one before; no message
    /// published since was confirmed in time.
    unproven: Mutex<Option<Instant>>,
    /// Asks whether all is there.
    pub(super) asking: AsyncMutex<Asking>,
    /// What is not, and can't be made anew.
    pub(super) missing: Mutex<Option<Missing>>,
}

/// Looked up once.
static IN_FLIGHT: LazyLock<Gauge> = LazyLock::new(|| gauge!("signpost_publish_in_flight"));

/// What became of a message.
pub(super) type Published = Result<(), PublishError>;

/// A message to publish.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) route: Route,
    pub(super) message: Message,
    /// What is told that it is published, or why not.
    pub(super) tell: oneshot::Sender<Published>,
    /// Kept until then.
    pub(super) place: Place,
}

/// A message's place among those in flight.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Place {
    pub(super) fn take(places: &Arc<Semaphore>) -> Option<Self> {
        let permit = Arc::clone(places).try_acquire_owned().ok()?;
        IN_FLIGHT.increment(1);
        Some(Self { _permit: permit })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        IN_FLIGHT.decrement(1);
    }
}

/// What was not there when it was looked for, and could not be made.
#[derive(Clone, Debug)]
pub(super) struct Missing {
    pub(super) what: String,
    pub(super) why: ConnectError,
    pub(super) at: Instant,
}

impl Link {
    /// Over a new connection, which is tried first: a user who may not publish would end it
    /// with each message. It has to prove itself if the one before did not confirm.
    pub(super) async fn open(
        broker: &Broker,
        connection: Connection,
        before: Option<&Self>,
    ) -> Result<Self, ConnectError> {
        declare(broker, &connection).await?;
        let rehearsals = for_rehearsals(&connection).await?;
        let is_unproven = before.is_some_and(|link| !link.confirms());
        let unproven = Mutex::new(is_unproven.then(Instant::now));
        let known = Known { unproven, ..Known::default() };
        let link = Self::over(Arc::new(connection), rehearsals, known.into()).await?;
        match link.rehearse().await {
            Err(error) if !link.is_whole() => Err(error),
            // A broker that blocks publishers does not answer: it will, on this connection.
            Ok(()) | Err(_) => Ok(link),
        }
    }

    /// The same connection with new channels.
    pub(super) async fn renewed(&self) -> Result<Self, ConnectError> {
        let (connection, rehearsals) = (Arc::clone(&self.connection), self.rehearsals.clone());
        Self::over(connection, rehearsals, Arc::clone(&self.known)).await
    }

    async fn over(
        connection: Arc<Connection>,
        rehearsals: Channel,
        known: Arc<Known>,
    ) -> Result<Self, ConnectError> {
        let channels = answer(async {
            let mut channels = Vec::with_capacity(CHANNELS);
            for _ in 0..CHANNELS {
                let channel = asking::open(&connection).await?;
                channel.confirm_select(ConfirmSelectOptions::default()).await?;
                channels.push(channel);
            }
            Ok(channels)
        })
        .await?;
        Ok(Self {
            connection,
            channels,
            rehearsals,
            turn: AtomicUsize::new(0),
            opened: Instant::now(),
            is_suspect: AtomicBool::new(false),
            overdue: AtomicUsize::new(0),
            orders: Gathering::default(),
            known,
        })
    }

    pub(super) fn is_whole(&self) -> bool {
        self.connection.status().connected()
            && self.rehearsals.status().connected()
            && self.channels.iter().all(|channel| channel.status().connected())
    }

    /// Whether a job would be confirmed and have no worker: it would wait among the unrouted.
    pub(super) fn is_missing(&self, route: Route) -> bool {
        let missing = self.known.missing.lock();
        let is_its_queue = |missing: &Missing| missing.what == queue_of(route);
        route == Route::Send && missing.as_ref().is_some_and(is_its_queue)
    }

    /// Whether the broker confirms what it is sent: while one confirm is late, the next would be
    /// waited for in vain too, and be a mail for each try once it comes.
    pub(super) fn confirms(&self) -> bool {
        self.overdue.load(Ordering::Relaxed) == 0 && self.known.unproven.lock().is_none()
    }

    /// After a late confirm, finds out by messages that no reader gets when one comes in time.
    async fn prove(&self) -> ! {
        loop {
            let is_due =
                self.known.unproven.lock().is_some() && self.overdue.load(Ordering::Relaxed) == 0;
            // While it blocks publishers it answers nothing, and has said so.
            if is_due && !self.connection.status().blocked() {
                let probe = Message::probe();
                if timeout(OVERDUE, self.publish(Route::Send, &probe)).await.is_err() {
                    self.is_suspect.store(true, Ordering::Relaxed);
                }
            }
            sleep(PROVE).await;
        }
    }

    /// Resolves when other channels should be used: a refusal or a silence may be the channel's
    /// own. RabbitMQ 3.10 asks the leader that a channel first knew, and refuses all it publishes
    /// while that node is down.
    ///
    /// # Errors
    /// When the connection or a channel has ended.
    pub(super) async fn used(&self) -> Result<(), ConnectError> {
        tokio::select! {
            ended = self.ended() => ended,
            never = self.prove() => never,
        }
    }

    /// Sees a late confirm through, and says whether the message is stored. After a while the
    /// channels are given up, not the confirm.
    pub(super) async fn overdue(&self, mut told: oneshot::Receiver<Published>) -> bool {
        self.overdue.fetch_add(1, Ordering::Relaxed);
        *self.known.unproven.lock() = Some(Instant::now());
        let confirmed = if let Ok(confirmed) = timeout(OVERDUE, &mut told).await {
            confirmed
        } else {
            self.is_suspect.store(true, Ordering::Relaxed);
            told.await
        };
        if matches!(confirmed, Ok(Ok(()) | Err(PublishError::Refused))) {
            self.overdue.fetch_sub(1, Ordering::Relaxed);
        } else {
            // It was no answer, and none will come.
            self.is_suspect.store(true, Ordering::Relaxed);
        }
        matches!(confirmed, Ok(Ok(())))
    }

    /// Publishes in a transaction that is rolled back: the broker looks at everything but the
    /// queue's length, and nothing is stored.
    pub(super) async fn rehearse(&self) -> Result<(), ConnectError> {
        tokio::select! {
            rehearsed = rehearse(&self.connection, &self.rehearsals) => {
                rehearsed.map_err(|error| self.explained(error))
            }
            () = self.blocks() => Err(ConnectError::new(BLOCKED)),
        }
    }

    /// Resolves when the broker blocks publishers, which it says once it has read a message. It
    /// answers nothing after that.
    async fn blocks(&self) {
        let mut ticks = tokio::time::interval(WATCH);
        while !self.connection.status().blocked() {
            ticks.tick().await;
        }
    }

    /// All that this connection does once its channels are open is to publish.
    fn explained(&self, error: ConnectError) -> ConnectError {
        let user = self.connection.status().username();
        let lacking = format!("user {user} lacks the permission to write to {EXCHANGE}");
        error.explained(Refusal::Permission, &lacking)
    }

    /// Adds a message to those that are published next; `true` says that [`Self::publish_all`]
    /// is to be called for them.
    #[must_use]
    pub(super) fn order(&self, order: Order) -> bool {
        self.orders.add(order)
    }

    /// Publishes what was ordered, and awaits the confirms: one task for all of them, or each
    /// request would be woken when its message is written, and again.
    pub(super) async fn publish_all(self: Arc<Self>) {
        let publish = async |order: Order| {
            let published = self.publish(order.route, &order.message).await;
            drop(order.place);
            let _ = order.tell.send(published);
        };
        let mut all: FuturesUnordered<_> =
            self.orders.all().await.into_iter().map(publish).collect();
        while all.next().await.is_some() {}
    }

    async fn publish(&self, route: Route, message: &Message) -> Published {
        let begun = Instant::now();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.channels.len();
        #[expect(clippy::disallowed_methods, reason = "belongs to the publisher")]
        let written = self.channels[turn]
            .basic_publish(
                EXCHANGE.into(),
                routing_key(route).into(),
                BasicPublishOptions::default(),
                &message.body,
                properties(message),
            )
            .await;
        let confirm = match written {
            Ok(confirm) => confirm.await,
            // Told before a byte was written.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::InvalidChannelState(..) | ErrorKind::InvalidConnectionState(_)
                ) =>
            {
                return Err(PublishError::NotSent);
            }
            Err(error) => Err(error),
        };
        if confirm.is_ok() && begun.elapsed() < ANSWER {
            self.known.unproven.lock().take_if(|since| *since < begun);
        }
        match confirm {
            Ok(Confirmation::Ack(_)) => {
                self.known.refused.lock().take_if(|(refused, _)| *refused == route);
                Ok(())
            }
            Ok(Confirmation::Nack(_)) => {
                self.is_suspect.store(true, Ordering::Relaxed);
                // No mail waits for the delivery status.
                if route != Route::Status {
                    *self.known.refused.lock() = Some((route, Instant::now()));
                }
                Err(PublishError::Refused)
            }
            Ok(Confirmation::NotRequested) | Err(_) => {
                *self.known.unproven.lock() = Some(Instant::now());
                Err(PublishError::Unknown(Late::never()))
            }
        }
    }

    async fn ended(&self) -> Result<(), ConnectError> {
        let mut events = pin!(self.connection.events_listener());
        let mut ticks = tokio::time::interval(WATCH);
        let mut was_whole = true;
        let lost = || Err(ConnectError::new("the connection or a channel ended"));
        loop {
            tokio::select! {
                event = events.next() => match event {
                    // Else it was an answer to another channel, which looks whether all is there.
                    Some(lapin::Event::Error(error)) if !self.is_whole() => {
                        return Err(self.explained(error.into()));
                    }
                    Some(event) => debug!(?event, "the broker says"),
                    None => return lost(),
                },
                _ = ticks.tick() => if !self.is_whole() {
                    // The event that tells why may be on its way.
                    if !std::mem::replace(&mut was_whole, false) {
                        return lost();
                    }
                } else if self.is_suspect.load(Ordering::Relaxed)
                    && self.opened.elapsed() >= RENEW
                    // It would not answer, and what it has not confirmed would be given up.
                    && !self.connection.status().blocked()
                {
                    return Ok(());
                },
            }
        }
    }
}

/// A channel in `tx` mode.
pub(super) async fn for_rehearsals(connection: &Connection) -> Result<Channel, ConnectError> {
    answer(async {
        let channel = asking::open(connection).await?;
        channel.tx_select().await?;
        Ok(channel)
    })
    .await
}

/// Publishes over such a channel, and takes it back.
pub(super) async fn rehearse(
    connection: &Connection,
    channel: &Channel,
) -> Result<(), ConnectError> {
    let events = connection.events_listener();
    let rehearsed = answer(async {
        #[expect(clippy::disallowed_methods, reason = "belongs to the publisher")]
        let published = channel.basic_publish(
            EXCHANGE.into(),
            routing_key(Route::Send).into(),
            BasicPublishOptions::default(),
            b"",
            BasicProperties::default(),
        );
        published.await?.await?;
        channel.tx_rollback().await
    });
    match rehearsed.await {
        // A channel that the broker has closed by now knows only that it is. The broker said why.
        Err(error) if !error.is_refusal() && !channel.status().connected() => {
            let told = events.filter_map(|event| {
                // Others ask over the same connection.
                let is_ours = |told: &lapin::Error| {
                    let writes = told.to_string().contains(&format!("exchange '{EXCHANGE}'"));
                    writes || !connection.status().connected()
                };
                ready(match event {
                    lapin::Event::Error(told) if is_ours(&told) => Some(told.into()),
                    _ => None,
                })
            });
            let told = timeout(TOLD, pin!(told).next()).await;
            Err(told.ok().flatten().unwrap_or(error))
        }
        rehearsed => rehearsed,
    }
}
