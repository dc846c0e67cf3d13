//! What the handlers share.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::Poll,
};

use signpost_shared::{lifecycle::Lifecycle, locale::Locale, queue::Queue, telemetry::trace};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    answer::{Refusal, Speaker},
    client::TrustedProxies,
    give_back::GiveBack,
    status::Accepted,
    texts::Texts,
    throttle::{AddressKeys, Throttle},
    validate::Rules,
};

/// Calls at once in this process: as many as the publisher takes, so that overload is
/// answered here and not after Redis has been asked.
const IN_FLIGHT: usize = 4096;

/// What the handlers share.
#[derive(Debug)]
pub struct Api {
    /// Who may send, and whose code is right.
    pub throttle: Throttle,
    /// Where jobs go.
    pub queue: Queue,
    /// What logs call an address.
    pub address_keys: AddressKeys,
    /// Takes care of what failed sends have taken.
    pub give_back: GiveBack,
    /// Notes what was accepted, where the delivery status is kept.
    pub accepted: Option<Accepted>,
    /// What a request must be like.
    pub rules: Rules,
    /// Whose `X-Forwarded-For` counts.
    pub proxies: TrustedProxies,
    lifecycle: Lifecycle,
    places: Arc<Semaphore>,
}

impl Api {
    /// An API over this throttle and queue.
    pub fn new(
        throttle: Throttle,
        queue: Queue,
        address_keys: AddressKeys,
        texts: Texts,
        lifecycle: Lifecycle,
    ) -> Self {
        Self {
            give_back: GiveBack::start(throttle.clone(), &lifecycle),
            throttle,
            queue,
            address_keys,
            accepted: None,
            rules: Rules { texts, ..Rules::default() },
            proxies: TrustedProxies::default(),
            lifecycle,
            places: Arc::new(Semaphore::new(IN_FLIGHT)),
        }
    }

    /// Does a call's work to its end: hyper drops a handler when its connection fails, but what
    /// has been taken must end in a mail or be given back, and a try be counted.
    ///
    /// # Errors
    /// The work's, or 503 when there is too much of it.
    pub fn see_through<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
    ) -> impl Future<Output = Result<T, Refusal>> + Send {
        let place = Arc::clone(&self.places).try_acquire_owned();
        // Boxed at once, so that the handler's future is small, and the work is moved no more.
        let begin = |place| (Box::pin(trace::carried(work)), place);
        let mut unfinished = Unfinished { work: place.ok().map(begin), lifecycle: &self.lifecycle };
        poll_fn(move |context| {
            // Taken out, so that work that panics is not begun again.
            let Some((mut work, place)) = unfinished.work.take() else {
                return Poll::Ready(Err(Refusal::UNAVAILABLE));
            };
            let polled = work.as_mut().poll(context);
            if polled.is_pending() {
                unfinished.work = Some((work, place));
            }
            polled
        })
    }

    /// Speaks to a caller in their language.
    pub fn speaker(&self, locale: Locale) -> Speaker<'_> {
        let cooldown = self.throttle.limits().cooldown;
        Speaker { texts: &self.rules.texts, locale, cooldown }
    }
}

/// Work that becomes a task of its own when nobody waits for it any more.
struct Unfinished<'a, F: Future<Output: Send> + Send + 'static> {
    /// With its place; nothing when there was none.
    work: Option<(Pin<Box<F>>, OwnedSemaphorePermit)>,
    lifecycle: &'a Lifecycle,
}

impl<F: Future<Output: Send> + Send + 'static> Drop for Unfinished<'_, F> {
    fn drop(&mut self) {
        if let Some((work, place)) = self.work.take() {
            self.lifecycle.spawn(async move {
                let outcome = work.await;
                drop(place);
                outcome
            });
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::Duration;

    use signpost_shared::{clock::Clock, queue::memory::MemoryQueue};
    use tokio::sync::oneshot;

    use super::*;
    use crate::{
        test_codes::TestCodes,
        throttle::{Limits, MemoryThrottle},
    };

    /// An API of which everything is in memory.
    pub(crate) fn api() -> Api {
        let lifecycle = Lifecycle::new();
        let limits = Limits {
            cooldown: Duration::from_secs(60),
            daily_cap: 10,
            daily_tries: 15,
            test_codes: TestCodes::default(),
            code_ttl: Duration::from_secs(1800),
            digits: 6.try_into().unwrap(),
            tries: 5,
            code_keys: Arc::new("a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".parse().unwrap()),
            network: None,
            ceiling: None,
        };
        let throttle = Throttle::Memory(MemoryThrottle::new(limits, Clock::system()));
        let queue = Queue::Memory(MemoryQueue::new(lifecycle.clone()));
        let keys =
            AddressKeys::new("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".parse().unwrap());
        Api::new(throttle, queue, keys, Texts::default(), lifecycle)
    }

    #[tokio::test]
    async fn work_goes_on_when_nobody_waits_for_it() {
        let (api, begun, done) = (api(), oneshot::channel(), oneshot::channel());
        let (go_on, told) = oneshot::channel::<()>();
        let work = async move {
            begun.0.send(()).unwrap();
            told.await.unwrap();
            done.0.send(()).unwrap();
            Ok(())
        };
        {
            let mut waiting = Box::pin(api.see_through(work));
            tokio::select! {
                _ = &mut waiting => panic!("it was not told to go on"),
                begun = begun.1 => begun.unwrap(),
            }
        }
        go_on.send(()).unwrap();
        done.1.await.unwrap();
    }
}
