//! The configuration: one TOML file, secrets from the environment or from files.
//!
//! One module a section. A section says its keys, defaults and ranges; [`Config::load`] reads the
//! file, fills secrets in and checks ranges and references; addresses of the bot and
//! of Graph are checked where they are used, by `beckon check` too.
//! `config.example.toml` shows every key.

mod bot;
mod card_rules;
mod cards;
mod development;
mod distribution;
mod graph;
mod intake;
mod key;
mod manifest;
mod retention;
mod rooms;
mod secret;
mod server;
mod store;
mod suggest;
mod sweep;
mod tenant;
mod wrap_up;

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;
use thiserror::Error;

pub use bot::Bot;
pub use card_rules::CardParameterEntry;
pub(crate) use card_rules::MAX_PARAMETER_NAME;
pub use cards::Cards;
pub use development::{ACCOUNT as DEVELOPMENT_ACCOUNT, Development};
pub use graph::{Graph, TenantGraph};
pub use key::{Key, KeyRole};
pub use manifest::Manifest;
pub use retention::Retention;
pub use secret::{Environment, ProcessEnvironment};
pub use server::Server;
pub use store::Store;
pub use sweep::{SilenceEntry, Sweep, TimeOfDay, Zone};
pub use tenant::{Account, AgentEntry, ServiceEntry, Tenant};
pub use wrap_up::{CodeEntry, CodeListEntry, WrapUpEntry};

/// Everything an administrator can decide.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where Beckon listens and how it is reached.
    #[serde(default)]
    pub server: Server,
    /// Where data is kept.
    #[serde(default)]
    pub store: Store,
    /// For how long things are kept.
    #[serde(default)]
    pub retention: Retention,
    /// The Teams bot.
    pub bot: Bot,
    /// Where Microsoft Graph is.
    #[serde(default)]
    pub graph: Graph,
    /// What people read about the app in Teams.
    #[serde(default)]
    pub manifest: Manifest,
    /// The organisations served.
    #[serde(rename = "tenant")]
    pub tenants: Vec<Tenant>,
    /// What pushes are signed with: `BECKON_WEBHOOK_SECRET` or `BECKON_WEBHOOK_SECRET_FILE`,
    /// filled in from the environment. Needed as soon as anything is pushed.
    #[serde(skip)]
    pub webhook_secret: Option<SecretString>,
}

/// A configuration that cannot be used. Each message names the key and the mend.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}{}", if_missing(source))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML, or has an unknown or missing key.
    #[error("{path}: {message}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// Line, key and what is wrong.
        message: String,
    },
    /// A value is out of its range, or refers to something that is not there.
    #[error("{key}: {problem}")]
    Invalid {
        /// The key, with its path.
        key: String,
        /// What is wrong and how to mend it.
        problem: String,
    },
}

/// The mend for a file that is not there.
fn if_missing(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            "; copy config.example.toml to it and change what is marked, or name another with --config"
        }
        _ => "",
    }
}

impl ConfigError {
    fn invalid(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Invalid { key: key.into(), problem: problem.into() }
    }
}

impl Config {
    /// Reads and checks the file; secrets come from `environment`.
    ///
    /// # Errors
    /// [`ConfigError`], naming the key and the mend.
    pub fn load(path: &Path, environment: &dyn Environment) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.into(), source })?;
        Self::parse(&text, environment).map_err(|error| match error {
            ConfigError::Parse { message, .. } => ConfigError::Parse { path: path.into(), message },
            other => other,
        })
    }

    /// As [`Config::load`], from text.
    ///
    /// # Errors
    /// [`ConfigError`], naming the key and the mend.
    pub fn parse(text: &str, environment: &dyn Environment) -> Result<Self, ConfigError> {
        let mut config: Self = toml::from_str(text).map_err(|error| ConfigError::Parse {
            path: PathBuf::new(),
            message: suggest::with_suggestion(error.to_string().trim_end()),
        })?;
        config.bot.secret = secret::read("BECKON_BOT_SECRET", environment)?;
        config.webhook_secret = secret::read("BECKON_WEBHOOK_SECRET", environment)?;
        config.store.complete(environment)?;
        config.server.check()?;
        config.retention.check()?;
        config.bot.check(&config.tenants)?;
        config.manifest.check()?;
        tenant::check(&config.tenants)?;
        if config.webhook_secret.is_none() && config.tenants.iter().any(Tenant::has_receivers) {
            return Err(ConfigError::invalid(
                "BECKON_WEBHOOK_SECRET",
                "is not set, and a webhook or notices are configured; set it (or \
                 BECKON_WEBHOOK_SECRET_FILE) to the secret that the receivers check with",
            ));
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../config.example.toml");

    fn with_secret(name: &str) -> Option<String> {
        (name == "BECKON_BOT_SECRET").then(|| "hush".to_owned())
    }

    #[test]
    fn the_example_is_valid_and_prints_no_secret() {
        let config = Config::parse(EXAMPLE, &with_secret).unwrap();
        assert_eq!(config.tenants.len(), 1);
        assert!(!format!("{config:?}").contains("hush"));
    }

    #[test]
    fn who_has_no_file_is_told_where_to_begin() {
        let error = Config::load(Path::new("no/such.toml"), &with_secret).unwrap_err().to_string();
        assert!(error.starts_with("cannot read no/such.toml: "), "{error}");
        assert!(error.contains("copy config.example.toml to it"), "{error}");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let text = EXAMPLE.replace("public_url", "public_ulr");
        let error = Config::parse(&text, &with_secret).unwrap_err().to_string();
        assert!(error.contains("public_ulr") && error.contains("line"), "{error}");
        assert!(error.contains("did you mean `public_url`?"), "{error}");
    }

    #[test]
    fn every_bad_value_names_its_key() {
        for (from, to, key) in [
            ("ring_seconds = 30", "ring_seconds = 4", "ring_seconds"),
            ("wrap_up_seconds = 20", "wrap_up_seconds = 901", "wrap_up_seconds"),
            ("max_wait_seconds = 900", "max_wait_seconds = 59", "max_wait_seconds"),
            ("sla_seconds = 20", "sla_seconds = 0", "sla_seconds: must be 1 to 3600"),
            ("sla_seconds = 20", "sla_seconds = 3601", "sla_seconds: must be 1 to 3600"),
            ("channel = \"api\"", "channel = \"fax\"", "channel"),
            ("service = \"support\"", "service = \"sales\"", "service"),
            ("members = [", "members = [\"99999999-9999-4999-8999-999999999999\", ", "members"),
            (
                "members = [",
                "supervisors = [\"99999999-9999-4999-8999-999999999999\"]\nmembers = [",
                "supervisors",
            ),
            ("public_url = \"https://", "public_url = \"http://", "server.public_url"),
            (
                "channel = \"api\"",
                "webhook = \"http://example.com/\"\nchannel = \"api\"",
                "webhook",
            ),
            (
                "channel = \"api\"",
                "webhook = \"https://example.com/\"\nchannel = \"api\"",
                "BECKON_WEBHOOK_SECRET",
            ),
            ("messages_days = 365", "messages_days = 731", "retention.messages_days"),
            ("outcomes_days = 730", "outcomes_days = 0", "retention.outcomes_days"),
            ("commands_days = 30", "commands_days = 6", "retention.commands_days"),
            ("dead_letters_days = 90", "dead_letters_days = 366", "retention.dead_letters_days"),
            ("messages_days = 365", "messages_days = 89", "retention.dead_letters_days"),
            ("app_id = \"", "app_id = \"x", "bot.app_id"),
            ("sha256 = \"", "sha256 = \"zz", "sha256"),
        ] {
            let text = EXAMPLE.replacen(from, to, 1);
            assert_ne!(text, EXAMPLE, "{from} is not in the example");
            let error = Config::parse(&text, &with_secret).unwrap_err().to_string();
            assert!(error.contains(key), "{to}: {error}");
        }
    }

    #[test]
    fn a_service_has_its_own_agreed_time() {
        let seconds = |line: &str| {
            let text = EXAMPLE.replacen("sla_seconds = 20 ", line, 1);
            assert_ne!(text, EXAMPLE);
            let config = Config::parse(&text, &with_secret).unwrap();
            config.tenants[0].directory().services().next().unwrap().sla_seconds
        };
        assert_eq!(seconds("sla_seconds = 3600 "), 3600);
        assert_eq!(seconds(""), 20, "what is not said has the default");
    }

    #[test]
    fn a_database_has_one_address_and_its_password_stays_out_of_the_file() {
        let file = |section: &str| EXAMPLE.replace("path = \"beckon.db\"", section);
        let plain = file("url = \"postgres://beckon@db.example.com/beckon\"");
        assert!(Config::parse(&plain, &with_secret).unwrap().store.url.is_some());

        let from_outside = |name: &str| match name {
            "BECKON_STORE_URL" => Some("postgres://beckon:hush@db.example.com/beckon".to_owned()),
            other => with_secret(other),
        };
        let config = Config::parse(&file("pool_size = 4"), &from_outside).unwrap();
        assert!(!format!("{config:?}").contains("hush"));

        let refused = |text: &str, environment: &dyn Environment, key: &str| {
            let error = Config::parse(text, environment).unwrap_err().to_string();
            assert!(error.starts_with(key) && !error.contains("hush"), "{error}");
        };
        refused(&plain, &from_outside, "store.url");
        refused(EXAMPLE, &from_outside, "store.path");
        refused(&file("url = \"postgres://u:hush@h/d\""), &with_secret, "store.url");
        refused(&file("url = \"host=h user=u password=hush\""), &with_secret, "store.url");
        refused(&file("pool_size = 1"), &with_secret, "store.pool_size");
    }

    #[test]
    fn a_secret_may_come_from_a_file_but_not_from_both() {
        let dir = crate::testing::TempDir::new();
        let path = dir.path().join("secret");
        std::fs::write(&path, "from-file\n").unwrap();
        let path = path.display().to_string();
        let from_file = |name: &str| (name == "BECKON_BOT_SECRET_FILE").then(|| path.clone());
        assert!(Config::parse(EXAMPLE, &from_file).unwrap().bot.secret.is_some());

        let both = |name: &str| from_file(name).or_else(|| with_secret(name));
        let error = Config::parse(EXAMPLE, &both).unwrap_err().to_string();
        assert!(error.contains("BECKON_BOT_SECRET_FILE"), "{error}");
    }
}
