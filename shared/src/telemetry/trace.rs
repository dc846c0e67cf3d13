//! Traces: one for each mail, from the request to the relay's answer (OpenTelemetry, OTLP).
//!
//! OpenTelemetry's own spans rather than `tracing`'s: only what is named here leaves the process,
//! never a field that was meant for a log. While traces are off a span is one load of a static.

use std::{
    collections::HashMap,
    future::Future,
    sync::OnceLock,
    time::{Duration, SystemTime},
};

use axum::http::{HeaderMap, Method};
use futures_util::future::Either;
use opentelemetry::{
    Context,
    propagation::TextMapPropagator as _,
    trace::{
        FutureExt as _, Link, SpanBuilder, Status, TraceContextExt as _, Tracer as _,
        TracerProvider as _,
    },
};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider},
};

use tokio::time::Instant;

use self::collector::Collector;
use super::Binary;
use crate::config::{ConfigError, invalid};

mod collector;

pub use opentelemetry::{KeyValue, trace::SpanKind};

/// How long the end of a process waits for its last spans.
const LAST_SPANS: Duration = Duration::from_secs(2);
/// Absent while traces are off.
static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// Dropped, it sends the spans that are left.
#[derive(Debug)]
pub struct TraceGuard(SdkTracerProvider);

impl Drop for TraceGuard {
    fn drop(&mut self) {
        let _ = self.0.shutdown_with_timeout(LAST_SPANS);
    }
}

/// Starts tracing if OpenTelemetry's variables ask for it. Its SDK reads most of them itself:
/// <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>.
///
/// # Errors
/// When one of them can't be used.
pub fn start(binary: Binary) -> Result<Option<TraceGuard>, ConfigError> {
    let Some(exporter) = collector()? else { return Ok(None) };
    let provider = SdkTracerProvider::builder()
        .with_resource(resource(binary))
        .with_batch_exporter(exporter)
        .build();
    let _ = TRACER.set(provider.tracer("signpost"));
    Ok(Some(TraceGuard(provider)))
}

/// Whether the variables can be used, if they ask for traces.
pub(crate) fn check() -> Result<(), ConfigError> {
    collector().map(drop)
}

fn collector() -> Result<Option<Collector>, ConfigError> {
    let has_endpoint = of_traces("ENDPOINT").is_some();
    let is_off = variable("OTEL_SDK_DISABLED").is_some_and(|is| is.eq_ignore_ascii_case("true"))
        || variable("OTEL_TRACES_EXPORTER").is_some_and(|exporter| exporter == "none");
    if !has_endpoint || is_off {
        return Ok(None);
    }
    if let Some(sampler) = variable("OTEL_TRACES_SAMPLER") {
        check_sampler(&sampler)?;
    }
    Collector::from_environment().map(Some)
}

/// The SDK would keep every trace instead.
fn check_sampler(sampler: &str) -> Result<(), ConfigError> {
    let usual = ["always_on", "always_off", "traceidratio"];
    if !usual.contains(&sampler.strip_prefix("parentbased_").unwrap_or(sampler)) {
        let told = &"expected always_on, always_off or traceidratio, after parentbased_ or not";
        return Err(invalid("OTEL_TRACES_SAMPLER", told));
    }
    let is_ratio = |arg: &str| arg.parse().is_ok_and(|ratio: f64| (0.0..=1.0).contains(&ratio));
    match variable("OTEL_TRACES_SAMPLER_ARG") {
        Some(arg) if sampler.ends_with("ratio") && !is_ratio(&arg) => {
            Err(invalid("OTEL_TRACES_SAMPLER_ARG", &"expected a number from 0 to 1"))
        }
        _ => Ok(()),
    }
}

/// Who we are, unless the environment says otherwise.
fn resource(binary: Binary) -> Resource {
    let name = match binary {
        Binary::Api => "signpost-api",
        Binary::Worker => "signpost-worker",
    };
    let detected = Resource::builder().build();
    let told = detected.iter().filter(|(_, value)| !value.as_str().starts_with("unknown_service"));
    Resource::builder_empty()
        .with_service_name(name)
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .with_attributes(told.map(|(key, value)| KeyValue::new(key.clone(), value.clone())))
        .build()
}

/// A variable of the exporter: the one for traces alone counts more.
fn of_traces(name: &str) -> Option<String> {
    variable(&format!("OTEL_EXPORTER_OTLP_TRACES_{name}"))
        .or_else(|| variable(&format!("OTEL_EXPORTER_OTLP_{name}")))
}

/// One that is empty counts as absent.
fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "OpenTelemetry's, whose SDK reads the others")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The name of a method that HTTP has; others are anybody's words.
pub fn method_name(method: &Method) -> Option<&'static str> {
    const KNOWN: [&str; 9] =
        ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    KNOWN.into_iter().find(|known| *known == method.as_str())
}

fn parent_of(traceparent: Option<&str>) -> Context {
    let carrier = traceparent.map(|value| ("traceparent".to_owned(), value.to_owned()));
    TraceContextPropagator::new().extract(&carrier.into_iter().collect::<HashMap<_, _>>())
}

/// A span, or nothing while traces are off. It ends when it is dropped.
#[derive(Debug, Default)]
pub struct Span(Option<Context>);

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(context) = &self.0 {
            context.span().end();
        }
    }
}

impl Span {
    /// A request's, in the caller's trace if it has one. `tracestate` is anybody's words, and left.
    pub fn request(method: &Method, headers: &HeaderMap) -> Self {
        let parent = headers.get("traceparent").and_then(|value| value.to_str().ok());
        Self::begin(
            || parent_of(parent),
            |_| {
                let method = method_name(method);
                let attributes = [
                    KeyValue::new("http.request.method", method.unwrap_or("_OTHER")),
                    // TLS is the proxy's.
                    KeyValue::new("url.scheme", "http"),
                ];
                SpanBuilder::from_name(method.unwrap_or("HTTP"))
                    .with_kind(SpanKind::Server)
                    .with_attributes(attributes)
            },
        )
    }

    /// A message's, in the trace that it was published in. What it waited is the time since.
    pub fn message<const N: usize>(
        name: &'static str,
        traceparent: Option<&str>,
        attributes: impl FnOnce() -> [KeyValue; N],
    ) -> Self {
        Self::begin(
            || parent_of(traceparent),
            |parent| {
                let published = parent.span().span_context().clone();
                let link = published.is_valid().then(|| Link::with_context(published));
                SpanBuilder::from_name(name)
                    .with_kind(SpanKind::Consumer)
                    .with_attributes(attributes())
                    .with_links(link.into_iter().collect())
            },
        )
    }

    /// Part of what is going on; nothing where no trace is.
    pub fn child<const N: usize>(
        name: &'static str,
        kind: SpanKind,
        attributes: impl FnOnce() -> [KeyValue; N],
    ) -> Self {
        Self::part(name, kind, |span| span.with_attributes(attributes()))
    }

    /// The same of a call that is over now.
    pub fn past(name: &'static str, began: Instant) -> Self {
        let start = || SystemTime::now() - began.elapsed();
        Self::part(name, SpanKind::Client, |span| span.with_start_time(start()))
    }

    fn part(
        name: &'static str,
        kind: SpanKind,
        more: impl FnOnce(SpanBuilder) -> SpanBuilder,
    ) -> Self {
        if !is_traced() {
            return Self(None);
        }
        Self::begin(Context::current, |_| more(SpanBuilder::from_name(name).with_kind(kind)))
    }

    fn begin(
        parent: impl FnOnce() -> Context,
        builder: impl FnOnce(&Context) -> SpanBuilder,
    ) -> Self {
        Self(TRACER.get().map(|tracer| {
            let parent = parent();
            let span = tracer.build_with_context(builder(&parent), &parent);
            parent.with_span(span)
        }))
    }

    /// Says one thing more. Never an address, a code, or what somebody else wrote.
    pub fn set(&self, attribute: impl FnOnce() -> KeyValue) {
        if let Some(context) = &self.0 {
            context.span().set_attribute(attribute());
        }
    }

    /// It went wrong; a cause as metrics name it.
    pub fn failed<C: Into<String>>(&self, cause: impl FnOnce() -> C) {
        if let Some(context) = &self.0 {
            let cause = cause().into();
            context.span().set_attribute(KeyValue::new("error.type", cause.clone()));
            context.span().set_status(Status::error(cause));
        }
    }

    /// Makes it the parent of whatever begins within this work.
    pub fn around<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        within(self.0.clone(), work)
    }

    /// As it travels (W3C Trace Context).
    pub fn traceparent(&self) -> Option<String> {
        self.0.as_ref().and_then(traceparent_of)
    }
}

/// Whether traces are on.
pub fn is_on() -> bool {
    TRACER.get().is_some()
}

/// Whether what goes on here belongs to a trace that is kept.
fn is_traced() -> bool {
    is_on() && Context::map_current(|context| context.span().span_context().is_sampled())
}

/// The span that this is part of, as it travels.
pub fn traceparent() -> Option<String> {
    if is_on() { Context::map_current(traceparent_of) } else { None }
}

fn traceparent_of(context: &Context) -> Option<String> {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(context, &mut carrier);
    carrier.remove("traceparent")
}

/// Names the request that this is part of by its route, which must be none that a caller chose.
pub fn route(method: &'static str, route: &str) {
    if is_traced() {
        Context::map_current(|context| {
            context.span().update_name(format!("{method} {route}"));
            context.span().set_attribute(KeyValue::new("http.route", route.to_owned()));
            context.span().set_attribute(KeyValue::new("url.path", route.to_owned()));
        });
    }
}

/// Keeps the parent for work that may become a task of its own.
pub fn carried<F: Future>(work: F) -> impl Future<Output = F::Output> + use<F> {
    within(is_on().then(Context::current), work)
}

fn within<F: Future>(context: Option<Context>, work: F) -> impl Future<Output = F::Output> {
    match context {
        Some(context) => Either::Left(work.with_context(context)),
        None => Either::Right(work),
    }
}
