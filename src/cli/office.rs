//! Reaches the store for a command: through the server that runs, or directly when none does.

use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::admin::{self, Answer, AskError, Desk, Question};
use crate::app;
use crate::clock::{SharedClock, SystemClock};
use crate::config::Config;
use crate::engine::{Engine, Executor, Signals};
use crate::store::sqlite::SqliteStore;
use crate::store::{Store, StoreError};

/// Gets an answer, or an error in words for an administrator.
pub(super) async fn ask(config: &Config, question: Question) -> anyhow::Result<Answer> {
    let path = &config.store.path;
    let nobody = match admin::ask(path, &question).await {
        Ok(answer) => return granted(answer),
        Err(error @ AskError::Unreadable(_)) => return Err(error.into()),
        Err(nobody @ AskError::Nobody { .. }) => nobody,
    };
    if !path.exists() {
        bail!("there is no database at {} (store.path)", path.display());
    }
    let directory = Arc::new(app::directory(config));
    let clock: SharedClock = Arc::new(SystemClock);
    let signals = Arc::new(Signals::default());
    let executor = Executor::new(Arc::clone(&directory));
    let store = match SqliteStore::open(path, executor, Arc::clone(&clock), Arc::clone(&signals)) {
        Ok(store) => Arc::new(store),
        Err(error @ StoreError::Locked(_)) => {
            return Err(error).with_context(|| format!("{nobody}, and the store is in use"));
        }
        Err(error) => return Err(error).context(format!("store.path: {}", path.display())),
    };
    let shared: Arc<dyn Store> = Arc::clone(&store) as _;
    let answer = Desk::new(Engine::new(shared, directory, clock, signals)).answer(question).await;
    store.close().await;
    granted(answer)
}

fn granted(answer: Answer) -> anyhow::Result<Answer> {
    match answer {
        Answer::Refused { reason } => bail!(reason),
        granted => Ok(granted),
    }
}
