//! What an operator sees.

use signpost_smtp_server::{
    Answer::{Normal, Say, SayAndClose},
    SmtpServer,
};

use crate::deliver::tests::support::{MAIL, envelope, patient, settings, soon};

#[test]
fn metrics_name_relay_stage_and_class_and_no_address() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let name = metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let relay = SmtpServer::playing(|step| match (step.connection, step.verb, step.nth) {
                (0, "RCPT", 0) => Say("550 5.1.1 <jane@example.com>: no"),
                // The third mail, which is tried on a fresh connection, too, and all later ones.
                (0, "DATA", 1) | (1.., "DATA", 0) => SayAndClose("421 4.3.2 shutting down"),
                _ => Normal,
            })
            .await;
            let deliverer = patient(settings(&[&relay.url()]));
            for _ in 0..7 {
                let _ = soon(deliverer.send(&envelope("jane@example.com"), MAIL)).await;
            }
            relay.addr.to_string()
        })
    });
    let metrics = recorder.handle().render();
    for (stage, class, times) in [
        ("ehlo", "2xx", 6),
        ("mail", "2xx", 8),
        ("rcpt", "5xx", 1),
        ("data", "4xx", 6),
        ("upkeep", "2xx", 1),
    ] {
        let line = format!(
            "signpost_smtp_replies_total{{relay=\"{name}\",stage=\"{stage}\",class=\"{class}\"}} {times}"
        );
        assert!(metrics.contains(&line), "{line} in {metrics}");
    }
    for line in [
        format!("signpost_relay_breaker_state{{relay=\"{name}\"}} 2"),
        format!("signpost_relay_breaker_opened_total{{relay=\"{name}\"}} 1"),
        format!("signpost_relay_failures_total{{relay=\"{name}\",about=\"mailbox\"}} 1"),
        format!("signpost_relay_failures_total{{relay=\"{name}\",about=\"connection\"}} 1"),
        format!("signpost_relay_failures_total{{relay=\"{name}\",about=\"relay\"}} 5"),
        format!("signpost_relay_connection_limit{{relay=\"{name}\"}} 4"),
        format!("signpost_relay_pace{{relay=\"{name}\"}} 0"),
        format!("signpost_smtp_connections{{relay=\"{name}\"}} 0"),
    ] {
        assert!(metrics.contains(&line), "{line} in {metrics}");
    }
    assert!(!metrics.contains("jane"));
}
