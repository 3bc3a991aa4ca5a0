//! Messages into a room, and the look for a post whose answer was lost.

use beckon_domain::command::RoomReport;
use beckon_domain::ids::TenantId;
use beckon_domain::room::{Provider, RoomState};
use botframework::limiter::Priority;
use jiff::{SignedDuration, Timestamp};

use super::calls::{is_out, of_connector};
use super::{Rooms, posts, words};
use crate::engine::{Sent, crash};
use crate::store::{OutboxEntry, RoomRows, StoreError};
use crate::teams::graph::{ChatMessage, Sender};

/// What has waited for so long may have been sent by another node that died.
const WAITED: SignedDuration = SignedDuration::from_secs(10);
/// How far the clock of the platform may be away from ours.
const SKEW: SignedDuration = SignedDuration::from_mins(2);
/// The most messages that are looked through for a post.
const LOOK: usize = 200;

impl Rooms {
    /// Posts messages, as one as far as they fit. Those of an earlier room are in the transcript of this one; when
    /// there is no room any more, they are read in the console.
    pub(super) async fn post_messages(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
        batch: &[OutboxEntry],
    ) -> Result<Sent, StoreError> {
        let room = &rows.room;
        let used = matches!(room.state, RoomState::Open { .. } | RoomState::Closing { .. });
        let messages: Vec<_> = batch.iter().filter_map(|entry| entry.message.as_ref()).collect();
        let fresh: Vec<_> =
            messages.into_iter().filter(|message| message.seq > room.transcript).collect();
        let (Some(first), Some(entry)) = (fresh.first(), batch.first()) else {
            return Ok(Sent::Delivered);
        };
        if room.provider == Provider::Console || !used || room.reference.is_none() {
            return Ok(Sent::Delivered);
        }
        // The name is shown once per run: the one before decides.
        let before = if first.seq > room.transcript + 1 {
            let after = first.seq.saturating_sub(2);
            self.engine.store().messages(tenant, room.session, after, 1).await?.pop()
        } else {
            None
        };
        let author = before.as_ref().map(|message| &message.from).filter(|_| !room.interrupted);
        let texts = posts::messages(&fresh, author, &rows.session.customer.label());
        let posted = |post| RoomReport::Posted { post };
        self.post_noted(tenant, rows, &texts, self.may_have_been_tried(entry), posted).await
    }

    /// Posts texts, and keeps that they stand there.
    pub(super) async fn post_noted(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
        texts: &[String],
        tried: bool,
        report: impl FnOnce(String) -> RoomReport,
    ) -> Result<Sent, StoreError> {
        match self.post_all(tenant, rows, texts, tried).await? {
            Ok(post) => {
                crash::point("room.posted");
                self.report(tenant, &rows.room, report(post.unwrap_or_default())).await?;
                Ok(Sent::Delivered)
            }
            Err(sent) => Ok(sent),
        }
    }

    /// Posts texts one behind the other and gives the id of the last; `None`: there were none. None
    /// is kept before all stand there: should they be tried again, each is looked for behind the
    /// one before it, so those that are there are found, also where several say the same.
    pub(super) async fn post_all(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
        texts: &[String],
        tried: bool,
    ) -> Result<Result<Option<String>, Sent>, StoreError> {
        let mut last: Option<String> = None;
        for html in texts {
            if last.is_some() {
                crash::point("room.part");
            }
            let behind = last.as_deref().or(rows.room.last_post.as_deref());
            match self.post(tenant, rows, html, behind, tried).await? {
                Ok(post) => last = Some(post),
                Err(sent) => return Ok(Err(sent)),
            }
        }
        Ok(Ok(last))
    }

    /// Whether somebody may have sent this before: we ourselves, our predecessor, another node.
    pub(super) fn may_have_been_tried(&self, entry: &OutboxEntry) -> bool {
        entry.attempts > 0
            || entry.error.is_some()
            || entry.at < self.started
            || self.now().duration_since(entry.at) > WAITED
    }

    /// Posts a text and gives its id. Where it may have been posted before, the room is read first:
    /// what is there behind the post `behind` is not said twice (R5).
    async fn post(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
        html: &str,
        behind: Option<&str>,
        tried: bool,
    ) -> Result<Result<String, Sent>, StoreError> {
        if tried && rows.room.provider == Provider::Connector {
            metrics::counter!("beckon_room_posts_unchecked_total").increment(1);
            tracing::warn!(
                target: "teams.rooms", session = %rows.room.session,
                "this channel cannot be looked through: a post may stand in the room twice"
            );
        } else if tried {
            match self.find(tenant, rows, html, behind).await {
                Ok(Some(post)) => {
                    metrics::counter!("beckon_room_posts_found_total").increment(1);
                    return Ok(Ok(post));
                }
                Ok(None) => {}
                Err(sent) => return Ok(Err(sent)),
            }
        }
        let Some(way) = self.way_to(tenant, rows).await? else {
            return Ok(Err(super::calls::refused("the way to the tenant is not known")));
        };
        match self.proactive.send(&way, Self::text(&way, html), Priority::Interactive).await {
            // Without an id it cannot be the place to look behind; it arrived all the same.
            Ok(post) => Ok(Ok(post.or_else(|| behind.map(str::to_owned)).unwrap_or_default())),
            Err(error) if is_out(&error) && matches!(rows.room.state, RoomState::Open { .. }) => {
                let reason = error.to_string();
                self.report(tenant, &rows.room, RoomReport::Lost { reason }).await?;
                Ok(Err(Sent::Delivered))
            }
            Err(error) => {
                tracing::warn!(target: "teams.rooms", %error, "a post did not get through");
                Ok(Err(of_connector(&error, self.is_young(rows))))
            }
        }
    }

    /// Looks for a post of ours behind another one.
    async fn find(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
        html: &str,
        behind: Option<&str>,
    ) -> Result<Option<String>, Sent> {
        let (Some(graph), Some(chat)) = (&self.graph, &rows.room.reference) else {
            return Ok(None);
        };
        let last = behind.and_then(place);
        let since = last
            .and_then(|millis| Timestamp::from_millisecond(millis).ok())
            .or(rows.room.since)
            .and_then(|since| since.checked_sub(SKEW).ok());
        let messages = graph
            .messages(tenant, chat, since, LOOK)
            .await
            .map_err(|error| self.unread(tenant, &error))?;
        let wanted = words::bare(html);
        let is_it = |message: &&ChatMessage| {
            matches!(message.from, Sender::App(_))
                && message.deleted.is_none()
                && place(&message.id) > last
                && words::bare(&message.content) == wanted
        };
        Ok(messages.iter().find(is_it).map(|message| message.id.clone()))
    }
}

/// Where a message is in its chat: ids are the milliseconds of its posting.
fn place(id: &str) -> Option<i64> {
    id.parse().ok()
}
