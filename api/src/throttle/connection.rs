//! One Redis connection, checked out once and shared by all requests.
//!
//! deadpool pings at every checkout and opens a connection a caller; a shared
//! multiplexed connection answers twice the requests. A new one is checked out
//! after an I/O error, a missed deadline, or a READONLY from a demoted primary.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use deadpool_redis::redis::{FromRedisValue, RedisError};
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use metrics::counter;
use parking_lot::Mutex;
use signpost_shared::{
    config::ConfigError,
    reload::Files,
    telemetry::trace::{KeyValue, Span, SpanKind},
};
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};

use super::{
    ThrottleError,
    link::{Link, is_lost, is_refused},
    script::Call,
    servers::{DEADLINE, Servers},
};

/// A checkout, which goes on when the call that began it gives up: Sentinels are asked one
/// after the other, and some may be away.
const CHECKOUT: Duration = Duration::from_secs(2);
/// The shortest life of a connection to a cluster: one node that is away must not end the
/// connection for keys of the others at every call.
const CLUSTER_LIFE: Duration = Duration::from_secs(1);
/// The shortest life of a checkout that failed, so that an outage under load is not a checkout
/// a request. It doubles with each failure.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A connection that is there when it is needed. Clones share it.
#[derive(Clone)]
pub struct RedisConnection(Arc<Inner>);

struct Inner {
    servers: watch::Receiver<Arc<Servers>>,
    is_cluster: bool,
    current: Mutex<Option<Checkout>>,
    failed_checkouts: AtomicU32,
    /// Redis has let us in once.
    reached: Arc<AtomicBool>,
}

/// A connection that is being made, or has been.
#[derive(Clone)]
struct Checkout {
    link: Shared<BoxFuture<'static, Result<Link, String>>>,
    began: Instant,
}

impl std::fmt::Debug for RedisConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedisConnection")
    }
}

impl RedisConnection {
    /// For this URL; nothing is connected yet. `ca_file` is PEM, added to the
    /// system's certificate authorities; a reload of `files` is for the next connection.
    ///
    /// # Errors
    /// When the URL or the file can't be used.
    pub fn new(url: &str, ca_file: Option<&Path>, files: &mut Files) -> Result<Self, ConfigError> {
        let (url, ca_file) = (url.to_owned(), ca_file.map(Path::to_owned));
        let servers = files.read(move || Servers::new(&url, ca_file.as_deref()).map(Arc::new))?;
        let is_cluster = matches!(**servers.borrow(), Servers::Cluster(_));
        Ok(Self(Arc::new(Inner {
            servers,
            is_cluster,
            current: Mutex::default(),
            failed_checkouts: AtomicU32::new(0),
            reached: Arc::default(),
        })))
    }

    /// Whether keys are spread over nodes, so that nothing can be asked together.
    pub(super) fn is_cluster(&self) -> bool {
        self.0.is_cluster
    }

    /// Runs one script, and reads its answer.
    pub(super) async fn run<T: FromRedisValue>(&self, call: &Call<'_>) -> Result<T, ThrottleError> {
        let span = Span::child("throttle", SpanKind::Client, || {
            [
                KeyValue::new("db.system.name", "redis"),
                KeyValue::new("db.operation.name", "EVALSHA"),
                KeyValue::new("db.stored_procedure.name", call.name()),
            ]
        });
        // Boxed: redis' futures are large.
        let asked = Instant::now();
        let answer = Box::pin(self.ask(async |mut link| link.run(call).await)).await;
        call.took(asked.elapsed());
        if let Err(error) = &answer {
            span.failed(|| match error {
                ThrottleError::NotSent(_) => "not-sent",
                ThrottleError::Unknown(_) => "no-answer",
            });
        }
        T::from_redis_value(answer?).map_err(|_| ThrottleError::another_form())
    }

    /// Runs a script for its own sake.
    pub(super) async fn probe(&self, call: &Call<'_>) -> Result<(), ThrottleError> {
        let asked = Instant::now();
        let answer = self.ask(async |mut link| {
            link.is_whole().await?;
            link.run(call).await
        });
        let answer = answer.await;
        call.took(asked.elapsed());
        answer.map(|_| ())
    }

    /// Whether Redis has let us in once, whatever it said then.
    pub(super) fn was_reached(&self) -> bool {
        self.0.reached.load(Ordering::Relaxed)
    }

    pub(crate) async fn ask<T>(
        &self,
        call: impl AsyncFnOnce(Link) -> Result<T, RedisError>,
    ) -> Result<T, ThrottleError> {
        let checkout = self.checkout();
        let link = match checkout.link.peek() {
            Some(link) => link.clone(),
            None => timeout(DEADLINE, checkout.link.clone())
                .await
                .unwrap_or_else(|_| Err("no connection in 500 ms".to_owned())),
        };
        let error = match link {
            Err(cause) => {
                self.forget(&checkout);
                ThrottleError::NotSent(cause)
            }
            // The connection has the deadline for the answer.
            Ok(link) => match call(link).await {
                Ok(answer) => return Ok(answer),
                Err(error) => {
                    if is_lost(&error) {
                        self.forget(&checkout);
                    }
                    let cause = error.to_string();
                    if is_refused(&error) {
                        ThrottleError::NotSent(cause)
                    } else {
                        ThrottleError::Unknown(cause)
                    }
                }
            },
        };
        counter!("signpost_redis_errors_total").increment(1);
        Err(error)
    }

    /// The connection that there is, or the beginning of one.
    fn checkout(&self) -> Checkout {
        self.0.current.lock().get_or_insert_with(|| Checkout::begin(&self.0)).clone()
    }

    /// Has the next call begin a new checkout, unless another has done so already.
    fn forget(&self, lost: &Checkout) {
        let life = match lost.link.peek() {
            // Who waits for a checkout has no reason to end it.
            None => return,
            Some(Ok(Link::Cluster(_))) => CLUSTER_LIFE,
            Some(Ok(Link::Node(_))) => Duration::ZERO,
            Some(Err(_)) => {
                let failed = self.0.failed_checkouts.load(Ordering::Relaxed).min(10);
                FIRST_PAUSE.saturating_mul(1 << failed).min(LONGEST_PAUSE)
            }
        };
        let mut current = self.0.current.lock();
        let is_current = current.as_ref().is_some_and(|now| now.link.ptr_eq(&lost.link));
        if is_current && lost.began.elapsed() >= life {
            *current = None;
            match lost.link.peek() {
                Some(Err(_)) => self.0.failed_checkouts.fetch_add(1, Ordering::Relaxed),
                _ => self.0.failed_checkouts.swap(0, Ordering::Relaxed),
            };
        }
    }
}

impl Checkout {
    fn begin(inner: &Inner) -> Self {
        let (servers, reached) = (Arc::clone(&inner.servers.borrow()), Arc::clone(&inner.reached));
        let connect = async move {
            let link = servers.connect().await?;
            reached.store(true, Ordering::Relaxed);
            Ok(link)
        };
        // A task of its own, so that it goes on while nobody waits.
        #[expect(clippy::disallowed_methods, reason = "a shutdown has nothing to wait for here")]
        let made = tokio::spawn(timeout(CHECKOUT, connect));
        let made = made.map(|made| match made {
            Ok(Ok(link)) => link,
            Ok(Err(_)) => Err("no connection in 2 s".to_owned()),
            Err(error) => Err(error.to_string()),
        });
        Self { link: made.boxed().shared(), began: Instant::now() }
    }
}
