//! Every metric of ours. docs/OPERATIONS.md has the same table, made from this one; tests hold
//! the sources and both binaries' `/metrics` to it.

use metrics::Unit;

use super::metric::{Kind, Label, Metric, Of, Values};

const fn metric(
    name: &'static str,
    kind: Kind,
    of: Of,
    labels: &'static [Label],
    help: &'static str,
) -> Metric {
    Metric { name, kind, unit: None, of, labels, help }
}

const fn counter(
    name: &'static str,
    of: Of,
    labels: &'static [Label],
    help: &'static str,
) -> Metric {
    metric(name, Kind::Counter, of, labels, help)
}

const fn gauge(name: &'static str, of: Of, labels: &'static [Label], help: &'static str) -> Metric {
    metric(name, Kind::Gauge, of, labels, help)
}

/// All of ours are of times.
const fn histogram(
    name: &'static str,
    of: Of,
    labels: &'static [Label],
    help: &'static str,
) -> Metric {
    metric(name, Kind::Histogram, of, labels, help).in_seconds()
}

impl Metric {
    const fn in_seconds(mut self) -> Self {
        self.unit = Some(Unit::Seconds);
        self
    }
}

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
        "mail.v1.unrouted",
        "mail.v1.send",
        "mail.v1.wait.5s",
        "mail.v1.wait.30s",
        "mail.v1.wait.2m",
        "mail.v1.wait.5m",
        "mail.v1.wait.10m",
        "mail.v1.dead",
    ],
);
const STAGES: &[&str] =
    &["connect", "greeting", "ehlo", "tls", "auth", "mail", "rcpt", "data", "body", "upkeep"];

/// In the order of the documentation.
pub const METRICS: &[Metric] = &[
    gauge(
        "signpost_build_info",
        Of::Both,
        &[found("version", "such as `0.1.0`")],
        "always 1; which version runs",
    ),
    counter(
        "signpost_requests_total",
        Of::Api,
        &[
            closed("endpoint", &["send", "verify", "none"]),
            closed(
                "outcome",
                &[
                    "success",
                    "400",
                    "404",
                    "405",
                    "406",
                    "412",
                    "413",
                    "415",
                    "428",
                    "501",
                    "503",
                    "send.later",
                    "send.limit",
                ],
            ),
        ],
        "answers given, by the contract's code; `none`: no such path or method",
    ),
    histogram(
        "signpost_request_duration_seconds",
        Of::Api,
        &[closed("endpoint", &["send", "verify"])],
        "from request head to answer",
    ),
    gauge("signpost_requests_in_flight", Of::Api, &[], "requests being worked on"),
    counter(
        "signpost_throttle_decisions_total",
        Of::Api,
        &[closed("decision", &["accepted", "later", "limit", "network", "ceiling", "error"])],
        "what the throttle said; `error`: Redis could not",
    ),
    counter(
        "signpost_give_backs_total",
        Of::Api,
        &[closed("outcome", &["done", "abandoned", "dropped"])],
        "what failed sends had taken and was settled after the answer: given back or counted; \
         not within a minute; not at all since 4,096 waited. The last two cost an address one \
         cooldown",
    ),
    counter(
        "signpost_test_codes_used_total",
        Of::Api,
        &[closed("call", &["send", "verify"])],
        "uses of an address of `SIGNPOST_TEST_CODES`",
    ),
    counter(
        "signpost_codes_total",
        Of::Api,
        &[
            closed("event", &["sent", "right", "consumed"]),
            found("locale", "a shipped one, or `other`"),
        ],
        "codes by the language of the request: mailed, entered right, entered right and used up. \
         What was sent and nothing more has expired",
    ),
    counter(
        "signpost_codes_by_site_total",
        Of::Api,
        &[
            closed("event", &["sent", "right", "consumed"]),
            closed(
                "site",
                &[
                    "gmail", "outlook", "yahoo", "icloud", "qq", "netease", "gmx", "mail.ru",
                    "yandex", "proton", "naver", "orange", "other",
                ],
            ),
        ],
        "the same by the provider of the mailbox, as far as the domain tells",
    ),
    gauge(
        "signpost_redis_up",
        Of::Api,
        &[],
        "what `/healthz` says: 1 while a send could succeed as far as Redis is concerned",
    ),
    // Not `lift`, which `signpost-api address reset` alone runs.
    histogram(
        "signpost_redis_duration_seconds",
        Of::Api,
        &[closed("script", &["take", "release", "verify", "read", "rate", "probe"])],
        "calls of Redis by script, with the wait for a connection, whatever came of them",
    ),
    counter("signpost_redis_errors_total", Of::Api, &[], "failed calls of Redis"),
    gauge(
        "signpost_broker_up",
        Of::Both,
        &[],
        "what `/healthz` says: 1 while the broker confirms messages and, to a worker, sends jobs",
    ),
    gauge(
        "signpost_queue_depth",
        Of::Both,
        &[QUEUE],
        "messages that wait, looked at every three seconds; nothing is told of a queue that the \
         broker's user may not look at",
    ),
    counter(
        "signpost_queues_lost_total",
        Of::Both,
        &[QUEUE],
        "queues that were gone, and with them what they held; made anew",
    ),
    counter(
        "signpost_publishes_total",
        Of::Both,
        &[closed("outcome", &["confirmed", "refused", "unknown"])],
        "publishes by the broker's answer",
    ),
    histogram(
        "signpost_publish_confirm_duration_seconds",
        Of::Both,
        &[],
        "until the confirm; 5 s where none came",
    ),
    gauge(
        "signpost_publish_in_flight",
        Of::Both,
        &[],
        "publishes without an answer; 4,096 at most, then 503",
    ),
    counter(
        "signpost_render_fallbacks_total",
        Of::Both,
        &[found("locale", "the one asked for"), found("message", "its id, or the skeleton")],
        "texts that fell back to the default language: a template is broken",
    ),
    counter(
        "signpost_reloads_total",
        Of::Both,
        &[closed("outcome", &["done", "failed"])],
        "SIGHUPs; `failed`: a file could not be used, and everything stayed as it was",
    ),
    counter(
        "signpost_log_lines_dropped_total",
        Of::Both,
        &[],
        "log lines that nobody took from standard error in time: 8,192 wait at most",
    ),
    counter(
        "signpost_spans_lost_total",
        Of::Both,
        &[],
        "spans that the collector did not take; those that found the queue of 2,048 full are not \
         counted",
    ),
    gauge(
        "signpost_relays_up",
        Of::Worker,
        &[],
        "what `/healthz` says: 1 while a relay takes mails",
    ),
    counter(
        "signpost_jobs_total",
        Of::Worker,
        &[closed(
            "outcome",
            &["delivered", "retry", "unknown", "postponed", "dead", "expired", "duplicate", "lost"],
        )],
        "jobs worked on, each attempt once; `duplicate`: delivered again by the broker though a \
         relay has it; `lost`: given up before anything was begun, since the channel has ended",
    ),
    histogram(
        "signpost_delivery_latency_seconds",
        Of::Worker,
        &[],
        "from acceptance to the relay's 250",
    ),
    counter(
        "signpost_status_dropped_total",
        Of::Both,
        &[],
        "changes of a delivery status that were lost: too many waited for the broker or for \
         Redis, or the process ended without them",
    ),
    gauge("signpost_jobs_in_hand", Of::Worker, &[], "jobs being worked on"),
    gauge(
        "signpost_oldest_job_age_seconds",
        Of::Worker,
        &[],
        "age of the oldest of them since acceptance",
    )
    .in_seconds(),
    counter(
        "signpost_retries_total",
        Of::Worker,
        &[closed("rung", &["5s", "30s", "2m", "5m", "10m"])],
        "jobs put on a rung of the ladder",
    ),
    counter(
        "signpost_jobs_postponed_total",
        Of::Worker,
        &[closed("reason", &["no-relay", "unknown-key", "newer-version"])],
        "jobs that wait with no attempt burned",
    ),
    counter(
        "signpost_jobs_dead_total",
        Of::Worker,
        &[found("reason", "stage and code, such as `rcpt 550`")],
        "jobs parked in `mail.v1.dead`; where attempts are used up, by the reason of the last",
    ),
    counter(
        "signpost_jobs_expired_total",
        Of::Worker,
        &[closed("when", &["queued", "retrying"])],
        "jobs dropped since their code is of no use: it ended in the queue, or would before the \
         next attempt",
    ),
    counter(
        "signpost_smtp_replies_total",
        Of::Worker,
        &[
            RELAY,
            closed("stage", STAGES),
            closed(
                "class",
                &[
                    "2xx",
                    "3xx",
                    "4xx",
                    "5xx",
                    "timeout",
                    "network",
                    "tls",
                    "protocol",
                    "unsupported",
                    "smtputf8",
                    "too-large",
                    "token",
                ],
            ),
        ],
        "what relays said, by stage of the dialogue; `upkeep` is RSET, NOOP and QUIT",
    ),
    histogram(
        "signpost_smtp_stage_duration_seconds",
        Of::Worker,
        &[closed("stage", STAGES)],
        "how long a stage of the dialogue took, whatever came of it; after a pipelined group \
         `mail` is the wait for the first reply",
    ),
    counter(
        "signpost_relay_failures_total",
        Of::Worker,
        &[
            RELAY,
            closed(
                "about",
                &[
                    "connection",
                    "connections",
                    "pace",
                    "pace-or-mail",
                    "mail",
                    "mailbox",
                    "policy",
                    "offer",
                    "unknown",
                    "credentials",
                    "relay",
                ],
            ),
        ],
        "what went wrong, by what it was about: see Relays",
    ),
    gauge(
        "signpost_relay_connection_limit",
        Of::Worker,
        &[RELAY],
        "connections that this worker may have there now",
    ),
    gauge(
        "signpost_relay_pace",
        Of::Worker,
        &[RELAY],
        "mails a second that this worker may begin there now; 0: any number",
    ),
    gauge("signpost_smtp_connections", Of::Worker, &[RELAY], "open connections"),
    gauge(
        "signpost_relay_breaker_state",
        Of::Worker,
        &[RELAY],
        "0 closed (in use), 1 half-open (a few mails at a time are tried), 2 open (out of use)",
    ),
    counter(
        "signpost_relay_breaker_opened_total",
        Of::Worker,
        &[RELAY],
        "times it was taken out of use",
    ),
    counter(
        "signpost_clock_skew_total",
        Of::Worker,
        &[closed("direction", &["future", "past"])],
        "jobs whose age makes no sense",
    ),
];

/// The values that a label of a metric may have; none if they are found out. Whoever has them as
/// an enum compares them in a test.
pub fn values(metric: &str, label: &str) -> &'static [&'static str] {
    let metric = METRICS.iter().find(|known| known.name == metric);
    let mut labels = metric.iter().flat_map(|metric| metric.labels);
    match labels.find(|known| known.name == label).map(|label| label.values) {
        Some(Values::Closed(values)) => values,
        Some(Values::Found(_)) | None => &[],
    }
}

#[cfg(test)]
mod tests;
