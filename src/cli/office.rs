//! Reaches the store for a command: through the server that runs, or directly when none does.

use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::admin::{self, Answer, AskError, Desk, Question};
use crate::app;
use crate::clock::{SharedClock, SystemClock};
use crate::config::Config;
use crate::directory::Directory;
use crate::engine::{Engine, Executor, Signals};
use crate::store::sqlite::SqliteStore;
use crate::store::{Store, StoreError};

/// Gets an answer, or an error in words for an administrator.
pub(super) async fn ask(config: &Config, question: Question) -> anyhow::Result<Answer> {
    if config.store.url.is_some() {
        // Several may work with that database at the same time; so may we.
        let (directory, clock, signals) = parts(config);
        let executor = Executor::new(Arc::clone(&directory));
        let store = app::open_store(&config.store, executor, &clock, &signals).await?;
        let engine = Engine::new(Arc::clone(&store), directory, clock, signals);
        let answer = Desk::new(engine).answer(question).await;
        store.close().await;
        return granted(answer);
    }
    let path = &config.store.path;
    let nobody = match admin::ask(path, &question).await {
        Ok(answer) => return granted(answer),
        Err(error @ AskError::Unreadable(_)) => return Err(error.into()),
        Err(nobody @ AskError::Nobody { .. }) => nobody,
    };
    if !path.exists() {
        bail!("there is no database at {} (store.path)", path.display());
    }
    let (directory, clock, signals) = parts(config);
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

fn parts(config: &Config) -> (Arc<Directory>, SharedClock, Arc<Signals>) {
    (Arc::new(app::directory(config)), Arc::new(SystemClock), Arc::default())
}

fn granted(answer: Answer) -> anyhow::Result<Answer> {
    match answer {
        Answer::Refused { reason } => bail!(reason),
        granted => Ok(granted),
    }
}
