//! What the handlers share.

use std::time::Duration;

use signpost_shared::{
    catalog::{Catalog, Domain},
    lifecycle::Lifecycle,
    locale::Locale,
    queue::Queue,
};

use crate::{
    answer::Speaker, client::TrustedProxies, deny::DeniedDomains, publish::Publisher, send::Sender,
    throttle::Throttle, validate::Rules,
};

/// What the handlers share.
#[derive(Debug)]
pub struct Api {
    /// Sends codes.
    pub sender: Sender,
    /// The texts of refusals.
    pub catalog: Catalog,
    /// What a request must be like.
    pub rules: Rules,
    /// What `send.later` names in minutes.
    pub cooldown: Duration,
    /// Whose `X-Forwarded-For` counts.
    pub proxies: TrustedProxies,
}

impl Api {
    /// An API over this throttle and queue.
    pub fn new(
        throttle: Throttle,
        queue: Queue,
        default_locale: Locale,
        cooldown: Duration,
        lifecycle: Lifecycle,
    ) -> Self {
        Self {
            sender: Sender::new(throttle, Publisher::new(queue), lifecycle),
            catalog: Catalog::built_in(Domain::Api),
            rules: Rules { default_locale, ..Rules::default() },
            cooldown,
            proxies: TrustedProxies::default(),
        }
    }

    /// Sends no codes to these domains.
    #[must_use]
    pub fn denying(mut self, denied: DeniedDomains) -> Self {
        self.rules.denied = denied;
        self
    }

    /// Trusts these proxies' `X-Forwarded-For`.
    #[must_use]
    pub fn behind(self, proxies: TrustedProxies) -> Self {
        Self { proxies, ..self }
    }

    /// Speaks to a caller in their language.
    pub fn speaker(&self, locale: Locale) -> Speaker<'_> {
        Speaker {
            catalog: &self.catalog,
            locale,
            default_locale: self.rules.default_locale,
            cooldown: self.cooldown,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use signpost_shared::{clock::Clock, queue::memory::MemoryQueue};

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
        Api::new(throttle, queue, Locale::EnUs, Duration::from_secs(60), lifecycle)
    }
}
