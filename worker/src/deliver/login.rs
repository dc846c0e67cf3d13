//! Deliver: AUTH (RFC 4954) by PLAIN (RFC 4616), LOGIN or XOAUTH2.
//!
//! With credentials there is no way on without a login.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, SystemTime},
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use parking_lot::Mutex;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{
    sync::Mutex as AsyncMutex,
    time::{Instant, timeout},
};

use super::{
    capabilities::Capabilities,
    fault::{CauseKind, Fault, Stage},
    reply::Reply,
    wire::Wire,
};

/// How long one login that was taken speaks for others: a password may be changed.
const FRESH: Duration = Duration::from_secs(10);
/// How often to look whether the token has changed.
const LOOK: Duration = Duration::from_secs(1);

/// A mechanism that the relay does not take after all: unrecognized, or so it is told by others
/// than 504 (RFC 4954, sections 4 and 6). None of them says that the password is wrong.
const OTHER_MECHANISM: [u16; 4] = [501, 504, 534, 538];

/// Who we are to the relay, and what shows it: at least one of the two.
#[derive(Clone)]
pub(super) struct Login {
    pub(super) user: String,
    /// For PLAIN or LOGIN.
    pub(super) password: Option<SecretString>,
    /// Holds an OAuth 2 access token for XOAUTH2. Somebody else keeps it fresh, so it is read for
    /// every login.
    pub(super) token_file: Option<PathBuf>,
    /// When the relay took a login. Until it has lately taken one, they go one by one: many wrong
    /// ones lock an account.
    pub(super) proven: Arc<AsyncMutex<Option<Instant>>>,
    /// Logins that were refused for good.
    pub(super) refused: Arc<AtomicU32>,
    /// That file as it was last read.
    pub(super) last_read: Arc<Mutex<Option<Written>>>,
}

/// When a file was written, and its size.
pub(super) type Written = (SystemTime, u64);

impl Login {
    /// Logs in by a mechanism that the relay offers.
    pub(super) async fn perform(
        &self,
        wire: &mut Wire,
        offered: &Capabilities,
    ) -> Result<(), Fault> {
        let refused = self.refused.load(Ordering::Relaxed);
        let waiting = timeout(wire.deadline(Stage::Auth), self.proven.lock());
        let proven = waiting.await.map_err(|_| {
            Fault::new(Stage::Auth, CauseKind::Timeout, "the login before this one has no answer")
        })?;
        let alone = Some(proven).filter(|proven| proven.is_none_or(|at| at.elapsed() > FRESH));
        if self.refused.load(Ordering::Relaxed) != refused {
            let told = "the login before this one was refused";
            return Err(Fault::new(Stage::Auth, CauseKind::Unsupported, told));
        }
        let result = self.log_in(wire, offered).await;
        // Too many connections say nothing of the password.
        let is_wrong = |fault: &Fault| {
            fault.cause.code.is_some_and(|code| code >= 500) && !fault.speaks_of_connections
        };
        if result.as_ref().is_err_and(is_wrong) {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        let mut proven = match alone {
            Some(proven) => proven,
            None => self.proven.lock().await,
        };
        *proven = result.is_ok().then(Instant::now);
        result
    }

    async fn log_in(&self, wire: &mut Wire, offered: &Capabilities) -> Result<(), Fault> {
        let reply = match (&self.password, &self.token_file) {
            (Some(password), _) if offered.logs_in_by("PLAIN") => {
                let response = format!("\0{}\0{}", self.user, password.expose_secret());
                let reply = initial(wire, "PLAIN", &response, |_| true).await?;
                if OTHER_MECHANISM.contains(&reply.code) && offered.logs_in_by("LOGIN") {
                    self.by_login(wire, password).await?
                } else {
                    reply
                }
            }
            (Some(password), _) if offered.logs_in_by("LOGIN") => {
                self.by_login(wire, password).await?
            }
            (_, Some(file)) if offered.logs_in_by("XOAUTH2") => {
                let before = written(file).await;
                *self.last_read.lock() = before;
                self.by_token(wire, &read_token(file).await?).await?
            }
            _ => return Err(self.not_offered(offered)),
        };
        // 235, or a 250 of those who have not read so far.
        reply.require(Stage::Auth, 200..300)?;
        Ok(())
    }

    /// Resolves when the token's file is not what it was at the last login.
    pub(super) async fn changed(&self) {
        let Some(file) = &self.token_file else {
            return std::future::pending().await;
        };
        let before = *self.last_read.lock();
        while written(file).await == before {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Answers two challenges, the user to the first, whatever they say: their texts differ, and
    /// may be blank.
    async fn by_login(&self, wire: &mut Wire, password: &SecretString) -> Result<Reply, Fault> {
        let mut reply = wire.ask(Stage::Auth, "AUTH LOGIN").await?;
        for answer in [self.user.as_str(), password.expose_secret()] {
            if reply.code != 334 {
                break;
            }
            reply = wire.ask(Stage::Auth, &BASE64.encode(answer)).await?;
        }
        Ok(reply)
    }

    /// <https://developers.google.com/workspace/gmail/imap/xoauth2-protocol>
    async fn by_token(&self, wire: &mut Wire, token: &SecretString) -> Result<Reply, Fault> {
        let response =
            format!("user={}\x01auth=Bearer {}\x01\x01", self.user, token.expose_secret());
        let is_blank = |reply: &Reply| reply.text().trim().is_empty();
        let reply = initial(wire, "XOAUTH2", &response, is_blank).await?;
        // A challenge now tells an error; the refusal follows an empty answer.
        if reply.code == 334 { wire.ask(Stage::Auth, "").await } else { Ok(reply) }
    }

    fn not_offered(&self, offered: &Capabilities) -> Fault {
        let ours = match self.password {
            Some(_) => "neither AUTH PLAIN nor AUTH LOGIN is offered",
            None => "AUTH XOAUTH2 is not offered",
        };
        let theirs = match offered.mechanisms.as_slice() {
            [] => "nothing".to_owned(),
            names => names.join(", "),
        };
        Fault::new(Stage::Auth, CauseKind::Unsupported, format!("{ours}, but {theirs}"))
    }
}

/// AUTH with an initial response; a relay that asks for it by a challenge is told again.
async fn initial(
    wire: &mut Wire,
    mechanism: &str,
    response: &str,
    asks_for_it: impl Fn(&Reply) -> bool,
) -> Result<Reply, Fault> {
    let response = BASE64.encode(response);
    let reply = wire.ask(Stage::Auth, &format!("AUTH {mechanism} {response}")).await?;
    if reply.code == 334 && asks_for_it(&reply) {
        return wire.ask(Stage::Auth, &response).await;
    }
    Ok(reply)
}

async fn written(file: &Path) -> Option<Written> {
    let metadata = tokio::fs::metadata(file).await.ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

async fn read_token(file: &Path) -> Result<SecretString, Fault> {
    let fault = |problem: &str| {
        let detail = format!("SIGNPOST_SMTP_TOKEN_FILE {problem}");
        Fault::new(Stage::Auth, CauseKind::Token, detail)
    };
    let text = tokio::fs::read_to_string(file)
        .await
        .map_err(|error| fault(&format!("can't be read: {}", error.kind())))?;
    let token = text.trim();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(fault("does not hold a token"));
    }
    Ok(token.into())
}
