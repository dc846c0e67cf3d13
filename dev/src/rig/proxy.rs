//! A TCP proxy that can cut what goes through it.

use std::net::SocketAddr;

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

/// Forwards to an address until it is cut. Dropped, it is gone.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    target: watch::Sender<SocketAddr>,
    line: watch::Sender<Line>,
    refused: watch::Sender<u64>,
    _stop: DropGuard,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Whole,
    Cut,
    Frozen,
}

impl Proxy {
    /// Listens on a free port.
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let address = listener.local_addr().expect("the listener is bound");
        let (line, stop) = (watch::Sender::new(Line::Whole), CancellationToken::new());
        let target = watch::Sender::new(target);
        let leads_to = target.subscribe();
        let (watching, stopped) = (line.subscribe(), stop.clone());
        let refused = watch::Sender::new(0);
        let refusing = refused.clone();
        let tasks = TaskTracker::new();
        let connections = tasks.clone();
        tasks.spawn(stopped.clone().run_until_cancelled_owned(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *watching.borrow() == Line::Cut {
                    refusing.send_modify(|count| *count += 1);
                    continue;
                }
                let forwarded = forward(client, *leads_to.borrow(), watching.clone());
                connections.spawn(stopped.clone().run_until_cancelled_owned(forwarded));
            }
        }));
        Self { address, target, line, refused, _stop: stop.drop_guard() }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections it has refused.
    pub fn refused(&self) -> u64 {
        *self.refused.borrow()
    }

    /// Awaits so many connections that were refused.
    pub async fn has_refused(&self, count: u64) {
        // Cannot fail: `self` holds the sender.
        let _ = self.refused.subscribe().wait_for(|refused| *refused >= count).await;
    }

    /// Leads new connections elsewhere; old ones stay where they are.
    pub fn lead_to(&self, target: SocketAddr) {
        self.target.send_replace(target);
    }

    /// Ends all connections and refuses new ones.
    pub fn cut(&self) {
        self.line.send_replace(Line::Cut);
    }

    /// Keeps all connections and forwards nothing: a peer that has stopped.
    pub fn freeze(&self) {
        self.line.send_replace(Line::Frozen);
    }

    /// Forwards again.
    pub fn mend(&self) {
        self.line.send_replace(Line::Whole);
    }
}

async fn forward(mut client: TcpStream, target: SocketAddr, mut line: watch::Receiver<Line>) {
    if *line.borrow_and_update() == Line::Cut {
        return;
    }
    let Ok(mut server) = TcpStream::connect(target).await else {
        return;
    };
    if client.set_nodelay(true).and_then(|()| server.set_nodelay(true)).is_err() {
        return;
    }
    loop {
        let now = *line.borrow_and_update();
        match now {
            Line::Cut => return,
            Line::Frozen => {
                if line.changed().await.is_err() {
                    return;
                }
            }
            Line::Whole => tokio::select! {
                _ = copy_bidirectional(&mut client, &mut server) => return,
                changed = line.changed() => if changed.is_err() {
                    return;
                },
            },
        }
    }
}
