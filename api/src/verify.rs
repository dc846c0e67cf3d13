//! Check a code: validate → decide. It is used up only when the caller says so.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, Request, State},
    response::Response,
};
use tracing::debug;

use crate::{
    answer::Refusal,
    observe::Observed,
    state::Api,
    throttle::Verdict,
    validate::{self, VerifyRequest},
};

/// `POST …/verifyRegisterCode`
pub async fn verify(
    State(api): State<Arc<Api>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let observed = Observed::begin("verify");
    let network = api.proxies.client(peer.ip(), request.headers());
    let (outcome, locale) = match validate::verify_request(request, &api.rules).await {
        Ok(VerifyRequest { address, entered, consume, locale }) => {
            let throttle = &api.sender.throttle;
            let verdict = throttle.verify(&address, network, &entered, consume).await;
            (
                verdict.map_or_else(
                    |error| {
                        debug!(%error, "a check was refused: the throttle can't decide");
                        Err(Refusal::UNAVAILABLE)
                    },
                    outcome,
                ),
                locale,
            )
        }
        Err((refusal, locale)) => (Err(refusal), locale),
    };
    observed.answer(outcome, &api.speaker(locale))
}

fn outcome(verdict: Verdict) -> Result<(), Refusal> {
    match verdict {
        Verdict::Right => Ok(()),
        Verdict::NoCode => Err(Refusal::NoCode),
        Verdict::Dead { retry_after } => Err(Refusal::Dead { retry_after }),
        Verdict::Wrong => Err(Refusal::WrongCode),
        Verdict::NetworkLimit { retry_after } => Err(Refusal::Limit { retry_after }),
    }
}
