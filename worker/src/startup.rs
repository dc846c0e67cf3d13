//! From configuration to a running worker.

use std::sync::Arc;

use axum::Router;
use metrics_exporter_prometheus::PrometheusHandle;
use signpost_shared::{
    admin::{self, Check, Probe},
    clock::Clock,
    http_server::{ConnectionLimits, serve},
    lifecycle::{Ended, HangUps, Lifecycle, bind, raise_descriptors},
    queue::{Queue, rabbit},
    telemetry::{self, Binary},
};
use tracing::info;

use crate::{
    config::{Checked, Config},
    consume::{Consumer, Intake, RabbitConsumer},
    deliver::{BreakerState, Deliverer},
    in_hand::InHand,
    process::Processor,
    settle::Settler,
    status::Reporter,
};

/// Runs until a signal ends it.
///
/// # Errors
/// When the configuration can't be used, a port is taken, or a task fails that must last.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let (lifecycle, hang_ups) = (Lifecycle::new(), HangUps::listen()?);
    // First: whatever is built from here on may set a gauge.
    let metrics = telemetry::start_metrics(Binary::Worker, &lifecycle)?;
    let _traces = telemetry::trace::start(Binary::Worker)?;
    let Checked { broker, code_keys, templates, deliverer, files } = config.check()?;
    // Before anything connects.
    let admin_listener = bind(config.admin_listen, "SIGNPOST_ADMIN_LISTEN")?;
    let admin_listen = admin_listener.local_addr()?;
    let publisher = rabbit::Publisher::start(broker.clone(), "signpost-worker settle", &lifecycle);
    deliverer.share(publisher.consumers());
    let queue = Queue::Rabbit(publisher.clone());
    let (clock, in_hand) = (Clock::system(), InHand::default());
    in_hand.report(clock.clone(), &lifecycle);
    let processor =
        Processor { code_keys, templates, deliverer: deliverer.clone(), clock, in_hand };
    let consumer = RabbitConsumer::new(broker);
    let admin =
        admin(queue.clone(), consumer.clone(), deliverer.clone(), metrics, lifecycle.clone());
    let limits = ConnectionLimits::admin(raise_descriptors());
    lifecycle.spawn_background(serve(admin_listener, admin, limits, Lifecycle::new()));
    start(processor, queue, Consumer::Rabbit(consumer), config.smtp_connections, &lifecycle);
    info!(%admin_listen, "signpost-worker runs");
    let ended = lifecycle.run(config.shutdown, hang_ups, move || files.reload()).await;
    deliverer.close().await;
    publisher.close().await;
    match ended? {
        Ended::Drained => info!("signpost-worker has ended; nothing was left in hand"),
        Ended::Abandoned => info!("signpost-worker has ended; the broker delivers the rest again"),
    }
    Ok(())
}

/// Starts consuming; what is not done with goes to this queue.
pub fn start(
    processor: Processor,
    queue: Queue,
    consumer: Consumer,
    connections: u16,
    lifecycle: &Lifecycle,
) {
    let reporter = Reporter::start(queue.clone(), lifecycle);
    let settler = Settler { processor, queue, reporter };
    let intake = Intake::new(settler, connections, lifecycle.clone());
    lifecycle.spawn_essential("consumer", consumer.run(intake));
}

fn admin(
    queue: Queue,
    consumer: RabbitConsumer,
    deliverer: Deliverer,
    metrics: PrometheusHandle,
    lifecycle: Lifecycle,
) -> Router {
    let probe: Probe = Arc::new(move || {
        let (queue, consumer, deliverer) = (queue.clone(), consumer.clone(), deliverer.clone());
        Box::pin(async move {
            // One broker, though over two connections.
            let broker = queue.health().await.and(consumer.health());
            let reached = queue.was_reached() && consumer.was_reached();
            let relays = deliverer.relays();
            let takes_mails = relays.iter().any(|relay| relay.is_well).then_some(());
            let takes_mails = takes_mails.ok_or_else(|| "no relay takes mails".to_owned());
            let mut checks = vec![
                Check::required("broker", broker, reached),
                Check::required("relays", takes_mails, true),
            ];
            checks.extend(relays.into_iter().map(|relay| Check {
                name: format!("relay {}", relay.name),
                state: match relay.why {
                    Some(why) => format!("{}: {why}", relay.state),
                    None => relay.state.to_string(),
                },
                ok: relay.state == BreakerState::Closed && relay.is_well,
                required: false,
                reached: true,
            }));
            checks
        })
    });
    admin::router(probe, metrics, lifecycle)
}
