//! Whose certificates are believed.

use std::path::Path;
use std::sync::Arc;

use hyper_rustls::ConfigBuilderExt;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::{ClientConfig, RootCertStore};

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file of certificates cannot be read.
    #[error("its certificates cannot be read: {0}")]
    File(#[from] pem::Error),
    /// It holds none.
    #[error("holds no certificate")]
    Empty,
    /// The library does not take them.
    #[error(transparent)]
    Rustls(#[from] rustls::Error),
}

/// TLS 1.2 and 1.3 by ring; the public roots, or those of a file alone.
pub(super) fn client(ca_file: Option<&Path>) -> Result<ClientConfig, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let Some(file) = ca_file else {
        return Ok(builder.with_webpki_roots().with_no_client_auth());
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file)? {
        roots.add(certificate?)?;
    }
    if roots.is_empty() {
        return Err(TlsError::Empty);
    }
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
