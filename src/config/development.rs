//! The configuration of `beckon serve --dev`: nothing to write, nothing to keep.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use serde_json::json;

use super::{Config, ConfigError, Environment};
use crate::clock::Clock;
use crate::http::auth::new_key;

/// The only tenant.
const TENANT: &str = "de000000-0000-4000-8000-000000000000";

/// The people of a local client take these seats in the order in which they turn up.
const SEATS: [(&str, &str); 3] = [
    ("de000000-0000-4000-8000-000000000001", "Ada Lovelace"),
    ("de000000-0000-4000-8000-000000000002", "Alan Turing"),
    ("de000000-0000-4000-8000-000000000003", "Radia Perlman"),
];

/// Where customers write to.
pub const ACCOUNT: &str = "website";

/// A configuration for one run on this machine, and the keys to it.
pub struct Development {
    /// The configuration. It has no bot secret.
    pub config: Config,
    /// The channel API's key.
    pub channel_key: String,
    /// Each seat's name and key to the console.
    pub agent_keys: Vec<(&'static str, String)>,
}

/// Keys are given to their users, not to logs.
impl fmt::Debug for Development {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Development").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Development {
    /// A service with three agents and one channel, on a loopback port, with the database in
    /// `data`. Keys are new each time.
    ///
    /// # Errors
    /// [`ConfigError`] when the environment holds a bot secret: what is not authenticated must not
    /// carry credentials.
    pub fn new(
        port: u16,
        data: &Path,
        clock: &dyn Clock,
        environment: &dyn Environment,
    ) -> Result<Self, ConfigError> {
        let (channel_key, channel_sha256) = new_key(clock);
        let mut keys =
            vec![json!({ "name": ACCOUNT, "role": "integration", "sha256": channel_sha256 })];
        let mut agent_keys = Vec::with_capacity(SEATS.len());
        for (id, name) in SEATS {
            let (key, sha256) = new_key(clock);
            keys.push(json!({ "name": name, "role": "agent", "agent": id, "sha256": sha256 }));
            agent_keys.push((name, key));
        }
        let agents = SEATS.map(|(id, name)| json!({ "id": id, "name": name }));
        let document = json!({
            "server": { "bind": SocketAddr::from((Ipv4Addr::LOCALHOST, port)).to_string() },
            "store": { "path": data.join("beckon.db").display().to_string() },
            "bot": { "app_id": TENANT, "tenant_id": TENANT },
            "tenant": [{
                "id": TENANT,
                "agent": agents,
                "service": [{
                    "id": "support",
                    "name": "Support",
                    "members": SEATS.map(|(id, _)| id),
                    "ring_seconds": 120,
                    "wrap_up_seconds": 20,
                    "misses": 0,
                }],
                "account": [{ "id": ACCOUNT, "channel": "api", "service": "support" }],
                "key": keys,
            }],
        });
        let text = toml::to_string(&document).map_err(|error| ConfigError::Parse {
            path: data.to_owned(),
            message: error.to_string(),
        })?;
        let config = Config::parse(&text, environment)?;
        if config.bot.secret.is_some() {
            return Err(ConfigError::invalid(
                "BECKON_BOT_SECRET",
                "is set, and --dev answers whoever asks; unset it, or serve without --dev",
            ));
        }
        Ok(Self { config, channel_key, agent_keys })
    }
}
