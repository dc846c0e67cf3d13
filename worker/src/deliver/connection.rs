//! Deliver: one connection's dialogue, a deadline for every reply.
//!
//! Where PIPELINING is offered (RFC 2920), MAIL, RCPT and DATA go in one write, and each reply is
//! still read for itself. The mail and its final dot always go in one write. Only a 2xx after that
//! dot is a delivery.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use lettre::address::{Address, Envelope};
use metrics::{Counter, Gauge, counter, gauge};
use parking_lot::Mutex;
use tokio::time::{Instant, timeout};
use tracing::info;

use super::{
    body::Body,
    capabilities::Capabilities,
    dialer::Dialer,
    fault::{Cause, CauseKind, Fault, Stage},
    pool::Lifetime,
    reply::Reply,
    stage_time::Stopwatch,
    wire::Wire,
};

/// How long the replies behind a refusal may take, and the one to RSET: a mail waits for them, and
/// another connection costs less than a relay that has dropped the command.
const PROMPT: Duration = Duration::from_secs(3);

/// How long the reply to QUIT, a courtesy, may take: it does not get the time of a mail.
pub(super) const COURTESY: Duration = Duration::from_secs(2);

/// How long a relay that has answered MAIL over a connection may take to do so again, or three
/// times as long as it took: what lies between may have dropped the connection without a word.
const SILENT: Duration = Duration::from_secs(5);

/// How long each stage may take. RFC 5321, section 4.5.3.2 allows minutes; a code cannot wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// Name lookup: the system's resolver asks a second name server after five seconds.
    pub lookup: Duration,
    /// TCP.
    pub connect: Duration,
    /// From connected to 220.
    pub greeting: Duration,
    /// Every other reply in a mail's dialogue. A TLS handshake gets a third of it.
    pub usual: Duration,
    /// The answer to the final dot, and as long for writing the mail.
    pub body: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            lookup: Duration::from_secs(10),
            connect: Duration::from_secs(5),
            // Some relays wait on purpose, to see who does not, and here or at RCPT they look us up.
            greeting: Duration::from_secs(30),
            usual: Duration::from_secs(30),
            // Content filters take their time, and giving up early sends a mail twice.
            body: Duration::from_secs(120),
        }
    }
}

impl Deadlines {
    pub(super) fn of(&self, stage: Stage) -> Duration {
        match stage {
            Stage::Connect => self.connect,
            Stage::Greeting => self.greeting,
            Stage::Body => self.body,
            Stage::Tls => self.usual / 3,
            _ => self.usual,
        }
    }
}

/// Counts replies, and what came instead of one.
pub(super) fn replies(relay: &Arc<str>, stage: Stage, class: &'static str) -> Counter {
    counter!("signpost_smtp_replies_total",
        "relay" => Arc::clone(relay), "stage" => stage.as_str(), "class" => class)
}

/// A connection that has been through EHLO, and through TLS and AUTH where they are asked for.
pub(super) struct Connection {
    wire: Wire,
    offered: Capabilities,
    pipelining_works: Arc<Mutex<Option<bool>>>,
    relay: Arc<str>,
    pub(super) opened: Instant,
    /// It has carried a mail, or idled, before.
    pub(super) reused: bool,
    watch: Stopwatch,
    /// Mails begun on it, delivered or not.
    mails: u32,
    /// A mail was begun and refused: RSET comes before the next one.
    begun: bool,
    /// The longest that the reply to MAIL took.
    slowest: Option<Duration>,
    connected: Arc<AtomicU32>,
    counted: Gauge,
    /// Looked up once: by its labels each costs more than to count.
    replies: Vec<((Stage, &'static str), Counter)>,
}

impl Connection {
    pub(super) fn new(wire: Wire, offered: Capabilities, dialer: &Dialer) -> Self {
        let counted = gauge!("signpost_smtp_connections", "relay" => Arc::clone(&dialer.name));
        counted.increment(1.0);
        dialer.connected.fetch_add(1, Ordering::Relaxed);
        Self {
            wire,
            offered,
            pipelining_works: Arc::clone(&dialer.pipelining_works),
            relay: Arc::clone(&dialer.name),
            opened: Instant::now(),
            reused: false,
            watch: Stopwatch::start(),
            mails: 0,
            begun: false,
            slowest: None,
            connected: Arc::clone(&dialer.connected),
            counted,
            replies: Vec::new(),
        }
    }

    /// Whether its dialogue is whole.
    pub(super) fn in_step(&self) -> bool {
        self.wire.in_step()
    }

    /// Whether another mail may be sent over it.
    pub(super) fn may_go_on(&self, lifetime: Lifetime) -> bool {
        self.in_step() && self.mails < lifetime.mails && self.opened.elapsed() < lifetime.age
    }

    /// Whether it can have another mail: it is still there, as far as the relay has told.
    pub(super) async fn is_alive(&mut self) -> bool {
        if self.wire.expect_silence(Stage::Upkeep).await.is_err() {
            return false;
        }
        !std::mem::take(&mut self.begun) || Box::pin(self.reset()).await
    }

    /// RSET (RFC 5321, section 4.1.1.5). Not when a mail is refused: its fate is known by then.
    async fn reset(&mut self) -> bool {
        timeout(PROMPT, self.aside("RSET")).await.is_ok_and(|reset| reset.is_ok())
    }

    /// Sends one mail and returns the reply that accepted it, a 2xx. After a refusal the
    /// connection is ready for the next mail; whether it is, [`Self::in_step`] tells.
    pub(super) async fn send(&mut self, envelope: &Envelope, mail: &[u8]) -> Result<Reply, Fault> {
        self.mails += 1;
        self.watch = Stopwatch::start();
        let body = Body::new(mail);
        let parameters = self.mail_parameters(envelope, mail, &body)?;
        self.begun = true;
        self.open_transaction(envelope, &parameters).await?;
        self.begun = false;
        // Whoever has gone by now has not taken the mail.
        if let Err(fault) = self.wire.expect_silence(Stage::Data).await {
            return self.judge(Stage::Data, Err(fault));
        }
        self.exchange(Stage::Body, &body.bytes).await
    }

    /// Says what one reply answers, and hears it.
    async fn exchange(&mut self, stage: Stage, bytes: &[u8]) -> Result<Reply, Fault> {
        let result = match self.wire.say(stage, bytes, 1).await {
            Ok(()) => self.hear(stage).await,
            Err(fault) => Err(fault),
        };
        self.judge(stage, result)
    }

    /// QUIT (RFC 5321, section 4.1.1.10), and then the end of the connection.
    pub(super) async fn quit(mut self: Box<Self>) {
        if self.in_step() {
            let _ = timeout(COURTESY, self.aside("QUIT")).await;
        }
    }

    /// What MAIL must ask for. A relay that does not offer it is told nothing of this mail.
    fn mail_parameters(
        &self,
        envelope: &Envelope,
        mail: &[u8],
        body: &Body,
    ) -> Result<String, Fault> {
        let offered = &self.offered;
        let mut parameters = String::new();
        let mut addresses = envelope.from().into_iter().chain(envelope.to());
        if body.utf8_headers || !addresses.all(|address| text(address).is_ascii()) {
            if !offered.smtputf8 {
                return Err(Fault::new(Stage::Mail, CauseKind::Smtputf8, "not offered"));
            }
            parameters.push_str(" SMTPUTF8");
        }
        if let Some(size) = offered.size.filter(|size| *size < body.size) {
            let detail = format!("the relay takes {size} bytes, the mail has {}", body.size);
            return Err(Fault::new(Stage::Mail, CauseKind::TooLarge, detail));
        }
        if !mail.is_ascii() && offered.eight_bit {
            parameters.push_str(" BODY=8BITMIME");
        }
        Ok(parameters)
    }

    /// MAIL, RCPT and DATA, until the relay awaits the mail.
    async fn open_transaction(
        &mut self,
        envelope: &Envelope,
        parameters: &str,
    ) -> Result<(), Fault> {
        let from = envelope.from().map(text).unwrap_or_default();
        let mut commands = vec![(Stage::Mail, format!("MAIL FROM:<{from}>{parameters}\r\n"))];
        let recipients = envelope.to().iter().map(text);
        commands.extend(recipients.map(|to| (Stage::Rcpt, format!("RCPT TO:<{to}>\r\n"))));
        commands.push((Stage::Data, "DATA\r\n".to_owned()));
        if self.offered.pipelining && *self.pipelining_works.lock() != Some(false) {
            return self.pipeline(&commands).await;
        }
        for (stage, command) in commands {
            self.exchange(stage, command.as_bytes()).await?;
        }
        Ok(())
    }

    /// Says all at once. The first refusal counts; the replies after it only keep in step.
    async fn pipeline(&mut self, commands: &[(Stage, String)]) -> Result<(), Fault> {
        let group: String = commands.iter().map(|(_, command)| command.as_str()).collect();
        let said = self.wire.say(Stage::Mail, group.as_bytes(), commands.len()).await;
        if let Err(fault) = said {
            return self.judge(Stage::Mail, Err(fault)).map(drop);
        }
        let mut recipients = 0;
        for (place, (stage, _)) in commands.iter().enumerate() {
            let result = self.hear(*stage).await;
            if let Err(fault) = self.judge(*stage, result) {
                if is_out_of_step(&fault.cause) && *self.pipelining_works.lock() != Some(true) {
                    self.doubt_pipelining();
                    self.wire.give_up();
                    let detail = "PIPELINING is offered, and does not work";
                    return Err(Fault::new(*stage, CauseKind::Pipelining, detail));
                }
                if self.wire.goes_on() {
                    let rest = commands.iter().skip(place + 1).map(|(stage, _)| *stage);
                    Box::pin(self.pass_over(rest, recipients)).await;
                }
                return Err(fault);
            }
            recipients += usize::from(*stage == Stage::Rcpt);
        }
        self.pipelining_works.lock().get_or_insert(true);
        Ok(())
    }

    /// Until it has worked once, a group that goes wrong is the last one; so is one of which the
    /// relay has dropped what stood behind a refusal.
    fn doubt_pipelining(&self) {
        if self.pipelining_works.lock().replace(false) != Some(false) {
            info!(relay = %self.relay, "relay fails at PIPELINING: each command awaits its reply");
        }
    }

    /// Reads the replies behind a refusal. A relay that awaits a mail all the same gets an empty
    /// one (RFC 2920, section 3.1), unless that could reach somebody.
    async fn pass_over(&mut self, stages: impl Iterator<Item = Stage>, mut recipients: usize) {
        for stage in stages {
            let reply = match timeout(PROMPT, self.wire.hear(stage)).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(_)) => return self.wire.give_up(),
                Err(_) => {
                    self.doubt_pipelining();
                    return self.wire.give_up();
                }
            };
            recipients += usize::from(stage == Stage::Rcpt && reply.code < 300);
            if stage == Stage::Data && reply.code < 400 {
                let ended = recipients == 0
                    && timeout(PROMPT, self.wire.ask(Stage::Data, "."))
                        .await
                        .is_ok_and(|ended| ended.is_ok());
                if !ended {
                    self.wire.give_up();
                }
            }
        }
    }

    /// Hears the reply that lets the mail go on, or what came instead.
    async fn hear(&mut self, stage: Stage) -> Result<Reply, Fault> {
        let expected = if stage == Stage::Data { 354..355 } else { 200..300 };
        let (asked, deadline) = (Instant::now(), self.wire.deadline(stage));
        let deadline = match self.slowest {
            Some(slowest) if stage == Stage::Mail => deadline.min(SILENT.max(3 * slowest)),
            // It has idled since it was opened.
            None if stage == Stage::Mail && self.opened.elapsed() > SILENT => SILENT,
            _ => deadline,
        };
        let reply = self.wire.hear_within(stage, deadline).await?;
        if stage == Stage::Mail {
            self.slowest = self.slowest.max(Some(asked.elapsed()));
        }
        reply.require(stage, expected)
    }

    /// Counts what came and how long it took, and lets go of a connection that is out of step.
    fn judge(&mut self, stage: Stage, result: Result<Reply, Fault>) -> Result<Reply, Fault> {
        let class = match &result {
            Ok(reply) if reply.code >= 300 => "3xx",
            Ok(_) => "2xx",
            Err(fault) => fault.class(),
        };
        self.count(stage, class);
        let ended = result.as_ref().map(|reply| Some(reply.code)).map_err(|fault| &fault.cause);
        self.watch.tell(stage, ended);
        if result.as_ref().is_err_and(|fault| fault.cause.kind != CauseKind::Reply) {
            self.wire.give_up();
        }
        result
    }

    fn count(&mut self, stage: Stage, class: &'static str) {
        let known = self.replies.iter().position(|(of, _)| *of == (stage, class));
        let place = known.unwrap_or_else(|| {
            self.replies.push(((stage, class), replies(&self.relay, stage, class)));
            self.replies.len() - 1
        });
        self.replies[place].1.increment(1);
    }

    /// A command outside a mail's dialogue: anything but a 2xx ends the connection.
    async fn aside(&mut self, command: &str) -> Result<(), Fault> {
        let stage = Stage::Upkeep;
        self.watch = Stopwatch::start();
        let result = self.wire.ask(stage, command).await;
        let result = self.judge(stage, result.and_then(|reply| reply.require(stage, 200..300)));
        if result.is_err() {
            self.wire.give_up();
        }
        result.map(drop)
    }
}

/// Whether the relay may have lost a command, or heard one too early for it.
fn is_out_of_step(cause: &Cause) -> bool {
    match cause.kind {
        CauseKind::Timeout => cause.stage != Stage::Mail,
        CauseKind::Network | CauseKind::Protocol => true,
        CauseKind::Reply => {
            let is_about_commands =
                cause.enhanced.as_deref().is_none_or(|status| status.starts_with("5.5."));
            // At RCPT a bare 554 is a policy's.
            let is_policy = cause.stage == Stage::Rcpt && cause.code == Some(554);
            matches!(cause.code, Some(500..=503 | 554)) && is_about_commands && !is_policy
        }
        _ => false,
    }
}

fn text(address: &Address) -> &str {
    address.as_ref()
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.counted.decrement(1.0);
        self.connected.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_looks_us_up_may_take_as_long_as_whoever_greets_late() {
        let deadlines = Deadlines::default();
        let greeting = deadlines.of(Stage::Greeting);
        assert!(greeting >= Duration::from_secs(30));
        for stage in [Stage::Ehlo, Stage::Auth, Stage::Mail, Stage::Rcpt, Stage::Data] {
            assert_eq!(deadlines.of(stage), greeting, "{stage}");
        }
    }
}
