//! `signpost-api check`: whether an API with these settings could take requests, and what to
//! do where it could not.

mod send;

use std::{process::ExitCode, time::Duration};

use clap::Parser;
use humantime::format_duration;
use signpost_shared::{
    check::{HELP, Line, Report},
    config::{Asked, duration},
    locale::Locale,
    queue::{
        Rung,
        rabbit::{ManagementOptions, Side, inspect},
    },
    reload::Files,
};

use crate::config::{Checked, Config};

/// Looks whether an API with these settings could take requests
#[derive(Debug, Parser)]
#[command(
    name = "signpost-api check",
    version,
    about = "Looks at the settings, Redis and the broker, and says what is wrong and what to do",
    after_help = HELP
)]
pub struct Options {
    /// One JSON object a line
    #[arg(long, help_heading = "Check")]
    pub json: bool,
    /// Then sends this address a real code, through throttle and queue; not if anything failed
    #[arg(long, value_name = "ADDRESS", help_heading = "Check")]
    pub send_to: Option<String>,
    /// The language of that mail [default: the service's own]
    #[arg(long, value_name = "LOCALE", requires = "send_to", help_heading = "Check")]
    pub locale: Option<Locale>,
    /// How long to wait until a worker has taken that mail
    #[arg(long, default_value = "60s", value_parser = duration, value_name = "TIME", help_heading = "Check")]
    pub wait: Duration,
    /// Who tells of policies
    #[command(flatten)]
    pub management: ManagementOptions,
    /// The settings of the API
    #[command(flatten)]
    pub config: Config,
}

/// Does it.
pub async fn run(asked: Asked<Options>) -> ExitCode {
    let mut report = Report::new(asked.json);
    report.mistakes(asked.wrong);
    let Some(options) = asked.settings else {
        let skipped = |check| Line::skipped(check, "the settings can't be used");
        report.add(["redis", "broker"].map(skipped));
        return report.end();
    };
    let Options { config, .. } = &*options;
    let checked = settings(config, &mut report);
    redis(config, &mut report).await;
    // Wrong ones were reported with the settings.
    if let Ok(broker) = config.broker.broker(&mut Files::default()) {
        let side = Side::Api(config.queue_limit);
        inspect(&broker, side, options.management.management_url.as_ref(), &mut report).await;
    }
    if let Some(to) = &options.send_to {
        match checked.filter(|_| !report.has_failed()) {
            Some(checked) => send::send(to, &options, checked, &mut report).await,
            None => report.add([Line::skipped("send", "something failed above")]),
        }
    }
    report.end()
}

fn settings(config: &Config, report: &mut Report) -> Option<Checked> {
    let checked = report.settings(config.check());
    if let Ok(keys) = config.code_keys() {
        let advice = "`signpost-worker check` must show the same";
        report.add([Line::ok("code keys", keys.fingerprints()).advising(advice)]);
    }
    if let Ok(key) = config.address_key() {
        let advice = "every API must show the same";
        report.add([Line::ok("address key", key.fingerprint()).advising(advice)]);
    }
    report.add(hints(config));
    checked
}

/// What each setting allows and all together may not be meant to be.
fn hints(config: &Config) -> Vec<Line> {
    let mut lines = Vec::new();
    if config.trusted_proxies.is_empty() {
        let found = "SIGNPOST_TRUSTED_PROXIES is empty: X-Forwarded-For counts for nothing";
        let advice = "name the networks of the proxies, or all who come through one share one \
                      limit; without a proxy, all is well";
        lines.push(Line::warn("trusted proxies", found, advice));
    } else if config.proxy_idle <= Duration::from_secs(60) {
        let found = format!("SIGNPOST_PROXY_IDLE is {}", format_duration(config.proxy_idle));
        let advice = "make it longer than the proxies keep idle connections (nginx: 60 s), or \
                      they answer 502 now and then";
        lines.push(Line::warn("trusted proxies", found, advice));
    }
    let ladder: Duration = Rung::ALL.map(Rung::wait).iter().sum();
    if config.code_ttl < ladder {
        let found = format!(
            "SIGNPOST_CODE_TTL is {}, and a mail's attempts take {}",
            format_duration(config.code_ttl),
            format_duration(ladder)
        );
        let advice = "the last attempts are never made: a code that has expired is not mailed";
        lines.push(Line::warn("code lifetime", found, advice));
    }
    if config.cooldown >= config.code_ttl {
        let found = "SIGNPOST_COOLDOWN is as long as SIGNPOST_CODE_TTL";
        let advice = "whoever misses a mail can't ask again while its code works: shorten it";
        lines.push(Line::warn("cooldown", found, advice));
    }
    let shutdown = config.shutdown.drain_delay + config.shutdown.grace;
    let found = format!("takes {} at most", format_duration(shutdown));
    let advice = "whoever stops the process must wait longer (stop_grace_period, \
                  terminationGracePeriodSeconds, TimeoutStopSec)";
    lines.push(Line::ok("shutdown", found).advising(advice));
    lines
}

async fn redis(config: &Config, report: &mut Report) {
    let ca_file = config.broker.ca_file.as_deref();
    // Wrong ones were reported with the settings.
    let Ok(redis) = config.redis.connection(ca_file, &mut Files::default()) else { return };
    let lines = redis.inspect().await;
    let others_do = lines.first().is_some_and(|line| line.advice.is_none());
    report.add(lines);
    for (host, alone) in config.redis.each(ca_file).into_iter().filter(|_| others_do) {
        let check = format!("redis {host}");
        report.add([match alone.let_in().await {
            Ok(()) => Line::ok(check, "leads to Redis"),
            Err(error) => Line::warn(check, error, "the others are asked meanwhile; see to it"),
        }]);
    }
}
