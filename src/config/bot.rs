//! `[bot]`: the Teams bot's registration.

use secrecy::SecretString;
use serde::Deserialize;
use uuid::Uuid;

use super::{ConfigError, Tenant};

/// The section `[bot]`. The client secret is `BECKON_BOT_SECRET` or `BECKON_BOT_SECRET_FILE`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bot {
    /// The application (client) id of the bot's registration.
    pub app_id: String,
    /// The home tenant of the registration: tokens are asked for there.
    pub tenant_id: String,
    /// The client secret, filled in from the environment. Without one every request to the
    /// messaging endpoint is answered 401 and no card leaves.
    #[serde(skip)]
    pub secret: Option<SecretString>,
    /// Another OpenID document than the cloud's, for tests. https, or http on loopback.
    pub openid_metadata_url: Option<String>,
    /// Another token endpoint than the cloud's, for tests. https, or http on loopback.
    pub token_url: Option<String>,
    /// Hosts beside the cloud's own that the bot may send its token to: `host` or `host:port`;
    /// entries on loopback may be http.
    #[serde(default)]
    pub allowed_hosts: Vec<String>,
    /// Where Teams is reached in a tenant that the bot has not heard from, instead of the cloud's
    /// address, for tests. Its host must be allowed.
    pub service_url: Option<String>,
}

impl Bot {
    pub(super) fn check(&self, tenants: &[Tenant]) -> Result<(), ConfigError> {
        for (key, value) in [("bot.app_id", &self.app_id), ("bot.tenant_id", &self.tenant_id)] {
            if Uuid::parse_str(value).is_err() {
                return Err(ConfigError::invalid(
                    key,
                    format!("{value:?} must be a GUID as the app registration shows it"),
                ));
            }
        }
        if tenants.is_empty() {
            return Err(ConfigError::invalid("tenant", "add one [[tenant]] for your organisation"));
        }
        Ok(())
    }
}
