//! A received mail in the shape of MailHog's `data.Message`.

use std::time::{SystemTime, UNIX_EPOCH};

use mail_parser::DateTime;
use serde::Serialize;

use super::content::{Content, Mime};
use signpost_smtp_server::ReceivedMail;

/// The name MailHog gives itself unless told otherwise.
const HOSTNAME: &str = "mailhog.example";

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Message {
    #[serde(rename = "ID")]
    id: String,
    from: Path,
    to: Vec<Path>,
    content: Content,
    created: String,
    #[serde(rename = "MIME")]
    mime: Option<Mime>,
    raw: Raw,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Path {
    relays: Option<Vec<String>>,
    mailbox: String,
    domain: String,
    params: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Raw {
    from: String,
    to: Vec<String>,
    data: String,
    helo: String,
}

impl From<&ReceivedMail> for Message {
    fn from(mail: &ReceivedMail) -> Self {
        // MailHog cuts the line ending that belongs to the final dot.
        let data = String::from_utf8_lossy(&mail.raw);
        let data = data.strip_suffix("\r\n").unwrap_or(&data).to_owned();
        let mut content = Content::parse(&data);
        let mime = content.parts();
        add_trace(&mut content, mail);
        Self {
            id: mail.id.clone(),
            from: Path::parse(&mail.from),
            to: mail.to.iter().map(|to| Path::parse(to)).collect(),
            content,
            created: humantime::format_rfc3339_nanos(mail.received_at).to_string(),
            mime,
            raw: Raw {
                from: mail.from.clone(),
                to: mail.to.clone(),
                data,
                helo: mail.helo.clone(),
            },
        }
    }
}

/// The headers that MailHog adds; `Received` and `Return-Path` behind those that are there.
fn add_trace(content: &mut Content, mail: &ReceivedMail) {
    let has_message_id = content.headers.keys().any(|name| name.eq_ignore_ascii_case("message-id"));
    if !has_message_id {
        content.append("Message-ID", mail.id.clone());
    }
    let received = format!(
        "from {} by {HOSTNAME} (MailHog)\r\n          id {}; {}",
        mail.helo,
        mail.id,
        rfc1123(mail.received_at)
    );
    content.append("Received", received);
    content.append("Return-Path", format!("<{}>", mail.from));
}

/// Go's `time.RFC1123Z`, which writes the day with two digits.
fn rfc1123(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let date = DateTime::from_timestamp(seconds.try_into().unwrap_or(i64::MAX)).to_rfc822();
    match date.split_once(", ") {
        Some((weekday, rest)) => format!("{weekday}, {rest:0>26}"),
        None => date,
    }
}

impl Path {
    fn parse(path: &str) -> Self {
        let (relays, address) = match path.split_once(':') {
            Some((relays, address)) => {
                let relays = relays.split(',').map(str::to_owned).collect();
                (Some(relays), address)
            }
            None => (None, path),
        };
        let (mailbox, domain) = address.split_once('@').unwrap_or((address, ""));
        Self {
            relays,
            mailbox: mailbox.to_owned(),
            domain: domain.to_owned(),
            params: String::new(),
        }
    }

    fn holds(&self, query: &str) -> bool {
        format!("{}@{}", self.mailbox, self.domain).to_lowercase().contains(query)
    }
}

/// What a search asks; the query is in lower case.
impl Message {
    pub(super) fn is_to(&self, query: &str) -> bool {
        self.to.iter().any(|to| to.holds(query)) || self.content.header_holds("To", query)
    }

    pub(super) fn is_from(&self, query: &str) -> bool {
        self.from.holds(query) || self.content.header_holds("From", query)
    }

    pub(super) fn contains(&self, query: &str) -> bool {
        let headers = &self.content.headers;
        self.content.body.to_lowercase().contains(query)
            || headers.keys().any(|name| self.content.header_holds(name, query))
    }
}
