//! HTTP around the contract: ids, CORS, limits, and what slow or large clients get.

use signpost_dev::rig::{SEND_PATH, World, soon};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_request_has_an_id_and_no_server_says_its_name() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    let ask = async |id: Option<&str>| {
        let mut request = api.post(SEND_PATH).header("content-type", FORM);
        if let Some(id) = id {
            request = request.header("x-request-id", id);
        }
        let response = request.send().await.unwrap();
        assert!(response.headers().get("server").is_none());
        response.headers()["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(ask(Some("from-the-proxy_1.2")).await, "from-the-proxy_1.2");
    assert_eq!(ask(None).await.len(), 36);
    for odd in ["jane@a.example", "a b", &"x".repeat(65)] {
        assert_eq!(ask(Some(odd)).await.len(), 36, "{odd}");
    }
}

#[tokio::test]
async fn browsers_may_call_from_configured_origins_only() {
    let world = World::new().await;
    let origins = "https://www.example.com,http://localhost:3000";
    let api = world.api(&[("SIGNPOST_CORS_ORIGINS", origins)]).await;
    let preflight = async |origin: &str| {
        let request = api.method(reqwest::Method::OPTIONS, SEND_PATH).header("origin", origin);
        let request = request.header("access-control-request-method", "POST");
        let request = request.header("access-control-request-headers", "content-type");
        let response = request.send().await.unwrap();
        let allowed = response.headers().get("access-control-allow-origin").cloned();
        (response.status().as_u16(), allowed.map(|value| value.to_str().unwrap().to_owned()))
    };
    assert_eq!(
        preflight("http://localhost:3000").await,
        (200, Some("http://localhost:3000".to_owned()))
    );
    assert_eq!(preflight("https://evil.example").await.1, None);
    let closed = world.api(&[]).await;
    let request = closed.post(SEND_PATH).header("origin", "https://www.example.com");
    let response = request.send().await.unwrap();
    assert!(response.headers().get("access-control-allow-origin").is_none());
}

async fn raw(address: std::net::SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may answer and close before everything is written.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = soon("the end of the answer", stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn heads_have_limits_and_pipelined_requests_are_answered_in_order() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    let many = "x: y\r\n".repeat(100);
    let many =
        raw(api.address, format!("GET / HTTP/1.1\r\nHost: a\r\n{many}\r\n").as_bytes()).await;
    assert!(many.starts_with("HTTP/1.1 431"), "{many}");
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nx: {}\r\n\r\n", "y".repeat(40_000));
    let long = raw(api.address, long.as_bytes()).await;
    assert!(long.starts_with("HTTP/1.1 431"), "{long}");
    let chunked = format!(
        "POST {SEND_PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    );
    let chunked = raw(api.address, chunked.as_bytes()).await;
    assert!(chunked.contains(r#""code":"400""#), "{chunked}");
    let two =
        "GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let two = raw(api.address, two.as_bytes()).await;
    assert_eq!(two.matches("HTTP/1.1 404").count(), 2, "{two}");
}

#[tokio::test]
async fn slow_a_head_that_drips_is_not_waited_for() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    // Never finished: the server ends it by itself.
    raw(api.address, b"POST / HTTP/1.1\r\nHost: a\r\n").await;
}

#[tokio::test]
async fn slow_a_flood_of_connections_costs_little_and_shuts_nobody_out() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    let post = |address: &str| {
        let body = format!("email={address}");
        let length = body.len();
        format!(
            "POST {SEND_PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
    };
    let served = async |name: &str, i: usize| {
        let answer = raw(api.address, post(&format!("{name}{i}@a.example")).as_bytes()).await;
        assert!(answer.ends_with(r#"{"success":true}"#), "{i}: {answer}");
    };
    for i in 0..100 {
        served("before", i).await;
    }
    let before = api.process.resident();
    let whole = post("never@a.example");
    let (half, nearly) = (&whole[..40], &whole[..whole.len() - 1]);
    let mut flood = Vec::new();
    for i in 0..3000 {
        let mut stream = soon("a connection", TcpStream::connect(api.address)).await.unwrap();
        // Some are gone by now.
        let _ = stream.write_all(["", half, nearly][i % 3].as_bytes()).await;
        flood.push(stream);
        if i % 300 == 0 {
            served("meanwhile", i).await;
        }
    }
    served("after", 0).await;
    assert!(
        api.metric("signpost_connections_closed_total").await.is_some_and(|closed| closed > 500.0)
    );
    let rise = api.process.resident().saturating_sub(before) / 1024 / 1024;
    assert!(rise < 24, "{rise} MiB for {} connections", flood.len());
}
