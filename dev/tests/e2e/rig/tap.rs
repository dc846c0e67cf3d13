//! A proxy that sees what a server says.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_util::task::TaskTracker;

/// Where everything passes on its way to this server and back. Each piece of what the server says,
/// with its connection's number, is `heard` first, and may be changed.
pub(crate) async fn tapped(
    server: SocketAddr,
    heard: impl Fn(usize, &mut [u8]) + Clone + Send + Sync + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = TaskTracker::new();
    connections.clone().spawn(async move {
        for number in 0.. {
            let Ok((client, _)) = listener.accept().await else { return };
            let heard = heard.clone();
            connections.spawn(pass(client, server, move |piece| heard(number, piece)));
        }
    });
    address
}

async fn pass(
    mut client: TcpStream,
    server: SocketAddr,
    heard: impl Fn(&mut [u8]),
) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let ((mut asks, mut hears), (mut says, mut is_asked)) = (client.split(), server.split());
    let back = async {
        let mut piece = vec![0; 64 * 1024];
        loop {
            let read = says.read(&mut piece).await?;
            if read == 0 {
                return hears.shutdown().await;
            }
            heard(&mut piece[..read]);
            hears.write_all(&piece[..read]).await?;
        }
    };
    let there = async {
        tokio::io::copy(&mut asks, &mut is_asked).await?;
        is_asked.shutdown().await
    };
    tokio::try_join!(there, back).map(|_| ())
}
