//! Deliver: what a relay offers in its answer to EHLO (RFC 5321, section 4.1.1.1).

use super::reply::Reply;

/// More names than any relay has; they are shown in an error.
const MAX_MECHANISMS: usize = 16;

/// What a relay offers; nothing, if it knows HELO only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for a keyword of its own")]
pub(super) struct Capabilities {
    /// RFC 2920: commands need not wait for replies.
    pub(super) pipelining: bool,
    /// RFC 6531: addresses and headers beyond ASCII.
    pub(super) smtputf8: bool,
    /// RFC 6152: bodies beyond ASCII.
    pub(super) eight_bit: bool,
    /// RFC 3207.
    pub(super) starttls: bool,
    /// RFC 1870: the largest mail, in bytes, if it says so.
    pub(super) size: Option<usize>,
    /// RFC 4954: names in upper case.
    pub(super) mechanisms: Vec<String>,
}

impl Capabilities {
    /// Reads the lines after the first, which names the relay. Keywords have any case; blank
    /// lines and what is not known are skipped.
    pub(super) fn read(reply: &Reply) -> Self {
        let mut offered = Self::default();
        for line in reply.lines.iter().skip(1) {
            // `AUTH=PLAIN` is how it was written before the standard.
            let mut words =
                line.split([' ', '\t', '=']).filter(|word| !word.is_empty()).map(str::to_uppercase);
            match words.next().as_deref() {
                Some("PIPELINING") => offered.pipelining = true,
                Some("SMTPUTF8") => offered.smtputf8 = true,
                Some("8BITMIME") => offered.eight_bit = true,
                Some("STARTTLS") => offered.starttls = true,
                // 0 stands for no limit (RFC 1870, section 4).
                Some("SIZE") => {
                    offered.size =
                        words.next().and_then(|size| size.parse().ok()).filter(|size| *size > 0);
                }
                Some("AUTH") => words.for_each(|name| offered.mechanism(name)),
                _ => {}
            }
        }
        offered
    }

    /// Whether this way to log in is offered.
    pub(super) fn logs_in_by(&self, mechanism: &str) -> bool {
        self.mechanisms.iter().any(|name| name == mechanism)
    }

    /// Keeps a name that is one (RFC 4422, section 3.1), once.
    fn mechanism(&mut self, name: String) {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let sound = name.len() <= 20 && name.bytes().all(letter);
        if sound && self.mechanisms.len() < MAX_MECHANISMS && !self.logs_in_by(&name) {
            self.mechanisms.push(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(lines: &[&str]) -> Capabilities {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        Capabilities::read(&Reply { code: 250, lines })
    }

    #[test]
    fn capabilities_in_any_case_and_spacing() {
        let all = Capabilities {
            pipelining: true,
            smtputf8: true,
            eight_bit: true,
            starttls: true,
            size: Some(1000),
            mechanisms: vec!["PLAIN".to_owned(), "LOGIN".to_owned()],
        };
        for lines in [
            [
                "r", "PIPELINING", "SMTPUTF8", "8BITMIME", "STARTTLS", "SIZE 1000",
                "AUTH PLAIN LOGIN",
            ],
            ["", "pipelining", "SmtpUtf8", "8bitmime", "starttls", "size 1000", "auth plain login"],
            [
                "r", "PIPELINING ", "SMTPUTF8", "8BITMIME", "STARTTLS", "SIZE=1000",
                "AUTH=PLAIN LOGIN",
            ],
            [
                "r", " PIPELINING", "SMTPUTF8", "8BITMIME", "STARTTLS", "SIZE\t1000",
                "AUTH=PLAIN=LOGIN",
            ],
        ] {
            assert_eq!(offered(&lines), all, "{lines:?}");
        }
    }

    #[test]
    fn blank_lines_and_strangers_are_skipped() {
        for lines in [
            &[][..],
            &["PIPELINING"],
            &["r", "", " ", "=", "AUTH", "XPIPELINING", "ENHANCEDSTATUSCODES", "SIZE"],
            &["r", "SIZE 0", "SIZE x", "SIZE 99999999999999999999999", "AUTH <script>"],
        ] {
            assert_eq!(offered(lines), Capabilities::default(), "{lines:?}");
        }
        let both = offered(&["r", "AUTH PLAIN", "AUTH=PLAIN LOGIN"]);
        assert_eq!(both.mechanisms, ["PLAIN", "LOGIN"]);
    }
}
