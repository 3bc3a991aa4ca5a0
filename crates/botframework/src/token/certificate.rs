//! Certificate credentials: the assertion that stands in for a secret.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::SecretString;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::jitter::Jitter;

/// Entra accepts assertions for up to ten minutes; a shorter life is a smaller loss.
const ASSERTION_LIFE: Duration = Duration::from_mins(5);

/// An RSA certificate with its private key.
pub struct Certificate {
    key: EncodingKey,
    thumbprint: [u8; 32],
    chain: Vec<String>,
    send_chain: bool,
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The PEM text holds no `CERTIFICATE` block.
    #[error("the PEM text holds no certificate")]
    NoCertificate,
    /// A `CERTIFICATE` block is not base64.
    #[error("a certificate block is not valid base64")]
    Encoding(#[from] base64::DecodeError),
    /// The private key is missing or not an RSA key in PKCS#1 or PKCS#8.
    #[error("the private key is not an RSA key in PEM")]
    Key(#[source] jsonwebtoken::errors::Error),
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: String,
    nbf: u64,
    iat: u64,
    exp: u64,
}

impl Certificate {
    /// Reads the certificate (leaf first, then any chain) and its RSA key from PEM text; both
    /// may stand in one file, which is then given twice.
    ///
    /// # Errors
    ///
    /// [`CertificateError`] says which of the two is wrong.
    pub fn from_pem(certificates: &str, private_key: &str) -> Result<Self, CertificateError> {
        let key = block(private_key, "PRIVATE KEY").unwrap_or(private_key);
        let key = EncodingKey::from_rsa_pem(key.as_bytes()).map_err(CertificateError::Key)?;
        let chain = certificate_blocks(certificates)?;
        let leaf = chain.first().ok_or(CertificateError::NoCertificate)?;
        Ok(Self {
            key,
            thumbprint: Sha256::digest(leaf).into(),
            chain: chain.iter().map(|der| STANDARD.encode(der)).collect(),
            send_chain: false,
        })
    }

    /// Sends the certificate chain along (`x5c`), for registrations that trust a subject name
    /// and issuer instead of one certificate.
    #[must_use]
    pub fn with_chain(mut self) -> Self {
        self.send_chain = true;
        self
    }

    pub(super) const fn thumbprint(&self) -> &[u8; 32] {
        &self.thumbprint
    }

    /// A signed assertion that `app_id` asks `endpoint` for a token, good for five minutes.
    pub(super) fn assertion(
        &self,
        app_id: &str,
        endpoint: &str,
        now: SystemTime,
        jitter: &Jitter,
    ) -> Result<SecretString, jsonwebtoken::errors::Error> {
        // Entra's certificate rules: PS256 with the SHA-256 thumbprint; the RS256 and SHA-1 pair
        // is what it replaces.
        let mut header = Header::new(Algorithm::PS256);
        header.x5t_s256 = Some(URL_SAFE_NO_PAD.encode(self.thumbprint));
        header.x5c = self.send_chain.then(|| self.chain.clone());
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let claims = Claims {
            aud: endpoint,
            iss: app_id,
            sub: app_id,
            jti: format!("{:016x}{:016x}", jitter.next_u64(), jitter.next_u64()),
            nbf: now,
            iat: now,
            exp: now + ASSERTION_LIFE.as_secs(),
        };
        jsonwebtoken::encode(&header, &claims, &self.key).map(SecretString::from)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The thumbprint is public and the one thing an operator needs to tell two apart.
        f.debug_struct("Certificate")
            .field("x5t#S256", &URL_SAFE_NO_PAD.encode(self.thumbprint))
            .finish_non_exhaustive()
    }
}

/// The first PEM block whose label ends in `label`, markers included.
fn block<'a>(pem: &'a str, label: &str) -> Option<&'a str> {
    let end_marker = format!("{label}-----");
    let start = pem
        .match_indices("-----BEGIN ")
        .find(|(at, _)| {
            pem[*at..].lines().next().is_some_and(|line| line.trim_end().ends_with(&end_marker))
        })
        .map(|(at, _)| at)?;
    let end = pem[start..].find("-----END ")? + start;
    let close = pem[end..].find(&end_marker)? + end + end_marker.len();
    Some(&pem[start..close])
}

fn certificate_blocks(pem: &str) -> Result<Vec<Vec<u8>>, base64::DecodeError> {
    pem.split("-----BEGIN CERTIFICATE-----")
        .skip(1)
        .filter_map(|rest| rest.split_once("-----END CERTIFICATE-----"))
        .map(|(body, _)| STANDARD.decode(body.split_whitespace().collect::<String>()))
        .collect()
}
