//! Publishing: a supervised connection of its own, many confirms in flight on a
//! few channels, and a bound on how many.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::StreamExt as _;
use lapin::{
    Channel, Confirmation, ErrorKind,
    options::{BasicPublishOptions, ConfirmSelectOptions},
};
use metrics::{counter, gauge, histogram};
use tokio::{
    sync::{Semaphore, watch},
    time::Instant,
};
use tracing::{debug, info, warn};

use super::{
    connect::Broker,
    connection::{ConnectError, Connection, Retries, answer},
    declaration::declare,
    topology::{EXCHANGE, routing_key},
    wire::properties,
};
use crate::{
    lifecycle::Lifecycle,
    queue::{Late, Message, PublishError, Route},
};

/// How long a confirm may take before the outcome is unknown.
const CONFIRM: Duration = Duration::from_secs(5);
/// Publishes in flight; at 5 s each this is far beyond what a broker that is well ever holds.
const IN_FLIGHT: usize = 4096;
const CHANNELS: usize = 2;
/// Longest time that a channel's end goes unnoticed when no event tells of it.
const WATCH: Duration = Duration::from_millis(250);
/// Channels that were refused a message are used no longer than this.
const RENEW: Duration = Duration::from_secs(1);

/// Publishes with confirms. Clones share one connection.
#[derive(Clone, Debug)]
pub struct Publisher(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    link: watch::Receiver<Option<Arc<Link>>>,
    permits: Arc<Semaphore>,
    lifecycle: Lifecycle,
}

/// A connection and the channels in use; these close when their last confirm has come.
#[derive(Debug)]
struct Link {
    connection: Arc<Connection>,
    channels: Vec<Channel>,
    turn: AtomicUsize,
    opened: Instant,
    refused: AtomicBool,
}

/// Why a link is used no longer.
enum Ended {
    /// The connection or a channel has ended, with the cause if one is known.
    Lost(ConnectError),
    /// A refusal may be the channel's own: RabbitMQ 3.10 asks the leader that a channel
    /// first knew, and refuses all it publishes while that node is down.
    Refused,
}

impl Publisher {
    /// Connects in the background, and again whenever the connection ends. It stays
    /// connected while a shutdown drains, since settling needs it.
    pub fn start(broker: Broker, purpose: &'static str, lifecycle: &Lifecycle) -> Self {
        let (sender, link) = watch::channel(None);
        let permits = Arc::new(Semaphore::new(IN_FLIGHT));
        lifecycle.spawn_background(supervise(broker, purpose, sender));
        Self(Arc::new(Inner { link, permits, lifecycle: lifecycle.clone() }))
    }

    /// Whether a publish could succeed now; if not, why.
    ///
    /// # Errors
    /// What is in the way.
    pub fn ready(&self) -> Result<(), &'static str> {
        self.link().map(|_| ())
    }

    /// Resolves when it is connected.
    pub async fn connected(&self) {
        // Its supervisor holds the sender until the process ends.
        let _ = self.0.link.clone().wait_for(Option::is_some).await;
    }

    fn link(&self) -> Result<Arc<Link>, &'static str> {
        let link = self.0.link.borrow().clone().ok_or("not connected")?;
        if link.connection.status().blocked() {
            return Err("blocked by the broker (memory or disk alarm)");
        }
        if !link.is_whole() {
            return Err("connection lost");
        }
        Ok(link)
    }

    pub(in crate::queue) async fn publish(
        &self,
        route: Route,
        message: Message,
    ) -> Result<(), PublishError> {
        let permit =
            Arc::clone(&self.0.permits).try_acquire_owned().map_err(|_| PublishError::NotSent)?;
        let link = self.link().map_err(|_| PublishError::NotSent)?;
        gauge!("signpost_publish_in_flight").increment(1);
        let started = Instant::now();
        let mut confirm = Box::pin(async move {
            let confirmed = link.publish(route, &message).await;
            gauge!("signpost_publish_in_flight").decrement(1);
            drop(permit);
            confirmed
        });
        let confirmed = tokio::time::timeout(CONFIRM, &mut confirm).await.unwrap_or_else(|_| {
            // A confirm that nobody awaits piles up inside lapin: see it through, and
            // hold its permit, so that a broker that has stopped answering costs
            // bounded memory.
            let (tell, late) = Late::channel();
            self.0.lifecycle.spawn_background(async move {
                let _ = tell.send(confirm.await.is_ok());
            });
            Err(PublishError::Unknown(late))
        });
        let outcome = match &confirmed {
            Ok(()) => "confirmed",
            Err(PublishError::NotSent | PublishError::Refused) => "refused",
            Err(PublishError::Unknown(_)) => "unknown",
        };
        histogram!("signpost_publish_confirm_duration_seconds").record(started.elapsed());
        counter!("signpost_publishes_total", "outcome" => outcome).increment(1);
        confirmed
    }
}

impl Link {
    async fn open(broker: &Broker, purpose: &str) -> Result<Self, ConnectError> {
        let connection = broker.connect(purpose).await?;
        declare(broker, &connection).await?;
        Self::over(Arc::new(connection)).await
    }

    /// New channels over a connection that stands.
    async fn over(connection: Arc<Connection>) -> Result<Self, ConnectError> {
        let channels = answer(async {
            let mut channels = Vec::with_capacity(CHANNELS);
            for _ in 0..CHANNELS {
                let channel = connection.create_channel().await?;
                channel.confirm_select(ConfirmSelectOptions::default()).await?;
                channels.push(channel);
            }
            Ok(channels)
        })
        .await?;
        Ok(Self {
            connection,
            channels,
            turn: AtomicUsize::new(0),
            opened: Instant::now(),
            refused: AtomicBool::new(false),
        })
    }

    fn is_whole(&self) -> bool {
        self.connection.status().connected()
            && self.channels.iter().all(|channel| channel.status().connected())
    }

    async fn publish(&self, route: Route, message: &Message) -> Result<(), PublishError> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.channels.len();
        #[expect(clippy::disallowed_methods, reason = "this is the publisher")]
        let written = self.channels[turn]
            .basic_publish(
                EXCHANGE.into(),
                routing_key(route).into(),
                BasicPublishOptions::default(),
                &message.body,
                properties(message),
            )
            .await;
        let confirm = written.map_err(|error| match error.kind() {
            // Told before a byte was written.
            ErrorKind::InvalidChannelState(..) | ErrorKind::InvalidConnectionState(_) => {
                PublishError::NotSent
            }
            _ => PublishError::Unknown(Late::never()),
        })?;
        match confirm.await {
            Ok(Confirmation::Ack(_)) => Ok(()),
            Ok(Confirmation::Nack(_)) => {
                self.refused.store(true, Ordering::Relaxed);
                Err(PublishError::Refused)
            }
            Ok(Confirmation::NotRequested) | Err(_) => Err(PublishError::Unknown(Late::never())),
        }
    }

    /// Resolves when it should be used no longer.
    async fn ended(&self) -> Ended {
        let mut events = std::pin::pin!(self.connection.events_listener());
        let mut ticks = tokio::time::interval(WATCH);
        loop {
            tokio::select! {
                event = events.next() => match event {
                    Some(lapin::Event::Error(error)) => return Ended::Lost(error.into()),
                    Some(lapin::Event::ConnectionBlocked(reason)) => {
                        warn!(%reason, "the broker blocks publishers");
                    }
                    Some(lapin::Event::ConnectionUnblocked) => {
                        info!("the broker takes messages again");
                    }
                    Some(_) => {}
                    None => return Ended::Lost(ConnectError::new("the connection ended")),
                },
                _ = ticks.tick() => if !self.is_whole() {
                    return Ended::Lost(ConnectError::new("the connection or a channel ended"));
                } else if self.refused.load(Ordering::Relaxed) && self.opened.elapsed() >= RENEW {
                    return Ended::Refused;
                },
            }
        }
    }
}

async fn supervise(
    broker: Broker,
    purpose: &'static str,
    sender: watch::Sender<Option<Arc<Link>>>,
) {
    let mut retries = Retries::default();
    let mut quiet = false;
    loop {
        let mut lasted = Duration::ZERO;
        let cause = match Link::open(&broker, purpose).await {
            Ok(link) => {
                let mut link = Arc::new(link);
                sender.send_replace(Some(Arc::clone(&link)));
                gauge!("signpost_broker_connected", "purpose" => purpose).set(1);
                info!(purpose, "connected to the broker");
                quiet = false;
                let since = Instant::now();
                let cause = loop {
                    match link.ended().await {
                        Ended::Lost(cause) => break cause,
                        Ended::Refused => match Link::over(Arc::clone(&link.connection)).await {
                            Ok(renewed) => {
                                debug!(purpose, "the broker refused a message: new channels");
                                link = Arc::new(renewed);
                                sender.send_replace(Some(Arc::clone(&link)));
                            }
                            Err(cause) => break cause,
                        },
                    }
                };
                sender.send_replace(None);
                gauge!("signpost_broker_connected", "purpose" => purpose).set(0);
                warn!(purpose, %cause, "lost the broker: reconnecting");
                // A channel may have ended alone: its siblings must not linger.
                link.connection.close("reconnecting").await;
                lasted = since.elapsed();
                cause
            }
            // One line an outage: a broker that is away for hours must not fill the log.
            Err(cause) if !quiet => {
                quiet = true;
                warn!(purpose, %cause, "the broker can't be used: trying again");
                cause
            }
            Err(cause) => cause,
        };
        retries.wait(&cause, lasted).await;
    }
}
