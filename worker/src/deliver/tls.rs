//! Deliver: whom we trust, read once, and what a failed handshake means in plain words.
//!
//! One configuration serves `smtps://` and `smtp+starttls://` alike and every connection to come.

use std::{io, path::Path, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use signpost_shared::tls::authorities;

use super::settings::SettingsError;

/// The system's roots and, added to them, the certificates in `ca_file` (PEM).
pub(super) fn client_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, SettingsError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca_file {
        let pem = authorities(path)?;
        roots.add_parsable_certificates(CertificateDer::pem_slice_iter(pem.as_bytes()).flatten());
    }
    if roots.is_empty() {
        return Err(SettingsError::NoRoots);
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Says what is wrong with the relay's TLS, if this error is about TLS at all.
pub(super) fn describe(error: &io::Error) -> Option<String> {
    let inner = error.get_ref()?;
    let error = inner
        .downcast_ref::<rustls::Error>()
        .or_else(|| inner.source()?.downcast_ref::<rustls::Error>())?;
    let rustls::Error::InvalidCertificate(certificate) = error else {
        return Some(match error {
            rustls::Error::InvalidMessage(_) => "the relay does not speak TLS here".to_owned(),
            other => other.to_string(),
        });
    };
    Some(match certificate {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "certificate not trusted: its issuer is not among the known roots".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "certificate expired".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "certificate is for another host name".to_owned()
        }
        other => format!("certificate not accepted: {other}"),
    })
}
