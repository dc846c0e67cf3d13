//! Redis that is more than one server: failed over behind Sentinel, or a cluster.

use std::{
    cell::RefCell,
    collections::HashMap,
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use tempfile::TempDir;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::rig::{Api, Proxy, Server, World, code_in, free_port, until};

/// What `docs/SECURITY.md` says a failover may lose.
const LOST: Duration = Duration::from_secs(1);
/// A send's own deadlines, and a busy machine.
const DEADLINE: Duration = Duration::from_secs(10);

async fn redis(folder: &Path, name: &str, more: &str) -> Server {
    let folder = folder.join(name);
    std::fs::create_dir(&folder).unwrap();
    let more: Vec<_> = more.split_whitespace().map(str::to_owned).collect();
    let server = Server::redis(&folder, &more).unwrap();
    server.ready().await.unwrap();
    server
}

pub(crate) async fn redis_cli(server: SocketAddr, command: &str) -> String {
    let mut cli = Command::new("redis-cli");
    cli.args(["-h", &server.ip().to_string(), "-p", &server.port().to_string()]);
    let output = cli.args(command.split(' ')).output().await.unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// A primary and its replica.
struct Pair {
    primary: Server,
    replica: Server,
    folder: TempDir,
}

impl Pair {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let primary = redis(folder.path(), "primary", "--repl-diskless-sync-delay 0").await;
        let at = primary.address();
        let replicate = format!("--replicaof {} {}", at.ip(), at.port());
        let replica = redis(folder.path(), "replica", &replicate).await;
        until("the replica follows", async || {
            redis_cli(at, "info replication").await.contains("state=online")
        })
        .await;
        Self { primary, replica, folder }
    }

    /// Three Sentinels that watch them and know each other.
    async fn watched(&self) -> [Server; 3] {
        let sentinel = |name| {
            let folder = self.folder.path().join(name);
            std::fs::create_dir(&folder).unwrap();
            Server::sentinel(&folder, "mail", self.primary.address(), "").unwrap()
        };
        let sentinels = ["sentinel1", "sentinel2", "sentinel3"].map(sentinel);
        for sentinel in &sentinels {
            sentinel.ready().await.unwrap();
            until("the Sentinels know the replica and each other", async || {
                let known = redis_cli(sentinel.address(), "info sentinel").await;
                known.contains("slaves=1,sentinels=3")
            })
            .await;
        }
        sentinels
    }
}

fn url_of(sentinels: &[Server]) -> String {
    let hosts: Vec<_> = sentinels.iter().map(|server| server.address().to_string()).collect();
    format!("redis+sentinel://{}/mail", hosts.join(","))
}

/// Sends from several clients until it is told to stop, and tells when each was accepted.
async fn load(api: &Api, name: &str, stop: &CancellationToken) -> HashMap<String, Instant> {
    let accepted = RefCell::new(HashMap::new());
    let client = async |client: usize| {
        let mut pace = tokio::time::interval(Duration::from_millis(20));
        for number in 0.. {
            if stop.run_until_cancelled(pace.tick()).await.is_none() {
                return;
            }
            let address = format!("{name}{client}-{number}@a.example");
            let began = Instant::now();
            let answer = api.send(&address).await;
            assert!(began.elapsed() < DEADLINE, "{} after {:?}", answer.status, began.elapsed());
            if answer.is_success() {
                accepted.borrow_mut().insert(address, Instant::now());
            } else {
                assert_eq!(answer.status, 503, "{}", answer.body);
            }
        }
    };
    join_all((0..4).map(client)).await;
    accepted.into_inner()
}

async fn is_accepted_again(api: &Api, by: &str) {
    let number = std::cell::Cell::new(0);
    until("requests are accepted again", async || {
        number.set(number.get() + 1);
        api.send(&format!("{by}{}@a.example", number.get())).await.is_success()
    })
    .await;
}

/// The code in each of these addresses' mails.
async fn codes(world: &World, accepted: &HashMap<String, Instant>) -> HashMap<String, String> {
    let mailed = || {
        let mails = world.mails.list();
        mails.iter().map(|mail| (mail.to[0].clone(), code_in(&mail.raw))).collect()
    };
    until("every accepted request's mail is there", async || {
        let mailed: HashMap<_, _> = mailed();
        accepted.keys().all(|address| mailed.contains_key(address))
    })
    .await;
    mailed()
}

#[tokio::test]
async fn slow_a_failover_under_load_loses_the_last_second_at_most() {
    let world = World::new().await;
    let mut pair = Pair::start().await;
    let sentinels = pair.watched().await;
    let api = world.api(&[("SIGNPOST_REDIS_URL", &url_of(&sentinels))]).await;
    let _worker = world.worker(&[]).await;

    let stop = CancellationToken::new();
    let fail_over = async {
        world.mails.wait_for_received(300).await;
        let killed = Instant::now();
        pair.primary.process.kill().await;
        until("the API is unhealthy", async || !api.is_healthy().await).await;
        is_accepted_again(&api, "after").await;
        until("the API is healthy", async || api.is_healthy().await).await;
        stop.cancel();
        killed
    };
    let (accepted, killed) = tokio::join!(load(&api, "u", &stop), fail_over);

    let codes = codes(&world, &accepted).await;
    let role = redis_cli(pair.replica.address(), "role").await;
    assert!(role.starts_with("master"), "the replica was promoted: {role}");
    let mut kept = 0;
    for (address, at) in &accepted {
        let old = *at + LOST < killed || *at > killed + LOST;
        let right = api.check(address, &codes[address], false).await;
        assert!(right.is_success() || !old, "{}", right.body);
        let later = api.send(address).await;
        assert!(later.code() == "send.later" || !old, "{}", later.body);
        kept += usize::from(old);
    }
    assert!(kept > 0);
}

#[tokio::test]
async fn slow_a_failover_that_was_asked_for_loses_nothing() {
    let world = World::new().await;
    let pair = Pair::start().await;
    let sentinels = pair.watched().await;
    // One that is away, and one that never answers, are passed over.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let hosts = url_of(&sentinels).replace(
        "redis+sentinel://",
        &format!("redis+sentinel://127.0.0.1:1,{},", silent.local_addr().unwrap()),
    );
    let api = world.api(&[("SIGNPOST_REDIS_URL", &hosts)]).await;
    let _worker = world.worker(&[]).await;

    let stop = CancellationToken::new();
    let fail_over = async {
        world.mails.wait_for_received(100).await;
        let asked = redis_cli(sentinels[0].address(), "sentinel failover mail").await;
        assert_eq!(asked.trim(), "OK");
        until("the replica is promoted", async || {
            redis_cli(pair.replica.address(), "role").await.starts_with("master")
        })
        .await;
        is_accepted_again(&api, "after").await;
        let received = world.mails.received();
        world.mails.wait_for_received(received + 100).await;
        stop.cancel();
    };
    let (accepted, ()) = tokio::join!(load(&api, "u", &stop), fail_over);
    for (address, code) in codes(&world, &accepted).await {
        let right = api.check(&address, &code, false).await;
        assert!(right.is_success(), "{}", right.body);
    }
}

/// Behind a name or an address that moves, an old connection stays with the old primary.
#[tokio::test]
async fn a_primary_that_was_demoted_is_left_at_once() {
    let world = World::new().await;
    let pair = Pair::start().await;
    let (old, new) = (pair.primary.address(), pair.replica.address());
    let proxy = Proxy::to(old).await;
    let url = format!("redis://{}", proxy.address());
    let api = world.api(&[("SIGNPOST_REDIS_URL", &url)]).await;
    assert!(api.send("jane@a.example").await.is_success());
    until("the replica has it", async || redis_cli(new, "dbsize").await.trim() != "0").await;

    redis_cli(new, "replicaof no one").await;
    redis_cli(old, &format!("replicaof {} {}", new.ip(), new.port())).await;
    proxy.lead_to(new);
    assert_eq!(api.send("john@a.example").await.status, 503, "a replica takes nothing");
    assert!(api.send("john@a.example").await.is_success(), "the next one goes to the primary");
    assert_eq!(api.send("jane@a.example").await.code(), "send.later");
}

#[tokio::test]
async fn slow_a_cluster_works_again_when_a_node_comes_back() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let mut nodes = Vec::new();
    for name in ["one", "two", "three"] {
        let bus = free_port().unwrap();
        let more = format!(
            "--cluster-enabled yes --cluster-port {bus} --cluster-node-timeout 1000 --appendfsync always"
        );
        nodes.push(redis(folder.path(), name, &more).await);
    }
    let hosts: Vec<_> = nodes.iter().map(|node| node.address().to_string()).collect();
    let mut cli = Command::new("redis-cli");
    cli.args(["--cluster", "create"]).args(&hosts).arg("--cluster-yes");
    let made = cli.output().await.unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stdout));
    until("the nodes are one cluster", async || {
        let mut whole = true;
        for node in &nodes {
            let info = redis_cli(node.address(), "cluster info").await;
            whole &= info.starts_with("cluster_state:ok");
        }
        whole
    })
    .await;

    let url = format!("redis+cluster://{}", hosts.join(","));
    let api = world.api(&[("SIGNPOST_REDIS_URL", &url)]).await;
    let _worker = world.worker(&[]).await;
    for signal in ["KILL", "STOP"] {
        let (stop, mails) = (CancellationToken::new(), world.mails.received());
        let outage = async {
            world.mails.wait_for_received(mails + 100).await;
            nodes[0].process.signal(signal);
            until("the API is unhealthy", async || !api.is_healthy().await).await;
            if signal == "KILL" {
                nodes[0].process.kill().await;
                nodes[0].process.restart();
            } else {
                nodes[0].process.signal("CONT");
            }
            until("the API is healthy", async || api.is_healthy().await).await;
            is_accepted_again(&api, &format!("after{signal}")).await;
            stop.cancel();
        };
        let (accepted, ()) = tokio::join!(load(&api, signal, &stop), outage);
        let codes = codes(&world, &accepted).await;
        for address in accepted.keys() {
            // On a busy machine the nodes lose sight of each other once more, now and then.
            until("its code is right", async || {
                api.check(address, &codes[address], false).await.is_success()
            })
            .await;
        }
    }
    // An outage is told by us, once, and not by the driver, for each of its attempts.
    let log = api.process.log();
    assert!(!log.iter().any(|line| line.contains(r#""target":"redis"#)), "{log:#?}");
}

/// As docs/OPERATIONS.md has them.
#[tokio::test]
async fn the_least_rights_are_enough_behind_sentinels_and_on_a_cluster() {
    let world = World::new().await;
    let pair = Pair::start().await;
    let sentinels = pair.watched().await;
    let cluster = std::env::var_os("REDIS_CLUSTER_URL").expect("./test sets it");
    let cluster = cluster.into_string().unwrap();
    let nodes: Vec<SocketAddr> = cluster
        .trim_start_matches("redis+cluster://")
        .split(',')
        .map(|node| node.parse().unwrap())
        .collect();
    let both = [
        (url_of(&sentinels), vec![pair.primary.address(), pair.replica.address()], "+role"),
        (cluster.clone(), nodes, "+exists +cluster|slots"),
    ];
    for (url, servers, more) in both {
        let sends = "~signpost:v4:* +eval +evalsha +get +set +del +time +ping";
        for server in servers {
            let user = format!("acl setuser few on >s3cret {sends} {more}");
            assert_eq!(redis_cli(server, &user).await.trim(), "OK");
        }
        let url = url.replace("://", "://few:s3cret@");
        let api = world.api(&[("SIGNPOST_REDIS_URL", &url)]).await;
        assert!(api.send("jane@a.example").await.is_success(), "{more}");
        until("the API is healthy", async || api.is_healthy().await).await;
    }
}
