//! What waits for the writer: fair between tenants, live traffic before maintenance.

use std::collections::{HashMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use beckon_domain::ids::TenantId;

use super::job::Job;
use crate::store::{Class, StoreError};

/// After this many live jobs in a row one of maintenance gets its turn, so that a busy day delays
/// maintenance and never stops it.
const LIVE_IN_A_ROW: u32 = 64;

/// The queue between callers and the writer thread.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    filled: Condvar,
}

#[derive(Default)]
struct State {
    live: Lanes,
    maintenance: Lanes,
    live_in_a_row: u32,
    closed: bool,
}

/// What the writer gets when it asks for work.
pub(super) enum Next {
    /// A job.
    Job(Box<dyn Job>),
    /// There was none for the whole time: upkeep can be done.
    Idle,
    /// There is none, and there will be none.
    Closed,
}

impl Queue {
    /// Adds a job at the end of its tenant's line.
    pub(super) fn push(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let mut state = self.lock();
        if state.closed {
            return Err(StoreError::Unavailable("shutting down"));
        }
        match job.class() {
            Class::Live => state.live.push(job),
            Class::Maintenance => state.maintenance.push(job),
        }
        drop(state);
        self.filled.notify_one();
        Ok(())
    }

    /// The next job; waits for one, at most `idle`.
    pub(super) fn next(&self, idle: Duration) -> Next {
        let (mut state, _) = self
            .filled
            .wait_timeout_while(self.lock(), idle, |state| !state.closed && state.len() == 0)
            .unwrap_or_else(PoisonError::into_inner);
        match state.pop() {
            Some(job) => Next::Job(job),
            None if state.closed => Next::Closed,
            None => Next::Idle,
        }
    }

    /// The next job, if there is one now.
    pub(super) fn try_next(&self) -> Option<Box<dyn Job>> {
        self.lock().pop()
    }

    /// How many jobs wait.
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Lets what waits be done and refuses what comes later.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl State {
    fn len(&self) -> usize {
        self.live.len + self.maintenance.len
    }

    fn pop(&mut self) -> Option<Box<dyn Job>> {
        let overdue = self.live_in_a_row >= LIVE_IN_A_ROW && self.maintenance.len > 0;
        if !overdue && let Some(job) = self.live.pop() {
            self.live_in_a_row = self.live_in_a_row.saturating_add(1);
            return Some(job);
        }
        self.live_in_a_row = 0;
        self.maintenance.pop()
    }
}

/// One line per tenant; the tenants take turns.
#[derive(Default)]
struct Lanes {
    lines: HashMap<Option<TenantId>, VecDeque<Box<dyn Job>>>,
    turns: VecDeque<Option<TenantId>>,
    len: usize,
}

impl Lanes {
    fn push(&mut self, job: Box<dyn Job>) {
        let tenant = job.tenant();
        let line = self.lines.entry(tenant).or_default();
        if line.is_empty() {
            self.turns.push_back(tenant);
        }
        line.push_back(job);
        self.len += 1;
    }

    fn pop(&mut self) -> Option<Box<dyn Job>> {
        let tenant = self.turns.pop_front()?;
        let line = self.lines.get_mut(&tenant)?;
        let job = line.pop_front();
        if line.is_empty() {
            self.lines.remove(&tenant);
        } else {
            self.turns.push_back(tenant);
        }
        self.len -= usize::from(job.is_some());
        job
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;
    use uuid::Uuid;

    use super::super::job::{Context, Ran};
    use super::*;
    use crate::engine::Signals;

    struct Named(u128, Class);

    impl Job for Named {
        fn tenant(&self) -> Option<TenantId> {
            Some(TenantId(Uuid::from_u128(self.0)))
        }
        fn class(&self) -> Class {
            self.1
        }
        fn begin(&self) -> bool {
            true
        }
        fn run(&mut self, _: &mut Connection, _: &Context) -> Ran {
            Ran::Keep
        }
        fn answer(self: Box<Self>, _: Result<(), StoreError>, _: &Signals) {}
    }

    fn order(queue: &Queue) -> Vec<u128> {
        std::iter::from_fn(|| queue.try_next())
            .map(|job| job.tenant().unwrap().0.as_u128())
            .collect()
    }

    #[test]
    fn tenants_take_turns_and_each_keeps_its_order() {
        let queue = Queue::default();
        for tenant in [1, 1, 1, 1, 2, 3, 2] {
            queue.push(Box::new(Named(tenant, Class::Live))).unwrap();
        }
        assert_eq!(order(&queue), [1, 2, 3, 1, 2, 1, 1]);
    }

    #[test]
    fn maintenance_yields_and_does_not_starve() {
        let queue = Queue::default();
        queue.push(Box::new(Named(9, Class::Maintenance))).unwrap();
        for _ in 0..100 {
            queue.push(Box::new(Named(1, Class::Live))).unwrap();
        }
        let order = order(&queue);
        assert_eq!(order.iter().position(|tenant| *tenant == 9), Some(LIVE_IN_A_ROW as usize));
        assert_eq!(order.len(), 101);
    }

    #[test]
    fn a_closed_queue_hands_out_the_rest_and_takes_nothing_new() {
        let queue = Queue::default();
        queue.push(Box::new(Named(1, Class::Live))).unwrap();
        queue.close();
        assert!(queue.push(Box::new(Named(1, Class::Live))).is_err());
        assert!(matches!(queue.next(Duration::ZERO), Next::Job(_)));
        assert!(matches!(queue.next(Duration::ZERO), Next::Closed));
    }
}
