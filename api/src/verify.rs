//! Check a code: validate → decide. It is used up only when the caller says so.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, Request, State},
    response::Response,
};
use signpost_shared::telemetry::trace;
use tracing::debug;
use uuid::Uuid;

use crate::{
    answer::Refusal,
    observe::VERIFY,
    state::Api,
    throttle::{Claim, Verdict},
    used::{self, Event},
    validate::{self, VerifyRequest},
};

/// `POST …/verifyRegisterCode`
pub async fn verify(
    State(api): State<Arc<Api>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let observed = VERIFY.begin();
    trace::route("POST", request.uri().path());
    let network = api.proxies.client(peer.ip(), request.headers());
    let (outcome, locale) = match validate::verify_request(request, &api.rules).await {
        Ok(VerifyRequest { address, entered, consume, locale }) => {
            let claim = Claim { address, network, token: Uuid::now_v7() };
            let throttle = api.throttle.clone();
            let outcome = api.see_through(async move {
                let verdict = throttle.verify(&claim, &entered, consume).await;
                if let Ok(Verdict::Right) = verdict {
                    let event = if consume { Event::Consumed } else { Event::Right };
                    used::count(event, &claim.address, locale);
                }
                verdict.map_err(|error| {
                    debug!(%error, "a check was refused: the throttle can't decide");
                    Refusal::UNAVAILABLE
                })
            });
            let outcome = outcome.await;
            if let Ok(Verdict::NetworkLimit(_)) = outcome {
                api.proxies.used_up_by(network);
            }
            (outcome.and_then(outcome_of), locale)
        }
        Err((refusal, locale, _)) => (Err(refusal), locale),
    };
    observed.answer(outcome, &api.speaker(locale))
}

fn outcome_of(verdict: Verdict) -> Result<(), Refusal> {
    match verdict {
        Verdict::Right => Ok(()),
        Verdict::NoCode => Err(Refusal::NoCode),
        Verdict::Dead(retry_after) => Err(Refusal::Dead { retry_after }),
        Verdict::Wrong => Err(Refusal::WrongCode),
        Verdict::NetworkLimit(retry_after) => Err(Refusal::Limit { retry_after }),
    }
}
