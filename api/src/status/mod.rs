//! The delivery status of each job, for whoever may ask what became of a mail. Off unless
//! `SIGNPOST_STATUS=on`: then jobs say so, workers tell (`mail.v1.status`), and `collect` notes
//! what they tell in the `store`. Read on the admin listener (`routes`) and by `desk`.

use metrics::counter;
use signpost_shared::{
    job::Job,
    lifecycle::Lifecycle,
    status::{BATCH, State, Status},
};
use tokio::sync::mpsc;
use tracing::warn;

mod collect;
pub mod desk;
mod routes;
mod store;

pub use self::{collect::collect, routes::routes, store::Store};

/// Accepted jobs that wait to be noted.
const MOST: usize = 16 * BATCH;

/// Notes that jobs were accepted, in batches and never in the way of a request.
#[derive(Clone, Debug)]
pub struct Accepted(mpsc::Sender<Status>);

impl Accepted {
    /// Starts the task, which ends when nobody can tell it anything any more.
    pub fn start(store: Store, lifecycle: &Lifecycle) -> Self {
        let (sender, told) = mpsc::channel(MOST);
        lifecycle.spawn(note(store, told));
        Self(sender)
    }

    /// Notes it soon, if there is a place for it.
    pub fn note(&self, job: &Job) {
        let Some(tag) = job.tag else { return };
        let status = Status { job: job.id, tag, at: job.accepted_at, state: State::Accepted };
        if self.0.try_send(status).is_err() {
            dropped(1);
        }
    }
}

async fn note(store: Store, mut told: mpsc::Receiver<Status>) {
    let (mut batch, mut fails) = (Vec::with_capacity(BATCH), false);
    while told.recv_many(&mut batch, BATCH).await > 0 {
        let noted = store.note(&batch).await;
        if let Err(error) = &noted {
            dropped(batch.len());
            // Once: whoever refuses this one refuses the next.
            if !fails {
                warn!(%error, "Redis does not take the delivery status: it is lost meanwhile");
            }
        }
        fails = noted.is_err();
        batch.clear();
    }
}

fn dropped(many: usize) {
    counter!("signpost_status_dropped_total").increment(many as u64);
}
