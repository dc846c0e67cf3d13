//! How often a request allocates: what makes it dear again shows here first, on any machine.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{body::Body, extract::ConnectInfo, http::Request};
use http_body_util::BodyExt as _;
use signpost_api::{
    client::TrustedProxies,
    hygiene::Guarded,
    routes::router,
    state::Api,
    test_codes::TestCodes,
    texts::Texts,
    throttle::{AddressKeys, Limit, Limits, MemoryThrottle, Throttle},
};
use signpost_shared::{
    clock::Clock,
    code::CodeKeys,
    config::Switch,
    http_server::Service as _,
    job::Job,
    lifecycle::Lifecycle,
    queue::{Queue, memory::MemoryQueue},
    telemetry::{Binary, LogFormat, LogGuard, LogOptions, start_logging, start_metrics},
};
use tokio::runtime::{Builder, Runtime};

const PREFIX: &str = "/plugin/datafor-auth/api/user";
/// Requests of a kind; what grows with their number is shared by all.
const EACH: u64 = 200;

struct Subject {
    runtime: Runtime,
    router: Guarded,
    queue: MemoryQueue,
    keys: Arc<CodeKeys>,
    _guard: LogGuard,
}

impl Subject {
    /// As in production, but for Redis and the broker: metrics, logging, limits and a proxy.
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let context = runtime.enter();
        let lifecycle = Lifecycle::new();
        start_metrics(Binary::Api, &lifecycle).unwrap();
        let logging = LogOptions { log: "info".to_owned(), log_format: LogFormat::Json };
        let guard = start_logging(&logging).unwrap();
        let keys =
            Arc::<CodeKeys>::new("a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".parse().unwrap());
        let limits = Limits {
            cooldown: Duration::from_secs(60),
            daily_cap: 10,
            daily_tries: 15,
            test_codes: TestCodes::default(),
            code_ttl: Duration::from_secs(1800),
            digits: 6.try_into().unwrap(),
            tries: 5,
            code_keys: Arc::clone(&keys),
            network: Some(Limit { rate: "10/m".parse().unwrap(), burst: 20 }),
            ceiling: None,
        };
        let throttle = Throttle::Memory(MemoryThrottle::new(limits, Clock::system()));
        let queue = MemoryQueue::new(lifecycle.clone());
        let address_keys =
            AddressKeys::new("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".parse().unwrap());
        let mut api = Api::new(
            throttle,
            Queue::Memory(queue.clone()),
            address_keys,
            Texts::default(),
            lifecycle,
        );
        api.proxies = TrustedProxies::new(vec!["127.0.0.0/8".parse().unwrap()]);
        let router = router(api, &[PREFIX.parse().unwrap()], &[], Switch::On).unwrap();
        drop(context);
        Self { runtime, router, queue, keys, _guard: guard }
    }

    /// Asks, and returns how often that allocated and the answer.
    fn ask(&self, call: &str, number: u64, form: String) -> (u64, String) {
        let request = Request::post(format!("{PREFIX}/{call}"))
            .header("host", "signpost.example")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-forwarded-for", format!("192.0.{}.{}", number / 256, number % 256))
            .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))))
            .body(Body::from(form))
            .unwrap();
        let (router, mut answer) = (self.router.clone(), None);
        let counted = allocation_counter::measure(|| {
            self.runtime.block_on(async {
                let response = router.answer(request).await;
                answer = Some(response.into_body().collect().await.unwrap().to_bytes());
            });
        });
        (counted.count_total, String::from_utf8(answer.unwrap().to_vec()).unwrap())
    }

    /// The code that was mailed last.
    fn code(&self) -> String {
        let message = self.runtime.block_on(self.queue.receive()).unwrap();
        let job = Job::decode(&message.body).unwrap();
        self.keys.code(&job.challenge, &job.to).unwrap().expose().to_owned()
    }
}

#[test]
fn a_request_allocates_no_more_than_it_did() {
    // What it took when somebody looked last.
    const RECORDED: [(&str, u64); 3] = [("accepted", 54), ("refused", 41), ("checked", 48)];
    let subject = Subject::new();
    let mut totals = [0; 3];
    for number in 0..2 * EACH {
        let send = format!("email=jane-{number}%40example.com&locale=en-US");
        let (accepted, answer) = subject.ask("sendRegisterCode", number, send.clone());
        assert_eq!(answer, r#"{"success":true}"#);
        let (refused, answer) = subject.ask("sendRegisterCode", number, send);
        assert!(answer.contains(r#""code":"send.later""#), "{answer}");
        let check = format!("email=jane-{number}%40example.com&code={}", subject.code());
        let (checked, answer) = subject.ask("verifyRegisterCode", number, check);
        assert_eq!(answer, r#"{"success":true}"#);
        if number >= EACH {
            let counts = [accepted, refused, checked];
            totals.iter_mut().zip(counts).for_each(|(total, count)| *total += count);
        }
    }
    let now: Vec<_> = RECORDED.iter().zip(totals).map(|((name, _), t)| (*name, t / EACH)).collect();
    assert!(
        RECORDED.iter().zip(&now).all(|((_, was), (_, is))| is * 10 <= was * 11),
        "a request allocates a tenth more than it did: {now:?}, recorded {RECORDED:?}. If that \
         is worth it, record the new numbers here."
    );
}
