//! Everything that one test needs: keys, a virtual host, a relay, the two binaries.

use std::net::SocketAddr;

use serde_json::Value;
use signpost_shared::code::new_key;
use signpost_smtp_server::{Mailbox, Options, Script, SmtpServer};

use super::{Process, VirtualHost, broker::setting, path_of};

/// A world of one test's own.
#[derive(Debug)]
pub struct World {
    /// The queues.
    pub broker: VirtualHost,
    /// The relay.
    pub relay: SmtpServer,
    /// What the relay does.
    pub script: Script,
    /// What the relay has taken.
    pub mails: Mailbox,
    /// `kid:base64`.
    pub code_keys: String,
    address_key: String,
    http: reqwest::Client,
}

/// What the API said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, to the letter.
    pub body: String,
    /// `Retry-After`.
    pub retry_after: Option<String>,
    /// `Cache-Control`.
    pub cache_control: Option<String>,
    /// `Allow`.
    pub allow: Option<String>,
}

impl Answer {
    /// The code of a refusal.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none: every body is.
    pub fn json(&self) -> Value {
        #[expect(clippy::expect_used, reason = "fails the test that asks")]
        serde_json::from_str(&self.body).expect("every body is JSON")
    }

    /// Whether the request was accepted.
    pub fn is_success(&self) -> bool {
        self.status == 200 && self.body == r#"{"success":true}"#
    }
}

impl World {
    /// A world with a relay that takes everything.
    pub async fn new() -> Self {
        Self::with_relay(Options::default()).await
    }

    /// A world with such a relay.
    ///
    /// # Panics
    /// When there is no broker.
    pub async fn with_relay(options: Options) -> Self {
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
    pub fn api_settings(&self, more: &[(&str, &str)]) -> Vec<(String, String)> {
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
    pub fn worker_settings(&self, more: &[(&str, &str)]) -> Vec<(String, String)> {
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
    pub async fn api(&self, more: &[(&str, &str)]) -> Api {
        let api = self.starting_api(more).await;
        super::until("the API is ready", async || api.is_ready().await).await;
        api
    }

    /// Starts an API.
    pub async fn starting_api(&self, more: &[(&str, &str)]) -> Api {
        self.started(Process::start("signpost-api", &self.api_settings(more))).await
    }

    /// The same, in a shell that has done this, such as `ulimit -n 256`.
    pub async fn api_after(&self, shell: &str, more: &[(&str, &str)]) -> Api {
        let (script, path) = (format!("{shell}; exec \"$0\""), path_of("signpost-api"));
        let arguments = ["-c", &script, &path.to_string_lossy()];
        let api =
            self.started(Process::start_with("sh", &arguments, &self.api_settings(more))).await;
        super::until("the API is ready", async || api.is_ready().await).await;
        api
    }

    async fn started(&self, process: Process) -> Api {
        Api {
            address: process.logged("its address", |line| address(line, "listen")).await,
            admin: process.logged("its admin address", |line| address(line, "admin_listen")).await,
            process,
            http: self.http.clone(),
        }
    }

    /// Starts a worker and awaits its readiness.
    pub async fn worker(&self, more: &[(&str, &str)]) -> Worker {
        let worker = self.starting_worker(more).await;
        super::until("the worker is ready", async || worker.is_ready().await).await;
        worker
    }

    /// Starts a worker.
    pub async fn starting_worker(&self, more: &[(&str, &str)]) -> Worker {
        let process = Process::start("signpost-worker", &self.worker_settings(more));
        let admin = process.logged("its admin address", |line| address(line, "admin_listen")).await;
        Worker { process, admin, http: self.http.clone() }
    }
}

/// A running API.
#[derive(Debug)]
pub struct Api {
    /// Its process.
    pub process: Process,
    /// Where it takes requests.
    pub address: SocketAddr,
    /// Where its admin listener is.
    pub admin: SocketAddr,
    http: reqwest::Client,
}

/// A running worker.
#[derive(Debug)]
pub struct Worker {
    /// Its process.
    pub process: Process,
    /// Where its admin listener is.
    pub admin: SocketAddr,
    http: reqwest::Client,
}

impl Api {
    /// Asks for a code.
    pub async fn send(&self, address: &str) -> Answer {
        self.form(&[("email", address)]).await
    }

    /// Checks a code, by JSON.
    pub async fn check(&self, address: &str, code: &str, consume: bool) -> Answer {
        let body = serde_json::json!({"email": address, "code": code, "consume": consume});
        let request = self.post(VERIFY_PATH).header("content-type", "application/json");
        self.request(request.body(body.to_string())).await
    }

    /// Posts a form to the path for sending.
    pub async fn form(&self, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let form = "application/x-www-form-urlencoded";
        self.request(self.post(SEND_PATH).header("content-type", form).body(body)).await
    }

    /// A POST to a path.
    pub fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.method(reqwest::Method::POST, path)
    }

    /// A request to a path.
    pub fn method(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.address))
    }

    /// Sends a request.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn request(&self, request: reqwest::RequestBuilder) -> Answer {
        #[expect(clippy::expect_used, reason = "fails the test that asks")]
        let response = super::soon("an answer", request.send()).await.expect("the API answers");
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

    /// Whether it says that traffic shall come.
    pub async fn is_ready(&self) -> bool {
        is(&self.http, self.admin, "readyz").await
    }

    /// Whether it says that it could do its part now.
    pub async fn is_healthy(&self) -> bool {
        is(&self.http, self.admin, "healthz").await
    }

    /// All that it tells Prometheus.
    pub async fn metrics(&self) -> String {
        page(&self.http, self.admin).await.unwrap_or_default()
    }

    /// A metric's value; `None` when it is not there.
    pub async fn metric(&self, name: &str) -> Option<f64> {
        metric(&self.http, self.admin, name).await
    }
}

impl Worker {
    /// Whether it says that traffic shall come.
    pub async fn is_ready(&self) -> bool {
        is(&self.http, self.admin, "readyz").await
    }

    /// Whether it says that it could do its part now.
    pub async fn is_healthy(&self) -> bool {
        is(&self.http, self.admin, "healthz").await
    }

    /// All that it tells Prometheus.
    pub async fn metrics(&self) -> String {
        page(&self.http, self.admin).await.unwrap_or_default()
    }

    /// A metric's value; `None` when it is not there.
    pub async fn metric(&self, name: &str) -> Option<f64> {
        metric(&self.http, self.admin, name).await
    }
}

/// The contract's path for sending.
pub const SEND_PATH: &str = "/plugin/datafor-auth/api/user/sendRegisterCode";

/// The contract's path for checking.
pub const VERIFY_PATH: &str = "/plugin/datafor-auth/api/user/verifyRegisterCode";

/// The code that a mail's text has alone on a line.
///
/// # Panics
/// When there is none.
pub fn code_in(raw: &[u8]) -> String {
    let mail = mail_parser::MessageParser::default().parse(raw);
    let text = mail.as_ref().and_then(|mail| mail.body_text(0)).unwrap_or_default();
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
    #[expect(clippy::expect_used, reason = "fails the test that reads it")]
    text.lines().find(is_code).expect("the mail has a code").to_owned()
}

/// Whether the process with this admin listener says that it is so.
pub(crate) async fn is(http: &reqwest::Client, admin: SocketAddr, question: &str) -> bool {
    let answer = http.get(format!("http://{admin}/{question}")).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

async fn page(http: &reqwest::Client, admin: SocketAddr) -> Option<String> {
    http.get(format!("http://{admin}/metrics")).send().await.ok()?.text().await.ok()
}

/// The sum over all lines that begin so: `name`, or `name{label="value"`.
pub(crate) async fn metric(http: &reqwest::Client, admin: SocketAddr, name: &str) -> Option<f64> {
    page(http, admin)
        .await?
        .lines()
        .filter_map(|line| {
            let rest = line.strip_prefix(name)?;
            let value = rest.rsplit(' ').next()?;
            rest.starts_with([' ', '{', ',', '}']).then(|| value.parse::<f64>().ok())?
        })
        .reduce(|sum, value| sum + value)
}

fn address(line: &Value, field: &str) -> Option<SocketAddr> {
    line[field].as_str()?.parse().ok()
}

fn owned<'a>(settings: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    settings.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
