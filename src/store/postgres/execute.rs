//! Runs a command until it is clear what became of it.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use super::Core;
use super::again::Tries;
use super::fault::Fault;
use super::tx::PostgresTransaction;
use crate::engine::{Executed, Wakes};
use crate::store::{Class, ExecuteError, Request, StoreError};

/// Everyone looks: what exactly a command did is not known where this is used.
const EVERYTHING: Wakes =
    Wakes { cards: true, timers: true, matcher: true, effects: true, follow_ups: true, feed: true };

/// One run of a command that did not come to its end.
struct Failed {
    error: ExecuteError,
    fault: Option<Fault>,
    /// Whether the commit was on its way: it may have gone through.
    committing: bool,
}

impl Failed {
    fn before(error: impl Into<ExecuteError>, fault: Option<Fault>) -> Self {
        Self { error: error.into(), fault, committing: false }
    }
}

impl Core {
    /// Carries out a command. What conflicts is run again, and so is what was cut off: after a
    /// commit whose answer was lost, the row of the command's key tells whether it went through,
    /// and so does the row of the timer or follow-up that it took away.
    pub(super) async fn execute(&self, request: &Request) -> Result<Executed, ExecuteError> {
        let _turn = match request.class {
            Class::Live => None,
            // Closed never: the store waits for what runs before it drops this.
            Class::Maintenance => self.maintenance.acquire().await.ok(),
        };
        let (mut tries, mut unknown) = (Tries::new(), false);
        loop {
            let failed = match self.attempt(request).await {
                Ok(executed) if unknown && executed.repeated => {
                    // The first run did it and could tell nobody.
                    let tenant = Some(request.envelope.tenant);
                    return Ok(Executed { tenant, wakes: EVERYTHING, ..executed });
                }
                Ok(executed) => return Ok(executed),
                Err(failed) => failed,
            };
            unknown |= failed.committing && failed.fault == Some(Fault::Lost);
            let command = request.envelope.id.as_str();
            tracing::debug!(target: "store.postgres", command, error = %failed.error, "cut off");
            if !self.again(&mut tries, failed.fault).await {
                return Err(match failed.fault {
                    _ if unknown => in_doubt(&failed.error),
                    Some(Fault::Conflict) => StoreError::Conflict.into(),
                    _ => failed.error,
                });
            }
        }
    }

    async fn attempt(&self, request: &Request) -> Result<Executed, Failed> {
        let mut link =
            self.link().await.map_err(|(error, fault)| Failed::before(error, Some(fault)))?;
        // Waiting for a connection was waiting for its turn; from here on it is under way.
        if !request.begin() {
            return Err(Failed::before(ExecuteError::Cancelled, None));
        }
        let mut tx = PostgresTransaction::new(&mut link, request.envelope.tenant);
        let now = self.clock.now();
        let decided = AssertUnwindSafe(self.executor.execute(&mut tx, request, now, &*self.clock))
            .catch_unwind()
            .await;
        match decided {
            Ok(Ok(executed)) => match tx.commit().await {
                Ok(()) => Ok(executed),
                Err(error) => {
                    Err(Failed { error: error.into(), fault: link.fault(), committing: true })
                }
            },
            Ok(Err(ExecuteError::Store(StoreError::Conflict))) => {
                Err(Failed::before(StoreError::Conflict, Some(Fault::Conflict)))
            }
            Ok(Err(error)) => Err(Failed::before(error, link.fault())),
            Err(_) => {
                let command = request.envelope.id.as_str();
                tracing::error!(target: "store.postgres", command, "a rule panicked");
                Err(Failed::before(StoreError::Panicked, None))
            }
        }
    }
}

fn in_doubt(error: &ExecuteError) -> ExecuteError {
    StoreError::Database(format!(
        "{error}; whether the command was carried out is not known: send the same one again"
    ))
    .into()
}
