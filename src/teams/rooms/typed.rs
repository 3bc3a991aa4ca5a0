//! What is typed in a room to be done, not to be read by the customer: `/end`, `/park`, `/unpark`.

use beckon_domain::command::{
    ActResult, Action, Command, Envelope, NotSent, Reply, RoomReport, Surface,
};
use beckon_domain::ids::{CommandId, TenantId};
use beckon_domain::session::Phase;
use beckon_domain::text::Typed;
use botframework::turn::HandlerError;

use super::{Rooms, words};
use crate::engine::Executed;
use crate::store::{ExecuteError, RoomRows};
use crate::teams::people::Sender;

impl Rooms {
    /// Carries out what was typed, for the agent whose conversation it is. What to answer, if
    /// anything has to be said beside what the room shows.
    pub(super) async fn typed(
        &self,
        rows: &RoomRows,
        sender: &Sender,
        typed: Typed<'_>,
        id: CommandId,
    ) -> Result<Option<String>, HandlerError> {
        let tenant = sender.tenant;
        let action = match typed {
            Typed::End => Action::Terminate,
            Typed::Park => Action::Park,
            Typed::Unpark => Action::Unpark,
            Typed::Help | Typed::NotACommand | Typed::WithMore(_) | Typed::Unknown(_) => {
                return self.in_vain(tenant, rows, id, words::help()).await;
            }
        };
        let Some(owner) = rows.session.owner() else {
            let why = match rows.session.phase {
                Phase::Ended { at, .. } => NotSent::Ended { at },
                _ => NotSent::NotConnected,
            };
            return self.in_vain(tenant, rows, id, self.why_not(tenant, rows, why)).await;
        };
        if owner.agent != sender.agent {
            // To write is what a supervisor may; the conversation stays its agent's (R7).
            let answer = if self.supervises(tenant, rows, sender.agent) {
                words::owner_only(self.agent_name(tenant, owner.agent))
            } else {
                self.why_not(tenant, rows, NotSent::NotYours)
            };
            return self.in_vain(tenant, rows, id, answer).await;
        }
        let (invitation, agent, surface) = (owner.invitation, sender.agent, Surface::Console);
        let command = Command::Act { invitation, agent, action, surface, seen: None };
        let envelope = Envelope { tenant, id: id.clone(), command };
        match self.engine.execute(envelope).await {
            Ok(Executed { repeated: true, .. }) => Ok(None),
            Ok(Executed { reply: Some(Reply::Acted { result: ActResult::Done, .. }), .. }) => {
                Ok(match action {
                    Action::Park => Some("Parked. Type /unpark to take it up again.".to_owned()),
                    Action::Unpark => Some("You are in the conversation again.".to_owned()),
                    // The closing line says it.
                    _ => None,
                })
            }
            Ok(_) => {
                // Recorded it may be already, as a sign of life; it was not answered yet.
                let answer = "Nothing was changed.".to_owned();
                self.in_vain(tenant, rows, id, String::new()).await?;
                Ok(Some(answer))
            }
            Err(ExecuteError::Rejected(rejection)) => {
                let answer = format!("Nothing was changed: {rejection}.");
                self.in_vain(tenant, rows, id, answer).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps that something was typed which changed nothing, and gives the answer to it, unless it
    /// was given before. Not kept, it would be carried out when the room is read back at a time at
    /// which it does change something.
    async fn in_vain(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
        id: CommandId,
        answer: String,
    ) -> Result<Option<String>, HandlerError> {
        let (session, attempt) = (rows.room.session, rows.room.attempt);
        let command = Command::Room { session, attempt, report: RoomReport::Heard };
        match self.engine.execute(Envelope { tenant, id, command }).await {
            Ok(executed) => Ok(Some(answer).filter(|_| !executed.repeated)),
            Err(ExecuteError::Rejected(_)) => Ok(Some(answer)),
            Err(error) => Err(error.into()),
        }
    }
}
