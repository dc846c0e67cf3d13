//! HTTP around the contract: ids, CORS, limits, and what slow or large clients get.

use futures_util::future::try_join_all;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::rig::{Process, SEND_PATH, World, path_of, soon, until};

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
        let theirs = "content-type,x-requested-with,traceparent";
        let request = request.header("access-control-request-headers", theirs);
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["access-control-allow-headers"], theirs);
        let allowed = response.headers().get("access-control-allow-origin").cloned();
        (response.status().as_u16(), allowed.map(|value| value.to_str().unwrap().to_owned()))
    };
    assert_eq!(
        preflight("http://localhost:3000").await,
        (200, Some("http://localhost:3000".to_owned()))
    );
    assert_eq!(preflight("https://evil.example").await.1, None);
    // A page that asks with its cookies, or with headers of its own, may read the answer.
    let request = api.post(SEND_PATH).header("origin", "https://www.example.com");
    let response = request.form(&[("email", "")]).send().await.unwrap();
    assert_eq!(response.headers()["access-control-allow-credentials"], "true");
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

/// `POST` to the path for sending, with these further header lines, up to its body.
fn head(lines: &str) -> String {
    format!("POST {SEND_PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\n{lines}\r\n")
}

#[tokio::test]
async fn a_first_request_is_answered_at_once_however_it_comes() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    let cookie = format!("Cookie: {}\r\nContent-Length: 4096\r\n", "c".repeat(13 * 1024));
    let body = format!("email=jane{}", "&".repeat(4086));
    let chunks = "a\r\nemail=jane\r\n0\r\n\r\n";
    for (lines, waits_for, body) in [
        ("Transfer-Encoding: chunked\r\n", "", chunks),
        ("Expect: 100-continue\r\nContent-Length: 10\r\n", "HTTP/1.1 100", "email=jane"),
        (&cookie, "", &body),
    ] {
        let asked = async || {
            let mut client = TcpStream::connect(api.address).await.unwrap();
            client.set_nodelay(true).unwrap();
            client.write_all(head(&format!("Connection: close\r\n{lines}")).as_bytes()).await?;
            let mut answer = vec![0; waits_for.len()];
            client.read_exact(&mut answer).await?;
            client.write_all(body.as_bytes()).await?;
            client.read_to_end(&mut answer).await?;
            let answer = String::from_utf8_lossy(&answer).into_owned();
            assert!(
                answer.starts_with(waits_for) && answer.contains(r#""code":"400""#),
                "{answer}"
            );
            Ok::<_, std::io::Error>(())
        };
        let all = async {
            for _ in 0..50 {
                try_join_all((0..20).map(|_| asked())).await.unwrap();
            }
        };
        soon(lines, all).await;
    }
}

#[tokio::test]
async fn what_http_has_against_a_request_is_said_at_once_and_ends_the_connection() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    let long = format!("2001\r\n{}", "x".repeat(0x2001));
    for (lines, body, status, code) in [
        ("Content-Length: 99999", "", "413 Payload Too Large", "413"),
        ("Transfer-Encoding: chunked", &long, "413 Payload Too Large", "413"),
        ("Content-Encoding: gzip\r\nContent-Length: 9", "", "415 Unsupported Media Type", "415"),
        ("Content-Encoding: identity, br\r\nContent-Length: 9", "", "415 ", "415"),
        ("Transfer-Encoding: gzip, chunked", "", "501 Not Implemented", "501"),
        ("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", "", "501 ", "501"),
        ("Content-Type: text/plain", "", "400 Bad Request", "400"),
        ("Host: a", "", "400 Bad Request", "400"),
    ] {
        let head = head(&format!("{lines}\r\n"));
        let answer = raw(api.address, format!("{head}{body}").as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{lines}: {answer}");
        assert!(answer.contains(&format!(r#""code":"{code}","success":false}}"#)), "{answer}");
        assert!(answer.contains("connection: close\r\n"), "{lines}: {answer}");
    }
    for (request, status) in [
        ("GET / HTTP/1.1\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\n", 400),
        ("GET http://a/ HTTP/1.1\r\n", 400),
        ("GET / HTTP/1.0\r\n", 404),
        ("GET http://a/ HTTP/1.1\r\nHost: a:80\r\n", 404),
        ("GET / HTTP/1.1\r\nHost: [::1]:80\r\n", 404),
        ("OPTIONS * HTTP/1.1\r\nHost:\r\n", 404),
        ("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n", 404),
    ] {
        let answer =
            raw(api.address, format!("{request}Connection: close\r\n\r\n").as_bytes()).await;
        assert!(answer[9..].starts_with(&status.to_string()), "{request}: {answer}");
        assert!(answer.ends_with(r#""success":false}"#), "{request}: {answer}");
    }
    let identity = "Content-Encoding: identity\r\nContent-Length: 10\r\nConnection: close\r\n";
    let plain = raw(api.address, format!("{}email=jane", head(identity)).as_bytes()).await;
    assert!(plain.starts_with("HTTP/1.1 200 OK"), "{plain}");
}

#[tokio::test]
async fn slow_a_head_that_drips_is_not_waited_for() {
    let world = World::new().await;
    let api = world.api(&[("SIGNPOST_IDLE", "1s")]).await;
    for never_whole in ["", "POST / HTTP/1.1\r\nHost: a\r\n"] {
        assert_eq!(raw(api.address, never_whole.as_bytes()).await, "", "the end, and no answer");
    }
}

/// How much memory a process has, in bytes, without the pages of its file.
fn resident(process: &Process) -> usize {
    let sizes = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let size = sizes.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    size.trim().strip_suffix(" kB").unwrap().parse::<usize>().unwrap() * 1024
}

#[tokio::test]
async fn slow_a_flood_of_connections_costs_little_and_shuts_nobody_out() {
    let world = World::new().await;
    let api = world.api(&[]).await;
    let served = async |name: &str, i: usize| {
        let answer = soon("an answer", api.send(&format!("{name}{i}@a.example"))).await;
        assert!(answer.is_success(), "{i}: {answer:?}");
    };
    for i in 0..100 {
        served("before", i).await;
    }
    let before = resident(&api.process);
    let long = format!("{SEND_PATH}\r\nCookie: {}", "c".repeat(12 * 1024));
    let kinds = [
        String::new(),
        long,
        head("Content-Length: 100\r\n"),
        head("Transfer-Encoding: chunked\r\n") + "6\r\nemail=\r\n",
        head("Content-Length: 10\r\n") + "email=jane",
        head("Content-Length: 8000\r\n"),
    ];
    let mut flood = Vec::new();
    for i in 0..3000 {
        let mut stream = soon("a connection", TcpStream::connect(api.address)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream.write_all(kinds[i % kinds.len()].as_bytes()).await.unwrap();
        flood.push(stream);
        if i % 300 == 0 {
            served("meanwhile", i).await;
        }
    }
    for _ in 0..16 {
        // The last kind goes on: each byte is read into a buffer of 8 KiB.
        for stream in flood.iter_mut().skip(kinds.len() - 1).step_by(kinds.len()) {
            stream.write_all(b"x").await.unwrap();
        }
    }
    // One whose body is late, as over a bad line, is waited for all the same.
    let mut late = TcpStream::connect(api.address).await.unwrap();
    let body = "email=late%40a.example";
    let lines = format!("Content-Length: {}\r\nConnection: close\r\n", body.len());
    late.write_all(head(&lines).as_bytes()).await.unwrap();
    for i in 0..5 {
        served("after", i).await;
    }
    late.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    soon("an answer", late.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.contains("\"success\":true"), "{answer}");
    let risen = || resident(&api.process).saturating_sub(before) / 1024 / 1024;
    eprintln!("RISEN {}", risen());
    assert!(risen() < 64, "{} MiB for {} connections", risen(), flood.len());
    drop(flood);
    until("the memory is given back", async || risen() < 20).await;
}

#[tokio::test]
async fn with_few_descriptors_connections_are_fewer_and_nobody_is_shut_out() {
    let world = World::new().await;
    let shell =
        format!("ulimit -Sn 64; ulimit -Hn 256; exec {}", path_of("signpost-api").display());
    let process = Process::start_with("sh", &["-c", &shell], &world.api_settings(&[]));
    let api = world.api_in(process).await;
    until("the API is ready", async || api.is_ready().await).await;
    let warned = |line: &serde_json::Value| {
        (line["level"] == "WARN" && line["connections"] == 128 && line["descriptors"] == 256)
            .then_some(())
    };
    api.process.logged("how many connections there may be", warned).await;
    let mut silent = Vec::new();
    for _ in 0..300 {
        silent.push(TcpStream::connect(api.address).await.unwrap());
    }
    assert!(api.is_ready().await && api.metric("signpost_redis_up").await.is_some());
    assert!(soon("an answer", api.send("jane@a.example")).await.is_success());
}
