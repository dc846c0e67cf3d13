//! Deliver: whom we trust, read once, and what a failed handshake means in plain words.
//!
//! One configuration serves `smtps://` and `smtp+starttls://` alike and every connection to come.

use std::{io, path::Path, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::settings::SettingsError;

/// The system's roots and, added to them, the certificates in `ca_file` (PEM).
pub(super) fn client_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, SettingsError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca_file {
        add_file(&mut roots, path)?;
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

fn add_file(roots: &mut RootCertStore, path: &Path) -> Result<(), SettingsError> {
    let unreadable = |reason: String| SettingsError::CaFile { path: path.to_owned(), reason };
    let pem = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let mut found = false;
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unreadable(error.to_string()))?;
        found = true;
    }
    if found { Ok(()) } else { Err(unreadable("it holds no certificate".to_owned())) }
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_ca_file_must_hold_a_certificate() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let error = client_config(Some(file.path())).unwrap_err().to_string();
        assert!(error.contains("holds no certificate"), "{error}");
        let ca = rcgen::generate_simple_self_signed(["ca.example".to_owned()]).unwrap();
        file.write_all(ca.cert.pem().as_bytes()).unwrap();
        client_config(Some(file.path())).unwrap();
        assert!(client_config(Some(Path::new("/nowhere/ca.pem"))).is_err());
    }
}
