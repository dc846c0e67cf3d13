//! One connection: what it knows of its client, and how it reads lines and gives answers, as the
//! script has them.

use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use super::journal::Journal;
use super::mailbox::Mailbox;
use super::reply;
use super::script::{Answer, Effect, Script, Stage};
use super::wire::{Line, Wire};

/// The longest command line. RFC 5321 asks for 512 octets and more where extensions need it;
/// RFC 4954 asks for 12,288 in AUTH.
const MAX_LINE: usize = 12_288;

/// How a server differs from one in plain text for everyone.
#[derive(Clone, Default)]
pub struct Options {
    /// Offers STARTTLS, and AUTH only behind it.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// With `tls`: encrypts from the first octet on (RFC 8314 §3.3) instead of offering STARTTLS.
    pub implicit_tls: bool,
    /// User and password: offers AUTH, and takes no mail without it.
    /// [`Script::set_credentials`] comes before it.
    pub credentials: Option<(String, String)>,
    /// Offers SMTPUTF8 (RFC 6531).
    pub smtputf8: bool,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("tls", &self.tls.is_some())
            .field("implicit_tls", &self.implicit_tls)
            .field("credentials", &self.credentials.is_some())
            .field("smtputf8", &self.smtputf8)
            .finish()
    }
}

/// What all connections of a server share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) options: Options,
    pub(super) script: Script,
    pub(super) mails: Mailbox,
    pub(super) journal: Journal,
}

pub(super) struct Session {
    pub(super) wire: Wire,
    pub(super) shared: Arc<Shared>,
    pub(super) connection: u64,
    /// The name that EHLO or HELO gave; neither was said yet when there is none.
    pub(super) helo: Option<String>,
    /// Whether that was EHLO, so that extensions may be used.
    pub(super) extended: bool,
    pub(super) authenticated: bool,
    pub(super) envelope: Option<Envelope>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("connection", &self.connection).finish_non_exhaustive()
    }
}

/// The transaction that MAIL began.
#[derive(Debug)]
pub(super) struct Envelope {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) smtputf8: bool,
}

/// The connection is over: the client went, or a script or a `421` ended it.
#[derive(Debug)]
pub(super) struct Ended;

impl From<io::Error> for Ended {
    fn from(_: io::Error) -> Self {
        Self
    }
}

impl Session {
    pub(super) fn new(wire: Wire, shared: Arc<Shared>, connection: u64) -> Self {
        Self {
            wire,
            shared,
            connection,
            helo: None,
            extended: false,
            authenticated: false,
            envelope: None,
        }
    }

    /// Reads a line without its ending; the reply to give where it cannot be one.
    pub(super) async fn line(&mut self) -> Result<Result<String, &'static str>, Ended> {
        let line = match self.wire.line(MAX_LINE).await {
            Ok(Line::Whole(line)) => line,
            Ok(Line::TooLong) => return Ok(Err(reply::LINE_TOO_LONG)),
            Ok(Line::End) => return Err(Ended),
            Err(error) => {
                if error.kind() == io::ErrorKind::TimedOut {
                    self.send(reply::IDLE).await?;
                }
                return Err(Ended);
            }
        };
        let line = String::from_utf8(line.to_vec()).map_err(|_| reply::NOT_UTF8);
        Ok(line.map(|line| line.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// Answers without asking the script.
    pub(super) async fn send(&mut self, reply: &str) -> Result<u16, Ended> {
        self.say(reply, None).await
    }

    /// Answers as the script has it, and returns the code that was sent.
    pub(super) async fn answer(
        &mut self,
        stage: Stage,
        addresses: &[String],
        normal: &str,
    ) -> Result<u16, Ended> {
        let effect = self.shared.script.apply(stage, addresses);
        self.play(&effect, normal).await
    }

    pub(super) async fn play(&mut self, effect: &Effect, normal: &str) -> Result<u16, Ended> {
        if !effect.delay.is_zero() {
            tokio::time::sleep(effect.delay).await;
        }
        match &effect.answer {
            Answer::Normal => self.say(normal, effect.drip).await,
            Answer::Reply(reply) => self.say(reply, effect.drip).await,
            Answer::Stall => {
                self.wire.wait_for_end().await;
                Err(Ended)
            }
            Answer::Close => Err(Ended),
        }
    }

    async fn say(&mut self, reply: &str, drip: Option<Duration>) -> Result<u16, Ended> {
        self.wire.send(&reply::octets(reply), drip).await?;
        match reply::code(reply) {
            421 => {
                self.wire.finish().await;
                Err(Ended)
            }
            code => Ok(code),
        }
    }
}
