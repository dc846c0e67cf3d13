//! Everything that runs: two servers, our binaries, and a proxy on each line between them.

use std::{collections::HashMap, net::SocketAddr, time::Duration};

use anyhow::ensure;
use lapin::{
    Connection, ConnectionProperties,
    options::{BasicAckOptions, BasicGetOptions},
};
use signpost_shared::{
    code::new_key,
    job::Job,
    queue::rabbit::{DEAD, message_from},
};
use tempfile::TempDir;
use tokio::time::{Instant, sleep, timeout};

use super::{
    ledger::Ledger,
    relay::Relay,
    schedule::{Fault, Kind, Line, Part},
};
use crate::rig::{Admin, Process, Proxy, Server, amqp_url, free_address};

/// Connections of a worker to the relay.
const CONNECTIONS: u64 = 5;
/// Messages that a worker may hold: its prefetch is four for each connection.
const IN_HAND: u64 = 4 * CONNECTIONS;
/// How long emptying the parking lot may take.
const PARKED: Duration = Duration::from_secs(10);

/// One of our binaries.
#[derive(Debug)]
struct Ours {
    admin: Admin,
    process: Process,
}

impl Ours {
    fn start(binary: &str, settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        let admin = free_address()?;
        let address = admin.to_string();
        let more = [("SIGNPOST_ADMIN_LISTEN", address.as_str()), ("SIGNPOST_LOG", "error")];
        let settings: Vec<_> = settings
            .iter()
            .chain(&more)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let process = Process::start(binary, &settings);
        Ok(Self { admin: Admin::at(admin), process })
    }
}

/// All parts, and the lines between them.
#[derive(Debug)]
pub(super) struct Stage {
    redis: Server,
    broker: Server,
    lines: HashMap<Line, Proxy>,
    listen: SocketAddr,
    api: Ours,
    workers: Vec<Ours>,
    _folder: TempDir,
}

impl Stage {
    /// Starts everything and awaits its readiness.
    pub(super) async fn start(relay: &Relay, workers: u8) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("signpost-chaos.").tempdir()?;
        let redis = Server::redis(folder.path(), &[])?;
        let broker = Server::rabbit(folder.path(), "").await?;
        redis.ready().await?;
        broker.ready().await?;
        let mut lines = HashMap::new();
        for (line, target) in [
            (Line::ApiRedis, redis.address()),
            (Line::ApiBroker, broker.address()),
            (Line::WorkerBroker, broker.address()),
            (Line::WorkerRelay, relay.server.addr),
        ] {
            lines.insert(line, Proxy::to(target).await);
        }
        let through = |line: Line| lines[&line].address();
        let amqp = |line: Line| amqp_url(through(line));
        let (code_keys, address_key) = (format!("k1:{}", new_key()), new_key());
        let listen = free_address()?;
        let api = Ours::start(
            "signpost-api",
            &[
                ("SIGNPOST_LISTEN", &listen.to_string()),
                ("SIGNPOST_REDIS_URL", &format!("redis://{}", through(Line::ApiRedis))),
                ("SIGNPOST_AMQP_URL", &amqp(Line::ApiBroker)),
                ("SIGNPOST_CODE_KEYS", &code_keys),
                ("SIGNPOST_ADDRESS_KEY", &address_key),
                ("SIGNPOST_NETWORK_RATE", "off"),
            ],
        )?;
        let worker = || {
            Ours::start(
                "signpost-worker",
                &[
                    ("SIGNPOST_AMQP_URL", &amqp(Line::WorkerBroker)),
                    ("SIGNPOST_SMTP_URL", &format!("smtp://{}", through(Line::WorkerRelay))),
                    ("SIGNPOST_SMTP_CONNECTIONS", &CONNECTIONS.to_string()),
                    ("SIGNPOST_CODE_KEYS", &code_keys),
                    ("SIGNPOST_MAIL_FROM", "no-reply@chaos.example"),
                    ("SIGNPOST_HELO_NAME", "worker.chaos.example"),
                ],
            )
        };
        let workers: Vec<Ours> = (0..workers).map(|_| worker()).collect::<Result<_, _>>()?;
        let stage = Self { redis, broker, lines, listen, api, workers, _folder: folder };
        stage.ready().await?;
        Ok(stage)
    }

    /// Where the API takes requests.
    pub(super) fn api_address(&self) -> SocketAddr {
        self.listen
    }

    /// Awaits that all of ours are healthy.
    pub(super) async fn ready(&self) -> anyhow::Result<()> {
        for ours in self.workers.iter().chain([&self.api]) {
            let is_healthy = async || ours.admin.is_healthy().await;
            ours.process.becomes("ready", Duration::from_secs(60), is_healthy).await?;
        }
        Ok(())
    }

    /// Lets a fault happen and pass.
    pub(super) async fn suffer(&mut self, fault: Fault, ledger: &Ledger) -> anyhow::Result<()> {
        self.watch(ledger).await;
        let everyone = IN_HAND * self.workers.len() as u64;
        {
            let mut entries = ledger.entries();
            if fault.kind == Kind::Kill(Part::Api) {
                entries.api_killed = Some(Instant::now());
            }
            entries.unsettled += match fault.kind {
                Kind::Kill(Part::Worker(_)) | Kind::Pause(Part::Worker(_)) => IN_HAND,
                Kind::Kill(Part::Broker)
                | Kind::Pause(Part::Broker)
                | Kind::Cut(Line::WorkerBroker | Line::WorkerRelay)
                | Kind::Freeze(Line::WorkerBroker | Line::WorkerRelay) => everyone,
                _ => 0,
            };
        }
        match fault.kind {
            Kind::Kill(part) => self.kill(part, fault.lasts).await,
            Kind::Pause(part) => {
                self.process(part).signal("STOP");
                sleep(fault.lasts).await;
                self.process(part).signal("CONT");
                Ok(())
            }
            Kind::Cut(line) | Kind::Freeze(line) => {
                let proxy = &self.lines[&line];
                if matches!(fault.kind, Kind::Cut(_)) {
                    proxy.cut();
                } else {
                    proxy.freeze();
                }
                sleep(fault.lasts).await;
                proxy.mend();
                Ok(())
            }
        }
    }

    async fn kill(&mut self, part: Part, lasts: Duration) -> anyhow::Result<()> {
        self.process(part).kill().await;
        sleep(lasts).await;
        self.process(part).restart();
        // A server's start takes seconds, which are part of the fault.
        match part {
            Part::Broker => self.broker.ready().await,
            Part::Redis => self.redis.ready().await,
            Part::Api | Part::Worker(_) => Ok(()),
        }
    }

    fn process(&mut self, part: Part) -> &mut Process {
        match part {
            Part::Broker => &mut self.broker.process,
            Part::Redis => &mut self.redis.process,
            Part::Api => &mut self.api.process,
            Part::Worker(number) => &mut self.workers[usize::from(number)].process,
        }
    }

    /// Notes what the workers say of expired codes, before a kill forgets it.
    pub(super) async fn watch(&self, ledger: &Ledger) {
        for worker in &self.workers {
            let asked = worker.admin.metric("signpost_jobs_expired_total");
            let asked = timeout(Duration::from_secs(1), asked).await;
            if let Ok(Some(count)) = asked {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a count"
                )]
                ledger.entries().expired.insert(worker.process.id(), count as u64);
            }
        }
    }

    /// Takes what is in the parking lot into the ledger.
    pub(super) async fn empty_parking_lot(&self, ledger: &Ledger) -> anyhow::Result<()> {
        let mut tries = 0;
        loop {
            let cause = match timeout(PARKED, self.take_parked(ledger)).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(error)) => format!("{error:#}"),
                Err(_) => format!("no answer in {PARKED:?}"),
            };
            // On a busy machine a broker that has just come back may not be up to it yet.
            tries += 1;
            ensure!(tries < 10, "the parking lot can't be read: {cause}");
            sleep(Duration::from_secs(1)).await;
        }
    }

    async fn take_parked(&self, ledger: &Ledger) -> anyhow::Result<()> {
        let url = amqp_url(self.broker.address());
        let connection = Connection::connect(&url, ConnectionProperties::default()).await?;
        let channel = connection.create_channel().await?;
        while let Some(letter) = channel.basic_get(DEAD.into(), BasicGetOptions::default()).await? {
            let message = message_from(&letter.delivery.properties, letter.delivery.data);
            if let Ok(job) = Job::decode(&message.body) {
                let reason = message.reason.unwrap_or_default();
                ledger.entries().dead.insert(job.to.expose(), reason);
            }
            letter.delivery.acker.ack(BasicAckOptions::default()).await?;
        }
        connection.close(200, "".into()).await?;
        Ok(())
    }
}
