//! Every metric of ours. docs/OPERATIONS.md has the same table, made from this one; tests hold
//! the sources and both binaries' `/metrics` to it.

use super::metric::{Binary, Label, Metric, Values};

const API: &[Binary] = &[Binary::Api];
const WORKER: &[Binary] = &[Binary::Worker];
const BOTH: &[Binary] = &[Binary::Api, Binary::Worker];

const fn closed(name: &'static str, values: &'static [&'static str]) -> Label {
    Label { name, values: Values::Closed(values) }
}

const fn found(name: &'static str, what: &'static str) -> Label {
    Label { name, values: Values::Found(what) }
}

const RELAY: Label = found("relay", "`host:port`");
const QUEUE: Label = closed(
    "queue",
    &[
        "mail.v1.unrouted", "mail.v1.send", "mail.v1.wait.5s", "mail.v1.wait.30s",
        "mail.v1.wait.2m", "mail.v1.wait.5m", "mail.v1.wait.10m", "mail.v1.dead",
    ],
);
const STAGES: &[&str] =
    &["connect", "greeting", "ehlo", "tls", "auth", "mail", "rcpt", "data", "body", "upkeep"];

const REASON: Label = Label {
    name: "reason",
    values: Values::Usual(
        "stage and code, such as `rcpt 550`",
        &[
            "rcpt 450", "rcpt 451", "rcpt 550", "rcpt 551", "rcpt 552", "rcpt 553", "rcpt 554",
            "body 550", "body 552", "body 554",
        ],
    ),
};

macro_rules! metrics {
    ($($name:literal $of:ident [$($label:expr),*] $help:literal,)+) => {
        /// In the order of the documentation.
        pub const METRICS: &[Metric] =
            &[$(Metric { name: $name, of: $of, labels: &[$($label),*], help: $help }),+];
    };
}

metrics! {
    "signpost_build_info" BOTH [found("version", "such as `0.1.0`")] "always 1; which version runs",
    "signpost_requests_total" API [closed("endpoint", &["send", "verify", "none"]),
        closed("outcome", &["success", "400", "404", "405", "406", "412", "413", "415", "428",
            "501", "503", "send.later", "send.limit"])]
        "answers given, by the contract's code; `none`: no such path or method",
    "signpost_request_duration_seconds" API [closed("endpoint", &["send", "verify"])]
        "from request head to answer",
    "signpost_requests_in_flight" API [] "requests being worked on",
    "signpost_throttle_decisions_total" API [
        closed("decision", &["accepted", "later", "limit", "network", "ceiling", "error"])]
        "what the throttle said; `error`: Redis could not",
    "signpost_give_backs_total" API [closed("outcome", &["done", "abandoned", "dropped"])]
        "what failed sends had taken and was settled after the answer: given back or counted; not \
         within a minute; not at all since 4,096 waited. The last two cost an address one cooldown",
    "signpost_test_codes_used_total" API [closed("call", &["send", "verify"])]
        "uses of an address of `SIGNPOST_TEST_CODES`",
    "signpost_codes_total" API [closed("event", &["sent", "right", "consumed"]),
        found("locale", "a shipped one, or `other`")]
        "codes by the language of the request: queued to be mailed, entered right, entered right and \
         used up. What was sent and nothing more has expired",
    "signpost_codes_by_site_total" API [closed("event", &["sent", "right", "consumed"]),
        closed("site", &["gmail", "outlook", "yahoo", "icloud", "qq", "netease", "gmx", "mail.ru",
            "yandex", "proton", "naver", "orange", "other"])]
        "the same by the provider of the mailbox, as far as the domain tells",
    "signpost_redis_up" API []
        "what `/healthz` says: 1 while a send could succeed as far as Redis is concerned",
    // Not `lift`, which `signpost-api address reset` alone runs.
    "signpost_redis_duration_seconds" API [
        closed("script", &["take", "release", "verify", "read", "rate", "probe"])]
        "calls of Redis by script, with the wait for a connection, whatever came of them",
    "signpost_redis_errors_total" API [] "failed calls of Redis",
    "signpost_broker_up" BOTH []
        "what `/healthz` says: 1 while the broker confirms messages and, to a worker, sends jobs",
    "signpost_queue_depth" BOTH [QUEUE]
        "messages that wait, looked at every three seconds; nothing is told of a queue that the \
         broker's user may not look at",
    "signpost_queues_lost_total" BOTH [QUEUE]
        "queues that were gone, and with them what they held; made anew",
    "signpost_publishes_total" BOTH [closed("outcome", &["confirmed", "refused", "unknown"])]
        "publishes by the broker's answer",
    "signpost_publish_confirm_duration_seconds" BOTH [] "until the confirm; 5 s where none came",
    "signpost_publish_in_flight" BOTH [] "publishes without an answer; 4,096 at most, then 503",
    "signpost_render_fallbacks_total" BOTH [found("locale", "the one asked for"),
        found("message", "its id, or the skeleton")]
        "texts that fell back to the default language: a template is broken",
    "signpost_reloads_total" BOTH [closed("outcome", &["done", "failed"])]
        "SIGHUPs; `failed`: a file could not be used, and everything stayed as it was",
    "signpost_log_lines_dropped_total" BOTH []
        "log lines that nobody took from standard error in time: 8,192 wait at most",
    "signpost_spans_lost_total" BOTH []
        "spans that the collector did not take; those that found the queue of 2,048 full are not \
         counted",
    "signpost_relays_up" WORKER [] "what `/healthz` says: 1 while a relay takes mails",
    "signpost_jobs_total" WORKER [closed("outcome", &["delivered", "retry", "unknown", "postponed",
            "dead", "expired", "duplicate", "lost"])]
        "jobs worked on, each attempt once; `duplicate`: delivered again by the broker though a \
         relay has it; `lost`: given up before anything was begun, since the channel has ended",
    "signpost_delivery_latency_seconds" WORKER [] "from acceptance to the relay's 250",
    "signpost_status_dropped_total" BOTH []
        "changes of a delivery status that were lost: too many waited for the broker or for Redis, \
         or the process ended without them",
    "signpost_jobs_in_hand" WORKER [] "jobs being worked on",
    "signpost_oldest_job_age_seconds" WORKER [] "age of the oldest of them since acceptance",
    "signpost_retries_total" WORKER [closed("rung", &["5s", "30s", "2m", "5m", "10m"])]
        "jobs put on a rung of the ladder",
    "signpost_jobs_postponed_total" WORKER [
        closed("reason", &["no-relay", "busy", "refused", "unknown-key", "newer-version"])]
        "jobs that wait with no attempt burned",
    "signpost_jobs_dead_total" WORKER [REASON]
        "jobs parked in `mail.v1.dead`; where attempts are used up, by the reason of the last",
    "signpost_jobs_expired_total" WORKER [closed("when", &["queued", "retrying"])]
        "jobs dropped since their code is of no use: it ended in the queue, or would before the \
         next attempt",
    "signpost_smtp_replies_total" WORKER [RELAY, closed("stage", STAGES),
        closed("class", &["2xx", "3xx", "4xx", "5xx", "timeout", "network", "tls", "protocol",
            "pipelining", "unsupported", "smtputf8", "too-large", "token"])]
        "what relays said, by stage of the dialogue; `upkeep` is RSET and QUIT",
    "signpost_smtp_stage_duration_seconds" WORKER [closed("stage", STAGES)]
        "how long a stage of the dialogue took, whatever came of it; after a pipelined group \
         `mail` is the wait for the first reply",
    "signpost_relay_failures_total" WORKER [RELAY,
        closed("about", &["connection", "connections", "pace", "pace-or-mail", "all-mails", "mail",
            "mailbox", "policy", "offer", "unknown", "credentials", "relay"])]
        "what went wrong, by what it was about: see Relays",
    "signpost_relay_connection_limit" WORKER [RELAY]
        "connections that this worker may have there now",
    "signpost_relay_pace" WORKER [RELAY]
        "mails a second that this worker may begin there now; 0: any number",
    "signpost_smtp_connections" WORKER [RELAY] "open connections",
    "signpost_relay_breaker_state" WORKER [RELAY]
        "0 closed (in use), 1 half-open (a few mails at a time are tried), 2 open (out of use), \
         or half-open again after a failed trial",
    "signpost_relay_breaker_opened_total" WORKER [RELAY] "times it was taken out of use",
    "signpost_clock_skew_total" WORKER [closed("direction", &["future", "past"])]
        "jobs whose age makes no sense",
}

/// The values that a label of a metric may have; none if they are found out. Whoever has them as
/// an enum compares them in a test.
pub fn values(metric: &str, label: &str) -> &'static [&'static str] {
    let metric = METRICS.iter().find(|known| known.name == metric);
    let mut labels = metric.iter().flat_map(|metric| metric.labels);
    match labels.find(|known| known.name == label).map(|label| label.values) {
        Some(Values::Closed(values)) => values,
        Some(Values::Found(_) | Values::Usual(..)) | None => &[],
    }
}

#[cfg(test)]
mod tests;
