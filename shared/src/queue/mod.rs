//! The queue between API and worker: RabbitMQ, or memory when everything runs
//! in one process.

use std::time::Duration;

use thiserror::Error;
use tokio::{sync::oneshot, time::sleep};
use tracing::debug;

use crate::{
    backoff::Backoff,
    clock::Timestamp,
    telemetry::trace::{self, KeyValue, Span, SpanKind},
};

pub mod memory;
pub mod rabbit;

/// How long the last word on a publish may take while others are confirmed.
const LAST_WORD: Duration = Duration::from_secs(60);
/// How often it is looked whether they are.
const LOOK: Duration = Duration::from_millis(100);

/// A message as it travels: the encoded job and what its settlements have added.
#[derive(Clone, Default)]
pub struct Message {
    /// The encoded job, or whatever else was found in the queue.
    pub body: Vec<u8>,
    /// The job's id; the same for every attempt.
    pub id: Option<String>,
    /// Attempts that were made before this one; 0 for a new job.
    pub attempt: u32,
    /// Why it is in a wait queue or a dead letter, e.g. `rcpt 451 4.3.0`.
    pub reason: Option<String>,
    /// When it was parked; known of dead letters only.
    pub dead_at: Option<Timestamp>,
    /// W3C Trace Context: of the publish, where it had none before; that of its first attempt and
    /// of all later ones.
    pub traceparent: Option<String>,
    /// No job: it only asks whether a queue takes messages.
    pub is_probe: bool,
}

impl Message {
    fn probe() -> Self {
        Self { is_probe: true, ..Self::default() }
    }
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The body holds an address.
        f.debug_struct("Message")
            .field("id", &self.id)
            .field("attempt", &self.attempt)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// Where a message goes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// To the workers.
    Send,
    /// To the workers, after a rung's time.
    Wait(Rung),
    /// To the parking lot that an operator looks at.
    Dead,
    /// To the API, when it keeps the delivery status.
    Status,
}

impl Route {
    /// What a trace calls a publish there.
    fn publish(self) -> &'static str {
        match self {
            Self::Send => "publish mail.v1.send",
            Self::Wait(_) => "publish mail.v1.wait",
            Self::Dead => "publish mail.v1.dead",
            Self::Status => "publish mail.v1.status",
        }
    }
}

/// The ladder of wait queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rung {
    /// 5 seconds.
    S5,
    /// 30 seconds.
    S30,
    /// 2 minutes.
    M2,
    /// 5 minutes.
    M5,
    /// 10 minutes.
    M10,
}

impl Rung {
    /// All, in the order in which a job climbs them.
    pub const ALL: [Self; 5] = [Self::S5, Self::S30, Self::M2, Self::M5, Self::M10];

    /// The rung after so many attempts have failed; `None` when they are used up.
    pub fn after(failed_attempts: u32) -> Option<Self> {
        let index = usize::try_from(failed_attempts).ok()?.checked_sub(1)?;
        Self::ALL.get(index).copied()
    }

    /// Names in queue names and metrics, and seconds.
    const EACH: [(&str, u64); 5] = [("5s", 5), ("30s", 30), ("2m", 120), ("5m", 300), ("10m", 600)];

    /// The one above it; beside the highest is the one below.
    #[must_use]
    pub fn beside(self) -> Self {
        let above = Self::ALL.get(self as usize + 1);
        above.copied().unwrap_or(Self::M5)
    }

    /// How long a message waits there.
    pub fn wait(self) -> Duration {
        Duration::from_secs(Self::EACH[self as usize].1)
    }

    /// Its name in queue names and metrics.
    pub fn name(self) -> &'static str {
        Self::EACH[self as usize].0
    }
}

/// Why a message is not known to be in the queue.
#[derive(Debug, Error)]
pub enum PublishError {
    /// It never left this process: no connection, a broker that blocks publishers, or too
    /// many in flight.
    #[error("the message was not sent")]
    NotSent,
    /// The broker refused it: it is certainly not there.
    #[error("the broker refused the message")]
    Refused,
    /// No confirm in time, or the channel ended before: it may be there.
    #[error("the broker did not answer")]
    Unknown(Late),
}

/// What becomes of a publish whose confirm did not come in time.
#[derive(Debug)]
pub struct Late(oneshot::Receiver<bool>);

impl Late {
    /// Waits for the broker's last word: `true` when a confirm came after all; `false` when
    /// it refused, or when channel or process ended first, so that no word can come.
    pub async fn stored(self) -> bool {
        self.0.await.unwrap_or(false)
    }

    /// The other end, for whoever goes on awaiting the confirm.
    fn channel() -> (oneshot::Sender<bool>, Self) {
        let (tell, told) = oneshot::channel();
        (tell, Self(told))
    }

    /// No word will come.
    fn never() -> Self {
        Self::channel().1
    }
}

/// The way into the queue.
#[derive(Clone, Debug)]
pub enum Queue {
    /// RabbitMQ, confirmed.
    Rabbit(rabbit::Publisher),
    /// This process's memory.
    Memory(memory::MemoryQueue),
}

impl Queue {
    /// Puts a message into the queue. `Ok` means that it is stored durably
    /// (RabbitMQ's publisher confirm), or that nothing more durable was asked for.
    ///
    /// Let the future run to its end: a dropped one leaves a confirm that nobody awaits.
    ///
    /// # Errors
    /// [`PublishError`] tells the caller what it may undo.
    pub async fn publish(&self, route: Route, mut message: Message) -> Result<(), PublishError> {
        let span = Span::child(route.publish(), SpanKind::Producer, || {
            [
                KeyValue::new("messaging.system", "rabbitmq"),
                KeyValue::new("messaging.operation.name", "publish"),
                KeyValue::new("messaging.operation.type", "send"),
                KeyValue::new("messaging.destination.name", rabbit::queue_of(route)),
                KeyValue::new("messaging.message.id", message.id.clone().unwrap_or_default()),
            ]
        });
        if message.traceparent.is_none() {
            message.traceparent = span.traceparent().or_else(trace::traceparent);
        }
        let published = match self {
            Self::Rabbit(publisher) => publisher.publish(route, message).await,
            Self::Memory(queue) => queue.publish(route, message),
        };
        if let Err(error) = &published {
            span.failed(|| error.to_string());
        }
        published
    }

    /// Whether a publish could succeed now.
    ///
    /// # Errors
    /// What is in the way.
    pub async fn health(&self) -> Result<(), String> {
        match self {
            Self::Rabbit(publisher) => publisher.health().await,
            Self::Memory(_) => Ok(()),
        }
    }

    /// Whether it is worth while to publish now; costs nothing to ask.
    ///
    /// # Errors
    /// What is in the way.
    pub fn ready(&self) -> Result<(), String> {
        match self {
            Self::Rabbit(publisher) => publisher.ready(),
            Self::Memory(_) => Ok(()),
        }
    }

    /// Awaits the broker's last word on a message, and says whether it is stored: published again
    /// before that, there would be two of it. For ever only while no other confirm comes in time: a
    /// broker that does not confirm would have one more with each try.
    async fn last_word(&self, late: Late) -> bool {
        let proven = async || {
            while self.ready().is_err() {
                sleep(LOOK).await;
            }
        };
        let given_up = async {
            sleep(LAST_WORD).await;
            proven().await;
        };
        let is_stored = tokio::select! {
            is_stored = late.stored() => is_stored,
            () = given_up => false,
        };
        if !is_stored {
            proven().await;
        }
        is_stored
    }

    /// Publishes until it is stored.
    pub async fn publish_until_confirmed(&self, route: Route, message: &Message) {
        for failures in 0.. {
            let Err(error) = self.publish(route, message.clone()).await else { return };
            // The health of the queue is told of elsewhere, once.
            debug!(%error, job.id = message.id, "a message can't be published yet");
            if let PublishError::Unknown(late) = error
                && self.last_word(late).await
            {
                return;
            }
            sleep(Backoff::EAGER.delay(failures)).await;
        }
    }

    /// Whether there is room for another job.
    ///
    /// # Errors
    /// How long until there will be.
    pub fn has_room(&self) -> Result<(), Duration> {
        match self {
            Self::Rabbit(publisher) => publisher.has_room(),
            Self::Memory(_) => Ok(()),
        }
    }

    /// Makes sure that every place a message can go to is there.
    ///
    /// # Errors
    /// What is in the way.
    pub async fn restore(&self) -> Result<(), rabbit::ConnectError> {
        match self {
            Self::Rabbit(publisher) => publisher.restore().await,
            Self::Memory(_) => Ok(()),
        }
    }

    /// Whether it was reached once.
    pub fn was_reached(&self) -> bool {
        match self {
            Self::Rabbit(publisher) => publisher.was_reached(),
            Self::Memory(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_is_climbed_once() {
        let climbed: Vec<_> = (0..8).map(Rung::after).collect();
        let mut expected = vec![None];
        expected.extend(Rung::ALL.map(Some));
        expected.extend([None, None]);
        assert_eq!(climbed, expected);
    }
}
