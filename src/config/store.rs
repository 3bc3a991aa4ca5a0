//! `[store]`: where data is kept.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{ConfigError, Environment, secret};

/// The variable that holds the address of a PostgreSQL database, or `…_FILE` the file with it.
const URL: &str = "BECKON_STORE_URL";

/// The section `[store]`: a SQLite file, or a PostgreSQL database for one node or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Section")]
pub struct Store {
    /// The SQLite file. Default `beckon.db` in the working folder. It is created when missing.
    pub path: PathBuf,
    /// The PostgreSQL database that is used instead, e.g. `postgres://beckon@db.example.com/beckon`.
    /// With a password it comes from `BECKON_STORE_URL` or `BECKON_STORE_URL_FILE`.
    pub url: Option<SecretString>,
    /// The most connections to PostgreSQL that commands and reads use, 2–200; one more listens for
    /// other nodes. Default 16.
    pub pool_size: usize,
    path_given: bool,
}

/// The section as it stands in the file.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Section {
    path: Option<PathBuf>,
    url: Option<String>,
    pool_size: Option<usize>,
}

impl From<Section> for Store {
    fn from(section: Section) -> Self {
        Self {
            path_given: section.path.is_some(),
            path: section.path.unwrap_or_else(|| PathBuf::from("beckon.db")),
            url: section.url.map(SecretString::from),
            pool_size: section.pool_size.unwrap_or(16),
        }
    }
}

impl Default for Store {
    fn default() -> Self {
        Section::default().into()
    }
}

impl Store {
    /// Takes the address from the environment where it is there, and checks the section.
    pub(super) fn complete(&mut self, environment: &dyn Environment) -> Result<(), ConfigError> {
        if self.url.as_ref().is_some_and(has_password) {
            return Err(ConfigError::invalid(
                "store.url",
                format!("holds a password; take it out of the file and set {URL} to the whole URL"),
            ));
        }
        if let Some(url) = secret::read(URL, environment)? {
            if self.url.is_some() {
                return Err(ConfigError::invalid(
                    "store.url",
                    format!("{URL} is set too; keep one of the two"),
                ));
            }
            self.url = Some(url);
        }
        if self.path_given && self.url.is_some() {
            return Err(ConfigError::invalid(
                "store.path",
                "a PostgreSQL database is configured too; keep one of the two",
            ));
        }
        if !(2..=200).contains(&self.pool_size) {
            return Err(ConfigError::invalid("store.pool_size", "must be from 2 to 200"));
        }
        Ok(())
    }
}

/// Whether a connection string, as a URL or as pairs, holds a password. One that cannot be read
/// is refused where it is used.
fn has_password(url: &SecretString) -> bool {
    let config = url.expose_secret().parse::<tokio_postgres::Config>();
    config.is_ok_and(|config| config.get_password().is_some())
}
