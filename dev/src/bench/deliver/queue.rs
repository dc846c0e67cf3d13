//! The queue of a bench: filled with jobs that differ in everything that jobs differ in.

use std::{net::SocketAddr, time::Duration};

use futures_util::StreamExt as _;
use lapin::{
    BasicProperties, Channel,
    options::{BasicPublishOptions, ConfirmSelectOptions, QueuePurgeOptions},
};
use signpost_shared::{
    address::EmailAddress,
    clock::Clock,
    code::{Challenge, Digits, new_key},
    job::Job,
    locale::Locale,
    queue::rabbit::{Broker, Connection, EXCHANGE, SEND, declare},
};
use uuid::Uuid;

use super::Worker;
use crate::rig::{Admin, Process, free_address};

/// Publishes at a time whose confirms are awaited.
const AHEAD: usize = 512;

/// A broker with our queues.
#[derive(Debug)]
pub(super) struct JobQueue {
    url: String,
    keys: String,
    channel: Channel,
    _connection: Connection,
}

impl JobQueue {
    pub(super) async fn open(url: String) -> anyhow::Result<Self> {
        let broker = Broker::new(&url, None)?;
        let connection = broker.connect("bench").await?;
        declare(&broker, &connection).await?;
        let channel = connection.create_channel().await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        Ok(Self { url, keys: format!("k1:{}", new_key()), channel, _connection: connection })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn keys(&self) -> &str {
        &self.keys
    }

    /// Puts so many jobs into the empty queue.
    pub(super) async fn fill(&self, jobs: u64) -> anyhow::Result<()> {
        self.channel.queue_purge(SEND.into(), QueuePurgeOptions::default()).await?;
        let now = Clock::system().now();
        let confirms = futures_util::stream::iter(0..jobs).map(async |number| {
            let job = Job {
                id: Uuid::now_v7(),
                to: EmailAddress::parse(&format!("bench-{number:08x}@bench.example"))?,
                locale: Locale::SHIPPED[usize::try_from(number)? % Locale::SHIPPED.len()],
                challenge: Challenge {
                    id: Uuid::now_v7(),
                    kid: "k1".to_owned().try_into()?,
                    digits: Digits::default(),
                    expires_at: now.plus(Duration::from_secs(1800)),
                },
                accepted_at: now,
                key_check: None,
                tag: None,
                wants_status: false,
            };
            let body = job.encode();
            #[expect(clippy::disallowed_methods, reason = "fills the queue without an API")]
            let confirm = self.channel.basic_publish(
                EXCHANGE.into(),
                "send".into(),
                BasicPublishOptions::default(),
                &body,
                BasicProperties::default().with_delivery_mode(2),
            );
            anyhow::ensure!(confirm.await?.await?.is_ack(), "the broker refuses a job");
            anyhow::Ok(())
        });
        let mut confirms = std::pin::pin!(confirms.buffer_unordered(AHEAD));
        while let Some(confirmed) = confirms.next().await {
            confirmed?;
        }
        Ok(())
    }

    /// Starts a worker on it.
    pub(super) fn worker(
        &self,
        binary: &str,
        relay: SocketAddr,
        connections: u16,
    ) -> anyhow::Result<Worker> {
        let admin = free_address()?;
        let settings = [
            ("SIGNPOST_ADMIN_LISTEN", admin.to_string()),
            ("SIGNPOST_AMQP_URL", self.url.clone()),
            ("SIGNPOST_CODE_KEYS", self.keys.clone()),
            ("SIGNPOST_SMTP_URL", format!("smtp://{relay}")),
            ("SIGNPOST_SMTP_CONNECTIONS", connections.to_string()),
            ("SIGNPOST_MAIL_FROM", "Example <no-reply@example.com>".to_owned()),
            ("SIGNPOST_HELO_NAME", "worker.example".to_owned()),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value));
        Ok(Worker { process: Process::start(binary, &settings), admin: Some(Admin::at(admin)) })
    }
}

/// How many the worker with this admin listener has delivered by now.
pub(super) async fn delivered(admin: &Admin) -> u64 {
    let counted = admin.metric("signpost_jobs_total{outcome=\"delivered\"}").await;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    counted.map_or(0, |count| count as u64)
}
