//! A bot from named settings: what most bots need, in one call.

use std::error::Error;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use super::bot::Bot;
use super::builder::BotBuilder;
use crate::auth::{Authenticator, ConfigError, TenantPolicy, Verifier, VerifierConfig};
use crate::clock::SystemClock;
use crate::cloud::Cloud;
use crate::connector::ConnectorClient;
use crate::http::{ClientOptions, client};
use crate::limiter::{Limiter, LimiterConfig, LimiterConfigError};
use crate::service_url::AllowedHosts;
use crate::token::{Credentials, TokenConfig, TokenConfigError, TokenProvider};

/// Why settings make no bot.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A setting without which there is no bot is absent or empty.
    #[error("{0} is not set")]
    Missing(&'static str),
    /// A setting cannot be read.
    #[error("{name}: {reason}")]
    Invalid {
        /// Name of the setting.
        name: &'static str,
        /// What is wrong with its value.
        reason: String,
    },
    /// The settings for requests that come in do not fit together.
    #[error("the inbound settings are refused")]
    Inbound(#[from] ConfigError),
    /// The settings for the bot's own tokens do not fit together.
    #[error("the token settings are refused")]
    Tokens(#[from] TokenConfigError),
    /// The default limits are refused.
    #[error("the limits are refused")]
    Limits(#[from] LimiterConfigError),
    /// No HTTP client can be made, for want of TLS.
    #[error("no HTTP client can be made")]
    Http(#[source] Box<dyn Error + Send + Sync>),
}

impl Bot {
    /// Starts to build a bot of the public cloud with a client secret, from settings that
    /// `setting` looks up by name, such as the environment: `|name| std::env::var(name).ok()`.
    ///
    /// | Setting | Meaning |
    /// |---|---|
    /// | `BOT_APP_ID`, `BOT_APP_SECRET`, `BOT_TENANT_ID` | the bot's registration; required |
    /// | `BOT_ALLOWED_TENANTS` | tenants served, separated by commas, or `*`; `BOT_TENANT_ID` alone by default |
    /// | `BOT_ALLOWED_HOSTS` | more service hosts: `host` or `host:port`, separated by commas |
    /// | `BOT_OPENID_METADATA_URL`, `BOT_TOKEN_URL` | other endpoints than the public cloud's |
    /// | `BOT_LIMITS` | `on`, the default, or `off`: for measuring, never against Teams itself |
    ///
    /// Limits, deadlines and time-outs are the defaults. Other credentials and clouds take
    /// [`Bot::builder`].
    ///
    /// # Errors
    ///
    /// The setting that is missing or wrong.
    pub fn from_settings(
        setting: impl Fn(&str) -> Option<String>,
    ) -> Result<BotBuilder, SettingsError> {
        let setting = |name| setting(name).filter(|value| !value.trim().is_empty());
        let required = |name| setting(name).ok_or(SettingsError::Missing(name));
        let app_id = required("BOT_APP_ID")?;
        let secret = Credentials::client_secret(required("BOT_APP_SECRET")?);
        let tenant = required("BOT_TENANT_ID")?;
        let mut hosts = AllowedHosts::for_cloud(Cloud::Public);
        let name = "BOT_ALLOWED_HOSTS";
        for host in setting(name).iter().flat_map(|hosts| hosts.split(',')) {
            hosts = hosts.allow(host.trim()).map_err(invalid(name))?;
        }
        let mut inbound = VerifierConfig::new(&app_id, Cloud::Public);
        inbound.allowed_hosts = hosts.clone();
        inbound.tenants = match setting("BOT_ALLOWED_TENANTS").as_deref().map(str::trim) {
            None => TenantPolicy::Only(vec![tenant.clone()]),
            Some("*") => TenantPolicy::Any,
            Some(ids) => TenantPolicy::Only(ids.split(',').map(|id| id.trim().into()).collect()),
        };
        let name = "BOT_OPENID_METADATA_URL";
        inbound.openid_metadata_url = parsed(name, setting(name))?;
        let mut outbound = TokenConfig::single_tenant(app_id, tenant, secret);
        let name = "BOT_TOKEN_URL";
        outbound.token_url = parsed(name, setting(name))?;

        let http = client(&ClientOptions::default());
        let http = http.map_err(|error| SettingsError::Http(error.into()))?;
        let clock = Arc::new(SystemClock);
        let guard = Verifier::new(inbound, clock.clone(), http.clone())?;
        let tokens = TokenProvider::new(outbound, clock, http.clone())?;
        let name = "BOT_LIMITS";
        let limiter = match setting(name).as_deref().map(str::trim) {
            None | Some("on") => Some(Limiter::new(LimiterConfig::default())?),
            Some("off") => None,
            Some(other) => return Err(invalid(name)(format!("{other:?} is neither on nor off"))),
        };
        let connector = ConnectorClient::new(tokens, hosts, limiter, http);
        Ok(Self::builder(Authenticator::Channel(guard), connector))
    }

    /// Fetches the channel's keys and a token ahead of the first request, and renews the keys
    /// for ever. Spawn it; without it the first user waits for both, and keys are renewed when
    /// requests come. What cannot be had is logged, not fatal: it is fetched when needed.
    pub async fn keep_warm(&self) {
        if let Err(error) = self.connector().tokens().token().await {
            tracing::warn!(%error, "there is no token for the connector yet");
        }
        if let Authenticator::Channel(verifier) = &self.inner.authenticator {
            if let Err(error) = verifier.warm().await {
                tracing::warn!(%error, "the signing keys could not be fetched yet");
            }
            verifier.keep_keys_fresh().await;
        }
    }
}

fn invalid<E: Display>(name: &'static str) -> impl Fn(E) -> SettingsError {
    move |error| SettingsError::Invalid { name, reason: error.to_string() }
}

fn parsed<T: FromStr<Err: Display>>(
    name: &'static str,
    value: Option<String>,
) -> Result<Option<T>, SettingsError> {
    value.map(|value| value.trim().parse().map_err(invalid(name))).transpose()
}
