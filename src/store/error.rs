//! What can go wrong in a store.

use beckon_domain::step::Rejection;
use thiserror::Error;

/// A failure of the store. Nothing of the command was written, unless it says otherwise.
#[derive(Clone, Debug, Error)]
pub enum StoreError {
    /// The database answered with an error.
    #[error("database: {0}")]
    Database(String),
    /// The database cannot be used as it is configured. Names the key and the mend.
    #[error("{0}")]
    Connect(String),
    /// A row does not decode: it was written by something else or damaged.
    #[error("inconsistent row in {table}: {detail}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// The schema was written by a newer Beckon.
    #[error(
        "the database has schema {found}, this program knows up to {known}: run the newer program"
    )]
    NewerSchema {
        /// What the database has.
        found: u32,
        /// What this program knows.
        known: u32,
    },
    /// A migration that was already applied differs from the one in this program.
    #[error("migration {number} differs from the one that was applied: restore the original file")]
    MigrationChanged {
        /// Its number.
        number: u32,
    },
    /// Another process has the database open.
    #[error("another process has {0} open: stop it, or use another path in [store]")]
    Locked(String),
    /// Others changed the same rows at the same time, again and again. Nothing was written.
    #[error("the rows are too busy: try again")]
    Conflict,
    /// The store is shutting down; the command was not carried out.
    #[error("the store is not available: {0}")]
    Unavailable(&'static str),
    /// A rule panicked; the command was not carried out.
    #[error("a rule failed; it was logged")]
    Panicked,
}

impl StoreError {
    pub(crate) fn inconsistent(table: &'static str, detail: impl std::fmt::Display) -> Self {
        Self::Inconsistent { table, detail: format!("{detail}") }
    }

    /// Whether it lies in what was asked for: the same again fails again, and anything else does
    /// not.
    pub(crate) fn recurs(&self) -> bool {
        matches!(self, Self::Inconsistent { .. } | Self::Panicked)
    }
}

/// Why a command was not carried out.
#[derive(Clone, Debug, Error)]
pub enum ExecuteError {
    /// The rules refuse it.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its sender gave up before it was begun: it is not carried out, and never will be.
    #[error("cancelled before it was begun")]
    Cancelled,
    /// The time was up and it is being carried out: its effect will show. Not an error of the
    /// command; nobody may say that it failed.
    #[error("still being carried out")]
    UnderWay,
}
