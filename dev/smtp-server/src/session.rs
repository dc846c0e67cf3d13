//! The dialogue of one connection: which command may come when, and what it does (RFC 5321
//! §4.1.4). Whatever is answered, what comes next follows from the reply as it was sent: 354 asks
//! for a mail, 334 for the next line of a login.

use std::{borrow::Cow, collections::HashMap, io, sync::Arc};

use tokio::net::TcpStream;

use crate::{
    Answer, ReceivedMail, Step,
    auth::Asked,
    body::Body,
    command::{self, Command},
    reply::OUT_OF_SEQUENCE,
    server::Shared,
    wire::Wire,
};

pub(super) struct Session {
    pub(super) wire: Wire,
    pub(super) shared: Arc<Shared>,
    connection: usize,
    /// How often each verb has come.
    said: HashMap<String, usize>,
    /// After a refusing greeting only QUIT may come (RFC 5321 §3.1).
    pub(super) is_turned_away: bool,
    /// The name that EHLO or HELO gave; neither was said yet when there is none.
    pub(super) helo: Option<String>,
    /// What the reply to EHLO offered, in upper case; whoever says HELO uses none of it.
    pub(super) offered: String,
    pub(super) asked: Option<Asked>,
    pub(super) is_authenticated: bool,
    pub(super) envelope: Option<Envelope>,
}

/// The transaction that MAIL began.
#[derive(Debug, Default)]
pub(super) struct Envelope {
    from: String,
    pub(super) to: Vec<String>,
    pub(super) smtputf8: bool,
}

/// The connection is over: an answer ended it.
const ENDED: io::ErrorKind = io::ErrorKind::ConnectionAborted;

impl Session {
    pub(super) fn new(stream: TcpStream, shared: Arc<Shared>, connection: usize) -> Self {
        Self {
            wire: Wire::new(stream),
            shared,
            connection,
            said: HashMap::new(),
            is_turned_away: false,
            helo: None,
            offered: String::new(),
            asked: None,
            is_authenticated: false,
            envelope: None,
        }
    }

    /// Talks until either side ends it.
    pub(super) async fn run(mut self) {
        // How it ended matters to the client; here the connection is over either way.
        let _: io::Result<()> = self.talk().await;
    }

    async fn talk(&mut self) -> io::Result<()> {
        let Shared { options, .. } = &*self.shared;
        if let (true, Some(config)) = (options.implicit_tls, options.tls.clone()) {
            self.wire.start_tls(config).await?;
        }
        let greeting = self.answer("GREETING", "", &[], false);
        let mut code = self.play(greeting, "220 localhost ESMTP Signpost").await?;
        self.is_turned_away = !is_done(code);
        loop {
            code = match code {
                354 => self.body().await?,
                334 => self.response().await?,
                _ => self.command().await?,
            };
        }
    }

    /// Hears a line with its ending.
    async fn line(&mut self) -> io::Result<Vec<u8>> {
        let line = self.wire.line().await?;
        if !line.ends_with(b"\n") {
            if !line.is_empty() {
                self.wire.send(b"500 5.5.2 line too long\r\n").await?;
                self.wire.finish().await;
            }
            return Err(ENDED.into());
        }
        self.shared.journal.note(self.connection, &text(&line));
        Ok(line)
    }

    async fn command(&mut self) -> io::Result<u16> {
        let heard = self.line().await?;
        let line = text(&heard);
        let (verb, rest) = command::split(&line);
        let command = command::parse(&verb, rest);
        let reply = command.as_ref().map_err(|refusal| *refusal);
        let reply = reply.and_then(|command| self.reply_to(command));
        let addresses = match (&command, &self.envelope) {
            (Ok(Command::Mail(path) | Command::Rcpt(path)), _) => vec![path.address.to_owned()],
            (Ok(Command::Data), Some(envelope)) => envelope.to.clone(),
            _ => Vec::new(),
        };
        let answer = self.answer(&verb, &line, &addresses, !heard.ends_with(b"\r\n"));
        let reply = reply.unwrap_or_else(Cow::Borrowed);
        if let Ok(Command::Ehlo(_)) = command {
            self.offered = text(answer.reply(&reply)).to_ascii_uppercase();
        }
        let code = self.play(answer, &reply).await?;
        match command {
            Ok(Command::Quit) => {
                self.wire.finish().await;
                Err(ENDED.into())
            }
            Ok(command) if is_done(code) => self.obey(command).await.map(|()| code),
            _ => Ok(code),
        }
    }

    async fn obey(&mut self, command: Command<'_>) -> io::Result<()> {
        match command {
            Command::Ehlo(name) | Command::Helo(name) => {
                self.helo = Some(name.to_owned());
                self.envelope = None;
                if matches!(command, Command::Helo(_)) {
                    self.offered.clear();
                }
            }
            Command::StartTls => {
                let config = self.shared.options.tls.clone().ok_or(ENDED)?;
                self.wire.start_tls(config).await?;
                // All that was said before is void (RFC 3207 §4.2).
                self.helo = None;
            }
            Command::Auth(..) => self.is_authenticated = true,
            Command::Mail(path) => {
                let smtputf8 = path.parameters.iter().any(|(keyword, _)| keyword == "SMTPUTF8");
                let from = path.address.to_owned();
                self.envelope = Some(Envelope { from, to: Vec::new(), smtputf8 });
            }
            Command::Rcpt(path) => {
                if let Some(envelope) = &mut self.envelope {
                    envelope.to.push(path.address.to_owned());
                }
            }
            Command::Rset => self.envelope = None,
            Command::Data | Command::Noop | Command::Quit | Command::Vrfy => {}
        }
        Ok(())
    }

    /// What follows a 334.
    async fn response(&mut self) -> io::Result<u16> {
        let heard = self.line().await?;
        let line = text(&heard);
        let reply = match self.asked.take() {
            Some(asked) => self.respond(asked, &line),
            None => Err(OUT_OF_SEQUENCE),
        };
        let answer = self.answer("CONTINUE", &line, &[], !heard.ends_with(b"\r\n"));
        let code = self.play(answer, &reply.unwrap_or_else(Cow::Borrowed)).await?;
        self.is_authenticated |= is_done(code);
        Ok(code)
    }

    async fn body(&mut self) -> io::Result<u16> {
        let mut body = Body::default();
        while !body.take(&self.line().await?) {}
        let (bare_lf, raw) = (body.bare_lf, body.finish());
        let Envelope { from, to, smtputf8 } = self.envelope.take().unwrap_or_default();
        let answer = self.answer("BODY", ".", &to, bare_lf);
        let reply = match raw {
            Err(fault) => Cow::Borrowed(fault),
            Ok(raw) => {
                let mail = ReceivedMail {
                    helo: self.helo.clone().unwrap_or_default(),
                    connection: self.connection,
                    tls: self.wire.is_tls,
                    authenticated: self.is_authenticated,
                    smtputf8,
                    ..ReceivedMail::new(from, to, raw)
                };
                let reply = Cow::Owned(format!("250 2.0.0 taken as {}", mail.id));
                let kept = matches!(answer, Answer::Keep(_)) || is_done(code(answer.reply(&reply)));
                if kept && !mail.to.is_empty() {
                    self.shared.options.mails.push(mail);
                }
                reply
            }
        };
        self.play(answer, &reply).await
    }

    /// Asks the script.
    fn answer(&mut self, verb: &str, line: &str, addresses: &[String], bare_lf: bool) -> Answer {
        let times = self.said.entry(verb.to_owned()).or_default();
        let (connection, nth) = (self.connection, *times);
        *times += 1;
        let before = self.shared.journal.before(connection);
        let step = Step { connection, before, verb, nth, line, addresses, bare_lf };
        self.shared.options.script.answer(&step)
    }

    /// Does as the script has it, and returns the code that was sent.
    async fn play(&mut self, answer: Answer, normal: &str) -> io::Result<u16> {
        let reply = answer.reply(normal).to_vec();
        let line = [&reply[..], b"\r\n"].concat();
        let answer = if let Answer::Keep(answer) = answer { *answer } else { answer };
        match answer {
            Answer::Normal | Answer::Say(_) => self.wire.send(&line).await?,
            Answer::After(pause) => {
                tokio::time::sleep(pause).await;
                self.wire.send(&line).await?;
            }
            Answer::ThenExpect { within, or } => {
                self.wire.send(&line).await?;
                if self.wire.is_silent_for(within).await {
                    return self.say_last(or).await;
                }
            }
            Answer::SayAndClose(reply) => return self.say_last(reply).await,
            Answer::SayThenSay(_, more) => {
                // Apart, so that the reply is taken before the rest comes.
                self.wire.send(&line).await?;
                tokio::task::yield_now().await;
                self.wire.send(format!("{more}\r\n").as_bytes()).await?;
                self.shared.journal.note(self.connection, "said more");
            }
            Answer::Send(bytes) => self.wire.send(&bytes).await?,
            Answer::Bytewise(reply) => {
                for byte in reply.bytes() {
                    self.wire.send(&[byte]).await?;
                    tokio::task::yield_now().await;
                }
            }
            Answer::Drip(pause) => loop {
                self.wire.send(b"2").await?;
                tokio::time::sleep(pause).await;
            },
            Answer::Flood => loop {
                self.wire.send(&[b'2'; 1024]).await?;
            },
            Answer::Stall => {
                self.wire.wait_for_end().await;
                return Err(ENDED.into());
            }
            Answer::Close | Answer::Keep(_) => return Err(ENDED.into()),
        }
        match code(&reply) {
            421 => {
                self.wire.finish().await;
                Err(ENDED.into())
            }
            code => Ok(code),
        }
    }

    async fn say_last(&mut self, reply: &str) -> io::Result<u16> {
        self.wire.send(format!("{reply}\r\n").as_bytes()).await?;
        self.wire.finish().await;
        Err(ENDED.into())
    }
}

fn text(line: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(line.trim_ascii_end())
}

/// The reply code; 0 for what has none, which no client can take for a success.
fn code(reply: &[u8]) -> u16 {
    let digits = reply.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Whether the reply says that the command was done (RFC 5321 §4.2.1).
fn is_done(code: u16) -> bool {
    (200..300).contains(&code)
}
