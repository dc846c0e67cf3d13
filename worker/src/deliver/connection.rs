//! Deliver: one connection's dialogue, a deadline for every stage.
//!
//! A connection is in step while each command has had its reply. It is out of step from the
//! moment a command is sent until its reply is read, and stays so when the future in between is
//! dropped: an old reply would then answer a new command, and a 354 could pass for a success.

use std::{
    future::Future,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use lettre::{
    address::Envelope,
    transport::smtp::{
        self,
        client::AsyncSmtpConnection,
        commands::{Data, Mail, Noop, Quit, Rcpt, Rset},
        extension::{Extension, MailBodyParameter, MailParameter},
        response::Response,
    },
};
use metrics::{Gauge, counter, gauge};
use tokio::time::{Instant, timeout};

use super::{
    dialer::Dialer,
    fault::{CauseKind, Fault, Stage},
    stream::Signals,
};

/// How long each stage may take. RFC 5321, section 4.5.3.2 allows minutes; a code cannot wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// Name lookup and TCP.
    pub connect: Duration,
    /// From connected to 220.
    pub greeting: Duration,
    /// EHLO.
    pub ehlo: Duration,
    /// STARTTLS, and again for the handshake.
    pub tls: Duration,
    /// The whole of AUTH.
    pub auth: Duration,
    /// MAIL, and RSET, NOOP and QUIT.
    pub mail: Duration,
    /// Each RCPT.
    pub rcpt: Duration,
    /// DATA.
    pub data: Duration,
    /// From the first byte of the body to the answer to the final dot.
    pub body: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        let usual = Duration::from_secs(10);
        Self {
            connect: Duration::from_secs(5),
            greeting: usual,
            ehlo: usual,
            tls: usual,
            auth: usual,
            mail: usual,
            rcpt: usual,
            data: usual,
            body: Duration::from_secs(30),
        }
    }
}

impl Deadlines {
    fn of(&self, stage: Stage) -> Duration {
        match stage {
            Stage::Connect => self.connect,
            Stage::Greeting => self.greeting,
            Stage::Ehlo => self.ehlo,
            Stage::Tls => self.tls,
            Stage::Auth => self.auth,
            Stage::Mail => self.mail,
            Stage::Rcpt => self.rcpt,
            Stage::Data => self.data,
            Stage::Body => self.body,
        }
    }
}

/// Waits for a reply until the stage's deadline.
pub(super) async fn within(
    stage: Stage,
    deadlines: &Deadlines,
    signals: &Signals,
    reply: impl Future<Output = Result<Response, smtp::Error>>,
) -> Result<Response, Fault> {
    match timeout(deadlines.of(stage), reply).await {
        Ok(result) => result.map_err(|error| Fault::from_smtp(stage, &error, signals)),
        Err(_) => Err(Fault::new(stage, CauseKind::Timeout, "no answer in time")),
    }
}

/// Counts a reply, or what came instead of one.
pub(super) fn count(relay: &Arc<str>, stage: Stage, class: &'static str) {
    counter!("signpost_smtp_replies_total",
        "relay" => Arc::clone(relay), "stage" => stage.as_str(), "class" => class)
    .increment(1);
}

/// A connection that has been through EHLO, and through TLS and AUTH where they are asked for.
pub(super) struct Connection {
    smtp: AsyncSmtpConnection,
    signals: Arc<Signals>,
    deadlines: Deadlines,
    relay: Arc<str>,
    opened: Instant,
    mails: u32,
    in_step: bool,
    counted: Gauge,
}

impl Connection {
    pub(super) fn new(smtp: AsyncSmtpConnection, signals: Arc<Signals>, dialer: &Dialer) -> Self {
        let counted = gauge!("signpost_smtp_connections", "relay" => Arc::clone(&dialer.name));
        counted.increment(1.0);
        Self {
            smtp,
            signals,
            deadlines: dialer.deadlines,
            relay: Arc::clone(&dialer.name),
            opened: Instant::now(),
            mails: 0,
            in_step: true,
            counted,
        }
    }

    pub(super) fn smtp(&self) -> &AsyncSmtpConnection {
        &self.smtp
    }

    pub(super) fn smtp_mut(&mut self) -> &mut AsyncSmtpConnection {
        &mut self.smtp
    }

    pub(super) fn signals(&self) -> Arc<Signals> {
        Arc::clone(&self.signals)
    }

    /// Whether another mail may be sent over it.
    pub(super) fn in_step(&self) -> bool {
        self.in_step && !self.signals.ended.load(Ordering::Relaxed)
    }

    pub(super) fn age(&self) -> Duration {
        self.opened.elapsed()
    }

    /// Mails begun on it, delivered or not.
    pub(super) fn mails(&self) -> u32 {
        self.mails
    }

    /// Sends one mail and returns the code that accepted it: 250. After a refusal the connection
    /// is ready for the next mail; whether it is, [`Self::in_step`] tells.
    pub(super) async fn send(&mut self, envelope: &Envelope, mail: &[u8]) -> Result<u16, Fault> {
        self.mails += 1;
        let result = self.transaction(envelope, mail).await;
        if let Err(fault) = &result
            && matches!(fault.cause.stage, Stage::Mail | Stage::Rcpt | Stage::Data)
            && fault.leaves_in_step()
        {
            // Its own failure only costs the connection: the mail's fate is known.
            let _ = self.aside(Rset).await;
        }
        result
    }

    /// NOOP (RFC 5321, section 4.1.1.9).
    pub(super) async fn noop(&mut self) -> Result<(), Fault> {
        self.aside(Noop).await
    }

    /// QUIT (RFC 5321, section 4.1.1.10), and then the end of the connection.
    pub(super) async fn quit(mut self) {
        if self.in_step() {
            let _ = self.aside(Quit).await;
        }
    }

    async fn transaction(&mut self, envelope: &Envelope, mail: &[u8]) -> Result<u16, Fault> {
        let parameters = self.mail_parameters(envelope, mail)?;
        self.exchange(Stage::Mail, 200..300, Mail::new(envelope.from().cloned(), parameters))
            .await?;
        for recipient in envelope.to() {
            self.exchange(Stage::Rcpt, 200..300, Rcpt::new(recipient.clone(), vec![])).await?;
        }
        self.exchange(Stage::Data, 354..355, Data).await?;

        self.in_step = false;
        // lettre ends the body with a CRLF of its own.
        let mail = mail.strip_suffix(b"\r\n").unwrap_or(mail);
        let talking = self.smtp.message(mail);
        let reply = within(Stage::Body, &self.deadlines, &self.signals, talking).await;
        self.settle(Stage::Body, 250..251, reply)
    }

    /// lettre asks for these only in its own `send`, which loses the stage of an error.
    fn mail_parameters(
        &self,
        envelope: &Envelope,
        mail: &[u8],
    ) -> Result<Vec<MailParameter>, Fault> {
        let offered = self.smtp.server_info();
        let mut parameters = Vec::new();
        let mut addresses = envelope.from().into_iter().chain(envelope.to());
        if !addresses.all(|address| AsRef::<str>::as_ref(address).is_ascii()) {
            if !offered.supports_feature(Extension::SmtpUtfEight) {
                return Err(Fault::new(Stage::Mail, CauseKind::Smtputf8, "not offered"));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !mail.is_ascii() && offered.supports_feature(Extension::EightBitMime) {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }

    async fn exchange(
        &mut self,
        stage: Stage,
        expected: std::ops::Range<u16>,
        command: impl std::fmt::Display,
    ) -> Result<u16, Fault> {
        self.in_step = false;
        let talking = self.smtp.command(command);
        let reply = within(stage, &self.deadlines, &self.signals, talking).await;
        self.settle(stage, expected, reply)
    }

    fn settle(
        &mut self,
        stage: Stage,
        expected: std::ops::Range<u16>,
        reply: Result<Response, Fault>,
    ) -> Result<u16, Fault> {
        let result = reply.map(|reply| u16::from(reply.code())).and_then(|code| {
            if expected.contains(&code) { Ok(code) } else { Err(Fault::out_of_step(stage, code)) }
        });
        let class = match &result {
            Ok(300..) => "3xx",
            Ok(_) => "2xx",
            Err(fault) => fault.class(),
        };
        count(&self.relay, stage, class);
        self.in_step = result.as_ref().map_or_else(Fault::leaves_in_step, |_| true);
        result
    }

    /// A command outside a mail's dialogue: anything but a 2xx ends the connection.
    async fn aside(&mut self, command: impl std::fmt::Display) -> Result<(), Fault> {
        let stage = Stage::Mail;
        self.in_step = false;
        let talking = self.smtp.command(command);
        let reply = within(stage, &self.deadlines, &self.signals, talking).await?;
        match u16::from(reply.code()) {
            200..300 => {
                self.in_step = true;
                Ok(())
            }
            code => Err(Fault::out_of_step(stage, code)),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.counted.decrement(1.0);
    }
}
