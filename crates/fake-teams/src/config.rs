//! How a fake is set up.

use std::{sync::Arc, time::Duration};

use crate::{
    clock::{Clock, SystemClock},
    limits::Budgets,
};

/// What a [`FakeTeams`](crate::FakeTeams) is started with.
///
/// [`Default`] gives a working set for one single-tenant bot on a free port.
#[derive(Debug, Clone)]
pub struct FakeTeamsConfig {
    /// The loopback port; `None` takes a free one.
    pub port: Option<u16>,
    /// The bot's Entra application id, a GUID.
    pub app_id: String,
    /// The bot's client secret.
    pub app_secret: String,
    /// The bot's name, as people see and mention it.
    pub bot_name: String,
    /// The home tenant, a GUID.
    pub tenant: String,
    /// Where the bot listens, such as `http://127.0.0.1:3978/api/messages`. May be given later with
    /// [`FakeTeams::set_bot_endpoint`](crate::FakeTeams::set_bot_endpoint).
    pub bot_endpoint: Option<String>,
    /// The `id` of the app's manifest, by which Graph's app catalog finds it (`externalId`).
    pub manifest_id: String,
    /// The resource-specific permissions the app's manifest declares. A consent given through
    /// Graph must name exactly these; one given by a person who installs grants them all.
    pub declared_rsc: Vec<String>,
    /// Application permissions on Graph that the tenant's admin granted.
    pub graph_permissions: Vec<String>,
    /// Plays a Teams without authentication, for a bot in development mode: connector calls need
    /// no token, and deliveries bring none. A call with a token must still bring a good one.
    /// Real Teams has no such mode.
    pub allow_anonymous: bool,
    /// Rate limits.
    pub budgets: Budgets,
    /// Largest message in bytes of UTF-16; 102,400 by the Teams documentation.
    pub max_message_bytes: usize,
    /// How long the bot may take to answer an activity; 15 s in Teams.
    pub delivery_timeout: Duration,
    /// How long an issued access token is valid.
    pub token_lifetime: Duration,
    /// Whether listed clients refresh a card by themselves when its message is edited.
    pub auto_refresh: bool,
    /// How many calls and deliveries the record keeps; the oldest go first.
    pub record_capacity: usize,
    /// Seed of all ids, so that runs can be repeated.
    pub seed: u64,
    /// The clock that everything reads.
    pub clock: Arc<dyn Clock>,
}

impl Default for FakeTeamsConfig {
    fn default() -> Self {
        Self {
            port: None,
            app_id: "7c1d1f6e-52c4-4f0a-9f35-0d8a4b1c2e3f".to_owned(),
            app_secret: "fake-secret".to_owned(),
            bot_name: "Beckon".to_owned(),
            tenant: "3f9b2c50-6a1e-4d7b-8e42-91c0d5f7a6b8".to_owned(),
            bot_endpoint: None,
            manifest_id: "b1a6f0d2-0c3e-4a57-9d68-5e2f7c8b9a01".to_owned(),
            declared_rsc: [
                "ChatMessage.Read.Chat",
                "ChatMember.Read.Chat",
                "ChatSettings.ReadWrite.Chat",
                "Chat.Manage.Chat",
                "TeamsAppInstallation.Read.Chat",
            ]
            .map(str::to_owned)
            .to_vec(),
            graph_permissions: [
                "Chat.Create",
                "ChatMember.ReadWrite.All",
                "Chat.ManageDeletion.All",
                "TeamsAppInstallation.ReadWriteAndConsentSelfForChat.All",
                "TeamsAppInstallation.ReadWriteSelfForUser.All",
                "AppCatalog.Read.All",
                "User.ReadBasic.All",
            ]
            .map(str::to_owned)
            .to_vec(),
            allow_anonymous: false,
            budgets: Budgets::default(),
            max_message_bytes: 100 * 1024,
            delivery_timeout: Duration::from_secs(15),
            token_lifetime: Duration::from_hours(1),
            auto_refresh: false,
            record_capacity: 100_000,
            seed: 1,
            clock: Arc::new(SystemClock),
        }
    }
}

impl FakeTeamsConfig {
    /// The id of the bot as a chat account: `28:` and its application id.
    pub fn bot_mri(&self) -> String {
        format!("28:{}", self.app_id)
    }
}
