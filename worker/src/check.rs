//! `signpost-worker check`: whether a worker with these settings could deliver mails, and what to
//! do where it could not.

use std::process::ExitCode;

use clap::Parser;
use signpost_shared::{
    check::{HELP, Line, Report},
    config::{Asked, Switch},
    queue::rabbit::{ManagementOptions, Side, inspect},
    reload::Files,
};

use crate::{
    config::Config,
    deliver::{Deliverer, Examined},
    render,
};

/// Looks whether a worker with these settings could deliver mails
#[derive(Debug, Parser)]
#[command(
    name = "signpost-worker check",
    version,
    about = "Looks at the settings, the broker, each relay and the templates, and says what is wrong and what to do",
    after_help = HELP
)]
pub struct Options {
    /// One JSON object a line
    #[arg(long, help_heading = "Check")]
    pub json: bool,
    /// Who tells of policies
    #[command(flatten)]
    pub management: ManagementOptions,
    /// The settings of the worker
    #[command(flatten)]
    pub config: Config,
}

/// Does it.
pub async fn run(asked: Asked<Options>) -> ExitCode {
    let mut report = Report::new(asked.json);
    report.mistakes(asked.wrong);
    let Some(options) = asked.settings else {
        let skipped = |check| Line::skipped(check, "the settings can't be used");
        report.add(["broker", "relays", "templates"].map(skipped));
        return report.end();
    };
    let config = &options.config;
    settings(config, &mut report);
    // What can't be read was reported with the settings.
    if let Ok(broker) = config.broker.broker(&mut Files::default()) {
        let management = options.management.management_url.as_ref();
        inspect(&broker, Side::Worker, management, &mut report).await;
    }
    if let Ok(deliverer) = config.deliverer(&mut Files::default()) {
        report.add(relays(config, &deliverer).await);
    }
    report.add(templates(config));
    report.end()
}

fn settings(config: &Config, report: &mut Report) {
    let _ = report.settings(config.check());
    if let Ok(keys) = config.code_keys() {
        let advice = "`signpost-api check` must show the same";
        report.add([Line::ok("code keys", keys.fingerprints()).advising(advice)]);
    }
}

async fn relays(config: &Config, deliverer: &Deliverer) -> Vec<Line> {
    let sender = config.envelope_from.as_ref().unwrap_or(&config.mail_from);
    let examined = deliverer.examine(&sender.email).await;
    let smtputf8 = (config.smtputf8 == Switch::On).then(|| smtputf8(&examined));
    examined.into_iter().flat_map(|relay| relay.lines).chain(smtputf8).collect()
}

/// A mail that needs it goes to the first relay that offers it.
fn smtputf8(relays: &[Examined]) -> Line {
    const CHECK: &str = "SMTPUTF8";
    let without: Vec<_> = relays
        .iter()
        .filter(|relay| relay.smtputf8 == Some(false))
        .map(|relay| relay.relay.as_str())
        .collect();
    let found = format!("SIGNPOST_SMTPUTF8 is on, and not offered by {}", without.join(", "));
    if relays.iter().all(|relay| relay.smtputf8.is_none()) {
        return Line::skipped(CHECK, "no relay was reached");
    }
    if without.is_empty() {
        Line::ok(CHECK, "on, and offered")
    } else if relays.iter().any(|relay| relay.smtputf8 == Some(true)) {
        Line::warn(CHECK, found, "mails to addresses beyond ASCII go to the other relays alone")
    } else {
        let advice = "mails to addresses beyond ASCII are parked: set SIGNPOST_SMTPUTF8=off for \
                      API and worker, or use a relay that offers it";
        Line::fail(CHECK, found, advice)
    }
}

fn templates(config: &Config) -> Vec<Line> {
    const CHECK: &str = "templates";
    let Some(folder) = &config.templates.templates else {
        return vec![Line::ok(CHECK, "built in")];
    };
    let Ok(mails) = config.mails() else {
        return vec![Line::skipped(CHECK, "the brand can't be used")];
    };
    let findings = render::inspect(&mails, Some(folder));
    if findings.is_empty() {
        return vec![Line::ok(CHECK, format!("{} can be used", folder.display()))];
    }
    // What a start-up does not refuse is what a reader would miss.
    let works = config.mail_templates(&mut Files::default()).is_ok();
    let line = if works { Line::warn } else { Line::fail };
    let advice = "`signpost-worker templates check` says it again when it is mended";
    findings.into_iter().map(|f| line(CHECK.to_owned(), f.to_string(), advice.to_owned())).collect()
}
