//! A received mail in the shape of MailHog's `data.Message`.

use std::time::{SystemTime, UNIX_EPOCH};

use mail_parser::DateTime;
use serde_json::{Value, json};

use super::content::{Content, Mime};
use signpost_smtp_server::ReceivedMail;

/// The name MailHog gives itself unless told otherwise.
const HOSTNAME: &str = "mailhog.example";

/// A mail as MailHog splits it.
pub(super) struct Message<'m> {
    mail: &'m ReceivedMail,
    data: String,
    content: Content,
    mime: Option<Mime>,
}

impl<'m> From<&'m ReceivedMail> for Message<'m> {
    fn from(mail: &'m ReceivedMail) -> Self {
        // MailHog cuts the line ending that belongs to the final dot.
        let data = String::from_utf8_lossy(&mail.raw);
        let data = data.strip_suffix("\r\n").unwrap_or(&data).to_owned();
        let mut content = Content::parse(&data);
        let mime = content.parts();
        add_trace(&mut content, mail);
        Self { mail, data, content, mime }
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

/// A source route was read over when the mail came.
fn path(address: &str) -> Value {
    let (mailbox, domain) = address.split_once('@').unwrap_or((address, ""));
    json!({ "Relays": null, "Mailbox": mailbox, "Domain": domain, "Params": "" })
}

/// What a search asks; the query is in lower case.
impl Message<'_> {
    pub(super) fn json(&self) -> Value {
        let Self { mail: ReceivedMail { id, from, to, helo, received_at, .. }, data, .. } = self;
        json!({
            "ID": id,
            "From": path(from),
            "To": to.iter().map(|to| path(to)).collect::<Vec<_>>(),
            "Content": self.content,
            "Created": humantime::format_rfc3339_nanos(*received_at).to_string(),
            "MIME": self.mime,
            "Raw": { "From": from, "To": to, "Data": data, "Helo": helo },
        })
    }

    pub(super) fn is_to(&self, query: &str) -> bool {
        let holds = |to: &String| to.to_lowercase().contains(query);
        self.mail.to.iter().any(holds) || self.content.header_holds("To", query)
    }

    pub(super) fn is_from(&self, query: &str) -> bool {
        self.mail.from.to_lowercase().contains(query) || self.content.header_holds("From", query)
    }

    pub(super) fn contains(&self, query: &str) -> bool {
        let headers = &self.content.headers;
        self.content.body.to_lowercase().contains(query)
            || headers.keys().any(|name| self.content.header_holds(name, query))
    }
}
