//! Whom mails are from, and where answers go.

use lettre::{Address, message::Mailbox};
use signpost_shared::address::EmailAddress;

use super::brand::{self, is_encoded_word};

/// Reads whom mails are from, or where answers go: `Example <no-reply@example.com>`. A name needs
/// no quotes, and shows those that it has in it.
///
/// # Errors
/// Says what is wrong and what is expected.
pub fn mailbox(text: &str) -> Result<Mailbox, String> {
    let (name, address) = match text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<'))
    {
        Some((name, address)) => (unquoted(name.trim()), address),
        None => (String::new(), text),
    };
    if is_encoded_word(&name) {
        return Err("the name looks encoded; write it as it reads".to_owned());
    }
    if !name.is_empty() {
        brand::check(&name).map_err(|problem| format!("the name {problem}"))?;
    }
    let mut in_angles = name.split('<').skip(1).filter_map(|rest| rest.split_once('>'));
    if in_angles.any(|(held, _)| held.contains('@')) {
        return Err("more than one address; a mail has one sender".to_owned());
    }
    let expected = "expected no-reply@example.com or Example <no-reply@example.com>";
    let address = EmailAddress::parse(address).map_err(|error| format!("{error}; {expected}"))?;
    // lettre checks the header `From` once more, so a sender must pass its narrower check too.
    let email = Address::new(address.expose_local_part(), address.domain())
        .map_err(|_| format!("mails can't be sent from this address; {expected}"))?;
    Ok(Mailbox::new(Some(name).filter(|name| !name.is_empty()), email))
}

/// What a quoted string holds (RFC 5322 §3.2.4), or the text if it is not one as a whole.
fn unquoted(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(inner) = inner else { return text.to_owned() };
    let (mut held, mut chars) = (String::new(), inner.chars());
    while let Some(c) = chars.next() {
        let c = if c == '\\' { chars.next() } else { Some(c).filter(|c| *c != '"') };
        let Some(c) = c else { return text.to_owned() };
        held.push(c);
    }
    held
}
