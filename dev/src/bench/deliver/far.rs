//! A relay that is far away: every byte takes its time, on the way there and on the way back.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
    time::{Instant, sleep_until},
};

/// The way to a relay; dropped, it is closed.
#[derive(Debug)]
pub(super) struct Far {
    address: SocketAddr,
    _accepting: JoinSet<()>,
}

impl Far {
    /// A way on which a byte is for so long.
    pub(super) async fn before(relay: SocketAddr, way: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let mut accepting = JoinSet::new();
        accepting.spawn(async move {
            let mut lines = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                lines.spawn(async move {
                    let Ok(far) = TcpStream::connect(relay).await else { return };
                    let _ = (near.set_nodelay(true), far.set_nodelay(true));
                    let ((near_in, near_out), (far_in, far_out)) =
                        (near.into_split(), far.into_split());
                    let _ =
                        tokio::join!(carry(near_in, far_out, way), carry(far_in, near_out, way));
                });
            }
        });
        Ok(Self { address, _accepting: accepting })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

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
