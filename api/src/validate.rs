//! Validate: bytes from anyone become an address and a language, or a refusal.

mod body;
mod fields;
#[cfg(test)]
mod tests;

use axum::{
    extract::Request,
    http::{HeaderMap, header},
};
use signpost_shared::{address::EmailAddress, locale::Locale};

use self::{
    body::{Media, bytes, media},
    fields::Fields,
};
use crate::{answer::Refusal, deny::DeniedDomains, entered::Entered, texts::Texts};

/// What is asked for: a code for an address, in a language.
#[derive(Debug, PartialEq, Eq)]
pub struct SendRequest {
    /// Where the code goes.
    pub address: EmailAddress,
    /// The language of the mail.
    pub locale: Locale,
}

/// What is asked for: whether a code is the right one for an address.
#[derive(Debug, PartialEq, Eq)]
pub struct VerifyRequest {
    /// Whom the code was sent to.
    pub address: EmailAddress,
    /// What was entered as the code.
    pub entered: Entered,
    /// Whether a right code is used up.
    pub consume: bool,
    /// The language of the answer.
    pub locale: Locale,
}

/// A refusal, the language that the caller is answered in, and what was wrong, for logs.
pub type LocalizedRefusal = (Refusal, Locale, &'static str);

/// What is the same for every request.
#[derive(Debug, Default)]
pub struct Rules {
    /// The API's messages, whose languages callers can choose.
    pub texts: Texts,
    /// Domains that no code is sent to.
    pub denied: DeniedDomains,
    /// Whether local parts beyond ASCII are taken, as the relay must take them.
    pub smtputf8: bool,
}

impl Rules {
    /// An address that codes are sent to, or what is wrong with it.
    pub(crate) fn address(&self, email: Option<String>) -> Result<EmailAddress, &'static str> {
        let email = email.ok_or("no email, or more than one")?;
        let address = EmailAddress::parse(&email).map_err(|_| "malformed address")?;
        if address.needs_smtputf8() && !self.smtputf8 {
            return Err("address beyond ASCII, and SIGNPOST_SMTPUTF8 is off");
        }
        if self.denied.contains(&address) {
            return Err("domain in SIGNPOST_DENY_DOMAINS");
        }
        Ok(address)
    }
}

/// Reads a request to send a code.
///
/// # Errors
/// The refusal that the contract names for what is wrong.
pub async fn send_request(
    request: Request,
    rules: &Rules,
) -> Result<SendRequest, LocalizedRefusal> {
    let (fields, locale) = read(request, rules, &[Media::Form]).await?;
    let refused = |wrong| (Refusal::InvalidParameter, locale, wrong);
    let address = rules.address(fields.email).map_err(refused)?;
    Ok(SendRequest { address, locale })
}

/// Reads a request to check a code.
///
/// # Errors
/// The refusal that the contract names for what is wrong.
pub async fn verify_request(
    request: Request,
    rules: &Rules,
) -> Result<VerifyRequest, LocalizedRefusal> {
    let (fields, locale) = read(request, rules, &[Media::Form, Media::Json]).await?;
    let refused = |wrong| (Refusal::InvalidParameter, locale, wrong);
    let address = rules.address(fields.email).map_err(refused)?;
    let (Some(code), Ok(consume)) = (fields.code, fields.consume) else {
        return Err(refused("no code, or consume is neither true nor false"));
    };
    Ok(VerifyRequest { address, entered: Entered::parse(&code), consume, locale })
}

/// Reads the fields of a body, in one of the media types that the call takes.
async fn read(
    request: Request,
    rules: &Rules,
    taken: &[Media],
) -> Result<(Fields, Locale), LocalizedRefusal> {
    let (parts, body) = request.into_parts();
    // Copied, so that the head's buffer is free before the body comes.
    let accept_language = accept_language(&parts.headers);
    let media = media(&parts.headers, taken);
    drop(parts);
    let spoken = |field: Option<&str>| rules.texts.negotiate(field, accept_language.as_deref());
    let media = media.map_err(|refusal| (refusal, spoken(None), "content type or coding"))?;
    let body = bytes(body).await;
    let body = body.map_err(|refusal| (refusal, spoken(None), "too large, or it did not come"))?;
    let fields = match media {
        Media::Form => Some(Fields::from_form(&body)),
        Media::Json => Fields::from_json(&body),
    };
    let fields = fields.ok_or_else(|| (Refusal::InvalidParameter, spoken(None), "not JSON"))?;
    let locale = spoken(fields.locale.as_deref());
    Ok((fields, locale))
}

/// The language that a caller without a readable body is answered in.
pub fn spoken_by(headers: &HeaderMap, texts: &Texts) -> Locale {
    texts.negotiate(None, accept_language(headers).as_deref())
}

/// Several lines are one list (RFC 9110, section 5.3).
fn accept_language(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    let lines: Vec<_> = lines.filter_map(|line| line.to_str().ok()).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}
