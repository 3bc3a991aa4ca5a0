//! Agents who are flagged for not answering, and say that they are back (I3).

use beckon_domain::card::{CardCopy, CopyKind};
use beckon_domain::command::{ActResult, Command, Envelope};
use beckon_domain::ids::{CommandId, InvitationId};
use beckon_domain::intake::{self, Click};
use beckon_domain::wrap_up::Actor;
use botframework::activity::Activity;
use botframework::turn::{HandlerError, TurnContext};

use super::{BUSY, CLICK_DEADLINE, Handlers, UNKNOWN_CARD, is_personal};
use crate::store::CardRows;
use crate::teams::chat;
use crate::teams::people::Sender;

impl Handlers {
    /// A click on "I am back". The flag that this invitation brought goes; where it has gone
    /// already, or is another's, nothing changes. The error is a sentence for the one who clicked.
    pub(super) async fn reset_rona(
        &self,
        activity: &Activity,
        sender: &Sender,
        click: &Click<'_>,
    ) -> Result<(InvitationId, ActResult), &'static str> {
        let invitation = click.data.invitation;
        match self.engine.store().card(sender.tenant, invitation).await {
            Ok(None) => return Err(UNKNOWN_CARD),
            Ok(Some(rows)) if rows.invitation.agent != sender.agent => {
                return Ok((invitation, ActResult::Foreign));
            }
            Ok(Some(rows)) => self.adopt(activity, sender, &rows).await,
            Err(error) => {
                tracing::error!(target: "teams.bot", %error, "a click was not carried out");
                return Err(BUSY);
            }
        }
        let result = self.carry_out(sender, intake::reset_rona(click)).await?;
        Ok((invitation, result))
    }

    /// The agent says that they are there.
    pub(super) async fn back(
        &self,
        turn: &TurnContext,
        sender: &Sender,
    ) -> Result<(), HandlerError> {
        let agent = sender.agent;
        let by = Some(Actor::Agent { agent });
        let command = Command::ResetRona { agent, by, flag: None };
        self.note(turn.activity(), sender, "available", command).await?;
        self.say(turn, chat::BACK).await
    }

    /// Notes a copy of the agent's own card that we do not know: the answer to its post was lost.
    /// Whatever it shows, it is repainted and kept true from here on.
    pub(super) async fn adopt(&self, activity: &Activity, sender: &Sender, rows: &CardRows) {
        let invitation = rows.invitation.id;
        if let Some(message) = activity.reply_to_id.as_deref().filter(|_| is_personal(activity))
            && rows.invitation.card.copies.iter().all(|copy| copy.activity != message)
        {
            let (conversation, activity) = (activity.conversation.id.clone(), message.to_owned());
            let id = CommandId(format!("stray:{invitation}:{conversation}:{activity}"));
            let kind = CopyKind::Invitation;
            let copy = CardCopy { conversation, activity, shown: 0, kind };
            let command = Command::CardShown { invitation, copy };
            let envelope = Envelope { tenant: sender.tenant, id, command };
            if let Err(error) = self.engine.execute_within(envelope, CLICK_DEADLINE).await {
                tracing::warn!(target: "teams.bot", %error, "a stray card was not noted");
            }
        }
    }
}
