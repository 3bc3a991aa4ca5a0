//! Beckon, configured for the demo and started in this process.

use std::path::Path;

use anyhow::Context as _;
use beckon::clock::SystemClock;
use beckon::config::Config;
use beckon::http::auth::new_key;
use fake_teams::{Environment, Person};
use serde_json::{Value, json};

use crate::script::{ACCOUNTS, Account};

/// The channel account that the customer writes to.
pub(crate) const ACCOUNT: &str = "phone";

/// Long enough to read a card before pressing anything.
pub(crate) const RING_SECONDS: u32 = 120;
const WRAP_UP_SECONDS: u32 = 20;
/// A night is enough for the sweep to find what nobody ended.
const SILENT_HOURS: u32 = 6;
/// What was left open does not keep an agent from the next customer.
const CAPACITY: u32 = 2;

/// A key of the REST API and the digest that the configuration has of it.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) secret: String,
    sha256: String,
}

impl Key {
    fn new() -> Self {
        let (secret, sha256) = new_key(&SystemClock);
        Self { secret, sha256 }
    }
}

/// The keys of one run: nobody else ever has them.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) channel: Key,
    /// Of somebody who sees every result.
    pub(crate) results: Key,
    /// One for each agent, in their order.
    pub(crate) agents: Vec<Key>,
}

impl Keys {
    /// Fresh keys for the channel and as many agents.
    pub(crate) fn new(agents: usize) -> Self {
        let agents = (0..agents).map(|_| Key::new()).collect();
        Self { channel: Key::new(), results: Key::new(), agents }
    }
}

/// What rooms in Teams need beside the bot.
#[derive(Debug)]
pub(crate) struct TeamsApp<'a> {
    /// The id in the app's manifest.
    pub(crate) manifest_id: &'a str,
    /// The account that is in every room: Graph demands two people.
    pub(crate) companion: &'a Person,
}

/// The configuration as an administrator would write it: one service, two agents, one channel.
pub(crate) fn config(
    port: u16,
    data: &Path,
    teams: &Environment,
    app: &TeamsApp<'_>,
    people: &[Person],
    keys: &Keys,
) -> anyhow::Result<Config> {
    let text = toml::to_string(&document(port, data, teams, app, people, keys))?;
    let environment = |name: &str| (name == "BECKON_BOT_SECRET").then(|| teams.app_secret.clone());
    let mut config =
        Config::parse(&text, &environment).context("the demo's configuration is not valid")?;
    // A configuration is refused where Beckon has no provider of its own for a channel. The demo is
    // the provider: it plays the customers of every kind through the channel API.
    for account in config.tenants.iter_mut().flat_map(|tenant| &mut tenant.accounts) {
        if let Some(played) = ACCOUNTS.iter().find(|played| played.id == account.id.as_str()) {
            account.channel = played.channel;
        }
    }
    Ok(config)
}

fn document(
    port: u16,
    data: &Path,
    teams: &Environment,
    app: &TeamsApp<'_>,
    people: &[Person],
    keys: &Keys,
) -> Value {
    let members: Vec<_> = people.iter().map(Person::id).collect();
    let agents: Vec<_> =
        people.iter().map(|it| json!({ "id": it.id(), "name": it.name() })).collect();
    let mut known = vec![
        key_entry("phone", "integration", &keys.channel),
        key_entry("results", "admin", &keys.results),
    ];
    for (person, key) in people.iter().zip(&keys.agents) {
        let mut entry = key_entry(person.name(), "agent", key);
        entry["agent"] = json!(person.id());
        known.push(entry);
    }
    let mut accounts = vec![json!({ "id": ACCOUNT, "channel": "api", "service": "support" })];
    accounts.extend(
        ACCOUNTS
            .map(|Account { id, .. }| json!({ "id": id, "channel": "api", "service": "support" })),
    );
    let host = teams.login_url.trim_start_matches("http://");
    let graph = json!({ "teams_app_id": app.manifest_id, "companions": [app.companion.id()] });
    json!({
        "server": { "bind": format!("127.0.0.1:{port}") },
        "store": { "path": data.join("beckon.db").display().to_string() },
        "bot": {
            "app_id": teams.app_id,
            "tenant_id": teams.tenant_id,
            "openid_metadata_url": teams.openid_metadata_url,
            "token_url": format!("{}/{}/oauth2/v2.0/token", teams.login_url, teams.tenant_id),
            "allowed_hosts": [host],
            "service_url": teams.service_url,
        },
        "graph": { "root": teams.graph_url },
        "tenant": [{
            "id": teams.tenant_id,
            "graph": graph,
            "agent": agents,
            "service": [{
                "id": "support",
                "name": "Support",
                "members": members,
                "ring_seconds": RING_SECONDS,
                "misses": 0,
                "capacity": CAPACITY,
                "rooms": { "whatsapp": "teams", "sms": "teams" },
                "wrap_up_seconds": WRAP_UP_SECONDS,
                "wrap_up": wrap_up(),
            }],
            "account": accounts,
            "sweep": { "silent_hours": SILENT_HOURS },
            "key": known,
        }],
    })
}

/// What agents say of a conversation when it is over. Nothing has to be chosen: whoever tries the
/// demo may finish at once.
fn wrap_up() -> Value {
    let topics = [
        ("billing", "Billing", "Rechnung"),
        ("booking", "Booking", "Buchung"),
        ("technical", "Technical", "Technik"),
        ("other", "Something else", "Anderes"),
    ];
    let topics = topics
        .map(|(id, label, german)| json!({ "id": id, "label": label, "labels": { "de": german } }));
    let solved = [("yes", "Yes", "Ja"), ("no", "Not yet", "Noch nicht")];
    let solved = solved
        .map(|(id, label, german)| json!({ "id": id, "label": label, "labels": { "de": german } }));
    json!({
        "extensions": 1,
        "tags": true,
        "codes": { "name": "Topic", "names": { "de": "Thema" }, "list": topics },
        "codes2": { "name": "Solved", "names": { "de": "Gelöst" }, "list": solved },
    })
}

fn key_entry(name: &str, role: &str, key: &Key) -> Value {
    json!({ "name": name, "role": role, "sha256": key.sha256 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fake_teams::{FakeTeams, FakeTeamsConfig};

    #[tokio::test]
    async fn the_configuration_is_valid() {
        let teams = FakeTeams::start(FakeTeamsConfig::default()).await.unwrap();
        let people = crate::cast::AGENTS.map(|name| teams.person(name));
        let keys = Keys::new(people.len());
        let data = Path::new("some folder/with 'quotes\"");
        let companion = teams.person(crate::cast::COMPANION);
        let app =
            TeamsApp { manifest_id: "b1a6f0d2-0c3e-4a57-9d68-5e2f7c8b9a01", companion: &companion };
        let config = config(0, data, &teams.environment(), &app, &people, &keys).unwrap();
        assert!(config.bot.secret.is_some());
        assert_eq!(config.store.path, data.join("beckon.db"));
        assert_eq!(config.tenants[0].agents.len(), 2);
        let wrap_up = &config.tenants[0].services[0].wrap_up;
        assert!(wrap_up.codes.is_some() && wrap_up.codes2.is_some() && wrap_up.tags);
    }
}
