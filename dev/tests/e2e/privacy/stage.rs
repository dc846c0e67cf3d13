//! Both binaries with secrets of the test's own in every setting, and everything that they and
//! their servers tell or keep.

use std::{fs, net::SocketAddr, path::Path, sync::Mutex};

use reqwest::RequestBuilder;
use signpost_smtp_server::{Options, SmtpServer};
use tempfile::{NamedTempFile, TempDir};
use url::Url;

use super::copies::{Copies, Copy};
use crate::{
    redis::redis_cli,
    rig::{Process, Proxy, Server, World, free_port, soon, until},
};

pub(super) const RELAY_PASSWORD: &str = "pangolin/Axolotl 4711";
pub(super) const REDIS_PASSWORD: &str = "Capybara-0815-okapi";
/// What the rig's own user of the broker has.
pub(super) const AMQP_PASSWORD: &str = "s3cret";

pub(super) struct Stage {
    pub(super) world: World,
    pub(super) redis: Server,
    pub(super) broker: Proxy,
    pub(super) api: Binary,
    pub(super) worker: Binary,
    /// Where the API takes requests.
    pub(super) address: SocketAddr,
    pub(super) test_codes: NamedTempFile,
    settings: [Vec<(String, String)>; 2],
    folder: TempDir,
    copies: Copies,
    _relays: [SmtpServer; 2],
    http: reqwest::Client,
    told: Mutex<Vec<Text>>,
}

/// One of ours.
pub(super) struct Binary {
    pub(super) process: Process,
    pub(super) admin: SocketAddr,
}

/// A text that is searched, and where it was found.
pub(super) struct Text {
    pub(super) place: Place,
    pub(super) bytes: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    LogOfApi,
    LogOfWorker,
    Answers,
    Pages,
    Tools,
    Redis,
    Properties,
    Status,
    Processes,
}

impl Place {
    const ALL: [Self; 9] = [
        Self::LogOfApi,
        Self::LogOfWorker,
        Self::Answers,
        Self::Pages,
        Self::Tools,
        Self::Redis,
        Self::Properties,
        Self::Status,
        Self::Processes,
    ];
}

impl Stage {
    /// Starts everything, and both binaries with these settings more.
    pub(super) async fn set(more: &[(&str, &str)]) -> Self {
        let world = World::with_relay(Options { smtputf8: true, ..Options::default() }).await;
        world.script.set_credentials(Some(("mailer".to_owned(), RELAY_PASSWORD.to_owned())));
        let (folder, test_codes) = (tempfile::tempdir().unwrap(), NamedTempFile::new().unwrap());
        fs::write(test_codes.path(), super::FIXED).unwrap();
        let redis = redis(folder.path()).await;
        let copies = Copies::of(&world).await;
        let broker = Proxy::to(world.broker.address()).await;
        let relays = [super::relays::untrusted().await, super::relays::without_our_user().await];
        let [address, api_admin, worker_admin] =
            [(); 3].map(|()| SocketAddr::from(([127, 0, 0, 1], free_port().expect("a free port"))));
        let [listen, at_api, at_worker] =
            [address, api_admin, worker_admin].map(|address| address.to_string());
        let amqp = through(&broker, &world.broker.user(".*", ".*", ".*").await);
        let redis_url = format!("redis://:{REDIS_PASSWORD}@{}", redis.address());
        let smtp = super::relays::urls(&world.relay, &relays);
        let both = [("SIGNPOST_AMQP_URL", amqp.as_str()), ("SIGNPOST_SMTPUTF8", "on")];
        let of_api = [
            ("SIGNPOST_LISTEN", listen.as_str()),
            ("SIGNPOST_ADMIN_LISTEN", &at_api),
            ("SIGNPOST_REDIS_URL", &redis_url),
            ("SIGNPOST_CODE_DIGITS", "10"),
            ("SIGNPOST_STATUS", "on"),
            ("SIGNPOST_TEST_CODES", &test_codes.path().to_string_lossy()),
        ];
        let of_worker =
            [("SIGNPOST_ADMIN_LISTEN", at_worker.as_str()), ("SIGNPOST_SMTP_URL", &smtp)];
        let settings = [
            world.api_settings(&[&both[..], &of_api, more].concat()),
            world.worker_settings(&[&both[..], &of_worker, more].concat()),
        ];
        let started = |binary: &str, settings: &[(String, String)], admin| Binary {
            process: Process::start(binary, settings),
            admin,
        };
        let stage = Self {
            api: started("signpost-api", &settings[0], api_admin),
            worker: started("signpost-worker", &settings[1], worker_admin),
            world,
            redis,
            broker,
            address,
            test_codes,
            settings,
            folder,
            copies,
            _relays: relays,
            http: reqwest::Client::new(),
            told: Mutex::default(),
        };
        for admin in [api_admin, worker_admin] {
            until("it is healthy", async || stage.is(admin, "healthz").await).await;
        }
        stage
    }

    /// The value of a setting of the API.
    pub(super) fn setting(&self, name: &str) -> &str {
        let found = self.settings[0].iter().rev().find(|(known, _)| known == name);
        &found.expect("it is set").1
    }

    /// Whether an admin listener says so.
    pub(super) async fn is(&self, admin: SocketAddr, question: &str) -> bool {
        let asked = self.http.get(format!("http://{admin}/{question}")).send().await;
        asked.is_ok_and(|answer| answer.status().is_success())
    }

    /// A request to the API.
    pub(super) fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("http://{}{path}", self.address))
    }

    /// Asks, keeps all that was answered, and returns the body.
    pub(super) async fn ask(&self, request: RequestBuilder) -> String {
        self.answer(Place::Answers, request).await
    }

    async fn answer(&self, place: Place, request: RequestBuilder) -> String {
        let answer = soon("an answer", request.send()).await.expect("an answer");
        let head = format!("{} {:?}", answer.status(), answer.headers());
        let body = answer.text().await.unwrap();
        self.keep(place, format!("{head}\n{body}\n").into_bytes());
        body
    }

    /// Keeps what was answered to something that is no request.
    pub(super) fn heard(&self, bytes: Vec<u8>) {
        self.keep(Place::Answers, bytes);
    }

    fn keep(&self, place: Place, bytes: Vec<u8>) {
        self.told.lock().unwrap().push(Text { place, bytes });
    }

    /// Keeps all pages of both admin listeners as they are now, and these of the API's.
    pub(super) async fn look(&self, more: &[String]) {
        let pages = ["livez", "readyz", "healthz", "metrics"].map(str::to_owned);
        for admin in [self.api.admin, self.worker.admin] {
            for page in &pages {
                self.answer(Place::Pages, self.http.get(format!("http://{admin}/{page}"))).await;
            }
        }
        for page in more {
            let url = format!("http://{}/{page}", self.api.admin);
            self.answer(Place::Pages, self.http.get(url)).await;
        }
    }

    /// Runs a tool with the settings of its binary, keeps what it says, and returns it.
    pub(super) async fn tool(&self, binary: &str, arguments: &[&str]) -> String {
        let mut settings = self.settings[usize::from(binary == "signpost-worker")].clone();
        if arguments[0] == "templates" {
            settings.clear();
        }
        let mut process = Process::start_with(binary, arguments, &settings);
        process.ended().await;
        let said = process.log().join("\n") + "\n";
        self.keep(Place::Tools, said.clone().into_bytes());
        said
    }

    /// What other users of the machine see of the processes: command lines, names of threads.
    pub(super) fn look_at_processes(&self) {
        for binary in [&self.api, &self.worker] {
            let proc = format!("/proc/{}", binary.process.id());
            let mut seen = fs::read(format!("{proc}/cmdline")).unwrap();
            for thread in fs::read_dir(format!("{proc}/task")).unwrap().flatten() {
                seen.extend(fs::read(thread.path().join("comm")).unwrap_or_default());
            }
            assert!(!seen.is_empty());
            self.keep(Place::Processes, seen);
        }
    }

    /// Keeps all that Redis was ever told: each command with what it was given, and each write
    /// with key and value.
    pub(super) async fn look_at_redis(&self) {
        let ask = format!("-a {REDIS_PASSWORD} --no-auth-warning --no-raw slowlog get -1");
        let mut seen = redis_cli(self.redis.address(), &ask).await.into_bytes();
        for file in fs::read_dir(self.folder.path().join("appendonlydir")).unwrap().flatten() {
            seen.extend(fs::read(file.path()).unwrap());
        }
        self.keep(Place::Redis, seen);
    }

    /// All that was published so far.
    pub(super) async fn copies(&self) -> Vec<Copy> {
        let copies = self.copies.take().await;
        for copy in &copies {
            self.keep(Place::Properties, copy.properties.clone().into_bytes());
            if copy.route == "status" {
                self.keep(Place::Status, copy.body.clone());
            }
        }
        copies
    }

    /// Ends both binaries. All texts in which nobody's address, code or password may be: whoever
    /// adds a place where something is told or kept, such as spans, adds it here.
    pub(super) async fn texts(mut self) -> Vec<(Place, Vec<u8>)> {
        for binary in [&mut self.api, &mut self.worker] {
            binary.process.terminate();
            binary.process.ended().await;
        }
        for (place, binary) in [(Place::LogOfApi, &self.api), (Place::LogOfWorker, &self.worker)] {
            self.keep(place, binary.process.log().join("\n").into_bytes());
        }
        let told = self.told.into_inner().unwrap();
        Place::ALL
            .map(|place| {
                let texts = told.iter().filter(|text| text.place == place);
                let bytes: Vec<_> = texts.flat_map(|text| text.bytes.iter().copied()).collect();
                assert!(!bytes.is_empty(), "nothing to search: {place:?}");
                (place, bytes)
            })
            .into()
    }
}

async fn redis(folder: &Path) -> Server {
    let settings = format!(
        "--requirepass {REDIS_PASSWORD} --slowlog-log-slower-than 0 --slowlog-max-len 100000"
    );
    let settings: Vec<_> = settings.split(' ').map(str::to_owned).collect();
    let redis = Server::redis(folder, &settings).unwrap();
    redis.listens().await.unwrap();
    redis
}

fn through(proxy: &Proxy, url: &str) -> String {
    let mut url: Url = url.parse().unwrap();
    url.set_host(Some(&proxy.address().ip().to_string())).unwrap();
    url.set_port(Some(proxy.address().port())).unwrap();
    assert_eq!(url.password(), Some(AMQP_PASSWORD));
    url.to_string()
}
