//! The server's answers, as text with `\n` between lines, and their way onto the wire.

pub(super) const GREETING: &str = "220 localhost ESMTP Signpost inbox";
pub(super) const BYE: &str = "221 2.0.0 bye";
pub(super) const OK: &str = "250 2.0.0 ok";
pub(super) const SENDER_OK: &str = "250 2.1.0 sender ok";
pub(super) const RECIPIENT_OK: &str = "250 2.1.5 recipient ok";
pub(super) const CANNOT_VERIFY: &str = "252 2.5.2 send some mail, it will be taken";
pub(super) const START_TLS: &str = "220 2.0.0 ready to start TLS";
pub(super) const AUTHENTICATED: &str = "235 2.7.0 authenticated";
pub(super) const GO_AHEAD: &str = "354 end data with <CR><LF>.<CR><LF>";

pub(super) const IDLE: &str = "421 4.4.2 idle for too long";
pub(super) const CROWDED: &str = "421 4.3.2 too many connections";
pub(super) const TOO_MANY_RECIPIENTS: &str = "452 4.5.3 too many recipients";

pub(super) const UNKNOWN: &str = "500 5.5.2 command unknown";
pub(super) const LINE_TOO_LONG: &str = "500 5.5.2 line too long";
pub(super) const TEXT_LINE_TOO_LONG: &str = "500 5.6.0 a text line is longer than 1000 octets";
pub(super) const NOT_UTF8: &str = "500 5.5.2 not UTF-8";
pub(super) const SYNTAX: &str = "501 5.5.4 syntax error in parameters";
pub(super) const BAD_ADDRESS: &str = "501 5.1.3 malformed address";
pub(super) const BAD_BASE64: &str = "501 5.5.2 not base64";
pub(super) const AUTH_CANCELLED: &str = "501 5.7.0 authentication cancelled";
pub(super) const NOT_IMPLEMENTED: &str = "502 5.5.1 not implemented";
pub(super) const OUT_OF_SEQUENCE: &str = "503 5.5.1 bad sequence of commands";
pub(super) const UNKNOWN_MECHANISM: &str = "504 5.5.4 mechanism unknown";
pub(super) const AUTH_REQUIRED: &str = "530 5.7.0 authentication required";
pub(super) const BAD_CREDENTIALS: &str = "535 5.7.8 credentials invalid";
pub(super) const TLS_REQUIRED: &str = "538 5.7.11 encryption required";
pub(super) const BARE_LINE_FEED: &str = "550 5.5.2 bare <LF> in the mail";
pub(super) const TOO_BIG: &str = "552 5.3.4 mail larger than 1048576 octets";
pub(super) const NOT_ASCII: &str = "553 5.6.7 address needs SMTPUTF8";
pub(super) const NO_RECIPIENTS: &str = "554 5.5.1 no valid recipients";
pub(super) const UNKNOWN_PARAMETER: &str = "555 5.5.4 parameter not supported";

/// The reply code; 0 for a scripted reply that has none, which no client can take for a success.
pub(super) fn code(reply: &str) -> u16 {
    let digits = reply.lines().last().and_then(|line| line.get(..3));
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Whether the reply says that the command was done (RFC 5321 §4.2.1).
pub(super) fn is_done(code: u16) -> bool {
    (200..300).contains(&code)
}

/// The octets to send: every line ends in CRLF.
pub(super) fn octets(reply: &str) -> Vec<u8> {
    let mut octets = Vec::with_capacity(reply.len() + 2);
    for line in reply.lines() {
        octets.extend_from_slice(line.as_bytes());
        octets.extend_from_slice(b"\r\n");
    }
    octets
}

/// A multi-line reply of one code (RFC 5321 §4.2.1).
pub(super) fn lines(code: u16, texts: &[String]) -> String {
    let mut reply = String::new();
    for (index, text) in texts.iter().enumerate() {
        let last = index + 1 == texts.len();
        reply.push_str(&code.to_string());
        reply.push(if last { ' ' } else { '-' });
        reply.push_str(text);
        if !last {
            reply.push('\n');
        }
    }
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_of_several_lines() {
        let reply = lines(250, &["localhost".to_owned(), "SIZE 9".to_owned()]);
        assert_eq!(octets(&reply), b"250-localhost\r\n250 SIZE 9\r\n");
        assert_eq!(code(&reply), 250);
        assert_eq!(code("gibberish"), 0);
        assert_eq!(code(""), 0);
    }
}
