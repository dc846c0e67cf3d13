//! What the mail says of its sender, checked once at start.

use lettre::{Address, message::Mailbox};

use super::{TemplateError, skeletons::has_placeholder};

/// The longest brand, in characters; subjects are cut at about this length.
const BRAND_CHARS: usize = 64;

/// Refuses a brand that could not be shown as it is: one that breaks a line, or that a check for
/// unfilled variables would take for one.
pub(super) fn brand(brand: &str) -> Result<(), TemplateError> {
    let problem = if brand.trim().is_empty() {
        "is empty"
    } else if brand.chars().count() > BRAND_CHARS {
        "is longer than 64 characters"
    } else if brand.contains(unprintable) {
        "has a control character in it"
    } else if has_placeholder(brand) || is_encoded_word(brand) {
        "looks like a template"
    } else {
        return Ok(());
    };
    Err(TemplateError::Brand(problem))
}

/// The mailbox with its domain as A-label, so that every relay takes it (RFC 5890 §2.3.2.1).
pub(super) fn mailbox(mailbox: Mailbox) -> Result<Mailbox, TemplateError> {
    let name = mailbox.name.as_deref().unwrap_or_default();
    if name.contains(unprintable) || AsRef::<str>::as_ref(&mailbox.email).contains(unprintable) {
        return Err(TemplateError::Mailbox("has a control character in it"));
    }
    if is_encoded_word(name) {
        return Err(TemplateError::Mailbox("looks encoded; write the name as it reads"));
    }
    let domain = mailbox.email.domain();
    if domain.is_ascii() {
        return Ok(mailbox);
    }
    let email = idna::domain_to_ascii(domain)
        .ok()
        .and_then(|domain| Address::new(mailbox.email.user(), domain).ok())
        .ok_or(TemplateError::Mailbox("has no valid domain"))?;
    Ok(Mailbox::new(mailbox.name, email))
}

/// Line and paragraph separators too, at which some clients break a line.
fn unprintable(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// Mail clients would decode it (RFC 2047 §2), and show something else.
fn is_encoded_word(text: &str) -> bool {
    text.contains("=?")
}
