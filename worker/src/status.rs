//! Status: what became of a mail is told to the API that keeps it, in batches and never in the
//! way of a mail: what finds no place waits for nobody and is counted.

use std::time::Duration;

use metrics::counter;
use signpost_shared::{
    lifecycle::Lifecycle,
    queue::{Message, Queue, Route},
    status::{BATCH, Status},
};
use tokio::{sync::mpsc, time::sleep};

/// Waiting to be told: more than a minute of a busy worker.
const MOST: usize = 64 * BATCH;
/// How long a batch is gathered.
const GATHERING: Duration = Duration::from_millis(200);
/// How long the last one may take.
const LAST: Duration = Duration::from_secs(5);

/// Tells the API. Clones share a task.
#[derive(Clone, Debug)]
pub struct Reporter(mpsc::Sender<Status>);

impl Reporter {
    /// Starts the task, which ends when nobody can tell it anything any more.
    pub fn start(queue: Queue, lifecycle: &Lifecycle) -> Self {
        let (sender, told) = mpsc::channel(MOST);
        lifecycle.spawn(run(queue, told, lifecycle.clone()));
        Self(sender)
    }

    /// Tells it soon, if there is a place for it.
    pub fn tell(&self, status: Status) {
        if self.0.try_send(status).is_err() {
            counter!("signpost_status_dropped_total").increment(1);
        }
    }
}

async fn run(queue: Queue, mut told: mpsc::Receiver<Status>, lifecycle: Lifecycle) {
    let (mut batch, mut gave_up) = (Vec::with_capacity(BATCH), false);
    while told.recv_many(&mut batch, BATCH).await > 0 {
        tokio::select! {
            () = sleep(GATHERING), if batch.len() < BATCH => {}
            () = lifecycle.stopping() => {}
        }
        while batch.len() < BATCH
            && let Ok(status) = told.try_recv()
        {
            batch.push(status);
        }
        // One batch has waited for the broker as long as there is time.
        let is_vain = gave_up && queue.ready().is_err();
        gave_up = is_vain || !publish(&queue, &batch, &lifecycle).await;
        if gave_up {
            counter!("signpost_status_dropped_total").increment(batch.len() as u64);
        }
        batch.clear();
    }
}

/// Tries until the broker has it, or a shutdown has no time for that.
async fn publish(queue: &Queue, batch: &[Status], lifecycle: &Lifecycle) -> bool {
    let Ok(body) = serde_json::to_vec(batch) else { return false };
    let message = Message { body, ..Message::default() };
    tokio::select! {
        () = queue.publish_until_confirmed(Route::Status, &message) => true,
        () = async { lifecycle.stopping().await; sleep(LAST).await } => false,
    }
}
