//! Commands: everything that can happen to a session, from wherever it comes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::card::CardCopy;
use crate::effect::NoticeKind;
use crate::ids::{AccountId, AgentId, CommandId, InvitationId, SessionId, TenantId};
use crate::outcome::Outcome;
use crate::session::Customer;
use crate::timer::Timer;

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
        /// The id of the session, if one has to be started.
        new_session: SessionId,
    },
    /// The customer left.
    CustomerLeft {
        /// The session.
        session: SessionId,
    },
    /// The matcher offers a waiting session to the best selectable agent, if there is one.
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
    /// An administrator forces the end, valid in every phase.
    AdminEnd {
        /// The session.
        session: SessionId,
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
}

/// Why an invitation is withdrawn while it rings.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withdrawal {
    /// The agent removed or blocked the bot: nobody can answer on that card.
    BotRemoved,
}

/// What an agent can choose on a card or in the console.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Take the session.
    Accept,
    /// Leave it to somebody else.
    Decline,
    /// End the conversation.
    Terminate,
    /// End the after-call work early.
    Finish,
}

impl Action {
    /// The verb on cards and in the API.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Terminate => "terminate",
            Self::Finish => "finish",
        }
    }

    /// The action of a verb.
    pub fn from_verb(verb: &str) -> Option<Self> {
        [Self::Accept, Self::Decline, Self::Terminate, Self::Finish]
            .into_iter()
            .find(|action| action.verb() == verb)
    }
}

/// Where an agent acted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// On the card: the answer repaints the clicking client, the shared update follows a second
    /// later (B6).
    Card,
    /// On the card, from a client that cannot show a card as the answer: the shared update is the
    /// answer.
    CardSubmit,
    /// In the console: the card is updated at once.
    Console,
}

/// Why a card could not be put on display.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "failure", rename_all = "snake_case")]
pub enum CardFailure {
    /// The bot may not write to this agent (removed, blocked).
    Unreachable {
        /// Whether the bot was blocked; otherwise it is not installed.
        blocked: bool,
        /// The platform's words, for the administrator.
        reason: String,
    },
    /// The message is gone (404): a fresh one has to be posted.
    Gone {
        /// The message that is gone.
        activity: String,
    },
    /// The platform refuses the card for good.
    Refused {
        /// The platform's words, for the administrator.
        reason: String,
    },
    /// Worth another try.
    Later {
        /// Not before this instant.
        at: Timestamp,
    },
}

/// What the sender of a command learns. Stored with the command's id, so that a repeat hears the
/// same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// A message was stored.
    Stored {
        /// Its session.
        session: SessionId,
        /// Its place there.
        seq: u64,
    },
    /// An agent's action on an invitation.
    Acted {
        /// The invitation.
        invitation: InvitationId,
        /// What became of it.
        result: ActResult,
    },
    /// The session ended, now or before.
    Ended {
        /// The session.
        session: SessionId,
        /// How it ended.
        outcome: Outcome,
    },
    /// The matcher's offer.
    Offered {
        /// Whether somebody is rung now.
        rung: bool,
        /// Whether any member of the service is selectable, tried before or not.
        anybody_free: bool,
    },
    /// Taken note.
    Noted,
}

/// What became of an agent's action.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActResult {
    /// It had its effect.
    Done,
    /// Repeated or too late: nothing changed. The card as it stands says why.
    Unchanged,
    /// Not this agent's invitation: nothing changed.
    Foreign,
}
