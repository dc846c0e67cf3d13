//! What the client says, parsed (RFC 5321 §4.1).

pub(super) const BAD_PARAMETER: &str = "501 5.5.4 syntax error in parameters";
const BAD_ADDRESS: &str = "501 5.1.3 malformed address";
const UNKNOWN: &str = "500 5.5.2 command unknown";
pub(super) const NOT_IMPLEMENTED: &str = "502 5.5.1 not implemented";

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command<'a> {
    Ehlo(&'a str),
    Helo(&'a str),
    StartTls,
    /// The mechanism, and what came along with it.
    Auth(String, Option<&'a str>),
    Mail(Path<'a>),
    Rcpt(Path<'a>),
    Data,
    Rset,
    Noop,
    Quit,
    Vrfy,
}

/// An address out of angle brackets, and the parameters behind it: keywords in upper case, and
/// values.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path<'a> {
    pub(super) address: &'a str,
    pub(super) parameters: Vec<(String, Option<&'a str>)>,
}

/// The first word in upper case, and the rest without surrounding spaces.
pub(super) fn split(line: &str) -> (String, &str) {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    (verb.trim().to_ascii_uppercase(), rest.trim())
}

/// Parses a verb and what stands behind it; the error is the reply to give.
pub(super) fn parse<'a>(verb: &str, rest: &'a str) -> Result<Command<'a>, &'static str> {
    match verb {
        "EHLO" | "HELO" if rest.is_empty() || rest.contains(char::is_whitespace) => {
            Err(BAD_PARAMETER)
        }
        "STARTTLS" | "DATA" | "RSET" | "QUIT" if !rest.is_empty() => Err(BAD_PARAMETER),
        "AUTH" | "VRFY" if rest.is_empty() => Err(BAD_PARAMETER),
        "EHLO" => Ok(Command::Ehlo(rest)),
        "HELO" => Ok(Command::Helo(rest)),
        "STARTTLS" => Ok(Command::StartTls),
        "AUTH" => match *rest.split(' ').collect::<Vec<_>>() {
            [mechanism] => Ok(Command::Auth(mechanism.to_ascii_uppercase(), None)),
            [mechanism, initial] => {
                Ok(Command::Auth(mechanism.to_ascii_uppercase(), Some(initial)))
            }
            _ => Err(BAD_PARAMETER),
        },
        "MAIL" => path(rest, "FROM:").map(Command::Mail),
        "RCPT" => match path(rest, "TO:")? {
            path if path.address.is_empty() => Err(BAD_ADDRESS),
            path => Ok(Command::Rcpt(path)),
        },
        "DATA" => Ok(Command::Data),
        "RSET" => Ok(Command::Rset),
        "NOOP" => Ok(Command::Noop),
        "QUIT" => Ok(Command::Quit),
        "VRFY" => Ok(Command::Vrfy),
        "EXPN" | "HELP" | "BDAT" | "ETRN" | "TURN" | "SEND" | "SOML" | "SAML" => {
            Err(NOT_IMPLEMENTED)
        }
        _ => Err(UNKNOWN),
    }
}

fn path<'a>(rest: &'a str, keyword: &str) -> Result<Path<'a>, &'static str> {
    let (given, rest) = rest.split_at_checked(keyword.len()).ok_or(BAD_PARAMETER)?;
    if !given.eq_ignore_ascii_case(keyword) {
        return Err(BAD_PARAMETER);
    }
    let inner = rest.trim_start().strip_prefix('<').ok_or(BAD_PARAMETER)?;
    let end = end_of_path(inner).ok_or(BAD_ADDRESS)?;
    let (address, parameters) = (without_route(&inner[..end]), &inner[end + 1..]);
    if !(parameters.is_empty() || parameters.starts_with(' ')) {
        return Err(BAD_PARAMETER);
    }
    if !is_address(address) {
        return Err(BAD_ADDRESS);
    }
    let parameters = parameters.split_whitespace().map(|word| match word.split_once('=') {
        Some((keyword, value)) => (keyword.to_ascii_uppercase(), Some(value)),
        None => (word.to_ascii_uppercase(), None),
    });
    Ok(Path { address, parameters: parameters.collect() })
}

/// Where the closing bracket is; one inside a quoted local part does not count.
fn end_of_path(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (index, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => return Some(index),
            _ => {}
        }
    }
    None
}

/// A source route is read over (RFC 5321 §4.1.1.3).
fn without_route(address: &str) -> &str {
    match address.split_once(':') {
        Some((route, address)) if route.starts_with('@') => address,
        _ => address,
    }
}

/// Empty, `Postmaster`, or two parts within the lengths of RFC 5321 §4.5.3.1.
fn is_address(address: &str) -> bool {
    if address.is_empty() || address.eq_ignore_ascii_case("postmaster") {
        return true;
    }
    let Some((local, domain)) = address.rsplit_once('@') else {
        return false;
    };
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let forbidden =
        |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | '"' | '@');
    (1..=64).contains(&local.len())
        && (1..=255).contains(&domain.len())
        && (quoted || !local.contains(forbidden))
        && !domain.contains(forbidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command<'_>, &'static str> {
        let (verb, rest) = split(line);
        super::parse(&verb, rest)
    }

    fn address(line: &str) -> Result<&str, &'static str> {
        match parse(line)? {
            Command::Mail(path) | Command::Rcpt(path) => Ok(path.address),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn addresses() {
        for (line, expected) in [
            ("MAIL FROM:<>", Ok("")),
            ("mail from:<a@x.example>", Ok("a@x.example")),
            ("MAIL FROM: <a@x>", Ok("a@x")),
            ("RCPT TO:<\"a > b\"@x>", Ok("\"a > b\"@x")),
            ("RCPT TO:<@relay,@other:a@x>", Ok("a@x")),
            ("RCPT TO:<Postmaster>", Ok("Postmaster")),
            ("RCPT TO:<مثال@x>", Ok("مثال@x")),
            ("RCPT TO:<>", Err(BAD_ADDRESS)),
            ("RCPT TO:<a b@x>", Err(BAD_ADDRESS)),
            ("RCPT TO:<a>", Err(BAD_ADDRESS)),
            ("RCPT TO:<a@x", Err(BAD_ADDRESS)),
            ("RCPT TO:a@x", Err(BAD_PARAMETER)),
            ("RCPT TO:<a@x>SIZE=1", Err(BAD_PARAMETER)),
            ("RCPT FROM:<a@x>", Err(BAD_PARAMETER)),
            ("RCPT ü", Err(BAD_PARAMETER)),
            ("RCPT", Err(BAD_PARAMETER)),
        ] {
            assert_eq!(address(line), expected, "{line}");
        }
        assert_eq!(address(&format!("MAIL FROM:<{}@x>", "a".repeat(65))), Err(BAD_ADDRESS));
    }

    #[test]
    fn parameters() {
        let Ok(Command::Mail(path)) = parse("MAIL FROM:<a@x> size=12 SMTPUTF8") else {
            panic!("not parsed");
        };
        let parameters = [("SIZE".to_owned(), Some("12")), ("SMTPUTF8".to_owned(), None)];
        assert_eq!(path.parameters, parameters);
    }

    #[test]
    fn verbs() {
        assert_eq!(parse("quit"), Ok(Command::Quit));
        assert_eq!(parse("QUIT now"), Err(BAD_PARAMETER));
        assert_eq!(parse("EHLO"), Err(BAD_PARAMETER));
        assert_eq!(parse("EXPN list"), Err(NOT_IMPLEMENTED));
        assert_eq!(parse("XYZZY"), Err(UNKNOWN));
        assert_eq!(parse(""), Err(UNKNOWN));
    }
}
