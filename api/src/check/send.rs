//! A real mail down the way that requests take: throttle, queue, a worker.

use std::{net::Ipv4Addr, time::Duration};

use humantime::format_duration;
use signpost_shared::{
    check::{Line, Report},
    clock::Clock,
    config::Switch,
    lifecycle::Lifecycle,
    queue::{
        Queue,
        rabbit::{Publisher, wait_until_taken},
    },
};
use tokio::time::timeout;
use uuid::Uuid;

use super::Options;
use crate::{
    answer::Refusal,
    client::ClientNetwork,
    config::Checked,
    state::Api,
    texts::Texts,
    throttle::{Claim, RedisThrottle, Throttle},
};

const CHECK: &str = "send";
/// The broker was reached a moment ago.
const CONNECT: Duration = Duration::from_secs(10);

pub(super) async fn send(to: &str, options: &Options, checked: Checked, report: &mut Report) {
    let (config, lifecycle) = (&options.config, Lifecycle::new());
    let broker = checked.broker.clone();
    let publisher = Publisher::start(checked.broker, "signpost-api check", &lifecycle);
    let connected = timeout(CONNECT, publisher.connected()).await;
    if connected.is_err() {
        let cause = publisher.ready().err().unwrap_or_default();
        return report.add([Line::fail(CHECK, cause, "see the lines about the broker")]);
    }
    let default_locale = config.templates.default_locale;
    let throttle =
        RedisThrottle::new(checked.redis, checked.limits, checked.address_keys, Clock::system());
    let api = Api::new(
        Throttle::Redis(throttle),
        Queue::Rabbit(publisher),
        Texts::new(checked.texts, default_locale),
        config.cooldown,
        lifecycle,
    )
    .denying(checked.denied)
    .taking_smtputf8(config.smtputf8 == Switch::On);
    let Some(address) = api.rules.address(Some(to.to_owned())) else {
        let found = "the API takes no such address";
        let advice = "it is malformed, of a domain in SIGNPOST_DENY_DOMAINS, or beyond ASCII \
                      before the @ while SIGNPOST_SMTPUTF8 is off";
        return report.add([Line::fail(CHECK, found, advice)]);
    };
    if api.throttle.has_fixed_code(&address, Clock::system().now()) {
        let found = format!("{address} is in SIGNPOST_TEST_CODES: no mail is sent to it");
        return report.add([Line::fail(CHECK, found, "name another address")]);
    }
    let wanted = options.locale.as_ref().map(ToString::to_string);
    let locale = api.rules.texts.negotiate(wanted.as_deref(), None);
    let (network, token) = (ClientNetwork::of(Ipv4Addr::LOCALHOST.into()), Uuid::now_v7());
    let claim = Claim { address: address.clone(), network, token };
    if let Err(refusal) = api.send(claim, locale, None).await {
        let (found, advice) = words(refusal);
        return report.add([Line::fail(CHECK, format!("{address}: {found}"), advice)]);
    }
    let found = format!("job {token} for {address}, in {locale}, is in the queue");
    report.add([Line::ok(CHECK, found)]);
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

fn words(refusal: Refusal) -> (String, String) {
    let reset = "or lift its limits by `signpost-api address reset`";
    let again =
        |after| format!("again in {}", format_duration(Duration::from_secs(seconds(after))));
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

fn seconds(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}
