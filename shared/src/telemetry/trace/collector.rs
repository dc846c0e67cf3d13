//! The collector: spans go there in batches, from the SDK's own thread, over a connection for
//! each. When it is away spans are lost and counted, and one line says so.
//!
//! The HTTP is hyper's, which the service has anyway: reqwest would bring a second TLS setup.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::http::{HeaderValue, Uri, header::HOST, uri::Scheme};
use http_body_util::Full;
use metrics::counter;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter as Otlp, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    runtime::Builder,
    time::timeout,
};
use tokio_rustls::TlsConnector;
use tracing::{info, warn};

use super::of_traces;
use crate::{
    config::{ConfigError, invalid},
    http_client,
    tls::certificates,
};

/// OpenTelemetry's default for a batch.
const USUAL_TIMEOUT: Duration = Duration::from_secs(10);
/// More than any answer of a collector.
const MAX_ANSWER: usize = 64 * 1024;

/// OTLP's exporter, and whether the collector took the last batch.
#[derive(Debug)]
pub(super) struct Collector {
    otlp: Otlp,
    is_away: AtomicBool,
}

impl Collector {
    /// As OpenTelemetry's variables say.
    pub(super) fn from_environment() -> Result<Self, ConfigError> {
        let protocol = of_traces("PROTOCOL");
        if protocol.is_some_and(|protocol| protocol != "http/protobuf") {
            let told = &"only http/protobuf is spoken here";
            return Err(invalid("OTEL_EXPORTER_OTLP_PROTOCOL", told));
        }
        let endpoint = of_traces("ENDPOINT").and_then(|endpoint| endpoint.parse::<Uri>().ok());
        let is_http = |uri: &Uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.host().is_some_and(|host| !host.is_empty())
        };
        if !endpoint.as_ref().is_some_and(is_http) {
            let told = &"an http:// or https:// URL is expected";
            return Err(invalid("OTEL_EXPORTER_OTLP_ENDPOINT", told));
        }
        if of_traces("COMPRESSION").is_some_and(|compression| compression != "none") {
            let told = &"spans are not compressed here: leave it out";
            return Err(invalid("OTEL_EXPORTER_OTLP_COMPRESSION", told));
        }
        let http = Http::from_environment()?;
        let otlp = Otlp::builder().with_http().with_http_client(http).build();
        let otlp = otlp.map_err(|error| invalid("OTEL_EXPORTER_OTLP_ENDPOINT", &error))?;
        Ok(Self { otlp, is_away: AtomicBool::new(false) })
    }
}

impl SpanExporter for Collector {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let exported = self.otlp.export(batch).await;
        let was_away = self.is_away.swap(exported.is_err(), Ordering::Relaxed);
        match &exported {
            Ok(()) if was_away => info!("the collector takes spans again"),
            Ok(()) => {}
            Err(error) => {
                counter!("signpost_spans_lost_total").increment(spans as u64);
                if !was_away {
                    warn!(%error, "the collector takes no spans: they are lost until it does");
                }
            }
        }
        exported
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.otlp.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.otlp.set_resource(resource);
    }
}

/// Posts from a thread that does nothing else.
#[derive(Debug)]
struct Http {
    tls: Arc<ClientConfig>,
    timeout: Duration,
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<W: AsyncRead + AsyncWrite + Unpin + Send> Wire for W {}

impl Http {
    fn from_environment() -> Result<Self, ConfigError> {
        let millis = of_traces("TIMEOUT").map(|millis| {
            millis.parse().map_err(|_| {
                invalid("OTEL_EXPORTER_OTLP_TIMEOUT", &"a number of milliseconds is expected")
            })
        });
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(path) = of_traces("CERTIFICATE") {
            let pem = certificates("OTEL_EXPORTER_OTLP_CERTIFICATE", path.as_ref())?;
            roots.add_parsable_certificates(
                CertificateDer::pem_slice_iter(pem.as_bytes()).flatten(),
            );
        }
        let tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        Ok(Self {
            tls: Arc::new(tls),
            timeout: millis.transpose()?.map_or(USUAL_TIMEOUT, Duration::from_millis),
        })
    }

    async fn connect(&self, uri: &Uri) -> io::Result<Box<dyn Wire>> {
        let is_tls = uri.scheme() == Some(&Scheme::HTTPS);
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        let port = uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let socket = TcpStream::connect((host, port)).await?;
        if !is_tls {
            return Ok(Box::new(socket));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        Ok(Box::new(TlsConnector::from(Arc::clone(&self.tls)).connect(name, socket).await?))
    }

    async fn post(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (mut head, body) = request.into_parts();
        let wire = self.connect(&head.uri).await?;
        let authority = head.uri.authority().map(ToString::to_string).unwrap_or_default();
        // Without the user and password that a URL may have.
        let host = authority.rsplit('@').next().unwrap_or_default();
        head.headers.insert(HOST, HeaderValue::from_str(host)?);
        head.uri = head.uri.path_and_query().map_or("/", |path| path.as_str()).parse()?;
        let request = Request::from_parts(head, Full::new(body));
        Ok(http_client::ask(wire, request, MAX_ANSWER).await?)
    }
}

impl HttpClient for Http {
    // `async_trait`, written out.
    fn send_bytes<'a, 'b>(
        &'a self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move {
            // The SDK's thread does nothing else, and asks every few seconds.
            let runtime = Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async { timeout(self.timeout, self.post(request)).await? })
        })
    }
}
