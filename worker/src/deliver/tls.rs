//! Deliver: whom we trust, read once, and what a failed handshake means in plain words.
//!
//! One configuration serves `smtps://` and `smtp+starttls://` alike and every connection to come.

use std::{fmt::Display, io, path::Path, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::ring,
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
    server::ParsedCertificate,
};
use signpost_shared::{
    config::{ConfigError, invalid},
    tls::authorities,
};

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
    let usual = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .map_err(|error| unusable(&error))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?
        .dangerous() // as rustls calls any verifier but its own
        .with_custom_certificate_verifier(Arc::new(Trust { usual, itself }))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// What answers with anything else.
pub(super) const NOT_SPOKEN: &str = "the relay does not speak TLS here";

/// Says what is wrong with the relay's TLS, if this error is about TLS at all.
pub(super) fn describe(error: &io::Error) -> Option<String> {
    let inner = error.get_ref()?;
    let error =
        inner.downcast_ref::<Error>().or_else(|| inner.source()?.downcast_ref::<Error>())?;
    let Error::InvalidCertificate(certificate) = error else {
        return Some(match error {
            Error::InvalidMessage(_) => NOT_SPOKEN.to_owned(),
            other => other.to_string(),
        });
    };
    Some(match certificate {
        CertificateError::UnknownIssuer => {
            "certificate not trusted: neither it nor its issuer is among the known roots".to_owned()
        }
        CertificateError::BadSignature => {
            "certificate not trusted: its issuer is another than the \
                                           root of that name, or a key is too short"
                .to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "certificate expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "certificate is not valid yet".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "certificate is for another host name (subjectAltName counts)".to_owned()
        }
        other => format!("certificate not accepted: {other}"),
    })
}

/// The usual checks, and certificates that are trusted themselves. A private relay often has one
/// that it signed itself, as `openssl req -x509` makes them: it says it is an authority, and no
/// verifier takes it for a server's. An operator who puts that very certificate into the CA file
/// trusts it for the names it bears.
#[derive(Debug)]
struct Trust {
    usual: Arc<WebPkiServerVerifier>,
    itself: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.usual.verify_server_cert(certificate, intermediates, name, ocsp, now) {
            // Both come after the check of the validity period (a test holds them to it).
            Err(error) if is_unknown_issuer(&error) || is_authority(&error) => {
                if !self.itself.contains(certificate) {
                    return Err(CertificateError::UnknownIssuer.into());
                }
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            usual => usual,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

fn is_unknown_issuer(error: &Error) -> bool {
    matches!(error, Error::InvalidCertificate(CertificateError::UnknownIssuer))
}

/// It says that it is an authority (RFC 5280, section 4.2.1.9).
fn is_authority(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::Other(other)) = error else { return false };
    matches!(other.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}
