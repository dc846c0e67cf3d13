//! A mail as a reader sees it: headers decoded, its text and its HTML apart.

use mail_parser::{Message, MessageParser, MimeHeaders as _, PartType};
use serde_json::{Value, json};

use signpost_smtp_server::ReceivedMail;

/// A line of the list.
pub(super) fn summary(mail: &ReceivedMail) -> Value {
    let parser = MessageParser::default();
    summarize(mail, parser.parse_headers(&mail.raw).as_ref())
}

/// An opened mail: what its line has, and more. Its HTML and source have routes of their own.
pub(super) fn detail(mail: &ReceivedMail) -> Value {
    let message = MessageParser::default().parse(&mail.raw);
    let message = message.as_ref();
    // The language the mail says it is in (RFC 3282).
    let language = message.and_then(|message| message.content_language().as_text_list());
    let mut detail = summarize(mail, message);
    // None when the mail has no plain text of its own.
    detail["text"] = message.and_then(text).into();
    detail["hasHtml"] = message.is_some_and(|message| first_html(message).is_some()).into();
    detail["language"] = language.and_then(|tags| tags.first().map(ToString::to_string)).into();
    detail["size"] = mail.raw.len().into();
    detail["envelope"] = json!({
        "from": mail.from, "helo": mail.helo, "connection": mail.connection, "tls": mail.tls,
        "authenticated": mail.authenticated,
    });
    detail
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

fn summarize(mail: &ReceivedMail, message: Option<&Message<'_>>) -> Value {
    let subject = message.and_then(Message::subject).unwrap_or_default();
    let from = message.and_then(Message::from).and_then(|from| {
        let from = from.first()?;
        let address = from.address.as_deref()?;
        Some(match from.name.as_deref() {
            Some(name) => format!("{name} <{address}>"),
            None => address.to_owned(),
        })
    });
    json!({
        "id": mail.id,
        "subject": subject,
        "from": from.as_ref().unwrap_or(&mail.from),
        "to": mail.to,
        "receivedAt": humantime::format_rfc3339_millis(mail.received_at).to_string(),
        // Without its angle brackets; of a mail of ours, the job's id stands before the `@`.
        "messageId": message.and_then(Message::message_id),
    })
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
        assert_eq!(detail["subject"], "مرحبا");
        assert_eq!(detail["from"], "Café <a@x>");
        assert_eq!(detail["text"].as_str().map(str::trim), Some("م"));
        assert_eq!(detail["language"], "ar");
        assert_eq!(detail["hasHtml"], true);
        assert_eq!(html(&mail.raw).as_deref().map(str::trim), Some("<p dir=\"rtl\">hi</p>"));
    }

    #[test]
    fn text_alone_has_no_html_and_html_alone_no_text() {
        let text = detail(&mail("Subject: s\n\nhello\n"));
        assert_eq!(text["hasHtml"], false);
        assert_eq!(text["text"].as_str().map(str::trim), Some("hello"));
        let html = detail(&mail("Content-Type: text/html\n\n<b>hello</b>\n"));
        assert_eq!(html["hasHtml"], true);
        assert_eq!(html["text"], Value::Null);
    }

    #[test]
    fn a_mail_that_is_none_is_still_listed() {
        let summary = summary(&mail(""));
        assert_eq!(summary["subject"], "");
        assert_eq!(summary["from"], "bounce@x");
    }
}
