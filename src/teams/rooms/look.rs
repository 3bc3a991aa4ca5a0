//! The look for a post whose answer was lost: what may stand in the room is not said twice (R5).

use beckon_domain::ids::TenantId;
use jiff::{SignedDuration, Timestamp};

use super::{Rooms, words};
use crate::engine::Sent;
use crate::store::{OutboxEntry, RoomRows};
use crate::teams::graph::Sender;

/// What has waited for so long may have been sent by another node that died.
const WAITED: SignedDuration = SignedDuration::from_secs(10);
/// How far the clock of the platform may be away from ours.
const SKEW: SignedDuration = SignedDuration::from_mins(2);
/// The most messages that are looked through for a post.
const LOOK: usize = 200;

/// What apps posted in a room behind a place, oldest first.
pub(super) struct Seen(Vec<Post>);

struct Post {
    id: String,
    /// What it says, without markup and spacing.
    words: String,
}

impl Seen {
    /// The id of the first post that says this.
    pub(super) fn find(&self, html: &str) -> Option<&str> {
        let wanted = words::bare(html);
        self.0.iter().find(|post| post.words == wanted).map(|post| &*post.id)
    }
}

impl Rooms {
    /// Whether somebody may have sent this before: we ourselves, our predecessor, another node.
    pub(super) fn may_have_been_tried(&self, entry: &OutboxEntry) -> bool {
        was_settled(entry)
            || entry.at < self.started
            || self.now().duration_since(entry.at) > WAITED
    }

    /// What stands in a room behind one of our posts. Where nobody can look, nothing is seen.
    pub(super) async fn look(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
        behind: Option<&str>,
    ) -> Result<Seen, Sent> {
        let (Some(graph), Some(chat)) = (&self.graph, &rows.room.reference) else {
            return Ok(Seen(Vec::new()));
        };
        let last = behind.and_then(place);
        let since = last
            .and_then(|millis| Timestamp::from_millisecond(millis).ok())
            .or(rows.room.since)
            .and_then(|since| since.checked_sub(SKEW).ok());
        let mut messages = graph
            .messages(tenant, chat, since, LOOK)
            .await
            .map_err(|error| self.unread(tenant, &error))?;
        messages.retain(|message| {
            let ours = matches!(message.from, Sender::App(_)) && message.deleted.is_none();
            ours && place(&message.id) > last
        });
        let posts = messages.into_iter().map(|message| {
            let words = words::bare(&message.content);
            Post { id: message.id, words }
        });
        Ok(Seen(posts.collect()))
    }

    /// How many of the messages that are to be posted together our predecessor may have posted
    /// together: fewer, for then fewer waited. `texts` gives what so many of them say. With none of
    /// them in the room it is none.
    pub(super) async fn posted_before(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
        most: usize,
        texts: impl Fn(usize) -> Vec<String>,
    ) -> Result<usize, Sent> {
        let seen = self.look(tenant, rows, rows.room.last_post.as_deref()).await?;
        let stands =
            |count: &usize| texts(*count).first().is_some_and(|text| seen.find(text).is_some());
        Ok((1..=most).rev().find(stands).unwrap_or(0))
    }
}

/// Whether the lane was told what came of an earlier try: then the same go together as before.
pub(super) fn was_settled(entry: &OutboxEntry) -> bool {
    entry.attempts > 0 || entry.error.is_some()
}

/// Where a message is in its chat: ids are the milliseconds of its posting.
fn place(id: &str) -> Option<i64> {
    id.parse().ok()
}
