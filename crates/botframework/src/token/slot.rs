//! The cache of one token: early refresh, single flight, and no stampede on failure.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::task::AbortHandle;

use super::access_token::AccessToken;
use super::error::TokenError;
use super::fetch::Fetch;
use crate::jitter::Jitter;

/// A token is renewed this long before it expires, or a tenth of its life, whichever is more.
const EARLY: Duration = Duration::from_mins(5);
/// A token this close to its end is not used any more: it has to survive the way there.
const TOO_LATE: Duration = Duration::from_secs(10);
/// After a failure nobody asks again for this long; without it, every send of a busy bot would
/// be a request to an endpoint that is down or has just refused.
const COOL_DOWN: Duration = Duration::from_secs(5);
/// A refused token that was issued within this time is kept: whatever makes the connector
/// refuse it, another from the same endpoint would be refused as well.
const TOO_YOUNG: Duration = Duration::from_mins(1);

type Outcome = Result<AccessToken, TokenError>;

/// A request under way.
#[derive(Debug, Clone)]
struct Flight {
    outcome: Shared<BoxFuture<'static, Outcome>>,
    task: AbortHandle,
}

/// Where one kind of token is kept.
#[derive(Debug, Default)]
pub(super) struct Slot {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    cached: Option<Cached>,
    /// The one request under way; everybody who needs its result holds a clone.
    flight: Option<Flight>,
    /// The last failure, and until when it is the answer.
    failed: Option<(SystemTime, TokenError)>,
}

#[derive(Debug)]
struct Cached {
    token: AccessToken,
    since: SystemTime,
    refresh_at: SystemTime,
    unusable_at: SystemTime,
}

impl Slot {
    /// The cached token, or the result of the one request under way.
    ///
    /// A token that is due for renewal is still handed out while the renewal runs, so no send
    /// waits for it, and an outage of the endpoint is felt only when the token has expired.
    pub(super) async fn get(
        self: &Arc<Self>,
        now: SystemTime,
        fetch: impl FnOnce() -> Fetch,
    ) -> Outcome {
        let flight = {
            let mut state = self.lock();
            let state = &mut *state;
            let usable = state.cached.as_ref().filter(|cached| now < cached.unusable_at);
            if let Some(cached) = usable
                && now < cached.refresh_at
            {
                return Ok(cached.token.clone());
            }
            let cooling = state.failed.as_ref().filter(|(until, _)| now < *until);
            // One that ended without landing died with its runtime: waiting for it is in vain.
            let flight = state.flight.as_ref().filter(|flight| !flight.task.is_finished());
            match (usable, cooling, flight) {
                (Some(cached), Some(_), _) | (Some(cached), _, Some(_)) => {
                    return Ok(cached.token.clone());
                }
                (None, _, Some(flight)) => flight.clone(),
                (None, Some((_, error)), None) => return Err(error.clone()),
                (usable, None, None) => {
                    let token = usable.map(|cached| cached.token.clone());
                    let flight = self.start(fetch());
                    state.flight = Some(flight.clone());
                    if let Some(token) = token {
                        return Ok(token);
                    }
                    flight
                }
            }
        };
        flight.outcome.await
    }

    /// Forgets `token` if it is still the cached one.
    pub(super) fn invalidate(&self, token: &AccessToken) {
        let mut state = self.lock();
        if state.cached.as_ref().is_some_and(|cached| cached.token.is(token)) {
            state.cached = None;
        }
    }

    /// Forgets `token` if it is still the cached one and not too young for that. Whether the
    /// next to ask gets another.
    pub(super) fn drop_refused(&self, token: &AccessToken, now: SystemTime) -> bool {
        let mut state = self.lock();
        if let Some(cached) = state.cached.as_ref().filter(|cached| cached.token.is(token)) {
            if now.duration_since(cached.since).unwrap_or_default() < TOO_YOUNG {
                return false;
            }
            state.cached = None;
        }
        true
    }

    /// Starts the request as a task of its own: a caller who gives up cancels nobody's token.
    fn start(self: &Arc<Self>, fetch: Fetch) -> Flight {
        let slot = Arc::clone(self);
        let task = tokio::spawn(async move {
            let result = fetch.run().await;
            slot.land(result, fetch.clock.now(), &fetch.jitter)
        });
        Flight {
            task: task.abort_handle(),
            outcome: async move { task.await.unwrap_or(Err(TokenError::Abandoned)) }
                .boxed()
                .shared(),
        }
    }

    /// Notes the result of the flight.
    fn land(
        &self,
        result: Result<(AccessToken, Duration), TokenError>,
        now: SystemTime,
        jitter: &Jitter,
    ) -> Outcome {
        let mut state = self.lock();
        state.flight = None;
        match result {
            Ok((token, life)) => {
                let expires_at = token.expires_at().unwrap_or(now + life);
                // At most half of a short life goes to waste.
                let early = EARLY.max(life / 10).min(life / 2);
                let early = early + jitter.up_to(early / 10);
                state.failed = None;
                state.cached = Some(Cached {
                    token: token.clone(),
                    since: now,
                    refresh_at: expires_at.checked_sub(early).unwrap_or(now),
                    unusable_at: expires_at.checked_sub(TOO_LATE.min(life / 10)).unwrap_or(now),
                });
                Ok(token)
            }
            Err(error) => {
                tracing::warn!(%error, reason = error.reason(), "no token");
                state.failed = Some((now + COOL_DOWN, error.clone()));
                Err(error)
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
