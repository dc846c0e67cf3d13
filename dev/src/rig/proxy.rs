//! A TCP proxy that can cut what goes through it, or make its way long.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    time::{Instant, sleep_until},
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
        Self::far_from(target, Duration::ZERO).await
    }

    /// One through which every byte takes so long, on the way there and on the way back. What is
    /// on its way when the proxy is frozen is lost.
    pub async fn far_from(target: SocketAddr, way: Duration) -> Self {
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
                let forwarded = forward(client, *leads_to.borrow(), way, watching.clone());
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

async fn forward(
    mut client: TcpStream,
    target: SocketAddr,
    way: Duration,
    mut line: watch::Receiver<Line>,
) {
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
                () = pass(&mut client, &mut server, way) => return,
                changed = line.changed() => if changed.is_err() {
                    return;
                },
            },
        }
    }
}

/// Forwards in both directions until both have ended, or one has failed.
async fn pass(client: &mut TcpStream, server: &mut TcpStream, way: Duration) {
    if way.is_zero() {
        let _ = copy_bidirectional(client, server).await;
        return;
    }
    let ((near_in, near_out), (far_in, far_out)) = (client.split(), server.split());
    let _ = tokio::try_join!(carry(near_in, far_out, way), carry(far_in, near_out, way));
}

/// Forwards what is read, each piece as long after it was read as its way is.
async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    way: Duration,
) -> io::Result<()> {
    let (send, mut on_the_way) = mpsc::unbounded_channel();
    let depart = async {
        loop {
            let mut bytes = Vec::with_capacity(16 * 1024);
            if from.read_buf(&mut bytes).await? == 0 || send.send((Instant::now(), bytes)).is_err()
            {
                drop(send);
                return Ok(());
            }
        }
    };
    let arrive = async {
        while let Some((departed, bytes)) = on_the_way.recv().await {
            sleep_until(departed + way).await;
            to.write_all(&bytes).await?;
        }
        to.shutdown().await
    };
    tokio::try_join!(depart, arrive).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_long_way_is_gone_twice_and_by_many_at_once() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let echo = TaskTracker::new().spawn(async move {
            let (mut stream, _) = listener.accept().await?;
            let (mut from, mut to) = stream.split();
            tokio::io::copy(&mut from, &mut to).await
        });
        let way = Duration::from_millis(100);
        let proxy = Proxy::far_from(address, way).await;
        let mut stream = TcpStream::connect(proxy.address()).await.expect("it listens");
        let (began, mut back) = (Instant::now(), [0; 40]);
        for byte in 0..40 {
            stream.write_all(&[byte]).await.expect("it takes a byte");
            sleep_until(began + way / 20 * u32::from(byte)).await;
        }
        stream.shutdown().await.expect("it takes the end");
        stream.read_exact(&mut back).await.expect("every byte comes back");
        let took = began.elapsed();
        assert!(back.iter().copied().eq(0..40) && took >= 2 * way, "{took:?}");
        assert!(took < 20 * way, "one after the other: {took:?}");
        assert_eq!(stream.read(&mut back).await.expect("the end comes back too"), 0);
        assert_eq!(echo.await.expect("it ends").expect("it echoes"), 40);
    }
}
