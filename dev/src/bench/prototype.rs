//! What the API is held against: the least that keeps the same promise. One script in Redis,
//! and a persistent message in a quorum queue whose confirm is awaited; no less, and no more.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::Context as _;
use axum::{Form, Json, Router, extract::State, http::StatusCode, routing::post};
use clap::Args;
use deadpool_redis::redis::{AsyncCommands as _, Client, Script, aio::MultiplexedConnection};
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::rig::{SEND_PATH, VERIFY_PATH};

/// Where its messages are.
pub(super) const QUEUE: &str = "bench.prototype";

/// Takes a send of an address.
pub(super) const TAKE: &str = "
if not redis.call('SET', KEYS[1], 1, 'NX', 'EX', 60) then return 0 end
redis.call('INCR', KEYS[2])
redis.call('EXPIRE', KEYS[2], 86400)
return 1";

/// Decides a check.
pub(super) const CHECK: &str = "
if tonumber(redis.call('HGET', KEYS[1], 'wrong')) >= 5 then return 406 end
if ARGV[1] == '1' then return 200 end
redis.call('HINCRBY', KEYS[1], 'wrong', 1)
return 412";

/// Where it listens, and where its servers are.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Where requests are taken
    pub listen: SocketAddr,
    /// Redis
    pub redis_url: String,
    /// The broker
    pub amqp_url: String,
}

struct Prototype {
    redis: MultiplexedConnection,
    take: Script,
    check: Script,
    channels: [Channel; 2],
    turn: AtomicUsize,
}

/// The key under which the code of an address is kept.
pub(super) fn code_key(address: &str) -> String {
    format!("code:{address}")
}

/// Serves until it is killed.
pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let redis = Client::open(options.redis_url)?.get_multiplexed_async_connection().await?;
    let connection =
        Connection::connect(&options.amqp_url, ConnectionProperties::default()).await?;
    let channels = [connection.create_channel().await?, connection.create_channel().await?];
    for channel in &channels {
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
    }
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    channels[0].queue_declare(QUEUE.into(), durable, arguments).await?;
    let prototype = Prototype {
        redis,
        take: Script::new(TAKE),
        check: Script::new(CHECK),
        channels,
        turn: AtomicUsize::new(0),
    };
    let router = Router::new()
        .route(SEND_PATH, post(send))
        .route(VERIFY_PATH, post(verify))
        .with_state(Arc::new(prototype));
    let listener = TcpListener::bind(options.listen).await?;
    axum::serve(listener, router).await.context("serving")
}

#[derive(Deserialize, Serialize)]
struct Send {
    email: String,
    locale: String,
}

#[derive(Deserialize)]
struct Check {
    email: String,
    code: String,
}

#[derive(Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    success: bool,
}

impl Answer {
    const SUCCESS: Json<Self> = Json(Self { code: None, success: true });

    fn refused(code: &'static str) -> Json<Self> {
        Json(Self { code: Some(code), success: false })
    }
}

async fn send(
    State(prototype): State<Arc<Prototype>>,
    Form(request): Form<Send>,
) -> Result<Json<Answer>, StatusCode> {
    let taken = prototype.take(&request.email).await.map_err(unavailable)?;
    if !taken {
        return Ok(Answer::refused("send.later"));
    }
    let stored = prototype.publish(&request).await.map_err(unavailable)?;
    if stored { Ok(Answer::SUCCESS) } else { Err(StatusCode::SERVICE_UNAVAILABLE) }
}

async fn verify(
    State(prototype): State<Arc<Prototype>>,
    Form(request): Form<Check>,
) -> Result<Json<Answer>, StatusCode> {
    Ok(match prototype.check(&request).await.map_err(unavailable)? {
        200 => Answer::SUCCESS,
        412 => Answer::refused("412"),
        _ => Answer::refused("406"),
    })
}

fn unavailable<E>(_: E) -> StatusCode {
    StatusCode::SERVICE_UNAVAILABLE
}

impl Prototype {
    async fn take(&self, address: &str) -> deadpool_redis::redis::RedisResult<bool> {
        let keys = [format!("cooldown:{address}"), format!("day:{address}")];
        self.take.key(&keys[..]).invoke_async(&mut self.redis.clone()).await
    }

    async fn publish(&self, request: &Send) -> anyhow::Result<bool> {
        let channel = &self.channels[self.turn.fetch_add(1, Ordering::Relaxed) % 2];
        #[expect(clippy::disallowed_methods, reason = "it has nothing of ours")]
        let confirm = channel
            .basic_publish(
                "".into(),
                QUEUE.into(),
                BasicPublishOptions::default(),
                &serde_json::to_vec(request)?,
                BasicProperties::default().with_delivery_mode(2),
            )
            .await?;
        Ok(confirm.await?.is_ack())
    }

    async fn check(&self, request: &Check) -> deadpool_redis::redis::RedisResult<u16> {
        let (key, mut redis) = (code_key(&request.email), self.redis.clone());
        let kept: std::collections::HashMap<String, String> = redis.hgetall(&key).await?;
        let right = kept.get("code").is_some_and(|code| *code == request.code);
        self.check.key(key).arg(u8::from(right)).invoke_async(&mut redis).await
    }
}
