//! What many requests have for one peer in the same moment, handed over together: one by one each
//! costs a system call, here and there, or wakes its task once more.

use std::mem;

use parking_lot::Mutex;
use tokio::task::yield_now;

/// What is to be handed over next.
#[derive(Debug)]
pub struct Gathering<T>(Mutex<Vec<T>>);

impl<T> Default for Gathering<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Gathering<T> {
    /// Adds one more. Whoever is told `true` was the first, and sees to it that a task takes
    /// [`all`](Self::all).
    #[must_use]
    pub fn add(&self, item: T) -> bool {
        let mut items = self.0.lock();
        items.push(item);
        items.len() == 1
    }

    /// All that there are, once most tasks that are ready have run: they may add something.
    pub async fn all(&self) -> Vec<T> {
        yield_now().await;
        mem::take(&mut *self.0.lock())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::{StreamExt as _, stream::FuturesUnordered};

    use super::*;

    #[tokio::test]
    async fn what_tasks_that_are_ready_have_goes_together() {
        let gathering = Arc::new(Gathering::default());
        let (batches, mut taken) = tokio::sync::mpsc::unbounded_channel();
        let asking = (0..100).map(|number| {
            let (gathering, batches) = (Arc::clone(&gathering), batches.clone());
            #[expect(clippy::disallowed_methods, reason = "as requests are tasks of their own")]
            tokio::spawn(async move {
                if gathering.add(number) {
                    let all = tokio::spawn(async move { gathering.all().await });
                    batches.send(all.await.unwrap()).unwrap();
                }
            })
        });
        let mut asking: FuturesUnordered<_> = asking.collect();
        while asking.next().await.is_some() {}
        drop(batches);
        assert_eq!(taken.recv().await, Some((0..100).collect()));
        assert_eq!(taken.recv().await, None);
    }
}
