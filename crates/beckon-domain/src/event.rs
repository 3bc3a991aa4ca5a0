//! Events: every decision and change with its reason (rule 8 of ARCHITECTURE.md). Append-only.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::agent::NotSelectable;
use crate::command::{FlagEnd, NotSent, Surface};
use crate::effect::NoticeKind;
use crate::ids::{AgentId, InvitationId, SessionId};
use crate::invitation::ReturnReason;
use crate::outcome::{EndedBy, Outcome};
use crate::settings::USUAL_SLA_SECONDS;
use crate::transfer::TransferTo;
use crate::wrap_up::{Actor, Audit, Codes};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its place among the events of its session, from 1 without a gap.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventKind {
    /// A customer's first message started a session.
    SessionCreated,
    /// A customer's message started a session with one agent whom they asked for.
    DirectContact {
        /// Who.
        agent: AgentId,
    },
    /// The customer wrote again, soon after the end of another session (R8).
    CustomerReturned {
        /// That session.
        session: SessionId,
        /// The agent who had it, and is rung before all others.
        agent: AgentId,
        /// Whether their after-call work runs: they are offered Reopen and Leave at once.
        wrap_up: bool,
    },
    /// We wrote to a customer and started a session.
    OutboundStarted,
    /// The customer answered a session that we started.
    OutboundAnswered,
    /// The workflow accepted the customer.
    WorkflowAccepted,
    /// The session entered the queue.
    SessionQueued,
    /// The workflow took the session out of the queue.
    SessionDequeued,
    /// The session went back to its place in the queue.
    SessionRequeued,
    /// Nobody untried is left: agents are asked again later.
    SessionBackedOff {
        /// From when.
        until: Timestamp,
    },
    /// An agent was chosen and is rung.
    InvitationOffered {
        /// The invitation.
        invitation: InvitationId,
        /// Who is rung.
        agent: AgentId,
        /// Why the others were not, in the order of the service's list: at most 20 by name.
        passed_over: Vec<PassedOver>,
    },
    /// The card is on display: the ring clock runs.
    InvitationDelivered {
        /// The invitation.
        invitation: InvitationId,
    },
    /// The agent took it.
    InvitationAccepted {
        /// The invitation.
        invitation: InvitationId,
        /// Where the agent acted.
        surface: Surface,
    },
    /// The agent said no.
    InvitationDeclined {
        /// The invitation.
        invitation: InvitationId,
        /// Where the agent acted.
        surface: Surface,
    },
    /// The ring time passed.
    InvitationMissed {
        /// The invitation.
        invitation: InvitationId,
    },
    /// The card could not be delivered.
    InvitationUndeliverable {
        /// The invitation.
        invitation: InvitationId,
        /// Why.
        reason: String,
    },
    /// Another agent was faster.
    InvitationTaken {
        /// The invitation that is void.
        invitation: InvitationId,
        /// Who has the session.
        by: AgentId,
    },
    /// The offer was withdrawn while it rang, and the session goes on.
    InvitationWithdrawn {
        /// The invitation.
        invitation: InvitationId,
    },
    /// The session ended while it rang.
    InvitationCancelled {
        /// The invitation.
        invitation: InvitationId,
        /// Who ended the session.
        by: EndedBy,
    },
    /// After-call work is over.
    InvitationConcluded {
        /// The invitation.
        invitation: InvitationId,
        /// Whether the agent ended it before its time.
        early: bool,
    },
    /// After-call work goes on for a while: the agent let its time begin anew.
    WrapUpExtended {
        /// The invitation.
        invitation: InvitationId,
        /// Until when.
        until: Timestamp,
    },
    /// The time of the after-call work is over, and codes that have to be chosen hold it open.
    WrapUpHeld {
        /// The invitation.
        invitation: InvitationId,
        /// Until when at most.
        until: Timestamp,
    },
    /// After-call work ended without codes that have to be chosen.
    CodesMissing {
        /// The invitation.
        invitation: InvitationId,
    },
    /// Codes and tags were set; these are all of them.
    CodesSet {
        /// The invitation.
        invitation: InvitationId,
        /// By whom.
        by: Actor,
        /// Which.
        #[serde(flatten)]
        codes: Codes,
        /// Whether the session misses codes now.
        missing: bool,
    },
    /// An administrator forced an end, of the session or of its after-call work.
    AdminEnded {
        /// Who, and why. Not flattened: it has words of its own.
        audit: Audit,
    },
    /// The agent is flagged for not answering.
    AgentFlagged {
        /// Who.
        agent: AgentId,
        /// Until when, unless it is reset.
        until: Timestamp,
    },
    /// The agent is not flagged any more for the invitation of this session.
    AgentUnflagged {
        /// Who.
        agent: AgentId,
        /// How the flag ended.
        #[serde(flatten)]
        why: FlagEnd,
    },
    /// An agent wrote for the first time in this session.
    AgentReplied {
        /// Who.
        agent: AgentId,
    },
    /// The agent set the session aside.
    SessionParked,
    /// The agent took it up again.
    SessionUnparked,
    /// The agent was reminded of the session.
    AgentReminded {
        /// Who.
        agent: AgentId,
        /// Why.
        why: Reminder,
    },
    /// The customer owes an answer and was told that the conversation will end without it.
    CustomerWarned,
    /// The sweep ended it, and the customer was not told.
    ClosingNotSent {
        /// Why not.
        why: NotTold,
    },
    /// The agent moves the session on.
    TransferStarted {
        /// The sender's invitation.
        invitation: InvitationId,
        /// Where to.
        target: TransferTo,
        /// What the sender wrote for whoever takes it.
        #[serde(default)]
        note: Option<String>,
    },
    /// The target has the session.
    TransferTaken {
        /// The sender's invitation.
        invitation: InvitationId,
    },
    /// The target did not take it.
    TransferFailed {
        /// The sender's invitation.
        invitation: InvitationId,
        /// Why.
        reason: String,
        /// Whether the sender still has it.
        kept: bool,
    },
    /// The session left its agent for the queue.
    InvitationReturned {
        /// The invitation.
        invitation: InvitationId,
        /// Why.
        reason: ReturnReason,
    },
    /// A supervisor took the session over.
    TakenOver {
        /// The supervisor's invitation.
        invitation: InvitationId,
        /// Who.
        by: AgentId,
    },
    /// An agent on call took the session.
    StandbyAccepted {
        /// Their invitation.
        invitation: InvitationId,
        /// Who.
        agent: AgentId,
    },
    /// A card could not be kept true: the platform refuses it for good.
    CardGivenUp {
        /// The invitation.
        invitation: InvitationId,
        /// Why.
        reason: String,
    },
    /// A message did not reach the other side, and will not.
    MessageUndelivered {
        /// The message's place in the session.
        message: u64,
        /// Why.
        reason: String,
    },
    /// A notice about the session was given up.
    NoticeDropped {
        /// What kind of notice.
        kind: NoticeKind,
        /// Why.
        reason: String,
    },
    /// A room is to be made.
    RoomWanted,
    /// The provider makes the room.
    RoomOpening,
    /// The room opened.
    RoomOpened,
    /// The room could not be made.
    RoomFailed {
        /// The provider's words.
        reason: String,
    },
    /// The room is gone.
    RoomLost {
        /// The provider's words.
        reason: String,
    },
    /// The room is to be closed.
    RoomClosing,
    /// The room closed.
    RoomClosed,
    /// A room turned up after it had been given up: nobody was let in, an administrator may delete it.
    RoomTwin {
        /// What the provider calls it.
        reference: String,
    },
    /// The room is another agent's now.
    RoomHandedOver {
        /// Whose.
        to: AgentId,
    },
    /// Somebody gave the room another name.
    RoomRenamed {
        /// Which.
        name: String,
    },
    /// The agent left the room of the ended session.
    RoomEmptied,
    /// Somebody wrote in the room, and it did not go to the customer.
    RoomMessageNotSent {
        /// Who.
        agent: AgentId,
        /// Why. Not flattened: it may have a time of its own.
        why: NotSent,
    },
    /// The agent changed what they wrote; the customer keeps what was sent.
    RoomMessageEdited {
        /// The message's place in the session.
        message: u64,
        /// The new text; `None`: it was deleted.
        text: Option<String>,
    },
    /// The channel or a rule of ours failed: why the session ends.
    SessionFailed {
        /// What went wrong.
        reason: String,
    },
    /// The session ended.
    SessionEnded {
        /// How.
        outcome: Outcome,
        /// By whom.
        by: EndedBy,
        /// How many messages the customer wrote.
        #[serde(default)]
        messages_in: u64,
        /// How many went to the customer.
        #[serde(default)]
        messages_out: u64,
        /// The agreed time of waiting of its service as it stood then, in seconds.
        #[serde(default = "usual_sla")]
        sla_seconds: u32,
    },
}

fn usual_sla() -> u32 {
    USUAL_SLA_SECONDS
}

/// Why an agent is reminded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminder {
    /// Nobody has written for a while.
    Silent,
    /// It has been parked for a while.
    Parked,
}

impl Reminder {
    /// The name by which cards and their texts know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Parked => "parked",
        }
    }
}

/// Why the sweep does not tell a customer (P6).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotTold {
    /// Their phone would ring, and that is not switched on.
    SwitchedOff,
    /// It is not the time of day for it.
    OutsideContactHours,
    /// The provider takes no free text: the customer's last message is too long ago.
    WindowClosed,
}

/// An agent who was not chosen, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PassedOver {
    /// Who.
    pub agent: AgentId,
    /// Why; `None`: selectable, but somebody else was idle for longer.
    pub reason: Option<NotSelectable>,
}
