//! `[graph]` and `[tenant.graph]`: rooms in Teams.

use beckon_domain::ids::AgentId;
use serde::Deserialize;
use uuid::Uuid;

use super::{AgentEntry, ConfigError};

/// The section `[graph]`: where Microsoft Graph is. Leave it away outside tests.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Graph {
    /// Another root than the cloud's, for tests: an address on loopback, http or https, without
    /// the version at the end.
    pub root: Option<String>,
}

/// The section `[tenant.graph]`. Without it conversations take place in My Sessions and the bot is
/// installed by people or by the Teams admin centre.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantGraph {
    /// The `id` of the Teams app's manifest, by which the app is found in the tenant's catalog.
    pub teams_app_id: Uuid,
    /// Entra object ids of one or two companion accounts: Graph demands a second person in every
    /// room, and the second account takes over when the first one is refused. They are ordinary
    /// accounts with a Teams licence, nobody reads along with them, and none of them is an agent.
    /// Empty: no rooms in Teams; conversations take place in My Sessions. Default: empty.
    #[serde(default)]
    pub companions: Vec<AgentId>,
    /// Those agents and companions who are guests of the tenant: Teams takes a guest into a chat
    /// only as one. Default: none.
    #[serde(default)]
    pub guests: Vec<AgentId>,
}

impl TenantGraph {
    /// Checks what one key alone cannot say; `at` is the tenant.
    pub(super) fn check(&self, at: &str, agents: &[AgentEntry]) -> Result<(), ConfigError> {
        let known = |id: &AgentId| {
            self.companions.contains(id) || agents.iter().any(|agent| agent.id == *id)
        };
        if let Some(stranger) = self.guests.iter().find(|id| !known(id)) {
            return Err(ConfigError::invalid(
                format!("{at}: guests"),
                format!("{stranger} is neither an agent nor a companion"),
            ));
        }
        let key = format!("{at}: companions");
        match self.companions.as_slice() {
            [] | [_] => {}
            [one, other] if one != other => {}
            [one, _] => {
                return Err(ConfigError::invalid(
                    key,
                    format!("{one} stands twice; a second companion is another account"),
                ));
            }
            more => {
                return Err(ConfigError::invalid(
                    key,
                    format!("names {} accounts; one or two are enough", more.len()),
                ));
            }
        }
        match self.companions.iter().find(|id| agents.iter().any(|agent| agent.id == **id)) {
            Some(agent) => Err(ConfigError::invalid(
                key,
                format!(
                    "{agent} is an agent; a companion is an account that is nobody's, for it is \
                     in every room"
                ),
            )),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
