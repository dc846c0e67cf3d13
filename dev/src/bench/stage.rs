//! What takes part: a Redis and a broker, and those who take turns on them.

use std::{net::SocketAddr, path::Path, time::Duration};

use anyhow::{Context as _, ensure};
use deadpool_redis::redis::{Client, Pipeline, aio::MultiplexedConnection, cmd};
use futures_util::StreamExt as _;
use lapin::{
    Channel, Connection, ConnectionProperties,
    options::{BasicConsumeOptions, QueueDeclareOptions, QueuePurgeOptions},
    types::FieldTable,
};
use signpost_shared::{
    code::{CodeKeys, new_key},
    job::Job,
    queue::rabbit::SEND,
};
use tempfile::TempDir;
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

use super::{
    Options, peer,
    prototype::{self, code_key},
};
use crate::rig::{Admin, Process, Server, amqp_url, free_address};

/// How long a service may take to be ready, and a queue to hold what was confirmed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whom the others are held against.
pub(super) const PROTOTYPE: &str = "prototype";

/// Somebody who takes requests.
#[derive(Debug)]
pub(super) struct Contestant {
    pub(super) name: &'static str,
    pub(super) address: SocketAddr,
    pub(super) process: Process,
    queue: &'static str,
}

/// All that runs.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) contestants: Vec<Contestant>,
    pub(super) redis: Server,
    pub(super) broker: Server,
    keys: CodeKeys,
    commands: MultiplexedConnection,
    channel: Channel,
    _connection: Connection,
    _folder: TempDir,
}

impl Stage {
    /// Starts everything and awaits its readiness.
    pub(super) async fn start(options: &Options) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("signpost-bench.").tempdir()?;
        let redis = Server::redis(folder.path(), &[])?;
        let broker = Server::rabbit(folder.path(), "").await?;
        redis.ready().await?;
        broker.ready().await?;
        let redis_url = format!("redis://{}", redis.address());
        let amqp_url = amqp_url(broker.address());
        let code_keys = format!("k1:{}", new_key());
        let binary = options.binary.as_deref().unwrap_or(Path::new("signpost-api"));
        let mut contestants = vec![
            signpost(&binary.to_string_lossy(), &redis_url, &amqp_url, &code_keys).await?,
            prototype(&redis_url, &amqp_url).await?,
        ];
        if options.peer {
            contestants.push(fastify(&redis_url, &amqp_url).await?);
        }
        let connection = Connection::connect(&amqp_url, ConnectionProperties::default()).await?;
        Ok(Self {
            contestants,
            commands: Client::open(redis_url)?.get_multiplexed_async_connection().await?,
            channel: connection.create_channel().await?,
            redis,
            broker,
            keys: code_keys.parse()?,
            _connection: connection,
            _folder: folder,
        })
    }

    /// Awaits that the queue holds exactly what was accepted.
    pub(super) async fn has_stored(&self, who: &Contestant, accepted: u64) -> anyhow::Result<()> {
        let mut stored = 0;
        let all = async {
            while stored != accepted {
                let passive = QueueDeclareOptions { passive: true, ..Default::default() };
                let declared =
                    self.channel.queue_declare(who.queue.into(), passive, FieldTable::default());
                stored = declared.await?.message_count().into();
                sleep(Duration::from_millis(20)).await;
            }
            anyhow::Ok(())
        };
        let in_time = timeout(PATIENCE, all).await;
        ensure!(in_time.is_ok(), "{} accepted {accepted}, its queue holds {stored}", who.name);
        in_time?
    }

    /// Gives the next round an empty queue, and an empty Redis with an empty log.
    pub(super) async fn clear(&self, who: &Contestant) -> anyhow::Result<()> {
        self.channel.queue_purge(who.queue.into(), QueuePurgeOptions::default()).await?;
        let mut redis = self.commands.clone();
        Pipeline::new().cmd("FLUSHALL").cmd("BGREWRITEAOF").exec_async(&mut redis).await?;
        let busy = "aof_rewrite_in_progress:1";
        while cmd("INFO").query_async::<String>(&mut redis).await?.contains(busy) {
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Takes so many jobs and tells their addresses and codes, to the prototype as well.
    pub(super) async fn codes(&self, jobs: u64) -> anyhow::Result<Vec<(String, String)>> {
        let told = BasicConsumeOptions { no_ack: true, ..Default::default() };
        let consume =
            self.channel.basic_consume(SEND.into(), "".into(), told, FieldTable::default());
        let mut jobs = consume.await?.take(usize::try_from(jobs)?);
        let (mut codes, mut redis) = (Vec::new(), self.commands.clone());
        while let Some(delivery) = jobs.next().await {
            let job = Job::decode(&delivery?.data)?;
            let code = self.keys.code(&job.challenge, &job.to).context("a job of another key")?;
            let (address, code) = (job.to.expose(), code.expose().to_owned());
            let fields = ["code", &code, "wrong", "0"];
            cmd("HSET").arg(code_key(&address)).arg(&fields[..]).exec_async(&mut redis).await?;
            codes.push((address, code));
        }
        Ok(codes)
    }
}

pub(super) async fn signpost(
    binary: &str,
    redis_url: &str,
    amqp_url: &str,
    code_keys: &str,
) -> anyhow::Result<Contestant> {
    let (address, admin) = (free_address()?, free_address()?);
    let settings = [
        ("SIGNPOST_LISTEN", address.to_string()),
        ("SIGNPOST_ADMIN_LISTEN", admin.to_string()),
        ("SIGNPOST_REDIS_URL", redis_url.to_owned()),
        ("SIGNPOST_AMQP_URL", amqp_url.to_owned()),
        ("SIGNPOST_CODE_KEYS", code_keys.to_owned()),
        ("SIGNPOST_ADDRESS_KEY", new_key()),
        // The load names a client network for each request, as a proxy does.
        ("SIGNPOST_TRUSTED_PROXIES", "127.0.0.0/8".to_owned()),
    ];
    let process = Process::start(binary, &settings.map(|(name, value)| (name.to_owned(), value)));
    let admin = Admin::at(admin);
    let who = Contestant { name: "signpost", address, process, queue: SEND };
    who.awaited(async || admin.is_healthy().await).await
}

async fn prototype(redis_url: &str, amqp_url: &str) -> anyhow::Result<Contestant> {
    let (address, this) = (free_address()?, std::env::current_exe()?);
    let arguments = ["bench", "prototype", &address.to_string(), redis_url, amqp_url];
    let process = Process::start_with(&this.to_string_lossy(), &arguments, &[]);
    let who = Contestant { name: PROTOTYPE, address, process, queue: prototype::QUEUE };
    who.awaited(async || TcpStream::connect(address).await.is_ok()).await
}

async fn fastify(redis_url: &str, amqp_url: &str) -> anyhow::Result<Contestant> {
    let address = free_address()?;
    let process = peer::start(address, redis_url, amqp_url).await?;
    let who = Contestant { name: "fastify", address, process, queue: peer::QUEUE };
    who.awaited(async || TcpStream::connect(address).await.is_ok()).await
}

impl Contestant {
    async fn awaited(self, is_healthy: impl AsyncFn() -> bool) -> anyhow::Result<Self> {
        self.process.becomes("ready", PATIENCE, is_healthy).await?;
        Ok(self)
    }
}
