//! The mail itself: lines up to the final dot, dots unstuffed (RFC 5321 §4.5.2).
//!
//! Only CRLF ends a line. A mail with a bare line feed is refused: servers that disagree about its
//! end can be made to see two mails in one.

/// The largest mail, in octets.
pub(super) const MAX_SIZE: usize = 1024 * 1024;
pub(super) const TOO_BIG: &str = "552 5.3.4 mail larger than 1048576 octets";
const BARE_LINE_FEED: &str = "550 5.5.2 bare <LF> in the mail";
const LINE_TOO_LONG: &str = "500 5.6.0 a text line is longer than 1000 octets";
/// The longest text line, CRLF included (RFC 5321 §4.5.3.1.6); a stuffed dot does not count.
const MAX_LINE: usize = 1000;

/// A mail that is being read.
#[derive(Debug, Default)]
pub(super) struct Body {
    mail: Vec<u8>,
    fault: Option<&'static str>,
    pub(super) bare_lf: bool,
}

impl Body {
    /// Takes one line; `true` when it was the final dot.
    pub(super) fn take(&mut self, line: &[u8]) -> bool {
        if line == b".\r\n" {
            return true;
        }
        let line = line.strip_prefix(b".").unwrap_or(line);
        if !line.ends_with(b"\r\n") {
            self.bare_lf = true;
            self.fail(BARE_LINE_FEED);
        } else if line.len() > MAX_LINE {
            self.fail(LINE_TOO_LONG);
        } else if self.mail.len() + line.len() > MAX_SIZE {
            self.fail(TOO_BIG);
        } else if self.fault.is_none() {
            self.mail.extend_from_slice(line);
        }
        false
    }

    fn fail(&mut self, fault: &'static str) {
        self.fault.get_or_insert(fault);
        self.mail = Vec::new();
    }

    /// The mail, or the reply that refuses it.
    pub(super) fn finish(self) -> Result<Vec<u8>, &'static str> {
        self.fault.map_or(Ok(self.mail), Err)
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
        assert_eq!(read(&["a\n", ".\n", "b\r\n", ".\r\n"]), Err(BARE_LINE_FEED));
    }

    #[test]
    fn bounds() {
        let longest = format!("{}\r\n", "x".repeat(998));
        assert!(read(&[&longest, ".\r\n"]).is_ok());
        assert!(read(&[&format!(".{longest}"), ".\r\n"]).is_ok(), "a stuffed dot does not count");
        assert_eq!(read(&[&format!("x{longest}"), ".\r\n"]), Err(LINE_TOO_LONG));
        let mut lines = vec![longest.as_str(); MAX_SIZE / 1000 + 1];
        lines.push(".\r\n");
        assert_eq!(read(&lines), Err(TOO_BIG));
    }
}
