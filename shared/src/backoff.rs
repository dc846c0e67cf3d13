//! How long to wait before something that failed is tried again.

use std::time::Duration;

/// Waits that double from the first to the longest, less up to half by chance, so that many
/// processes do not knock at once.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// The wait after the first failure.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
}

impl Backoff {
    /// For a server that is away: it is used again a second or two after it is back.
    pub const EAGER: Self =
        Self { first: Duration::from_millis(50), longest: Duration::from_secs(2) };
    /// For a server that refuses us: somebody must act first.
    pub const PATIENT: Self =
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(30) };

    /// The wait after a failure that so many came before.
    pub fn delay(&self, failures: u32) -> Duration {
        let whole = self.first.saturating_mul(2_u32.saturating_pow(failures)).min(self.longest);
        whole.mul_f64(rand::random_range(0.5..=1.0))
    }
}
