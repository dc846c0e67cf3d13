//! Serves an axum router with hyper, within limits that `axum::serve` does not set: how many
//! connections, how long a client may keep one waiting, how large a request head may be.

use std::{
    convert::Infallible,
    future::poll_fn,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    extract::{ConnectInfo, Request},
    http::{HeaderValue, header::CONNECTION},
    response::Response,
};
use futures_util::FutureExt as _;
use hyper::{
    body::{Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use ipnet::IpNet;
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tower::Service as _;
use tracing::{debug, warn};

use crate::lifecycle::Lifecycle;

/// Largest request head in bytes.
const HEAD_BYTES: usize = 16 * 1024;
/// [`ConnectionLimits::idle`] while more than half of the places are taken.
const CROWDED_IDLE: Duration = Duration::from_secs(1);
/// How long after the listener's end a connection may take for the request it was made for.
const LAST_REQUEST: Duration = Duration::from_millis(250);
/// How long a connection that we close may go on sending.
const LINGER: Duration = Duration::from_secs(1);

/// What answers requests. Clones are cheap.
pub trait Service: Clone + Send + Unpin + 'static {
    /// Answers one.
    fn answer(self, request: Request) -> impl Future<Output = Response> + Send;
}

impl Service for Router {
    async fn answer(mut self, request: Request) -> Response {
        self.call(request).await.unwrap_or_else(|never| match never {})
    }
}

/// What connections a listener has, and for how long.
#[derive(Clone, Debug)]
pub struct ConnectionLimits {
    /// Connections open at once; further ones wait in the kernel's backlog.
    pub connections: usize,
    /// How long a client may be silent, take for a request head, or leave our bytes unread.
    pub idle: Duration,
    /// Proxies, which keep idle connections for us and pass on whole heads.
    pub proxies: Vec<IpNet>,
    /// [`ConnectionLimits::idle`] for proxies: longer than a proxy keeps an idle connection, or a request
    /// meets a connection that we are closing, and the client gets a 502.
    pub proxy_idle: Duration,
}

impl ConnectionLimits {
    /// Those of the admin listener, which answers though the other one is full.
    pub fn admin(descriptors: usize) -> Self {
        Self { connections: (descriptors / 8).clamp(1, 64), ..Self::default() }
    }

    fn trusts(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.proxies.iter().any(|network| network.contains(&peer))
    }
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 8192,
            idle: Duration::from_secs(15),
            proxies: Vec::new(),
            proxy_idle: Duration::from_secs(620),
        }
    }
}

/// Serves until shutdown begins. The requests in hand are then finished, as tasks of the
/// lifecycle.
pub async fn serve(
    listener: TcpListener,
    service: impl Service,
    limits: ConnectionLimits,
    lifecycle: Lifecycle,
) {
    let terms = |idle, keep_alive| {
        let mut terms = http1::Builder::new();
        // hyper counts the time between two requests as time for a head.
        terms.timer(TokioTimer::new()).header_read_timeout(idle);
        terms.max_buf_size(HEAD_BYTES).keep_alive(keep_alive).writev(false);
        // A client may end its side after its request and still read (RFC 9112, section 9.6). hyper
        // does not look for that end either, which takes a buffer and a read a request.
        terms.half_close(true);
        terms
    };
    let (usual, of_proxies) = (terms(limits.idle, true), terms(limits.proxy_idle, true));
    // Half of the places are for those who stay. Whoever finds them taken may send one request,
    // at once, so that a newcomer gets in soon though everybody else is idle.
    let crowded = terms(limits.idle.min(CROWDED_IDLE), false);
    let places = Arc::new(Semaphore::new(limits.connections));
    let begin = |(stream, peer, place): Accepted| {
        if let Err(error) = set_up(&stream, limits.idle) {
            debug!(%error, "a connection ended before it began");
            return;
        }
        let terms = match peer.ip() {
            _ if places.available_permits() <= limits.connections / 2 => &crowded,
            peer if limits.trusts(peer) => &of_proxies,
            _ => &usual,
        };
        let (service, leaving) = (service.clone(), lifecycle.clone());
        let unread = Arc::new(AtomicBool::new(false));
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request = request.map(|body| Body::new(Watched::new(body, &unread)));
            request.extensions_mut().insert(ConnectInfo(peer));
            let (service, leaving) = (service.clone(), leaving.clone());
            let unread = Arc::clone(&unread);
            async move {
                let mut answer = service.answer(request).await;
                if unread.load(Ordering::Relaxed) || leaving.is_leaving() {
                    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(answer)
            }
            .boxed()
        });
        let mut connection = terms.serve_connection(TokioIo::new(stream), service);
        let stopping = lifecycle.stopping_token();
        lifecycle.spawn(async move {
            let last_request = async {
                stopping.cancelled_owned().await;
                sleep(LAST_REQUEST).await;
            };
            let ended = tokio::select! {
                biased;
                ended = poll_fn(|context| connection.poll_without_shutdown(context)) => ended,
                () = last_request => {
                    Pin::new(&mut connection).graceful_shutdown();
                    poll_fn(|context| connection.poll_without_shutdown(context)).await
                }
            };
            if let Err(error) = &ended {
                debug!(%error, "a connection ended early");
            }
            if !ended.is_err_and(|error| error.is_timeout()) {
                // Not in one expression, which would keep the buffers until its end.
                let stream = connection.into_parts().io.into_inner();
                hang_up(stream).await;
            }
            drop(place);
        });
    };
    let mut is_told = false;
    loop {
        let accepted = tokio::select! {
            () = lifecycle.stopping() => break,
            accepted = accept(&listener, &places) => accepted,
        };
        match accepted {
            Ok(accepted) => {
                is_told = false;
                begin(accepted);
            }
            Err(error) => {
                // Out of descriptors, most likely: wait for some to be closed.
                if !std::mem::replace(&mut is_told, true) {
                    warn!(%error, "connections can't be accepted");
                }
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
    // Who has connected before the listener's end is not turned away. The kernel is asked, since
    // the runtime may not have heard of them yet.
    let Ok(listener) = listener.into_std() else { return };
    while let Ok(place) = Arc::clone(&places).try_acquire_owned()
        && let Ok((stream, peer)) = listener.accept()
        && stream.set_nonblocking(true).is_ok()
        && let Ok(stream) = TcpStream::from_std(stream)
    {
        begin((stream, peer, place));
    }
}

/// A request's body. What follows one that is not read to its end is no request, so hyper ends the
/// connection, unless the rest is there already: whoever is not told sends the next request into
/// that (RFC 9112, section 9.6).
struct Watched {
    body: Incoming,
    unread: Arc<AtomicBool>,
}

impl Watched {
    fn new(body: Incoming, unread: &Arc<AtomicBool>) -> Self {
        unread.store(!body.is_end_stream(), Ordering::Relaxed);
        Self { body, unread: Arc::clone(unread) }
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if matches!(frame, Poll::Ready(None)) || self.body.is_end_stream() {
            self.unread.store(false, Ordering::Relaxed);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

type Accepted = (TcpStream, SocketAddr, OwnedSemaphorePermit);

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> io::Result<Accepted> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, place))
}

/// Sends at once, and ends a connection whose client takes nothing of what is sent: hyper would
/// wait for ever.
fn set_up(stream: &TcpStream, idle: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    #[cfg(target_os = "linux")]
    {
        let idle = u32::try_from(idle.as_millis()).unwrap_or(u32::MAX);
        rustix::net::sockopt::set_tcp_user_timeout(stream, idle)?;
    }
    Ok(())
}

/// Closes a connection so that its last answer arrives: closed with bytes unread, it would be
/// reset, and a reset overtakes what is on its way (RFC 9112, section 9.6).
async fn hang_up(mut stream: TcpStream) {
    let _ = timeout(LINGER, async {
        stream.shutdown().await?;
        tokio::io::copy(&mut stream, &mut tokio::io::sink()).await
    })
    .await;
}

#[cfg(test)]
mod tests {
    use axum::routing::{get, post};
    use tokio::{io::AsyncReadExt as _, net::TcpSocket, sync::Notify, task::yield_now};

    use super::*;
    use crate::lifecycle::{HangUps, Shutdown, bind};

    const ASK: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    fn server(limits: ConnectionLimits, router: Router) -> (SocketAddr, Lifecycle) {
        let listener = bind("127.0.0.1:0".parse().unwrap(), "").unwrap();
        let (address, lifecycle) = (listener.local_addr().unwrap(), Lifecycle::new());
        lifecycle.spawn(serve(listener, router, limits, lifecycle.clone()));
        (address, lifecycle)
    }

    fn hello() -> Router {
        Router::new().route("/", get(async || "hello"))
    }

    async fn answer(client: &mut TcpStream) -> io::Result<String> {
        let mut answer = vec![0; 1024];
        let read = client.read(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer[..read]).into_owned())
    }

    async fn ask(client: &mut TcpStream) -> io::Result<String> {
        client.write_all(ASK).await?;
        answer(client).await
    }

    #[tokio::test]
    async fn a_newcomer_gets_in_though_all_places_are_taken() {
        let minute = Duration::from_secs(60);
        let limits =
            ConnectionLimits { connections: 8, idle: minute, ..ConnectionLimits::default() };
        let (address, _lifecycle) = server(limits, hello());
        let mut staying = Vec::new();
        for i in 0..12 {
            let mut client = TcpStream::connect(address).await.unwrap();
            let said = timeout(minute / 2, ask(&mut client)).await.unwrap().unwrap();
            assert!(said.ends_with("hello"), "{said}");
            // What stays open leaves half of the places.
            assert_eq!(said.contains("connection: close\r\n"), i >= 3, "{i}: {said}");
            if i < 3 {
                staying.push(client);
            }
        }
        for _ in 0..5 {
            staying.push(TcpStream::connect(address).await.unwrap()); // and says nothing
        }
        let mut client = TcpStream::connect(address).await.unwrap();
        let said = timeout(minute / 2, ask(&mut client)).await.unwrap().unwrap();
        assert!(said.ends_with("hello"), "{said}");
    }

    #[tokio::test]
    async fn a_proxy_may_be_idle_for_longer() {
        let proxies = vec!["127.0.0.2".parse::<IpAddr>().unwrap().into()];
        let limits = ConnectionLimits {
            idle: Duration::from_millis(200),
            proxies,
            ..ConnectionLimits::default()
        };
        let (address, _lifecycle) = server(limits, hello());
        let connect = async |from: &str| {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind(from.parse().unwrap()).unwrap();
            let mut client = socket.connect(address).await.unwrap();
            assert!(ask(&mut client).await.unwrap().ends_with("hello"));
            client
        };
        let (mut proxy, mut other) = (connect("127.0.0.2:0").await, connect("127.0.0.3:0").await);
        assert_eq!(answer(&mut other).await.unwrap(), "", "it is hung up on");
        assert!(ask(&mut proxy).await.unwrap().ends_with("hello"));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_client_that_reads_nothing_keeps_no_place() {
        let second = Duration::from_secs(1);
        let limits =
            ConnectionLimits { connections: 1, idle: second, ..ConnectionLimits::default() };
        let more_than_sockets_hold = "x".repeat(64 * 1024 * 1024);
        let router = hello().route("/long", get(async move || more_than_sockets_hold));
        let (address, _lifecycle) = server(limits, router);
        let mut deaf = TcpStream::connect(address).await.unwrap();
        deaf.write_all(b"GET /long HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        let mut newcomer = TcpStream::connect(address).await.unwrap();
        let said = timeout(second * 20, ask(&mut newcomer)).await.unwrap().unwrap();
        assert!(said.ends_with("hello"), "{said}");
    }

    #[tokio::test]
    async fn an_answer_arrives_though_not_all_of_the_request_was_read() {
        let (address, _lifecycle) = server(ConnectionLimits::default(), hello());
        for _ in 0..100 {
            let mut client = TcpStream::connect(address).await.unwrap();
            client.write_all(&[ASK, &b"x".repeat(300_000)].concat()).await.unwrap();
            let mut said = Vec::new();
            client.read_to_end(&mut said).await.unwrap();
            let said = String::from_utf8_lossy(&said);
            assert!(said.contains("hello") && said.contains("HTTP/1.1 4"), "{said}");
        }
    }

    #[tokio::test]
    async fn only_a_body_that_is_read_leaves_the_connection_to_the_next_request() {
        let read = post(async |body: String| body.len().to_string());
        let router = Router::new().route("/read", read).route("/unread", post(async || "hello"));
        let (address, _lifecycle) = server(ConnectionLimits::default(), router);
        for (head, body, closes) in [
            ("POST /read", "4\r\nbody\r\n0\r\n\r\n", false),
            ("POST /unread", "", true),
            ("POST /nowhere", "", true),
            ("GET /read", "", true),
            ("OPTIONS /read", "", true),
        ] {
            for framing in [
                "Transfer-Encoding: chunked",
                "Content-Length: 14",
                "Expect: 100-continue\r\nContent-Length: 14",
            ] {
                let mut client = TcpStream::connect(address).await.unwrap();
                let head = format!("{head} HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n{body}");
                client.write_all(head.as_bytes()).await.unwrap();
                let mut said = answer(&mut client).await.unwrap();
                if said.starts_with("HTTP/1.1 100") {
                    said = answer(&mut client).await.unwrap();
                }
                assert_eq!(said.contains("connection: close\r\n"), closes, "{head} {said}");
            }
        }
        let mut client = TcpStream::connect(address).await.unwrap();
        for method in ["GET", "OPTIONS", "POST"] {
            let head = format!("{method} /unread HTTP/1.1\r\nHost: a\r\n\r\n");
            client.write_all(head.as_bytes()).await.unwrap();
            let said = answer(&mut client).await.unwrap();
            assert!(!said.contains("connection: close"), "there is no body: {said}");
        }
    }

    #[tokio::test]
    async fn a_client_that_has_ended_its_side_is_answered() {
        let router = Router::new().route("/", get(async || yield_now().await));
        let (address, _lifecycle) = server(ConnectionLimits::default(), router);
        for _ in 0..100 {
            let mut client = TcpStream::connect(address).await.unwrap();
            client.write_all(ASK).await.unwrap();
            client.shutdown().await.unwrap();
            let said = answer(&mut client).await.unwrap();
            assert!(said.starts_with("HTTP/1.1 200"), "{said}");
        }
    }

    #[tokio::test]
    async fn who_has_connected_before_the_end_is_answered_and_told_of_it() {
        let (address, lifecycle) = server(ConnectionLimits::default(), hello());
        let mut earlier = TcpStream::connect(address).await.unwrap();
        let mut kept = TcpStream::connect(address).await.unwrap();
        assert!(!ask(&mut kept).await.unwrap().contains("connection: close"));
        lifecycle.stop();
        for client in [&mut earlier, &mut kept] {
            let said = ask(client).await.unwrap();
            assert!(said.contains("connection: close") && said.ends_with("hello"), "{said}");
        }
    }

    #[tokio::test]
    async fn at_the_end_requests_in_hand_are_answered_and_idle_connections_closed() {
        let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (beginning, going) = (Arc::clone(&begun), Arc::clone(&go));
        let wait = async move || {
            beginning.notify_one();
            going.notified().await;
            "done"
        };
        let router = hello().route("/wait", get(wait));
        let (address, lifecycle) = server(ConnectionLimits::default(), router);
        let mut idle = TcpStream::connect(address).await.unwrap();
        assert!(ask(&mut idle).await.unwrap().ends_with("hello"));
        let mut waiting = TcpStream::connect(address).await.unwrap();
        waiting.write_all(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        begun.notified().await;
        lifecycle.stop();
        assert_eq!(answer(&mut idle).await.unwrap(), "");
        drop(idle);
        assert!(TcpStream::connect(address).await.is_err(), "nobody listens");
        go.notify_one();
        assert!(answer(&mut waiting).await.unwrap().ends_with("done"));
        drop(waiting);
        let (shutdown, hang_ups) = (Shutdown::within(Duration::from_secs(20)), HangUps::listen());
        let ended = lifecycle.run(shutdown, hang_ups.unwrap(), || ()).await.unwrap();
        assert_eq!(ended, crate::lifecycle::Ended::Drained);
    }
}
