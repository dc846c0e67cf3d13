//! What Redis says of itself: whether it keeps what it is told, and is the one to ask.

use std::time::Duration;

use deadpool_redis::redis::{FromRedisValue, InfoDict, Value, cmd};
use signpost_shared::{
    check::{Line, Status},
    clock::{Clock, millis},
    code::new_key,
    reach::UNANSWERED,
};
use tokio::time::{Instant, sleep};

use super::{AddressKeys, RedisConnection, ThrottleError, script::PROBE};

/// The oldest that is tested.
const OLDEST: u32 = 7;
/// How long a failure is kept, at the least.
const FAILED: Duration = Duration::from_millis(100);
/// How long the name service may take.
const NAMED: Duration = Duration::from_secs(10);
/// What the clocks of Redis and this machine may differ by, in milliseconds.
const SKEW: u64 = 2_000;

fn version(info: &InfoDict) -> Line {
    let version = info.get::<String>("redis_version").unwrap_or_default();
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_some_and(|major| major >= OLDEST) {
        return Line::ok("redis version", version);
    }
    Line::fail("redis version", version, "upgrade to Redis 7 or later")
}

fn role(info: &InfoDict) -> Line {
    if is(info, "role", "slave") {
        let advice = "name the primary in SIGNPOST_REDIS_URL, or the Sentinels that know it \
                      (redis+sentinel://)";
        return Line::fail("redis role", "a replica, which takes no writes", advice);
    }
    Line::ok("redis role", "primary")
}

fn persistence(info: &InfoDict) -> Line {
    const CHECK: &str = "redis persistence";
    if is(info, "aof_enabled", "0") {
        let found = "no append-only file: a restart of Redis forgets cooldowns, counts and codes";
        return Line::fail(CHECK, found, "set appendonly yes");
    }
    for (what, status) in
        [("append-only file", "aof_last_write_status"), ("snapshot", "rdb_last_bgsave_status")]
    {
        if is(info, status, "err") {
            let found = format!("the last write of the {what} failed");
            return Line::fail(CHECK, found, "is its disk full? See the log of Redis");
        }
    }
    Line::ok(CHECK, "append-only file")
}

fn eviction(info: &InfoDict) -> Line {
    let policy = info.get::<String>("maxmemory_policy").unwrap_or_else(|| "noeviction".to_owned());
    if policy != "noeviction" {
        let found = format!("maxmemory-policy is {policy}: cooldowns, counts and codes may vanish");
        return Line::fail("redis eviction", found, "set maxmemory-policy noeviction");
    }
    Line::ok("redis eviction", policy)
}

fn memory(info: &InfoDict) -> Line {
    const MEGABYTE: u64 = 1024 * 1024;
    let used = info.get::<u64>("used_memory").unwrap_or(0);
    match info.get::<u64>("maxmemory").unwrap_or(0) {
        0 => Line::ok("redis memory", format!("{} MB used, no limit", used / MEGABYTE)),
        most => {
            let found = format!("{} of {} MB used", used / MEGABYTE, most / MEGABYTE);
            if used > most / 10 * 9 {
                let advice = "raise maxmemory: when it is full, sends get 503";
                return Line::warn("redis memory", found, advice);
            }
            Line::ok("redis memory", found)
        }
    }
}

fn is(info: &InfoDict, name: &str, value: &str) -> bool {
    info.get::<String>(name).is_some_and(|is| is == value)
}

impl RedisConnection {
    /// What Redis would forget: `None` when it says that it keeps everything, or when
    /// it does not let us ask.
    pub(super) async fn forgets(&self) -> Option<String> {
        let told: Vec<(_, InfoDict)> = self.told("INFO").await.ok()?;
        let lines = told.iter().flat_map(|(_, info)| [persistence(info), eviction(info)]);
        let bad = lines.into_iter().find(|line| line.status == Status::Fail)?;
        Some(format!("{} ({})", bad.found, bad.advice.unwrap_or_default()))
    }

    /// Looks at each server that decides: whether it lets us in, what it is, and whether it
    /// does what a send asks for.
    pub async fn inspect(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        match self.let_in().await {
            Ok(()) => lines.push(Line::ok("redis", "lets us in")),
            Err(found) => {
                lines.push(Line::fail("redis", &found, advice(&found)));
                let rest = ["version", "role", "persistence", "eviction", "memory", "permissions"];
                let skipped =
                    |what| Line::skipped(format!("redis {what}"), "Redis was not reached");
                lines.extend(rest.into_iter().chain(["clock"]).map(skipped));
                return lines;
            }
        }
        match self.told::<InfoDict>("INFO").await {
            Ok(told) => lines.extend(told.iter().flat_map(|(node, info)| {
                let judged = [version, role, persistence, eviction, memory];
                judged.map(|judge| of_node(judge(info), node.as_deref()))
            })),
            Err(error) => {
                let why =
                    format!("version, persistence and eviction are not known: {}", cause(error));
                let advice = "let the user run INFO: ACL SETUSER … +info";
                lines.push(Line::skipped("redis info", why).advising(advice));
            }
        }
        lines.push(self.permissions().await);
        lines.extend(self.clocks().await);
        lines
    }

    /// A send waits for a connection no longer than half a second, which can be too short for
    /// the first one.
    pub(crate) async fn let_in(&self) -> Result<(), String> {
        let (mut answer, began) = (Ok(()), Instant::now());
        for tries in 0.. {
            let asked = self.ask(async |mut link| link.query::<Value>(&cmd("PING")).await);
            // A user who may not PING was let in.
            answer = asked.await.map(|_| ()).map_err(cause);
            match &answer {
                Err(cause) if cause.contains("NOPERM") => return Ok(()),
                Err(cause) if cause.contains("in 500 ms") && tries < 4 => {}
                // Its lookup goes on meanwhile.
                Err(cause) if cause.contains(UNANSWERED) && began.elapsed() < NAMED => {
                    sleep(FAILED).await;
                }
                _ => break,
            }
        }
        answer
    }

    async fn permissions(&self) -> Line {
        const CHECK: &str = "redis permissions";
        let Ok(keys) = new_key().parse().map(AddressKeys::new) else {
            return Line::skipped(CHECK, "no key can be made");
        };
        let call = PROBE.on(&keys.probe()).arg(0);
        // As after a restart of Redis, which keeps no script, and as ever after.
        let anew = self.ask(async |mut link| link.query::<Value>(&call.in_full()).await).await;
        match anew.and(self.probe(&call).await) {
            Ok(()) => Line::ok(CHECK, "a send's commands and keys"),
            Err(error) => {
                let found = cause(error);
                Line::fail(CHECK, &found, advice(&found))
            }
        }
    }

    async fn clocks(&self) -> Vec<Line> {
        const CHECK: &str = "redis clock";
        let began = Instant::now();
        let told = self.told::<(u64, u64)>("TIME").await;
        // It was asked in the middle of that, as far as anybody can tell.
        let now = Clock::system().now().as_millis() - millis(began.elapsed()) / 2;
        let told = match told {
            Ok(told) => told,
            Err(error) => return vec![Line::skipped(CHECK, cause(error))],
        };
        let judged = told.iter().map(|(node, (seconds, micros))| {
            let theirs = seconds * 1000 + micros / 1000;
            let apart = theirs.abs_diff(now);
            let side = if theirs > now { "ahead of" } else { "behind" };
            let line = if apart > SKEW {
                let found = format!("{} s {side} this machine's", apart / 1000);
                let advice = "run NTP on both: codes live by Redis' clock, and workers compare it \
                              with theirs";
                Line::warn(CHECK, found, advice)
            } else {
                Line::ok(CHECK, format!("{apart} ms {side} this machine's"))
            };
            of_node(line, node.as_deref())
        });
        judged.collect()
    }

    /// What each primary says to a command without arguments, by its name on a cluster.
    async fn told<T: FromRedisValue>(
        &self,
        command: &str,
    ) -> Result<Vec<(Option<String>, T)>, ThrottleError> {
        self.ask(async |mut link| link.query_each(&cmd(command)).await).await
    }
}

fn of_node(mut line: Line, node: Option<&str>) -> Line {
    if let Some(node) = node {
        line.check = format!("{} {node}", line.check);
    }
    line
}

/// What Redis or the way to it says, without what it means for a send.
fn cause(error: ThrottleError) -> String {
    let (ThrottleError::NotSent(cause) | ThrottleError::Unknown(cause)) = error;
    without_pool(&cause).to_owned()
}

fn without_pool(cause: &str) -> &str {
    cause.strip_prefix("Error occurred while creating a new object: ").unwrap_or(cause)
}

/// The same, and what to do about it.
pub(super) fn with_advice(cause: &str) -> String {
    format!("{} ({})", without_pool(cause), advice(cause))
}

/// What to do about an error of Redis.
fn advice(error: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|word| error.contains(word));
    if says(&["MasterNameNotFound"]) {
        "no Sentinel knows a primary of that name that can be reached: it fails over now, or has \
         another name than the path of SIGNPOST_REDIS_URL: `redis-cli -p 26379 sentinel masters`"
    } else if says(&["name service", "lookup address"]) {
        "the host of SIGNPOST_REDIS_URL is a name that DNS must know here (resolv.conf)"
    } else if says(&["MOVED", "Moved"]) {
        "this is a node of a cluster: SIGNPOST_REDIS_URL begins with redis+cluster://"
    } else if says(&["NOPERM", "ACL failure", "no permissions", "t run this command", "t access"]) {
        "ACL SETUSER user ~signpost:v4:* +eval +evalsha +get +set +del +time +ping +exists +info \
         +role +cluster|slots; for SIGNPOST_STATUS and `erase` +hget +hset +hkeys +hvals +hdel \
         +pexpire as well"
    } else if says(&["NOAUTH", "WRONGPASS", "uthentication"]) {
        "put Redis' user and password into SIGNPOST_REDIS_URL (percent-encoded); those of \
         Sentinels are its ?sentinel_user=…&sentinel_password=…"
    } else if says(&["READONLY", "ReadOnly", "MASTERDOWN", "MasterDown"]) {
        "this is no primary: name the primary, or its Sentinels, in SIGNPOST_REDIS_URL"
    } else if says(&["OOM"]) {
        "Redis is out of memory: raise maxmemory"
    } else if says(&["NOREPLICAS"]) {
        "fewer replicas are connected than Redis' min-replicas-to-write asks for"
    } else if says(&["MISCONF"]) {
        "Redis can't write to its disk: see its log"
    } else if says(&["CertificateRequired"]) {
        "it asks for a client's certificate, which Signpost has none of: tls-auth-clients no"
    } else if says(&["xpired"]) {
        "its certificate has expired, or a clock is wrong"
    } else if says(&["ertificate", "UnknownIssuer", "TLS"]) {
        "SIGNPOST_CA_FILE must have the authority that signed its certificate, and the host of \
         SIGNPOST_REDIS_URL be a name in it"
    } else if says(&["DB index"]) {
        "the number at the end of SIGNPOST_REDIS_URL is a database that this server does not have"
    } else if says(&["nknown command", "nknown Redis command"]) {
        "this is a Sentinel (redis+sentinel:// is their URL), or has a command under another name: \
         undo its rename-command"
    } else if says(&["Parse error", "Unexpected"]) {
        "what answers there is not Redis: are host and port of SIGNPOST_REDIS_URL right?"
    } else if says(&["BUSY"]) {
        "a script of somebody keeps it from everything else: SCRIPT KILL"
    } else if says(&["timed out"]) {
        "no answer in 500 ms: is it busy or stopped, or are host and port of SIGNPOST_REDIS_URL \
         others? On a cluster one primary is enough: `redis-cli --cluster check` says which"
    } else if says(&["CLUSTERDOWN"]) {
        "`redis-cli --cluster check` says which slots no primary serves"
    } else if says(&["reset by peer", "roken pipe"]) {
        "it hangs up: has it as many clients as its maxclients allows, does it expect TLS \
         (rediss://), or is its protected-mode on?"
    } else {
        "does Redis run there, and are scheme, host and port of SIGNPOST_REDIS_URL right?"
    }
}
