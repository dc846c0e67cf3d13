//! Three nodes of RabbitMQ with quorum queues: the one that leads is killed under load.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    time::Duration,
};

use futures_util::future::join_all;
use lapin::{Connection, ConnectionProperties, options::QueueDeclareOptions, types::FieldTable};
use signpost_shared::queue::rabbit::SEND;
use tokio_util::sync::CancellationToken;

use crate::rig::{Server, World, amqp_url, node_name, until};

const NODES: [&str; 3] = ["one", "two", "three"];
const REQUESTS: usize = 300;

/// Whether a node has the queue, which was declared at another one.
async fn knows_the_queue(node: SocketAddr) -> bool {
    let connection =
        Connection::connect(&amqp_url(node), ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
    channel.queue_declare(SEND.into(), passive, FieldTable::default()).await.is_ok()
}

#[tokio::test]
async fn slow_killing_the_leader_of_a_cluster_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let epmd = Server::epmd().unwrap();
    epmd.ready().await.unwrap();
    let homes = NODES.map(|name| folder.path().join(name));
    let peers = homes.iter().zip(1..).map(|(home, number)| {
        format!("cluster_formation.classic_config.nodes.{number} = {}", node_name(home))
    });
    let discovery =
        "cluster_formation.peer_discovery_backend = rabbit_peer_discovery_classic_config";
    let settings = peers.chain([discovery.to_owned()]).collect::<Vec<_>>().join("\n");
    for home in &homes {
        std::fs::create_dir(home).unwrap();
        // The nodes of a cluster know each other by this secret.
        let cookie = home.join(".erlang.cookie");
        std::fs::write(&cookie, "signpost").unwrap();
        std::fs::set_permissions(&cookie, PermissionsExt::from_mode(0o400)).unwrap();
    }
    let mut nodes = Vec::new();
    for home in &homes {
        let node = Server::rabbit_node(home, epmd.address(), &settings).unwrap();
        // One after the other: the first forms the cluster that the others join.
        node.ready().await.unwrap();
        nodes.push(node);
    }
    let urls = nodes.iter().map(|node| amqp_url(node.address()));
    let urls = urls.collect::<Vec<_>>().join(",");

    let world = World::new().await;
    let more = [("SIGNPOST_AMQP_URL", urls.as_str())];
    // The API comes first, to the first node: queues are led from where they are declared.
    let api = world.api(&more).await;
    let worker = world.worker(&more).await;
    assert!(knows_the_queue(nodes[2].address()).await, "the nodes are one cluster");

    let accepted = RefCell::new(BTreeSet::new());
    let ask = async |address: String| {
        let success = api.send(&address).await.is_success();
        if success {
            accepted.borrow_mut().insert(address);
        }
        success
    };
    let stop = CancellationToken::new();
    let client = async |client: usize| {
        let mut pace = tokio::time::interval(Duration::from_millis(20));
        for number in 0.. {
            if stop.run_until_cancelled(pace.tick()).await.is_none() {
                return;
            }
            ask(format!("u{client}-{number}@a.example")).await;
        }
    };
    let load = join_all((0..8).map(client));
    let kill = async {
        until("requests are accepted", async || accepted.borrow().len() > REQUESTS).await;
        nodes[0].process.kill().await;
        let before = accepted.borrow().len();
        until("requests are accepted", async || accepted.borrow().len() > before + REQUESTS).await;
        until("the API is healthy, on another node", async || api.is_healthy().await).await;
        until("the worker is healthy, on another node", async || worker.is_healthy().await).await;
        stop.cancel();
    };
    tokio::join!(load, kill);
    let round = Cell::new(0);
    until("no channel is left that asks the node that is gone", async || {
        round.set(round.get() + 1);
        let asked = (0..20).map(|number| ask(format!("after{}-{number}@a.example", round.get())));
        join_all(asked).await.into_iter().all(|success| success)
    })
    .await;
    let accepted = accepted.into_inner();
    until("every accepted request's mail is there", async || {
        let mailed: BTreeSet<_> =
            world.mails.list().iter().map(|mail| mail.to[0].clone()).collect();
        accepted.is_subset(&mailed)
    })
    .await;
}
