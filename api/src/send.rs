//! Send a code: validate → throttle → publish, and give back what can't be used.

use std::{
    net::SocketAddr,
    sync::{Arc, LazyLock},
};

use axum::{
    extract::{ConnectInfo, Extension, Request, State},
    http::{HeaderMap, HeaderName},
    response::Response,
};
use signpost_shared::{
    job::Job,
    locale::Locale,
    queue::{Message, PublishError, Route},
    tag::AddressTag,
    telemetry::{Counters, trace, trace_id},
};
use tracing::{debug, info};
use uuid::Uuid;

use crate::{
    answer::Refusal,
    hygiene::RequestId,
    observe::SEND,
    state::Api,
    throttle::{Claim, Decision, Release, ThrottleError, Ticket},
    used::{self, Event},
    validate::{self, SendRequest},
};

/// `POST …/sendRegisterCode`
pub async fn send(
    State(api): State<Arc<Api>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(request_id): Extension<RequestId>,
    request: Request,
) -> Response {
    let observed = SEND.begin();
    trace::route("POST", request.uri().path());
    let traceparent = trace::traceparent().or_else(|| traceparent(request.headers()));
    let network = api.proxies.client(peer.ip(), request.headers());
    let (outcome, locale) = match validate::send_request(request, &api.rules).await {
        Ok(SendRequest { address, locale }) => {
            let tag = api.address_keys.tag(&address);
            let claim = Claim { address, network, token: Uuid::now_v7() };
            let sending = Sending { claim, locale, tag, traceparent, request_id };
            let sent = Arc::clone(&api);
            (api.see_through(async move { sent.send(sending).await }).await, locale)
        }
        Err((refusal, locale, reason)) => {
            info!(
                request.id = %request_id,
                trace.id = trace_id(traceparent.as_deref()),
                outcome = refusal.code(),
                reason,
                "a request to send was refused unread"
            );
            (Err(refusal), locale)
        }
    };
    observed.answer(outcome, &api.speaker(locale))
}

/// A request that was understood.
pub(crate) struct Sending {
    pub(crate) claim: Claim,
    pub(crate) locale: Locale,
    pub(crate) tag: AddressTag,
    pub(crate) traceparent: Option<String>,
    pub(crate) request_id: RequestId,
}

/// Why one is refused: for its caller, and for whoever reads the log.
type Refused = (Refusal, &'static str);

impl Api {
    /// Sends, and tells of it in one line: here, so that it is told when the caller has gone.
    pub(crate) async fn send(&self, sending: Sending) -> Result<(), Refusal> {
        let sent = self.try_to_send(&sending).await;
        let Sending { claim, tag, traceparent, request_id, .. } = &sending;
        let trace_id = trace_id(traceparent.as_deref());
        let (job, outcome, reason, told) = match &sent {
            Ok(true) => (Some(claim.token), "success", None, "a job is queued"),
            Ok(false) => (None, "success", None, "a test code needs no mail"),
            Err((refusal, reason)) => (None, refusal.code(), Some(*reason), "a send was refused"),
        };
        info!(
            request.id = %request_id,
            job.id = job.map(display),
            to.tag = %tag,
            trace.id = trace_id,
            outcome,
            reason,
            "{told}"
        );
        sent.map(drop).map_err(|(refusal, _)| refusal)
    }

    /// Says whether there is a job now: for a fixed code there is none.
    async fn try_to_send(&self, sending: &Sending) -> Result<bool, Refused> {
        let Sending { claim, locale, tag, traceparent, .. } = sending;
        // Before anything is taken that would have to be given back.
        if let Err(cause) = self.queue.ready() {
            debug!(cause, "a send was refused: nothing can be published");
            return Err((Refusal::UNAVAILABLE, "broker"));
        }
        let full = |retry_after| (Refusal::Unavailable { retry_after }, "queue-limit");
        self.queue.has_room().map_err(full)?;
        let ticket = self.take(claim).await?;
        if self.throttle.has_fixed_code(&claim.address, ticket.accepted_at) {
            return Ok(false);
        }
        let job = Job {
            id: claim.token,
            to: claim.address.clone(),
            locale: *locale,
            key_check: self.throttle.key_check(&ticket.challenge.kid),
            challenge: ticket.challenge,
            accepted_at: ticket.accepted_at,
            tag: Some(*tag),
            wants_status: self.accepted.is_some(),
        };
        let message = Message {
            body: job.encode(),
            id: Some(job.id.to_string()),
            // With traces on, the publish puts in its own.
            traceparent: traceparent.clone().filter(|_| !trace::is_on()),
            ..Message::default()
        };
        let error = match self.queue.publish(Route::Send, message).await {
            Ok(()) => {
                used::count(Event::Sent, &job.to, *locale);
                if let Some(accepted) = &self.accepted {
                    accepted.note(&job);
                }
                return Ok(true);
            }
            Err(error) => error,
        };
        debug!(%error, "a send was refused: the job can't be published");
        let late = match error {
            PublishError::NotSent | PublishError::Refused => None,
            PublishError::Unknown(late) => Some(late),
        };
        // Before the answer, so that a 503 has taken nothing when it is read.
        let released = self.throttle.release(claim, Release::All).await;
        let owed = released.err().map(|_| Release::All);
        if owed.is_some() || late.is_some() {
            self.give_back.later(claim.clone(), owed, late);
        }
        Err((Refusal::UNAVAILABLE, "broker"))
    }

    async fn take(&self, claim: &Claim) -> Result<Ticket, Refused> {
        if self.give_back.owes(&claim.address) {
            return Err((Refusal::UNAVAILABLE, "redis"));
        }
        let decision = self.throttle.take(claim).await.map_err(|error| {
            debug!(%error, "a send was refused: the throttle can't decide");
            DECISIONS.count("error");
            if let ThrottleError::Unknown(_) = error {
                self.give_back.later(claim.clone(), Some(Release::Void), None);
            }
            (Refusal::UNAVAILABLE, "redis")
        })?;
        let (label, refusal) = match decision {
            Decision::Accepted(ticket) => {
                DECISIONS.count("accepted");
                return Ok(ticket);
            }
            Decision::Later(retry_after) => ("later", Refusal::Later { retry_after }),
            Decision::Limit(retry_after) => ("limit", Refusal::Limit { retry_after }),
            Decision::NetworkLimit(retry_after) => {
                self.proxies.used_up_by(claim.network);
                ("network", Refusal::Limit { retry_after })
            }
            Decision::Ceiling(retry_after) => ("ceiling", Refusal::Unavailable { retry_after }),
        };
        DECISIONS.count(label);
        Err((refusal, label))
    }
}

static DECISIONS: LazyLock<Counters> =
    LazyLock::new(|| Counters::of("signpost_throttle_decisions_total", &[], "decision"));

/// W3C Trace Context's `traceparent`, version 00; anything else is as good as absent.
fn traceparent(headers: &HeaderMap) -> Option<String> {
    const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
    let value = headers.get(TRACEPARENT)?.to_str().ok()?;
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
