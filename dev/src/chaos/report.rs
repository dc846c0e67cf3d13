//! The table at the end.

use std::{collections::BTreeMap, time::Duration};

use super::{ledger::Entries, relay::Relay, schedule::Fault};

/// What became of everything, and whether all that must hold did.
pub(super) fn report(
    entries: &Entries,
    faults: &[Fault],
    relay: &Relay,
    seed: u64,
    took: Duration,
) -> (String, bool) {
    let accepted = |address: &&String| entries.accepted.contains(*address);
    let delivered = entries.mails.iter().filter(|(address, _)| accepted(address));
    let (once, more): (Vec<_>, Vec<_>) = delivered.partition(|(_, mails)| mails.len() == 1);
    let dead = entries.dead.keys().filter(accepted);
    let dead = dead.filter(|address| !entries.mails.contains_key(*address)).count();
    let unexplained = entries.dead.values().filter(|reason| reason.is_empty()).count();
    let expired = entries.expired().min(entries.missing() as u64);
    let lost = entries.missing() as u64 - expired;
    let allowed = entries.unsettled + entries.unanswered;
    let uninvited = entries.mails.keys().filter(|address| !accepted(address)).count();
    let unexpected = entries.refused.keys();
    let unexpected = unexpected.filter(|code| !["503", "none"].contains(&code.as_str())).count();
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    for fault in faults {
        *kinds.entry(fault.kind.to_string()).or_default() += 1;
    }
    let mut rows = Vec::new();
    let mut row = |name: &str, value: String| rows.push(format!("{name:<40} {value:>12}"));
    row("seed", seed.to_string());
    row("relay", relay.name());
    row("took", format!("{} s", took.as_secs()));
    row("faults", faults.len().to_string());
    for (kind, count) in kinds {
        row(&format!("  {kind}"), count.to_string());
    }
    row("requests", entries.asked.to_string());
    for (code, count) in &entries.refused {
        let name = if code == "none" { "no answer (the API was away)" } else { code };
        row(&format!("  {name}"), count.to_string());
    }
    row("  slowest answer", format!("{:.1} s", entries.slowest.as_secs_f64()));
    row("  hung past the deadline", entries.hung.to_string());
    row("  locked an address out", entries.locked_out.to_string());
    row("accepted", entries.accepted.len().to_string());
    row("  delivered once", once.len().to_string());
    row("  delivered more than once", more.len().to_string());
    row("  dead, with a reason", dead.to_string());
    row("  expired, and counted", expired.to_string());
    row("  LOST", lost.to_string());
    row("mails sent again", format!("{} (at most {allowed} explained)", entries.duplicates()));
    row("addresses with two codes", entries.inconsistent().to_string());
    row("mails of requests with another answer", uninvited.to_string());
    let checks = [
        ("accepted requests were lost", lost > 0),
        ("nothing was accepted", entries.accepted.is_empty()),
        ("requests hung", entries.hung > 0),
        ("addresses were locked out", entries.locked_out > 0),
        ("parked without a reason", unexplained > 0),
        ("more mails were sent again than the faults explain", entries.duplicates() > allowed),
        ("a mail sent again had another code", entries.inconsistent() > 0),
        ("answers that the contract does not have here", unexpected > 0),
    ];
    let wrong = checks.into_iter().filter(|(_, is)| *is).map(|(what, _)| what);
    let wrong = wrong.collect::<Vec<_>>().join("; ");
    let verdict = match wrong.as_str() {
        "" => "Every accepted request is accounted for.".to_owned(),
        wrong => format!("WRONG: {wrong}."),
    };
    (format!("{}\n\n{verdict}\n", rows.join("\n")), wrong.is_empty())
}
