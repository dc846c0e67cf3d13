//! Asks a running process whether it is healthy: the health check of an image that has no shell.

use std::{
    io::Write as _,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};

use axum::body::Body;
use http_body_util::BodyExt as _;
use hyper::{Request, StatusCode, client::conn::http1, header::HOST};
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::{net::TcpStream, time::timeout};

/// Connecting and answering together.
const DEADLINE: Duration = Duration::from_secs(3);

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum HealthError {
    /// Nothing listens there, or it hung up.
    #[error("nothing answers at {0}; SIGNPOST_ADMIN_LISTEN says where to ask")]
    Connect(SocketAddr, #[source] std::io::Error),
    /// What answers is no admin listener.
    #[error("what answers at {0} is no admin listener")]
    Http(SocketAddr, #[source] hyper::Error),
    /// It takes too long.
    #[error("no answer from {0} in 3 s")]
    Late(SocketAddr),
}

/// Asks the admin listener for `/healthz` and prints what it says. Success is that the
/// process can do its part now.
///
/// # Errors
/// When there is no answer within 3 seconds.
pub async fn report(admin_listen: SocketAddr) -> Result<ExitCode, HealthError> {
    let at = reachable(admin_listen);
    let (status, body) =
        timeout(DEADLINE, ask(at)).await.map_err(|_| HealthError::Late(at)).flatten()?;
    // Whoever is not there to read it still gets the status.
    let _ = writeln!(std::io::stdout(), "{}", String::from_utf8_lossy(&body));
    Ok(if status == StatusCode::OK { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Who listens on all addresses is asked on this machine's own.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

async fn ask(at: SocketAddr) -> Result<(StatusCode, Vec<u8>), HealthError> {
    let stream = TcpStream::connect(at).await.map_err(|error| HealthError::Connect(at, error))?;
    let http = |error| HealthError::Http(at, error);
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(http)?;
    let exchange = async {
        let mut request = Request::get("/healthz").body(Body::empty()).unwrap_or_default();
        if let Ok(host) = at.to_string().parse() {
            request.headers_mut().insert(HOST, host);
        }
        let answer = sender.send_request(request).await?;
        let status = answer.status();
        Ok((status, answer.into_body().collect().await?.to_bytes().to_vec()))
    };
    let mut exchange = std::pin::pin!(exchange);
    tokio::select! {
        answer = &mut exchange => answer.map_err(http),
        // It may end as soon as the answer is read.
        _ = connection => exchange.await.map_err(http),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_listens_everywhere_is_asked_here() {
        let asked = |listen: &str| reachable(listen.parse().unwrap()).to_string();
        assert_eq!(asked("0.0.0.0:9090"), "127.0.0.1:9090");
        assert_eq!(asked("[::]:9090"), "[::1]:9090");
        assert_eq!(asked("10.0.0.1:9090"), "10.0.0.1:9090");
    }
}
