//! The mail as RFC 5322 and MIME have it: `multipart/alternative`, the text first.

use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox, MultiPart, MultiPartKind, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};

use signpost_shared::address::EmailAddress;

use super::{Content, Letter, Mail, Settings};

pub(super) fn assemble(settings: &Settings, letter: &Letter<'_>, content: Content) -> Mail {
    let Letter { to, job_id, date, .. } = *letter;
    let reply_to = settings.reply_to.as_ref();
    let dotted = [Some(("From", &content.from)), reply_to.map(|to| ("Reply-To", to))]
        .map(|header| header.and_then(|(name, mailbox)| dotted(name, mailbox)));
    let mut message = Message::builder()
        .envelope(envelope(settings, letter))
        .date(date)
        .from(content.from)
        .to(address(to).into())
        .message_id(Some(format!("<{job_id}@{}>", settings.from.email.domain())))
        .subject(content.subject)
        // No vacation notice should answer it (RFC 3834 §5).
        .raw_header(header("Auto-Submitted", "auto-generated"))
        // Exchange asks by another name (MS-OXCMAIL §2.2.3.2.14).
        .raw_header(header("X-Auto-Response-Suppress", "All"))
        .raw_header(header("Content-Language", content.locale.tag()));
    if let Some(reply_to) = reply_to {
        message = message.reply_to(reply_to.clone());
    }
    for header in dotted.into_iter().flatten() {
        message = message.raw_header(header);
    }
    let parts = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        // The same for every try; `=_` occurs in no encoded body (RFC 2045 §6.7).
        .boundary(format!("=_{}", job_id.simple()))
        .singlepart(SinglePart::plain(content.text))
        .singlepart(SinglePart::html(content.html));
    #[expect(clippy::expect_used, reason = "that is all that lettre asks for")]
    let message = message.multipart(parts).expect("a mail with one sender and an envelope");
    Mail { bytes: message.formatted(), envelope: message.envelope().clone() }
}

/// Whom the relay is told about.
pub(super) fn envelope(settings: &Settings, letter: &Letter<'_>) -> Envelope {
    let sender = settings.envelope_from.as_ref().unwrap_or(&settings.from.email);
    #[expect(clippy::expect_used, reason = "that is all that lettre asks for")]
    Envelope::new(Some(sender.clone()), vec![address(letter.to)]).expect("it has a recipient")
}

/// lettre writes addresses as they are, UTF-8 too: right where the relay speaks SMTPUTF8
/// (RFC 6532 §3.2), which the envelope makes delivery ask for. Its own check would refuse
/// marks that many scripts need; ours has been made.
pub(super) fn address(to: &EmailAddress) -> Address {
    Address::new_dangerous(to.expose_local_part(), to.domain())
}

/// A name such as `Booking.com` wants quotes (RFC 5322 §3.2.5), which lettre leaves away.
fn dotted(header: &'static str, Mailbox { name, email }: &Mailbox) -> Option<HeaderValue> {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let name = name.as_ref().filter(|name| name.contains('.') && name.bytes().all(is_bare))?;
    let [read, folded] = [" ", "\r\n "].map(|space| format!("\"{name}\"{space}<{email}>"));
    let header = HeaderName::new_from_ascii_str(header);
    Some(HeaderValue::dangerous_new_pre_encoded(header, read, folded))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
