//! One Redis connection, checked out once and shared by all requests.
//!
//! deadpool pings at every checkout and opens a connection a caller; a shared
//! multiplexed connection answers twice the requests. A new one is checked out
//! after an I/O error, a missed deadline, or a READONLY from a demoted primary.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use deadpool_redis::redis::{RedisError, Value, cmd};
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use metrics::{counter, gauge};
use tokio::time::{Instant, timeout};
use tracing::{info, warn};

use super::{
    ThrottleError,
    link::{Link, is_lost},
    script::Call,
    servers::{RedisConfigError, Servers},
};

/// One call, checkout included when there is need of one.
pub(super) const DEADLINE: Duration = Duration::from_millis(500);
/// A checkout, which goes on when the call that began it gives up: Sentinels are asked one
/// after the other, and some may be away.
const CHECKOUT: Duration = Duration::from_secs(2);
/// The shortest life of a connection to a cluster: one node that is away must not end the
/// connection for keys of the others at every call.
const CLUSTER_LIFE: Duration = Duration::from_secs(1);

/// A connection that is there when it is needed. Clones share it.
#[derive(Clone)]
pub struct RedisConnection(Arc<Inner>);

struct Inner {
    servers: Arc<Servers>,
    current: Mutex<Option<Checkout>>,
    failing: AtomicBool,
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
    /// system's certificate authorities.
    ///
    /// # Errors
    /// When the URL or the file can't be used.
    pub fn new(url: &str, ca_file: Option<&Path>) -> Result<Self, RedisConfigError> {
        let servers = Arc::new(Servers::new(url, ca_file)?);
        gauge!("signpost_redis_up").set(1);
        Ok(Self(Arc::new(Inner {
            servers,
            current: Mutex::default(),
            failing: AtomicBool::new(false),
        })))
    }

    /// Whether keys are spread over nodes, so that nothing can be asked together.
    pub(super) fn is_cluster(&self) -> bool {
        matches!(*self.0.servers, Servers::Cluster(_))
    }

    /// Runs one script.
    pub(super) async fn run(&self, call: &Call) -> Result<Value, ThrottleError> {
        // Boxed: redis' futures are large, and several are awaited side by side.
        Box::pin(self.within_deadline(async |mut link| link.run(call).await)).await
    }

    /// Runs scripts in one round trip, one right after the other; not on a cluster.
    pub(super) async fn run_together(&self, calls: &[Call]) -> Result<Vec<Value>, ThrottleError> {
        Box::pin(self.within_deadline(async |mut link| link.run_together(calls).await)).await
    }

    /// All fields of a hash.
    pub(super) async fn hash(&self, key: &str) -> Result<Vec<(String, String)>, ThrottleError> {
        self.within_deadline(async |mut link| link.query(cmd("HGETALL").arg(key)).await).await
    }

    /// Asks whether Redis answers and takes writes.
    pub(super) async fn ping(&self) -> Result<(), ThrottleError> {
        if self.within_deadline(async |mut link| link.takes_writes().await).await? {
            return Ok(());
        }
        *self.current() = None;
        Err(ThrottleError("connected to a replica".to_owned()))
    }

    /// What Redis would forget: `None` when it says that it keeps everything, or when
    /// it does not let us ask.
    pub(super) async fn forgets(&self) -> Option<&'static str> {
        let setting = async |name: &str| {
            let asked = self.within_deadline(async |mut link| {
                let mut get = cmd("CONFIG");
                link.query_one::<Vec<String>>(get.arg("GET").arg(name)).await
            });
            asked.await.ok().and_then(|answer| answer.into_iter().nth(1))
        };
        if setting("appendonly").await.as_deref() == Some("no") {
            return Some(
                "Redis has no append-only file: a restart forgets cooldowns, counts and codes (appendonly yes)",
            );
        }
        match setting("maxmemory-policy").await.as_deref() {
            None | Some("noeviction") => None,
            Some(_) => {
                Some("Redis may evict cooldowns, counts and codes (maxmemory-policy noeviction)")
            }
        }
    }

    async fn within_deadline<T>(
        &self,
        call: impl AsyncFnOnce(Link) -> Result<T, RedisError>,
    ) -> Result<T, ThrottleError> {
        let checkout = self.checkout();
        let answer = timeout(DEADLINE, async {
            let link = checkout.link.clone().await.map_err(|cause| (cause, true))?;
            call(link).await.map_err(|error| (error.to_string(), is_lost(&error)))
        })
        .await
        .unwrap_or_else(|_| Err(("no answer in 500 ms".to_owned(), true)));
        match answer {
            Ok(answer) => {
                self.well();
                Ok(answer)
            }
            Err((cause, lost)) => {
                self.failing(&cause);
                if lost {
                    self.forget(&checkout);
                }
                Err(ThrottleError(cause))
            }
        }
    }

    /// The connection that there is, or the beginning of one.
    fn checkout(&self) -> Checkout {
        self.current().get_or_insert_with(|| Checkout::begin(&self.0.servers)).clone()
    }

    /// Has the next call begin a new checkout, unless another has done so already.
    fn forget(&self, lost: &Checkout) {
        let lives_on = match lost.link.peek() {
            // Who waits for a checkout has no reason to end it.
            None => true,
            Some(Ok(Link::Cluster(_))) => lost.began.elapsed() < CLUSTER_LIFE,
            Some(_) => false,
        };
        let mut current = self.current();
        if !lives_on && current.as_ref().is_some_and(|current| current.link.ptr_eq(&lost.link)) {
            *current = None;
        }
    }

    fn current(&self) -> MutexGuard<'_, Option<Checkout>> {
        self.0.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn well(&self) {
        if self.0.failing.swap(false, Ordering::Relaxed) {
            gauge!("signpost_redis_up").set(1);
            info!("Redis answers again");
        }
    }

    /// One line an outage: every request of it would fill the log.
    fn failing(&self, cause: &str) {
        counter!("signpost_redis_errors_total").increment(1);
        if !self.0.failing.swap(true, Ordering::Relaxed) {
            gauge!("signpost_redis_up").set(0);
            warn!(cause, "Redis can't do its part");
        }
    }
}

impl Checkout {
    fn begin(servers: &Arc<Servers>) -> Self {
        let servers = Arc::clone(servers);
        let connect = async move {
            let mut link = servers.connect().await?;
            link.load().await.map_err(|error| error.to_string())?;
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
