//! What a store gives to the rest of the product.

use beckon_domain::agent::{Agent, StateChange};
use beckon_domain::command::Command;
use beckon_domain::effect::{Effect, LaneKey};
use beckon_domain::event::Event;
use beckon_domain::ids::{InvitationId, ServiceId, SessionId, TenantId};
use beckon_domain::invitation::Invitation;
use beckon_domain::room::Room;
use beckon_domain::session::{Message, Session};
use beckon_domain::timer::Timer;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// One running process. A new one is drawn at each start, so what a dead one had claimed is never
/// taken for its successor's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NodeId(pub Uuid);

/// A timer that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueTimer {
    /// Its tenant.
    pub tenant: TenantId,
    /// The timer, as it was set.
    pub timer: Timer,
    /// The generation that was seen: the timer only counts while it still is this one.
    pub generation: u64,
}

/// A command that another one left behind.
#[derive(Clone, Debug, PartialEq)]
pub struct FollowUp {
    /// Its tenant.
    pub tenant: TenantId,
    /// Its place: they are carried out in this order.
    pub pos: u64,
    /// Its row.
    pub id: Uuid,
    /// What is to happen.
    pub command: Command,
}

/// A card that is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DirtyCard {
    /// Its tenant.
    pub tenant: TenantId,
    /// Its invitation.
    pub invitation: InvitationId,
}

/// Everything a card is rendered from, read in one snapshot.
#[derive(Clone, Debug)]
pub struct CardRows {
    /// The invitation.
    pub invitation: Invitation,
    /// Its session.
    pub session: Session,
    /// Its agent.
    pub agent: Option<Agent>,
    /// The session's room.
    pub room: Option<Room>,
}

/// A session with its room.
#[derive(Clone, Debug)]
pub struct RoomRows {
    /// The session.
    pub session: Session,
    /// Its room.
    pub room: Room,
}

/// The chat of a room that is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRoom {
    /// Its tenant.
    pub tenant: TenantId,
    /// Its session.
    pub session: SessionId,
    /// What the provider calls it.
    pub reference: String,
}

/// A session in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its tenant.
    pub tenant: TenantId,
    /// Since when it has had its place.
    pub queued_at: Timestamp,
    /// Its service.
    pub service: ServiceId,
    /// The session.
    pub session: SessionId,
}

/// A message with where it belongs, as a customer reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerMessage {
    /// Its session.
    pub session: SessionId,
    /// The message.
    pub message: Message,
}

/// What an agent has in hand.
#[derive(Clone, Debug, Default)]
pub struct Inbox {
    /// The agent's row, absent until Beckon met them.
    pub agent: Option<Agent>,
    /// The newest invitations of the agent, newest first, with their sessions and rooms.
    pub entries: Vec<CardRows>,
}

/// What an agent has been doing.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentHistory {
    /// The agent's row, absent until Beckon met them.
    pub agent: Option<Agent>,
    /// From when on they did what, oldest first.
    pub changes: Vec<StateChange>,
}

/// A lane that this node may send from until the lease runs out. Whatever it reports is fenced by
/// the epoch: once another node has claimed the lane, the reports of the first count for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LaneClaim {
    /// Its tenant.
    pub tenant: TenantId,
    /// The lane.
    pub lane: LaneKey,
    /// Raised with every claim.
    pub epoch: u64,
}

/// One row of the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxEntry {
    /// Its tenant.
    pub tenant: TenantId,
    /// Its place; within a lane the order of commit.
    pub pos: u64,
    /// What is to be sent.
    pub effect: Effect,
    /// When it was put there.
    pub at: Timestamp,
    /// How often it was tried and failed.
    pub attempts: u32,
    /// Whether it was given up: it waits for an administrator and holds nobody up.
    pub dead: bool,
    /// Why the last try failed.
    pub error: Option<String>,
    /// The message that it refers to.
    pub message: Option<Message>,
}

/// What became of the head of a lane.
#[derive(Clone, Debug, PartialEq)]
pub enum Settlement {
    /// Everything up to and including this place was delivered.
    Sent {
        /// The last place.
        through: u64,
    },
    /// The head stays; the lane rests until then.
    Retry {
        /// The head's place.
        pos: u64,
        /// The place of the last entry that went with it: all of them were tried.
        through: u64,
        /// Until when.
        at: Timestamp,
        /// Why. Whatever stands here, the entries may have arrived.
        error: String,
        /// Whether this was an attempt: not when the other side asked to wait, or we stopped.
        counted: bool,
    },
    /// The head is given up; the lane goes on behind it.
    Dead {
        /// The head's place.
        pos: u64,
        /// Why.
        error: String,
    },
}

/// Where a claim stands after a settlement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Settled {
    /// There is more, and the lane is still this node's.
    More,
    /// The lane rests, or is empty; the claim has ended.
    Ended,
    /// The lane is another node's by now; nothing was written.
    Lost,
}

/// An event with its place in the feed.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedEntry {
    /// Its place: readers go on after the last one they saw and miss nothing.
    pub pos: u64,
    /// Its session.
    pub session: SessionId,
    /// The event.
    pub event: Event,
}

/// How far behind the store is, for gauges.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoreGauges {
    /// When the oldest effect that is not dead was put into the outbox.
    pub oldest_effect: Option<Timestamp>,
    /// Effects given up.
    pub dead_effects: u64,
    /// Cards that do not show the truth yet, apart from those of a sweep.
    pub waiting_cards: u64,
    /// When the timer that is most overdue was due.
    pub oldest_timer: Option<Timestamp>,
    /// Events that have no place in the feed yet.
    pub feed_lag: u64,
    /// Size of the write-ahead log in bytes, where there is one.
    pub wal_bytes: Option<u64>,
    /// Commands that wait for the writer, where there is one.
    pub writer_queue: Option<u64>,
    /// How far our clock is ahead of the store's, where it has one.
    pub skew: Option<SignedDuration>,
}
