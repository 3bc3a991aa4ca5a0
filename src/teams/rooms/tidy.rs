//! What is done with a room after its making: another agent, the closing line, who leaves when.

use beckon_domain::command::RoomReport;
use beckon_domain::ids::{AgentId, TenantId};
use beckon_domain::room::{Made, Provider, RoomState};
use beckon_domain::session::Phase;
use botframework::limiter::Priority;

use super::calls::{is_out, of_connector, refused};
use super::{Rooms, words};
use crate::engine::{Sent, crash};
use crate::store::{RoomRows, StoreError};
use crate::teams::graph::History;

impl Rooms {
    /// Another agent has the session: they come in and see everything, the one before goes (D7).
    /// Each step comes to the same when it is done again, but for the card: a second one is adopted.
    pub(super) async fn hand_over(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
        from: Option<AgentId>,
        to: AgentId,
    ) -> Result<Sent, StoreError> {
        let room = &rows.room;
        // Handed on again, or over: there is a task for that behind this one. It knows only of whom
        // it is handed on by: who had it before goes now.
        let still = room.agent == Some(to) && room.is_elsewhere() && rows.session.owner().is_some();
        let gone = from.filter(|from| room.agent != Some(*from));
        if room.provider == Provider::Connector {
            return if still {
                self.hand_over_group(tenant, rows, from, to).await
            } else {
                Ok(Sent::Delivered)
            };
        }
        let (Some(graph), Some(chat)) = (&self.graph, &room.reference) else {
            return Ok(Sent::Delivered);
        };
        // Also who had it before may have left since.
        if still && let Err(error) = graph.add_member(tenant, chat, to, History::All).await {
            return Ok(self.of_graph(tenant, &error));
        }
        if let Some(gone) = gone
            && let Err(error) = graph.remove_member(tenant, chat, gone).await
        {
            return Ok(self.of_graph(tenant, &error));
        }
        if !still {
            return Ok(Sent::Delivered);
        }
        if let Err(error) = graph.rename_chat(tenant, chat, &room.name).await {
            // A wrong name is no reason to give the room up.
            tracing::warn!(target: "teams.rooms", %error, "a room could not be renamed");
        }
        Ok(match self.introduce(tenant, rows).await? {
            Ok(()) => Sent::Delivered,
            Err(sent) => sent,
        })
    }

    /// Says that the session is over, once. What was only half made is left by everybody.
    pub(super) async fn close(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
        tried: bool,
    ) -> Result<Sent, StoreError> {
        let room = &rows.room;
        let Some(chat) = room.reference.as_deref() else {
            self.report(tenant, room, RoomReport::Closed).await?;
            return Ok(Sent::Delivered);
        };
        if room.made < Made::Transcribed && room.provider == Provider::Graph {
            let sent = self.leave(tenant, chat).await;
            if sent == Sent::Delivered {
                self.report(tenant, room, RoomReport::Closed).await?;
            }
            return Ok(sent);
        }
        let at = match rows.session.phase {
            Phase::Ended { at, .. } => at,
            _ => self.now(),
        };
        // The day is the post's own; told by the clock, the line would change at midnight.
        let line = words::closing(&words::clock(at, at, &self.zone(tenant)));
        if tried && room.provider == Provider::Graph {
            match self.look(tenant, rows, room.last_post.as_deref()).await {
                Ok(seen) if seen.find(&line).is_some() => {
                    self.report(tenant, room, RoomReport::Closed).await?;
                    return Ok(Sent::Delivered);
                }
                Err(sent @ Sent::Later { .. }) => return Ok(sent),
                // Twice is better than never where nobody can look.
                Ok(_) | Err(_) => {}
            }
        }
        if let Some(way) = self.way_to(tenant, rows).await? {
            let mut line = Self::text(&way, &line);
            if rows.session.ended_quietly() {
                // Nobody is to be called to what the sweep tidied up (P6).
                line = line.quietly();
            }
            let young = self.is_young(rows);
            match self.proactive.send(&way, line, Priority::Background).await {
                Ok(_) => crash::point("room.closed"),
                // Nobody is there to be told.
                Err(error) if is_out(&error, young) => {}
                Err(error) => return Ok(of_connector(&error, young)),
            }
        }
        self.report(tenant, room, RoomReport::Closed).await?;
        Ok(Sent::Delivered)
    }

    /// The agent leaves, a while after the end (R8).
    pub(super) async fn empty(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
    ) -> Result<Sent, StoreError> {
        let (Some(chat), RoomState::Closed { .. }) = (&rows.room.reference, &rows.room.state)
        else {
            return Ok(Sent::Delivered);
        };
        let (Some(graph), Some(agent)) = (&self.graph, rows.room.agent) else {
            return Ok(Sent::Delivered);
        };
        if let Err(error) = graph.remove_member(tenant, chat, agent).await {
            return Ok(self.of_graph(tenant, &error));
        }
        self.report(tenant, &rows.room, RoomReport::Emptied).await?;
        Ok(Sent::Delivered)
    }

    /// Everybody leaves a chat that is not used, whoever they are.
    pub(super) async fn leave(&self, tenant: TenantId, chat: &str) -> Sent {
        let Some(graph) = &self.graph else { return refused("Graph is not configured") };
        match graph.remove_everybody(tenant, chat).await {
            Ok(()) => Sent::Delivered,
            Err(error) => self.of_graph(tenant, &error),
        }
    }
}
