//! Asks a running process whether it is healthy: the health check of an image that has no shell.

use std::{
    io::{self, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};

use axum::body::{Body, Bytes};
use hyper::{Request, Response, StatusCode, header::HOST};
use tokio::{net::TcpStream, time::timeout};

use crate::{http_client, reach::race};

/// Connecting and answering together.
const DEADLINE: Duration = Duration::from_secs(3);
/// More than an admin listener says.
const LARGEST: usize = 64 * 1024;

/// Asks the admin listener for `/healthz` and prints what it says. Success is that the
/// process can do its part now.
///
/// # Errors
/// When there is no answer within 3 seconds.
pub async fn report(admin_listen: SocketAddr) -> io::Result<ExitCode> {
    let late = |_| io::Error::other(format!("no answer from {admin_listen} in 3 s"));
    let answer = timeout(DEADLINE, ask(admin_listen)).await.map_err(late)??;
    // Whoever is not there to read it still gets the status.
    let _ = writeln!(io::stdout(), "{}", String::from_utf8_lossy(answer.body()));
    Ok(if answer.status() == StatusCode::OK { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Who listens on all addresses is asked on this machine's own: not all have one of IPv6.
fn reachable(listen: SocketAddr) -> Vec<SocketAddr> {
    let ips: &[IpAddr] = match listen.ip() {
        ip if !ip.is_unspecified() => &[ip],
        IpAddr::V4(_) => &[IpAddr::V4(Ipv4Addr::LOCALHOST)],
        IpAddr::V6(_) => &[IpAddr::V6(Ipv6Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::LOCALHOST)],
    };
    ips.iter().map(|ip| SocketAddr::new(*ip, listen.port())).collect()
}

async fn ask(at: SocketAddr) -> io::Result<Response<Bytes>> {
    let nobody = |error| {
        let words = "SIGNPOST_ADMIN_LISTEN says where to ask";
        io::Error::other(format!("nothing answers at {at} ({error}); {words}"))
    };
    let stream = race(reachable(at), TcpStream::connect).await.map_err(nobody)?;
    let request = Request::get("/healthz").header(HOST, at.to_string()).body(Body::empty());
    let answer = http_client::ask(stream, request.map_err(io::Error::other)?, LARGEST).await;
    answer.map_err(|error| {
        io::Error::other(format!("what answers at {at} is no admin listener: {error}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_listens_everywhere_is_asked_here() {
        let address = |text: &str| text.parse::<SocketAddr>().unwrap();
        for (listen, asked) in [
            ("0.0.0.0:9090", &["127.0.0.1:9090"][..]),
            ("[::]:9090", &["[::1]:9090", "127.0.0.1:9090"]),
            ("10.0.0.1:9090", &["10.0.0.1:9090"]),
        ] {
            let asked: Vec<_> = asked.iter().map(|text| address(text)).collect();
            assert_eq!(reachable(address(listen)), asked, "{listen}");
        }
    }
}
