//! The one function that decides: (view, command, env) → step.

mod answer;
mod connect;
mod conversation;
mod delivery;
mod ending;
mod flow;
mod intake;
mod offer;
mod park;
mod people;
mod plan;
mod room;
mod room_report;
mod silence;
#[cfg(test)]
pub(crate) mod tests;
mod transfer;
mod turn;
mod verdict;
mod wrap_up;

use jiff::Timestamp;
use thiserror::Error;

use crate::agent::{Agent, NotSelectable, StateChange};
use crate::command::{Command, Reply};
use crate::effect::Effect;
use crate::event::{Event, EventKind};
use crate::ids::{AgentId, InvitationId};
use crate::invitation::Invitation;
use crate::room::Room;
use crate::session::{Message, Session};
use crate::settings::Service;
use crate::timer::{Timer, TimerKey};
use crate::wrap_up::BadCodes;

pub use intake::had_before;
pub use plan::{Anchor, candidates, named_agents, plan};

use turn::Turn;
use verdict::Cause;
use wrap_up::Said;

/// The rows that a command concerns, as they are under lock; [`plan()`] says which.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// The session, when one exists.
    pub session: Option<Session>,
    /// Every live invitation of the session, and the one that the command names.
    pub invitations: Vec<Invitation>,
    /// The agents of these invitations, those that the command names, and what
    /// [`StepError::NeedRows`] asked for.
    pub agents: Vec<Agent>,
    /// The session's room, when one exists.
    pub room: Option<Room>,
    /// For an offer the service's members, in its order: a snapshot without locks, to choose from.
    /// Whoever is chosen has to be in `agents` before anything is written.
    pub candidates: Vec<Agent>,
    /// What is known of a customer without an open session, for commands that may begin one.
    pub newcomer: Newcomer,
}

/// A customer without an open session. Nothing of this is locked: it says how to begin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Newcomer {
    /// The session that they had last on this account, ended.
    pub last: Option<Session>,
    /// How many sessions of the service are open, counted no further than its limit; 0 where its
    /// workflow decides about one.
    pub open: u32,
    /// Whether the tenant's block list names them.
    pub blocked: bool,
}

impl View {
    /// An invitation of the view.
    pub fn invitation(&self, id: InvitationId) -> Option<&Invitation> {
        self.invitations.iter().find(|row| row.id == id)
    }

    /// An agent of the view, under lock.
    pub fn agent(&self, id: AgentId) -> Option<&Agent> {
        self.agents.iter().find(|row| row.id == id)
    }
}

/// What the rules may know beside the rows.
#[derive(Clone, Copy, Debug)]
pub struct Env<'s> {
    /// The time of the command; the same for a whole transaction.
    pub now: Timestamp,
    /// The service of the session, `None` where the command has none.
    pub service: Option<&'s Service>,
    /// Whether messages to the customer are pushed: the session's channel account has a webhook.
    /// Otherwise the customer's side reads them.
    pub push: bool,
    /// Whether the tenant wants notices.
    pub notify: bool,
}

/// What is to be written, and what the sender hears. Rows that did not change are absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// The session, new or changed.
    pub session: Option<Session>,
    /// Invitations, new or changed. Those that close come first, so that at no moment two are
    /// accepted.
    pub invitations: Vec<Invitation>,
    /// Agents that changed.
    pub agents: Vec<Agent>,
    /// What these agents are doing from when on; in order for each.
    pub states: Vec<(AgentId, StateChange)>,
    /// The room, new or changed.
    pub room: Option<Room>,
    /// Messages of the session, in order, with their sequence numbers.
    pub messages: Vec<Message>,
    /// Events of the session, in order, with their sequence numbers.
    pub events: Vec<Event>,
    /// Timers to set; a timer of the same key is replaced.
    pub timers: Vec<Timer>,
    /// What has to happen outside, in order.
    pub effects: Vec<Effect>,
    /// Commands to carry out afterwards, each in a transaction of its own.
    pub follow_ups: Vec<Command>,
    /// Whether somebody waiting may have become offerable, or somebody free.
    pub wake_matcher: bool,
    /// What the sender of the command learns.
    pub reply: Option<Reply>,
}

impl Step {
    /// Whether nothing has to be written, not even that the command was carried out.
    pub fn is_empty(&self) -> bool {
        !self.reply.as_ref().is_some_and(Reply::is_kept)
            && self.session.is_none()
            && self.invitations.is_empty()
            && self.agents.is_empty()
            && self.room.is_none()
            && self.messages.is_empty()
            && self.events.is_empty()
            && self.timers.is_empty()
            && self.effects.is_empty()
            && self.follow_ups.is_empty()
    }
}

/// A command that cannot be carried out. Nothing is written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Rejection {
    /// The command names a row that does not exist.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The text of a message is empty or blank.
    #[error("the text is empty")]
    EmptyText,
    /// The text of a message is too long.
    #[error("the text has {chars} characters, the limit is {max}")]
    TextTooLong {
        /// How long it is.
        chars: usize,
        /// How long it may be.
        max: usize,
    },
    /// The session would have too many parameters.
    #[error("the session would have {count} parameters, the limit is {max}")]
    TooManyParameters {
        /// How many there would be.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// The session is not in conversation: nobody would read the message.
    #[error("the session is {0}, not connected")]
    NotConnected(&'static str),
    /// Another agent has the session.
    #[error("the session is another agent's")]
    NotYours,
    /// The customer has a session: there is nothing to begin.
    #[error("the customer has an open session")]
    SessionOpen,
    /// The tenant's block list names the customer: we do not write to whom we do not hear.
    #[error("the customer is on the block list")]
    Blocked,
    /// The agent has as many conversations as one may have.
    #[error("the agent has no capacity left")]
    AtCapacity,
    /// Codes and tags are for conversations that are over.
    #[error("codes cannot be set while the invitation is {0}")]
    CodesNotOpen(&'static str),
    /// The time for codes and tags is over.
    #[error("codes could be set until {until}")]
    CodesClosed {
        /// Since when.
        until: Timestamp,
    },
    /// The service does not take these codes or tags.
    #[error(transparent)]
    BadCodes(#[from] BadCodes),
    /// The after-call work cannot be ended before the codes are chosen.
    #[error("codes that have to be chosen are missing")]
    CodesRequired,
    /// The agent cannot be rung.
    #[error("the agent cannot be rung: {0:?}")]
    NotSelectable(NotSelectable),
}

/// Why there is no step.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StepError {
    /// The command cannot be carried out at all. Nothing is to be written.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The rules chose rows that are not in the view: lock and load these as well, afresh, and ask
    /// again. All guards are checked again then.
    #[error("rows are needed: {0:?}")]
    NeedRows(Vec<RowKey>),
}

/// A row that the rules ask for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum RowKey {
    /// An agent. Among the candidates the fresh row replaces the one of the snapshot.
    Agent(AgentId),
    /// An invitation of the view's session, and its agent with it.
    Invitation(InvitationId),
}

/// Decides what a command does.
///
/// Pure: the same arguments give the same step. A command that comes too late, twice or from the
/// wrong person gives an empty step whose reply says how things stand.
///
/// # Errors
/// [`StepError::Rejected`] when the command cannot be carried out at all, and
/// [`StepError::NeedRows`] when the rules chose rows that are not in the view. Nothing is to be
/// written then.
pub fn step(view: View, command: &Command, env: Env<'_>) -> Result<Step, StepError> {
    let mut turn = Turn::new(view, env);
    let reply = turn.carry_out(command)?;
    Ok(turn.finish(reply))
}

impl Turn<'_> {
    fn carry_out(&mut self, command: &Command) -> Result<Reply, StepError> {
        match command {
            Command::CustomerMessage { account, customer, text, parameters, new_session } => {
                self.customer_message(account, customer, text, parameters, *new_session)
            }
            Command::ContactAgent {
                account,
                customer,
                text,
                parameters,
                agent,
                new_session,
                invitation,
            } => {
                let ids = (*new_session, *invitation);
                self.contact_agent(account, customer, (text, parameters), *agent, ids)
            }
            Command::StartOutbound { account, customer, text, new_session, window } => {
                self.start_outbound(account, customer, text, *new_session, *window)
            }
            Command::CustomerLeft { .. } => self.end(&Cause::CustomerLeft),
            Command::AdminEnd { audit, .. } => self.admin_end(audit.as_ref()),
            Command::SystemEnd { why, .. } => self.end(&Cause::System(why.clone())),
            Command::Sweep { threshold, .. } => self.sweep(*threshold),
            Command::Flow { step, .. } => self.flow(step),
            Command::Offer { invitation, .. } => self.offer(*invitation),
            Command::Act { invitation, agent, action, surface, seen } => {
                self.act(*invitation, *agent, *action, *surface, seen.as_ref())
            }
            Command::SetCodes { invitation, by, codes, keep, surface, seen } => {
                let said = Said { by, codes, keep: *keep };
                self.set_codes(*invitation, said, *surface, seen.as_ref())
            }
            Command::AgentMessage { agent, text, .. } => self.agent_message(*agent, text),
            Command::Transfer { invitation, agent, target, note } => {
                self.transfer(*invitation, *agent, target, note.as_deref())
            }
            Command::TransferReported { invitation, refused } => {
                self.transfer_reported(*invitation, refused.as_deref())
            }
            Command::Return { invitation, reason } => self.take_back(*invitation, *reason),
            Command::LeaveWrapUp { invitation } => {
                self.conclude(*invitation, true).map(|()| Reply::Noted)
            }
            Command::TakeOver { agent, invitation, .. } => self.take_over(*agent, *invitation),
            Command::StandbyAccepted { agent, invitation, .. } => {
                self.standby_accepted(*agent, *invitation)
            }
            Command::CardShown { invitation, copy } => self.card_shown(*invitation, copy),
            Command::CardFailed { invitation, failure } => self.card_failed(*invitation, failure),
            Command::WithdrawInvitation { invitation, reason } => {
                self.withdraw(*invitation, *reason)
            }
            Command::Room { attempt, report, .. } => self.room_reported(*attempt, report),
            Command::RoomMessage { agent, reference, text, written, .. } => {
                self.room_message(*agent, reference, text, *written)
            }
            Command::RoomEdited { seq, text, .. } => self.room_edited(*seq, text.as_deref()),
            Command::Timer(timer) => self.timer_due(*timer),
            Command::AgentReachable { agent, reference, channel } => {
                self.agent_reachable(*agent, reference, *channel)
            }
            Command::AgentUnreachable { agent, blocked } => {
                self.agent_unreachable(*agent, *blocked)
            }
            Command::SetDuty { agent, duty } => self.set_duty(*agent, *duty),
            Command::SetPresence { agent, presence } => self.set_presence(*agent, *presence),
            Command::ResetRona { agent, by, flag } => self.reset_rona(*agent, by.clone(), *flag),
            Command::FlagLifted { invitation, why } => self.flag_lifted(*invitation, why),
            Command::ChatOpened { agent, reference } => self.chat_opened(*agent, reference),
            Command::ConsoleOpen { agent } => self.console_open(*agent),
            Command::InvitationSeen { invitation, agent } => {
                self.seen_at_console(*invitation, *agent)
            }
            Command::SetInvites { agent, invites } => self.set_invites(*agent, *invites),
            Command::MessageUndelivered { seq, reason, channel_gone, .. } => {
                self.message_undelivered(*seq, reason, *channel_gone)
            }
            Command::NoticeDropped { kind, reason, .. } => {
                self.note(EventKind::NoticeDropped { kind: *kind, reason: reason.clone() })
            }
        }
    }

    fn timer_due(&mut self, timer: Timer) -> Result<Reply, StepError> {
        match timer.key {
            TimerKey::Delivery(id) => self.delivery_overdue(id),
            TimerKey::Ring(id) => self.ring_over(id, timer.due),
            TimerKey::WrapUp(id) => self.wrap_up_over(id),
            TimerKey::LateCodes(id) => self.late_codes_over(id),
            TimerKey::Offer(_) => Ok(self.wake()),
            TimerKey::MaxWait(_) => self.max_wait_over(),
            TimerKey::ParkLimit(_) => self.park_limit_over(),
            TimerKey::Reminder(_) => self.reminder_due(),
            TimerKey::Idle(_) => self.customer_idle(),
            TimerKey::Outbound(_) => self.end(&Cause::NoAnswer),
            TimerKey::Transfer(_) => self.transfer_overdue(),
            TimerKey::EmptyRoom(_) => self.empty_room(),
            TimerKey::Rona(agent) => self.rona_over(agent),
        }
    }
}
