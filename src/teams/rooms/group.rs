//! Rooms of agents whom the bot meets elsewhere than in Teams: group conversations of a Bot
//! Framework channel (R2).
//!
//! Such a channel may refuse groups, tells nobody who came and went, and cannot be read: what is
//! unclear there is posted again, counted and logged (R5).

use beckon_domain::command::RoomReport;
use beckon_domain::ids::{AgentId, TenantId};
use beckon_domain::room::Made;
use botframework::activity::{ConversationReference, ConversationType};
use botframework::limiter::Priority;

use super::Rooms;
use super::calls::refused;
use super::open::Step;
use crate::engine::{Sent, crash};
use crate::store::{RoomRows, StoreError};

/// The way into a group chat, given the way to one of its members.
pub(super) fn inside(mut way: ConversationReference, chat: String) -> ConversationReference {
    way.conversation_id = chat;
    way.conversation_type = Some(ConversationType::GroupChat);
    (way.user_id, way.user_aad_object_id) = (None, None);
    way
}

impl Rooms {
    /// The steps that differ from those in Teams: the asking; nothing has to be installed, and
    /// nothing can be read.
    pub(super) async fn open_group(&self, tenant: TenantId, rows: &RoomRows, made: Made) -> Step {
        let report = match (made, &rows.room.reference) {
            (Made::Nothing | Made::Asked, _) => return self.create_group(tenant, rows).await,
            (Made::Transcribed, Some(chat)) => RoomReport::Opened { reference: chat.clone() },
            (Made::Transcribed, None) => return Ok(Err(refused("it has no conversation"))),
            _ => RoomReport::Installed,
        };
        self.report(tenant, &rows.room, report).await?;
        Ok(Ok(()))
    }

    /// Asks the agent's channel for a group. Whatever it answers but yes, the conversation goes on
    /// in My Sessions at once: a channel without groups has none later either.
    async fn create_group(&self, tenant: TenantId, rows: &RoomRows) -> Step {
        let room = &rows.room;
        let own = match room.agent {
            Some(agent) => self.own_chat(tenant, agent).await?,
            None => None,
        };
        let Some(own) = own else {
            return Ok(Err(refused("the way to the agent is not known")));
        };
        if !self.note_asking(tenant, room).await? {
            return Ok(Ok(()));
        }
        let made = self.proactive.open_group(&own, &room.name, Priority::Interactive).await;
        crash::point("room.made");
        match made {
            Ok(group) => {
                let report = RoomReport::Created { reference: group.conversation_id, url: None };
                self.report(tenant, room, report).await?;
                if group.service_url != own.service_url {
                    let service_url = group.service_url.to_string();
                    self.report(tenant, room, RoomReport::Reached { service_url }).await?;
                }
                Ok(Ok(()))
            }
            Err(error) => Ok(Err(refused(format!("the channel {}: {error}", own.channel_id)))),
        }
    }

    /// The same agent gets a new card; another one gets a room of their own.
    pub(super) async fn hand_over_group(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
        from: Option<AgentId>,
        to: AgentId,
    ) -> Result<Sent, StoreError> {
        if from != Some(to) {
            return Ok(refused("nobody can be taken into a conversation of this channel"));
        }
        Ok(match self.introduce(tenant, rows).await? {
            Ok(()) => Sent::Delivered,
            Err(sent) => sent,
        })
    }
}
