//! The dialogue of one connection: which command may come when, and what it does (RFC 5321 §4.1.4).

use std::time::SystemTime;

use super::body::{self, MAX_SIZE};
use super::command::{self, Command, Parameter, Path};
use super::mailbox::ReceivedMail;
use super::reply::{self, is_done};
use super::script::{Answer, Stage};
use super::session::{Ended, Envelope, Session};

/// What RFC 5321 §4.5.3.1.8 asks for at least.
const MAX_RECIPIENTS: usize = 100;

impl Session {
    /// Talks until either side ends it.
    pub(super) async fn run(mut self) {
        // How it ended matters to the client; here the connection is over either way.
        let _: Result<(), Ended> = self.talk().await;
    }

    async fn talk(&mut self) -> Result<(), Ended> {
        if self.shared.options.implicit_tls
            && let Some(config) = self.shared.options.tls.clone()
        {
            let effect = self.shared.script.apply(Stage::StartTls, &[]);
            if matches!(effect.answer, Answer::Normal) {
                self.play(&effect, "").await?;
                self.wire.start_tls(config).await?;
            } else {
                self.play(&effect, "").await?;
                return Err(Ended);
            }
        }
        let greeting = self.answer(Stage::Greeting, &[], reply::GREETING).await?;
        loop {
            let line = self.line().await?;
            let command = line.as_deref().map_err(|reply| *reply).and_then(|line| {
                self.note(line);
                command::parse(line)
            });
            match command {
                Err(reply) => self.send(reply).await?,
                Ok(Command::Quit) => {
                    self.send(reply::BYE).await?;
                    self.wire.finish().await;
                    return Ok(());
                }
                // After a refusing greeting only QUIT may come (RFC 5321 §3.1).
                Ok(_) if !is_done(greeting) => self.send(reply::OUT_OF_SEQUENCE).await?,
                Ok(command) => self.obey(command).await?,
            };
        }
    }

    /// MAIL and RCPT are noted whole, of all else the verb.
    fn note(&self, line: &str) {
        let (verb, _) = command::split(line);
        let noted = match verb.as_str() {
            "MAIL" | "RCPT" => line,
            verb => verb,
        };
        self.shared.journal.note(self.connection, noted);
    }

    async fn obey(&mut self, command: Command) -> Result<u16, Ended> {
        match command {
            Command::Ehlo(name) => self.hello(name, true).await,
            Command::Helo(name) => self.hello(name, false).await,
            Command::StartTls => self.start_tls().await,
            Command::Auth { mechanism, initial } => self.auth(&mechanism, initial).await,
            Command::Mail(path) => self.mail(path).await,
            Command::Rcpt(path) => self.rcpt(path).await,
            Command::Data => self.data().await,
            Command::Rset => {
                self.envelope = None;
                self.send(reply::OK).await
            }
            Command::Noop | Command::Quit => self.send(reply::OK).await,
            Command::Vrfy => self.send(reply::CANNOT_VERIFY).await,
        }
    }

    async fn hello(&mut self, name: String, extended: bool) -> Result<u16, Ended> {
        let normal = if extended {
            reply::lines(250, &self.extensions(&name))
        } else {
            format!("250 localhost greets {name}")
        };
        let code = self.answer(Stage::Ehlo, &[], &normal).await?;
        if is_done(code) {
            self.helo = Some(name);
            self.extended = extended;
            self.envelope = None;
        }
        Ok(code)
    }

    fn extensions(&self, name: &str) -> Vec<String> {
        let mut lines = vec![format!("localhost greets {name}")];
        lines.extend(["8BITMIME", "ENHANCEDSTATUSCODES"].map(str::to_owned));
        lines.push(format!("SIZE {MAX_SIZE}"));
        if self.shared.options.smtputf8 {
            lines.push("SMTPUTF8".to_owned());
        }
        if self.offers_tls() {
            lines.push("STARTTLS".to_owned());
        }
        if self.credentials().is_some() && !self.offers_tls() {
            lines.push("AUTH PLAIN LOGIN".to_owned());
        }
        lines
    }

    fn offers_tls(&self) -> bool {
        self.shared.options.tls.is_some() && !self.wire.is_tls()
    }

    fn credentials(&self) -> Option<(String, String)> {
        let own = self.shared.options.credentials.as_ref();
        self.shared.script.credentials(own)
    }

    async fn start_tls(&mut self) -> Result<u16, Ended> {
        let Some(config) = self.shared.options.tls.clone() else {
            return self.send(reply::NOT_IMPLEMENTED).await;
        };
        if self.wire.is_tls() || self.helo.is_none() || self.envelope.is_some() {
            return self.send(reply::OUT_OF_SEQUENCE).await;
        }
        let code = self.answer(Stage::StartTls, &[], reply::START_TLS).await?;
        if code == 220 {
            self.wire.start_tls(config).await?;
            // All that was said before is void (RFC 3207 §4.2).
            self.helo = None;
        }
        Ok(code)
    }

    async fn auth(&mut self, mechanism: &str, initial: Option<String>) -> Result<u16, Ended> {
        let Some(credentials) = self.credentials() else {
            return self.send(reply::NOT_IMPLEMENTED).await;
        };
        if !self.extended || self.helo.is_none() || self.authenticated || self.envelope.is_some() {
            return self.send(reply::OUT_OF_SEQUENCE).await;
        }
        if self.offers_tls() {
            return self.send(reply::TLS_REQUIRED).await;
        }
        let normal = match self.exchange(mechanism, initial).await? {
            Ok(given) if given == credentials => reply::AUTHENTICATED,
            Ok(_) => reply::BAD_CREDENTIALS,
            Err(reply) => reply,
        };
        let code = self.answer(Stage::Auth, &[], normal).await?;
        self.authenticated = code == 235;
        Ok(code)
    }

    async fn mail(&mut self, path: Path) -> Result<u16, Ended> {
        if self.helo.is_none() || self.envelope.is_some() {
            return self.send(reply::OUT_OF_SEQUENCE).await;
        }
        if self.credentials().is_some() && !self.authenticated {
            return self.send(reply::AUTH_REQUIRED).await;
        }
        let smtputf8 = match self.accept(&path.parameters) {
            Ok(smtputf8) => smtputf8,
            Err(reply) => return self.send(reply).await,
        };
        if !path.address.is_ascii() && !smtputf8 {
            return self.send(reply::NOT_ASCII).await;
        }
        let sender = std::slice::from_ref(&path.address);
        let code = self.answer(Stage::Mail, sender, reply::SENDER_OK).await?;
        if is_done(code) {
            self.envelope = Some(Envelope { from: path.address, to: Vec::new(), smtputf8 });
        }
        Ok(code)
    }

    /// Checks the parameters of MAIL, and returns whether SMTPUTF8 was among them.
    fn accept(&self, parameters: &[Parameter]) -> Result<bool, &'static str> {
        let mut smtputf8 = false;
        for Parameter { keyword, value } in parameters {
            let value = value.as_deref();
            match (keyword.as_str(), value.map(str::to_ascii_uppercase)) {
                _ if !self.extended => return Err(reply::UNKNOWN_PARAMETER),
                ("SIZE", Some(size)) => match size.parse::<usize>() {
                    Ok(size) if size > MAX_SIZE => return Err(reply::TOO_BIG),
                    Ok(_) => {}
                    Err(_) => return Err(reply::SYNTAX),
                },
                ("BODY", Some(kind)) if matches!(kind.as_str(), "7BIT" | "8BITMIME") => {}
                ("AUTH", Some(_)) if self.credentials().is_some() => {}
                ("SMTPUTF8", None) if self.shared.options.smtputf8 => smtputf8 = true,
                ("SIZE" | "BODY", _) => return Err(reply::SYNTAX),
                _ => return Err(reply::UNKNOWN_PARAMETER),
            }
        }
        Ok(smtputf8)
    }

    async fn rcpt(&mut self, path: Path) -> Result<u16, Ended> {
        let Some(envelope) = &self.envelope else {
            return self.send(reply::OUT_OF_SEQUENCE).await;
        };
        let refusal = if !path.parameters.is_empty() {
            Some(reply::UNKNOWN_PARAMETER)
        } else if !path.address.is_ascii() && !envelope.smtputf8 {
            Some(reply::NOT_ASCII)
        } else if envelope.to.len() == MAX_RECIPIENTS {
            Some(reply::TOO_MANY_RECIPIENTS)
        } else {
            None
        };
        if let Some(refusal) = refusal {
            return self.send(refusal).await;
        }
        let recipient = std::slice::from_ref(&path.address);
        let code = self.answer(Stage::Rcpt, recipient, reply::RECIPIENT_OK).await?;
        if is_done(code)
            && let Some(envelope) = &mut self.envelope
        {
            envelope.to.push(path.address);
        }
        Ok(code)
    }

    async fn data(&mut self) -> Result<u16, Ended> {
        let to = match &self.envelope {
            None => return self.send(reply::OUT_OF_SEQUENCE).await,
            Some(envelope) if envelope.to.is_empty() => {
                return self.send(reply::NO_RECIPIENTS).await;
            }
            Some(envelope) => envelope.to.clone(),
        };
        let code = self.answer(Stage::Data, &to, reply::GO_AHEAD).await?;
        if code != 354 {
            return Ok(code);
        }
        let body = body::read(&mut self.wire).await?;
        self.shared.journal.note(self.connection, ".");
        let Some(envelope) = self.envelope.take() else {
            return Err(Ended);
        };
        let effect = self.shared.script.apply(Stage::Body, &to);
        let normal = match body {
            Err(fault) => fault.to_owned(),
            Ok(raw) => {
                let mail = self.received(envelope, raw);
                let normal = format!("250 2.0.0 taken as {}", mail.id);
                let taken = match &effect.answer {
                    Answer::Normal => true,
                    Answer::Reply(reply) => is_done(reply::code(reply)),
                    Answer::Stall | Answer::Close => false,
                };
                if effect.store.unwrap_or(taken) {
                    self.shared.mails.push(mail);
                }
                normal
            }
        };
        self.play(&effect, &normal).await
    }

    fn received(&self, envelope: Envelope, raw: Vec<u8>) -> ReceivedMail {
        ReceivedMail {
            helo: self.helo.clone().unwrap_or_default(),
            received_at: SystemTime::now(),
            connection: self.connection,
            tls: self.wire.is_tls(),
            authenticated: self.authenticated,
            smtputf8: envelope.smtputf8,
            ..ReceivedMail::new(envelope.from, envelope.to, raw)
        }
    }
}
