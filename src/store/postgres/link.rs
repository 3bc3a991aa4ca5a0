//! A connection out of the pool, with the transaction that may be open on it.

use deadpool_postgres::Object;
use futures_util::FutureExt;

use super::fault::Fault;
use super::sql::{self, Answer, Query, Statements, query};
use crate::store::StoreError;

/// Opens a transaction of a command. A wait for somebody else's lock ends by itself, and so does a
/// transaction whose program went away without a word.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/// A connection in use. Whatever happens to its user, it goes back without an open transaction.
pub(super) struct Link {
    client: Object,
    how: Statements,
    open: bool,
    fault: Option<Fault>,
}

impl Link {
    pub(super) fn new(client: Object, how: Statements) -> Self {
        Self { client, how, open: false, fault: None }
    }

    /// What the first error that came over this connection means.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Notes an error that was found on this side.
    pub(super) fn blame(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }

    /// Carries out the queries in one round trip. Opens a transaction before them where none is.
    pub(super) async fn in_transaction(
        &mut self,
        mut queries: Vec<Query>,
    ) -> Result<Vec<Answer>, StoreError> {
        if self.open {
            return self.run(&queries).await;
        }
        queries.insert(0, query!(BEGIN));
        self.open = true;
        let mut answers = self.run(&queries).await?;
        answers.remove(0);
        Ok(answers)
    }

    /// Carries out the last queries of the transaction and ends it, in one round trip. Should one
    /// of them fail, the server makes a rollback of the commit.
    pub(super) async fn commit(
        &mut self,
        mut queries: Vec<Query>,
    ) -> Result<Vec<Answer>, StoreError> {
        queries.push(query!("COMMIT"));
        let answers = self.run(&queries).await?;
        self.open = false;
        Ok(answers)
    }

    /// Carries out reads in one round trip. More than one see the same state of the database.
    pub(super) async fn read(
        &mut self,
        mut queries: Vec<Query>,
    ) -> Result<Vec<Answer>, StoreError> {
        if queries.len() == 1 {
            return self.run(&queries).await;
        }
        queries.insert(0, query!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
        queries.push(query!("COMMIT"));
        self.open = true;
        let mut answers = self.run(&queries).await?;
        self.open = false;
        answers.remove(0);
        answers.truncate(queries.len() - 2);
        Ok(answers)
    }

    /// Carries out statements without parameters in the open transaction.
    pub(super) async fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        self.client.batch_execute(sql).await.map_err(|error| {
            self.blame(Fault::of(&error));
            error.into()
        })
    }

    /// Carries out statements that are each a transaction of its own, in one round trip.
    pub(super) async fn one_by_one(
        &mut self,
        queries: &[Query],
    ) -> Result<Vec<Answer>, StoreError> {
        self.run(queries).await
    }

    async fn run(&mut self, queries: &[Query]) -> Result<Vec<Answer>, StoreError> {
        sql::run(&self.client, self.how, queries).await.map_err(|error| {
            self.blame(Fault::of(&error));
            error.into()
        })
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if self.open {
            // Polled once, the statement is on its way, before anything that the next user sends.
            // Nobody needs its answer; on a broken connection there is nothing to roll back.
            let _sent = self.client.batch_execute("ROLLBACK").now_or_never();
        }
    }
}
