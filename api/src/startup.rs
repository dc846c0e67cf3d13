//! From configuration to a running API.

use std::{mem, sync::Arc, time::Duration};

use axum::Router;
use metrics_exporter_prometheus::PrometheusHandle;
use signpost_shared::{
    admin::{self, Check, Probe},
    clock::Clock,
    config::Switch,
    http_server::{self, serve},
    lifecycle::{Ended, HangUps, Lifecycle, bind, raise_descriptors},
    queue::{Queue, rabbit::Publisher},
    telemetry::{self, Binary},
};
use tokio::time::timeout;
use tracing::{info, warn};

use crate::{
    client::TrustedProxies,
    config::{Checked, Config},
    routes::router,
    state::Api,
    status::{self, Accepted, Store, collect},
    texts::Texts,
    throttle::{RedisThrottle, Throttle},
    used,
};

/// How long the first requests wait for a broker to let us in.
const FIRST_CONNECTION: Duration = Duration::from_secs(1);

/// Runs until a signal ends it.
///
/// # Errors
/// When the configuration can't be used, a port is taken, or a task fails that must last.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let (lifecycle, hang_ups) = (Lifecycle::new(), HangUps::listen()?);
    // First: whatever is built from here on may set a gauge.
    let metrics = telemetry::start_metrics(Binary::Api, &lifecycle)?;
    used::begin();
    let _traces = telemetry::trace::start(Binary::Api)?;
    let mut checked = config.check()?;
    let files = mem::take(&mut checked.files);
    // Before anything connects.
    let listener = bind(config.listen, "SIGNPOST_LISTEN")?;
    let admin_listener = bind(config.admin_listen, "SIGNPOST_ADMIN_LISTEN")?;
    // The port may have been 0.
    let (listen, admin_listen) = (listener.local_addr()?, admin_listener.local_addr()?);
    let broker = checked.broker.clone();
    let publisher = Publisher::start(broker.clone(), "signpost-api", &lifecycle);
    publisher.limit(config.queue_limit);
    let connected = publisher.clone();
    let (api, store) = assemble(&config, checked, publisher.clone(), &lifecycle);
    if let Some(store) = store.clone() {
        lifecycle.spawn(collect(broker, store, lifecycle.clone()));
    }
    if let Throttle::Redis(watched) = api.throttle.clone() {
        lifecycle.spawn_background(async move { watched.warn_if_forgetful().await });
    }
    let admin = admin(api.throttle.clone(), api.queue.clone(), metrics, lifecycle.clone())
        .merge(status::routes(store));
    let descriptors = raise_descriptors();
    let limits = limits(&config, descriptors);
    let router = router(api, &config.path_prefixes, &config.cors_origins, config.docs)?;
    let admin_limits = http_server::ConnectionLimits::admin(descriptors);
    lifecycle.spawn_background(serve(admin_listener, admin, admin_limits, Lifecycle::new()));
    let serving = serve(listener, router, limits, lifecycle.clone());
    lifecycle.spawn_essential("api", async move {
        // Who comes meanwhile waits in the listener's queue rather than hear that it can't be done.
        let _ = timeout(FIRST_CONNECTION, connected.connected()).await;
        serving.await;
    });
    info!(%listen, %admin_listen, "signpost-api takes requests");
    let ended = lifecycle.run(config.shutdown, hang_ups, move || files.reload()).await;
    publisher.close().await;
    match ended? {
        Ended::Drained => info!("signpost-api has ended; nothing was left"),
        Ended::Abandoned => {
            info!("signpost-api has ended before all that was in hand was finished");
        }
    }
    Ok(())
}

/// The API that a configuration amounts to, and where it keeps the delivery status.
pub(crate) fn assemble(
    config: &Config,
    checked: Checked,
    publisher: Publisher,
    lifecycle: &Lifecycle,
) -> (Api, Option<Store>) {
    let Checked { redis, limits, address_keys, denied, texts, .. } = checked;
    let store = (config.status == Switch::On)
        .then(|| Store::new(redis.clone(), Clock::system(), config.status_ttl));
    let throttle = RedisThrottle::new(redis, limits, address_keys.clone(), Clock::system());
    let mut api = Api::new(
        Throttle::Redis(throttle),
        Queue::Rabbit(publisher),
        address_keys,
        Texts::new(texts, config.templates.default_locale),
        lifecycle.clone(),
    );
    api.accepted = store.clone().map(|store| Accepted::start(store, lifecycle));
    api.proxies = TrustedProxies::new(config.trusted_proxies.clone());
    api.rules.denied = denied;
    api.rules.smtputf8 = config.smtputf8 == Switch::On;
    (api, store)
}

/// A connection is a descriptor; half of them are for everything else.
fn limits(config: &Config, descriptors: usize) -> http_server::ConnectionLimits {
    let wanted = config.connections;
    let connections = wanted.min(descriptors / 2).max(1);
    if connections < wanted {
        warn!(
            descriptors,
            connections,
            "fewer connections are taken than SIGNPOST_CONNECTIONS says, since this process may \
             have few files open: raise the hard limit (ulimit -Hn, LimitNOFILE)"
        );
    }
    http_server::ConnectionLimits {
        connections,
        idle: config.idle,
        proxies: config.trusted_proxies.clone(),
        proxy_idle: config.proxy_idle,
    }
}

fn admin(
    throttle: Throttle,
    queue: Queue,
    metrics: PrometheusHandle,
    lifecycle: Lifecycle,
) -> Router {
    let probe: Probe = Arc::new(move || {
        let (throttle, queue) = (throttle.clone(), queue.clone());
        Box::pin(async move {
            let (redis, broker) = tokio::join!(throttle.healthy(), queue.health());
            let redis = redis.map_err(|error| error.to_string());
            vec![
                Check::required("redis", redis, throttle.was_reached()),
                Check::required("broker", broker, queue.was_reached()),
            ]
        })
    });
    admin::router(probe, metrics, lifecycle)
}
