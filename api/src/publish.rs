//! Publish: an accepted request becomes a job that the broker has stored.

use signpost_shared::{
    job::Job,
    queue::{Message, PublishError, Queue, Route},
};
use uuid::Uuid;

use crate::{throttle::Ticket, validate::SendRequest};

/// The way into the queue.
#[derive(Clone, Debug)]
pub struct Publisher {
    queue: Queue,
}

impl Publisher {
    /// Publishes into this queue.
    pub fn new(queue: Queue) -> Self {
        Self { queue }
    }

    /// Publishes the job; `Ok` means that the broker has confirmed it.
    ///
    /// # Errors
    /// [`PublishError`] tells what may be given back.
    pub async fn publish(
        &self,
        request: &SendRequest,
        ticket: &Ticket,
        traceparent: Option<String>,
    ) -> Result<Uuid, PublishError> {
        let job = Job {
            id: Uuid::now_v7(),
            to: request.address.clone(),
            locale: request.locale,
            challenge: ticket.challenge.clone(),
            accepted_at: ticket.accepted_at,
        };
        let message = Message {
            body: job.encode(),
            id: Some(job.id.to_string()),
            attempt: 0,
            reason: None,
            dead_at: None,
            expires_at: Some(job.challenge.expires_at),
            traceparent,
        };
        self.queue.publish(Route::Send, message).await.map(|()| job.id)
    }

    /// Whether a job could be published now; if not, why.
    ///
    /// # Errors
    /// What is in the way.
    pub fn ready(&self) -> Result<(), &'static str> {
        self.queue.ready()
    }
}
