//! What a bot proves its identity with.

use std::fmt;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use url::Url;

use super::certificate::Certificate;

/// How the bot authenticates to the token endpoint. Nothing secret is ever printed.
pub enum Credentials {
    /// A client secret of the app registration.
    ClientSecret(SecretString),
    /// A certificate of the app registration: a short-lived assertion is signed for each
    /// request and no secret is ever sent.
    Certificate(Certificate),
    /// A user-assigned managed identity, on Azure compute only; its client id is the app id.
    ManagedIdentity(ManagedIdentity),
    /// A federated credential of the app registration: another identity's token stands in for a
    /// secret.
    Federated(Federated),
    /// No credentials: calls go out without a token. For the development mode alone; a
    /// [`Bot`](crate::turn::Bot) refuses to be built in any other.
    None,
}

/// Where a managed identity's tokens are fetched.
#[derive(Debug)]
pub enum ManagedIdentity {
    /// The instance metadata service of virtual machines, container groups and AKS.
    InstanceMetadata {
        /// Endpoint instead of the well-known link-local one; for proxies and tests.
        endpoint: Option<Url>,
    },
    /// App Service, Functions and Container Apps: the values of `IDENTITY_ENDPOINT` and
    /// `IDENTITY_HEADER`, which the platform gives to the process.
    AppService {
        /// `IDENTITY_ENDPOINT`.
        endpoint: Url,
        /// `IDENTITY_HEADER`.
        header: SecretString,
    },
}

/// Whose token a federated credential trusts.
#[derive(Debug)]
pub enum Federated {
    /// A token in a file that the platform keeps fresh, as workload identity on Kubernetes
    /// (`AZURE_FEDERATED_TOKEN_FILE`) does. Read anew for each request.
    TokenFile(PathBuf),
    /// A managed identity that is not the bot's own.
    ManagedIdentity {
        /// Where its tokens are fetched.
        identity: ManagedIdentity,
        /// Its client id; `None` for the system-assigned one.
        client_id: Option<String>,
    },
}

/// Identifies credentials without revealing them, so that a cache never hands out a token that
/// was obtained with others.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Fingerprint([u8; 32]);

impl Credentials {
    /// A client secret.
    pub fn client_secret(secret: impl Into<String>) -> Self {
        Self::ClientSecret(SecretString::from(secret.into()))
    }

    /// Whether calls go out without a token.
    pub const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        let mut hash = Sha256::new();
        hash.update([self.kind() as u8]);
        match self {
            Self::ClientSecret(secret) => hash.update(secret.expose_secret()),
            Self::Certificate(certificate) => hash.update(certificate.thumbprint()),
            Self::ManagedIdentity(identity) => hash.update(identity.endpoint()),
            Self::Federated(Federated::TokenFile(path)) => {
                hash.update(path.as_os_str().as_encoded_bytes());
            }
            Self::Federated(Federated::ManagedIdentity { identity, client_id }) => {
                hash.update(identity.endpoint());
                hash.update([0]);
                hash.update(client_id.as_deref().unwrap_or_default());
            }
            Self::None => {}
        }
        Fingerprint(hash.finalize().into())
    }

    const fn kind(&self) -> Kind {
        match self {
            Self::ClientSecret(_) => Kind::Secret,
            Self::Certificate(_) => Kind::Certificate,
            Self::ManagedIdentity(_) => Kind::ManagedIdentity,
            Self::Federated(_) => Kind::Federated,
            Self::None => Kind::None,
        }
    }
}

/// Separates the fingerprints of different kinds.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Secret,
    Certificate,
    ManagedIdentity,
    Federated,
    None,
}

impl ManagedIdentity {
    fn endpoint(&self) -> &str {
        match self {
            Self::InstanceMetadata { endpoint } => endpoint.as_ref().map_or("", Url::as_str),
            Self::AppService { endpoint, .. } => endpoint.as_str(),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({:?}, redacted)", self.kind())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A hash of a weak secret could be guessed from its print.
        f.write_str("Fingerprint(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_never_print() {
        let credentials = Credentials::client_secret("hunter2-very-secret");
        let printed = format!("{credentials:?} {:?}", credentials.fingerprint());
        assert!(!printed.contains("hunter2"), "{printed}");
        let identity = ManagedIdentity::AppService {
            endpoint: "http://127.0.0.1:41741/msi/token".parse().unwrap(),
            header: SecretString::from("header-value-1234"),
        };
        assert!(!format!("{identity:?}").contains("1234"));
    }

    #[test]
    fn different_credentials_have_different_fingerprints() {
        let one = Credentials::client_secret("one").fingerprint();
        assert_eq!(one, Credentials::client_secret("one").fingerprint());
        assert_ne!(one, Credentials::client_secret("two").fingerprint());
        assert_ne!(Credentials::client_secret("").fingerprint(), Credentials::None.fingerprint());
    }
}
