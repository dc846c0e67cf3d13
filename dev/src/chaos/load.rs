//! The steady load: a new address for every request, and the answers into the ledger.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{ledger::Ledger, stage::Stage};
use crate::rig::SEND_PATH;

/// Every answer comes before: the API's own deadline of 20 s, a pause of the process, and
/// something to spare.
const HUNG: Duration = Duration::from_secs(25);
/// Then the bench gives up on an answer.
const PATIENCE: Duration = Duration::from_secs(40);
/// One of so many refused addresses is asked for again, to see that it is not locked out.
const PROBED: u64 = 10;
/// What was taken for a failed send is given back by then.
const GIVEN_BACK: Duration = Duration::from_secs(15);
/// A cooldown and something to spare: nothing may last longer.
const COOLDOWN: Duration = Duration::from_secs(70);

/// Asks for codes.
#[derive(Clone, Debug)]
pub(super) struct Load {
    http: reqwest::Client,
    url: String,
    ledger: Ledger,
    rate: u32,
    seed: u64,
}

impl Load {
    pub(super) fn new(stage: &Stage, ledger: &Ledger, rate: u32, seed: u64) -> Self {
        let url = format!("http://{}{SEND_PATH}", stage.api_address());
        Self { http: reqwest::Client::new(), url, ledger: ledger.clone(), rate, seed }
    }

    /// Asks until it is told to stop, and ends when every answer is there.
    pub(super) async fn run(self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / self.rate);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let requests = TaskTracker::new();
        let mut number = 0;
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            number += 1;
            requests.spawn(self.clone().ask(number));
        }
        requests.close();
        requests.wait().await;
    }

    async fn ask(self, number: u64) {
        let address = format!("u{:x}-{number}@chaos.example", self.seed);
        let code = self.send(&address).await;
        self.ledger.answered(&address, &code);
        if code == "503" && number.is_multiple_of(PROBED) {
            self.probe(&address).await;
        }
    }

    /// A failed send must not lock its address out, but for one cooldown when the API itself
    /// was killed in the middle.
    async fn probe(&self, address: &str) {
        let began = Instant::now();
        let mut failed = began;
        loop {
            tokio::time::sleep(Duration::from_secs(2)).await;
            let code = self.send(address).await;
            let mut entries = self.ledger.entries();
            let excused = entries.api_killed.is_some_and(|at| at.elapsed() < COOLDOWN);
            match code.as_str() {
                "accepted" => {
                    entries.accepted.insert(address.to_owned());
                    return;
                }
                "send.later" if failed.elapsed() > GIVEN_BACK && !excused => {
                    entries.locked_out += 1;
                    return;
                }
                _ if began.elapsed() > 2 * COOLDOWN => return,
                "503" | "none" => failed = Instant::now(),
                _ => {}
            }
        }
    }

    /// The code of the answer: `accepted`, the contract's, or `none` without one.
    async fn send(&self, address: &str) -> String {
        let body =
            form_urlencoded::Serializer::new(String::new()).append_pair("email", address).finish();
        let began = Instant::now();
        let request = self
            .http
            .post(&self.url)
            .header("content-type", "application/x-www-form-urlencoded")
            .timeout(PATIENCE)
            .body(body);
        let answer = match request.send().await {
            Ok(answer) => answer.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        };
        let took = began.elapsed();
        let mut entries = self.ledger.entries();
        entries.slowest = entries.slowest.max(took);
        entries.hung += u64::from(took > HUNG);
        drop(entries);
        if answer == r#"{"success":true}"# {
            return "accepted".to_owned();
        }
        let parsed = serde_json::from_str::<serde_json::Value>(&answer).ok();
        parsed.and_then(|body| Some(body["code"].as_str()?.to_owned())).unwrap_or("none".to_owned())
    }
}
