//! What a store offers to the executor while it runs one command.

use beckon_domain::agent::{Agent, StateChange};
use beckon_domain::command::{Command, Reply};
use beckon_domain::effect::Effect;
use beckon_domain::event::Event;
use beckon_domain::ids::{
    AccountId, Address, AgentId, CommandId, InvitationId, ServiceId, SessionId,
};
use beckon_domain::invitation::Invitation;
use beckon_domain::report::Rings;
use beckon_domain::room::Room;
use beckon_domain::session::{Message, Session};
use beckon_domain::timer::Timer;
use jiff::Timestamp;
use uuid::Uuid;

use super::{Class, SessionReport, StoreError};

/// One open transaction of one tenant, as the executor uses it. The methods are async for stores
/// that talk over a network; a store in the same process answers at once.
///
/// "Locked" means: nobody else changes the row before this transaction ends. The executor asks in
/// the lock order (session, then what hangs on it, then agents by id, then lanes), so two
/// transactions never wait for each other in a circle; a store that finds one all the same fails
/// one of them and runs it again.
pub trait Transaction: Send {
    /// What the sender of this command was told when it was carried out before.
    fn recorded(&mut self, id: &CommandId) -> impl Fut<Option<Reply>>;
    /// Notes that a command was carried out, and about which session: its key is kept while that
    /// is open.
    fn record(
        &mut self,
        id: &CommandId,
        session: Option<SessionId>,
        at: Timestamp,
        reply: &Reply,
    ) -> impl Fut<()>;
    /// Takes a timer away. False when it is no longer the one that was seen: of that generation,
    /// and due then. (A timer that fired and is set again begins with the first generation anew.)
    fn take_timer(&mut self, timer: &Timer, generation: u64) -> impl Fut<bool>;
    /// Takes a follow-up away. False when it is no longer there.
    fn take_follow_up(&mut self, id: Uuid) -> impl Fut<bool>;

    /// The session of that id, locked.
    fn session(&mut self, id: SessionId) -> impl Fut<Option<Session>>;
    /// The open session of an address, locked.
    fn open_session(&mut self, account: &AccountId, address: &Address)
    -> impl Fut<Option<Session>>;
    /// The session that an address had last, ended or not, and how many sessions of a service are
    /// open, counted up to a limit; 0 without one. Neither is locked.
    fn newcomer(
        &mut self,
        account: &AccountId,
        address: &Address,
        service: Option<(&ServiceId, u32)>,
    ) -> impl Fut<(Option<Session>, u32)>;
    /// The session of an invitation; not locked, and it never changes.
    fn session_of(&mut self, id: InvitationId) -> impl Fut<Option<SessionId>>;
    /// The invitation of that id. Its session's lock covers it.
    fn invitation(&mut self, id: InvitationId) -> impl Fut<Option<Invitation>>;
    /// The live invitations of a session: ringing, accepted or in wrap-up, by id. The session's
    /// lock covers them.
    fn live_invitations(&mut self, session: SessionId) -> impl Fut<Vec<Invitation>>;
    /// The session's room. The session's lock covers it.
    fn room(&mut self, session: SessionId) -> impl Fut<Option<Room>>;
    /// The agent of that id, locked.
    fn agent(&mut self, id: AgentId) -> impl Fut<Option<Agent>>;
    /// Agents as they are, not locked, in no order: to choose from. Those unknown are absent.
    fn peek_agents(&mut self, ids: &[AgentId]) -> impl Fut<Vec<Agent>>;

    /// The session's events, in order, those of this transaction included. The session's lock
    /// covers them.
    fn events(&mut self, session: SessionId) -> impl Fut<Vec<Event>>;

    /// Writes a session.
    fn put_session(&mut self, row: &Session) -> impl Fut<()>;
    /// Writes an invitation. Its card, if it has to be sent, waits among those of its class.
    fn put_invitation(&mut self, row: &Invitation, class: Class) -> impl Fut<()>;
    /// Writes an agent.
    fn put_agent(&mut self, row: &Agent) -> impl Fut<()>;
    /// Writes a room.
    fn put_room(&mut self, row: &Room) -> impl Fut<()>;
    /// Appends a message.
    fn add_message(&mut self, session: SessionId, row: &Message) -> impl Fut<()>;
    /// Appends an event.
    fn add_event(&mut self, session: SessionId, row: &Event) -> impl Fut<()>;
    /// Writes what reports say about a session that ended; of one that is there already, what can
    /// still change: after-call work and deliveries that failed.
    fn put_report(&mut self, row: &SessionReport) -> impl Fut<()>;
    /// Writes how often an agent was rung for a session of this report, which is shared; what is
    /// there already is left as it is.
    fn add_rings(&mut self, report: &SessionReport, row: &Rings) -> impl Fut<()>;
    /// Writes what an agent is doing from an instant on, in place of what they did from then on.
    fn put_state(&mut self, agent: AgentId, row: &StateChange) -> impl Fut<()>;
    /// Sets a timer; one of the same key is replaced and its generation raised.
    fn set_timer(&mut self, timer: &Timer) -> impl Fut<()>;
    /// Puts an effect at the end of its lane and makes the lane due. One whose `unique` key is
    /// already in the outbox is left out. A lane is of the highest class that waits in it.
    fn add_effect(&mut self, row: &Effect, at: Timestamp, class: Class) -> impl Fut<()>;
    /// Keeps a command to be carried out after this one.
    fn add_follow_up(&mut self, id: Uuid, row: &Command) -> impl Fut<()>;
}

/// Shorthand for what the methods of [`Transaction`] give.
pub trait Fut<T>: Future<Output = Result<T, StoreError>> + Send {}
impl<T, F: Future<Output = Result<T, StoreError>> + Send> Fut<T> for F {}
