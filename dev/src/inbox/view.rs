//! A mail as a reader sees it: headers decoded, its text and its HTML apart.

use mail_parser::{Message, MessageParser, MimeHeaders as _, PartType};
use serde::Serialize;
use serde_json::{Value, json};

use signpost_smtp_server::ReceivedMail;

/// A line of the list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    pub(super) id: String,
    pub(super) subject: String,
    pub(super) from: String,
    pub(super) to: Vec<String>,
    /// RFC 3339, UTC.
    pub(super) received_at: String,
    /// Without its angle brackets; of a mail of ours, the job's id stands before the `@`.
    pub(super) message_id: Option<String>,
}

/// An opened mail. Its HTML and source have routes of their own.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Detail {
    #[serde(flatten)]
    pub(super) summary: Summary,
    /// `None` when the mail has no plain text of its own.
    pub(super) text: Option<String>,
    pub(super) has_html: bool,
    /// The language the mail says it is in (RFC 3282).
    pub(super) language: Option<String>,
    /// In octets.
    pub(super) size: usize,
    pub(super) envelope: Value,
}

pub(super) fn summary(mail: &ReceivedMail) -> Summary {
    let parser = MessageParser::default();
    summarize(mail, parser.parse_headers(&mail.raw).as_ref())
}

pub(super) fn detail(mail: &ReceivedMail) -> Detail {
    let message = MessageParser::default().parse(&mail.raw);
    let message = message.as_ref();
    let language = message.and_then(|message| message.content_language().as_text_list());
    Detail {
        summary: summarize(mail, message),
        text: message.and_then(text),
        has_html: message.is_some_and(|message| first_html(message).is_some()),
        language: language.and_then(|tags| tags.first().map(ToString::to_string)),
        size: mail.raw.len(),
        envelope: json!({
            "from": mail.from, "helo": mail.helo, "connection": mail.connection, "tls": mail.tls,
            "authenticated": mail.authenticated,
        }),
    }
}

/// The mail's first HTML part, decoded.
pub(super) fn html(raw: &[u8]) -> Option<String> {
    let message = MessageParser::default().parse(raw)?;
    first_html(&message).map(str::to_owned)
}

fn first_html<'m>(message: &'m Message<'_>) -> Option<&'m str> {
    message.html_bodies().find_map(|part| match &part.body {
        PartType::Html(html) => Some(html.as_ref()),
        _ => None,
    })
}

/// All plain text parts, one below the other.
fn text(message: &Message<'_>) -> Option<String> {
    let parts: Vec<&str> = message
        .text_bodies()
        .filter_map(|part| match &part.body {
            PartType::Text(text) => Some(text.as_ref()),
            _ => None,
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

fn summarize(mail: &ReceivedMail, message: Option<&Message<'_>>) -> Summary {
    let subject = message.and_then(Message::subject).unwrap_or_default();
    let from = message.and_then(Message::from).and_then(|from| {
        let from = from.first()?;
        let address = from.address.as_deref()?;
        Some(match from.name.as_deref() {
            Some(name) => format!("{name} <{address}>"),
            None => address.to_owned(),
        })
    });
    Summary {
        id: mail.id.clone(),
        subject: subject.to_owned(),
        from: from.unwrap_or_else(|| mail.from.clone()),
        to: mail.to.clone(),
        received_at: humantime::format_rfc3339_millis(mail.received_at).to_string(),
        message_id: message.and_then(Message::message_id).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(raw: &str) -> ReceivedMail {
        let raw = raw.replace('\n', "\r\n").into_bytes();
        ReceivedMail::new("bounce@x", vec!["to@x".to_owned()], raw)
    }

    #[test]
    fn both_bodies_decoded() {
        let mail = mail(concat!(
            "From: =?utf-8?q?Caf=C3=A9?= <a@x>\nSubject: =?utf-8?b?2YXYsdit2KjYpw==?=\n",
            "Content-Language: ar\nContent-Type: multipart/alternative; boundary=b\n\n",
            "--b\nContent-Type: text/plain; charset=utf-8\n",
            "Content-Transfer-Encoding: quoted-printable\n\n=D9=85\n",
            "--b\nContent-Type: text/html; charset=utf-8\n\n<p dir=\"rtl\">hi</p>\n--b--\n",
        ));
        let detail = detail(&mail);
        assert_eq!(detail.summary.subject, "مرحبا");
        assert_eq!(detail.summary.from, "Café <a@x>");
        assert_eq!(detail.text.as_deref().map(str::trim), Some("م"));
        assert_eq!(detail.language.as_deref(), Some("ar"));
        assert!(detail.has_html);
        assert_eq!(html(&mail.raw).as_deref().map(str::trim), Some("<p dir=\"rtl\">hi</p>"));
    }

    #[test]
    fn text_alone_has_no_html_and_html_alone_no_text() {
        let text = detail(&mail("Subject: s\n\nhello\n"));
        assert!(!text.has_html);
        assert_eq!(text.text.as_deref().map(str::trim), Some("hello"));
        let html = detail(&mail("Content-Type: text/html\n\n<b>hello</b>\n"));
        assert!(html.has_html);
        assert_eq!(html.text, None);
    }

    #[test]
    fn a_mail_that_is_none_is_still_listed() {
        let summary = summary(&mail(""));
        assert_eq!(summary.subject, "");
        assert_eq!(summary.from, "bounce@x");
    }
}
