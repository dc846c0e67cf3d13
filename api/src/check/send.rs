//! A real mail down the way that requests take: throttle, queue, a worker.

use std::{net::Ipv4Addr, time::Duration};

use humantime::format_duration;
use signpost_shared::{
    check::{Line, Report},
    clock::Clock,
    lifecycle::Lifecycle,
    queue::rabbit::{Broker, Publisher, wait_until_taken},
    status::{State, Status},
};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::Options;
use crate::{
    answer::{Refusal, seconds_up},
    client::ClientNetwork,
    config::Checked,
    hygiene::RequestId,
    send::Sending,
    startup::assemble,
    status::Store,
    throttle::Claim,
};

const CHECK: &str = "send";
/// The broker was reached a moment ago.
const CONNECT: Duration = Duration::from_secs(10);
/// From one look at the status to the next.
const LOOK: Duration = Duration::from_millis(200);

pub(super) async fn send(to: &str, options: &Options, checked: Checked, report: &mut Report) {
    let (config, lifecycle) = (&options.config, Lifecycle::new());
    let broker = checked.broker.clone();
    let publisher = Publisher::start(broker.clone(), "signpost-api check", &lifecycle);
    let connected = timeout(CONNECT, publisher.connected()).await;
    if connected.is_err() {
        let cause = publisher.ready().err().unwrap_or_default();
        return report.add([Line::fail(CHECK, cause, "see the lines about the broker")]);
    }
    let (api, store) = assemble(config, checked, publisher, &lifecycle);
    let address = match api.rules.address(Some(to.to_owned())) {
        Ok(address) => address,
        Err(wrong) => return report.add([Line::fail(CHECK, wrong, "name another address")]),
    };
    if api.throttle.has_fixed_code(&address, Clock::system().now()) {
        let found = format!("{address} is in SIGNPOST_TEST_CODES: no mail is sent to it");
        return report.add([Line::fail(CHECK, found, "name another address")]);
    }
    let wanted = options.locale.as_ref().map(ToString::to_string);
    let locale = api.rules.texts.negotiate(wanted.as_deref(), None);
    let (network, token) = (ClientNetwork::of(Ipv4Addr::LOCALHOST.into()), Uuid::now_v7());
    let claim = Claim { address: address.clone(), network, token };
    let tag = api.address_keys.tag(&address);
    let request_id = RequestId::of_ours("check");
    let sending = Sending { claim, locale, tag, traceparent: None, request_id };
    if let Err(refusal) = api.send(sending).await {
        let (found, advice) = words(refusal);
        return report.add([Line::fail(CHECK, format!("{address}: {found}"), advice)]);
    }
    let found = format!("job {token} for {address}, in {locale}, is in the queue");
    report.add([Line::ok(CHECK, found)]);
    if let Some(store) = store {
        return report.add([told(&store, &broker, token, options.wait).await]);
    }
    report.add([match wait_until_taken(&broker, options.wait).await {
        Ok(()) => Line::ok("delivery", "a worker has taken the job").advising(format!(
            "the worker's log has a line with job.id {token} if the mail was not delivered, and \
             `signpost-worker dead list` if it never will be; look into the mailbox"
        )),
        Err(why) => {
            let advice = format!("look for job.id {token} in the worker's log and /healthz");
            Line::warn("delivery", why, advice)
        }
    }]);
}

/// What the delivery status says of it, once a relay has taken the mail or it was given up; at
/// last what it says then.
async fn told(store: &Store, broker: &Broker, job: Uuid, wait: Duration) -> Line {
    let mut last = State::Accepted;
    let find = async {
        while matches!(last, State::Accepted | State::Waiting { .. }) {
            match store.of_job(job).await {
                Ok(Some(Status { state, .. })) if state != last => last = state,
                _ => sleep(LOOK).await,
            }
        }
    };
    let _ = timeout(wait, find).await;
    match last {
        State::Relayed { relay, reply, .. } => {
            Line::ok("delivery", format!("{relay} has taken the mail: {reply}"))
                .advising("look into the mailbox, and into its spam folder")
        }
        State::Waiting { reason, next, .. } => {
            let advice = format!("`signpost-api status {job}` says what becomes of it");
            Line::warn("delivery", format!("{reason}; tried again in {next}"), advice)
        }
        State::Parked { reason, .. } => {
            let advice = format!("`signpost-worker dead show {job}` says more");
            Line::fail("delivery", format!("parked: {reason}"), advice)
        }
        State::Expired { reason: Some(reason), .. } => {
            let advice = format!("look for job.id {job} in the worker's log");
            Line::fail("delivery", format!("expired before another attempt: {reason}"), advice)
        }
        State::Expired { reason: None, .. } => {
            let advice =
                "does a worker's clock differ from that of Redis? See signpost_clock_skew_total";
            Line::fail("delivery", "a worker has dropped it: its code had expired there", advice)
        }
        State::Accepted => {
            let found = format!("nothing was heard of it in {}", format_duration(wait));
            match wait_until_taken(broker, Duration::ZERO).await {
                Ok(()) => {
                    let advice = format!(
                        "a worker has taken the job: does an API with SIGNPOST_STATUS=on run on \
                         this Redis? Look for job.id {job} in the worker's log"
                    );
                    Line::warn("delivery", found, advice)
                }
                Err(why) => {
                    let advice = format!("is there a worker? Look for job.id {job} in its log");
                    Line::warn("delivery", format!("{found}: {why}"), advice)
                }
            }
        }
    }
}

fn words(refusal: Refusal) -> (String, String) {
    let reset = "or lift its limits by `signpost-api address reset`";
    let again =
        |after| format!("again in {}", format_duration(Duration::from_secs(seconds_up(after))));
    match refusal {
        Refusal::Later { retry_after } => {
            let found = "a code went to this address a moment ago";
            (found.to_owned(), format!("{}, {reset}", again(retry_after)))
        }
        Refusal::Limit { retry_after } => {
            let found = "the day of this address, or the share of this machine, is used up";
            (found.to_owned(), format!("{}, {reset}", again(retry_after)))
        }
        Refusal::Unavailable { .. } => {
            let found = "Redis or the broker can't do its part, or a limit is reached";
            let limits = "SIGNPOST_SEND_CEILING and SIGNPOST_QUEUE_LIMIT are such limits";
            (found.to_owned(), limits.to_owned())
        }
        other => (format!("refused: {}", other.code()), String::new()),
    }
}
