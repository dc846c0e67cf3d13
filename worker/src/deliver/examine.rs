//! A look at a relay without a mail, for `check`: the same steps that a delivery takes, up to the
//! sender, who is taken back. One login, since many wrong ones lock an account.

use std::{
    collections::BTreeSet,
    time::{Duration, SystemTime},
};

use futures_util::future::join_all;
use lettre::Address;
use rustls::pki_types::{CertificateDer, UnixTime};
use signpost_shared::{check::Line, reach::addresses};
use tokio::time::timeout;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage};

use super::{
    Deliverer, Security,
    capabilities::Capabilities,
    connection::COURTESY,
    dialer::Dialer,
    fault::{CauseKind, Fault, Stage},
    stage_time::Stopwatch,
    tls,
    wire::Wire,
};

const DAY: u64 = 24 * 60 * 60;
/// A relay may take half of this to greet.
const WHOLE: Duration = Duration::from_secs(60);
/// What a relay should take at least, in bytes; a template of one's own may want more.
const LARGEST_MAIL: usize = 10_000;
/// Time enough to renew a certificate.
const SOON: u64 = 14;

/// What was found of one relay.
#[derive(Debug)]
pub struct Examined {
    /// `host:port`.
    pub relay: String,
    /// What each step came to.
    pub lines: Vec<Line>,
    /// Whether it offers SMTPUTF8; unknown when it was not reached.
    pub smtputf8: Option<bool>,
}

impl Deliverer {
    /// Looks at each relay, in order of preference. `sender` is whom mails are from.
    pub async fn examine(&self, sender: &Address) -> Vec<Examined> {
        let examined = self.0.routes.iter().map(async |route| {
            let dialer = &route.pool.dialer;
            let (relay, lines) = (dialer.name.to_string(), Vec::new());
            let mut examined = Examined { relay, lines, smtputf8: None };
            let looking = timeout(WHOLE, dialer.examine(sender, &mut examined));
            let result = looking.await.unwrap_or_else(|_| {
                let check = format!("relay {}", dialer.name);
                let advice = "it keeps us waiting at each step: is it overloaded?";
                Err(Line::fail(check, "no end to these checks in 60 s", advice))
            });
            examined.lines.extend(result.err());
            examined
        });
        join_all(examined).await
    }
}

impl Dialer {
    /// The line where it ended, if it came to no end.
    async fn examine(
        &self,
        sender: &Address,
        Examined { lines, smtputf8, .. }: &mut Examined,
    ) -> Result<(), Line> {
        let step = |step: &str| format!("relay {} {step}", self.name);
        let found = addresses(&self.relay.host, self.relay.port, self.deadlines.lookup).await;
        let found = found.map_err(|error| {
            let advice = "is the host of SIGNPOST_SMTP_URL right, and does DNS work here?";
            Line::fail(step("address"), error, advice)
        })?;
        let found: BTreeSet<_> = found.iter().map(|found| found.ip().to_string()).collect();
        lines.push(Line::ok(step("address"), Vec::from_iter(found).join(", ")));
        let introduced = self.introduced(&mut Stopwatch::start()).await;
        let (mut wire, offered) = introduced.map_err(|fault| {
            let name = if fault.cause.stage == Stage::Tls { "TLS" } else { "connection" };
            Line::fail(step(name), &fault, advice(&fault))
        })?;
        *smtputf8 = Some(offered.smtputf8);
        lines.push(Line::ok(step("connection"), "answers, greets and takes our EHLO"));
        lines.push(self.encryption(&wire, &offered, step("TLS")));
        lines.push(if offered.size.is_some_and(|size| size < LARGEST_MAIL) {
            let advice = "a mail has some 8 KB: such a SIZE lets none through";
            Line::warn(step("offers"), listed(&offered), advice)
        } else {
            Line::ok(step("offers"), listed(&offered))
        });
        lines.push(self.log_in(&mut wire, &offered, step("login")).await?);
        lines.push(self.try_sender(&mut wire, &offered, sender, step("sender")).await);
        if wire.in_step() {
            let _ = timeout(COURTESY, wire.ask(Stage::Upkeep, "QUIT")).await;
        }
        Ok(())
    }

    fn encryption(&self, wire: &Wire, offered: &Capabilities, check: String) -> Line {
        let Some(certificate) = wire.certificate() else {
            let local = wire.socket().peer_addr().is_ok_and(|peer| peer.ip().is_loopback());
            if local {
                return Line::ok(check, "none, and none needed on this machine");
            }
            if offered.starttls {
                let advice = "write smtp+starttls:// in SIGNPOST_SMTP_URL";
                return Line::warn(check, "mails go in the clear, and STARTTLS is offered", advice);
            }
            let advice = "use smtp+starttls:// or smtps://, if the relay has a port for it";
            return Line::warn(check, "mails go in the clear", advice);
        };
        let how = if self.relay.security == Security::StartTls { "STARTTLS" } else { "TLS" };
        let found = format!("{how}, certificate for {}", self.relay.host);
        let Some(days) = days_left(certificate) else { return Line::ok(check, found) };
        let found = format!("{found}, {days} days left");
        if days < SOON {
            let advice = "have it renewed: without a valid one, no mail is sent";
            return Line::warn(check, found, advice);
        }
        Line::ok(check, found)
    }

    async fn log_in(
        &self,
        wire: &mut Wire,
        offered: &Capabilities,
        check: String,
    ) -> Result<Line, Line> {
        let mechanisms = match offered.mechanisms.as_slice() {
            [] => "no login".to_owned(),
            names => names.join(", "),
        };
        let Some(login) = &self.relay.login else {
            return Ok(Line::ok(check, format!("none asked for; the relay offers {mechanisms}")));
        };
        match login.perform(wire, offered).await {
            Ok(()) => Ok(Line::ok(check, format!("taken; the relay offers {mechanisms}"))),
            Err(fault) => {
                let advice = match fault.cause.kind {
                    CauseKind::Reply => {
                        "put the right user and password into SIGNPOST_SMTP_URL (percent-encoded), \
                         or a fresh token into its file; many wrong logins lock accounts"
                    }
                    CauseKind::Unsupported => {
                        "the worker logs in by PLAIN, LOGIN or, with SIGNPOST_SMTP_TOKEN_FILE, \
                         XOAUTH2; without TLS many relays offer none: smtp+starttls://"
                    }
                    _ => advice(&fault),
                };
                let found = format!("{fault}; the relay offers {mechanisms}");
                Err(Line::fail(check, found, advice))
            }
        }
    }

    /// MAIL, and RSET: nothing is sent.
    async fn try_sender(
        &self,
        wire: &mut Wire,
        offered: &Capabilities,
        sender: &Address,
        check: String,
    ) -> Line {
        let line: &str = sender.as_ref();
        if !line.is_ascii() {
            return Line::skipped(check, "an address beyond ASCII is not tried");
        }
        let asked = wire.ask(Stage::Mail, &format!("MAIL FROM:<{line}>")).await;
        let asked = asked.and_then(|reply| reply.require(Stage::Mail, 200..300));
        if wire.in_step() {
            // Its failure says nothing of the sender.
            let _ = wire.ask(Stage::Upkeep, "RSET").await;
        }
        let wants_login = asked.as_ref().is_err_and(|fault| fault.cause.code == Some(530));
        let advice = match &self.relay.login {
            _ if wants_login && offered.starttls => {
                "the relay takes no mails in the clear: write smtp+starttls:// in SIGNPOST_SMTP_URL"
            }
            None if wants_login => "the relay wants a login: user:password@ in SIGNPOST_SMTP_URL",
            _ => {
                "this relay must let our login send as SIGNPOST_ENVELOPE_FROM, which is \
             SIGNPOST_MAIL_FROM by default; docs/RELAYS.md says how"
            }
        };
        match asked {
            Ok(_) => Line::ok(check, "taken, and taken back: no mail was sent"),
            Err(fault) if matches!(fault.cause.code, Some(400..=499)) => {
                Line::warn(check, format!("refused for now: {fault}"), advice)
            }
            Err(fault) => Line::fail(check, fault.to_string(), advice),
        }
    }
}

fn advice(Fault { cause, detail, .. }: &Fault) -> &'static str {
    match (cause.stage, cause.kind) {
        (Stage::Tls, CauseKind::Tls) if detail == tls::NOT_SPOKEN => {
            "smtp+starttls:// or smtp:// for this port, or the port for smtps:// (465)"
        }
        (Stage::Connect, _) => {
            "does the relay run there, are host and port of SIGNPOST_SMTP_URL right, and does a \
             firewall let port 25, 465 or 587 out?"
        }
        (Stage::Tls, CauseKind::Unsupported) => {
            "this port has no STARTTLS: smtps:// on another (465), or smtp:// if it needs no TLS"
        }
        (_, CauseKind::Tls) if detail.contains("CertificateRequired") => {
            "the relay asks for a client's certificate, which the worker has none of"
        }
        (Stage::Tls, CauseKind::Reply) => {
            "the relay refuses STARTTLS, for now or for good: its log says why"
        }
        (Stage::Tls, CauseKind::Network | CauseKind::Protocol | CauseKind::Timeout) => {
            "the relay breaks the handshake off: its log says why"
        }
        (Stage::Tls, _) if ["expired", "not valid yet"].iter().any(|why| detail.contains(why)) => {
            "the relay's certificate has to be renewed, or a clock is wrong"
        }
        (Stage::Tls, _) if detail.contains("HandshakeFailure") || detail.contains("Version") => {
            "the worker speaks TLS 1.2 and 1.3, with today's ciphers and curves alone"
        }
        (Stage::Tls, _) => {
            "SIGNPOST_CA_FILE must have the authority, or the certificate if it signed itself, \
             and the host of SIGNPOST_SMTP_URL be a name in it"
        }
        (_, CauseKind::Token) => {
            "the worker must be able to read that file, and one token stand in it, alone"
        }
        (Stage::Ehlo, CauseKind::Reply) if cause.code.is_some_and(|code| code >= 500) => {
            "the relay does not like our name: SIGNPOST_HELO_NAME gives another"
        }
        (_, CauseKind::Reply) => "the relay turns this machine away: is its address allowed there?",
        _ => {
            "is this the port of an SMTP relay, and the scheme of SIGNPOST_SMTP_URL the right one?"
        }
    }
}

fn listed(offered: &Capabilities) -> String {
    let size = offered.size.map(|size| format!("SIZE {size}"));
    let flags = [
        (offered.starttls, "STARTTLS"),
        (offered.pipelining, "PIPELINING"),
        (offered.eight_bit, "8BITMIME"),
        (offered.smtputf8, "SMTPUTF8"),
    ];
    let flags = flags.into_iter().filter(|(is_there, _)| *is_there);
    let all: Vec<_> = size.into_iter().chain(flags.map(|(_, name)| name.to_owned())).collect();
    if all.is_empty() { "nothing of use, which is no fault".to_owned() } else { all.join(", ") }
}

/// How long a certificate is valid. Its validity is looked at first, so that a check long after
/// its end, by whichever authority, says when that is.
fn days_left(certificate: &CertificateDer<'_>) -> Option<u64> {
    let far = UnixTime::since_unix_epoch(Duration::from_secs(DAY * 365 * 8000));
    let server = KeyUsage::server_auth();
    let certificate = EndEntityCert::try_from(certificate).ok()?;
    let checked =
        certificate.verify_for_usage(ALL_VERIFICATION_ALGS, &[], &[], far, server, None, None);
    let Err(webpki::Error::CertExpired { not_after, .. }) = checked else { return None };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    Some(not_after.as_secs().saturating_sub(now) / DAY)
}
