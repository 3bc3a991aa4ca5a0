//! News between nodes: `NOTIFY` where it gets through, looking where it does not.
//!
//! A notification says only that something changed; who waits looks at the rows. It leaves on a
//! connection of its own after the commit, because `NOTIFY` inside a transaction makes all commits
//! of the database queue up, and many commits in a row share one. Where nothing can be heard (a
//! pooler in transaction mode, a broken connection), the node looks four times a second whether
//! anybody wrote anything.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, sleep};
use tokio_postgres::{AsyncMessage, Client};

use super::Core;
use super::connect::Target;
use super::rows::column;
use super::sql::query;
use crate::store::StoreError;

/// How long news are gathered before they are told or heeded.
const GATHER: Duration = Duration::from_millis(20);
/// How often a node looks that cannot hear.
const LOOK: Duration = Duration::from_millis(250);
/// How long it looks before it tries to listen again.
const DEAF: Duration = Duration::from_secs(2);

/// Tells other nodes and hears them, for ever.
pub(super) async fn run(core: &Core, target: &Target, pooled: bool) {
    let mut seen = String::new();
    loop {
        if !pooled && let Err(error) = listen(core, target).await {
            tracing::warn!(
                target: "store.postgres", %error,
                "other nodes are not heard; looking instead until they are"
            );
        }
        let until = Instant::now() + DEAF;
        while Instant::now() < until {
            match look(core, &mut seen).await {
                Ok(true) => core.signals.changed_elsewhere(),
                Ok(false) => {}
                Err(error) => tracing::debug!(target: "store.postgres", %error, "cannot look"),
            }
            sleep(LOOK).await;
        }
    }
}

/// Whether anybody wrote anything since the last look, this node included.
async fn look(core: &Core, seen: &mut String) -> Result<bool, StoreError> {
    let answer = core.ask(query!("SELECT pg_current_snapshot()::text")).await?;
    let now: String = answer.rows.first().map_or(Ok(String::new()), |row| column(row, 0))?;
    let changed = *seen != now;
    *seen = now;
    Ok(changed)
}

/// Tells and hears until the connection breaks.
async fn listen(core: &Core, target: &Target) -> Result<(), StoreError> {
    let (client, mut heard) = open(target).await?;
    client.batch_execute("LISTEN beckon").await?;
    let own: i32 = client.query_one("SELECT pg_backend_pid()", &[]).await?.try_get(0)?;
    // Whatever happened while nobody listened.
    core.signals.changed_elsewhere();
    loop {
        tokio::select! {
            from = heard.recv() => {
                let mut foreign = from.ok_or(StoreError::Unavailable("the connection broke"))? != own;
                while let Ok(from) = heard.try_recv() {
                    foreign |= from != own;
                }
                if !foreign {
                    continue;
                }
                core.signals.changed_elsewhere();
            }
            () = core.bell.notified() => client.batch_execute("NOTIFY beckon").await?,
        }
        sleep(GATHER).await;
    }
}

/// A connection, and the server processes whose notifications come in over it.
async fn open(target: &Target) -> Result<(Client, UnboundedReceiver<i32>), StoreError> {
    let (client, mut messages) = target.connect().await?;
    let (tell, heard) = unbounded_channel();
    tokio::spawn(async move {
        // Ends with the connection, and so does the channel.
        while let Some(Ok(message)) = messages.next().await {
            if let AsyncMessage::Notification(notification) = message
                && tell.send(notification.process_id()).is_err()
            {
                return;
            }
        }
    });
    Ok((client, heard))
}
