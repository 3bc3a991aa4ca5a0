//! What is done with a room after its making: another agent, the closing line, who leaves when.

use beckon_domain::command::RoomReport;
use beckon_domain::ids::{AgentId, TenantId};
use beckon_domain::room::{Made, Provider, RoomState};
use beckon_domain::session::Phase;
use botframework::limiter::Priority;

use super::calls::{is_out, of_connector, refused};
use super::{Rooms, words};
use crate::engine::Sent;
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
        // Handed on again, or over: there is a task for that behind this one.
        let still = room.agent == Some(to) && room.is_elsewhere() && rows.session.owner().is_some();
        if !still {
            return Ok(Sent::Delivered);
        }
        if room.provider == Provider::Connector {
            return self.hand_over_group(tenant, rows, from, to).await;
        }
        let (Some(graph), Some(chat)) = (&self.graph, &room.reference) else {
            return Ok(Sent::Delivered);
        };
        if from != Some(to) {
            if let Err(error) = graph.add_member(tenant, chat, to, History::All).await {
                return Ok(self.of_graph(tenant, &error));
            }
            if let Some(from) = from
                && let Err(error) = graph.remove_member(tenant, chat, from).await
            {
                return Ok(self.of_graph(tenant, &error));
            }
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

    /// Says that the session is over. What was only half made is left by everybody.
    pub(super) async fn close(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
    ) -> Result<Sent, StoreError> {
        let room = &rows.room;
        let Some(chat) = room.reference.as_deref() else {
            self.report(tenant, room, RoomReport::Closed).await?;
            return Ok(Sent::Delivered);
        };
        if room.made < Made::Transcribed && room.provider == Provider::Graph {
            let sent = self.leave(tenant, rows, chat).await?;
            if sent == Sent::Delivered {
                self.report(tenant, room, RoomReport::Closed).await?;
            }
            return Ok(sent);
        }
        let at = match rows.session.phase {
            Phase::Ended { at, .. } => at,
            _ => self.now(),
        };
        let line = words::closing(&words::clock(at, self.now(), &self.zone(tenant)));
        if let Some(way) = self.way_to(tenant, rows).await? {
            let mut line = Self::text(&way, &line);
            if rows.session.ended_quietly() {
                // Nobody is to be called to what the sweep tidied up (P6).
                line = line.quietly();
            }
            match self.proactive.send(&way, line, Priority::Background).await {
                Ok(_) => {}
                // Nobody is there to be told.
                Err(error) if is_out(&error) => {}
                Err(error) => return Ok(of_connector(&error, false)),
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

    /// Everybody leaves a chat that is not used.
    pub(super) async fn leave(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
        chat: &str,
    ) -> Result<Sent, StoreError> {
        let Some(graph) = &self.graph else { return Ok(refused("Graph is not configured")) };
        let companions = self.companions.get(&tenant).into_iter().flatten();
        for person in rows.room.agent.iter().chain(companions) {
            if let Err(error) = graph.remove_member(tenant, chat, *person).await {
                return Ok(self.of_graph(tenant, &error));
            }
        }
        Ok(Sent::Delivered)
    }
}
