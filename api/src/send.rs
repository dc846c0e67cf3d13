//! Send a code: validate → throttle → publish, and give back what can't be used.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    response::Response,
};
use metrics::counter;
use signpost_shared::{lifecycle::Lifecycle, queue::PublishError};
use tokio::{
    sync::{Semaphore, oneshot},
    time::Instant,
};
use tracing::{debug, info, warn};

use crate::{
    answer::Refusal,
    client::ClientNetwork,
    observe::Observed,
    publish::Publisher,
    state::Api,
    throttle::{Decision, Release, Throttle, Token},
    validate::{self, SendRequest},
};

/// How long a failed send is tried to be given back: after the usual cooldown
/// there is nothing to give back any more.
const RELEASE_FOR: Duration = Duration::from_secs(60);

/// Sends at once in this process: as many as the publisher takes, so that overload is
/// answered here and not after Redis has been asked.
const IN_FLIGHT: usize = 4096;

/// What sending takes. Clones share everything.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Who may send.
    pub throttle: Throttle,
    /// Where jobs go.
    pub publisher: Publisher,
    /// Runs what must finish though the client hangs up.
    pub lifecycle: Lifecycle,
    places: Arc<Semaphore>,
}

/// `POST …/sendRegisterCode`
pub async fn send(
    State(api): State<Arc<Api>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let observed = Observed::begin("send");
    let traceparent = traceparent(request.headers());
    let network = api.proxies.client(peer.ip(), request.headers());
    let (outcome, locale) = match validate::send_request(request, &api.rules).await {
        Ok(request) => {
            let locale = request.locale;
            let asking = Asking { request, network, traceparent };
            (api.sender.clone().in_task_of_its_own(asking).await, locale)
        }
        Err((refusal, locale)) => (Err(refusal), locale),
    };
    observed.answer(outcome, &api.speaker(locale))
}

/// A valid request and where it comes from.
struct Asking {
    request: SendRequest,
    network: ClientNetwork,
    traceparent: Option<String>,
}

impl Sender {
    /// A sender with nothing in flight.
    pub fn new(throttle: Throttle, publisher: Publisher, lifecycle: Lifecycle) -> Self {
        let places = Arc::new(Semaphore::new(IN_FLIGHT));
        Self { throttle, publisher, lifecycle, places }
    }

    /// axum drops a handler when its client hangs up; a send that has begun must
    /// end in a mail or be given back, so it runs in a task of its own.
    async fn in_task_of_its_own(self, asking: Asking) -> Result<(), Refusal> {
        // Shed before anything is taken that would have to be given back.
        let place = Arc::clone(&self.places).try_acquire_owned();
        let Ok(place) = place else { return Err(Refusal::UNAVAILABLE) };
        let (tell, told) = oneshot::channel();
        let lifecycle = self.lifecycle.clone();
        lifecycle.spawn(async move {
            let outcome = self.send(asking).await;
            // The client may have hung up: nobody is left to be told.
            let _ = tell.send(outcome);
            drop(place);
        });
        // An error here is a panic in the task, or the end of the process.
        told.await.unwrap_or(Err(Refusal::UNAVAILABLE))
    }

    async fn send(self, asking: Asking) -> Result<(), Refusal> {
        let Asking { request, network, traceparent } = asking;
        let token = Token::new();
        let decision = match self.throttle.take(&request.address, network, token).await {
            Ok(decision) => decision,
            Err(error) => {
                debug!(%error, "a send was refused: the throttle can't decide");
                // It may have been taken, with the answer lost on its way back, or be on its
                // way still.
                self.give_back(&request, token, Release::Void);
                counted("error");
                return Err(Refusal::UNAVAILABLE);
            }
        };
        let ticket = match decision {
            Decision::Accepted(ticket) => ticket,
            Decision::Later { retry_after } => {
                counted("later");
                return Err(Refusal::Later { retry_after });
            }
            Decision::Limit { retry_after } => {
                counted("limit");
                return Err(Refusal::Limit { retry_after });
            }
            Decision::NetworkLimit { retry_after } => {
                counted("network");
                return Err(Refusal::Limit { retry_after });
            }
            Decision::Ceiling { retry_after } => {
                counted("ceiling");
                return Err(Refusal::Unavailable { retry_after });
            }
        };
        counted("accepted");
        if self.throttle.has_fixed_code(&request.address, ticket.accepted_at) {
            return Ok(());
        }
        match self.publisher.publish(&request, &ticket, traceparent).await {
            Ok(job) => {
                debug!(job.id = %job, "a job was accepted");
                Ok(())
            }
            Err(error) => {
                let release = match error {
                    PublishError::NotSent | PublishError::Refused => Release::Whole,
                    PublishError::Unknown(_) => Release::Cooldown,
                };
                debug!(%error, "a send was refused: the job can't be published");
                if self.throttle.release(&request.address, token, release).await.is_err() {
                    self.give_back(&request, token, release);
                }
                Err(Refusal::UNAVAILABLE)
            }
        }
    }

    /// Goes on in the background until Redis has answered, so that an outage locks
    /// nobody out. Shutdown waits for it within the grace time.
    fn give_back(self, request: &SendRequest, token: Token, release: Release) {
        let address = request.address.clone();
        let lifecycle = self.lifecycle.clone();
        lifecycle.spawn(async move {
            let give_up = Instant::now() + RELEASE_FOR;
            let mut pause = Duration::from_millis(100);
            while Instant::now() < give_up {
                match self.throttle.release(&address, token, release).await {
                    Ok(true) => return info!("a failed send was given back late"),
                    Ok(false) => return,
                    Err(_) => tokio::time::sleep(pause).await,
                }
                pause = (pause * 2).min(Duration::from_secs(2));
            }
            warn!("a failed send was not given back: its address waits out one cooldown");
        });
    }
}

fn counted(decision: &'static str) {
    counter!("signpost_throttle_decisions_total", "decision" => decision).increment(1);
}

/// W3C Trace Context's `traceparent`, version 00; anything else is as good as absent.
fn traceparent(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("traceparent")?.to_str().ok()?;
    let lengths: Vec<_> = value.split('-').map(str::len).collect();
    let hex = value.bytes().all(|b| b == b'-' || matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    (lengths == [2, 32, 16, 2] && hex && value.starts_with("00-")).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_well_formed_traceparent_travels() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("traceparent", value.parse().unwrap());
            traceparent(&headers)
        };
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(of(good).as_deref(), Some(good));
        for bad in [
            "",
            "00",
            "jane@example.com",
            &good[..54],
            &good.to_uppercase(),
            &good.replace("00-", "ff-"),
        ] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
}
