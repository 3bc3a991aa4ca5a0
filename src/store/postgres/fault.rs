//! What an error of the database means for the transaction it came in.

use deadpool_postgres::PoolError;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::store::StoreError;

/// What is to be done about an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// Somebody else was in the way; nothing was written. The command is run again.
    Conflict,
    /// The connection is gone, or the server is going or coming. The command is run again on
    /// another one; if its commit had left, whether it went through is not known.
    Lost,
    /// Running it again would end the same way.
    Final,
}

impl Fault {
    pub(super) fn of(error: &Error) -> Self {
        let Some(state) = error.code() else {
            // Without a code it did not come from the server: the connection broke, or a value
            // could not be read, which no repetition mends.
            return if is_transport(error) { Self::Lost } else { Self::Final };
        };
        if CONFLICTS.contains(state) {
            Self::Conflict
        } else if LOST.contains(state) || state.code().starts_with("08") {
            Self::Lost
        } else {
            Self::Final
        }
    }

    pub(super) fn of_pool(error: &PoolError) -> Self {
        match error {
            PoolError::Backend(error) => Self::of(error),
            PoolError::Timeout(_) => Self::Lost,
            PoolError::Closed | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                Self::Final
            }
        }
    }
}

const CONFLICTS: [SqlState; 4] = [
    SqlState::T_R_SERIALIZATION_FAILURE,
    SqlState::T_R_DEADLOCK_DETECTED,
    // A row that did not exist when it was looked for: the guards on rows that cannot be locked.
    SqlState::UNIQUE_VIOLATION,
    SqlState::LOCK_NOT_AVAILABLE,
];

const LOST: [SqlState; 8] = [
    SqlState::ADMIN_SHUTDOWN,
    SqlState::CRASH_SHUTDOWN,
    SqlState::CANNOT_CONNECT_NOW,
    SqlState::TOO_MANY_CONNECTIONS,
    SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    // The connection leads to a standby now, after a fail-over.
    SqlState::READ_ONLY_SQL_TRANSACTION,
    // A pooler handed us a server process that a prepared statement is missing in.
    SqlState::INVALID_SQL_STATEMENT_NAME,
    SqlState::DUPLICATE_PSTATEMENT,
];

fn is_transport(error: &Error) -> bool {
    use std::error::Error as _;
    error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// The error in words: the server's own message, where there is one.
pub(super) fn words(error: &Error) -> String {
    match error.as_db_error() {
        Some(error) => format!("{} ({})", error.message(), error.code().code()),
        None => chain(error),
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        Self::Database(words(&error))
    }
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => error.into(),
            PoolError::Timeout(_) => Self::Unavailable("no connection became free in time"),
            PoolError::Closed => Self::Unavailable("shutting down"),
            other => Self::Database(other.to_string()),
        }
    }
}
