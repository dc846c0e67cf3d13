//! Serves an axum router with the limits that `axum::serve` does not set:
//! how long a request head may take, how large it may be, how many connections, and how many
//! of them may keep us waiting.

use std::{convert::Infallible, io, net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::connect_info::ConnectInfo,
    http::{HeaderValue, header::CONNECTION},
};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use tracing::{debug, warn};

use self::{
    arrival::{Part, arrived},
    waiting::{Awaited, Turn, WaitingRoom},
};
use crate::lifecycle::Lifecycle;

mod arrival;
mod waiting;

/// Limits of one listener.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections open at once; further ones wait in the kernel's backlog.
    pub connections: usize,
    /// Of these, connections whose first request head has not come; beyond, the oldest is closed.
    pub fresh: usize,
    /// Of these, connections whose first request is being read without being whole; beyond, the
    /// one that has kept us waiting longest is closed.
    pub begun: usize,
    /// Of these, connections that have had an answer and owe us the next request; beyond, the
    /// one that is idle for longest is closed, or the next one with its answer.
    pub kept: usize,
    /// How long a client may take for a request head, and stay idle between requests.
    pub head: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 8192,
            // A fresh one costs 4 KB, one that hyper has some 20.
            fresh: 512,
            begun: 128,
            kept: 384,
            head: Duration::from_secs(15),
        }
    }
}

/// Serves until shutdown begins, then finishes the requests in hand.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, lifecycle: Lifecycle) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(arrival::HEAD_BYTES)
        .max_headers(arrival::HEADERS);
    let places = Arc::new(Semaphore::new(limits.connections));
    let fresh = WaitingRoom::new(limits.fresh);
    let (begun, kept) = (WaitingRoom::new(limits.begun), WaitingRoom::new(limits.kept));
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            () = lifecycle.stopping() => break,
            accepted = accept(&listener, &places, &fresh) => accepted,
        };
        let (stream, peer, place) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, most likely: wait for some to be closed.
                warn!(%error, "a connection can't be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        if let Err(error) = stream.set_nodelay(true) {
            debug!(%error, "a connection ended before it began");
            continue;
        }
        let end = CancellationToken::new();
        let entered = fresh.enter(&end);
        let connection = Connection {
            http: http.clone(),
            router: router.clone(),
            peer,
            watcher: graceful.watcher(),
            begun: begun.clone(),
            kept: kept.clone(),
            end: end.clone(),
        };
        let stopping = lifecycle.stopping_token();
        // Boxed in two parts: a silent connection is to be a small task.
        let served = Box::pin(async move {
            let first = timeout(limits.head, first_request(&stream, &connection.begun));
            let first = stopping.run_until_cancelled_owned(first).await;
            if matches!(first, Some(Ok(Ok(())))) {
                drop(entered);
                connection.serve(stream).await;
            }
            drop(place);
        });
        lifecycle.spawn(async move {
            end.run_until_cancelled_owned(served).await;
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    fresh: &WaitingRoom,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    fresh.has_room().await;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, place))
}

/// Resolves when a connection's first request has come, or its head and there is room for those
/// whose body has not: whoever sends all of it waits for nobody who does not.
async fn first_request(stream: &TcpStream, begun: &WaitingRoom) -> io::Result<()> {
    if arrived(stream, Part::Head).await? < Part::Whole {
        tokio::select! {
            () = begun.has_room() => {}
            whole = arrived(stream, Part::Whole) => drop(whole?),
        }
    }
    Ok(())
}

/// What it takes to serve a connection.
struct Connection {
    http: http1::Builder,
    router: Router,
    peer: SocketAddr,
    watcher: Watcher,
    begun: WaitingRoom,
    kept: WaitingRoom,
    end: CancellationToken,
}

impl Connection {
    fn serve(self, stream: TcpStream) -> Pin<Box<impl Future<Output = ()>>> {
        Box::pin(async move {
            let Self { http, router, peer, watcher, begun, kept, end } = self;
            let turn = Turn::of_the_client(begun.enter(&end), kept, end);
            let service = service_fn(move |request: Request<Incoming>| {
                let (router, turn) = (router.clone(), turn.clone());
                let mut request = request.map(|body| Awaited::body(body, turn.clone()));
                request.extensions_mut().insert(ConnectInfo(peer));
                async move {
                    let mut answer = router.oneshot(request).await?;
                    if !turn.is_theirs() {
                        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                    }
                    Ok::<_, Infallible>(answer)
                }
            });
            let served = watcher.watch(http.serve_connection(TokioIo::new(stream), service));
            if let Err(error) = served.await {
                debug!(%error, "a connection ended early");
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn a_whole_request_waits_for_no_half_one() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = async |sends: &[u8]| {
            let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            client.write_all(sends).await.unwrap();
            (client, listener.accept().await.unwrap().0)
        };
        let (begun, end) = (WaitingRoom::new(1), CancellationToken::new());
        let _half = begun.enter(&end);
        let (_whole, stream) = client(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab").await;
        first_request(&stream, &begun).await.unwrap();
        assert!(!end.is_cancelled(), "it needs no room");
        let (_other, stream) = client(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\na").await;
        first_request(&stream, &begun).await.unwrap();
        assert!(end.is_cancelled(), "this one does");
    }

    /// What the server says to a request over a connection that stays open.
    async fn ask(address: SocketAddr) -> (TcpStream, String) {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        let mut answer = vec![0; 1024];
        let read = client.read(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
        (client, answer)
    }

    async fn server(limits: Limits) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, lifecycle) = (listener.local_addr().unwrap(), Lifecycle::new());
        lifecycle.spawn(serve(listener, Router::new(), limits, lifecycle.clone()));
        address
    }

    #[tokio::test]
    async fn clients_that_stay_connected_keep_nobody_waiting() {
        let address = server(Limits { fresh: 1, begun: 1, ..Limits::default() }).await;
        let (mut staying, before) = (Vec::new(), Instant::now());
        // Where one of them has to be slow before the next is let in, each takes a second.
        for _ in 0..60 {
            staying.push(ask(address).await);
        }
        assert!(before.elapsed() < Duration::from_secs(30), "{:?}", before.elapsed());
    }

    #[tokio::test]
    async fn who_can_not_stay_is_told_with_the_answer() {
        let address = server(Limits { kept: 1, ..Limits::default() }).await;
        let mut staying = Vec::new();
        // The room is free again when the first has been idle for a second, so not only once.
        for _ in 0..20 {
            let (mut client, answer) = ask(address).await;
            if answer.contains("connection: close\r\n") {
                let end = client.read(&mut [0]).await;
                assert!(matches!(end, Ok(0)), "a clean end: {end:?}");
                return;
            }
            staying.push(client);
        }
        panic!("all {} stayed where one can", staying.len());
    }
}
