//! `[[tenant.key]]`: keys for the REST API, each with a role.

use beckon_domain::ids::{AgentId, ServiceId};
use serde::Deserialize;

use super::{ConfigError, Tenant, tenant};

/// A key. Only its SHA-256 is kept here: `beckon key new` makes both.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// What it is for: shown in logs, and kept on record with what is done by it. Of all keys of
    /// the tenant no other has it.
    pub name: String,
    /// What it may do.
    pub role: KeyRole,
    /// The SHA-256 of the key, 64 hexadecimal digits.
    pub sha256: String,
    /// For role `agent`: whose it is.
    pub agent: Option<AgentId>,
    /// For roles `owner` and `supervisor`: their services, by id; at least one.
    #[serde(default)]
    pub services: Vec<ServiceId>,
}

/// What a key may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyRole {
    /// Another program: the channel API, a workflow outside Beckon, answers for what was moved
    /// outside, the feed.
    Integration,
    /// An agent: the console, lists and reports, on own work.
    Agent,
    /// A supervisor of some services: sees their sessions and reports, has conversations taken
    /// over, says what they were about, resets RONA flags.
    Supervisor,
    /// The owner of some services: as a supervisor, and may end their sessions.
    Owner,
    /// An administrator of the tenant.
    Admin,
}

/// Checks what one field alone cannot say.
pub(super) fn check(at: &str, key: &Key, of: &Tenant) -> Result<(), ConfigError> {
    if key.sha256.len() != 64 || !key.sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(ConfigError::invalid(
            format!("{at}: sha256"),
            "must be 64 hexadecimal digits; `beckon key new` prints a key with its line",
        ));
    }
    let agent = |says: &str| Err(ConfigError::invalid(format!("{at}: agent"), says));
    match (key.role, key.agent) {
        (KeyRole::Agent, Some(id)) if of.agents.iter().any(|agent| agent.id == id) => {}
        (KeyRole::Agent, _) => {
            return agent("a key of role \"agent\" names one agent of this tenant");
        }
        (_, Some(_)) => {
            return agent("only a key of role \"agent\" names an agent; leave it away");
        }
        (_, None) => {}
    }
    let services = |says: String| Err(ConfigError::invalid(format!("{at}: services"), says));
    let limited = matches!(key.role, KeyRole::Supervisor | KeyRole::Owner);
    if limited == key.services.is_empty() {
        return services(
            "keys of roles \"supervisor\" and \"owner\" name at least one service, others none"
                .to_owned(),
        );
    }
    tenant::unique(at, "services", key.services.iter().map(ToString::to_string))?;
    let known = |id: &ServiceId| of.services.iter().any(|service| service.id == *id);
    match key.services.iter().find(|id| !known(id)) {
        Some(id) => services(format!("there is no service {:?} in this tenant", id.as_str())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    const EXAMPLE: &str = include_str!("../../config.example.toml");

    /// The example with a key of a supervisor.
    fn with(name: &str, services: &str) -> Result<Config, String> {
        let hash = "1".repeat(64);
        let key = format!(
            "[[tenant.key]]\nname = {name:?}\nrole = \"supervisor\"\nservices = {services}\n\
             sha256 = {hash:?}\n"
        );
        let secret = |name: &str| (name == "BECKON_BOT_SECRET").then(|| "hush".to_owned());
        Config::parse(&format!("{EXAMPLE}\n{key}"), &secret).map_err(|error| error.to_string())
    }

    #[test]
    fn a_key_names_each_service_once_and_has_its_name_for_itself() {
        with("grace", "[\"support\"]").unwrap();
        for (name, services, key) in [
            ("grace", "[\"support\", \"support\"]", "key \"grace\": services"),
            ("grace", "[\"sales\"]", "key \"grace\": services"),
            ("grace", "[]", "key \"grace\": services"),
            ("website", "[\"support\"]", "key: name"),
        ] {
            let error = with(name, services).unwrap_err();
            assert!(error.contains(key), "{name} {services}: {error}");
        }
    }
}
