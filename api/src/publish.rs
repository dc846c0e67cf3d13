//! Publish: an accepted request becomes a job that the broker has stored.

use signpost_shared::{
    job::Job,
    queue::{Message, PublishError, Queue, Route},
    telemetry::trace,
};

/// Publishes the job; `Ok` means that the broker has confirmed it.
///
/// # Errors
/// [`PublishError`] tells what may be given back.
pub async fn publish(
    queue: &Queue,
    job: &Job,
    traceparent: Option<String>,
) -> Result<(), PublishError> {
    let message = Message {
        body: job.encode(),
        id: Some(job.id.to_string()),
        attempt: 0,
        reason: None,
        dead_at: None,
        // With traces on, the publish puts in its own.
        traceparent: traceparent.filter(|_| !trace::is_on()),
        is_probe: false,
    };
    queue.publish(Route::Send, message).await
}
