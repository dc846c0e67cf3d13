//! The admin listener of one of our binaries.

use std::net::SocketAddr;

/// Asks an admin listener.
#[derive(Clone, Debug)]
pub struct Admin {
    /// Where it is.
    pub address: SocketAddr,
    http: reqwest::Client,
}

impl Admin {
    /// The one that is, or will be, there.
    pub fn at(address: SocketAddr) -> Self {
        Self { address, http: reqwest::Client::new() }
    }

    /// Whether it says that traffic shall come.
    pub async fn is_ready(&self) -> bool {
        self.page("readyz").await.is_some()
    }

    /// Whether it says that its process could do its part now.
    pub async fn is_healthy(&self) -> bool {
        self.page("healthz").await.is_some()
    }

    /// All that it tells Prometheus.
    pub async fn metrics(&self) -> String {
        self.page("metrics").await.unwrap_or_default()
    }

    /// A metric's value, the sum over all lines that begin so: `name`, or `name{label="value"`.
    /// `None` when there is none.
    pub async fn metric(&self, name: &str) -> Option<f64> {
        let values = self.metrics().await;
        let values = values.lines().filter_map(|line| {
            let rest = line.strip_prefix(name)?;
            let value = rest.rsplit(' ').next()?;
            rest.starts_with([' ', '{', ',', '}']).then(|| value.parse::<f64>().ok())?
        });
        values.reduce(|sum, value| sum + value)
    }

    async fn page(&self, name: &str) -> Option<String> {
        let answer = self.http.get(format!("http://{}/{name}", self.address)).send().await.ok()?;
        answer.error_for_status().ok()?.text().await.ok()
    }
}
