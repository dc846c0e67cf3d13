//! Requests that have an address where none belongs, or are none.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{SEND_PATH, VERIFY_PATH, reader, stage::Stage};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

pub(super) async fn all(stage: &Stage) {
    let address = reader("nobody");
    let encoded: String = form_urlencoded::byte_serialize(address.as_bytes()).collect();
    for path in [
        format!("/{address}"),
        format!("/{encoded}?{encoded}"),
        format!("{SEND_PATH}/{encoded}"),
        format!("{SEND_PATH}?email={encoded}&code=4711"),
        format!("{VERIFY_PATH}?email={address}"),
    ] {
        stage.ask(stage.post(&path)).await;
    }
    for name in [
        "x-request-id", "referer", "user-agent", "traceparent", "tracestate", "accept-language",
        "x-forwarded-for", "forwarded", "origin", "cookie", "authorization", "content-encoding",
        "from", "host",
    ] {
        for value in [&address, &encoded] {
            let request = stage.post(SEND_PATH).header("content-type", FORM).header(name, value);
            stage.ask(request.body(format!("email={encoded}-not-one@"))).await;
        }
    }
    for (path, content_type, body) in [
        (SEND_PATH, FORM, format!("mail={encoded}")),
        (SEND_PATH, FORM, format!("email={encoded}&email={encoded}")),
        (SEND_PATH, FORM, format!("email={encoded}%0d%0aBcc:{encoded}")),
        (SEND_PATH, FORM, format!("email={encoded}%ff&locale={encoded}")),
        (SEND_PATH, FORM, format!("email={encoded}@&locale={encoded}")),
        (SEND_PATH, FORM, format!("email={}", encoded.repeat(500))),
        (SEND_PATH, JSON, format!("{{\"email\":\"{address}\"}}")),
        (SEND_PATH, &address, format!("email={encoded}")),
        (SEND_PATH, "multipart/form-data; boundary=quetzal", format!("--quetzal\r\n{address}")),
        (VERIFY_PATH, FORM, format!("email={encoded}")),
        (VERIFY_PATH, FORM, format!("email={encoded}&code={encoded}&consume={encoded}")),
        (VERIFY_PATH, JSON, format!("{{\"email\":\"{address}\",\"code\":")),
        (VERIFY_PATH, JSON, format!("{{\"email\":\"{address}\",\"code\":12}}")),
        (VERIFY_PATH, JSON, format!("{{\"email\":[\"{address}\"],\"code\":{{\"{address}\":1}}}}")),
        (
            VERIFY_PATH,
            JSON,
            format!("{{\"{address}\":1,\"email\":\"{address}\",\"code\":\"{address}\"}}"),
        ),
        (VERIFY_PATH, JSON, format!("\"{address}\"")),
        (VERIFY_PATH, JSON, format!("[{}]", format!("\"{address}\",").repeat(500))),
        (VERIFY_PATH, "text/plain", address.clone()),
    ] {
        let request = stage.post(path).header("content-type", content_type);
        stage.ask(request.body(body)).await;
    }
    for wrong in [
        format!("{address}\r\n\r\n"),
        format!("GET {address} HTTP/1.1\r\nHost: {address}\r\n\r\n"),
        format!("GET /{address} HTTP/9.9\r\n\r\n"),
        format!("POST {SEND_PATH} HTTP/1.1\r\nHost: a\r\n{address}: \u{1}{address}\r\n\r\n"),
        format!("POST {SEND_PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: {address}\r\n\r\n"),
        format!("POST {SEND_PATH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: {address}\r\n\r\n"),
        format!(
            "POST {SEND_PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\n\
             Transfer-Encoding: chunked\r\n\r\n{address}\r\n"
        ),
    ] {
        let mut stream = TcpStream::connect(stage.address).await.unwrap();
        stream.write_all(wrong.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut said = Vec::new();
        // A connection that is reset has said what it said.
        let _ = stream.read_to_end(&mut said).await;
        stage.heard(said);
    }
}
