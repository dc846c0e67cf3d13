//! What the client says, parsed (RFC 5321 §4.1).

use super::reply;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Ehlo(String),
    Helo(String),
    StartTls,
    Auth { mechanism: String, initial: Option<String> },
    Mail(Path),
    Rcpt(Path),
    Data,
    Rset,
    Noop,
    Quit,
    Vrfy,
}

/// An address out of angle brackets, and what stood behind it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) address: String,
    pub(super) parameters: Vec<Parameter>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    /// In upper case.
    pub(super) keyword: String,
    pub(super) value: Option<String>,
}

/// The first word in upper case, and the rest without surrounding spaces.
pub(super) fn split(line: &str) -> (String, &str) {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    (verb.trim().to_ascii_uppercase(), rest.trim())
}

/// Parses one line without its ending.
///
/// # Errors
/// The reply to give.
pub(super) fn parse(line: &str) -> Result<Command, &'static str> {
    let (verb, rest) = split(line);
    let bare = |command| {
        if rest.is_empty() { Ok(command) } else { Err(reply::SYNTAX) }
    };
    match verb.as_str() {
        "EHLO" => name(rest).map(Command::Ehlo),
        "HELO" => name(rest).map(Command::Helo),
        "STARTTLS" => bare(Command::StartTls),
        "AUTH" => auth(rest),
        "MAIL" => Ok(Command::Mail(path(rest, "FROM:")?)),
        "RCPT" => match path(rest, "TO:")? {
            path if path.address.is_empty() => Err(reply::BAD_ADDRESS),
            path => Ok(Command::Rcpt(path)),
        },
        "DATA" => bare(Command::Data),
        "RSET" => bare(Command::Rset),
        "NOOP" => Ok(Command::Noop),
        "QUIT" => bare(Command::Quit),
        "VRFY" if !rest.is_empty() => Ok(Command::Vrfy),
        "VRFY" => Err(reply::SYNTAX),
        "EXPN" | "HELP" | "BDAT" | "ETRN" | "TURN" | "SEND" | "SOML" | "SAML" => {
            Err(reply::NOT_IMPLEMENTED)
        }
        _ => Err(reply::UNKNOWN),
    }
}

fn name(rest: &str) -> Result<String, &'static str> {
    if rest.is_empty() || rest.contains(char::is_whitespace) {
        return Err(reply::SYNTAX);
    }
    Ok(rest.to_owned())
}

fn auth(rest: &str) -> Result<Command, &'static str> {
    let mut words = rest.split(' ');
    let mechanism = words.next().unwrap_or_default().to_ascii_uppercase();
    let initial = words.next().map(str::to_owned);
    if mechanism.is_empty() || words.next().is_some() {
        return Err(reply::SYNTAX);
    }
    Ok(Command::Auth { mechanism, initial })
}

fn path(rest: &str, keyword: &str) -> Result<Path, &'static str> {
    let (given, rest) = rest.split_at_checked(keyword.len()).ok_or(reply::SYNTAX)?;
    if !given.eq_ignore_ascii_case(keyword) {
        return Err(reply::SYNTAX);
    }
    let rest = rest.trim_start();
    let inner = rest.strip_prefix('<').ok_or(reply::SYNTAX)?;
    let end = end_of_path(inner).ok_or(reply::BAD_ADDRESS)?;
    let (address, parameters) = (&inner[..end], &inner[end + 1..]);
    if !(parameters.is_empty() || parameters.starts_with(' ')) {
        return Err(reply::SYNTAX);
    }
    let address = without_route(address);
    if !is_address(address) {
        return Err(reply::BAD_ADDRESS);
    }
    Ok(Path {
        address: address.to_owned(),
        parameters: parameters.split_whitespace().map(parameter).collect(),
    })
}

fn parameter(word: &str) -> Parameter {
    let (keyword, value) = match word.split_once('=') {
        Some((keyword, value)) => (keyword, Some(value.to_owned())),
        None => (word, None),
    };
    Parameter { keyword: keyword.to_ascii_uppercase(), value }
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

    fn address(line: &str) -> Result<String, &'static str> {
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
            ("RCPT TO:<>", Err(reply::BAD_ADDRESS)),
            ("RCPT TO:<a b@x>", Err(reply::BAD_ADDRESS)),
            ("RCPT TO:<a>", Err(reply::BAD_ADDRESS)),
            ("RCPT TO:<a@x", Err(reply::BAD_ADDRESS)),
            ("RCPT TO:a@x", Err(reply::SYNTAX)),
            ("RCPT TO:<a@x>SIZE=1", Err(reply::SYNTAX)),
            ("RCPT FROM:<a@x>", Err(reply::SYNTAX)),
            ("RCPT ü", Err(reply::SYNTAX)),
            ("RCPT", Err(reply::SYNTAX)),
        ] {
            assert_eq!(address(line).as_deref(), expected.as_deref(), "{line}");
        }
        assert_eq!(address(&format!("MAIL FROM:<{}@x>", "a".repeat(65))), Err(reply::BAD_ADDRESS));
    }

    #[test]
    fn parameters() {
        let Ok(Command::Mail(path)) = parse("MAIL FROM:<a@x> size=12 SMTPUTF8") else {
            panic!("not parsed");
        };
        let keywords: Vec<_> = path.parameters.iter().map(|p| p.keyword.as_str()).collect();
        assert_eq!(keywords, ["SIZE", "SMTPUTF8"]);
        assert_eq!(path.parameters[0].value.as_deref(), Some("12"));
    }

    #[test]
    fn verbs() {
        assert_eq!(parse("quit"), Ok(Command::Quit));
        assert_eq!(parse("QUIT now"), Err(reply::SYNTAX));
        assert_eq!(parse("EHLO"), Err(reply::SYNTAX));
        assert_eq!(parse("EXPN list"), Err(reply::NOT_IMPLEMENTED));
        assert_eq!(parse("XYZZY"), Err(reply::UNKNOWN));
        assert_eq!(parse(""), Err(reply::UNKNOWN));
    }
}
