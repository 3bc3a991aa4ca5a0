//! A page of sessions: found together, ended one by one.

use std::pin::pin;
use std::time::Duration;

use beckon_domain::command::{Command, Envelope, Reply};
use beckon_domain::ids::{CommandId, SessionId, TenantId};
use beckon_domain::outcome::Outcome;
use futures_util::{StreamExt, stream};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::engine::{Engine, crash};
use crate::store::{Class, ExecuteError, Request, SilentPlace, StoreError};

/// How many sessions are looked at together.
const PAGE: usize = 500;
/// How many commands of the sweep wait for the store at once: it shares their commits.
const AT_ONCE: usize = 64;
/// A page that takes longer than this meets live traffic.
const FLOWING: Duration = Duration::from_secs(1);
/// The longest rest after a page that met live traffic.
const LONGEST_REST: Duration = Duration::from_secs(5);

/// What became of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// Sessions that ended.
    pub(super) ended: u64,
    /// Sessions that were left alone: somebody wrote, a max wait governs them, or they could not be
    /// ended, as a warning says.
    pub(super) spared: u64,
}

/// Where the keys of the commands come from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key {
    /// The local date: a run that goes on after a crash repeats no command.
    Day(Date),
    /// An administrator wants it now; the session's state is guard enough.
    Now,
}

/// The next page.
pub(super) async fn silent(
    engine: &Engine,
    tenant: TenantId,
    before: Timestamp,
    after: Option<SilentPlace>,
) -> Result<Vec<SilentPlace>, StoreError> {
    engine.store.silent_sessions(tenant, before, after, PAGE).await
}

/// Ends those of a page that are silent for `threshold`, behind live traffic. A stop leaves the rest
/// of them as they are; those that are under way end.
///
/// # Errors
/// [`StoreError`]; some may have ended.
pub(super) async fn end(
    engine: &Engine,
    tenant: TenantId,
    places: &[SilentPlace],
    threshold: SignedDuration,
    key: Key,
    stop: &CancellationToken,
) -> Result<Done, StoreError> {
    let began = Instant::now();
    let sessions = places.iter().map(|place| place.session);
    let ends: Vec<_> =
        sessions.map(|session| end_one(engine, tenant, session, threshold, key)).collect();
    let ends = stream::iter(ends).take_until(stop.cancelled());
    let mut ends = pin!(ends.buffer_unordered(AT_ONCE));
    let mut done = Done::default();
    while let Some(ended) = ends.next().await {
        if ended? {
            done.ended += 1;
            metrics::counter!("beckon_sweep_ended_total").increment(1);
        } else {
            done.spared += 1;
        }
    }
    // The store puts live traffic first. Where there is much of it, its disk has a rest as well.
    let took = began.elapsed();
    if took > FLOWING {
        let rest = tokio::time::sleep(took.min(LONGEST_REST));
        tokio::select! {
            () = stop.cancelled() => {}
            () = rest => {}
        }
    }
    Ok(done)
}

async fn end_one(
    engine: &Engine,
    tenant: TenantId,
    session: SessionId,
    threshold: SignedDuration,
    key: Key,
) -> Result<bool, StoreError> {
    let id = match key {
        Key::Day(date) => format!("sweep:{date}:{session}"),
        Key::Now => format!("new:{}", engine.clock.new_id()),
    };
    let command = Command::Sweep { session, threshold };
    let envelope = Envelope { tenant, id: CommandId(id), command };
    let request = Request::call(envelope).of_class(Class::Maintenance);
    match engine.store.execute(request).await {
        Ok(executed) => {
            crash::point("sweep.session");
            // What somebody else has ended since is not the sweep's.
            let swept = |outcome: &Outcome| outcome.stale();
            Ok(matches!(&executed.reply, Some(Reply::Ended { outcome, .. }) if swept(outcome)))
        }
        // The store has it as bad as all others: the page is looked at again.
        Err(ExecuteError::Store(error)) if !error.recurs() => Err(error),
        // It alone: nobody behind it waits until it is mended.
        Err(error) => {
            tracing::warn!(target: "engine.sweep", %session, %error, "a session was not swept");
            Ok(false)
        }
    }
}
