//! The constants of every Microsoft cloud in which Teams runs.
//!
//! Values are those of the Bot Framework SDKs 4.23 and the Microsoft 365
//! Agents SDK 1.8 (authentication constants, governmental constants, cloud
//! environments), checked in September 2026.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The cloud a bot is registered in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cloud {
    /// Worldwide.
    #[default]
    Public,
    /// US Government, moderate: the public identity plane, its own service URLs.
    Gcc,
    /// US Government, GCC High.
    GccHigh,
    /// US Department of Defense.
    Dod,
    /// China, operated by 21Vianet.
    China,
}

/// What differs from cloud to cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloudConstants {
    /// `iss` of tokens that the channel service sends to bots.
    pub channel_issuer: &'static str,
    /// `OpenID` document that leads to the channel service's signing keys.
    pub openid_metadata_url: &'static str,
    /// Entra login endpoint, without a trailing slash.
    pub login_host: &'static str,
    /// Tenant segment of the token endpoint for legacy multi-tenant bots.
    pub multi_tenant_authority: &'static str,
    /// Scope of a bot's own token for the connector.
    pub connector_scope: &'static str,
    /// Resource of a bot's own token where scopes are unknown (managed identity).
    pub connector_resource: &'static str,
    /// Scope of a token for Microsoft Graph.
    pub graph_scope: &'static str,
    /// Base for proactive calls when no service URL was stored; `None` where
    /// Microsoft publishes none and the operator must configure it.
    pub proactive_base: Option<&'static str>,
    /// Hosts under which Teams' connector is reached in this cloud.
    pub service_hosts: &'static [&'static str],
}

const PUBLIC: CloudConstants = CloudConstants {
    channel_issuer: "https://api.botframework.com",
    openid_metadata_url: "https://login.botframework.com/v1/.well-known/openidconfiguration",
    login_host: "https://login.microsoftonline.com",
    multi_tenant_authority: "botframework.com",
    connector_scope: "https://api.botframework.com/.default",
    connector_resource: "https://api.botframework.com",
    graph_scope: "https://graph.microsoft.com/.default",
    proactive_base: Some("https://smba.trafficmanager.net/teams/"),
    service_hosts: PUBLIC_PLANE_HOSTS,
};

// GCC shares the public identity plane, and a GCC tenant reached through the
// public host answers `InvalidBotApiHost`, upon which the caller changes to the
// GCC host: a bot of either cloud needs both.
const PUBLIC_PLANE_HOSTS: &[&str] =
    &["smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com"];

const GCC: CloudConstants = CloudConstants {
    proactive_base: Some("https://smba.infra.gcc.teams.microsoft.com/teams"),
    ..PUBLIC
};

const GCC_HIGH: CloudConstants = CloudConstants {
    channel_issuer: "https://api.botframework.us",
    openid_metadata_url: "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
    login_host: "https://login.microsoftonline.us",
    multi_tenant_authority: "MicrosoftServices.onmicrosoft.us",
    connector_scope: "https://api.botframework.us/.default",
    connector_resource: "https://api.botframework.us",
    graph_scope: "https://graph.microsoft.us/.default",
    proactive_base: Some("https://smba.infra.gov.teams.microsoft.us/teams"),
    service_hosts: &["smba.infra.gov.teams.microsoft.us"],
};

const DOD: CloudConstants = CloudConstants {
    graph_scope: "https://dod-graph.microsoft.us/.default",
    proactive_base: Some("https://smba.infra.dod.teams.microsoft.us/teams"),
    service_hosts: &["smba.infra.dod.teams.microsoft.us"],
    ..GCC_HIGH
};

const CHINA: CloudConstants = CloudConstants {
    channel_issuer: "https://api.botframework.azure.cn",
    openid_metadata_url: "https://login.botframework.azure.cn/v1/.well-known/openidconfiguration",
    login_host: "https://login.partner.microsoftonline.cn",
    multi_tenant_authority: "microsoftservices.partner.onmschina.cn",
    connector_scope: "https://api.botframework.azure.cn/.default",
    connector_resource: "https://api.botframework.azure.cn",
    graph_scope: "https://microsoftgraph.chinacloudapi.cn/.default",
    proactive_base: None,
    service_hosts: &[],
};

impl Cloud {
    /// Every cloud.
    pub const ALL: [Self; 5] = [Self::Public, Self::Gcc, Self::GccHigh, Self::Dod, Self::China];

    /// The constants of this cloud.
    pub const fn constants(self) -> &'static CloudConstants {
        match self {
            Self::Public => &PUBLIC,
            Self::Gcc => &GCC,
            Self::GccHigh => &GCC_HIGH,
            Self::Dod => &DOD,
            Self::China => &CHINA,
        }
    }

    /// The name used in configuration: `public`, `gcc`, `gcc-high`, `dod`, `china`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Gcc => "gcc",
            Self::GccHigh => "gcc-high",
            Self::Dod => "dod",
            Self::China => "china",
        }
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no cloud's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown cloud {0:?}: expected public, gcc, gcc-high, dod or china")]
pub struct UnknownCloud(String);

impl FromStr for Cloud {
    type Err = UnknownCloud;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|cloud| cloud.as_str() == name)
            .ok_or_else(|| UnknownCloud(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service_url::ServiceUrl;

    #[test]
    fn names_round_trip() {
        for cloud in Cloud::ALL {
            assert_eq!(cloud.to_string().parse(), Ok(cloud));
            assert_eq!(serde_json::to_value(cloud).unwrap(), cloud.as_str());
        }
        assert!("Public".parse::<Cloud>().is_err());
    }

    #[test]
    fn every_url_is_https_and_every_proactive_base_is_on_a_listed_host() {
        for cloud in Cloud::ALL {
            let constants = cloud.constants();
            for url in
                [constants.channel_issuer, constants.openid_metadata_url, constants.login_host]
            {
                assert!(url.starts_with("https://") && !url.ends_with('/'), "{cloud}: {url}");
            }
            if let Some(base) = constants.proactive_base {
                let base = ServiceUrl::parse(base).unwrap();
                assert!(constants.service_hosts.contains(&base.host()), "{cloud}: {base}");
            }
        }
    }

    #[test]
    fn clouds_with_their_own_identity_plane_share_nothing_with_the_public_one() {
        for cloud in [Cloud::GccHigh, Cloud::Dod, Cloud::China] {
            let (own, public) = (cloud.constants(), Cloud::Public.constants());
            assert_ne!(own.channel_issuer, public.channel_issuer);
            assert_ne!(own.openid_metadata_url, public.openid_metadata_url);
            assert_ne!(own.connector_scope, public.connector_scope);
            assert!(own.service_hosts.iter().all(|host| !public.service_hosts.contains(host)));
        }
    }
}
