//! The store: the only thing that serialises, and the only place with SQL.
//!
//! Two traits, one for each side of a store. [`Transaction`] is what a store offers to the
//! [`Executor`](crate::engine::Executor) while it runs one command; [`Store`] is what the rest of
//! the product sees. To add a store, implement both and run the conformance suite against it.
//!
//! Rules for an implementation: a command and everything it writes is one transaction; the reply
//! leaves after the commit; rows are found by (tenant, key) only.

mod codec;
mod error;
mod lists;
pub mod migrator;
pub mod postgres;
mod prune;
mod report;
mod request;
mod rows;
pub mod sends;
pub mod sqlite;
mod sweep;
mod transaction;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use beckon_domain::command::Reply;
use beckon_domain::effect::LaneKey;
use beckon_domain::event::Event;
use beckon_domain::ids::{
    AccountId, Address, AgentId, CommandId, InvitationId, ServiceId, SessionId, TenantId,
};
use beckon_domain::invitation::Invitation;
use beckon_domain::session::{Message, Session};
use jiff::{SignedDuration, Timestamp};

pub use self::error::{ExecuteError, StoreError};
pub use self::lists::{Finished, Invited, ReportPlace, Span};
pub use self::prune::{Expired, PRUNED_AT_ONCE, Pruned};
pub use self::report::{Group, Grouping, Measure, Measures, SessionReport};
pub use self::request::{Class, Origin, Request, Slot};
pub use self::rows::{
    AgentHistory, CardRows, CustomerMessage, DirtyCard, DueTimer, FeedEntry, FollowUp, Inbox,
    LaneClaim, NodeId, OpenRoom, OutboxEntry, RoomRows, Settled, Settlement, StoreGauges, Waiting,
};
pub use self::sends::SendBudget;
pub use self::sweep::{SilentPlace, SweepRun, SweepState, SweepStore};
pub use self::transaction::{Fut, Transaction};
use crate::engine::Executed;

/// What the rest of the product sees of a store.
#[async_trait]
pub trait Store: SweepStore + Send + Sync {
    /// Carries out a command in one transaction; returns after it is durable.
    async fn execute(&self, request: Request) -> Result<Executed, ExecuteError>;

    /// A tenant's timers that are due at `now`, oldest first, and when the next one after them is.
    async fn due_timers(
        &self,
        tenant: TenantId,
        now: Timestamp,
        limit: usize,
    ) -> Result<(Vec<DueTimer>, Option<Timestamp>), StoreError>;

    /// Follow-ups of all tenants after a place, oldest first.
    async fn follow_ups(&self, after: u64, limit: usize) -> Result<Vec<FollowUp>, StoreError>;

    /// Cards of these tenants and this class to send at `now`, and when the next one after them is.
    /// With several nodes a card is this node's for `lease`: another is not given it before.
    async fn claim_cards(
        &self,
        tenants: &[TenantId],
        class: Class,
        node: NodeId,
        now: Timestamp,
        lease: SignedDuration,
        limit: usize,
    ) -> Result<(Vec<DirtyCard>, Option<Timestamp>), StoreError>;

    /// Waiting sessions of all tenants, per tenant oldest first; `after`: the rest of the queue
    /// behind that one.
    async fn waiting(
        &self,
        after: Option<&Waiting>,
        limit: usize,
    ) -> Result<Vec<Waiting>, StoreError>;

    /// Sessions of a service that ring, at fewer than `at_once` agents, oldest first.
    async fn ringing_at_fewer(
        &self,
        tenant: TenantId,
        service: &ServiceId,
        at_once: u32,
        limit: usize,
    ) -> Result<Vec<Waiting>, StoreError>;

    /// What a card is rendered from.
    async fn card(
        &self,
        tenant: TenantId,
        invitation: InvitationId,
    ) -> Result<Option<CardRows>, StoreError>;

    /// A session.
    async fn session(&self, tenant: TenantId, id: SessionId)
    -> Result<Option<Session>, StoreError>;

    /// A session with its room, read in one snapshot.
    async fn room(
        &self,
        tenant: TenantId,
        session: SessionId,
    ) -> Result<Option<RoomRows>, StoreError>;

    /// The session that a chat was made for, also long after its end.
    async fn session_of_chat(
        &self,
        tenant: TenantId,
        reference: &str,
    ) -> Result<Option<SessionId>, StoreError>;

    /// The chats of rooms that are in use, of all tenants, in an order of their own.
    async fn open_rooms(
        &self,
        after: Option<(TenantId, SessionId)>,
        limit: usize,
    ) -> Result<Vec<OpenRoom>, StoreError>;

    /// What the sender of a command was told, if it had an effect.
    async fn recorded(&self, tenant: TenantId, id: &CommandId)
    -> Result<Option<Reply>, StoreError>;

    /// Messages of a session after a sequence number, in order.
    async fn messages(
        &self,
        tenant: TenantId,
        session: SessionId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Message>, StoreError>;

    /// Messages of all sessions of an address after a place, in order, and its newest session.
    async fn customer_messages(
        &self,
        tenant: TenantId,
        account: &AccountId,
        address: &Address,
        after: Option<(SessionId, u64)>,
        limit: usize,
    ) -> Result<(Vec<CustomerMessage>, Option<Session>), StoreError>;

    /// What an agent has in hand.
    async fn inbox(
        &self,
        tenant: TenantId,
        agent: AgentId,
        limit: usize,
    ) -> Result<Inbox, StoreError>;

    /// Events of a session, in order.
    async fn events(&self, tenant: TenantId, session: SessionId) -> Result<Vec<Event>, StoreError>;

    /// What reports say about a session; `None` while it is open.
    async fn report(
        &self,
        tenant: TenantId,
        session: SessionId,
    ) -> Result<Option<SessionReport>, StoreError>;

    /// What an agent has been doing: the changes of their state in a span, from `from` and before
    /// `until`, oldest first, and before them the last one that was earlier.
    async fn agent_history(
        &self,
        tenant: TenantId,
        agent: AgentId,
        from: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<AgentHistory, StoreError>;

    /// Open sessions whose id is before another one's, newest first.
    async fn open_sessions(
        &self,
        tenant: TenantId,
        before: SessionId,
        limit: usize,
    ) -> Result<Vec<Session>, StoreError>;

    /// Sessions of an address whose id is before another one's, newest first.
    async fn customer_sessions(
        &self,
        tenant: TenantId,
        account: &AccountId,
        address: &Address,
        before: SessionId,
        limit: usize,
    ) -> Result<Vec<Session>, StoreError>;

    /// Finished sessions, newest first.
    async fn finished(
        &self,
        tenant: TenantId,
        wanted: &Finished,
        limit: usize,
    ) -> Result<Vec<SessionReport>, StoreError>;

    /// Invitations, newest first.
    async fn invitations(
        &self,
        tenant: TenantId,
        wanted: Invited,
        limit: usize,
    ) -> Result<Vec<Invitation>, StoreError>;

    /// Adds what finished in a span to measures.
    async fn measure(
        &self,
        tenant: TenantId,
        span: &Span,
        measures: Measures,
    ) -> Result<Measures, StoreError>;

    /// Events of all sessions of a tenant after a place in the feed, in the feed's order. Nothing
    /// is ever put in before what was already given.
    async fn feed(
        &self,
        tenant: TenantId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<FeedEntry>, StoreError>;

    /// Gives committed events their places in the feed, where the commit itself does not; how many
    /// there were. One node does it at a time, by a lease of the store; for the others there are
    /// none.
    async fn sequence_feed(
        &self,
        node: NodeId,
        now: Timestamp,
        limit: usize,
    ) -> Result<usize, StoreError>;

    /// Claims lanes of this class that have something to send at `now` and are nobody's, for
    /// `lease`; and when the next one is due.
    async fn claim_lanes(
        &self,
        class: Class,
        node: NodeId,
        now: Timestamp,
        lease: SignedDuration,
        limit: usize,
    ) -> Result<(Vec<LaneClaim>, Option<Timestamp>), StoreError>;

    /// The first entries of a claimed lane that are not dead, in order, with their messages.
    async fn lane_head(
        &self,
        claim: &LaneClaim,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StoreError>;

    /// Extends a claim to `lease` from now. False: the lane is another node's by now, or the claim
    /// has ended. A claim whose lease ran out can be extended while nobody else has the lane.
    async fn renew_lane(
        &self,
        claim: &LaneClaim,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<bool, StoreError>;

    /// Writes down what became of the head of a lane; extends the lease by `lease` when there is
    /// more.
    async fn settle(
        &self,
        claim: &LaneClaim,
        settlement: Settlement,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Settled, StoreError>;

    /// Gives back what this node has claimed, so that another need not wait for the leases to run
    /// out. Nothing is counted as an attempt.
    async fn release(&self, node: NodeId) -> Result<(), StoreError>;

    /// The outbox, oldest first: everything, or only what was given up.
    async fn outbox(
        &self,
        after: u64,
        dead_only: bool,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StoreError>;

    /// Puts an entry that was given up back to where it was. False: there is none.
    async fn outbox_retry(&self, pos: u64, now: Timestamp) -> Result<bool, StoreError>;

    /// Throws an entry that was given up away. False: there is none.
    async fn outbox_drop(&self, pos: u64) -> Result<bool, StoreError>;

    /// Makes this node the holder of a lease, or extends it. False: another one holds it.
    async fn lease(
        &self,
        name: &str,
        node: NodeId,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<bool, StoreError>;

    /// Removes some of what is past, oldest first, behind live traffic: one transaction of at most
    /// [`PRUNED_AT_ONCE`] rows. To be called again until nothing was touched.
    async fn prune(&self, what: Expired) -> Result<Pruned, StoreError>;

    /// How many there are to remove.
    async fn expired(&self, what: Expired) -> Result<u64, StoreError>;

    /// Makes room for what will come, where that has to be made ahead of time.
    async fn make_room(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// How far behind the store is.
    async fn gauges(&self, now: Timestamp) -> Result<StoreGauges, StoreError>;

    /// Copies everything, as of one moment, to a file where nothing is yet; its size in bytes. For
    /// stores that have tools of their own for it there is nothing to do here.
    ///
    /// # Errors
    /// [`StoreError::Database`] in words for an administrator; there is no file then.
    async fn backup(&self, _to: &Path) -> Result<u64, StoreError> {
        Err(StoreError::Connect("back this database up with its own tools (pg_dump)".to_owned()))
    }

    /// A secret of this installation: `fresh` is kept the first time, the kept one is given ever
    /// after.
    async fn secret(&self, name: &str, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError>;

    /// Where the nodes share what may be sent to a tenant; `None` where there is only one node.
    fn send_budget(&self) -> Option<Arc<dyn SendBudget>> {
        None
    }

    /// Carries out what was accepted, then stops. Commands that come later are refused.
    async fn close(&self);
}

/// The lease of the one that prunes.
pub const PRUNER: &str = "pruner";
/// The lease of the one that sweeps.
pub const SWEEPER: &str = "sweeper";

/// How a lane is named in rows and logs.
pub(crate) fn parse_lane(stored: &str) -> Result<LaneKey, StoreError> {
    stored.parse().map_err(|_| StoreError::inconsistent("lane", format!("lane {stored:?}")))
}
