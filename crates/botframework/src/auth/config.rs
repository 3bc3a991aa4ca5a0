//! What the operator decides about inbound traffic.

use std::time::Duration;

use url::Url;

use crate::cloud::Cloud;
use crate::service_url::{AllowedHosts, ServiceUrl};

/// Longest refresh interval: keys are rotated within weeks.
const MAX_INTERVAL: Duration = Duration::from_hours(30 * 24);

/// What a [`super::Verifier`] accepts. Everything that can be stricter by
/// default is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct VerifierConfig {
    /// The bot's Entra application id, a GUID.
    pub app_id: String,
    /// The cloud the bot is registered in; decides issuer and keys.
    pub cloud: Cloud,
    /// Another place for the `OpenID` document of the cloud's channel service:
    /// a mirror, or a test's own. https, or http on the loopback interface.
    pub openid_metadata_url: Option<Url>,
    /// Hosts the bot may be told to answer to.
    pub allowed_hosts: AllowedHosts,
    /// Channels served. Default: `msteams` alone.
    pub channels: Vec<String>,
    /// Tenants served. Default: none, so that a choice has to be made.
    pub tenants: TenantPolicy,
    /// What a key without endorsements is worth. Default: lenient.
    pub endorsements: Endorsements,
    /// Age at which the published keys are fetched again, less up to a tenth.
    /// Default 24 h, at most 30 days.
    pub key_refresh: Duration,
    /// Shortest time between two fetches caused by unknown key ids. Default 1 h,
    /// at most 30 days.
    pub forced_refresh_interval: Duration,
    /// How many verified tokens are remembered. Default 10,000.
    pub token_cache_capacity: u64,
}

/// Whose users may talk to the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TenantPolicy {
    /// Everybody's: for bots offered to the public.
    Any,
    /// These Entra tenant ids only. At least one must not be blank.
    Only(Vec<String>),
}

/// What is made of a signing key that carries no endorsements. A key that
/// carries some must always list the activity's channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Endorsements {
    /// Accept it and count it: issuer, audience and service URL bind the token
    /// already, and in 2023 endorsements vanished from some published keys.
    #[default]
    Lenient,
    /// Refuse it.
    Strict,
}

/// A configuration under which nothing could be verified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The app id is not a GUID.
    #[error("the app id must be a GUID")]
    AppId,
    /// The metadata URL is neither https nor on the loopback interface.
    #[error("the OpenID metadata URL must be https")]
    MetadataUrl,
    /// No channel is enabled.
    #[error("no channel is enabled")]
    NoChannels,
    /// The list of tenants names none.
    #[error("no tenant is enabled: list tenant ids or choose to allow any")]
    NoTenants,
    /// An interval is zero or longer than 30 days.
    #[error("refresh intervals must be longer than zero and 30 days at most")]
    RefreshInterval,
}

impl VerifierConfig {
    /// The strictest useful configuration for a bot: Teams only, the cloud's
    /// own hosts, and **no tenant** until [`tenants`](Self::tenants) is set.
    pub fn new(app_id: impl Into<String>, cloud: Cloud) -> Self {
        Self {
            app_id: app_id.into(),
            cloud,
            openid_metadata_url: None,
            allowed_hosts: AllowedHosts::for_cloud(cloud),
            channels: vec!["msteams".to_owned()],
            tenants: TenantPolicy::Only(Vec::new()),
            endorsements: Endorsements::default(),
            key_refresh: Duration::from_hours(24),
            forced_refresh_interval: Duration::from_hours(1),
            token_cache_capacity: 10_000,
        }
    }

    /// Where the `OpenID` document is.
    pub(super) fn metadata_url(&self) -> Result<Url, ConfigError> {
        let url = match &self.openid_metadata_url {
            Some(url) => url.clone(),
            None => Url::parse(self.cloud.constants().openid_metadata_url)
                .map_err(|_| ConfigError::MetadataUrl)?,
        };
        let parsed = ServiceUrl::parse(url.as_str()).map_err(|_| ConfigError::MetadataUrl)?;
        if parsed.is_https() || parsed.is_loopback() {
            Ok(url)
        } else {
            Err(ConfigError::MetadataUrl)
        }
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        uuid::Uuid::try_parse(&self.app_id).map_err(|_| ConfigError::AppId)?;
        self.metadata_url()?;
        if self.channels.is_empty() {
            return Err(ConfigError::NoChannels);
        }
        if matches!(&self.tenants, TenantPolicy::Only(ids) if ids.iter().all(|id| id.trim().is_empty()))
        {
            return Err(ConfigError::NoTenants);
        }
        for interval in [self.key_refresh, self.forced_refresh_interval] {
            if interval.is_zero() || interval > MAX_INTERVAL {
                return Err(ConfigError::RefreshInterval);
            }
        }
        Ok(())
    }
}

impl TenantPolicy {
    /// Whether an activity that names these tenants may pass: all that are
    /// named must be allowed, and one must be named. An empty id names none.
    pub(super) fn allows<'a>(&self, named: impl IntoIterator<Item = &'a str>) -> bool {
        match self {
            Self::Any => true,
            Self::Only(allowed) => {
                let mut named = named.into_iter().filter(|tenant| !tenant.is_empty()).peekable();
                named.peek().is_some()
                    && named.all(|tenant| {
                        allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(tenant))
                    })
            }
        }
    }
}
