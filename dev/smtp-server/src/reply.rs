//! What a correct server says to each command, and which may come when (RFC 5321 §4.1.4).

use std::borrow::Cow;

use crate::{
    body::{MAX_SIZE, TOO_BIG},
    command::{BAD_PARAMETER, Command, NOT_IMPLEMENTED, Path},
    session::Session,
};

pub(super) const OUT_OF_SEQUENCE: &str = "503 5.5.1 bad sequence of commands";
const UNKNOWN_PARAMETER: &str = "555 5.5.4 parameter not supported";
const NOT_ASCII: &str = "553 5.6.7 address needs SMTPUTF8";
/// What RFC 5321 §4.5.3.1.8 asks for at least.
const MAX_RECIPIENTS: usize = 100;

/// What the server itself would say: a success, or a refusal.
pub(super) type Reply = Result<Cow<'static, str>, &'static str>;

impl Session {
    /// What a correct server says to it.
    pub(super) fn reply_to(&mut self, command: &Command<'_>) -> Reply {
        let options = &self.shared.options;
        let may_start_tls = options.tls.is_some() && !self.wire.is_tls;
        Ok(match command {
            Command::Quit => "221 2.0.0 bye".into(),
            _ if self.is_turned_away => return Err(OUT_OF_SEQUENCE),
            Command::Ehlo(name) => {
                let smtputf8 = if options.smtputf8 { "250-SMTPUTF8\r\n" } else { "" };
                let last = if may_start_tls { "STARTTLS" } else { "AUTH PLAIN LOGIN" };
                format!(
                    "250-localhost greets {name}\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n\
                     250-SIZE {MAX_SIZE}\r\n{smtputf8}250 {last}"
                )
                .into()
            }
            Command::Helo(name) => format!("250 localhost greets {name}").into(),
            Command::StartTls | Command::Auth(..) | Command::Mail(_)
                if self.helo.is_none() || self.envelope.is_some() =>
            {
                return Err(OUT_OF_SEQUENCE);
            }
            Command::StartTls if may_start_tls => "220 2.0.0 ready to start TLS".into(),
            Command::StartTls => return Err(NOT_IMPLEMENTED),
            Command::Auth(..) if self.is_authenticated => return Err(OUT_OF_SEQUENCE),
            Command::Auth(..) if may_start_tls => return Err("538 5.7.11 encryption required"),
            Command::Auth(mechanism, initial) => return self.auth(mechanism, *initial),
            Command::Mail(path) => self.mail(path)?.into(),
            Command::Rcpt(path) => self.rcpt(path)?.into(),
            Command::Data => match &self.envelope {
                None => return Err(OUT_OF_SEQUENCE),
                Some(envelope) if envelope.to.is_empty() => {
                    return Err("554 5.5.1 no valid recipients");
                }
                Some(_) => "354 end data with <CR><LF>.<CR><LF>".into(),
            },
            Command::Rset | Command::Noop => "250 2.0.0 ok".into(),
            Command::Vrfy => "252 2.5.2 send some mail, it will be taken".into(),
        })
    }

    fn mail(&self, path: &Path<'_>) -> Result<&'static str, &'static str> {
        if self.shared.options.script.credentials().is_some() && !self.is_authenticated {
            return Err("530 5.7.0 authentication required");
        }
        let mut smtputf8 = false;
        for (keyword, value) in &path.parameters {
            let extension = if keyword == "BODY" { "8BITMIME" } else { keyword };
            let offered = |line: &str| line[4..].split([' ', '=']).next() == Some(extension);
            if !self.offered.lines().filter(|line| line.is_char_boundary(4)).any(offered) {
                return Err(UNKNOWN_PARAMETER);
            }
            match (keyword.as_str(), value.map(str::to_ascii_uppercase).as_deref()) {
                ("SIZE", Some(size)) => match size.parse::<usize>() {
                    Ok(size) if size > MAX_SIZE => return Err(TOO_BIG),
                    Ok(_) => {}
                    Err(_) => return Err(BAD_PARAMETER),
                },
                ("SMTPUTF8", None) => smtputf8 = true,
                ("BODY", Some("7BIT" | "8BITMIME")) | ("AUTH", Some(_)) => {}
                ("SIZE" | "BODY", _) => return Err(BAD_PARAMETER),
                _ => return Err(UNKNOWN_PARAMETER),
            }
        }
        if path.address.is_ascii() || smtputf8 { Ok("250 2.1.0 sender ok") } else { Err(NOT_ASCII) }
    }

    fn rcpt(&self, path: &Path<'_>) -> Result<&'static str, &'static str> {
        let envelope = self.envelope.as_ref().ok_or(OUT_OF_SEQUENCE)?;
        if !path.parameters.is_empty() {
            Err(UNKNOWN_PARAMETER)
        } else if !path.address.is_ascii() && !envelope.smtputf8 {
            Err(NOT_ASCII)
        } else if envelope.to.len() == MAX_RECIPIENTS {
            Err("452 4.5.3 too many recipients")
        } else {
            Ok("250 2.1.5 recipient ok")
        }
    }
}
