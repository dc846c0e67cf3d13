//! Deliver: a mail as it stands on the wire after DATA (RFC 5321, section 4.1.1.4).

/// A mail whose lines end by CRLF, whatever ended them before, with its final dot.
pub(super) struct Body {
    /// Dots doubled at the beginning of lines (RFC 5321, section 4.5.2), and the final dot.
    pub(super) bytes: Vec<u8>,
    /// As SIZE counts it, without that (RFC 1870, section 5).
    pub(super) size: usize,
    /// A header is beyond ASCII, which takes SMTPUTF8 (RFC 6532).
    pub(super) utf8_headers: bool,
}

impl Body {
    pub(super) fn new(mail: &[u8]) -> Self {
        let Some(headers) = ready(mail) else { return Self::line_by_line(mail) };
        let bytes = [mail, b".\r\n"].concat();
        Self { bytes, size: mail.len(), utf8_headers: !headers.is_ascii() }
    }

    fn line_by_line(mail: &[u8]) -> Self {
        let mut body = Self {
            bytes: Vec::with_capacity(mail.len() + mail.len() / 32 + 5),
            size: 0,
            utf8_headers: false,
        };
        let (mut rest, mut in_headers) = (mail, true);
        while !rest.is_empty() {
            let end = memchr::memchr2(b'\r', b'\n', rest);
            let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
            in_headers &= !line.is_empty();
            body.utf8_headers |= in_headers && !line.is_ascii();
            body.line(line);
            rest = after.strip_prefix(b"\r\n").or_else(|| after.get(1..)).unwrap_or_default();
        }
        body.bytes.extend_from_slice(b".\r\n");
        body
    }

    fn line(&mut self, line: &[u8]) {
        if line.starts_with(b".") {
            self.bytes.push(b'.');
        }
        self.bytes.extend_from_slice(line);
        self.bytes.extend_from_slice(b"\r\n");
        self.size += line.len() + 2;
    }
}

/// The headers of a mail that stands on the wire as it is; what our templates make is one, and is
/// copied at once and not line by line.
#[expect(clippy::needless_bitwise_bool, reason = "without a branch many bytes are one step")]
fn ready(mail: &[u8]) -> Option<&[u8]> {
    let pairs = mail.iter().zip(mail.get(1..)?);
    let are_lines = pairs.fold(true, |so_far, (first, second)| {
        let is_end = *second == b'\n';
        so_far & ((*first == b'\r') == is_end) & !((*first == b'\n') & (*second == b'.'))
    });
    let is_ready = are_lines
        && mail.ends_with(b"\r\n")
        && !mail.starts_with(b".")
        && !mail.starts_with(b"\n")
        && !mail.starts_with(b"\r\n");
    let headers = memchr::memmem::find(mail, b"\r\n\r\n").unwrap_or(mail.len());
    is_ready.then(|| &mail[..headers])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wire(mail: &str) -> String {
        String::from_utf8(Body::new(mail.as_bytes()).bytes).unwrap()
    }

    #[test]
    fn lines_end_by_crlf_and_dots_are_doubled_once() {
        for (mail, expected) in [
            ("", ".\r\n"),
            ("a", "a\r\n.\r\n"),
            ("a\r\n", "a\r\n.\r\n"),
            ("a\nb\rc\r\nd", "a\r\nb\r\nc\r\nd\r\n.\r\n"),
            ("a\n\nb\r\rc\r\n\r\n", "a\r\n\r\nb\r\n\r\nc\r\n\r\n.\r\n"),
            ("a\n\r\nb\r", "a\r\n\r\nb\r\n.\r\n"),
            (".\r\n..\n.a\r.", "..\r\n...\r\n..a\r\n..\r\n.\r\n"),
            ("a.\r\n b.", "a.\r\n b.\r\n.\r\n"),
        ] {
            assert_eq!(wire(mail), expected, "{mail:?}");
        }
    }

    #[test]
    fn the_size_is_that_of_the_mail() {
        assert_eq!(Body::new(b".a\r\n.\nb").size, ".a\r\n.\r\nb\r\n".len());
    }

    #[test]
    fn only_headers_ask_for_smtputf8() {
        for (mail, expected) in [
            ("To: j\r\n\r\nGr\u{fc}\u{df}e\r\n", false),
            ("To: j\u{f6}rg\r\n\r\n", true),
            ("To: a\r\nSubject: \u{fc}\n\nb", true),
            ("\r\nGr\u{fc}\u{df}e", false),
        ] {
            assert_eq!(Body::new(mail.as_bytes()).utf8_headers, expected, "{mail:?}");
        }
    }

    proptest! {
        #[test]
        fn a_mail_that_is_ready_is_what_its_lines_are(lines in "([a.\u{fc}]{0,3}\r?\n\r?){0,9}") {
            let mail = lines.as_bytes();
            let (body, copied) = (Body::new(mail), Body::line_by_line(mail));
            prop_assert_eq!(body.bytes, copied.bytes);
            prop_assert_eq!((body.size, body.utf8_headers), (copied.size, copied.utf8_headers));
        }

        #[test]
        fn nothing_in_a_mail_ends_it_early(mail in "[a.\r\n]{0,40}") {
            let wire = wire(&mail);
            let lines: Vec<_> = wire.split("\r\n").collect();
            prop_assert!(lines.iter().all(|line| !line.contains(['\r', '\n'])));
            prop_assert_eq!(lines.iter().position(|line| *line == "."), Some(lines.len() - 2));
        }
    }
}
