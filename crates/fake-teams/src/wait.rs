//! Waiting for a condition without polling the clock.

use std::time::Duration;

use tokio::time::timeout;

use crate::{Error, world::World};

/// Looks now and after every change until `find` has something, at most `limit`.
pub(crate) async fn until<T>(
    world: &World,
    what: &str,
    limit: Duration,
    mut find: impl FnMut() -> Option<T>,
) -> Result<T, Error> {
    let mut changes = world.changes();
    let search = async {
        loop {
            changes.mark_unchanged();
            if let Some(found) = find() {
                return found;
            }
            // The sender lives in `world`, which this function borrows: no error can come.
            let _ = changes.changed().await;
        }
    };
    let late = |_| Error::Timeout { what: what.to_owned(), waited: limit };
    timeout(limit, search).await.map_err(late)
}
