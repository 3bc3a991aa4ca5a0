//! What a bot must be told to find the fake instead of the real services.

use serde::Serialize;

use crate::world::World;

/// Addresses and credentials for the bot under test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Environment {
    /// The bot's application id.
    pub app_id: String,
    /// The bot's client secret.
    pub app_secret: String,
    /// The home tenant.
    pub tenant_id: String,
    /// The `OpenID` document of the channel's issuer.
    pub openid_metadata_url: String,
    /// The login host: `{login_url}/{tenant}/oauth2/v2.0/token`.
    pub login_url: String,
    /// The `serviceUrl` of every activity.
    pub service_url: String,
    /// The Graph root: `{graph_url}/v1.0/chats`.
    pub graph_url: String,
    /// The id in the manifest of the Teams app, by which the catalog of apps has it.
    pub teams_app_id: String,
    /// The root of the control API.
    pub control_url: String,
}

impl Environment {
    /// The same as variables of a process environment. Those named `BOT_…` are what the bot
    /// framework's `echo` example reads: pasted before its command, it talks to this fake.
    pub fn variables(&self) -> [(&'static str, String); 10] {
        let token_url = format!("{}/{}/oauth2/v2.0/token", self.login_url, self.tenant_id);
        let host = self.login_url.split_once("://").map_or("", |(_, host)| host);
        [
            ("BOT_APP_ID", self.app_id.clone()),
            ("BOT_APP_SECRET", self.app_secret.clone()),
            ("BOT_TENANT_ID", self.tenant_id.clone()),
            ("BOT_OPENID_METADATA_URL", self.openid_metadata_url.clone()),
            ("BOT_TOKEN_URL", token_url),
            ("BOT_ALLOWED_HOSTS", host.to_owned()),
            ("SERVICE_URL", self.service_url.clone()),
            ("GRAPH_URL", self.graph_url.clone()),
            ("TEAMS_APP_ID", self.teams_app_id.clone()),
            ("CONTROL_URL", self.control_url.clone()),
        ]
    }
}

impl World {
    /// The environment of a bot that talks to this fake.
    pub(crate) fn environment(&self) -> Environment {
        let (base, config) = (&self.base, &self.config);
        Environment {
            app_id: config.app_id.clone(),
            app_secret: config.app_secret.clone(),
            tenant_id: config.tenant.clone(),
            openid_metadata_url: format!("{base}/v1/.well-known/openidconfiguration"),
            login_url: base.clone(),
            service_url: self.service_url(),
            graph_url: format!("{base}/graph"),
            teams_app_id: config.manifest_id.clone(),
            control_url: format!("{base}/control"),
        }
    }
}
