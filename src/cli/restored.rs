//! Rooms that were being made, handed over or closed when a backup was made.

use beckon_domain::command::{Command, Envelope};
use beckon_domain::effect::EffectBody;
use beckon_domain::ids::CommandId;

use crate::engine::room_given_up;
use crate::store::{ExecuteError, Request, Store};

/// How many deliveries are looked at together.
const PAGE: usize = 256;
/// What the sessions are told.
const REASON: &str = "restored";

/// Tells sessions that nothing more is done for their rooms: nothing but the outbox drives a room,
/// and nothing leaves of a restored one. A conversation whose room was not open goes on in the
/// console.
pub(super) async fn give_up_rooms(store: &dyn Store) -> anyhow::Result<()> {
    let mut after = 0;
    // What a session is told may put something new behind: that is looked at as well.
    loop {
        let page = store.outbox(after, false, PAGE).await?;
        let Some(last) = page.last().map(|entry| entry.pos) else { return Ok(()) };
        after = last;
        for entry in page.into_iter().filter(|entry| !entry.dead) {
            let EffectBody::Room { session, attempt, task } = entry.effect.body else { continue };
            let Some(report) = room_given_up(&task, REASON.to_owned()) else { continue };
            let id = CommandId(format!("restored:{}", entry.pos));
            let command = Command::Room { session, attempt, report };
            let request = Request::call(Envelope { tenant: entry.tenant, id, command });
            match store.execute(request).await {
                Ok(_) | Err(ExecuteError::Rejected(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
