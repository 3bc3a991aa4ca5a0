//! Reaches the store for a command: through the server that runs, or directly when none does. A
//! PostgreSQL database is everybody's, so there is no need to ask.

use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::admin::{self, Answer, AskError, Desk, Question};
use crate::app;
use crate::clock::{SharedClock, SystemClock};
use crate::config::Config;
use crate::engine::{Engine, Executor, Signals};
use crate::store::Store;

/// Where questions are answered, for as many as a command has.
pub(super) struct Office<'c> {
    config: &'c Config,
    /// A store that this process opened.
    own: Option<(Desk, Arc<dyn Store>)>,
}

impl<'c> Office<'c> {
    /// Looks for nothing yet.
    pub(super) fn new(config: &'c Config) -> Self {
        Self { config, own: None }
    }

    /// Gets an answer, or an error in words for an administrator.
    pub(super) async fn ask(&mut self, question: Question) -> anyhow::Result<Answer> {
        if self.own.is_some() || self.config.store.url.is_some() {
            return self.directly(question).await;
        }
        let path = &self.config.store.path;
        match admin::ask(path, &question).await {
            Ok(answer) => granted(answer),
            Err(error @ AskError::Unreadable(_)) => Err(error.into()),
            Err(AskError::Nobody { .. }) if !path.exists() => {
                bail!(
                    "there is no database at {} (store.path): `beckon serve` makes it",
                    path.display()
                )
            }
            Err(nobody @ AskError::Nobody { .. }) => {
                self.directly(question).await.with_context(|| nobody.to_string())
            }
        }
    }

    /// Opens the store, if it is not open.
    async fn directly(&mut self, question: Question) -> anyhow::Result<Answer> {
        if self.own.is_none() {
            let directory = Arc::new(app::directory(self.config));
            let clock: SharedClock = Arc::new(SystemClock);
            let signals = Arc::new(Signals::default());
            let executor = Executor::new(Arc::clone(&directory));
            let store = app::open_store(&self.config.store, executor, &clock, &signals).await?;
            let engine = Engine::new(Arc::clone(&store), directory, clock, signals)
                .with_retention(self.config.retention.of_engine());
            self.own = Some((Desk::new(engine), store));
        }
        let Some((desk, _)) = &self.own else { bail!("the store did not stay open") };
        granted(desk.answer(question).await)
    }

    /// Closes what was opened.
    pub(super) async fn close(self) {
        if let Some((_, store)) = self.own {
            store.close().await;
        }
    }
}

/// Gets one answer, or an error in words for an administrator.
pub(super) async fn ask(config: &Config, question: Question) -> anyhow::Result<Answer> {
    let mut office = Office::new(config);
    let answer = office.ask(question).await;
    office.close().await;
    answer
}

fn granted(answer: Answer) -> anyhow::Result<Answer> {
    match answer {
        Answer::Refused { reason } => bail!(reason),
        granted => Ok(granted),
    }
}

/// An answer to another question.
pub(super) fn unexpected(answer: &Answer) -> anyhow::Error {
    anyhow::anyhow!("the server answered something else: {answer:?}")
}
