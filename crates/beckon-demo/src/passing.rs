//! Letting time pass: from one thing that is due to the next, so that each happens when it should.
//!
//! A leap over a whole day would not do: a ring whose time ran out hours ago was missed by nobody,
//! Beckon was away. So the clock stops wherever something is due, and at least every quarter of an
//! hour, until all is quiet again.

use std::sync::Arc;
use std::time::Duration;

use beckon::clock::Clock as _;
use beckon::engine::Engine;
use beckon::store::{Class, NodeId, OutboxEntry, StoreError};
use beckon_domain::ids::TenantId;
use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep};

use crate::clock::DemoClock;

/// The longest step: what is due without a timer, such as another try of a delivery, is looked at.
const STEP: SignedDuration = SignedDuration::from_mins(15);
/// How long a step waits for what is under way: as long as Teams may make a bot wait that has used
/// its share of half a minute up. What takes longer is left behind.
const PATIENCE: Duration = Duration::from_secs(40);
/// How often it is looked whether all is quiet.
const LOOK: Duration = Duration::from_millis(4);
/// How many looks in a row must find it so, for one thing leads to the next.
const LOOKS: u32 = 3;
/// How many while a session waits: it does so until it is offered, or because nobody is free.
const LOOKS_AT_A_QUEUE: u32 = 25;
/// How many deliveries are looked at.
const LOOKED_AT: usize = 64;
/// The morning to which a day is passed.
const MORNING: i64 = 9;
/// How much of a night lies before it at least, so that the daily sweep finds what is silent.
const NIGHT: SignedDuration = SignedDuration::from_hours(12);

/// The hand at the clock.
#[derive(Debug)]
pub(crate) struct Passing {
    clock: Arc<DemoClock>,
    engine: Engine,
}

impl Passing {
    /// Moves the clock that `engine` reads.
    pub(crate) fn new(clock: Arc<DemoClock>, engine: Engine) -> Self {
        Self { clock, engine }
    }

    /// The demo's clock.
    pub(crate) fn clock(&self) -> &DemoClock {
        &self.clock
    }

    /// The morning after the night that comes, in the first tenant's zone.
    pub(crate) fn morning(&self) -> Timestamp {
        self.morning_after(NIGHT)
    }

    /// The next morning, which may be a few hours away.
    pub(crate) fn next_morning(&self) -> Timestamp {
        self.morning_after(SignedDuration::ZERO)
    }

    /// The first morning that is at least so far away.
    fn morning_after(&self, away: SignedDuration) -> Timestamp {
        let directory = self.engine.directory();
        let tenant = directory.tenant_ids().next().and_then(|id| directory.tenant(id));
        let zone = tenant.map_or(jiff::tz::TimeZone::UTC, beckon::directory::Tenant::zone);
        let from = self.clock.now() + away;
        let morning = Time::midnight().saturating_add(SignedDuration::from_hours(MORNING));
        let today = from.to_zoned(zone.clone()).date();
        let mornings = [Some(today), today.tomorrow().ok()].into_iter().flatten();
        let mut mornings = mornings.filter_map(|day| {
            let morning = day.to_datetime(morning).to_zoned(zone.clone()).ok()?;
            Some(morning.timestamp())
        });
        mornings.find(|morning| *morning >= from).unwrap_or(from)
    }

    /// Lets time pass until an instant.
    ///
    /// # Errors
    /// [`StoreError`]: it cannot be seen what is due.
    pub(crate) async fn until(&self, instant: Timestamp) -> Result<(), StoreError> {
        loop {
            self.settle().await?;
            let now = self.clock.now();
            if now >= instant {
                return Ok(());
            }
            let mut next = instant.min(now + STEP);
            for tenant in self.tenants() {
                let (_, due) = self.engine.store().due_timers(tenant, now, 1).await?;
                let swept = self.engine.directory().tenant(tenant);
                let swept = swept.and_then(|tenant| tenant.sweep().daily.next(now));
                next = due.into_iter().chain(swept).filter(|at| *at > now).fold(next, Ord::min);
            }
            self.clock.move_to(next);
            self.engine.signals().clock_moved();
        }
    }

    /// Lets so much time pass.
    ///
    /// # Errors
    /// As [`Passing::until`].
    pub(crate) async fn by(&self, span: SignedDuration) -> Result<(), StoreError> {
        self.until(self.clock.now() + span).await
    }

    /// Waits until nothing is due or on its way.
    async fn settle(&self) -> Result<(), StoreError> {
        let begin = Instant::now();
        let (mut quiet, mut wanted) = (0, LOOKS);
        while quiet < wanted && begin.elapsed() < PATIENCE {
            quiet = if self.quiet().await? { quiet + 1 } else { 0 };
            let queue = self.engine.store().waiting(None, 1).await?;
            wanted = if queue.is_empty() { LOOKS } else { LOOKS_AT_A_QUEUE };
            sleep(LOOK).await;
        }
        Ok(())
    }

    async fn quiet(&self) -> Result<bool, StoreError> {
        let (store, now) = (self.engine.store(), self.clock.now());
        let tenants: Vec<TenantId> = self.tenants().collect();
        for tenant in &tenants {
            if !store.due_timers(*tenant, now, 1).await?.0.is_empty()
                || self.sweeps(*tenant).await?
            {
                return Ok(false);
            }
        }
        if !store.follow_ups(0, 1).await?.is_empty() {
            return Ok(false);
        }
        // On SQLite nothing is claimed by looking.
        let node = NodeId(uuid::Uuid::nil());
        let lease = SignedDuration::ZERO;
        for class in Class::ALL {
            if !store.claim_cards(&tenants, class, node, now, lease, 1).await?.0.is_empty() {
                return Ok(false);
            }
        }
        let fresh = |entry: &OutboxEntry| !entry.dead && entry.attempts == 0;
        Ok(!store.outbox(0, false, LOOKED_AT).await?.iter().any(fresh))
    }

    /// Whether a sweep is due or under way.
    async fn sweeps(&self, tenant: TenantId) -> Result<bool, StoreError> {
        let rules = self.engine.directory().tenant(tenant).map(beckon::directory::Tenant::sweep);
        let due = rules.and_then(|rules| rules.daily.due(self.clock.now()));
        let state = self.engine.store().sweep(tenant).await?;
        Ok(match (due, state) {
            (Some(due), Some((state, _))) => state.done < due || state.run.is_some(),
            _ => false,
        })
    }

    fn tenants(&self) -> impl Iterator<Item = TenantId> {
        self.engine.directory().tenant_ids()
    }
}
