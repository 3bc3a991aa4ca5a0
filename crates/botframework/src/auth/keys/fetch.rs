//! Fetching the `OpenID` document and the key set it leads to.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::set::JwkSet;
use crate::http::{BodyError, read_capped};

/// Longest accepted document, in bytes. Real ones stay below 32 KiB.
const MAX_DOCUMENT_BYTES: usize = 1024 * 1024;

/// Longest wait for one document. Two of them fit into the 15 s after which the
/// channel service gives up on the request that may be waiting for them.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Why the signing keys could not be fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeysError {
    /// The request failed.
    #[error("the key service could not be reached")]
    Transport(#[from] reqwest::Error),
    /// The answer was not 200.
    #[error("the key service answered {0}")]
    Status(u16),
    /// The answer could not be read.
    #[error("the key service's answer could not be read")]
    Body(#[from] BodyError),
    /// The answer was not the expected document.
    #[error("the key service's answer is malformed")]
    Malformed,
    /// The document leads to keys at another origin.
    #[error("the key set is at another origin than its metadata")]
    ForeignKeySet,
    /// No key in the set can be used.
    #[error("the key set has no usable key")]
    NoUsableKey,
    /// An attempt failed moments ago; the next one has to wait.
    #[error("the key service failed moments ago")]
    BackingOff,
    /// The task that fetched ended early: the runtime is shutting down.
    #[error("the fetch of the keys was abandoned")]
    Abandoned,
}

#[derive(Deserialize)]
struct Metadata {
    jwks_uri: String,
}

/// Fetches the key set behind the `OpenID` document at `metadata_url`.
///
/// The document may move the keys to another path but not to another origin:
/// whoever can write the document could otherwise bring keys of their own.
pub(super) async fn key_set(
    http: &reqwest::Client,
    metadata_url: &Url,
) -> Result<JwkSet, KeysError> {
    let metadata: Metadata = document(http, metadata_url.clone()).await?;
    let jwks_uri = Url::parse(&metadata.jwks_uri).map_err(|_| KeysError::Malformed)?;
    if jwks_uri.origin() != metadata_url.origin() {
        return Err(KeysError::ForeignKeySet);
    }
    document(http, jwks_uri).await
}

async fn document<T: DeserializeOwned>(http: &reqwest::Client, url: Url) -> Result<T, KeysError> {
    let response = http.get(url).timeout(TIMEOUT).send().await?;
    if response.status() != reqwest::StatusCode::OK {
        return Err(KeysError::Status(response.status().as_u16()));
    }
    let body = read_capped(response, MAX_DOCUMENT_BYTES).await?;
    serde_json::from_slice(&body).map_err(|_| KeysError::Malformed)
}
