//! Send a code: validate → throttle → publish, and give back what can't be used.

use std::{
    net::SocketAddr,
    sync::{Arc, LazyLock},
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    response::Response,
};
use metrics::counter;
use signpost_shared::{
    locale::Locale,
    queue::PublishError,
    telemetry::{Counters, table},
};
use tracing::debug;
use uuid::Uuid;

use crate::{
    answer::Refusal,
    observe::SEND,
    publish::publish,
    state::Api,
    throttle::{Claim, Decision, Release, ThrottleError, Ticket},
    validate::{self, SendRequest},
};

/// `POST …/sendRegisterCode`
pub async fn send(
    State(api): State<Arc<Api>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let observed = SEND.begin();
    let traceparent = traceparent(request.headers());
    let network = api.proxies.client(peer.ip(), request.headers());
    let (outcome, locale) = match validate::send_request(request, &api.rules).await {
        Ok(SendRequest { address, locale }) => {
            let claim = Claim { address, network, token: Uuid::now_v7() };
            let sending = Arc::clone(&api);
            let outcome =
                api.see_through(async move { sending.send(claim, locale, traceparent).await });
            (outcome.await, locale)
        }
        Err((refusal, locale)) => (Err(refusal), locale),
    };
    observed.answer(outcome, &api.speaker(locale))
}

impl Api {
    pub(crate) async fn send(
        &self,
        claim: Claim,
        locale: Locale,
        traceparent: Option<String>,
    ) -> Result<(), Refusal> {
        // Before anything is taken that would have to be given back.
        if let Err(cause) = self.queue.ready() {
            debug!(cause, "a send was refused: nothing can be published");
            return Err(Refusal::UNAVAILABLE);
        }
        self.queue.has_room().map_err(|retry_after| Refusal::Unavailable { retry_after })?;
        let ticket = self.take(&claim).await?;
        if self.throttle.has_fixed_code(&claim.address, ticket.accepted_at) {
            return Ok(());
        }
        let error = match publish(&self.queue, &claim, locale, ticket, traceparent).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        debug!(%error, "a send was refused: the job can't be published");
        let late = match error {
            PublishError::NotSent | PublishError::Refused => None,
            PublishError::Unknown(late) => Some(late),
        };
        // Before the answer, so that a 503 has taken nothing when it is read.
        let released = self.throttle.release(&claim, Release::All).await;
        let owed = released.err().map(|_| Release::All);
        if owed.is_some() || late.is_some() {
            self.give_back.later(claim, owed, late);
        }
        Err(Refusal::UNAVAILABLE)
    }

    async fn take(&self, claim: &Claim) -> Result<Ticket, Refusal> {
        let decision = self.throttle.take(claim).await.map_err(|error| {
            debug!(%error, "a send was refused: the throttle can't decide");
            DECISIONS.count("error");
            if let ThrottleError::Unknown(_) = error {
                self.give_back.later(claim.clone(), Some(Release::Void), None);
            }
            Refusal::UNAVAILABLE
        })?;
        let (label, refusal) = match decision {
            Decision::Accepted(ticket) => {
                DECISIONS.count("accepted");
                return Ok(ticket);
            }
            Decision::Later { retry_after } => ("later", Refusal::Later { retry_after }),
            Decision::Limit { retry_after } => ("limit", Refusal::Limit { retry_after }),
            Decision::NetworkLimit { retry_after } => ("network", Refusal::Limit { retry_after }),
            Decision::Ceiling { retry_after } => ("ceiling", Refusal::Unavailable { retry_after }),
        };
        DECISIONS.count(label);
        Err(refusal)
    }
}

static DECISIONS: LazyLock<Counters> = LazyLock::new(|| {
    Counters::new(
        table::values("signpost_throttle_decisions_total", "decision"),
        |decision| counter!("signpost_throttle_decisions_total", "decision" => decision),
    )
});

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
