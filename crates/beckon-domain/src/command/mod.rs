//! Commands: everything that can happen to a session, from wherever it comes.

mod kind;
mod parts;
mod reply;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::agent::{BotChannel, Duty, Presence};
use crate::card::CardCopy;
use crate::effect::NoticeKind;
use crate::ids::{AccountId, AgentId, CommandId, InvitationId, SessionId, TenantId};
use crate::invitation::ReturnReason;
use crate::session::{Customer, Parameters};
use crate::timer::Timer;
use crate::transfer::TransferTo;
use crate::wrap_up::{Actor, Audit, Codes};

pub use kind::CommandKind;
pub use parts::{
    Action, CardFailure, FlagEnd, FlowEnd, FlowStep, NotSent, RoomReport, Surface, SystemEnd,
    Withdrawal, Written,
};
pub use reply::{ActResult, Reply};

/// A command with what makes it unique.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Its key: the same key twice has the effect of once (rule 3).
    pub id: CommandId,
    /// What is to happen.
    pub command: Command,
}

/// What is to happen. New ids are carried in, so that a repeat names the same rows.
///
/// Stored where it has to be carried out later: a follow-up of another command. The stored form
/// stays readable: new fields have a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// A customer wrote. Joins the open session of this address, else starts one.
    CustomerMessage {
        /// The channel account written to.
        account: AccountId,
        /// Who wrote.
        customer: Customer,
        /// The text, 1–10,000 characters.
        text: String,
        /// What the channel knows beside it; joins what is known.
        #[serde(default, skip_serializing_if = "Parameters::is_empty")]
        parameters: Parameters,
        /// The id of the session, if one has to be started.
        new_session: SessionId,
    },
    /// The customer left.
    CustomerLeft {
        /// The session.
        session: SessionId,
    },
    /// The matcher offers a waiting session to the best selectable agent, if there is one. With
    /// broadcast it offers again, under a new id, for as long as one more is rung.
    Offer {
        /// The session.
        session: SessionId,
        /// The id of the invitation, if one is made.
        invitation: InvitationId,
    },
    /// An agent acted on an invitation, on whatever surface.
    Act {
        /// The invitation.
        invitation: InvitationId,
        /// Who acted.
        agent: AgentId,
        /// What they chose.
        action: Action,
        /// Where.
        surface: Surface,
        /// The message that was clicked and the version it showed; adopted when it is not known
        /// yet (B6: the answer to its post was lost).
        seen: Option<CardCopy>,
    },
    /// An agent wrote into the room.
    AgentMessage {
        /// The session.
        session: SessionId,
        /// Who wrote.
        agent: AgentId,
        /// The text, 1–10,000 characters.
        text: String,
    },
    /// An administrator forces the end, valid in every phase; where only the after-call work is
    /// left, that ends.
    AdminEnd {
        /// The session.
        session: SessionId,
        /// Who wants it, and why; kept on record.
        #[serde(default)]
        audit: Option<Audit>,
    },
    /// Somebody says by codes and tags what a conversation was about (P4).
    SetCodes {
        /// The invitation of whoever had it.
        invitation: InvitationId,
        /// Who; the caller has checked that a key may.
        by: Actor,
        /// What they say.
        codes: Codes,
        /// Whether what they do not say stays as it was: a card cannot tell that from nothing.
        keep: bool,
        /// Where.
        surface: Surface,
        /// The message that was clicked and the version it showed, as for `Act`.
        seen: Option<CardCopy>,
    },
    /// The dispatcher reports that a card was put on display.
    CardShown {
        /// The invitation.
        invitation: InvitationId,
        /// The message, and the version it now shows.
        copy: CardCopy,
    },
    /// The dispatcher reports that a card could not be put on display.
    CardFailed {
        /// The invitation.
        invitation: InvitationId,
        /// What went wrong.
        failure: CardFailure,
    },
    /// A timer is due, as it was set.
    Timer(Timer),
    /// The agent's chat with the bot exists: the bot may write.
    AgentReachable {
        /// Who.
        agent: AgentId,
        /// The conversation reference, opaque to the rules.
        reference: String,
        /// The channel of that chat.
        #[serde(default)]
        channel: BotChannel,
    },
    /// The agent removed or blocked the bot. Writes the agent's row only; each invitation that
    /// rings at them is withdrawn by a follow-up.
    AgentUnreachable {
        /// Who.
        agent: AgentId,
        /// Whether it was blocked; otherwise it was removed.
        blocked: bool,
    },
    /// An invitation that rings at an agent who cannot answer it is taken back; the session moves
    /// on, the agent is not blamed. A follow-up of a command about the agent.
    WithdrawInvitation {
        /// The invitation.
        invitation: InvitationId,
        /// Why.
        reason: Withdrawal,
    },
    /// The dispatcher reports that a message could not be delivered, for good.
    MessageUndelivered {
        /// The session.
        session: SessionId,
        /// The message's place there.
        seq: u64,
        /// The platform's words, for the administrator.
        reason: String,
        /// Whether nothing else can be delivered there either: the channel is gone.
        #[serde(default)]
        channel_gone: bool,
    },
    /// The dispatcher reports that a notice was given up: refused for good, or too old.
    NoticeDropped {
        /// The session it was about.
        session: SessionId,
        /// What kind of notice it was.
        kind: NoticeKind,
        /// Why.
        reason: String,
    },
    /// A customer asks for one agent. Joins the open session of this address, else starts one that
    /// rings this agent, or waits in the service's queue when they cannot be rung (C5).
    ContactAgent {
        /// The channel account written to; its service is the fallback.
        account: AccountId,
        /// Who wrote.
        customer: Customer,
        /// The text, 1–10,000 characters.
        text: String,
        /// What the channel tells about the request.
        #[serde(default)]
        parameters: Parameters,
        /// The agent.
        agent: AgentId,
        /// The id of the session, if one has to be started.
        new_session: SessionId,
        /// The id of the invitation, if one is made.
        invitation: InvitationId,
    },
    /// We write to a customer who has no open session. Their answer brings it into the queue.
    StartOutbound {
        /// The channel account to write from.
        account: AccountId,
        /// Whom.
        customer: Customer,
        /// The text, 1–10,000 characters.
        text: String,
        /// The id of the session.
        new_session: SessionId,
        /// How long the customer has for an answer.
        window: SignedDuration,
    },
    /// The workflow went on.
    Flow {
        /// The session.
        session: SessionId,
        /// What it did.
        #[serde(flatten)]
        step: FlowStep,
    },
    /// Beckon itself ends the session.
    SystemEnd {
        /// The session.
        session: SessionId,
        /// Why.
        #[serde(flatten)]
        why: SystemEnd,
    },
    /// The sweep: ends the session if nothing was said in it for too long (P6).
    Sweep {
        /// The session.
        session: SessionId,
        /// How long it may be silent. 1 h – 30 d.
        threshold: SignedDuration,
    },
    /// An agent moves their session on (D7).
    Transfer {
        /// The sender's invitation.
        invitation: InvitationId,
        /// Who sends.
        agent: AgentId,
        /// Where to.
        target: TransferTo,
        /// For whoever takes it, 1–10,000 characters.
        note: Option<String>,
    },
    /// The provider answered a transfer to outside.
    TransferReported {
        /// The sender's invitation.
        invitation: InvitationId,
        /// The provider's words, if it refused.
        refused: Option<String>,
    },
    /// The session leaves its agent for the queue, not by the agent's own choice.
    Return {
        /// The agent's invitation.
        invitation: InvitationId,
        /// Why.
        reason: ReturnReason,
    },
    /// A supervisor takes a conversation over.
    TakeOver {
        /// The session.
        session: SessionId,
        /// The supervisor; the caller has checked that they are one.
        agent: AgentId,
        /// The id of their invitation.
        invitation: InvitationId,
    },
    /// An agent on call takes a session that nobody has yet.
    StandbyAccepted {
        /// The session.
        session: SessionId,
        /// Who.
        agent: AgentId,
        /// The id of their invitation.
        invitation: InvitationId,
    },
    /// The provider of a session's room reports.
    Room {
        /// The session.
        session: SessionId,
        /// Which try at a room the report is about; one about an earlier try is too late.
        attempt: u32,
        /// What it reports.
        #[serde(flatten)]
        report: RoomReport,
    },
    /// The agent goes on with the customer of an ended session instead of wrapping it up (R8): that
    /// work is over, whatever its rules. A follow-up of their accept.
    LeaveWrapUp {
        /// The invitation whose after-call work runs.
        invitation: InvitationId,
    },
    /// Somebody wrote in the room of a session.
    RoomMessage {
        /// The session.
        session: SessionId,
        /// Who: anybody of the tenant can be in a chat.
        agent: AgentId,
        /// What the provider calls the room it was written in.
        reference: String,
        /// The text.
        text: String,
        /// What else it is.
        #[serde(default)]
        written: Written,
    },
    /// Somebody changed what they had written in a room, after it was carried to the customer.
    RoomEdited {
        /// The session.
        session: SessionId,
        /// The message's place there.
        seq: u64,
        /// The new text; `None`: it was deleted.
        text: Option<String>,
    },
    /// An agent goes on or off duty. What they have is settled by follow-ups.
    SetDuty {
        /// Who.
        agent: AgentId,
        /// Which.
        duty: Duty,
    },
    /// Teams reports where an agent is.
    SetPresence {
        /// Who.
        agent: AgentId,
        /// Where.
        presence: Presence,
    },
    /// The RONA flag is taken away, by the agent or a supervisor.
    ResetRona {
        /// Who is flagged.
        agent: AgentId,
        /// Who takes it away; kept on record.
        #[serde(default)]
        by: Option<Actor>,
        /// Only the flag that this invitation brought; otherwise nothing changes. `None`: any.
        #[serde(default)]
        flag: Option<InvitationId>,
    },
    /// The RONA flag that an invitation brought is no more: the session keeps that on record, and
    /// the card is brought up to date. A follow-up of what ended it.
    FlagLifted {
        /// The invitation.
        invitation: InvitationId,
        /// How it ended.
        #[serde(flatten)]
        why: FlagEnd,
    },
    /// The dispatcher opened the chat with an agent whom the bot had not heard from.
    ChatOpened {
        /// Who.
        agent: AgentId,
        /// The conversation reference, opaque to the rules.
        reference: String,
    },
    /// An agent has the console open; said again while they have.
    ConsoleOpen {
        /// Who.
        agent: AgentId,
    },
    /// The console shows an invitation to its agent: the ring's clock may start (I3).
    InvitationSeen {
        /// The invitation.
        invitation: InvitationId,
        /// Who sees it.
        agent: AgentId,
    },
    /// An agent chose whether to be invited in Teams (B2).
    SetInvites {
        /// Who.
        agent: AgentId,
        /// Whether; `None`: as the configuration says.
        invites: Option<bool>,
    },
}
