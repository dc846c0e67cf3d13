//! Deliver: AUTH (RFC 4954) by PLAIN (RFC 4616), LOGIN or XOAUTH2.
//!
//! With credentials there is no way on without a login.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use parking_lot::Mutex;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{
    sync::{Mutex as AsyncMutex, MutexGuard},
    task::spawn_blocking,
    time::{Instant, sleep_until, timeout},
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
/// How long the token's file may take: it may be on a disk that hangs.
const READ: Duration = Duration::from_secs(5);
/// Held by the thread that reads the token's file: more of them would wait, too.
static READING: AsyncMutex<()> = AsyncMutex::const_new(());

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
    /// The first wait after a login was refused, and the longest; in between it doubles. Many wrong
    /// ones lock an account.
    pub(super) waits: (Duration, Duration),
    pub(super) proof: Arc<Mutex<Proof>>,
    /// Until the relay has lately taken one, they go one by one.
    pub(super) turn: Arc<AsyncMutex<()>>,
}

/// What the relay said to our logins.
#[derive(Debug, Default)]
pub(super) struct Proof {
    /// When it took one.
    taken: Option<Instant>,
    /// How many it has refused since.
    refused: u32,
    /// Until when it must not be asked again.
    rests: Option<Instant>,
    /// How it refused the last one that it did.
    refusal: Option<Fault>,
    /// The token of the last login.
    token: Option<SecretString>,
}

impl Proof {
    fn is_fresh(&self) -> bool {
        self.taken.is_some_and(|at| at.elapsed() <= FRESH)
    }

    fn heard(&mut self, result: Result<(), &Fault>, (first, longest): (Duration, Duration)) {
        let now = Instant::now();
        self.taken = result.is_ok().then_some(now);
        match result {
            Ok(()) => (self.refused, self.rests) = (0, None),
            Err(fault) if is_wrong(fault) => {
                self.refusal = Some(fault.clone());
                // Of several at once one counts.
                if self.rests.is_some_and(|rests| now < rests) {
                    return;
                }
                let wait = first.saturating_mul(2_u32.saturating_pow(self.refused)).min(longest);
                self.rests = Some(now + wait);
                self.refused = self.refused.saturating_add(1);
            }
            Err(_) => {}
        }
    }
}

/// Too many connections or logins say nothing of the password.
fn is_wrong(fault: &Fault) -> bool {
    fault.cause.code.is_some_and(|code| code >= 500)
        && !fault.topics.connections
        && !fault.topics.rate
}

impl Login {
    /// Waits for its turn, so long, if it may be tried then. Until the relay has lately taken one,
    /// what is returned lets nobody else in.
    pub(super) async fn turn(&self, limit: Duration) -> Result<Option<MutexGuard<'_, ()>>, Fault> {
        let turn = timeout(limit, self.turn.lock()).await.map_err(|_| {
            Fault::new(Stage::Auth, CauseKind::Timeout, "the login before this one has no answer")
        })?;
        self.may_be_tried().await?;
        Ok(Some(turn).filter(|_| !self.proof.lock().is_fresh()))
    }

    /// Logs in by a mechanism that the relay offers.
    pub(super) async fn perform(
        &self,
        wire: &mut Wire,
        offered: &Capabilities,
    ) -> Result<(), Fault> {
        let token = self.token().await;
        let result = self.log_in(wire, offered, token.as_ref()).await;
        let mut proof = self.proof.lock();
        proof.heard(result.as_ref().copied(), self.waits);
        if let Some(Ok(token)) = token {
            proof.token = Some(token);
        }
        result
    }

    /// Unless one was refused lately, and nothing has changed since: that refusal is this one's.
    pub(super) async fn may_be_tried(&self) -> Result<(), Fault> {
        if !self.was_refused() {
            return Ok(());
        }
        let token = self.token().await.and_then(Result::ok);
        let (before, refusal) = {
            let proof = self.proof.lock();
            (proof.token.clone(), proof.refusal.clone())
        };
        // One that can't be read now is none to try.
        let is_another = token.is_some_and(|token| {
            before.is_none_or(|before| token.expose_secret() != before.expose_secret())
        });
        refusal.filter(|_| !is_another).map_or(Ok(()), Err)
    }

    /// Whether it was refused and rests, whatever its token's file is now.
    pub(super) fn was_refused(&self) -> bool {
        self.proof.lock().rests.is_some_and(|rests| Instant::now() < rests)
    }

    /// Resolves when it may be tried.
    pub(super) async fn rested(&self) {
        while self.may_be_tried().await.is_err() {
            let rests = self.proof.lock().rests;
            let look = Instant::now() + LOOK;
            sleep_until(rests.map_or(look, |rests| rests.min(look))).await;
        }
    }

    async fn log_in(
        &self,
        wire: &mut Wire,
        offered: &Capabilities,
        token: Option<&Result<SecretString, Fault>>,
    ) -> Result<(), Fault> {
        let reply = match (&self.password, token) {
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
            (_, Some(token)) if offered.logs_in_by("XOAUTH2") => {
                self.by_token(wire, token.as_ref().map_err(Clone::clone)?).await?
            }
            _ => return Err(self.not_offered(offered)),
        };
        // 235, or a 250 of those who have not read so far.
        reply.require(Stage::Auth, 200..300)?;
        Ok(())
    }

    /// The token as it is now, where there is to be one.
    async fn token(&self) -> Option<Result<SecretString, Fault>> {
        Some(read_token(self.token_file.as_ref()?).await)
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

async fn read_token(file: &Path) -> Result<SecretString, Fault> {
    let fault = |problem: &str| {
        let detail = format!("SIGNPOST_SMTP_TOKEN_FILE {problem}");
        Fault::new(Stage::Auth, CauseKind::Token, detail)
    };
    let text = match timeout(READ, read(file.to_owned())).await {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => {
            let cause = error.get_ref().map_or(error.kind().to_string(), ToString::to_string);
            return Err(fault(&format!("can't be read: {cause}")));
        }
        Err(_) => return Err(fault(&format!("can't be read in {READ:?}"))),
    };
    let token = text.trim();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(fault("does not hold a token"));
    }
    Ok(token.into())
}

async fn read(file: PathBuf) -> io::Result<String> {
    let alone = READING.lock().await;
    let reading = spawn_blocking(move || {
        let _alone = alone;
        // A pipe would be waited for.
        if !fs::metadata(&file)?.is_file() {
            return Err(io::Error::other("it is no file"));
        }
        fs::read_to_string(file)
    });
    reading.await?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::route::Recovery;

    fn refused(text: &str) -> Fault {
        let reply = Reply { code: 535, lines: vec![text.to_owned()] };
        Fault::refused(Stage::Auth, &reply)
    }

    /// As on a disk that hangs: nothing is waited for longer, and a file that can be read again is.
    #[tokio::test(start_paused = true)]
    async fn a_token_that_takes_long_to_read_is_given_up() {
        let (file, hangs) = (tempfile::NamedTempFile::new().unwrap(), READING.lock().await);
        fs::write(file.path(), "fresh").unwrap();
        let fault = read_token(file.path()).await.unwrap_err();
        assert_eq!(fault.detail, "SIGNPOST_SMTP_TOKEN_FILE can't be read in 5s");
        drop(hangs);
        tokio::time::resume();
        assert_eq!(read_token(file.path()).await.unwrap().expose_secret(), "fresh");
    }

    /// What was refused is not tried again because its file could not be read for a moment.
    #[tokio::test]
    async fn a_refused_token_rests_until_there_is_another() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let refused = Proof {
            rests: Some(Instant::now() + Duration::from_secs(60)),
            refusal: Some(refused("5.7.8 no")),
            token: Some("stale".into()),
            ..Proof::default()
        };
        let login = Login {
            user: "user".to_owned(),
            password: None,
            token_file: Some(file.path().to_owned()),
            waits: Recovery::default().login,
            proof: Arc::new(Mutex::new(refused)),
            turn: Arc::default(),
        };
        for (text, is_tried) in [("stale\n", false), ("", false), ("stale", false), ("new", true)] {
            fs::write(file.path(), text).unwrap();
            let told = login.may_be_tried().await.map_err(|fault| fault.cause.to_string());
            let expected = if is_tried { Ok(()) } else { Err("auth 535 5.7.8".to_owned()) };
            assert_eq!(told, expected, "{text:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn wrong_logins_are_rare() {
        let (mut proof, waits) = (Proof::default(), Recovery::default().login);
        let mut rested = Vec::new();
        for _ in 0..7 {
            // Several at once are one.
            for _ in 0..3 {
                proof.heard(Err(&refused("5.7.8 no")), waits);
            }
            let wait = proof.rests.unwrap() - Instant::now();
            rested.push(wait.as_secs());
            tokio::time::advance(wait).await;
        }
        assert_eq!(rested, [30, 60, 120, 240, 480, 600, 600]);
        proof.heard(Ok(()), waits);
        assert!(proof.rests.is_none() && proof.is_fresh());
        for text in ["login frequency limited", "too many connections"] {
            proof.heard(Err(&refused(text)), waits);
            assert!(proof.rests.is_none(), "{text}: it may be right");
        }
    }
}
