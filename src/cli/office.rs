//! Reaches the store for a command: through the server that runs, or directly when none does. A
//! PostgreSQL database is everybody's, so there is no need to ask.

use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::admin::{self, Answer, AskError, Desk, Question};
use crate::app;
use crate::clock::{SharedClock, SystemClock};
use crate::config::Config;
use crate::engine::{Engine, Executor, Signals};

/// Gets an answer, or an error in words for an administrator.
pub(super) async fn ask(config: &Config, question: Question) -> anyhow::Result<Answer> {
    if config.store.url.is_some() {
        return directly(config, question).await;
    }
    let path = &config.store.path;
    match admin::ask(path, &question).await {
        Ok(answer) => granted(answer),
        Err(error @ AskError::Unreadable(_)) => Err(error.into()),
        Err(AskError::Nobody { .. }) if !path.exists() => {
            bail!("there is no database at {} (store.path)", path.display())
        }
        Err(nobody @ AskError::Nobody { .. }) => {
            directly(config, question).await.with_context(|| nobody.to_string())
        }
    }
}

/// Opens the store for one question.
async fn directly(config: &Config, question: Question) -> anyhow::Result<Answer> {
    let directory = Arc::new(app::directory(config));
    let clock: SharedClock = Arc::new(SystemClock);
    let signals = Arc::new(Signals::default());
    let executor = Executor::new(Arc::clone(&directory));
    let store = app::open_store(&config.store, executor, &clock, &signals).await?;
    let engine = Engine::new(Arc::clone(&store), directory, clock, signals)
        .with_retention(config.retention.of_engine());
    let answer = Desk::new(engine).answer(question).await;
    store.close().await;
    granted(answer)
}

fn granted(answer: Answer) -> anyhow::Result<Answer> {
    match answer {
        Answer::Refused { reason } => bail!(reason),
        granted => Ok(granted),
    }
}
