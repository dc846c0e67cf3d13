//! Whether a code may be sent: address, client network and service are asked at once,
//! in one round trip; when one of them refuses, the others are given back.

use std::time::Duration;

use signpost_shared::address::EmailAddress;

use super::{Fits, Lane, Mode, Release, Throttle, ThrottleError, Ticket, Token};
use crate::client::ClientNetwork;

/// What the throttle says to a request.
#[derive(Debug)]
pub enum Decision {
    /// Send this challenge's code.
    Accepted(Ticket),
    /// A code went to this address a moment ago.
    Later {
        /// Until the cooldown ends.
        retry_after: Duration,
    },
    /// The address's day is used up, by sends or by wrong tries.
    Limit {
        /// Until the day ends.
        retry_after: Duration,
    },
    /// The client network's share is used up.
    NetworkLimit {
        /// Until one more send fits.
        retry_after: Duration,
    },
    /// The whole service's share is used up.
    Ceiling {
        /// Until one more send fits.
        retry_after: Duration,
    },
}

/// What each of the three said.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) decision: Decision,
    pub(super) network_fits: Fits,
    pub(super) service_fits: Fits,
}

impl Throttle {
    /// Takes one send for an address, or says why not; a refused request leaves no
    /// trace on the address that it named.
    ///
    /// # Errors
    /// When no decision can be had in time. It may have been taken all the same:
    /// [`Throttle::release`] what `token` names.
    pub async fn take(
        &self,
        address: &EmailAddress,
        network: ClientNetwork,
        token: Token,
    ) -> Result<Decision, ThrottleError> {
        let Asked { decision, network_fits, service_fits } = match self {
            Self::Redis(throttle) => throttle.ask(address, network, token).await?,
            Self::Memory(throttle) => throttle.ask(address, network, token),
        };
        let refusal = match (&decision, network_fits, service_fits) {
            (Decision::Accepted(_), Ok(()), Ok(())) => return Ok(decision),
            (Decision::Accepted(_), Err(retry_after), _) => Decision::NetworkLimit { retry_after },
            (Decision::Accepted(_), _, Err(retry_after)) => Decision::Ceiling { retry_after },
            _ => {
                self.refund(network, network_fits, service_fits).await?;
                return Ok(decision);
            }
        };
        if let Decision::Accepted(Ticket { challenge, created, .. }) = decision {
            let trace = Release::Trace(created.then_some(challenge.id));
            let (released, refunded) = tokio::join!(
                self.release(address, token, trace),
                self.refund(network, network_fits, service_fits),
            );
            released?;
            refunded?;
        }
        Ok(refusal)
    }

    async fn refund(
        &self,
        network: ClientNetwork,
        network_took: Fits,
        service_took: Fits,
    ) -> Result<(), ThrottleError> {
        let give_back = async |lane, took: Fits| match took {
            Ok(()) => self.rate(lane, Mode::Refund).await.map(|_| ()),
            Err(_) => Ok(()),
        };
        let (network, service) = tokio::join!(
            give_back(Lane::Send(network), network_took),
            give_back(Lane::Service, service_took),
        );
        network.and(service)
    }
}
