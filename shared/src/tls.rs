//! One TLS implementation for Redis, RabbitMQ and SMTP: rustls with ring.

use std::path::Path;

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use crate::config::{ConfigError, read};

const CA_FILE: &str = "SIGNPOST_CA_FILE";

/// Reads the file with the certificate authorities (PEM) to trust besides the system's.
///
/// # Errors
/// When it can't be read or holds no certificate: names the file.
pub fn authorities(path: &Path) -> Result<String, ConfigError> {
    certificates(CA_FILE, path)
}

/// The same, of another variable's file.
pub(crate) fn certificates(variable: &'static str, path: &Path) -> Result<String, ConfigError> {
    let pem = read(variable, path)?;
    let mut roots = RootCertStore::empty();
    let sound = CertificateDer::pem_slice_iter(pem.as_bytes())
        .all(|certificate| certificate.is_ok_and(|certificate| roots.add(certificate).is_ok()));
    if sound && !roots.is_empty() {
        return Ok(pem);
    }
    let what = if sound { "holds no certificate" } else { "holds a broken certificate" };
    Err(ConfigError::Invalid(variable, format!("{} {what}", path.display())))
}

/// Makes ring the process's provider. Call it first in `main`; later calls change nothing.
pub fn install_provider() {
    // An error means that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ca_file_must_hold_certificates() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for (pem, complaint) in
            [("", "no certificate"), ("a key", "no certificate"), (broken, "a broken certificate")]
        {
            std::fs::write(file.path(), pem).unwrap();
            let error = authorities(file.path()).unwrap_err().to_string();
            let path = file.path().display().to_string();
            assert!(error.contains(complaint) && error.contains(&path), "{error}");
        }
        assert!(authorities(Path::new("/nowhere/ca.pem")).is_err());
    }
}
