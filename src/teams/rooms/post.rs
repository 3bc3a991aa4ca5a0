//! Messages into a room.

use beckon_domain::command::RoomReport;
use beckon_domain::ids::TenantId;
use beckon_domain::room::{Provider, Room, RoomState};
use beckon_domain::session::{Author, Message};
use botframework::limiter::Priority;

use super::calls::{is_out, of_connector};
use super::look::was_settled;
use super::{Rooms, posts};
use crate::engine::{Sent, crash};
use crate::store::{OutboxEntry, RoomRows, StoreError};

impl Rooms {
    /// Posts messages, as one as far as they fit. Those of an earlier room are in the transcript of
    /// this one; when there is no room any more, they are read in the console.
    pub(super) async fn post_messages(
        &self,
        tenant: TenantId,
        mut rows: RoomRows,
        batch: &[OutboxEntry],
    ) -> Result<Sent, StoreError> {
        let used = matches!(rows.room.state, RoomState::Open { .. } | RoomState::Closing { .. });
        if rows.room.provider == Provider::Console || !used || rows.room.reference.is_none() {
            return Ok(Sent::Delivered);
        }
        loop {
            let fresh: Vec<_> = batch.iter().filter_map(|entry| fresh(&rows.room, entry)).collect();
            let Some((first, _)) = fresh.first() else { return Ok(Sent::Delivered) };
            let mut tried = self.may_have_been_tried(first);
            let messages: Vec<_> = fresh.iter().map(|(_, message)| *message).collect();
            let author = self.author_before(tenant, &rows.room, messages[0]).await?;
            let label = rows.session.customer.label();
            let texts = |count: usize| posts::messages(&messages[..count], author.as_ref(), &label);
            let mut count = fresh.len();
            let can_look = rows.room.provider == Provider::Graph;
            if tried && can_look && count > 1 && !was_settled(first) {
                // Killed, our predecessor told nobody how many went together.
                match self.posted_before(tenant, &rows, count, texts).await {
                    Ok(0) => tried = false,
                    Ok(before) => count = before,
                    Err(sent) => return Ok(sent),
                }
            }
            let last = fresh[count - 1].0.pos;
            let places = batch.iter().map(|entry| entry.pos).take_while(|pos| *pos <= last);
            let places = places.collect();
            let posted = |post| RoomReport::Posted { post, places };
            let sent = self.post_noted(tenant, &rows, &texts(count), tried, posted).await?;
            if sent != Sent::Delivered || count == fresh.len() {
                return Ok(sent);
            }
            match self.rows(tenant, rows.room.session).await? {
                Some(now) => rows = now,
                None => return Ok(Sent::Delivered),
            }
        }
    }

    /// Who wrote the message before this one, if that stands in the room. The name is shown once per
    /// run.
    async fn author_before(
        &self,
        tenant: TenantId,
        room: &Room,
        message: &Message,
    ) -> Result<Option<Author>, StoreError> {
        if room.interrupted || message.seq <= room.transcript + 1 {
            return Ok(None);
        }
        let after = message.seq.saturating_sub(2);
        let before = self.engine.store().messages(tenant, room.session, after, 1).await?.pop();
        Ok(before.map(|before| before.from))
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
            match self.look(tenant, rows, behind).await {
                Ok(seen) => {
                    if let Some(post) = seen.find(html) {
                        metrics::counter!("beckon_room_posts_found_total").increment(1);
                        return Ok(Ok(post.to_owned()));
                    }
                }
                Err(sent) => return Ok(Err(sent)),
            }
        }
        let Some(way) = self.way_to(tenant, rows).await? else {
            return Ok(Err(super::calls::refused("the way to the tenant is not known")));
        };
        match self.proactive.send(&way, Self::text(&way, html), Priority::Interactive).await {
            // Without an id it cannot be the place to look behind; it arrived all the same.
            Ok(post) => Ok(Ok(post.or_else(|| behind.map(str::to_owned)).unwrap_or_default())),
            Err(error)
                if is_out(&error, self.is_young(rows))
                    && matches!(rows.room.state, RoomState::Open { .. }) =>
            {
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
}

/// A message that has to be posted: it is not in the transcript, and was not posted right before.
fn fresh<'a>(room: &Room, entry: &'a OutboxEntry) -> Option<(&'a OutboxEntry, &'a Message)> {
    let message = entry.message.as_ref()?;
    let missing = message.seq > room.transcript && !room.posted.contains(&entry.pos);
    missing.then_some((entry, message))
}
