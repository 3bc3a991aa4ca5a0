//! Encryption on the way to the server.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::store::StoreError;

/// What makes connections encrypted, with the certificates that this system trusts
/// (`SSL_CERT_FILE` names others). `None` where it trusts none at all and encryption is not asked
/// for: then a server that offers it is talked to without.
pub(super) fn connector(mode: SslMode) -> Result<Option<MakeRustlsConnect>, StoreError> {
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(ClientConfigBuilder::with_platform_verifier);
    match config {
        Ok(config) => Ok(Some(MakeRustlsConnect::new(config.with_no_client_auth()))),
        Err(error) if mode == SslMode::Prefer => {
            tracing::warn!(target: "store.postgres", %error, "connections are not encrypted");
            Ok(None)
        }
        Err(error) => Err(StoreError::Connect(format!(
            "store.url asks for encryption, and this system trusts no certificates: {error}"
        ))),
    }
}

/// The step of the builder in which certificates are chosen.
type ClientConfigBuilder = rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>;
