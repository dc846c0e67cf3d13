//! A collector: takes what comes by OTLP over HTTP, with TLS or without.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use axum::{Router, body::Bytes, http::StatusCode, routing::post, serve::Listener};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    trace::v1::Span,
};
use prost::Message as _;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::rig::until;

/// A span, and whose it is.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) service: String,
    pub(super) span: Span,
}

impl Received {
    /// An attribute as text.
    pub(super) fn get(&self, key: &str) -> Option<String> {
        text(&self.span.attributes, key)
    }
}

fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    let attribute = attributes.iter().find(|attribute| attribute.key == key)?;
    match attribute.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        _ => None,
    }
}

#[derive(Debug, Default)]
struct Kept {
    spans: Vec<Received>,
    bodies: Vec<Bytes>,
}

/// What a collector has taken so far.
#[derive(Clone, Debug)]
pub(super) struct Receiver {
    pub(super) endpoint: String,
    kept: Arc<Mutex<Kept>>,
}

impl Receiver {
    pub(super) async fn new() -> Self {
        Self::of(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    pub(super) fn of(listener: TcpListener) -> Self {
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        Self::serve(endpoint, listener)
    }

    /// Behind the certificate in this folder.
    pub(super) async fn under_tls(folder: &Path) -> Self {
        let certificate = CertificateDer::from_pem_file(folder.join("server.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let settings = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("https://{}", listener.local_addr().unwrap());
        Self::serve(endpoint, UnderTls { listener, acceptor: Arc::new(settings).into() })
    }

    fn serve(endpoint: String, listener: impl Listener<Addr = std::net::SocketAddr>) -> Self {
        let kept = Arc::<Mutex<Kept>>::default();
        let keeper = Arc::clone(&kept);
        let router = Router::new().route(
            "/v1/traces",
            post(async move |body: Bytes| {
                let Ok(request) = ExportTraceServiceRequest::decode(body.clone()) else {
                    return StatusCode::BAD_REQUEST;
                };
                let mut kept = keeper.lock().unwrap();
                for resource_spans in request.resource_spans {
                    let resource = resource_spans.resource.unwrap().attributes;
                    let service = text(&resource, "service.name").unwrap();
                    assert!(text(&resource, "service.version").is_some());
                    let spans = resource_spans.scope_spans.into_iter().flat_map(|of| of.spans);
                    kept.spans
                        .extend(spans.map(|span| Received { service: service.clone(), span }));
                }
                kept.bodies.push(body);
                StatusCode::OK
            }),
        );
        #[expect(clippy::disallowed_methods, reason = "a test's own server")]
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { endpoint, kept }
    }

    /// All spans so far.
    pub(super) fn spans(&self) -> Vec<Received> {
        self.kept.lock().unwrap().spans.clone()
    }

    /// The same and the requests that they came in, at one moment.
    pub(super) fn spans_and_bodies(&self) -> (Vec<Received>, Vec<Bytes>) {
        let kept = self.kept.lock().unwrap();
        (kept.spans.clone(), kept.bodies.clone())
    }

    /// The requests that all of them came in.
    pub(super) fn bodies(&self) -> Vec<Bytes> {
        self.kept.lock().unwrap().bodies.clone()
    }

    /// Whether these words stand anywhere in what came.
    pub(super) fn holds(&self, words: &str) -> bool {
        let words = words.as_bytes();
        self.bodies().iter().any(|body| body.windows(words.len()).any(|part| part == words))
    }

    /// Awaits so many spans of this name.
    pub(super) async fn named(&self, name: &str, count: usize) -> Vec<Received> {
        let found = || -> Vec<_> {
            self.spans().into_iter().filter(|received| received.span.name == name).collect()
        };
        until(&format!("there are {count} spans {name}"), async || found().len() >= count).await;
        found()
    }
}

struct UnderTls {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for UnderTls {
    type Io = TlsStream<TcpStream>;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (socket, address) = self.listener.accept().await.unwrap();
            if let Ok(stream) = self.acceptor.accept(socket).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}
