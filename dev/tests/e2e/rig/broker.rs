//! A virtual host of a test's own on the broker that `AMQP_URL` names.

use std::{mem, net::SocketAddr, time::Duration};

use futures_util::StreamExt as _;
use lapin::{
    BasicProperties, Channel,
    options::{
        BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, ConfirmSelectOptions,
        ExchangeDeleteOptions, QueueBindOptions, QueueDeclareOptions, QueueDeleteOptions,
    },
    types::{AMQPValue, FieldTable},
};
use signpost_shared::queue::{
    Message, Route, Rung,
    rabbit::{Broker, Connection, DEAD, EXCHANGE, SEND, UNROUTED, declare, message_from, queue_of},
};
use url::Url;
use uuid::Uuid;

use super::{Proxy, soon};

/// Queues that no other test uses, and a look into them.
#[derive(Debug)]
pub(crate) struct VirtualHost {
    url: Url,
    management: Url,
    name: String,
    _connection: Connection,
    channel: Channel,
}

impl VirtualHost {
    /// A new virtual host through the management API.
    pub(crate) async fn create() -> Self {
        let mut url = url_of("AMQP_URL");
        let management = url_of("RABBITMQ_MANAGEMENT_URL");
        let name = format!("signpost-{}", Uuid::new_v4().simple());
        put(&management, &format!("api/vhosts/{name}"), "{}").await;
        let user = if url.username().is_empty() { "guest" } else { url.username() };
        let all = r#"{"configure":".*","write":".*","read":".*"}"#;
        put(&management, &format!("api/permissions/{name}/{user}"), all).await;
        url.set_path(&name);
        let (connection, channel) = async {
            let broker = Broker::new(url.as_str(), None)?;
            let connection = broker.connect("test").await?;
            declare(&broker, &connection).await?;
            let channel = connection.create_channel().await?;
            channel.confirm_select(ConfirmSelectOptions::default()).await?;
            anyhow::Ok((connection, channel))
        }
        .await
        .expect("the broker of AMQP_URL answers");
        Self { url, management, name, _connection: connection, channel }
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        self.url.to_string()
    }

    /// Lets a user of its own configure, write and read what these patterns mean; its URL.
    pub(crate) async fn user(&self, configure: &str, write: &str, read: &str) -> String {
        self.user_named(&self.name, configure, write, read).await
    }

    /// A user who may do all, but have more than so many channels; its URL.
    pub(crate) async fn user_with_channels(&self, most: u16) -> String {
        let limited = format!("limited-{}", self.name);
        let url = self.user_named(&limited, ".*", ".*", ".*").await;
        let limit = format!(r#"{{"value":{most}}}"#);
        put(&self.management, &format!("api/user-limits/{limited}/max-channels"), &limit).await;
        url
    }

    async fn user_named(&self, user: &str, configure: &str, write: &str, read: &str) -> String {
        let Self { management, name, .. } = self;
        put(management, &format!("api/users/{user}"), r#"{"password":"s3cret","tags":""}"#).await;
        let allowed = format!(r#"{{"configure":"{configure}","write":"{write}","read":"{read}"}}"#);
        put(management, &format!("api/permissions/{name}/{user}"), &allowed).await;
        let (_, rest) = self.url.as_str().split_once('@').unwrap_or_default();
        format!("amqp://{user}:s3cret@{rest}")
    }

    /// Bounds the jobs that may wait by a policy, as operators do, or lets go of the bound.
    pub(crate) async fn bound(&self, jobs: Option<u32>) {
        if let Some(jobs) = jobs {
            let most = format!(r#"{{"max-length":{jobs}}}"#);
            return self.policy(r"^mail\\.v1\\.send$", &most).await;
        }
        let path = format!("api/policies/{}/policy", self.name);
        let request = authorized(&self.management, reqwest::Method::DELETE, &path).send();
        drop(soon("the management API", request).await);
    }

    /// Sets a policy on queues whose names match.
    pub(crate) async fn policy(&self, pattern: &str, definition: &str) {
        let Self { management, name, .. } = self;
        let policy =
            format!(r#"{{"pattern":"{pattern}","definition":{definition},"apply-to":"queues"}}"#);
        put(management, &format!("api/policies/{name}/policy"), &policy).await;
    }

    /// Where the management API is.
    pub(crate) fn management_url(&self) -> String {
        self.management.to_string()
    }

    /// A proxy before it, and its URL by way of that.
    pub(crate) async fn behind_a_proxy(&self) -> (Proxy, String) {
        let proxy = Proxy::to(self.address()).await;
        let url = self.url_through(proxy.address());
        (proxy, url)
    }

    /// Its URL by way of a proxy.
    pub(crate) fn url_through(&self, proxy: SocketAddr) -> String {
        let mut url = self.url.clone();
        url.set_host(Some(&proxy.ip().to_string())).expect("an address is a host");
        url.set_port(Some(proxy.port())).expect("the URL takes a port");
        url.to_string()
    }

    /// Where the broker listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.url
            .socket_addrs(|| Some(5672))
            .ok()
            .and_then(|addresses| addresses.into_iter().next())
            .expect("the host of AMQP_URL has an address")
    }

    fn queues() -> Vec<String> {
        let waiting = Rung::ALL.map(|rung| queue_of(Route::Wait(rung)));
        [SEND, DEAD, UNROUTED].map(str::to_owned).into_iter().chain(waiting).collect()
    }

    /// How many messages a queue holds that are not in hand.
    pub(crate) async fn depth(&self, queue: &str) -> u32 {
        let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        let asked = self.channel.queue_declare(queue.into(), passive, FieldTable::default());
        self.done("declare", asked).await.message_count()
    }

    /// How many messages all queues hold that are not in hand.
    pub(crate) async fn total_depth(&self) -> u32 {
        let mut total = 0;
        for queue in Self::queues() {
            total += self.depth(&queue).await;
        }
        total
    }

    /// Takes the next message from the parking lot.
    pub(crate) async fn next_dead(&self) -> Message {
        self.next(DEAD).await
    }

    /// Takes the next message from a queue.
    pub(crate) async fn next(&self, queue: &str) -> Message {
        let tag = Uuid::new_v4().to_string();
        let consume = self.channel.basic_consume(
            queue.into(),
            tag.clone().into(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        );
        let mut consumer = self.done("consume", consume).await;
        let delivery =
            soon(queue, consumer.next()).await.expect("the queue stays").expect("intact");
        self.done("ack", delivery.acker.ack(BasicAckOptions::default())).await;
        self.done(
            "cancel",
            self.channel.basic_cancel(tag.into(), lapin::options::BasicCancelOptions::default()),
        )
        .await;
        message_from(&delivery.properties, delivery.data)
    }

    /// Publishes bytes as a job, which need be none.
    pub(crate) async fn publish(&self, body: &[u8]) {
        self.publish_after(0, body).await;
    }

    /// Publishes bytes as a job with which so many attempts were made before.
    pub(crate) async fn publish_after(&self, attempts: u32, body: &[u8]) {
        let mut headers = FieldTable::default();
        headers.insert("x-signpost-attempt".into(), AMQPValue::LongLongInt(attempts.into()));
        #[expect(clippy::disallowed_methods, reason = "plays a foreign publisher")]
        let published = self.channel.basic_publish(
            EXCHANGE.into(),
            "send".into(),
            BasicPublishOptions::default(),
            body,
            BasicProperties::default().with_delivery_mode(2).with_headers(headers),
        );
        let confirm = self.done("publish", published).await;
        assert!(self.done("confirm", confirm).await.is_ack());
    }

    /// Makes the broker refuse every job, as a full queue does, by binding one that
    /// takes nothing beside the real one.
    pub(crate) async fn refuse_jobs(&self) {
        let mut arguments = FieldTable::default();
        arguments.insert("x-max-length".into(), AMQPValue::LongInt(0));
        arguments.insert("x-overflow".into(), AMQPValue::LongString("reject-publish".into()));
        let declared =
            self.channel.queue_declare(FULL.into(), QueueDeclareOptions::default(), arguments);
        self.done("declare", declared).await;
        let bind = QueueBindOptions::default();
        let bound = self.channel.queue_bind(
            FULL.into(),
            EXCHANGE.into(),
            "send".into(),
            bind,
            FieldTable::default(),
        );
        self.done("bind", bound).await;
        // Some brokers take one message before they are full.
        for _ in 0..2 {
            #[expect(clippy::disallowed_methods, reason = "plays a foreign publisher")]
            let filling = self.channel.basic_publish(
                "".into(),
                FULL.into(),
                BasicPublishOptions::default(),
                b"",
                BasicProperties::default(),
            );
            let confirm = self.done("fill", filling).await;
            if self.done("confirm", confirm).await.is_nack() {
                return;
            }
        }
    }

    /// Lets the broker take jobs again.
    pub(crate) async fn take_jobs(&self) {
        self.delete(FULL).await;
    }

    /// Puts a queue of another kind, with a message, in a queue's place.
    pub(crate) async fn replace(&self, queue: &str) {
        self.delete(queue).await;
        let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
        let declared = self.channel.queue_declare(queue.into(), durable, FieldTable::default());
        self.done("declare", declared).await;
        #[expect(clippy::disallowed_methods, reason = "plays a foreign publisher")]
        let published = self.channel.basic_publish(
            "".into(),
            queue.into(),
            BasicPublishOptions::default(),
            b"",
            BasicProperties::default(),
        );
        let confirm = self.done("publish", published).await;
        assert!(self.done("confirm", confirm).await.is_ack());
    }

    /// Deletes a queue, consumed or not.
    pub(crate) async fn delete(&self, queue: &str) {
        let deleted = self.channel.queue_delete(queue.into(), QueueDeleteOptions::default());
        self.done("delete", deleted).await;
    }

    /// Deletes the exchange of all messages.
    pub(crate) async fn delete_exchange(&self) {
        let options = ExchangeDeleteOptions::default();
        self.done("delete", self.channel.exchange_delete(EXCHANGE.into(), options)).await;
    }

    /// Takes the binding of the jobs' queue away, as a careless operator does.
    pub(crate) async fn unbind_jobs(&self) {
        let unbound = self.channel.queue_unbind(
            SEND.into(),
            EXCHANGE.into(),
            "send".into(),
            FieldTable::default(),
        );
        self.done("unbind", unbound).await;
    }

    async fn done<T>(&self, what: &str, asked: impl Future<Output = lapin::Result<T>>) -> T {
        let done = soon(what, asked).await;
        done.unwrap_or_else(|error| panic!("the broker refused to {what}: {error}"))
    }
}

impl Drop for VirtualHost {
    fn drop(&mut self) {
        let (management, name) = (self.management.clone(), mem::take(&mut self.name));
        // A blocking request in a thread: there is no awaiting in drop, and a virtual host
        // that is left behind slows the broker of every later test.
        let deleted = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                for what in ["vhosts/", "users/", "users/limited-"] {
                    let path = format!("api/{what}{name}");
                    let request = authorized(&management, reqwest::Method::DELETE, &path);
                    let _ = request.timeout(Duration::from_secs(10)).send().await;
                }
            });
            Ok::<_, std::io::Error>(())
        });
        let _ = deleted.join();
    }
}

const FULL: &str = "full";

fn authorized(management: &Url, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
    let mut url = management.clone();
    let (user, password) =
        (url.username().to_owned(), url.password().unwrap_or_default().to_owned());
    let _ = (url.set_username(""), url.set_password(None));
    url.set_path(path);
    reqwest::Client::new().request(method, url).basic_auth(user, Some(password))
}

async fn put(management: &Url, path: &str, body: &str) {
    let request = authorized(management, reqwest::Method::PUT, path)
        .header("content-type", "application/json")
        .body(body.to_owned());
    let answer = soon("the management API", request.send()).await;
    assert!(answer.is_ok_and(|answer| answer.status().is_success()), "PUT {path}");
}

fn url_of(name: &str) -> Url {
    setting(name).parse().unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What the test's caller must have set.
pub(crate) fn setting(name: &str) -> String {
    std::env::var_os(name)
        .and_then(|value| value.into_string().ok())
        .unwrap_or_else(|| panic!("{name} is not set: run ./test"))
}
