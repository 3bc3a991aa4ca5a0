//! What a token is asked for, and where.

use url::Url;

use super::credentials::Credentials;
use crate::cloud::Cloud;

/// How the bot is registered with the Azure Bot Service.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Registration {
    /// One home tenant, the only kind that can still be created: tokens come from that tenant,
    /// whichever tenant the users belong to.
    SingleTenant {
        /// Entra tenant id of the app registration.
        tenant_id: String,
    },
    /// Legacy multi-tenant bots, not creatable since 2025-07-31: tokens come from the shared
    /// Bot Framework tenant.
    MultiTenant,
}

/// Configuration of a [`TokenProvider`](super::TokenProvider).
#[derive(Debug)]
pub struct TokenConfig {
    /// Application (client) id of the bot.
    pub app_id: String,
    /// The cloud the bot is registered in.
    pub cloud: Cloud,
    /// How it is registered.
    pub registration: Registration,
    /// What it authenticates with.
    pub credentials: Credentials,
    /// Token endpoint instead of the cloud's; `https`, or `http` on loopback.
    pub token_url: Option<Url>,
}

impl TokenConfig {
    /// A single-tenant bot in the public cloud.
    pub fn single_tenant(
        app_id: impl Into<String>,
        tenant_id: impl Into<String>,
        credentials: Credentials,
    ) -> Self {
        Self {
            app_id: app_id.into(),
            cloud: Cloud::Public,
            registration: Registration::SingleTenant { tenant_id: tenant_id.into() },
            credentials,
            token_url: None,
        }
    }

    /// No credentials: calls go out without a token. For the development mode.
    pub fn anonymous() -> Self {
        Self {
            app_id: String::new(),
            cloud: Cloud::Public,
            registration: Registration::MultiTenant,
            credentials: Credentials::None,
            token_url: None,
        }
    }
}

/// Why a [`TokenConfig`] was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenConfigError {
    /// Credentials without an app id.
    #[error("the app id is missing")]
    NoAppId,
    /// A single-tenant bot without its tenant; without it Entra answers AADSTS700016.
    #[error("a single-tenant bot needs the tenant id of its app registration")]
    NoTenantId,
    /// A secret must not travel in clear text.
    #[error("the token endpoint must be https, or http on a loopback address")]
    InsecureTokenUrl,
    /// The tenant id cannot stand in a URL.
    #[error("the token endpoint cannot be built: {0}")]
    TokenUrl(#[from] url::ParseError),
    /// A provider without credentials was given some, or the other way round.
    #[error("a token provider with credentials and one without cannot become each other")]
    Anonymity,
}

/// What one token is good for: the part of the cache key that is not the credentials.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Target {
    pub(super) cloud: Cloud,
    pub(super) app_id: String,
    /// Tenant that issues the token.
    pub(super) authority: String,
    /// Scope, ending in `/.default`.
    pub(super) scope: String,
    pub(super) token_url: Url,
}

impl Target {
    pub(super) fn new(config: &TokenConfig) -> Result<Self, TokenConfigError> {
        if config.app_id.trim().is_empty() && !config.credentials.is_none() {
            return Err(TokenConfigError::NoAppId);
        }
        let constants = config.cloud.constants();
        let authority = match &config.registration {
            Registration::SingleTenant { tenant_id } if tenant_id.trim().is_empty() => {
                return Err(TokenConfigError::NoTenantId);
            }
            Registration::SingleTenant { tenant_id } => tenant_id.trim().to_owned(),
            Registration::MultiTenant => constants.multi_tenant_authority.to_owned(),
        };
        let token_url = match &config.token_url {
            Some(url) if is_safe(url) => url.clone(),
            Some(_) => return Err(TokenConfigError::InsecureTokenUrl),
            None => default_token_url(config.cloud, &authority)?,
        };
        Ok(Self {
            cloud: config.cloud,
            app_id: config.app_id.trim().to_owned(),
            authority,
            scope: constants.connector_scope.to_owned(),
            token_url,
        })
    }

    /// The same for another tenant.
    ///
    /// A configured endpoint stays as it is unless this tenant's id stands in its path, where
    /// the other one takes its place.
    pub(super) fn in_tenant(&self, tenant_id: &str) -> Result<Self, TokenConfigError> {
        let tenant_id = tenant_id.trim();
        if tenant_id.is_empty() {
            return Err(TokenConfigError::NoTenantId);
        }
        let mut token_url = self.token_url.clone();
        let segments = token_url.path_segments().map(|segments| {
            segments
                .map(|part| if part == self.authority { tenant_id } else { part }.to_owned())
                .collect::<Vec<_>>()
        });
        if let (Some(segments), Ok(mut path)) = (segments, token_url.path_segments_mut()) {
            path.clear().extend(segments);
        }
        Ok(Self { authority: tenant_id.to_owned(), token_url, ..self.clone() })
    }

    /// The resource of the scope, as managed identities want it.
    pub(super) fn resource(&self) -> &str {
        self.scope.strip_suffix("/.default").unwrap_or(&self.scope)
    }
}

/// The cloud's token endpoint for a tenant.
pub(super) fn default_token_url(cloud: Cloud, authority: &str) -> Result<Url, url::ParseError> {
    let mut url = Url::parse(cloud.constants().login_host)?;
    url.path_segments_mut()
        .map_err(|()| url::ParseError::RelativeUrlWithCannotBeABaseBase)?
        .extend([authority, "oauth2", "v2.0", "token"]);
    Ok(url)
}

fn is_safe(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(url::Host::Ipv4(address))) => address.is_loopback(),
        ("http", Some(url::Host::Ipv6(address))) => address.is_loopback(),
        ("http", Some(url::Host::Domain(name))) => name == "localhost",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> TokenConfig {
        TokenConfig::single_tenant("app", "tenant", Credentials::client_secret("s"))
    }

    #[test]
    fn each_registration_has_its_endpoint() {
        let single = Target::new(&config()).unwrap();
        assert_eq!(
            single.token_url.as_str(),
            "https://login.microsoftonline.com/tenant/oauth2/v2.0/token"
        );
        assert_eq!(single.scope, "https://api.botframework.com/.default");
        assert_eq!(single.resource(), "https://api.botframework.com");
        let legacy = TokenConfig { registration: Registration::MultiTenant, ..config() };
        assert_eq!(
            Target::new(&legacy).unwrap().token_url.as_str(),
            "https://login.microsoftonline.com/botframework.com/oauth2/v2.0/token"
        );
        let gov = TokenConfig { cloud: Cloud::GccHigh, ..config() };
        let gov = Target::new(&gov).unwrap();
        assert_eq!(
            gov.token_url.as_str(),
            "https://login.microsoftonline.us/tenant/oauth2/v2.0/token"
        );
        assert_eq!(gov.scope, "https://api.botframework.us/.default");
    }

    #[test]
    fn a_tenant_cannot_break_out_of_its_segment() {
        let registration = Registration::SingleTenant { tenant_id: "a/../b?x#y".to_owned() };
        let target = Target::new(&TokenConfig { registration, ..config() }).unwrap();
        assert_eq!(target.token_url.path(), "/a%2F..%2Fb%3Fx%23y/oauth2/v2.0/token");
    }

    #[test]
    fn missing_parts_and_clear_text_are_refused() {
        let refused = |config: &TokenConfig| Target::new(config).unwrap_err();
        let no_app = TokenConfig { app_id: " ".to_owned(), ..config() };
        assert_eq!(refused(&no_app), TokenConfigError::NoAppId);
        let registration = Registration::SingleTenant { tenant_id: String::new() };
        let no_tenant = TokenConfig { registration, ..config() };
        assert_eq!(refused(&no_tenant), TokenConfigError::NoTenantId);
        for url in ["http://login.example/token", "ftp://127.0.0.1/x", "http://10.0.0.1/token"] {
            let config = TokenConfig { token_url: Some(url.parse().unwrap()), ..config() };
            assert_eq!(refused(&config), TokenConfigError::InsecureTokenUrl, "{url}");
        }
        for url in ["http://127.0.0.1:9/t", "http://[::1]:9/t", "https://login.example/t"] {
            let config = TokenConfig { token_url: Some(url.parse().unwrap()), ..config() };
            assert!(Target::new(&config).is_ok(), "{url}");
        }
    }
}
