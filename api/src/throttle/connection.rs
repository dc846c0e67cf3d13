//! One Redis connection, checked out once and shared by all requests.
//!
//! deadpool pings at every checkout and opens a connection a caller; a shared
//! multiplexed connection answers twice the requests. A new one is checked out
//! after an I/O error, a missed deadline, or a READONLY from a demoted primary.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use deadpool_redis::{
    Connection, Manager, Pool,
    redis::{
        AsyncConnectionConfig, Client, ErrorKind, IntoConnectionInfo, Pipeline, RedisError,
        ScriptInvocation, ServerErrorKind, TlsCertificates, Value, aio::MultiplexedConnection, cmd,
        io::tcp::TcpSettings, pipe,
    },
};
use metrics::{counter, gauge};
use signpost_shared::config::{ConfigError, read};
use thiserror::Error;
use tokio::{sync::Mutex, time::timeout};
use tracing::{info, warn};

use super::{ThrottleError, redis::PIPELINED};

/// One call, checkout included when there is need of one.
const DEADLINE: Duration = Duration::from_millis(500);

/// Why the Redis URL can't be used.
#[derive(Debug, Error)]
pub enum RedisConfigError {
    /// Not one of the forms that are known. Says nothing of the URL: it holds a password.
    #[error("expected redis://[user:password@]host:port[/db] or rediss://…")]
    Url,
    /// The file with the certificate authorities can't be read.
    #[error(transparent)]
    CaFile(#[from] ConfigError),
    /// The file holds no usable certificates.
    #[error("the certificates of SIGNPOST_CA_FILE can't be used for Redis: {0}")]
    Certificates(String),
}

/// A connection that is there when it is needed. Clones share it.
#[derive(Clone)]
pub struct RedisConnection(Arc<Inner>);

struct Inner {
    pool: Pool,
    current: Mutex<Current>,
    failing: AtomicBool,
}

#[derive(Default)]
struct Current {
    connection: Option<MultiplexedConnection>,
    /// Counts checkouts, so that a late failure of an old connection does not end a new one.
    generation: u64,
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
        let mut info = url.into_connection_info().map_err(|_| RedisConfigError::Url)?;
        if let Some(path) = ca_file.filter(|_| url.starts_with("rediss:")) {
            let root_cert = Some(authorities(path)?);
            let certificates = TlsCertificates { client_tls: None, root_cert };
            info = Client::build_with_tls(info, certificates)
                .map_err(|error| RedisConfigError::Certificates(error.to_string()))?
                .get_connection_info()
                .clone();
        }
        let info = info.set_tcp_settings(TcpSettings::default().set_nodelay(true));
        let deadlines = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(DEADLINE))
            .set_response_timeout(Some(DEADLINE));
        let manager =
            Manager::new_with_config(info, deadlines).map_err(|_| RedisConfigError::Url)?;
        let pool = Pool::builder(manager).max_size(1).build().map_err(|_| RedisConfigError::Url)?;
        gauge!("signpost_redis_up").set(1);
        Ok(Self(Arc::new(Inner {
            pool,
            current: Mutex::default(),
            failing: AtomicBool::new(false),
        })))
    }

    /// Runs a script, loading it first when Redis has forgotten it (NOSCRIPT).
    pub(super) async fn invoke(&self, call: &ScriptInvocation<'_>) -> Result<Value, ThrottleError> {
        // Boxed: redis' futures are large, and several are awaited side by side.
        let invoked =
            self.within_deadline(async |mut connection| call.invoke_async(&mut connection).await);
        Box::pin(invoked).await
    }

    /// Runs commands in one round trip, one right after the other; loads the scripts
    /// first when Redis has forgotten them (NOSCRIPT), so that nothing has run yet.
    pub(super) async fn pipeline(&self, commands: &Pipeline) -> Result<Vec<Value>, ThrottleError> {
        let run = self.within_deadline(async |mut connection| {
            match commands.query_async(&mut connection).await {
                Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                    load_scripts(&mut connection).await?;
                    commands.query_async(&mut connection).await
                }
                answers => answers,
            }
        });
        Box::pin(run).await
    }

    /// All fields of a hash.
    pub(super) async fn hash(&self, key: &str) -> Result<Vec<(String, String)>, ThrottleError> {
        self.within_deadline(async |mut connection| {
            cmd("HGETALL").arg(key).query_async(&mut connection).await
        })
        .await
    }

    /// Asks whether Redis answers and takes writes.
    pub(super) async fn ping(&self) -> Result<(), ThrottleError> {
        let role = self
            .within_deadline(async |mut connection| cmd("ROLE").query_async(&mut connection).await)
            .await?;
        let replica = Value::BulkString(b"slave".to_vec());
        match role {
            Value::Array(parts) if parts.first() == Some(&replica) => {
                self.0.current.lock().await.connection = None;
                Err(ThrottleError("connected to a replica".to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// What Redis would forget: `None` when it says that it keeps everything, or when
    /// it does not let us ask.
    pub(super) async fn forgets(&self) -> Option<&'static str> {
        let setting = async |name: &str| {
            let asked = self.within_deadline(async |mut connection| {
                let mut get = cmd("CONFIG");
                get.arg("GET").arg(name).query_async::<Vec<String>>(&mut connection).await
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
        call: impl AsyncFnOnce(MultiplexedConnection) -> Result<T, RedisError>,
    ) -> Result<T, ThrottleError> {
        let mut generation = None;
        let answer = timeout(DEADLINE, async {
            let (connection, checked_out) = self.checked_out().await?;
            generation = Some(checked_out);
            call(connection).await.map_err(|error| (error.to_string(), is_lost(&error)))
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
                if let Some(generation) = generation.filter(|_| lost) {
                    self.forget(generation).await;
                }
                Err(ThrottleError(cause))
            }
        }
    }

    async fn checked_out(&self) -> Result<(MultiplexedConnection, u64), (String, bool)> {
        let mut current = self.0.current.lock().await;
        if let Some(connection) = &current.connection {
            return Ok((connection.clone(), current.generation));
        }
        let checked_out = self.0.pool.get().await.map_err(|error| (error.to_string(), false))?;
        let mut connection = Connection::take(checked_out);
        load_scripts(&mut connection).await.map_err(|error| (error.to_string(), false))?;
        current.generation += 1;
        current.connection = Some(connection.clone());
        Ok((connection, current.generation))
    }

    async fn forget(&self, generation: u64) {
        let mut current = self.0.current.lock().await;
        if current.generation == generation {
            current.connection = None;
        }
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

/// A pipeline can't load on the way.
async fn load_scripts(connection: &mut MultiplexedConnection) -> Result<(), RedisError> {
    let mut load = pipe();
    for script in PIPELINED {
        load.cmd("SCRIPT").arg("LOAD").arg(script).ignore();
    }
    load.query_async(connection).await
}

/// Whether a connection is of no more use: broken, or to a primary that no longer is one.
fn is_lost(error: &RedisError) -> bool {
    error.is_io_error()
        || error.is_unrecoverable_error()
        || matches!(
            error.kind(),
            ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown)
        )
}

/// The system's certificate authorities and those of a PEM file: redis takes one list only.
fn authorities(ca_file: &Path) -> Result<Vec<u8>, ConfigError> {
    let mut pem = read("SIGNPOST_CA_FILE", ca_file)?;
    for certificate in rustls_native_certs::load_native_certs().certs {
        pem.push_str("\n-----BEGIN CERTIFICATE-----\n");
        pem.push_str(&STANDARD.encode(&certificate));
        pem.push_str("\n-----END CERTIFICATE-----\n");
    }
    Ok(pem.into_bytes())
}
