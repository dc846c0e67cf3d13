//! The admin listener: is the process alive, can it do its part, what has it done.

use std::{future::Future, pin::Pin, sync::Arc};

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;

use crate::lifecycle::Lifecycle;

/// One thing that a process depends on.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What it is: `redis`, `broker`, `relay mx.example:587` …
    pub name: String,
    /// Its state in a word or a sentence.
    pub state: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// Whether the process is unready without it.
    pub required: bool,
}

impl Check {
    /// Something without which the process is unready.
    pub fn required(name: impl Into<String>, state: Result<(), String>) -> Self {
        let ok = state.is_ok();
        let state = state.err().unwrap_or_else(|| "ok".to_owned());
        Self { name: name.into(), state, ok, required: true }
    }
}

/// Asks all dependencies now.
pub type Probe = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Vec<Check>> + Send>> + Send + Sync>;

#[derive(Clone)]
struct Admin {
    probe: Probe,
    metrics: PrometheusHandle,
    lifecycle: Lifecycle,
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    checks: Vec<Check>,
}

/// `/livez`, `/readyz` and `/metrics`.
pub fn router(probe: Probe, metrics: PrometheusHandle, lifecycle: Lifecycle) -> Router {
    Router::new()
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(render))
        .with_state(Admin { probe, metrics, lifecycle })
}

async fn readyz(State(admin): State<Admin>) -> Response {
    let mut checks = (admin.probe)().await;
    if admin.lifecycle.is_stopping() {
        checks.push(Check::required("process", Err("shutting down".to_owned())));
    }
    let ready = checks.iter().all(|check| check.ok || !check.required);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    (status, no_store, Json(Readiness { ready, checks })).into_response()
}

async fn render(State(admin): State<Admin>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], admin.metrics.render())
}
