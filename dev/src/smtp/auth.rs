//! AUTH PLAIN and LOGIN (RFC 4954, RFC 4616). The exchange is read to its end before a script may
//! change the answer, so that the client's password is never taken for a command.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::reply;
use super::session::{Ended, Session};

/// The outcome of an exchange: the credentials given, or the reply that ends it.
type Given = Result<(String, String), &'static str>;

impl Session {
    pub(super) async fn exchange(
        &mut self,
        mechanism: &str,
        initial: Option<String>,
    ) -> Result<Given, Ended> {
        match mechanism {
            "PLAIN" => self.plain(initial).await,
            "LOGIN" => self.login(initial).await,
            _ => Ok(Err(reply::UNKNOWN_MECHANISM)),
        }
    }

    async fn plain(&mut self, initial: Option<String>) -> Result<Given, Ended> {
        let response = match initial {
            Some(initial) => decode(&initial),
            None => self.challenge("").await?,
        };
        Ok(response.and_then(|response| {
            let mut parts = response.split('\0');
            match (parts.next(), parts.next(), parts.next(), parts.next()) {
                (Some(actor), Some(user), Some(password), None)
                    if actor.is_empty() || actor == user =>
                {
                    Ok((user.to_owned(), password.to_owned()))
                }
                _ => Err(reply::BAD_CREDENTIALS),
            }
        }))
    }

    async fn login(&mut self, initial: Option<String>) -> Result<Given, Ended> {
        let user = match initial {
            Some(initial) => decode(&initial),
            None => self.challenge("Username:").await?,
        };
        let user = match user {
            Ok(user) => user,
            Err(reply) => return Ok(Err(reply)),
        };
        let password = self.challenge("Password:").await?;
        Ok(password.map(|password| (user, password)))
    }

    async fn challenge(&mut self, text: &str) -> Result<Result<String, &'static str>, Ended> {
        self.send(&format!("334 {}", STANDARD.encode(text))).await?;
        let response = self.line().await?;
        Ok(match response.as_deref() {
            Ok("*") => Err(reply::AUTH_CANCELLED),
            Ok(response) => decode(response),
            Err(reply) => Err(reply),
        })
    }
}

/// `=` stands for an empty initial response (RFC 4954 §4).
fn decode(response: &str) -> Result<String, &'static str> {
    if response == "=" {
        return Ok(String::new());
    }
    let octets = STANDARD.decode(response).ok();
    let text = octets.and_then(|octets| String::from_utf8(octets).ok());
    text.ok_or(reply::BAD_BASE64)
}
