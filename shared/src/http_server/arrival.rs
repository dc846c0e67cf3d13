//! A connection's first request, looked at where it arrives: in the kernel. Nothing is read,
//! so a client that sends it slowly costs no buffer of ours.

use std::{io, mem::MaybeUninit};

use rustix::net::{RecvFlags, recv};
use tokio::{io::Interest, net::TcpStream};

/// Largest request head in bytes.
pub(super) const HEAD_BYTES: usize = 16 * 1024;
/// Most header lines in a request.
pub(super) const HEADERS: usize = 64;

/// How much of a request there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Nothing, or some of its head.
    None,
    /// Its head, and some of its body or all: the end of a chunked one, or of one that does not
    /// fit beside a long head, is not looked for.
    Head,
    /// All of it; or what will never be a request, and is refused as soon as it is read.
    Whole,
}

/// Resolves when there is at least `part` of a request, to how much there is.
pub(super) async fn arrived(stream: &TcpStream, part: Part) -> io::Result<Part> {
    loop {
        if stream.ready(Interest::READABLE).await?.is_read_closed() {
            return Ok(Part::Whole); // no more will come
        }
        // "Would block" has tokio wait until more has come than was there before this look.
        let looked = stream.try_io(Interest::READABLE, || {
            let there = look(stream)?;
            if there < part { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(there) }
        });
        match looked {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            looked => return looked,
        }
    }
}

fn look(stream: &TcpStream) -> io::Result<Part> {
    let mut buffer = [MaybeUninit::uninit(); HEAD_BYTES];
    let ((bytes, _), _) = recv(stream, &mut buffer, RecvFlags::PEEK)?;
    Ok(of(bytes))
}

fn of(bytes: &[u8]) -> Part {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let head = match request.parse(bytes) {
        Ok(httparse::Status::Complete(head)) => head,
        Ok(httparse::Status::Partial) if bytes.len() < HEAD_BYTES => return Part::None,
        Ok(httparse::Status::Partial) | Err(_) => return Part::Whole,
    };
    let body = &bytes[head..];
    let header = |name: &str| request.headers.iter().find(|h| h.name.eq_ignore_ascii_case(name));
    let whole = if header("transfer-encoding").is_some() {
        false // what looks like the last chunk can stand within another
    } else if let Some(length) = header("content-length") {
        let length = std::str::from_utf8(length.value).ok().and_then(|text| text.parse().ok());
        length.is_none_or(|length: usize| length <= body.len())
    } else {
        true
    };
    if whole { Part::Whole } else { Part::Head }
}

#[cfg(test)]
mod tests {
    use tokio::{io::AsyncWriteExt as _, net::TcpListener};

    use super::*;

    #[test]
    fn a_request_is_whole_with_its_body() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\n";
        for (rest, expected) in [
            ("", Part::None),
            ("Content-Length: 3\r\n", Part::None),
            ("Content-Length: 3\r\n\r\n", Part::Head),
            ("content-length: 3\r\n\r\nab", Part::Head),
            ("Content-Length: 3\r\n\r\nabc", Part::Whole),
            ("Content-Length: 3\r\n\r\nabcGET ", Part::Whole),
            ("Content-Length: x\r\n\r\n", Part::Whole),
            ("Content-Length: 99999\r\n\r\nabc", Part::Head),
            ("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", Part::Head),
            ("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", Part::Head),
            ("\r\n", Part::Whole),
            ("no header\r\n\r\n", Part::Whole),
        ] {
            assert_eq!(of(format!("{head}{rest}").as_bytes()), expected, "{rest}");
        }
        assert_eq!(of(b""), Part::None);
        assert_eq!(of(b"\x16\x03\x01\x02\x00"), Part::Whole, "TLS is no request");
        let long = format!("{head}X: {}", "x".repeat(HEAD_BYTES));
        assert_eq!(of(&long.as_bytes()[..HEAD_BYTES]), Part::Whole, "too large is answered");
    }

    #[tokio::test]
    async fn a_request_that_comes_byte_by_byte_is_waited_for_and_left_where_it_is() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let request = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab";
        let writing = async {
            client.set_nodelay(true).unwrap();
            for byte in request {
                client.write_all(&[*byte]).await.unwrap();
                tokio::task::yield_now().await;
            }
            client
        };
        let (head, mut client) = tokio::join!(arrived(&stream, Part::Head), writing);
        assert!(head.unwrap() >= Part::Head);
        assert_eq!(arrived(&stream, Part::Whole).await.unwrap(), Part::Whole);
        let mut read = [0; 64];
        assert_eq!(stream.try_read(&mut read).unwrap(), request.len());
        // What will never be whole is not waited for.
        client.write_all(b"GET /").await.unwrap();
        client.shutdown().await.unwrap();
        assert_eq!(arrived(&stream, Part::Whole).await.unwrap(), Part::Whole);
    }
}
