//! Everything that one test needs: keys, a virtual host, a relay, the two binaries.

use std::{net::SocketAddr, ops::Deref};

use serde_json::Value;
use signpost_shared::code::new_key;
use signpost_smtp_server::{Mailbox, Options, Script, SmtpServer};

use super::{Admin, Process, SEND_PATH, VERIFY_PATH, VirtualHost, broker::setting, soon, until};

/// A world of one test's own.
#[derive(Debug)]
pub(crate) struct World {
    /// The queues.
    pub(crate) broker: VirtualHost,
    /// The relay.
    pub(crate) relay: SmtpServer,
    /// What the relay does.
    pub(crate) script: Script,
    /// What the relay has taken.
    pub(crate) mails: Mailbox,
    /// `kid:base64`.
    pub(crate) code_keys: String,
    address_key: String,
    http: reqwest::Client,
}

/// What the API said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body, to the letter.
    pub(crate) body: String,
    /// `Retry-After`.
    pub(crate) retry_after: Option<String>,
    /// `Cache-Control`.
    pub(crate) cache_control: Option<String>,
    /// `Allow`.
    pub(crate) allow: Option<String>,
}

impl Answer {
    /// The code of a refusal.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("every body is JSON")
    }

    /// Whether the request was accepted.
    pub(crate) fn is_success(&self) -> bool {
        self.status == 200 && self.body == r#"{"success":true}"#
    }
}

impl World {
    /// A world with a relay that takes everything.
    pub(crate) async fn new() -> Self {
        Self::with_relay(Options::default()).await
    }

    /// A world with such a relay.
    pub(crate) async fn with_relay(options: Options) -> Self {
        let relay = SmtpServer::on_loopback(options).await;
        Self {
            broker: VirtualHost::create().await,
            script: relay.script.clone(),
            mails: relay.mails.clone(),
            relay,
            code_keys: format!("k1:{}", new_key()),
            address_key: new_key(),
            http: reqwest::Client::new(),
        }
    }

    /// The settings of an API in this world; `more` comes last and wins.
    pub(crate) fn api_settings(&self, more: &[(&str, &str)]) -> Vec<(String, String)> {
        let (redis, amqp) = (setting("REDIS_URL"), self.broker.url());
        let ours = [
            ("SIGNPOST_LISTEN", "127.0.0.1:0"),
            ("SIGNPOST_ADMIN_LISTEN", "127.0.0.1:0"),
            ("SIGNPOST_REDIS_URL", &redis),
            ("SIGNPOST_AMQP_URL", &amqp),
            ("SIGNPOST_CODE_KEYS", &self.code_keys),
            ("SIGNPOST_ADDRESS_KEY", &self.address_key),
            // All tests come from one address.
            ("SIGNPOST_NETWORK_RATE", "off"),
            ("SIGNPOST_LOG", "debug"),
        ];
        owned(ours.into_iter().chain(more.iter().copied()))
    }

    /// The settings of a worker in this world; `more` comes last and wins.
    pub(crate) fn worker_settings(&self, more: &[(&str, &str)]) -> Vec<(String, String)> {
        let (amqp, smtp) = (self.broker.url(), self.relay.url());
        let ours = [
            ("SIGNPOST_ADMIN_LISTEN", "127.0.0.1:0"),
            ("SIGNPOST_AMQP_URL", amqp.as_str()),
            ("SIGNPOST_SMTP_URL", &smtp),
            ("SIGNPOST_CODE_KEYS", &self.code_keys),
            ("SIGNPOST_MAIL_FROM", "Example <no-reply@example.com>"),
            ("SIGNPOST_HELO_NAME", "worker.example"),
            ("SIGNPOST_LOG", "debug"),
        ];
        owned(ours.into_iter().chain(more.iter().copied()))
    }

    /// Starts an API and awaits its readiness.
    pub(crate) async fn api(&self, more: &[(&str, &str)]) -> Api {
        let api = self.starting_api(more).await;
        until("the API is ready", async || api.is_ready().await).await;
        api
    }

    /// Starts an API.
    pub(crate) async fn starting_api(&self, more: &[(&str, &str)]) -> Api {
        self.api_in(Process::start("signpost-api", &self.api_settings(more))).await
    }

    /// The API that this process is.
    pub(crate) async fn api_in(&self, process: Process) -> Api {
        Api {
            address: process.logged("its address", |line| address(line, "listen")).await,
            admin: admin_of(&process).await,
            process,
            http: self.http.clone(),
        }
    }

    /// Starts a worker and awaits its readiness.
    pub(crate) async fn worker(&self, more: &[(&str, &str)]) -> Worker {
        let worker = self.starting_worker(more).await;
        until("the worker is ready", async || worker.is_ready().await).await;
        worker
    }

    /// Starts a worker.
    pub(crate) async fn starting_worker(&self, more: &[(&str, &str)]) -> Worker {
        let process = Process::start("signpost-worker", &self.worker_settings(more));
        Worker { admin: admin_of(&process).await, process }
    }
}

/// A running API.
#[derive(Debug)]
pub(crate) struct Api {
    /// Its process.
    pub(crate) process: Process,
    /// Where it takes requests.
    pub(crate) address: SocketAddr,
    /// Its admin listener.
    pub(crate) admin: Admin,
    http: reqwest::Client,
}

/// A running worker.
#[derive(Debug)]
pub(crate) struct Worker {
    /// Its process.
    pub(crate) process: Process,
    /// Its admin listener.
    pub(crate) admin: Admin,
}

impl Api {
    /// Asks for a code.
    pub(crate) async fn send(&self, address: &str) -> Answer {
        self.form(&[("email", address)]).await
    }

    /// Checks a code, by JSON.
    pub(crate) async fn check(&self, address: &str, code: &str, consume: bool) -> Answer {
        let body = serde_json::json!({"email": address, "code": code, "consume": consume});
        let request = self.post(VERIFY_PATH).header("content-type", "application/json");
        self.request(request.body(body.to_string())).await
    }

    /// Posts a form to the path for sending.
    pub(crate) async fn form(&self, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let form = "application/x-www-form-urlencoded";
        self.request(self.post(SEND_PATH).header("content-type", form).body(body)).await
    }

    /// A POST to a path.
    pub(crate) fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.method(reqwest::Method::POST, path)
    }

    /// A request to a path.
    pub(crate) fn method(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.address))
    }

    /// Sends a request.
    pub(crate) async fn request(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = soon("an answer", request.send()).await.expect("the API answers");
        let header = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        Answer {
            status: response.status().as_u16(),
            retry_after: header("retry-after"),
            cache_control: header("cache-control"),
            allow: header("allow"),
            body: response.text().await.unwrap_or_default(),
        }
    }
}

impl Deref for Api {
    type Target = Admin;

    fn deref(&self) -> &Admin {
        &self.admin
    }
}

impl Deref for Worker {
    type Target = Admin;

    fn deref(&self) -> &Admin {
        &self.admin
    }
}

async fn admin_of(process: &Process) -> Admin {
    Admin::at(process.logged("its admin address", |line| address(line, "admin_listen")).await)
}

fn address(line: &Value, field: &str) -> Option<SocketAddr> {
    line[field].as_str()?.parse().ok()
}

fn owned<'a>(settings: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    settings.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
