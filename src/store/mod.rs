//! The store: the only thing that serialises, and the only place with SQL.
//!
//! Two traits, one for each side of a store. [`Transaction`] is what a store offers to the
//! [`Executor`](crate::engine::Executor) while it runs one command; [`Store`] is what the rest of
//! the product sees. To add a store, implement both and run the conformance suite against it.
//!
//! Rules for an implementation: a command and everything it writes is one transaction; the reply
//! leaves after the commit; rows are found by (tenant, key) only.

pub mod sqlite;

use async_trait::async_trait;
use beckon_domain::agent::Agent;
use beckon_domain::command::{Envelope, Reply};
use beckon_domain::event::Event;
use beckon_domain::ids::{
    AccountId, Address, AgentId, CommandId, InvitationId, ServiceId, SessionId, TenantId,
};
use beckon_domain::invitation::Invitation;
use beckon_domain::room::Room;
use beckon_domain::session::{Message, Session};
use beckon_domain::step::Rejection;
use beckon_domain::timer::{Timer, TimerKey};
use jiff::Timestamp;
use thiserror::Error;

use crate::engine::Executed;

/// A failure of the store. Nothing of the command was written, unless it says otherwise.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database answered with an error.
    #[error("database: {0}")]
    Database(String),
    /// A row does not decode: it was written by something else or damaged.
    #[error("inconsistent row in {table}: {detail}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// The schema was written by a newer Beckon.
    #[error(
        "the database has schema {found}, this program knows up to {known}: run the newer program"
    )]
    NewerSchema {
        /// What the database has.
        found: u32,
        /// What this program knows.
        known: u32,
    },
    /// A migration that was already applied differs from the one in this program.
    #[error("migration {number} differs from the one that was applied: restore the original file")]
    MigrationChanged {
        /// Its number.
        number: u32,
    },
    /// Another process has the database open.
    #[error("another process has {0} open: stop it, or use another path in [store]")]
    Locked(String),
    /// The store is shutting down, or a rule panicked; the command was not carried out.
    #[error("the store is not available: {0}")]
    Unavailable(&'static str),
}

/// Why a command was not carried out.
#[derive(Debug, Error)]
pub enum ExecuteError {
    /// The rules refuse it.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One open transaction of one tenant, as the executor uses it. The methods are async for stores
/// that talk over a network; a store in the same process answers at once.
pub trait Transaction: Send {
    /// What the sender of this command was told when it was carried out before.
    fn recorded(&mut self, id: &CommandId) -> impl Fut<Option<Reply>>;
    /// Notes that a command was carried out.
    fn record(&mut self, id: &CommandId, at: Timestamp, reply: &Reply) -> impl Fut<()>;
    /// The session of that id, locked.
    fn session(&mut self, id: SessionId) -> impl Fut<Option<Session>>;
    /// The open session of an address, locked.
    fn open_session(&mut self, account: &AccountId, address: &Address)
    -> impl Fut<Option<Session>>;
    /// The invitation of that id, locked.
    fn invitation(&mut self, id: InvitationId) -> impl Fut<Option<Invitation>>;
    /// The agent of that id, locked.
    fn agent(&mut self, id: AgentId) -> impl Fut<Option<Agent>>;
    /// The session's room, locked.
    fn room(&mut self, session: SessionId) -> impl Fut<Option<Room>>;
    /// Writes a session.
    fn put_session(&mut self, row: &Session) -> impl Fut<()>;
    /// Writes an invitation.
    fn put_invitation(&mut self, row: &Invitation) -> impl Fut<()>;
    /// Writes an agent.
    fn put_agent(&mut self, row: &Agent) -> impl Fut<()>;
    /// Writes a room.
    fn put_room(&mut self, row: &Room) -> impl Fut<()>;
    /// Appends a message.
    fn add_message(&mut self, session: SessionId, row: &Message) -> impl Fut<()>;
    /// Appends an event.
    fn add_event(&mut self, session: SessionId, row: &Event) -> impl Fut<()>;
    /// Sets a timer; one of the same key is replaced and its generation raised.
    fn set_timer(&mut self, timer: &Timer) -> impl Fut<()>;
    /// Takes a timer away. False when it is no longer the one of that generation.
    fn take_timer(&mut self, key: TimerKey, generation: u64) -> impl Fut<bool>;
}

/// Shorthand for what the methods of [`Transaction`] give.
pub trait Fut<T>: Future<Output = Result<T, StoreError>> + Send {}
impl<T, F: Future<Output = Result<T, StoreError>> + Send> Fut<T> for F {}

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

/// A session in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its tenant.
    pub tenant: TenantId,
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

/// What the rest of the product sees of a store.
#[async_trait]
pub trait Store: Send + Sync {
    /// Carries out a command in one transaction; returns after it is durable. For a timer the
    /// generation it was seen with.
    async fn execute(
        &self,
        envelope: Envelope,
        timer_generation: Option<u64>,
    ) -> Result<Executed, ExecuteError>;

    /// A tenant's timers that are due at `now`, oldest first, and when the next one after them is.
    async fn due_timers(
        &self,
        tenant: TenantId,
        now: Timestamp,
        limit: usize,
    ) -> Result<(Vec<DueTimer>, Option<Timestamp>), StoreError>;

    /// Cards to send at `now`, and when the next one after them is.
    async fn dirty_cards(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<(Vec<DirtyCard>, Option<Timestamp>), StoreError>;

    /// Waiting sessions of all tenants, per tenant oldest first.
    async fn waiting(&self, limit: usize) -> Result<Vec<Waiting>, StoreError>;

    /// What a card is rendered from.
    async fn card(
        &self,
        tenant: TenantId,
        invitation: InvitationId,
    ) -> Result<Option<CardRows>, StoreError>;

    /// A session.
    async fn session(&self, tenant: TenantId, id: SessionId)
    -> Result<Option<Session>, StoreError>;

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

    /// A secret of this installation: `fresh` is kept the first time, the kept one is given ever
    /// after.
    async fn secret(&self, name: &str, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError>;

    /// Carries out what was accepted, then stops. Commands that come later are refused.
    async fn close(&self);
}
