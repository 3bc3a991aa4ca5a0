//! What people in a room are told about what they wrote.
//!
//! That something did not reach the customer goes through the room's lane, in the transaction that
//! decided it: whoever is not told believes that it was read. What merely helps (the list of
//! commands, a welcome) is said at once and lost when it does not get through.

use beckon_domain::command::{NotSent, RoomReport};
use beckon_domain::effect::RoomAnswer;
use beckon_domain::ids::{AgentId, TenantId};
use botframework::activity::ConversationReference;
use botframework::limiter::Priority;
use jiff::tz::TimeZone;

use super::calls::{of_connector, refused};
use super::{Rooms, words};
use crate::engine::{Sent, crash};
use crate::store::{RoomRows, StoreError};

impl Rooms {
    /// Tells what became of something that was written in a chat. In the room of today an answer
    /// that may have been given before is looked for; in an earlier one it may stand twice. `place`
    /// is its own in the room's lane.
    pub(super) async fn answer(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
        chat: &str,
        answer: &RoomAnswer,
        (place, tried): (u64, bool),
    ) -> Result<Sent, StoreError> {
        crash::point("room.answer");
        let html = words::escaped(&self.wording(tenant, rows, answer));
        if rows.room.reference.as_deref() == Some(chat) {
            let answered = |post| RoomReport::Answered { post, places: vec![place] };
            return self.post_noted(tenant, rows, &[html], tried, answered).await;
        }
        let Some(way) = self.way_into(tenant, &rows.room, chat).await? else {
            return Ok(refused("the way to the tenant is not known"));
        };
        Ok(match self.proactive.send(&way, Self::text(&way, &html), Priority::Interactive).await {
            Ok(_) => Sent::Delivered,
            Err(error) => of_connector(&error, false),
        })
    }

    fn wording(&self, tenant: TenantId, rows: &RoomRows, answer: &RoomAnswer) -> String {
        match answer {
            RoomAnswer::NotSent { word: Some(word), .. } => words::unknown_command(word),
            RoomAnswer::NotSent { why, word: None } => self.why_not(tenant, rows, *why),
            RoomAnswer::TextOnly => words::TEXT_ONLY.to_owned(),
            RoomAnswer::Kept => words::KEPT.to_owned(),
        }
    }

    pub(super) fn why_not(&self, tenant: TenantId, rows: &RoomRows, why: NotSent) -> String {
        let name = rows.session.owner().and_then(|owner| self.agent_name(tenant, owner.agent));
        let ended = match why {
            NotSent::Ended { at } => words::clock(at, self.now(), &self.zone(tenant)),
            _ => String::new(),
        };
        words::not_sent(why, name, &ended)
    }

    pub(super) fn agent_name(&self, tenant: TenantId, agent: AgentId) -> Option<&str> {
        self.engine.directory().tenant(tenant)?.agent_name(agent)
    }

    /// Whether what somebody writes in this room reaches the customer beside what its agent does.
    pub(super) fn supervises(&self, tenant: TenantId, rows: &RoomRows, agent: AgentId) -> bool {
        let known = self.engine.directory().tenant(tenant);
        let service = known.and_then(|tenant| tenant.service(&rows.session.service));
        service.is_some_and(|service| service.supervisors.contains(&agent))
    }

    /// The zone in which times of day are told.
    pub(super) fn zone(&self, tenant: TenantId) -> TimeZone {
        let known = self.engine.directory().tenant(tenant);
        known.map_or(TimeZone::UTC, crate::directory::Tenant::zone)
    }

    /// Says something, as far as it gets through: whoever is told is in the room.
    pub(super) async fn say(&self, there: &ConversationReference, text: &str) {
        let activity = botframework::activity::OutgoingActivity::text(text);
        if let Err(error) = self.proactive.send(there, activity, Priority::Interactive).await {
            tracing::warn!(target: "teams.rooms", %error, "an answer did not get through");
        }
    }
}
