//! AUTH PLAIN and LOGIN (RFC 4954, RFC 4616).

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{reply::Reply, session::Session};

const BAD_CREDENTIALS: &str = "535 5.7.8 credentials invalid";

/// What a client was asked for by a 334.
#[derive(Debug)]
pub(super) enum Asked {
    Plain,
    User,
    /// The password of this user.
    Password(String),
}

impl Session {
    pub(super) fn auth(&mut self, mechanism: &str, initial: Option<&str>) -> Reply {
        let (asked, challenge) = match mechanism {
            "PLAIN" => (Asked::Plain, "334 "),
            "LOGIN" => (Asked::User, "334 VXNlcm5hbWU6"),
            _ => return Err("504 5.5.4 mechanism unknown"),
        };
        match initial {
            // An empty response (RFC 4954 §4).
            Some("=") => self.respond(asked, ""),
            Some(initial) => self.respond(asked, initial),
            None => {
                self.asked = Some(asked);
                Ok(challenge.into())
            }
        }
    }

    pub(super) fn respond(&mut self, asked: Asked, response: &str) -> Reply {
        if response == "*" {
            return Err("501 5.7.0 authentication cancelled");
        }
        let octets = STANDARD.decode(response).ok();
        let text = octets.and_then(|octets| String::from_utf8(octets).ok());
        let text = text.ok_or("501 5.5.2 not base64")?;
        match asked {
            Asked::Plain => match *text.split('\0').collect::<Vec<_>>() {
                [actor, user, password] if actor.is_empty() || actor == user => {
                    self.check(user, password)
                }
                _ => Err(BAD_CREDENTIALS),
            },
            Asked::User => {
                self.asked = Some(Asked::Password(text));
                Ok("334 UGFzc3dvcmQ6".into())
            }
            Asked::Password(user) => self.check(&user, &text),
        }
    }

    fn check(&self, user: &str, password: &str) -> Reply {
        match self.shared.options.script.credentials() {
            Some(known) if (known.0.as_str(), known.1.as_str()) != (user, password) => {
                Err(BAD_CREDENTIALS)
            }
            _ => Ok("235 2.7.0 authenticated".into()),
        }
    }
}
