//! `[store]`: where data is kept.

use std::path::PathBuf;

use serde::Deserialize;

/// The section `[store]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// The SQLite file. Default `beckon.db` in the working folder. It is created when missing.
    pub path: PathBuf,
}

impl Default for Store {
    fn default() -> Self {
        Self { path: PathBuf::from("beckon.db") }
    }
}
