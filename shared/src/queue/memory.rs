//! The queue in memory, for everything in one process: nothing survives the process.

use std::sync::Arc;

use tokio::{
    sync::{Mutex as AsyncMutex, mpsc},
    time::sleep,
};

use super::{Message, PublishError, Route};
use crate::lifecycle::Lifecycle;

const CAPACITY: usize = 10_000;

/// A queue with the topology's routes. Clones are one queue.
#[derive(Clone, Debug)]
pub struct MemoryQueue(Arc<Inner>);

/// Told of each message that goes into the queue, and where to.
pub type Observer = Box<dyn Fn(Route, &Message) + Send + Sync>;

struct Inner {
    ready: mpsc::Sender<Message>,
    receiver: AsyncMutex<mpsc::Receiver<Message>>,
    lifecycle: Lifecycle,
    observer: Observer,
}

impl MemoryQueue {
    /// An empty queue; its waiting messages are tasks of this lifecycle.
    pub fn new(lifecycle: Lifecycle) -> Self {
        Self::observed(lifecycle, Box::new(|_, _| {}))
    }

    /// The same, with somebody who looks on.
    pub fn observed(lifecycle: Lifecycle, observer: Observer) -> Self {
        let (ready, receiver) = mpsc::channel(CAPACITY);
        let receiver = AsyncMutex::new(receiver);
        Self(Arc::new(Inner { ready, receiver, lifecycle, observer }))
    }

    pub(super) fn publish(&self, route: Route, message: Message) -> Result<(), PublishError> {
        let room = (route == Route::Send).then(|| self.0.ready.try_reserve()).transpose();
        let room = room.map_err(|_| PublishError::NotSent)?;
        (self.0.observer)(route, &message);
        match route {
            Route::Send => {
                if let Some(room) = room {
                    room.send(message);
                }
            }
            Route::Wait(rung) => {
                let (ready, stopping) = (self.0.ready.clone(), self.0.lifecycle.stopping_token());
                self.0.lifecycle.spawn(async move {
                    if stopping.run_until_cancelled(sleep(rung.wait())).await.is_some() {
                        let _ = ready.send(message).await;
                    }
                });
            }
            // Where everything is one process, nobody keeps what only an observer is told.
            Route::Dead | Route::Status => {}
        }
        Ok(())
    }

    /// The next message for a worker.
    pub async fn receive(&self) -> Option<Message> {
        self.0.receiver.lock().await.recv().await
    }
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::queue::Rung;

    #[tokio::test(start_paused = true)]
    async fn a_waiting_message_comes_back_after_its_rung() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let observer = Arc::clone(&seen);
        let queue = MemoryQueue::observed(
            Lifecycle::new(),
            Box::new(move |route, message| observer.lock().unwrap().push((route, message.attempt))),
        );
        let start = tokio::time::Instant::now();
        for (route, attempt) in [(Route::Wait(Rung::S30), 2), (Route::Wait(Rung::S5), 1)] {
            queue.publish(route, Message { attempt, ..Message::default() }).unwrap();
        }
        assert_eq!(queue.receive().await.unwrap().attempt, 1);
        assert_eq!(start.elapsed().as_secs(), 5);
        assert_eq!(queue.receive().await.unwrap().attempt, 2);
        assert_eq!(start.elapsed().as_secs(), 30);
        let all = [(Route::Wait(Rung::S30), 2), (Route::Wait(Rung::S5), 1)];
        assert_eq!(*seen.lock().unwrap(), all);
    }
}
