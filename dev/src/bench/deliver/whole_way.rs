//! The whole way of a mail: a request at its moment, however late the ones before it are, until
//! a relay says 250.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, ensure};
use indicatif::ProgressBar;
use serde::Serialize;
use tokio::time::{Instant, sleep, timeout};

use super::{Options, Sink, Stage};
use crate::{
    bench::{
        load::{Load, Work, address},
        stage::signpost,
    },
    rig::Server,
};

/// How long each rate is held.
const LENGTH: Duration = Duration::from_secs(5);
/// Connections that the requests share.
const CONNECTIONS: u16 = 128;
/// A mail that takes longer is lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// What one rate came to.
#[derive(Serialize)]
pub(super) struct Way {
    pub(super) requests_per_second: u32,
    pub(super) mails: usize,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) p999_ms: f64,
}

impl Way {
    fn of(requests_per_second: u32, mut took: Vec<Duration>) -> Self {
        took.sort();
        let [p50_ms, p99_ms, p999_ms] = [500, 990, 999].map(|tenths| {
            let index = (took.len() * tenths).div_ceil(1000).saturating_sub(1);
            took.get(index).map_or(f64::NAN, |took| took.as_secs_f64() * 1000.0)
        });
        Self { requests_per_second, mails: took.len(), p50_ms, p99_ms, p999_ms }
    }
}

pub(super) async fn run(options: &Options, stage: &Stage) -> anyhow::Result<Vec<Way>> {
    let rates: Vec<u32> = options.rates.iter().copied().filter(|rate| *rate > 0).collect();
    if rates.is_empty() {
        return Ok(Vec::new());
    }
    let bar = ProgressBar::new_spinner().with_message("the whole way");
    bar.enable_steady_tick(Duration::from_millis(100));
    let redis = Server::redis(stage.folder.path(), &[])?;
    redis.ready().await?;
    let (sink, queue) = (Sink::start().await?, &stage.queue);
    queue.fill(0).await?;
    let binary = options.api.as_deref().unwrap_or(Path::new("signpost-api"));
    let redis_url = format!("redis://{}", redis.address());
    let api = signpost(&binary.to_string_lossy(), &redis_url, queue.url(), queue.keys()).await?;
    let _worker = queue.worker(&stage.worker, sink.address, 20)?;
    let load = Load::new(Work::Send);
    let (mut ways, mut number) = (Vec::new(), 0);
    // The first mails find everything cold; they are no measure.
    for rate in std::iter::once(50).chain(rates) {
        bar.set_message(format!("the whole way: {rate} requests a second"));
        let asked = load.paced(api.address, CONNECTIONS, rate, LENGTH).await?;
        let until = number + asked.len();
        let arrived = async {
            while sink.len() < until {
                sleep(Duration::from_millis(5)).await;
            }
        };
        let in_time = timeout(PATIENCE, arrived).await;
        ensure!(in_time.is_ok(), "{} of {until} mails arrived", sink.len());
        number = until;
        let took = asked.iter().map(|(number, at): &(u64, Instant)| {
            let taken = sink.taken(&address(*number)).context("a mail did not arrive")?;
            Ok(taken.saturating_duration_since(*at))
        });
        ways.push(Way::of(rate, took.collect::<anyhow::Result<_>>()?));
    }
    ways.remove(0);
    bar.finish_and_clear();
    Ok(ways)
}
