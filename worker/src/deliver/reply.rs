//! Deliver: what a relay answers, from bytes to a code (RFC 5321, section 4.2).
//!
//! Taken as it comes: without text, one byte at a time, lines of any length, ended by LF alone, more
//! of them than anybody reads. Only what could be no reply at all, or has no end, is refused: after
//! the final dot that would be a mail taken and yet sent again.

use std::{fmt, ops::Range};

use super::fault::{Fault, Stage};

/// More than this for one reply is noise. In bytes.
const MAX_BYTES: usize = 64 * 1024;
/// Lines of a reply whose text is kept.
const KEPT_LINES: usize = 100;

/// As relays speak of how much we send, in lower case.
const OF_RATE: [&str; 10] = [
    "too many ", "too fast", "too much mail", "slow down", "per minute", "per hour", "per day",
    "sending limit", "send limit", "submission quota",
];
/// The same as words of their own, since they may be a part of a name, too.
const WORDS_OF_RATE: [&str; 5] = ["rate", "hourly", "daily", "frequency", "frequently"];
/// Whatever there is too much of there, it is the reader's.
const OF_MAILBOX: [&str; 3] = ["in mailbox", "in your mailbox", "in the mailbox"];
/// As they speak of how much one connection has carried.
const OF_THIS_CONNECTION: [&str; 5] =
    ["this connection", "per connection", "this session", "per session", "per smtp session"];
/// As they speak of how many connections we have.
const OF_CONNECTIONS: [&str; 9] = [
    "too many connections", "too many concurrent", "too many simultaneous", "too many sessions",
    "too many smtp connections", "number of connections", "connection limit",
    "concurrent connection", "concurrent session",
];

const SYNTAX: &str = "not a reply of SMTP";
const ENDLESS: &str = "a reply without an end";

/// What a relay answers to one command.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) code: u16,
    /// The text after the code, without line ends.
    pub(super) lines: Vec<String>,
}

/// What its words are about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Topics {
    /// How much we send.
    pub(super) rate: bool,
    /// How many connections we have.
    pub(super) connections: bool,
    /// How much this one has carried.
    pub(super) this_connection: bool,
}

impl Reply {
    /// Its text in one line.
    pub(super) fn text(&self) -> String {
        self.lines.join(" ")
    }

    /// The first enhanced status (RFC 3463), such as `4.7.500`, that a line starts with. Its
    /// class must be the code's first digit (RFC 2034, section 4).
    pub(super) fn enhanced(&self) -> Option<String> {
        let class = format!("{}.", self.code / 100);
        let mut words = self.lines.iter().filter_map(|line| line.split_whitespace().next());
        words.find(|word| word.starts_with(&class) && is_status(word)).map(str::to_owned)
    }

    /// What its words are about.
    pub(super) fn topics(&self) -> Topics {
        let text = self.text().to_ascii_lowercase();
        // Whole words: a part of an address or of a host's name is none.
        let mut words = text.split_whitespace().map(|word| {
            word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && !"<>@".contains(c))
        });
        let is_of_rate = |word: &str| {
            let begins = |beginning| word.starts_with(beginning);
            WORDS_OF_RATE.contains(&word)
                || ["ratelimit", "rate-limit", "throttl"].into_iter().any(begins)
        };
        let speaks = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
        let connections = speaks(&OF_CONNECTIONS);
        // There may be too many of either.
        let rate =
            !connections && !speaks(&OF_MAILBOX) && (speaks(&OF_RATE) || words.any(is_of_rate));
        Topics { rate, connections, this_connection: speaks(&OF_THIS_CONNECTION) }
    }

    /// The reply, if it is the one that the stage asks for.
    pub(super) fn require(self, stage: Stage, expected: Range<u16>) -> Result<Self, Fault> {
        match self.code {
            code if expected.contains(&code) => Ok(self),
            400.. => Err(Fault::refused(stage, &self)),
            code => Err(Fault::out_of_step(stage, code)),
        }
    }
}

/// Whether it looks like an enhanced status (RFC 3463).
pub(super) fn is_status(word: &str) -> bool {
    let is_number = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    word.split('.').count() == 3 && word.split('.').all(is_number)
}

/// Without its text, which often quotes an address.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({})", self.code)
    }
}

/// Takes one reply out of the bytes received, as they come.
#[derive(Default)]
pub(super) struct ReplyParser {
    lines: Vec<String>,
    /// Bytes of the lines taken.
    taken: usize,
    /// Bytes of the current line in which no end was found.
    searched: usize,
}

impl ReplyParser {
    /// Takes whole lines; what follows the reply stays in `received`. None: more must come. An error
    /// says why these bytes are no reply.
    pub(super) fn take(&mut self, received: &mut Vec<u8>) -> Result<Option<Reply>, &'static str> {
        loop {
            if !may_begin_a_line(received) {
                return Err(SYNTAX);
            }
            let fresh = received.get(self.searched..).unwrap_or_default();
            let Some(end) = fresh.iter().position(|byte| *byte == b'\n') else {
                self.searched = received.len();
                let endless = self.taken + self.searched > MAX_BYTES;
                return if endless { Err(ENDLESS) } else { Ok(None) };
            };
            let line: Vec<u8> = received.drain(..=self.searched + end).collect();
            self.searched = 0;
            self.taken += line.len();
            let (code, more) = self.line(&line).ok_or(SYNTAX)?;
            if !more {
                return Ok(Some(Reply { code, lines: std::mem::take(&mut self.lines) }));
            }
            if self.taken > MAX_BYTES {
                return Err(ENDLESS);
            }
        }
    }

    /// The line's code, and whether another one follows. All lines of a reply should have one
    /// code; where they have not, the last line's counts.
    fn line(&mut self, line: &[u8]) -> Option<(u16, bool)> {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches(['\r', '\n']);
        let code = line.get(..3)?.parse().ok()?;
        if self.lines.len() < KEPT_LINES {
            self.lines.push(line.get(4..).unwrap_or_default().to_owned());
        }
        Some((code, line[3..].starts_with('-')))
    }
}

/// Whether these bytes may be the beginning of a line: three digits, the first from 2 to 5, and
/// then a space or tab, a hyphen or the line's end.
fn may_begin_a_line(bytes: &[u8]) -> bool {
    bytes.iter().take(4).enumerate().all(|(place, byte)| match place {
        0 => matches!(byte, b'2'..=b'5'),
        1 | 2 => byte.is_ascii_digit(),
        _ => matches!(byte, b' ' | b'\t' | b'-' | b'\r' | b'\n'),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_about_a_rate_says_so_outside_of_addresses() {
        for (text, is_about) in [
            ("451 Sender rate limit exceeded", true),
            ("450 4.7.1 Error: too many recipients from relay.example[192.0.2.1]", true),
            ("454 Throttling failure: Maximum sending rate exceeded", true),
            ("451 4.7.1 Rate-limited; slow down", true),
            ("450 4.2.0 <rate@x.example>: Greylisted for 300 seconds", false),
            ("450 4.1.1 rate@rate.example: unverified at rate.example", false),
            ("451 4.7.1 Try again later", false),
            ("450 mailbox size limit exceeded", false),
            ("550 no such user <jane@dailynews.example>", false),
            ("550 <daily@frequency.example>: unknown at mx.daily.example", false),
            ("452 4.2.2 The email account that you tried to reach is over quota", false),
            ("451 4.7.1 Your account has exceeded its hourly limit", true),
            ("550 Domain a.example has exceeded the max emails per hour", true),
            ("550 Connection frequency limited", true),
            ("554 Reject by behaviour spam: too frequently sending", true),
            ("550 5.2.2 Submission quota exceeded", true),
            ("450 mailbox unavailable. Mail send limit exceeded.", true),
            ("451 4.7.1 Please slow down", true),
            ("550 too many messages in mailbox", false),
            ("552 quota exceeded, too many messages in the mailbox", false),
        ] {
            assert_eq!(reply(format!("{text}\r\n").as_bytes()).topics().rate, is_about, "{text}");
        }
    }

    #[test]
    fn what_is_about_connections_says_so() {
        for (text, is_about) in [
            ("421 4.7.0 mx.example Error: too many connections from 192.0.2.1", true),
            ("432 4.3.2 STOREDRV; Concurrent connections limit exceeded", true),
            ("550 5.7.0 Too many concurrent SMTP sessions", true),
            ("454 4.7.0 Maximum number of connections reached", true),
            ("421 Error: connection rate limit exceeded", false),
            ("451 4.7.1 too many messages in this session", false),
        ] {
            let reply = reply(format!("{text}\r\n").as_bytes());
            assert_eq!(reply.topics().connections, is_about, "{text}");
        }
    }

    /// The reply, and what is left over.
    fn parse(bytes: &[u8]) -> Result<Option<(Reply, Vec<u8>)>, &'static str> {
        let mut received = bytes.to_vec();
        let reply = ReplyParser::default().take(&mut received)?;
        Ok(reply.map(|reply| (reply, received)))
    }

    fn reply(bytes: &[u8]) -> Reply {
        let (reply, rest) = parse(bytes).unwrap().unwrap();
        assert!(rest.is_empty());
        reply
    }

    #[test]
    fn replies_as_they_come() {
        for (said, code, text) in [
            ("250 ok\r\n", 250, "ok"),
            ("250\r\n", 250, ""),
            ("250 \r\n", 250, ""),
            ("250\n", 250, ""),
            ("250-\r\n250\r\n", 250, " "),
            ("250-a\r\n250-b\n250 c\r\n", 250, "a b c"),
            ("250 - no more\r\n", 250, "- no more"),
            ("250\tok\r\n", 250, "ok"),
            ("250-a\r\n252 b\r\n", 252, "a b"),
            ("250-a\r\n550 b\r\n", 550, "a b"),
            ("354-\n354 go on\r\r\n", 354, " go on"),
            ("550 d\u{e9}j\u{e0} vu\r\n", 550, "d\u{e9}j\u{e0} vu"),
        ] {
            let reply = reply(said.as_bytes());
            assert_eq!((reply.code, reply.text().as_str()), (code, text), "{said:?}");
        }
        assert_eq!(reply(b"250 d\xe9\r\n").text(), "d\u{fffd}");
        assert_eq!(reply(format!("250 {}\r\n", "x".repeat(2_000)).as_bytes()).text().len(), 2_000);
    }

    #[test]
    fn what_follows_a_reply_is_left() {
        let (reply, rest) = parse(b"250 ok\r\n354 go").unwrap().unwrap();
        assert_eq!((reply.code, rest.as_slice()), (250, &b"354 go"[..]));
        for unfinished in ["", "2", "250", "250 ok", "250-ok\r\n", "250-ok\r\n250 ok\r"] {
            assert_eq!(parse(unfinished.as_bytes()), Ok(None), "{unfinished:?}");
        }
    }

    #[test]
    fn what_is_no_reply_is_told_at_once() {
        for wrong in ["\r\n", "ok", "25\r\n", "2500 ok", "150 ok", "650", "250_"] {
            assert_eq!(parse(wrong.as_bytes()), Err(SYNTAX), "{wrong:?}");
        }
        // TLS, which speaks first only to complain.
        assert_eq!(parse(&[0x15, 3, 1, 0, 2, 2, 70]), Err(SYNTAX));
    }

    #[test]
    fn a_reply_has_an_end() {
        let long = format!("250 {}", "x".repeat(MAX_BYTES));
        assert_eq!(parse(long.as_bytes()), Err(ENDLESS));
        assert_eq!(parse("250-x\r\n".repeat(MAX_BYTES / 7 + 1).as_bytes()), Err(ENDLESS));
        let many = "250-x\r\n".repeat(KEPT_LINES * 10) + "250 x\r\n";
        assert_eq!(reply(many.as_bytes()).lines.len(), KEPT_LINES);
    }

    #[test]
    fn an_enhanced_status_is_taken_only_when_it_agrees_with_the_code() {
        for (said, expected) in [
            ("550 5.1.1 <jane@example.com> unknown\r\n", Some("5.1.1")),
            ("450 4.2.0 greylisted\r\n", Some("4.2.0")),
            ("451 4.7.500 server busy\r\n", Some("4.7.500")),
            ("550-Sorry:\r\n550-5.7.26 no\r\n550 5.7.1 no\r\n", Some("5.7.26")),
            ("550 4.1.1 no\r\n", None),
            ("550 5.1\r\n", None),
            ("550 5.1.1.1 no\r\n", None),
            ("550 5.1.x no\r\n", None),
            ("550 5.1.1234 no\r\n", None),
            ("550 jane@example.com unknown\r\n", None),
            ("550\r\n", None),
        ] {
            assert_eq!(reply(said.as_bytes()).enhanced().as_deref(), expected, "{said}");
        }
    }

    #[test]
    fn nothing_shows_the_text() {
        let reply = reply(b"550 5.1.1 <jane@example.com> unknown\r\n");
        assert_eq!(format!("{reply:?}"), "Reply(550)");
    }

    /// Why it is not used itself.
    #[test]
    fn smtp_proto_does_not_read_every_reply() {
        let status = |said: &[u8]| peer(said).unwrap().esc;
        assert_eq!(status(b"451 4.7.500 server busy\r\n"), [4, 7, 255]);
        assert!(peer(format!("250 {}\r\n", "x".repeat(5_000)).as_bytes()).is_none());
        let ehlo = |said: &str| smtp_proto::EhloResponse::parse(&mut said.as_bytes().iter());
        assert!(ehlo("250-relay.example\r\n250 PIPELINING\r\n").is_ok());
        assert!(ehlo("250-relay.example\r\n250\r\n").is_err());
    }

    /// What `smtp-proto` makes of it.
    fn peer(bytes: &[u8]) -> Option<smtp_proto::Response<String>> {
        smtp_proto::response::parser::ResponseReceiver::default().parse(&mut bytes.iter()).ok()
    }

    /// A code, a status or none, and texts that do not look like one.
    fn sound() -> impl Strategy<Value = (u16, Option<(u8, u8)>, Vec<String>)> {
        let status = prop::option::of((0..=9_u8, 0..=255_u8));
        (200..=559_u16, status, prop::collection::vec("[a-z<@>]{1,9}( [!-~]{0,20}){0,3}", 1..6))
    }

    proptest! {
        #[test]
        fn it_reads_what_smtp_proto_reads((code, status, texts) in sound()) {
            let status = status.map(|(subject, detail)| format!("{}.{subject}.{detail}", code / 100));
            let before = status.map(|status| format!("{status} ")).unwrap_or_default();
            let (last, others) = texts.split_last().unwrap();
            let mut said: Vec<_> =
                others.iter().map(|text| format!("{code}-{before}{text}\r\n")).collect();
            said.push(format!("{code} {before}{last}\r\n"));
            let said = said.concat();
            let (ours, theirs) = (reply(said.as_bytes()), peer(said.as_bytes()).unwrap());
            prop_assert_eq!(ours.code, theirs.code);
            let status = (theirs.esc != [0; 3]).then(|| theirs.esc.map(|n| n.to_string()).join("."));
            prop_assert_eq!(ours.enhanced(), status);
            let texts: Option<Vec<_>> =
                ours.lines.iter().map(|line| line.strip_prefix(&before)).collect();
            prop_assert_eq!(texts.unwrap().join("\n"), theirs.message);
        }

        #[test]
        fn whatever_both_take_has_the_same_code(said in "[2-5][0-9]{2}[- ]?[ -~]{0,9}\r?\n([2-5][0-9]{2}[- ]?[ -~]{0,9}\r?\n){0,3}") {
            // Where lines have other codes, it takes the first one's.
            let have_one = said.lines().all(|line| line.get(..3) == said.get(..3));
            if let (true, Ok(Some((ours, _))), Some(theirs)) =
                (have_one, parse(said.as_bytes()), peer(said.as_bytes()))
            {
                prop_assert_eq!(ours.code, theirs.code);
            }
        }

        #[test]
        fn it_takes_bytes_as_they_come(said in "([2-5][0-9]{2}[- ]?.{0,20}\r?\n){1,4}", size in 1..9_usize) {
            let whole = parse(said.as_bytes());
            let (mut parser, mut received) = (ReplyParser::default(), Vec::new());
            let mut chunked = Ok(None);
            for chunk in said.as_bytes().chunks(size) {
                received.extend_from_slice(chunk);
                chunked = parser.take(&mut received);
                if !matches!(chunked, Ok(None)) {
                    break;
                }
            }
            prop_assert_eq!(whole.map(|reply| reply.map(|(reply, _)| reply)), chunked);
        }
    }
}
