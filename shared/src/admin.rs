//! The admin listener: is the process alive, shall traffic come to it, could it do its part
//! now, what has it done.
//!
//! Ready and healthy are two questions. A server that all processes share may refuse them all:
//! were they unready then, a proxy would have nobody left to send anything to, and would answer
//! with a page of its own.

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics::{Gauge, gauge};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};
use tracing::{info, warn};

use crate::{lifecycle::Lifecycle, systemd};

/// From one look at the dependencies to the next.
const LOOK: Duration = Duration::from_secs(1);
/// What is not there so long after the start is worth a line.
const START: Duration = Duration::from_secs(3);
/// From one look to the next until then.
const LOOK_AT_START: Duration = Duration::from_millis(100);

/// One thing that a process depends on.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What it is: `redis`, `broker`, `relay mx.example:587` …
    pub name: String,
    /// Its state in a word or a sentence.
    pub state: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// Whether the process can't do its part without it.
    pub required: bool,
    /// Whether it was reached once.
    pub reached: bool,
}

impl Check {
    /// Something without which the process can't do its part.
    pub fn required(name: &str, state: Result<(), String>, reached: bool) -> Self {
        let ok = state.is_ok();
        let state = state.err().unwrap_or_else(|| "ok".to_owned());
        Self { name: name.to_owned(), state, ok, required: true, reached }
    }
}

/// Asks all dependencies now.
pub type Probe = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Vec<Check>> + Send>> + Send + Sync>;

#[derive(Clone)]
struct Admin {
    checks: watch::Receiver<Vec<Check>>,
    metrics: PrometheusHandle,
    lifecycle: Lifecycle,
}

#[derive(Serialize)]
struct Report {
    ready: bool,
    healthy: bool,
    checks: Vec<Check>,
}

/// `/livez`, `/readyz`, `/healthz` and `/metrics`. Looks at the dependencies until shutdown.
pub fn router(probe: Probe, metrics: PrometheusHandle, lifecycle: Lifecycle) -> Router {
    let (seen, checks) = watch::channel(Vec::new());
    let stopping = lifecycle.stopping_token();
    lifecycle.spawn_background(stopping.run_until_cancelled_owned(look(probe, seen)));
    Router::new()
        .route("/livez", get(|| async { "alive\n" }))
        .route(
            "/readyz",
            get(|State(admin): State<Admin>| async move { admin.says(|report| report.ready) }),
        )
        .route(
            "/healthz",
            get(|State(admin): State<Admin>| async move { admin.says(|report| report.healthy) }),
        )
        .route("/metrics", get(render))
        .with_state(Admin { checks, metrics, lifecycle })
}

/// Looks at everything again and again. A line when something begins to fail, and one when that
/// ends; what fails and works again between two looks is no outage.
async fn look(probe: Probe, seen: watch::Sender<Vec<Check>>) {
    let (began, mut told) = (Instant::now(), BTreeMap::new());
    let mut status = String::new();
    loop {
        let checks = probe().await;
        let is_new = began.elapsed() < START;
        for Check { name, state, ok, .. } in checks.iter().filter(|check| check.required) {
            if let Some(up) = gauge_of(name) {
                up.set(u8::from(*ok));
            }
            let before = told.get(name).copied();
            if *ok && before == Some(false) {
                info!(dependency = name, "{name} can be used again");
            } else if !ok && before != Some(false) {
                if before.is_none() && is_new {
                    continue;
                }
                warn!(dependency = name, cause = state, "{name} can't be used");
            }
            told.insert(name.clone(), *ok);
        }
        let was = std::mem::replace(&mut status, summary(&checks));
        if status != was {
            systemd::status(&status);
        }
        seen.send_replace(checks);
        sleep(if is_new { LOOK_AT_START } else { LOOK }).await;
    }
}

/// What `systemctl status` shows.
fn summary(checks: &[Check]) -> String {
    let failing = checks.iter().filter(|check| check.required && !check.ok);
    let failing: Vec<_> = failing.map(|check| format!("{}: {}", check.name, check.state)).collect();
    if failing.is_empty() { "healthy".to_owned() } else { failing.join("; ") }
}

/// What says of this check whether it is as it should be.
fn gauge_of(check: &str) -> Option<Gauge> {
    match check {
        "redis" => Some(gauge!("signpost_redis_up")),
        "broker" => Some(gauge!("signpost_broker_up")),
        "relays" => Some(gauge!("signpost_relays_up")),
        _ => None,
    }
}

impl Admin {
    fn says(&self, yes: impl FnOnce(&Report) -> bool) -> Response {
        let checks = self.checks.borrow().clone();
        let looked = !checks.is_empty();
        let report = Report {
            ready: looked
                && !self.lifecycle.is_leaving()
                && checks.iter().all(|check| check.reached),
            healthy: looked && checks.iter().all(|check| check.ok || !check.required),
            checks,
        };
        let status = if yes(&report) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        (status, [(header::CACHE_CONTROL, "no-store")], Json(report)).into_response()
    }
}

async fn render(State(admin): State<Admin>) -> impl IntoResponse {
    // Memory, descriptors and processor time are read when somebody asks.
    metrics_process::Collector::default().collect();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], admin.metrics.render())
}
