//! Deliver: whom we trust, read once, and what a failed handshake means in plain words.
//!
//! One configuration serves `smtps://` and `smtp+starttls://` alike and every connection to come.

use std::{fmt::Display, io, path::Path, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use signpost_shared::{
    config::{ConfigError, invalid},
    tls::authorities,
};

use super::trust::Trust;

/// The system's roots and, added to them, the certificates in `ca_file` (PEM), which are also
/// trusted themselves.
pub(super) fn client_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, ConfigError> {
    let (mut roots, mut itself) = (RootCertStore::empty(), Vec::new());
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca_file {
        let pem = authorities(path)?;
        itself.extend(CertificateDer::pem_slice_iter(pem.as_bytes()).flatten());
        roots.add_parsable_certificates(itself.clone());
    }
    if roots.is_empty() {
        let problem = "TLS to a relay needs trusted roots: install the system's, or give a CA file";
        return Err(invalid("SIGNPOST_CA_FILE", &problem));
    }
    let provider = Arc::new(ring::default_provider());
    let unusable =
        |error: &dyn Display| invalid("SIGNPOST_SMTP_URL", &format!("TLS configuration: {error}"));
    let trust =
        Trust::new(roots, itself, Arc::clone(&provider)).map_err(|error| unusable(&error))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?
        .dangerous() // as rustls calls any verifier but its own
        .with_custom_certificate_verifier(Arc::new(trust))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// What answers with anything else.
pub(super) const NOT_SPOKEN: &str = "the relay does not speak TLS here";

/// Says what is wrong with the relay's TLS, if this error is about TLS at all.
pub(super) fn describe(error: &io::Error) -> Option<String> {
    let inner = error.get_ref()?;
    let error = inner
        .downcast_ref::<rustls::Error>()
        .or_else(|| inner.source()?.downcast_ref::<rustls::Error>())?;
    let rustls::Error::InvalidCertificate(certificate) = error else {
        return Some(match error {
            rustls::Error::InvalidMessage(_) => NOT_SPOKEN.to_owned(),
            other => other.to_string(),
        });
    };
    Some(match certificate {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "certificate not trusted: neither it nor its issuer is among the known roots".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "certificate expired".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "certificate is for another host name (subjectAltName counts)".to_owned()
        }
        other => format!("certificate not accepted: {other}"),
    })
}
