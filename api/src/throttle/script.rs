//! Decisions that run inside Redis, sent by their hash.

use std::{fmt, sync::LazyLock, time::Duration};

use deadpool_redis::redis::{Arg, Cmd, RedisWrite as _, Script, ToRedisArgs, cmd};
use metrics::{Histogram, histogram};
use signpost_shared::clock::millis;

use super::{DAY, Limit, Limits, keys::RedisKey};

const RATES: &str = include_str!("rates.lua");
const STATE: &str = include_str!("state.lua");

pub(super) static READ: LazyLock<Program> =
    LazyLock::new(|| Program::of("read", &[STATE, include_str!("read.lua")]));
pub(super) static RATE: LazyLock<Program> =
    LazyLock::new(|| Program::of("rate", &[include_str!("rate.lua")]));
pub(super) static LIFT: LazyLock<Program> =
    LazyLock::new(|| Program::of("lift", &[STATE, include_str!("lift.lua")]));
pub(super) static PROBE: LazyLock<Program> =
    LazyLock::new(|| Program::of("probe", &[STATE, include_str!("probe.lua")]));

/// The scripts that know the limits: written into them, these need not be sent and read with
/// each call.
pub(super) struct Programs {
    pub(super) take: Program,
    pub(super) release: Program,
    pub(super) verify: Program,
}

impl Programs {
    pub(super) fn new(limits: &Limits) -> Self {
        let limits = written(limits);
        let program = |name, file| Program::of(name, &[&limits, STATE, file]);
        let take = [&limits, include_str!("new.lua"), STATE, include_str!("take.lua")];
        Self {
            take: Program::of("take", &take),
            release: program("release", include_str!("release.lua")),
            verify: program("verify", include_str!("verify.lua")),
        }
    }
}

/// The limits in Lua. The rates of a send are in the order of its keys. Functions rather than
/// tables, which every call would make anew.
fn written(limits: &Limits) -> String {
    let sends = limits.send_rates().into_iter().flatten();
    let sends: Vec<_> =
        sends.map(|limit| format!("{}, {}, ", interval(limit), limit.burst)).collect();
    let kids = limits.code_keys.kids().map(|kid| format!("kid == \"{kid}\""));
    let (check_interval, check_burst) =
        limits.network.map_or((0.0, 0), |limit| (interval(limit), limit.burst));
    format!(
        "local COOLDOWN, CODE_TTL, DIGITS, TRIES = {}, {}, {}, {}
local LIFETIME = \"{}\"
local DAILY_CAP, DAILY_TRIES = {}, {}
local CHECK_INTERVAL, CHECK_BURST = {check_interval}, {check_burst}
local SIGNING = \"{}\"
local function is_known(kid) return {} end
local function send_rate(n) return select(2 * n - 1, {}nil) end
",
        millis(limits.cooldown),
        millis(limits.code_ttl),
        u8::from(limits.digits),
        limits.tries,
        millis(DAY.max(limits.cooldown).max(limits.code_ttl)),
        limits.daily_cap,
        limits.daily_tries,
        limits.code_keys.signing(),
        kids.collect::<Vec<_>>().join(" or "),
        sends.concat(),
    )
}

/// In milliseconds, with fractions.
pub(super) fn interval(limit: Limit) -> f64 {
    limit.rate.interval.as_secs_f64() * 1000.0
}

/// A Lua script and the name under which Redis keeps it.
pub(super) struct Program {
    name: &'static str,
    source: String,
    sha1: String,
    /// Looked up once.
    durations: Histogram,
}

impl Program {
    fn of(name: &'static str, parts: &[&str]) -> Self {
        let source = [RATES, &parts.concat()].concat();
        let durations = histogram!("signpost_redis_duration_seconds", "script" => name);
        Self { name, sha1: Script::new(&source).get_hash().to_owned(), source, durations }
    }

    /// A call that has no arguments yet. On a cluster its keys must share a hash tag.
    pub(super) fn on(&self, keys: &[RedisKey]) -> Call<'_> {
        let mut by_hash = Cmd::with_capacity(12, 384);
        by_hash.arg("EVALSHA").arg(&self.sha1).arg(keys.len());
        for key in keys {
            by_hash.write_arg_fmt(key);
        }
        Call { program: self, by_hash }
    }
}

/// One call of a script.
pub(super) struct Call<'a> {
    program: &'a Program,
    by_hash: Cmd,
}

impl Call<'_> {
    /// What the script is called.
    pub(super) fn name(&self) -> &'static str {
        self.program.name
    }

    /// Counts how long Redis has taken, whatever it said.
    pub(super) fn took(&self, time: Duration) {
        self.program.durations.record(time);
    }

    pub(super) fn arg(mut self, argument: impl ToRedisArgs) -> Self {
        self.by_hash.arg(argument);
        self
    }

    /// As text, without a string of its own.
    pub(super) fn text(mut self, argument: impl fmt::Display) -> Self {
        self.by_hash.write_arg_fmt(argument);
        self
    }

    /// For a Redis that keeps the script; one that does not says NOSCRIPT and does nothing.
    pub(super) fn by_hash(&self) -> &Cmd {
        &self.by_hash
    }

    /// For a Redis that does not keep the script, and will from now on.
    pub(super) fn in_full(&self) -> Cmd {
        let mut full = cmd("EVAL");
        full.arg(&self.program.source);
        for argument in self.by_hash.args_iter().skip(2) {
            if let Arg::Simple(argument) = argument {
                full.arg(argument);
            }
        }
        full
    }
}
