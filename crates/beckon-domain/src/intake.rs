//! From what a card sends back to a command. Pure: the adapter has verified who sent it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::card::{CardCopy, CopyKind};
use crate::command::{Action, Command, Surface};
use crate::ids::{AgentId, CommandId, InvitationId};

/// What every action of our cards carries in its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardActionData {
    /// The invitation whose card it is.
    pub invitation: InvitationId,
    /// The version the card showed: with the verb, the nonce of a click.
    pub version: u32,
}

/// A click that is not one of ours.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown card verb {0:?}")]
pub struct UnknownVerb(pub String);

/// A verified click on a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Click<'a> {
    /// Who clicked: the Entra object id from the verified activity.
    pub agent: AgentId,
    /// The verb of the action.
    pub verb: &'a str,
    /// The data of the action.
    pub data: CardActionData,
    /// The conversation that holds the card.
    pub conversation: &'a str,
    /// What the card is there: in a group it is a room's control card.
    pub kind: CopyKind,
    /// The message that holds the card (`replyToId`), if the channel named it.
    pub message: Option<&'a str>,
    /// Whether the click is answered with a card (an invoke), or only by the shared update (the
    /// `Action.Submit` of an old client).
    pub answered: bool,
}

/// The command of a click, with its key: (invitation, agent, verb, version). Teams delivers a
/// click up to four times, half of them under a new activity id (`facts/botframework-protocol.md`
/// §5.5); the key is the same for all of them.
///
/// # Errors
/// [`UnknownVerb`] for a verb that none of our cards has.
pub fn click(click: &Click<'_>) -> Result<(CommandId, Command), UnknownVerb> {
    let action = Action::from_verb(click.verb).ok_or_else(|| UnknownVerb(click.verb.to_owned()))?;
    let CardActionData { invitation, version } = click.data;
    // The message is part of it: a click on a second copy of the card has to be heard, or that
    // copy stays unknown.
    let message = click.message.unwrap_or_default();
    let verb = action.verb();
    let id = CommandId(format!("click:{invitation}:{}:{verb}:{version}:{message}", click.agent));
    let seen = click.message.map(|activity| CardCopy {
        conversation: click.conversation.to_owned(),
        activity: activity.to_owned(),
        shown: version,
        kind: click.kind,
    });
    let surface = if click.answered { Surface::Card } else { Surface::CardSubmit };
    let command = Command::Act { invitation, agent: click.agent, action, surface, seen };
    Ok((id, command))
}

/// The key of what somebody wrote in a room: delivered or read back, once or more often, it is the
/// same.
pub fn room_key(conversation: &str, message: &str) -> CommandId {
    CommandId(format!("room:{}:{conversation}:{message}", conversation.len()))
}

/// The key of a customer's message: the sender's own id makes it unique per address.
pub fn message_key(account: &str, address: &str, client_message_id: &str) -> CommandId {
    // Lengths keep ("a", "b:c") and ("a:b", "c") apart.
    CommandId(format!(
        "message:{}:{account}:{}:{address}:{client_message_id}",
        account.len(),
        address.len()
    ))
}

/// The key of what we write first: the sender's own id makes it unique per address.
pub fn outbound_key(account: &str, address: &str, client_message_id: &str) -> CommandId {
    let CommandId(key) = message_key(account, address, client_message_id);
    CommandId(format!("outbound:{key}"))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::{AgentId, InvitationId};

    #[test]
    fn the_same_click_has_one_key_and_a_click_on_another_copy_its_own() {
        let key = |message| {
            let data = CardActionData { invitation: InvitationId(Uuid::nil()), version: 1 };
            let agent = AgentId(Uuid::max());
            let conversation = "a:1";
            let (kind, verb) = (CopyKind::Invitation, "accept");
            click(&Click { agent, verb, data, conversation, kind, message, answered: true })
                .unwrap()
                .0
        };
        assert_eq!(key(Some("1")), key(Some("1")));
        assert_ne!(key(Some("1")), key(Some("2")));
    }
}
