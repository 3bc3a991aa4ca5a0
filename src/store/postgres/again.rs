//! Running something again, until it is clear what became of it.

use std::time::Duration;

use tokio::time::Instant;

use super::Core;
use super::fault::Fault;
use super::link::Link;
use super::sql::{Answer, Query};
use crate::store::StoreError;

/// How often something is run again because others were in its way.
const CONFLICTS: u32 = 20;
/// For how long it looks for a server that went away.
const PATIENCE: Duration = Duration::from_secs(10);
/// The first pause before it is run again; each one is twice as long.
const PAUSE: Duration = Duration::from_millis(4);
/// The longest pause.
const LONGEST: Duration = Duration::from_millis(500);

/// Something that is written beside commands. It can be run again from its beginning, even when it
/// had gone through the first time and nobody could be told.
pub(super) trait Work: Sync {
    /// What it gives.
    type Done: Send;

    /// Does it, in transactions of its own.
    fn run(&self, link: &mut Link) -> impl Future<Output = Result<Self::Done, StoreError>> + Send;
}

/// Statements that are each a transaction of its own.
pub(super) struct OneByOne(pub(super) Vec<Query>);

impl Work for OneByOne {
    type Done = Vec<Answer>;

    async fn run(&self, link: &mut Link) -> Result<Vec<Answer>, StoreError> {
        link.one_by_one(&self.0).await
    }
}

/// What was tried so far.
pub(super) struct Tries {
    until: Instant,
    conflicts: u32,
    losses: u32,
}

impl Tries {
    pub(super) fn new() -> Self {
        Self { until: Instant::now() + PATIENCE, conflicts: 0, losses: 0 }
    }

    /// Whether it is worth another try after this fault, and how many there were.
    fn next(&mut self, fault: Option<Fault>) -> Option<u32> {
        let tries = match fault? {
            Fault::Conflict if self.conflicts < CONFLICTS => &mut self.conflicts,
            Fault::Lost if Instant::now() < self.until => &mut self.losses,
            Fault::Conflict | Fault::Lost | Fault::Final => return None,
        };
        *tries += 1;
        Some(*tries)
    }
}

impl Core {
    /// Waits a little before another try. False: there is none.
    pub(super) async fn again(&self, tries: &mut Tries, fault: Option<Fault>) -> bool {
        let Some(count) = tries.next(fault) else { return false };
        metrics::counter!("beckon_store_reruns_total").increment(1);
        let longest = PAUSE.saturating_mul(1 << count.min(8)).min(LONGEST);
        // Who met in one place must not meet again in the next.
        let mut byte = [0];
        self.clock.random(&mut byte);
        tokio::time::sleep(longest.mul_f64(0.5 + f64::from(byte[0]) / 512.0)).await;
        true
    }

    /// Does what is written beside commands.
    pub(super) async fn work<W: Work>(&self, work: W) -> Result<W::Done, StoreError> {
        let mut tries = Tries::new();
        loop {
            let (error, fault) = match self.link().await {
                Ok(mut link) => match work.run(&mut link).await {
                    Ok(done) => return Ok(done),
                    Err(error) => (error, link.fault()),
                },
                Err((error, fault)) => (error, Some(fault)),
            };
            if !self.again(&mut tries, fault).await {
                return Err(error);
            }
        }
    }

    /// Carries out statements that are each a transaction of its own.
    pub(super) async fn one_by_one(&self, queries: Vec<Query>) -> Result<Vec<Answer>, StoreError> {
        self.work(OneByOne(queries)).await
    }

    /// Carries out a statement that touches one row or none. Whether it was one.
    pub(super) async fn wrote_one(&self, query: Query) -> Result<bool, StoreError> {
        let answers = self.one_by_one(vec![query]).await?;
        Ok(answers.first().is_some_and(|answer| answer.count == 1))
    }
}
