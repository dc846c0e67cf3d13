//! The mail itself: lines up to the final dot, dots unstuffed (RFC 5321 §4.5.2).
//!
//! Only CRLF ends a line. A mail with a bare line feed is refused: servers that disagree about its
//! end can be made to see two mails in one.

use std::io;

use super::reply;
use super::wire::{Line, Wire};

/// The largest mail, in octets.
pub(super) const MAX_SIZE: usize = 1024 * 1024;
/// The longest text line, CRLF included (RFC 5321 §4.5.3.1.6); a stuffed dot does not count.
const MAX_LINE: usize = 1000;
/// How much is read of a mail that is refused anyway, before the client is given up.
const MAX_READ: usize = 16 * MAX_SIZE;

#[derive(Debug, Default)]
struct Body {
    mail: Vec<u8>,
    read: usize,
    fault: Option<&'static str>,
}

impl Body {
    /// Takes one line; `true` when it was the final dot.
    fn take(&mut self, line: &[u8]) -> bool {
        if line == b".\r\n" {
            return true;
        }
        self.read += line.len();
        let line = line.strip_prefix(b".").unwrap_or(line);
        if !line.ends_with(b"\r\n") {
            self.fail(reply::BARE_LINE_FEED);
        } else if line.len() > MAX_LINE {
            self.fail(reply::TEXT_LINE_TOO_LONG);
        } else if self.mail.len() + line.len() > MAX_SIZE {
            self.fail(reply::TOO_BIG);
        } else if self.fault.is_none() {
            self.mail.extend_from_slice(line);
        }
        false
    }

    fn fail(&mut self, fault: &'static str) {
        self.fault.get_or_insert(fault);
        self.mail = Vec::new();
    }

    fn finish(self) -> Result<Vec<u8>, &'static str> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(self.mail),
        }
    }
}

/// Reads a mail to its final dot: the mail, or the reply that refuses it.
///
/// # Errors
/// What the socket reports; `UnexpectedEof` when the client goes before the final dot.
pub(super) async fn read(wire: &mut Wire) -> io::Result<Result<Vec<u8>, &'static str>> {
    let mut body = Body::default();
    loop {
        match wire.line(MAX_LINE + 1).await? {
            Line::Whole(line) => {
                if body.take(&line) {
                    return Ok(body.finish());
                }
            }
            Line::TooLong => {
                body.read += MAX_LINE;
                body.fail(reply::TEXT_LINE_TOO_LONG);
            }
            Line::End => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
        if body.read > MAX_READ {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Result<String, &'static str> {
        let mut body = Body::default();
        let (end, lines) = lines.split_last().unwrap();
        for line in lines {
            assert!(!body.take(line.as_bytes()), "{line:?} ended it");
        }
        assert!(body.take(end.as_bytes()), "{end:?} did not end it");
        body.finish().map(|mail| String::from_utf8(mail).unwrap())
    }

    #[test]
    fn dots_are_unstuffed() {
        assert_eq!(
            read(&["a\r\n", "..b\r\n", "..\r\n", ".c\r\n", "d.\r\n", ".\r\n"]).as_deref(),
            Ok("a\r\n.b\r\n.\r\nc\r\nd.\r\n")
        );
        assert_eq!(read(&[".\r\n"]).as_deref(), Ok(""));
    }

    #[test]
    fn only_crlf_dot_crlf_ends_a_mail() {
        assert_eq!(read(&["a\n", ".\n", "b\r\n", ".\r\n"]), Err(reply::BARE_LINE_FEED));
    }

    #[test]
    fn bounds() {
        let longest = format!("{}\r\n", "x".repeat(998));
        assert!(read(&[&longest, ".\r\n"]).is_ok());
        assert!(read(&[&format!(".{longest}"), ".\r\n"]).is_ok(), "a stuffed dot does not count");
        assert_eq!(read(&[&format!("x{longest}"), ".\r\n"]), Err(reply::TEXT_LINE_TOO_LONG));
        let mut lines = vec![longest.as_str(); MAX_SIZE / 1000 + 1];
        lines.push(".\r\n");
        assert_eq!(read(&lines), Err(reply::TOO_BIG));
    }
}
